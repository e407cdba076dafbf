"""What a letter or report says: the parsed document, still nested, every statement with its place.

Here belong the types only. What every kind of document can have is a field; what only some kinds
have stands apart, in `Publication.details`. Keys, foreign keys and rows are made in
`assets.tables`; which words lead to which value is decided in the modules beside this one.

What becomes of it, table by table:

- `visits`: `document_kind`, `framework`, the first of `authority_names`, the first and last day of
  `windows`, `letter_date`, `page_count`, and `details`. The addressee is there where it is one and
  the letter is Ofsted's alone (`inspectorates` is empty); of a joint letter `addressee_name`,
  `addressee_role` and `signatory_id` are NULL, as who signed one is none of its `people`.
- `visit_windows`: `windows`. `visit_themes`: `theme_codes`.
- `visit_inspectorates`: `inspectorates`.
- `visit_inspectors`: `people`. `visits.lead_inspector_id` is the one `lead`; where several are,
  that of Ofsted (`organisation_code`), if one alone is.
- `visit_correspondents`: `addressees`, and `signatories` of a joint letter.
- `judgements`: `judgements`, the place of each from its `lines`. `grades_held` follows from them.
- `sections`: `sections`. `findings`: what the sections of the types that hold any say
  (`warehouse/section_types.csv`), with `Paragraph.label` where it is a number as
  `paragraph_number`, and `Paragraph.responsible_body`.
"""

from __future__ import annotations

from datetime import date

import msgspec

from assets.documents.model import Line, TextMethod
from assets.language.dates import Span
from assets.model import Signal
from assets.publications.places import Box, first_place


class Paragraph(msgspec.Struct, frozen=True, omit_defaults=True):
    """A paragraph or list item of a section.

    Attributes:
        text: Its words.
        lines: Its printed lines, with the offset of each in `text`; empty for plain text.
        is_point: Whether it is a point of a list.
        level: Depth of the list, 1 for the outermost; 0 for a paragraph.
        label: The number or bullet printed before it; `None` without one. A number may have its
            full stop (`25.`); it is the finding's `paragraph_number`.
        responsible_body: Whom a point is addressed to, as printed, if it is not the authority or
            the partnership as a whole: the body that a table of priority actions names for it. Each
            point of a list addressed to a safeguarding board has
            `warehouse.kinds.SAFEGUARDING_BOARD`, whatever words the heading uses, and its section
            keeps the type `improvements` or `priority_actions`; in the review of a board too. What
            a report on a council otherwise finds of its board stands in sections of type `lscb`.
    """

    text: str
    lines: tuple[Line, ...] = ()
    is_point: bool = False
    level: int = 0
    label: str | None = None
    responsible_body: str | None = None


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands under one heading.

    Attributes:
        section_type: What the heading opens: a code of the list `section_type`.
        heading: The heading as printed, without footnote marks and without a grade that it ends in;
            `None` for what stands before the first heading and for the closing.
        paragraphs: What stands under it, in order.
        page_start: Page of the heading, or of the first paragraph.
        level: Depth of the heading, 1 for the outermost.
        grade_code: The grade that the heading states: a code of the list `judgement_grade`.
        judgement_code: What that grade is of: a code of the list `judgement`. It is held against
            `Publication.judgements` (`grades_agree`), and where they disagree the document goes to
            quarantine. `None` without a grade.
    """

    section_type: str
    heading: str | None
    paragraphs: tuple[Paragraph, ...]
    page_start: int | None = None
    level: int = 1
    grade_code: str | None = None
    judgement_code: str | None = None


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person named as inspector, or who signed as one.

    Attributes:
        name: The name as written.
        title: The title as written, spelt out, in the singular; `None` where none is given.
        role_code: A code of the list `inspector_role`: `lead`, `deputy_lead`, `team`, `shadow`, …;
            `signatory` for who is named only by signing; `None` where none is stated.
        organisation_code: The inspectorate, where the document says it for that person: a code of
            the list `inspectorate`.
        is_signatory: Whether the person signed.
    """

    name: str
    title: str | None = None
    role_code: str | None = None
    organisation_code: str | None = None
    is_signatory: bool = False


