"""Grades as reports word them, and texts that end in one.

The wordings stand in `grades.csv`; a grade that is a verb (`requires improvement`) needs no word
that links it to what is judged. What is judged is told in `judgements`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from assets.publications.inspections.tables import patterns

_SIGNS = ":;(–—-"
_SIGN = rf"(?:\s*[{_SIGNS}])?"
_VERB = r"(?:is|are|was|were|remains?)\b"
_THAT = rf"(?: that(?: (?:it|they))?(?: {_VERB})?)?"
_LINK = re.compile(
    rf"{_SIGN}(?:\s*\b{_VERB}{_THAT}(?: judged(?: to be| as)?)?)?{_SIGN}\s*$", re.IGNORECASE
)
_AROUND = " .,;:()–—-|*"


class Graded(NamedTuple):
    """A text that ends in a grade, parted.

    Attributes:
        text: What stands before the grade and the words that link it (`:`, `is`, `are:`).
        grade_code: A code of the list `judgement_grade`.
        start: Offset of the grade in the whole text.
        end: Where it ends, before a full stop.
        has_sign: Whether a colon or dash links it: then it is a grade, whatever stands before.
    """

    text: str
    grade_code: str
    start: int
    end: int
    has_sign: bool


@cache
def _endings() -> tuple[tuple[re.Pattern[str], str, bool], ...]:
    return tuple(
        (
            re.compile(rf"(?<!\w)(?:{pattern.pattern})(?=[{re.escape(_AROUND)}]*$)", pattern.flags),
            row["grade_code"],
            bool(row["is_verb"]),
        )
        for pattern, row in patterns("grades")
    )


@cache
def _words() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(rf"\b(?-i:(?=[A-Z])){pattern.pattern}\b", pattern.flags)
        for pattern, _ in patterns("grades")
    )


def grade_of(text: str) -> str | None:
    """The grade that a text is, and nothing besides (a cell of a table); a code, or `None`."""
    bare = text.strip(_AROUND)
    return next(
        (row["grade_code"] for pattern, row in patterns("grades") if pattern.fullmatch(bare)), None
    )


def begins_grade(text: str) -> bool:
    """Whether a line is a grade, or the first words of one (`Requires` / `improvement`)."""
    return any(grade_of(f"{text}{rest}") for rest in ("", " improvement", " judged"))


def find_grade(text: str) -> tuple[int, int] | None:
    """Where the first grade with a capital stands in a text, as of a cell beside a heading."""
    found = [match.span() for pattern in _words() if (match := pattern.search(text))]
    return min(found, key=lambda span: (span[0], -span[1]), default=None)


def part_grade(text: str, *, is_linked: bool = True) -> Graded | None:
    """Part a text before the grade that it ends in.

    Args:
        text: A heading, or a row of a table that is printed in one line.
        is_linked: Whether a word or sign must link the grade to what is judged, unless it is a
            verb, as in a heading; in a row of a table nothing does.

    Returns:
        The parts; `None` where the text ends in no grade or is nothing but one.
    """
    parts = []
    for ending, grade_code, is_verb in _endings():
        found = ending.search(text)
        if found is None:
            continue
        before = text[: found.start()]
        link = _LINK.search(before)
        assert link is not None  # it matches nothing, too
        bare = before[: link.start()].rstrip()
        if bare and (link[0].strip() or is_verb or not is_linked):
            has_sign = any(sign in link[0] for sign in _SIGNS)
            parts.append(Graded(bare, grade_code, found.start(), found.end(), has_sign))
    return min(parts, key=lambda part: part.start, default=None)  # the longest wording
