"""The body of a single inspection's report: its parts, headings, and what stands under each.

The headings stand in `single_headings.csv`: what each opens in the council's part and in that of
the safeguarding board (`in_board`), and which part begins with it (`opens`):

- `authority`, `summary`, `board`, `about`: a part; all but `board` may begin the body.
- `contents`: the contents page, which belongs to no section.
- `notes`: what Ofsted says of its grades; it is kept in a section of type `about` without heading.
- `skip`: the head of a column beside a heading.

A heading never met before, and a sub-heading that is set in italics alone and so told by its place,
have the type of the section in which they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from typing import NamedTuple

from msgspec import structs

from assets.documents.model import Block
from assets.model import Signal
from assets.publications.headings import without_mark
from assets.publications.inspections.grades import Graded, find_grade, grade_of, part_grade
from assets.publications.inspections.single_judgements import BOARD, judged
from assets.publications.inspections.tables import matches, patterns
from assets.publications.model import Section
from assets.publications.sections import as_paragraphs
from warehouse.kinds import SAFEGUARDING_BOARD, sections_of

_BODY_BEGINS = frozenset({"authority", "summary", "about", "contents"})
_LONGEST_HEADING = 170  # characters
_HEADING_BLOCKS = 3  # that a heading may be parted into
_LONGEST_SUBHEADING = 60  # characters of one that nothing but its place gives away
_MOST_WORDS = 14  # of a heading never met before
_ENTRY = re.compile(r"\s\d{1,3}$")  # of a contents page
_SECTION = re.compile(r"^section\b", re.IGNORECASE)
_NO_HEADING_END = re.compile(r"[.,;:]$")


class _Form(NamedTuple):
    """A row of `single_headings.csv`."""

    section_type: str
    in_board: str
    opens: str


class _Heading(NamedTuple):
    """A heading: its words without mark and grade, its row, and the grade that it states."""

    text: str
    form: _Form | None
    graded: Graded | None


@dataclass
class _Open:
    """A section that is being read."""

    section_type: str
    heading: str | None
    page_start: int | None
    in_board: bool
    level: int = 1
    grade_code: str | None = None
    judgement_code: str | None = None
    blocks: list[Block] = field(default_factory=list)

    def close(self) -> Section:
        paragraphs = as_paragraphs(self.blocks, self.section_type)
        if self.in_board:
            paragraphs = [
                structs.replace(part, responsible_body=SAFEGUARDING_BOARD)
                if part.is_point
                else part
                for part in paragraphs
            ]
        return Section(
            section_type=self.section_type,
            heading=self.heading,
            paragraphs=tuple(paragraphs),
            page_start=self.page_start,
            level=self.level,
            grade_code=self.grade_code,
            judgement_code=self.judgement_code if self.grade_code else None,
        )


def body_start(blocks: Sequence[Block]) -> int:
    """Index of the first block behind the cover: the contents page, or the first part's heading."""
    for index, block in enumerate(blocks):
        heading = _heading(block)
        if heading and heading.form and heading.form.opens in _BODY_BEGINS and not heading.graded:
            return index
    return len(blocks)


def opens_board(block: Block) -> bool:
    """Whether a block is the heading of the board's part that states its grade."""
    heading = _heading(block)
    return bool(heading and heading.graded and judged(heading.text) == BOARD)


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
    blocks = _with_whole_headings(without_contents(blocks))
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
        heading = _heading(block)
        if self._part == "notes" and not (heading and self._resumes(heading)):
            self.sections[-1].blocks.append(block)
            return
        if heading and heading.form and not self._is_within(block, heading, following):
            self._begin(block, heading)
            return
        if self._is_grade(block):
            self.sections[-1].grade_code = grade_of(block.text)
            return
        if _is_unknown_heading(block):
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

    def _begin(self, block: Block, heading: _Heading) -> None:
        """Open what a heading opens that is known."""
        form = heading.form
        assert form is not None
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
        section = _Open(section_type, heading, _page(block), in_board, level)
        section.judgement_code = code
        if graded:
            section.grade_code = graded.grade_code
        self.sections.append(section)

    def _resumes(self, heading: _Heading) -> bool:
        """Whether a heading ends what Ofsted says of its grades, which has headings of its own."""
        form = heading.form
        return form is not None and (
            form.opens in ("about", "notes")
            or heading.graded is not None
            or bool(_SECTION.match(heading.text))
        )

    def _is_grade(self, block: Block) -> bool:
        """Whether a block is the grade of the heading before it, in a cell beside it."""
        last = self.sections[-1] if self.sections else None
        return bool(last and last.judgement_code and not last.blocks and grade_of(block.text))

    def _is_within(self, block: Block, heading: _Heading, following: Sequence[Block]) -> bool:
        """Whether a heading names a part of the report and only divides a list (in italics)."""
        has_grade = heading.graded or any(grade_of(other.text) for other in following)
        return (
            heading.form is not None
            and heading.form.opens == "authority"
            and bool(judged(heading.text))
            and not has_grade
            and not block.bold
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
            and not _NO_HEADING_END.search(block.text)
            and (not last.blocks or last.blocks[-1].kind == "list_item")
            and any(item.kind == "list_item" for item in following)
        )


