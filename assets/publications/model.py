"""What a letter says: the parsed letter, still nested, every statement with its place.

Here belong the types only. Keys, foreign keys and rows are made in `assets.tables`; which words
lead to which value is decided in the modules beside this one.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from assets.documents.model import Line, TextMethod
from assets.model import Signal

SectionType = Literal[
    "introduction",
    "headline_findings",
    "priority_actions",
    "improvements",
    "main_findings",
    "closing",
    "other",
]


class Paragraph(msgspec.Struct, frozen=True, omit_defaults=True):
    """A paragraph or list item of a section.

    Attributes:
        text: Its words.
        lines: Its printed lines, with the offset of each in `text`; empty for plain text.
        is_point: Whether it is a point of a list.
        level: Depth of the list, 1 for the outermost; 0 for a paragraph.
    """

    text: str
    lines: tuple[Line, ...] = ()
    is_point: bool = False
    level: int = 0


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands under one heading.

    Attributes:
        section_type: What kind of section the heading opens.
        heading: The heading as printed, without footnote marks; `None` for what stands before the
            first heading and for the closing.
        paragraphs: What stands under it, in order.
        page_start: Page of the heading, or of the first paragraph.
    """

    section_type: SectionType
    heading: str | None
    paragraphs: tuple[Paragraph, ...]
    page_start: int | None = None


class TeamMember(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person named as inspector of the visit.

    Attributes:
        name: The name as written.
        title: The title as written, spelt out, in the singular; `None` where none is given.
        role_code: `lead`, `team`, `shadow`, …; `None` where the letter states none.
    """

    name: str
    title: str | None = None
    role_code: str | None = None


class Letter(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A letter, parsed. A value that the letter does not state is `None` or empty.

    Attributes:
        letter_id: First 16 hex digits of the file's SHA-256.
        document_kind: A code of the list `document_kind`.
        framework: A code of the list `framework`, e.g. `ILACS`.
        authority_names: The authority's name as written, the surest place first.
        letter_date: The date printed at its head.
        start_date: First day of the visit.
        end_date: Last day of the visit.
        addressee_name: Without title and post-nominals.
        addressee_role: The post, without the authority's name.
        team: The inspectors in the letter's order.
        signatory: The name under the closing.
        signatory_title: The title under that name, spelt out.
        focus: The letter's own words on what inspectors looked at.
        theme_codes: Codes of the list `theme`, the main one first.
        delivery_mode: `on_site`, `remote` or `hybrid`.
        is_covid_adapted: Whether it says that the visit was adapted to the pandemic.
        previous_inspection: `2022-05` or `2022`.
        previous_judgement_code: A code of the list `judgement_grade`.
        sections: The letter's body in order, introduction and closing included.
        page_count: Number of pages; `None` for plain text.
        text_method: How the file was read.
        signals: What was never met before, and what does not agree.
    """

    letter_id: str
    document_kind: str
    framework: str | None
    authority_names: tuple[str, ...]
    letter_date: date | None
    start_date: date
    end_date: date
    addressee_name: str | None
    addressee_role: str | None
    team: tuple[TeamMember, ...]
    signatory: str | None
    signatory_title: str | None
    focus: str | None
    theme_codes: tuple[str, ...]
    delivery_mode: str | None
    is_covid_adapted: bool
    previous_inspection: str | None
    previous_judgement_code: str | None
    sections: tuple[Section, ...]
    page_count: int | None
    text_method: TextMethod
    signals: tuple[Signal, ...] = ()
