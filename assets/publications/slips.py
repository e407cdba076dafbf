"""Headings in which a scan took some letters for others (`Headline findmgs`) are put right.

Here: telling that a short line of its own can only be one of the headings that nearly every letter
has. What stands under them would else be lost, or be taken for what stands above.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache

from assets.language.typography import plain

_LIKE = 0.86  # share of the letters that are the same, blanks left out
_SHORTER = 0.85  # of the heading's letters, the fewest
_HEADINGS = (
    "Headline findings",
    "Main findings",
    "What needs to improve in this area of social work practice?",
    "Areas for priority action",
)


def put_right(text: str) -> str:
    """The heading that a line is but for a few letters; the line where it is none."""
    letters = _letters(text)
    for heading, wanted in _wanted():
        if not _SHORTER < len(letters) / len(wanted) < 1 / _SHORTER:
            continue
        alike = SequenceMatcher(None, letters, wanted, autojunk=False)
        if alike.real_quick_ratio() > _LIKE and alike.quick_ratio() > _LIKE < alike.ratio():
            return heading
    return text


@cache
def _wanted() -> tuple[tuple[str, str], ...]:
    return tuple((heading, _letters(heading)) for heading in _HEADINGS)


def _letters(text: str) -> str:
    return "".join(plain(text).lower().split())
