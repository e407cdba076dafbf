"""The body of a single inspection's report: its parts, headings, and what stands under each.

What a heading opens depends on the part in which it stands: the council's, the board's, what the
report says of itself, or what Ofsted says of its grades, which is kept in a section of type `about`
without heading. A heading never met before, and a sub-heading that is set in italics alone and so
told by its place, have the type of the section in which they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs

from assets.documents.model import Block
from assets.model import Signal
from assets.publications.headings import without_mark
from assets.publications.inspections.grades import Graded, grade_of, part_grade
from assets.publications.inspections.single_headings import (
    NO_HEADING_END,
    Heading,
    heading_of,
    is_set_as_heading,
    with_whole_headings,
    without_contents,
)
from assets.publications.inspections.single_judgements import BOARD, judged
from assets.publications.model import Paragraph, Section
from assets.publications.places import page_of
from assets.publications.sections import OpenSection
from warehouse.kinds import SAFEGUARDING_BOARD, sections_of

_LONGEST_SUBHEADING = 60  # characters of one that nothing but its place gives away
_SECTION = re.compile(r"^section\b", re.IGNORECASE)


@dataclass
class _Open(OpenSection):
    """A section that is being read."""

    in_board: bool = False
    grade_code: str | None = None
    judgement_code: str | None = None

    def paragraphs(self) -> list[Paragraph]:
        paragraphs = super().paragraphs()
        if not self.in_board:
            return paragraphs
        return [
            structs.replace(part, responsible_body=SAFEGUARDING_BOARD) if part.is_point else part
            for part in paragraphs
        ]

    def close(self) -> Section:
        return structs.replace(
            super().close(),
            grade_code=self.grade_code,
            judgement_code=self.judgement_code if self.grade_code else None,
        )


def read_sections(
    blocks: Sequence[Block], *, is_of_board: bool
) -> tuple[list[Section], list[Signal]]:
    """Divide the body of a report into sections.

    Args:
        blocks: From behind the cover to the end, paragraphs numbered.
        is_of_board: Whether the report is about a safeguarding board alone.

    Returns:
        The sections in order, and what was never met before.
    """
    reader = _Reader("board" if is_of_board else "authority")
    blocks = with_whole_headings(without_contents(blocks))
    for index, block in enumerate(blocks):
        reader.read(block, blocks[index + 1 : index + 2])
    return [section.close() for section in reader.sections], reader.signals


class _Reader:
    """Walks through the body, and knows in which part of the report it is."""

    def __init__(self, home: str) -> None:
        self.sections: list[_Open] = []
        self.signals: list[Signal] = []
        self._home = home
        self._part = home

    def read(self, block: Block, following: Sequence[Block]) -> None:
        """Open a section with a block, or add the block to the one that is open."""
        heading = heading_of(block)
        if self._part == "notes" and not (heading and self._resumes(heading)):
            self.sections[-1].blocks.append(block)
            return
        if heading and not self._is_within(block, heading, following):
            self._begin(block, heading)
            return
        if self._is_grade(block):
            self.sections[-1].grade_code = grade_of(block.text)
            return
        if is_set_as_heading(block):
            text = without_mark(block.text)
            graded = part_grade(text)
            graded = graded if graded and judged(graded.text) else None
            self.signals.append(Signal("heading_never_met", text))
            section_type = self._type_within(following)
            self._open(block, section_type, graded.text if graded else text, 2, graded)
            return
        if self._is_subheading(block, following):
            self._open(block, self.sections[-1].section_type, without_mark(block.text), 3)
            return
        if not self.sections:
            self._open(block, "introduction", None)
        self.sections[-1].blocks.append(block)

    def _begin(self, block: Block, heading: Heading) -> None:
        """Open what a heading opens that is known."""
        form = heading.form
        if form.opens == "skip":
            return
        if form.opens == "notes":
            self._open(block, "about", None)
            self._part = "notes"
            self.sections[-1].blocks.append(structs.replace(block, kind="paragraph"))
            return
        if form.opens in ("authority", "board", "about"):
            self._part = self._home if form.opens == "authority" else form.opens
        section_type = form.in_board if self._part == "board" else form.section_type
        level = 1 if form.opens else 2
        self._open(block, section_type, heading.text, level, heading.graded)

    def _open(
        self,
        block: Block,
        section_type: str,
        heading: str | None,
        level: int = 1,
        graded: Graded | None = None,
    ) -> None:
        code = judged(heading or "")
        in_board = self._part == "board" or code == BOARD
        self.sections.append(
            _Open(
                section_type,
                heading,
                page_of(block),
                level,
                in_board=in_board,
                grade_code=graded.grade_code if graded else None,
                judgement_code=code,
            )
        )

    def _resumes(self, heading: Heading) -> bool:
        """Whether a heading ends what Ofsted says of its grades, which has headings of its own."""
        return (
            heading.form.opens in ("about", "notes")
            or heading.graded is not None
            or bool(_SECTION.match(heading.text))
        )

    def _is_grade(self, block: Block) -> bool:
        """Whether a block is the grade of the heading before it, in a cell beside it."""
        last = self.sections[-1] if self.sections else None
        return bool(last and last.judgement_code and not last.blocks and grade_of(block.text))

    def _is_within(self, block: Block, heading: Heading, following: Sequence[Block]) -> bool:
        """Whether a heading names a part of the report and only divides a list (in italics)."""
        has_grade = heading.graded or any(grade_of(other.text) for other in following)
        return (
            heading.form.opens in ("authority", "board")
            and bool(judged(heading.text))
            and not has_grade
            and not block.bold
            and any(item.kind == "list_item" for item in following)
            and self._is_subheading(block, following)
        )

    def _type_within(self, following: Sequence[Block]) -> str:
        """What a heading never met before opens: the section goes on, a list only with items."""
        last = self.sections[-1].section_type if self.sections else "main_findings"
        is_list = last in sections_of("points")
        if is_list and not any(block.kind == "list_item" for block in following):
            return "lscb" if self._part == "board" else "main_findings"
        return last

    def _is_subheading(self, block: Block, following: Sequence[Block]) -> bool:
        """Whether a few words between items of a list are a heading, although not set in bold."""
        last = self.sections[-1] if self.sections else None
        return (
            last is not None
            and last.section_type not in ("context", "about")
            and block.kind in ("paragraph", "heading")
            and len(block.lines) <= 1
            and len(block.text) <= _LONGEST_SUBHEADING
            and block.text[:1].isupper()
            and not NO_HEADING_END.search(block.text)
            and (
                block.kind == "heading"
                or (
                    (not last.blocks or last.blocks[-1].kind == "list_item")
                    and any(item.kind == "list_item" for item in following)
                )
            )
        )
