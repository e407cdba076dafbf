"""Footnote marks that stand as plain digits behind a sentence (`embedded.1 Staff …`).

Here: telling them from numbers, in texts that have lost the size and height of their letters. Marks
that are set small and raised are left out before, in `lines`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assets.language.sentences import BEFORE_NUMBERS

_MARK = re.compile(
    r"""
    (?:(?<=[A-Za-z’']{2}[.!?])|(?<=[)\]%’”][.!?])|(?<=[.!?][)\]’”])
        |(?<=\b20\d\d[.!?])|(?<=[A-Za-z]-\d\d[.!?]))  # a year, `COVID-19`
    (?:\d{1,2}|[¹²³⁰⁴-⁹]+|\[\d{1,2}\])
    (?=\s+[‘“'"(]*(?:[A-Z]|[a-z]-?[A-Z])|\s*$)
    """,
    re.VERBOSE,
)
_PERHAPS = re.compile(r"[.!?)\]’”][\d¹²³⁰⁴-⁹\[]")  # nearly no block has one; quick to tell
_WORD_BEFORE = re.compile(r"([A-Za-z]+)\W*$")


def without_marks(text: str, starts: Sequence[int]) -> tuple[str, list[int]]:
    """Leave out the marks behind sentences.

    Args:
        text: The text of a block.
        starts: The offset at which each of its lines begins.

    Returns:
        The text without marks, and the offsets in it.
    """
    if not _PERHAPS.search(text):
        return text, list(starts)
    marks = []
    for found in _MARK.finditer(text):
        word = _WORD_BEFORE.search(text, 0, found.start())
        if not (word and word[1].lower() in BEFORE_NUMBERS):  # `No.10` is a number
            marks.append(found.span())
    for start, end in reversed(marks):
        text = text[:start] + text[end:]
    return text, [
        at - sum(min(end, at) - start for start, end in marks if start < at) for at in starts
    ]
