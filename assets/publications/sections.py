"""The body of a letter: its headings, and what stands under each.

Here: how blocks behind the introduction become sections, and which paragraphs of a list are its
points. Headings are recognised in `headings`, the closing in `closing`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from msgspec import structs

from assets.documents.model import Block
from assets.model import Signal
from assets.publications.headings import (
    HeadingForm,
    divides_body,
    heading_of,
    is_heading,
    known_form,
    opens_introduction,
)
from assets.publications.model import Paragraph, Section
from assets.publications.places import page_of
from assets.publications.tables import matches
from warehouse.kinds import sections_of

# A heading never met before stands within the findings: in their summary until that is over.
_AROUND_UNKNOWN: dict[str, str] = {
    "introduction": "headline_findings",
    "headline_findings": "headline_findings",
}
# A letter or sign before a word; a quote, a bracket or a pound may open a text, and so may a dash.
_MARK = re.compile(r"^([^\W\d_]|[^\w\s‘’“”'\"(\[£&–—-])\s+\S")
_WORDS = frozenset("aAI")


@dataclass
class OpenSection:
    """A section that is being read; the fields are those of `Section`."""

    section_type: str
    heading: str | None
    page_start: int | None
    level: int = 1
    blocks: list[Block] = field(default_factory=list)

    def paragraphs(self) -> list[Paragraph]:
        """What stands under the heading."""
        return as_paragraphs(self.blocks, self.section_type)

    def close(self) -> Section:
        """The section, read."""
        return Section(
            section_type=self.section_type,
            heading=self.heading,
            paragraphs=tuple(self.paragraphs()),
            page_start=self.page_start,
            level=self.level,
        )


def body_headings(blocks: Sequence[Block], announcement: int) -> list[int]:
    """Indices of the headings that divide the body.

    Args:
        blocks: The document's blocks.
        announcement: Index of the block that announces the findings. What is set as a heading
            behind it begins the body even where its words were never met before.

    Returns:
        The indices; the first is that of the body's beginning.
    """
    headings = [
        index
        for index, block in enumerate(blocks)
        if divides_body(block) and not opens_introduction(block)
    ]
    earlier = [
        index
        for index in range(announcement + 1, min(headings, default=0))
        if blocks[index].kind == "heading"
        and is_heading(blocks[index])
        and not opens_introduction(blocks[index])
    ]
    return earlier[:1] + headings


def read_sections(blocks: Sequence[Block]) -> tuple[list[Section], list[Signal]]:
    """Divide the body of a letter into sections.

    Args:
        blocks: From the first heading up to the closing.

    Returns:
        The sections in order, and a signal for each heading never met before.
    """
    sections: list[OpenSection] = []
    signals: list[Signal] = []
    forms = {index: known_form(block) for index, block in enumerate(blocks) if is_heading(block)}
    known = [form for form in forms.values() if form]
    for index, block in enumerate(blocks):
        following = min((other for other in forms if other > index), default=len(blocks))
        beneath = blocks[index + 1 : following]
        if index not in forms or (
            forms[index] is None and _is_bare_point(block, sections, beneath)
        ):
            if sections:
                sections[-1].blocks.append(block)
            continue
        form, heading = forms[index], heading_of(block)
        if form is None:
            signals.append(Signal("heading_never_met", heading))
        section_type = _type_of(form, sections, known, beneath)
        sections.append(OpenSection(section_type, heading, page_of(block)))
    closed = [section.close() for section in sections]
    return closed, signals + [
        signal
        for section, following in zip_longest(closed, closed[1:])
        for signal in _doubts(section, following)
    ]


def _type_of(
    form: HeadingForm | None,
    sections: Sequence[OpenSection],
    known: Sequence[HeadingForm],
    beneath: Sequence[Block],
) -> str:
    """What kind of section a heading opens.

    Args:
        form: Its row in the table; `None` for words never met.
        sections: The sections before it.
        known: The rows of all headings of the letter.
        beneath: What stands under it.
    """
    before = [section.section_type for section in sections]
    last = before[-1] if before else "introduction"
    if (
        last in sections_of("points")
        and not (form and form.divides_body)
        and _goes_on(known, beneath)
    ):
        return last
    if form is None:
        return _AROUND_UNKNOWN.get(last, "main_findings")
    if form.beside_improvements and any(
        other.section_type == "improvements" and not other.beside_improvements for other in known
    ):
        # Beneath the heading of the list itself it only says so once more.
        is_again = last == "improvements" and not sections[-1].blocks
        return "improvements" if is_again else form.beside_improvements
    is_again = form.section_type == "headline_findings" and "headline_findings" in before
    if is_again and (
        sections_of("points").intersection(before)
        or not any(f.section_type == "main_findings" for f in known)
    ):
        return "main_findings"  # the heading of the summary, printed in place of this one
    return form.section_type


def _goes_on(known: Sequence[HeadingForm], beneath: Sequence[Block]) -> bool:
    """Whether a heading within a list to act on divides the list: points follow it.

    Where no other heading opens the findings, these may be points under headings of their own.
    """
    return any(form.section_type == "main_findings" and form.divides_body for form in known) and (
        bool(beneath) and all(block.kind == "list_item" for block in beneath)
    )


def _doubts(section: Section, following: Section | None) -> Iterator[Signal]:
    """What in a list to act on is no point, and does not say why."""
    if section.section_type not in sections_of("points"):
        return
    for paragraph in section.paragraphs:
        is_bullet = paragraph.level > 0
        if not paragraph.is_point and (is_bullet or not _is_no_point(paragraph.text)):
            yield Signal("list_paragraph_is_no_point", paragraph.text[:80])
    is_divided = following is not None and following.section_type == section.section_type
    if not is_divided and not any(p.is_point or _is_no_point(p.text) for p in section.paragraphs):
        yield Signal("list_without_points", section.heading or "")


def _is_bare_point(block: Block, sections: Sequence[OpenSection], beneath: Sequence[Block]) -> bool:
    """Whether a few words stand in a list to act on that has no bullets, and head nothing."""
    return (
        bool(sections)
        and sections[-1].section_type in sections_of("points")
        and (block.kind != "heading" or not beneath)
        and not any(before.kind == "list_item" for before in sections[-1].blocks)
    )


def opening_mark(text: str) -> str | None:
    """The letter or sign that stands alone before a text: perhaps a bullet never met before."""
    found = _MARK.match(text)
    return found[1] if found and found[1] not in _WORDS else None


def _with_items(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of a list to act on; what opens with a bullet never met before is an item too.

    Such a bullet opens several paragraphs, or one behind a point that introduces others.
    """
    marks = Counter(opening_mark(block.text) for block in blocks)
    items: list[Block] = []
    for block in blocks:
        mark = opening_mark(block.text)
        is_introduced = bool(items) and items[-1].kind == "list_item" and items[-1].text[-1] == ":"
        if mark and (marks[mark] > 1 or is_introduced):
            _, words = block.parted(len(block.text) - len(block.text[len(mark) :].lstrip()))
            level = max(block.level, 2)
            items.append(structs.replace(words, kind="list_item", level=level, has_bullet=True))
        else:
            items.append(block)
    return items


