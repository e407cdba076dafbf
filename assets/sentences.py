"""Running text becomes sentences.

General to all stages that read text; it knows abbreviations, initials, numbers, quotes and
brackets. A colon or semicolon ends no sentence.
"""

from __future__ import annotations

import re

# A full stop after one of these ends no sentence.
_ABBREVIATIONS = frozenset(
    "e.g i.e vs cf para paras reg regs dr mr mrs ms prof st rev hon approx".split()
)
_BEFORE_NUMBERS = frozenset("no nos p pp s ss art sec ch vol".split())
_BOUNDARY = re.compile(
    r"""
    (?P<end>[.!?…]+[’”'")\]]*)      # the end of a sentence with what closes around it
    (?P<blank>\s+)
    (?=[‘“'"(\[]*[A-Z0-9À-Þ])       # the next begins with a capital or a number
    """,
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"(?:^|[\s(])([\w.]+)\.$")
_INITIAL = re.compile(r"(?:^|\s)[A-Z]$")


def split_sentences(text: str) -> list[str]:
    """Split a paragraph into sentences.

    Args:
        text: A paragraph without line breaks.

    Returns:
        The sentences, which joined by blanks give the paragraph.
    """
    return [text[start:end] for start, end in sentence_spans(text)]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence in a paragraph; see `split_sentences`."""
    spans = []
    start = 0
    for found in _BOUNDARY.finditer(text):
        end = found.end("end")
        before_number = text[found.end()].isdigit()
        if _is_abbreviation(text[start:end], before_number) or _is_open(text[start:end]):
            continue
        spans.append((start, end))
        start = found.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def _is_abbreviation(sentence: str, before_number: bool) -> bool:
    word = _LAST_WORD.search(sentence)
    if not word:
        return False
    folded = word.group(1).lower()
    if before_number and folded in _BEFORE_NUMBERS:
        return True
    return folded in _ABBREVIATIONS or bool(_INITIAL.search(sentence[:-1]))


def _is_open(sentence: str) -> bool:
    """Whether a bracket is still open: a sentence within brackets belongs to the one around it."""
    return sentence.count("(") > sentence.count(")")
