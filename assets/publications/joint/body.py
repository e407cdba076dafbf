"""The findings of a joint letter: its headings, lists and boxed studies as sections.

A heading within a part of the letter has the type of that part, but for one behind a list of points
that is followed by none. What is a heading is in `headings`, where a boxed study ends in `boxes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msgspec import structs

from assets.documents.model import Block
from assets.model import Signal
from assets.publications.headings import heading_of
from assets.publications.joint.boxes import SAME_EDGE, box_length
from assets.publications.joint.headings import (
    ends_open,
    is_box_title,
    is_known,
    known_type,
    opens_next_steps,
    opens_section,
)
from assets.publications.model import Section
from assets.publications.places import page_of
from assets.publications.sections import OpenSection, as_paragraphs
from assets.publications.tables import matches
from warehouse.kinds import sections_of

_LONGEST_NOTHING = 120  # characters of a bullet that says that there are no points
_WIDEST_BULLET = 30.0  # points that a bullet takes with the gap behind it


@dataclass
class _Part(OpenSection):
    """A section that is being read, with the boxed studies that stand in it."""

    boxes: list[Section] = field(default_factory=list)

    def sections(self) -> list[Section]:
        return [
            as_section(self.section_type, self.blocks, self.heading, self.page_start, self.level),
            *self.boxes,
        ]


def as_section(
    section_type: str,
    blocks: Sequence[Block],
    heading: str | None = None,
    page_start: int | None = None,
    level: int = 1,
) -> Section:
    """A section of blocks; without a heading it begins on the page of its first block."""
    first = next((block.lines[0].page for block in blocks if block.lines), None)
    return Section(
        section_type=section_type,
        heading=heading,
        paragraphs=tuple(as_paragraphs(_without_empty_points(blocks), section_type)),
        page_start=page_start or first,
        level=level,
    )


def read_body(blocks: Sequence[Block]) -> tuple[list[Section], list[Signal]]:
    """Divide the body of a letter into sections.

    Args:
        blocks: From the first heading up to the valediction.

    Returns:
        The sections in order, each boxed study behind the section in which it stands, and a signal
        for each heading never met before.
    """
    blocks = _with_whole_items(blocks)
    is_open_ended = not any(known_type(block) == "other" for block in blocks)
    parts: list[_Part] = []
    signals: list[Signal] = []
    around: Block | None = None
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if is_box_title(block):
            length = box_length(blocks, index, around)
            parts[-1].boxes.append(_study(blocks[index : index + length]))
            index += length
            continue
        if opens_section(block):
            section_type, level = _type_of(blocks, index, parts)
            if level > 1 and not is_known(block):
                signals.append(Signal("heading_never_met", block.text))
            parts.append(_Part(section_type, heading_of(block), page_of(block), level))
        elif is_open_ended and opens_next_steps(block):
            is_open_ended = False
            parts.append(_Part("other", None, page_of(block), blocks=[block]))
        else:
            parts[-1].blocks.append(block)
        around = block
        index += 1
    return [section for part in parts for section in part.sections()], signals


def _study(blocks: Sequence[Block]) -> Section:
    """A boxed study as a section; a title that ends in a colon goes on in the next heading."""
    title, words = blocks[0], 1
    while title.text.endswith(":") and words < len(blocks) and blocks[words].kind == "heading":
        title = title.joined(blocks[words])
        words += 1
    return as_section("case_study", blocks[words:], title.text.strip(), page_of(title), level=2)


def _type_of(blocks: Sequence[Block], index: int, parts: Sequence[_Part]) -> tuple[str, int]:
    """The type of the section that a heading opens, and its level."""
    known = known_type(blocks[index])
    if known or not parts:
        return known or "headline_findings", 1
    around = parts[-1].section_type
    if around in sections_of("points"):
        has_points = any(b.kind == "list_item" for part in parts[-1:] for b in part.blocks)
        if has_points and not _is_list(blocks, index):
            return "main_findings", 2
    return around, 2


def _is_list(blocks: Sequence[Block], index: int) -> bool:
    """Whether what follows a heading is a list, or another heading."""
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    return following is None or following.kind != "paragraph" or following.text.endswith(":")


def _without_empty_points(blocks: Iterable[Block]) -> list[Block]:
    """The blocks; a bullet that says that there is nothing is a paragraph and no point."""
    return [
        structs.replace(block, kind="paragraph", level=0, has_bullet=False)
        if block.kind == "list_item" and _says_nothing(block.text)
        else block
        for block in blocks
    ]


def _says_nothing(text: str) -> bool:
    return len(text) <= _LONGEST_NOTHING and matches("points", text, part="no_point")


def _with_whole_items(blocks: Iterable[Block]) -> list[Block]:
    """The blocks; what goes on in a bullet or a sentence is joined to what stands before it.

    A page break or a footnote may part the halves of a bullet, and its last line may be bold.
    """
    whole: list[Block] = []
    for block in blocks:
        if whole and _goes_on(whole[-1], block):
            whole[-1] = whole[-1].joined(block)
        else:
            whole.append(block)
    return whole


def _goes_on(before: Block, block: Block) -> bool:
    """Whether a block is no paragraph, item or heading of its own."""
    if before.kind == "heading" or opens_section(before):
        return False
    if block.kind == "list_item" or is_box_title(block):
        return False
    if opens_section(block) and (block.kind != "heading" or is_known(block)):
        return False
    is_rest = block.text[:1].islower() or _is_set_in_alike(before, block)
    # Plain text shows no places: there the words of an item that breaks off tell.
    is_rest |= before.kind == "list_item" and not block.lines and ends_open(before)
    if block.kind == "heading":
        return ends_open(before) and (is_rest or not ends_open(block))
    return is_rest


def _is_set_in_alike(item: Block, block: Block) -> bool:
    """Whether a block stands under the words of a list item and not under its bullet."""
    if item.kind != "list_item" or not item.lines or not block.lines:
        return False
    left, bullet = block.lines[0].x0, item.lines[0].x0
    if len(item.lines) == 1:
        return SAME_EDGE < left - bullet < _WIDEST_BULLET
    words = item.lines[1].x0
    return words - bullet > SAME_EDGE >= abs(left - words)