def as_paragraphs(blocks: Sequence[Block], section_type: str) -> list[Paragraph]:
    """The paragraphs of a section; in a list to act on, its points are marked.

    Points are the items with bullets. A list without bullets has one point a paragraph, but for the
    line that introduces it, prose before that line, and a statement that there is nothing, or
    nothing new.
    """
    if section_type in sections_of("points"):
        blocks = _with_items(blocks)
    has_bullets = any(block.kind == "list_item" for block in blocks)
    introduced_at = next((i for i, block in enumerate(blocks) if _leads_in(block.text)), -1)
    paragraphs = []
    for index, block in enumerate(blocks):
        is_point = section_type in sections_of("points") and (
            block.kind == "list_item"
            and not any(matches("points", block.text, part=part) for part in ("earlier", "nothing"))
            if has_bullets
            else not _is_no_point(block.text)
            and (index > introduced_at or not matches("points", block.text, part="prose"))
        )
        paragraphs.append(Paragraph(block.text, block.lines, is_point, block.level, block.label))
    return paragraphs


def untitled(section_type: str, blocks: Sequence[Block]) -> Section:
    """A section without a heading: introduction, summary or closing."""
    page = next((block.lines[0].page for block in blocks if block.lines), None)
    return Section(section_type, None, tuple(as_paragraphs(blocks, section_type)), page)


def _leads_in(text: str) -> bool:
    """Whether a text introduces a list, and is no point with points of its own beneath it."""
    return matches("points", text, part="lead_in") and not matches(
        "points", text, part="sub_points"
    )


def _is_no_point(text: str) -> bool:
    return _leads_in(text) or any(
        matches("points", text, part=part) for part in ("no_point", "earlier", "nothing")
    )


def points(sections: Sequence[Section], section_type: str) -> list[Paragraph]:
    """The points of all lists of one kind."""
    return [
        paragraph
        for section in sections
        if section.section_type == section_type
        for paragraph in section.paragraphs
        if paragraph.is_point
    ]


def running_texts(sections: Sequence[Section]) -> list[str]:
    """The paragraphs of all sections but the points of lists, in order."""
    return [
        paragraph.text
        for section in sections
        for paragraph in section.paragraphs
        if not paragraph.is_point
    ]
