"""The body of a letter: its headings, and what stands under each.

Here: how blocks behind the introduction become sections, and which paragraphs of a list are its
points. Headings are recognised in `headings`, the closing in `closing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assets.documents.model import Block
from assets.model import Signal
from assets.publications.headings import divides_body, is_heading, known_form, without_mark
from assets.publications.model import Paragraph, Section, SectionType
from assets.publications.tables import matches

# A heading never met before stands within the findings: in their summary until that is over.
_AROUND_UNKNOWN: dict[SectionType, SectionType] = {
    "introduction": "headline_findings",
    "headline_findings": "headline_findings",
}
_LISTS: frozenset[SectionType] = frozenset({"improvements", "priority_actions"})


@dataclass
class _OpenSection:
    section_type: SectionType
    heading: str | None
    page_start: int | None
    blocks: list[Block] = field(default_factory=list)

    def close(self) -> Section:
        return Section(
            section_type=self.section_type,
            heading=self.heading,
            paragraphs=tuple(as_paragraphs(self.blocks, self.section_type)),
            page_start=self.page_start,
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
    headings = [index for index, block in enumerate(blocks) if divides_body(block)]
    earlier = [
        index
        for index in range(announcement + 1, min(headings, default=0))
        if blocks[index].kind == "heading" and is_heading(blocks[index])
    ]
    return earlier[:1] + headings


def read_sections(blocks: Sequence[Block]) -> tuple[list[Section], list[Signal]]:
    """Divide the body of a letter into sections.

    Args:
        blocks: From the first heading up to the closing.

    Returns:
        The sections in order, and a signal for each heading never met before.
    """
    sections: list[_OpenSection] = []
    signals: list[Signal] = []
    forms = {index: known_form(block) for index, block in enumerate(blocks) if is_heading(block)}
    has_improvements = any(
        form and form.section_type == "improvements" and not form.beside_improvements
        for form in forms.values()
    )
    section_type: SectionType = "introduction"
    for index, block in enumerate(blocks):
        if index not in forms or (forms[index] is None and _is_bare_point(block, sections)):
            if sections:
                sections[-1].blocks.append(block)
            continue
        form, heading = forms[index], without_mark(block.text)
        if form is None:
            signals.append(Signal("heading_never_met", heading))
            section_type = _AROUND_UNKNOWN.get(section_type, "main_findings")
        else:
            beside = form.beside_improvements if has_improvements else None
            section_type = beside or form.section_type
        page = block.lines[0].page if block.lines else None
        sections.append(_OpenSection(section_type, heading, page))
    closed = [section.close() for section in sections]
    return closed, signals + [signal for section in closed for signal in _doubts(section)]


def _doubts(section: Section) -> Iterator[Signal]:
    """What in a list to act on is no point, and does not say why."""
    if section.section_type not in _LISTS:
        return
    for paragraph in section.paragraphs:
        if not paragraph.is_point and not _is_no_point(paragraph.text):
            yield Signal("list_paragraph_is_no_point", paragraph.text[:80])
    if not any(p.is_point or _is_no_point(p.text) for p in section.paragraphs):
        yield Signal("list_without_points", section.heading or "")


def _is_bare_point(block: Block, sections: Sequence[_OpenSection]) -> bool:
    """Whether a few words, not set as a heading, stand in a list to act on that has no bullets."""
    return (
        bool(sections)
        and sections[-1].section_type in _LISTS
        and block.kind != "heading"
        and not any(before.kind == "list_item" for before in sections[-1].blocks)
    )


def as_paragraphs(blocks: Sequence[Block], section_type: SectionType) -> list[Paragraph]:
    """The paragraphs of a section; in a list to act on, its points are marked.

    Points are the items with bullets. A list without bullets has one point a paragraph, but for the
    line that introduces it and for a statement that there is nothing, or nothing new.
    """
    has_bullets = any(block.kind == "list_item" for block in blocks)
    paragraphs = []
    for block in blocks:
        is_point = section_type in _LISTS and (
            block.kind == "list_item" if has_bullets else not _is_no_point(block.text)
        )
        paragraphs.append(Paragraph(block.text, block.lines, is_point, block.level))
    return paragraphs


def _is_no_point(text: str) -> bool:
    return any(matches("points", text, part=part) for part in ("lead_in", "no_point"))


def points(sections: Sequence[Section], section_type: SectionType) -> list[Paragraph]:
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