@cache
def _forms() -> tuple[tuple[re.Pattern[str], _Form], ...]:
    return tuple(
        (pattern, _Form(row["section_type"], row["in_board"], row["opens"]))
        for pattern, row in patterns("single_headings")
    )


def _heading(block: Block) -> _Heading | None:
    """The heading that a block is by its words; `None` for other words, however they are set."""
    if block.kind not in ("heading", "paragraph") or len(block.text) > _LONGEST_HEADING:
        return None
    text = without_mark(block.text)
    graded = part_grade(text)
    for part in (graded, None) if graded else (None,):
        heading = part.text if part else text
        form = next((form for pattern, form in _forms() if pattern.fullmatch(heading)), None)
        is_sentence = block.kind == "paragraph" and text.endswith(".") and not block.bold
        if form and (part is None or (judged(heading) and not is_sentence)):
            return _Heading(heading, form, part)
    return None


def _with_whole_headings(blocks: Sequence[Block]) -> list[Block]:
    """Blocks with each known heading whole, and the grade that stands amid its lines behind it.

    Without tags a heading of several lines is several blocks, and a grade in a cell beside it
    stands between their words.
    """
    whole: list[Block] = []
    index = 0
    while index < len(blocks):
        for end in range(min(index + _HEADING_BLOCKS, len(blocks)), index, -1):
            if found := _whole_heading(blocks[index:end]):
                whole += found
                break
        else:
            end = index + 1
            whole.append(blocks[index])
        index = end
    return whole


def _whole_heading(blocks: Sequence[Block]) -> list[Block]:
    """The known heading that some blocks are together, and its grade; empty if they are none."""
    if any(block.kind not in ("heading", "paragraph") for block in blocks) or (
        len(blocks) > 1 and any(_heading(block) for block in (blocks[0], blocks[-1]))
    ):
        return []
    block = reduce(Block.joined, blocks)
    if len(block.text) > _LONGEST_HEADING:
        return []
    if _heading(block):
        return [structs.replace(block, kind="heading")]
    amid = find_grade(block.text)
    if amid is None:
        return []
    before, rest = block.parted(amid[0])
    grade, after = rest.parted(amid[1] - amid[0] + 1)
    heading = before.joined(after) if after.text else before
    if not _heading(heading) or not judged(heading.text):
        return []
    return [structs.replace(heading, kind="heading"), structs.replace(grade, kind="heading")]


def _is_unknown_heading(block: Block) -> bool:
    """Whether a block is set as a heading, in bold where its print is known, and is no sentence."""
    return (
        block.kind == "heading"
        and (block.bold or not block.size)
        and len(block.text.split()) <= _MOST_WORDS
        and not _NO_HEADING_END.search(block.text)
    )


def without_contents(blocks: Sequence[Block]) -> list[Block]:
    """A report without its contents page, whose entries stand on it or end in a page's number."""
    kept: list[Block] = []
    page: int | None = 0  # of the contents; 0 outside them
    for block in blocks:
        start = _contents_start(block)
        if start is not None:
            before, contents = block.parted(start)
            kept += [before] if before.text else []
            page = _page(contents)
        elif page != 0 and (_page(block) is None or _page(block) != page):
            page = page if _ENTRY.search(block.text) else 0
        if page == 0:
            kept.append(block)
    return kept


def _contents_start(block: Block) -> int | None:
    """Where a contents page begins in a block: by its heading, or behind the text before it."""
    heading = _heading(block)
    if heading and heading.form and heading.form.opens == "contents":
        return 0
    starts = {0, *(line.start for line in block.lines)}
    return next(
        (
            start
            for start in sorted(starts)
            if matches("single_notes", block.text[start:], part="contents")
        ),
        None,
    )


def _page(block: Block) -> int | None:
    return block.lines[0].page if block.lines else None
