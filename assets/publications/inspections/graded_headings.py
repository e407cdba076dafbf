"""Headings that state the grade of what stands under them.

Here: parting the grade from the heading as printed. What a grade looks like is told in `grades`,
what is judged in `judgements`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import structs

from assets.documents.model import Block
from assets.publications.headings import known_form
from assets.publications.inspections.grades import Graded, grade_of, part_grade
from assets.publications.inspections.judgements import judgement_of
from assets.publications.model import Judgement, Section

_LONGEST_HEADING = 150  # characters
_SENTENCE = re.compile(r"(?<=[.!?:)] )(?=[A-Z])")


class Headings(NamedTuple):
    """A body whose headings are parted from the grades that they state.

    Attributes:
        blocks: Its blocks; a heading that two held is one.
        grades: The grade that a heading states, by the heading without it; codes.
        judgements: Those of them that say what is judged, with the lines of the grade.
    """

    blocks: list[Block]
    grades: dict[str, str]
    judgements: tuple[Judgement, ...]


def part_headings(blocks: Sequence[Block]) -> Headings:
    """Part the grades, and the words that link them, from the headings that state one.

    Args:
        blocks: The blocks of a report's body.
    """
    parted: list[Block] = []
    grades: dict[str, str] = {}
    judgements: list[Judgement] = []
    for block in (part for whole in blocks for part in _without_run_in(whole)):
        if parted and (whole := _joined(parted[-1], block)):
            parted.pop()
            block = whole
        if graded := _graded(block):
            grades[graded.text] = graded.grade_code
            if code := judgement_of(graded.text):
                written = block.text[graded.start : graded.end]
                _, behind = block.parted(graded.start)
                judgements.append(Judgement(code, graded.grade_code, written, behind.lines))
            heading, _ = block.parted(graded.start)
            block = structs.replace(heading, kind="heading", level=0, text=graded.text)
        parted.append(block)
    return Headings(parted, grades, tuple(judgements))


def with_grades(sections: Iterable[Section], grades: Mapping[str, str]) -> tuple[Section, ...]:
    """Sections with the grades that their headings state, and what these are of.

    They are held against the table's where every kind is parsed (`assets.publications`).
    """
    return tuple(
        structs.replace(
            section,
            grade_code=grades[section.heading],
            judgement_code=judgement_of(section.heading),
        )
        if section.heading is not None and section.heading in grades
        else section
        for section in sections
    )


def _without_run_in(block: Block) -> Iterator[Block]:
    """A block of plain text, parted before a heading that follows it on the next line."""
    for found in [] if block.lines else _SENTENCE.finditer(block.text):
        before, rest = block.parted(found.start())
        heading = structs.replace(rest, kind="paragraph", level=0, has_bullet=False, label=None)
        if _graded(heading):
            yield from (before, heading)
            return
    yield block


def states_grade(block: Block) -> bool:
    """Whether a block is a heading that states a grade."""
    return _graded(block) is not None


def _graded(block: Block) -> Graded | None:
    """The parts of a block that is a heading with a grade.

    A paragraph is one where its words before the grade are known as a heading: plain text and some
    reports do not set their headings apart.
    """
    if block.kind not in ("heading", "paragraph") or len(block.text) > _LONGEST_HEADING:
        return None
    is_heading = block.kind == "heading"
    # Behind a heading that is known, nothing need link the grade.
    for is_linked in (True, False)[: 1 + is_heading]:
        graded = part_grade(block.text, is_linked=is_linked)
        if graded is None or not (graded.has_sign or judgement_of(graded.text)):
            continue
        is_known = known_form(structs.replace(block, text=graded.text)) is not None
        if is_known or (is_heading and is_linked):
            return graded
    return None


def _joined(before: Block, block: Block) -> Block | None:
    """The heading that two blocks are: what is judged in the first, its grade in the second."""
    kinds = ("heading", "paragraph")
    if {before.kind, block.kind}.difference(kinds) or not judgement_of(before.text):
        return None
    if part_grade(before.text) or not (grade_of(block.text) or block.text[:1].islower()):
        return None
    whole = before.joined(block)
    return whole if _graded(whole) else None
