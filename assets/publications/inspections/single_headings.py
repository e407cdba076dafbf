"""The headings of a single inspection's report, and what is none.

They stand in `single_headings.csv`: what each opens in the council's part and in that of the
safeguarding board (`in_board`), and which part begins with it (`opens`):

- `authority`, `summary`, `board`, `about`: a part; all but `board` may begin the body.
- `contents`: the contents page, which belongs to no section.
- `notes`: what Ofsted says of its grades.
- `skip`: the head of a column beside a heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache, reduce
from typing import NamedTuple

from msgspec import structs

from assets.documents.model import Block
from assets.publications.headings import without_mark
from assets.publications.inspections.grades import Graded, find_grade, part_grade
from assets.publications.inspections.single_judgements import BOARD, judged
from assets.publications.inspections.tables import matches, patterns
from assets.publications.places import page_of

_BODY_BEGINS = frozenset({"authority", "summary", "about", "contents"})
_LONGEST_HEADING = 170  # characters
_HEADING_BLOCKS = 3  # that a heading may be parted into
_MOST_WORDS = 14  # of a heading never met before
_ENTRY = re.compile(r"\s\d{1,3}$")  # of a contents page
NO_HEADING_END = re.compile(r"[.,;:]$")


class Form(NamedTuple):
    """A row of `single_headings.csv`."""

    section_type: str
    in_board: str
    opens: str


class Heading(NamedTuple):
    """A known heading: its words without mark and grade, its row, and the grade that it states."""

    text: str
    form: Form
    graded: Graded | None


def body_start(blocks: Sequence[Block]) -> int:
    """Index of the first block behind the cover: the contents page, or the first part's heading.

    The name of a judgement is a label in the list of grades.
    """
    for index, block in enumerate(blocks):
        heading = heading_of(block)
        if heading and heading.form.opens in _BODY_BEGINS and not judged(heading.text):
            return index
    return len(blocks)


def opens_board(block: Block) -> bool:
    """Whether a block is the heading of the board's part that states its grade."""
    heading = heading_of(block)
    return bool(heading and heading.graded and judged(heading.text) == BOARD)


def heading_of(block: Block) -> Heading | None:
    """The heading that a block is by its words; `None` for other words, however they are set."""
    if block.kind not in ("heading", "paragraph") or len(block.text) > _LONGEST_HEADING:
        return None
    return _heading(block.text, is_plain=block.kind == "paragraph" and not block.bold)


@lru_cache(maxsize=2_000)  # the same blocks are asked for many times while a report is read
def _heading(whole: str, *, is_plain: bool) -> Heading | None:
    text = without_mark(whole)
    graded = part_grade(text)
    is_sentence = is_plain and text.endswith(".")
    for part in (graded, None) if graded else (None,):
        heading = part.text if part else text
        form = next((form for pattern, form in _forms() if pattern.fullmatch(heading)), None)
        if form and (part is None or (judged(heading) and not is_sentence)):
            return Heading(heading, form, part)
    return None


@cache
def _forms() -> tuple[tuple[re.Pattern[str], Form], ...]:
    return tuple(
        (pattern, Form(row["section_type"], row["in_board"], row["opens"]))
        for pattern, row in patterns("single_headings")
    )


def with_whole_headings(blocks: Sequence[Block]) -> list[Block]:
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
        len(blocks) > 1 and any(heading_of(block) for block in (blocks[0], blocks[-1]))
    ):
        return []
    block = reduce(Block.joined, blocks)
    if len(block.text) > _LONGEST_HEADING:
        return []
    if heading_of(block):
        return [structs.replace(block, kind="heading")]
    amid = find_grade(block.text)
    if amid is None:
        return []
    before, rest = block.parted(amid[0])
    grade, after = rest.parted(amid[1] - amid[0] + 1)
    heading = before.joined(after) if after.text else before
    if not heading_of(heading) or not judged(heading.text):
        return []
    return [structs.replace(heading, kind="heading"), structs.replace(grade, kind="heading")]


def is_set_as_heading(block: Block) -> bool:
    """Whether a block is set as a heading, in bold where its print is known, and is no sentence."""
    return (
        block.kind == "heading"
        and (block.bold or not block.size)
        and len(block.text.split()) <= _MOST_WORDS
        and not NO_HEADING_END.search(block.text)
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
            page = page_of(contents)
        elif page != 0 and (page_of(block) is None or page_of(block) != page):
            page = page if _ENTRY.search(block.text) else 0
        if page == 0:
            kept.append(block)
    return kept


def _contents_start(block: Block) -> int | None:
    """Where a contents page begins in a block: by its heading, or behind the text before it."""
    heading = heading_of(block)
    if heading and heading.form.opens == "contents":
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
