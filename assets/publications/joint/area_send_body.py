"""The body of an area SEND report: its questions, and its lists in tables, as sections.

Headings are rows of `area_send.csv`; they wrap, and the head of a table says the one above it once
more. What stands in a cell of a list is a point: a paragraph, an item beneath it, or a sentence
behind such items. The body that has to act stands in a column of its own (`area_send_lists`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import structs

from assets.documents.model import Block
from assets.model import Signal
from assets.publications.headings import without_mark
from assets.publications.joint.area_send_lists import as_points, is_column_head
from assets.publications.joint.tables import patterns
from assets.publications.model import Paragraph, Section
from assets.publications.places import page_of
from assets.publications.sections import OpenSection
from warehouse.kinds import sections_of

_BLOCKS_OF_A_HEADING = 3  # in which one may stand
_END = re.compile(r"\W*$")
_SENTENCE = re.compile(r"(?:\S+\s+){7,}\S+\.$")  # set in bold, as the outcome may be
_WRAPPED = re.compile(r"[a-z(]")  # how the second line of a heading begins
_TEAM, _PARTNERS = re.compile(r"\bteam$", re.I), re.compile(r"\bdetails$", re.I)
_OF_ITSELF = frozenset({"about", "context"})  # what a report says of itself and of the area


class Body(NamedTuple):
    """The body of a report.

    Attributes:
        sections: Its sections in order.
        team: What stands under the heading of the team.
        partners: What stands under the heading of the partnership, the heads of columns left out.
    """

    sections: tuple[Section, ...]
    team: list[Block]
    partners: list[str]


class _Part(OpenSection):
    """A section that is being read; a list stands in a table."""

    def paragraphs(self) -> list[Paragraph]:
        is_list = self.section_type in sections_of("points")
        return as_points(self.blocks) if is_list else super().paragraphs()


def starts_body(blocks: Sequence[Block]) -> int | None:
    """Index of the first heading, or `None` where no heading is known."""
    return next((index for index in range(len(blocks)) if _heading_at(blocks, index)), None)


def read_body(blocks: Sequence[Block]) -> tuple[Body, list[Signal]]:
    """Divide the body of a report into sections.

    Args:
        blocks: From the first heading to the imprint.

    Returns:
        The body, and a signal for each heading never met before.
    """
    parts: list[_Part] = []
    signals: list[Signal] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        page = page_of(block)
        heading = _heading_at(blocks, index)
        if heading is not None:
            if not (parts and _says_again(parts[-1], heading)):
                parts.append(_Part(heading.section_type, heading.text, page))
            index += heading.length
            continue
        if _is_unknown_heading(block, parts[-1].section_type):
            signals.append(Signal("heading_never_met", block.text))
            parts.append(_Part(parts[-1].section_type, without_mark(block.text), page, level=2))
        else:
            is_set_off = block.kind == "heading" and _SENTENCE.search(block.text)
            parts[-1].blocks.append(
                structs.replace(block, kind="paragraph") if is_set_off else block
            )
        index += 1
    team = [block for part in parts if _is(part, _TEAM) for block in part.blocks]
    partners = [b.text for p in parts if _is(p, _PARTNERS) for b in p.blocks if b.kind != "heading"]
    return Body(tuple(part.close() for part in parts), team, partners), signals


class _Heading(NamedTuple):
    section_type: str
    text: str
    length: int  # blocks


def _heading_at(blocks: Sequence[Block], index: int) -> _Heading | None:
    """The known heading that begins with a block, which may be several."""
    whole = blocks[index]
    if whole.kind == "list_item":
        return None
    for length in range(1, _BLOCKS_OF_A_HEADING + 1):
        section_type = _known_type(whole)
        following = blocks[index + length] if index + length < len(blocks) else None
        if following is not None and not whole.kind == following.kind == "heading":
            following = None
        if section_type and not (following and _WRAPPED.match(following.text)):
            return _Heading(section_type, without_mark(whole.text), length)
        if following is None:
            break
        whole = whole.joined(following)
    return None


def _known_type(block: Block) -> str | None:
    words = _END.sub("", without_mark(block.text))
    for pattern, row in patterns("area_send", part="heading"):
        if pattern.fullmatch(words):
            return row["value"]
    return None


def _says_again(part: _Part, heading: _Heading) -> bool:
    """Whether the head of a list's table, on any of its pages, is the heading above it."""
    return part.section_type == heading.section_type in sections_of("points")


def _is_unknown_heading(block: Block, section_type: str) -> bool:
    return (
        block.kind == "heading"
        and section_type not in _OF_ITSELF
        and not is_column_head(block)
        and not _SENTENCE.search(block.text)
    )


def _is(part: _Part, words: re.Pattern[str]) -> bool:
    return bool(part.heading and words.search(_END.sub("", part.heading)))