class Correspondent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whom a letter is addressed to, or who signed it and is no inspector of the visit.

    Attributes:
        name: Without form of address and post-nominals; `None` where only a post is given.
        role: The post alone, without authority and place; asked of a single addressee only.
        role_as_written: All the words behind the name, an organisation among them; `role` stands in
            its place where it is `None`.
        organisation: The body that heads a cell of the signatures.
    """

    name: str | None
    role: str | None = None
    role_as_written: str | None = None
    organisation: str | None = None


class Judgement(msgspec.Struct, frozen=True, omit_defaults=True):
    """A grade that the inspection gave, or the outcome of an area SEND inspection.

    Attributes:
        judgement_code: What was judged: a code of the list `judgement`. No document has one twice,
            but for `other`.
        grade_code: A code of the list `judgement_grade`; `not_judged` where the report lists the
            judgement and says that it gave none.
        grade_as_written: The grade as printed; of a sentence its grade words alone
            (`require improvement to be good`), of an area SEND inspection the whole sentence.
        lines: The printed lines that hold the words of `grade_as_written`, as boxes: the page and
            the box of the judgement are those of the lines on the first page. `verify` looks for
            the words within that box. `Line.start` says nothing here. Empty for plain text.
    """

    judgement_code: str
    grade_code: str
    grade_as_written: str
    lines: tuple[Line, ...] = ()

    @property
    def place(self) -> tuple[int | None, Box | None]:
        """The page on which the grade stands and its box there."""
        return first_place(self.lines)


class Publication(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A letter or report, parsed. A value that it does not state is `None` or empty.

    Attributes:
        letter_id: First 16 hex digits of the file's SHA-256.
        document_kind: A code of the list `document_kind`.
        framework: A code of the list `framework`. A letter names its own or none; of an inspection
            it is that of the kind (`warehouse/kinds.csv`).
        authority_names: The authority's name as written, the surest place first.
        windows: The periods of the visit or inspection in order, one as a rule.
        letter_date: The date printed at its head, or the printed day of publication.
        people: The inspectors in the document's order, who only signed last.
        addressees: Whom it is addressed to, in order.
        signatories: Who signed a joint letter: they are no inspectors of it.
        inspectorates: Those that took part in a joint inspection: codes of the list `inspectorate`.
            Empty where Ofsted came alone.
        theme_codes: Codes of the list `theme`, the main one first.
        judgements: The grades in the order of the report's table; a safeguarding board's is the
            last, wherever it is printed.
        sections: The body in order, introduction and closing included.
        page_count: Number of pages; `None` for plain text.
        text_method: How the file was read.
        details: What only some kinds of document have, by the column of `visits` that holds it:
            `focus`, `delivery_mode`, `is_covid_adapted` (false unless said), `previous_inspection`
            (`2022-05` or `2022`; of an area SEND report the month of its first day) and
            `previous_judgement_code`. Earlier grades that a report on an inspection tells are none.
        signals: What was never met before, and what does not agree.
    """

    letter_id: str
    document_kind: str
    framework: str | None = None
    authority_names: tuple[str, ...]
    windows: tuple[Span, ...]
    letter_date: date | None = None
    people: tuple[Person, ...] = ()
    addressees: tuple[Correspondent, ...] = ()
    signatories: tuple[Correspondent, ...] = ()
    inspectorates: tuple[str, ...] = ()
    theme_codes: tuple[str, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    sections: tuple[Section, ...]
    page_count: int | None
    text_method: TextMethod
    details: dict[str, str | bool | int | None] = {}
    signals: tuple[Signal, ...] = ()

    @property
    def start_date(self) -> date:
        """The first day of all periods."""
        return min(window.start for window in self.windows)

    @property
    def end_date(self) -> date:
        """The last day of all periods."""
        return max(window.end for window in self.windows)
