"""Running text becomes sentences.

General to all stages that read text; it knows abbreviations, initials, numbers, quotes and
brackets. A colon or semicolon ends no sentence, nor does a stop within brackets or within a quote
of several sentences: these belong to the sentence around them.
"""

from __future__ import annotations

import re

# A full stop after one of these ends no sentence.
_ABBREVIATIONS = frozenset(
    "e.g i.e vs cf viz incl para paras reg regs dr mr mrs ms prof st rev hon cllr approx".split()
)
_BEFORE_NUMBERS = frozenset("no nos p pp s ss art sec ch vol".split())
_BOUNDARY = re.compile(
    r"""
    (?P<end>[.!?…]+[’”'")\]]*)      # the end of a sentence with what closes around it
    (?:
        \s+
        (?=[‘“'"(\[£]*[A-Z0-9À-Þ])  # the next begins with a capital, a number or a sum
    |
        (?<=[a-z]{2}[.!?])          # a blank that was forgotten, as no address has it
        (?=[A-Z][a-z]*\s)
    )
    """,
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"(?:^|[\s(])([\w.]+)\.$")
_INITIAL = re.compile(r"(?:^|\s)[A-Z]$")
_ITEM_NUMBER = re.compile(r"\(?(?:\d{1,2}|[A-Za-z]|[ivx]{1,4})\)?\.")
# What opens and what closes, first of brackets, then of quotes. An apostrophe within a word is
# neither; one at the end of a word looks as if it closed.
_AROUND = tuple(
    (re.compile(opens), re.compile(closes))
    for opens, closes in (
        (r"\(", r"\)"),
        (r"\[", r"\]"),
        (r"(?<![^\s(\[])[‘'](?=\w)", r"(?<=\S)[’'](?!\w)"),
        (r"(?<![^\s(\[])[“\"](?=\w)", r"(?<=\S)[”\"](?!\w)"),
    )
)


def split_sentences(text: str) -> list[str]:
    """Split a paragraph into sentences.

    Args:
        text: A paragraph without line breaks.

    Returns:
        The sentences, which hold all of the paragraph but the blanks between them.
    """
    return [text[start:end] for start, end in sentence_spans(text)]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence in a paragraph; see `split_sentences`."""
    spans = []
    start = 0
    for found in _BOUNDARY.finditer(text):
        end = found.end("end")
        before_number = text[found.end()].isdigit()
        sentence = text[start:end]
        if _is_abbreviation(sentence, before_number) or _is_open(sentence, text[found.end() :]):
            continue
        spans.append((start, end))
        start = found.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def _is_abbreviation(sentence: str, before_number: bool) -> bool:
    if _ITEM_NUMBER.fullmatch(sentence):
        return True
    word = _LAST_WORD.search(sentence)
    if not word:
        return False
    folded = word.group(1).lower()
    if before_number and folded in _BEFORE_NUMBERS:
        return True
    return folded in _ABBREVIATIONS or bool(_INITIAL.search(sentence[:-1]))


def _is_open(sentence: str, rest: str) -> bool:
    """Whether a bracket or quote is open at the end of a sentence, and closed in what follows.

    One that is never closed is a slip of the author's; nor is one closed after another opens.
    """
    for opens, closes in _AROUND:
        if len(opens.findall(sentence)) > len(closes.findall(sentence)):
            closing, opening = closes.search(rest), opens.search(rest)
            if closing and not (opening and opening.start() < closing.start()):
                return True
    return False
