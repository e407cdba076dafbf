"""What statements report: strength or concern, and on what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assets.findings.model import Judgement
from assets.visits.model import SectionType


class Passage(NamedTuple):
    """A statement where it stands, for its neighbours tell of it too.

    Attributes:
        text: Its words.
        section_type: The kind of its section.
        heading: The heading above it.
        section: Index of its section in the letter.
        paragraph: Its paragraph within the section.
    """

    text: str
    section_type: SectionType
    heading: str | None
    section: int
    paragraph: int


def judge(passages: Sequence[Passage]) -> list[Judgement]:
    """Judge the statements of a letter.

    Args:
        passages: All statements of one letter, in its order.

    Returns:
        A judgement each, in the same order.
    """
    return [
        Judgement(
            "concern" if one.section_type in ("improvements", "priority_actions") else "strength",
            0.5,
            ("other",),
        )
        for one in passages
    ]
