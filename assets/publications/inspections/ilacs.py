"""How the report of an ILACS inspection is read, since 2018, in both layouts.

On the cover stand the council, the days, the lead inspector and the table of judgements; beneath it
a summary without a heading. What needs to improve is a list, the findings are numbered paragraphs
under headings that state a grade. The layouts differ in the title: until 2021 the council alone
stands above it, since then it is named within.

How many judgements there are is told by the table: four until 2022, five since, and four again from
April 2026, without one overall.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from assets.documents.model import Block, Document
from assets.model import Rejection, Signal
from assets.publications.doubts import doubts_on_report, rejected
from assets.publications.headings import divides_body, settle_headings
from assets.publications.inspections.graded_headings import (
    part_headings,
    states_grade,
    with_grades,
)
from assets.publications.inspections.grades import grade_of
from assets.publications.inspections.imprint import report_blocks
from assets.publications.inspections.judgements import (
    is_table_head,
    judgement_of,
    read_judgements,
)
from assets.publications.inspections.numbering import numbered_paragraphs
from assets.publications.inspections.report_cover import UNDATED, Cover, read_cover
from assets.publications.inspections.team_list import read_labelled_team
from assets.publications.kinds import is_title
from assets.publications.model import Judgement, Person, Publication, Section
from assets.publications.opening import printed_lines
from assets.publications.sections import read_sections, untitled

_KIND = "ilacs_inspection"
_FRAMEWORK = "ILACS"
_OVERALL = "overall_effectiveness"
_WITHOUT_OVERALL = date(2026, 4, 1)  # from when inspections give no overall grade
# What is judged together in some years, and apart in others.
_TOGETHER = {"in_care_and_care_leavers": ("in_care", "care_leavers")}
_LONGEST_ROW = 130  # characters of a cell of the table of judgements; more are the summary
# What parts a council's name from that of the trust or company that runs its services.
_BESIDE = re.compile(
    r"\s*[()]\s*|\s+[–—-]\s+|\s+(?:delivered|provided|run) by\s+|(?<=council)\s+and\s+",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:ofsted )?inspection of (?:the )?(?P<name>.+?)(?:[’']s?)?(?:\s+local authority(?:[’']s)?)?"
    r"(?:\s+children[’']?s[’']? (?:social care )?services?\b.*)?$",
    re.IGNORECASE,
)


def parse(document: Document, published: date | None = None) -> Publication | Rejection:
    """Read the report of an ILACS inspection, as `publications.parse` asks for it."""
    blocks = report_blocks(document)
    start = _body_start(blocks)
    if start is None:
        return rejected("no_findings", "The report has no heading of findings that is known here.")
    blocks, body = blocks[:start], part_headings(numbered_paragraphs(blocks[start:]))
    first, end = _table(blocks)
    cover = read_cover(blocks[:first], published)
    if not cover.windows:
        return UNDATED
    table = read_judgements(blocks[first:end])
    untabled = [j for j in body.judgements if not _is_judged(j.judgement_code, _codes(table))]
    if not table and not untabled:
        return rejected("no_judgements", "Neither a table nor the headings state a grade.")
    lines = [line for block in blocks[:first] for line in printed_lines(block)]
    team, signals = read_labelled_team(lines, published or cover.windows[-1].end)
    sections, doubts = read_sections(settle_headings(body.blocks))
    sections = [
        untitled("headline_findings", blocks[end:]),
        *with_grades(sections, body.grades),
    ]
    names = tuple(_names(blocks[:first], cover))
    doubts += doubts_on_report(document, cover.windows)
    doubts += [Signal("judgement_in_heading_alone", j.judgement_code) for j in untabled]
    doubts += _doubts(cover, table, team, sections)
    return Publication(
        letter_id=document.letter_id,
        document_kind=_KIND,
        framework=_FRAMEWORK,
        authority_names=names,
        windows=cover.windows,
        letter_date=cover.published,
        people=team,
        judgements=(*table, *untabled),
        sections=tuple(section for section in sections if section.paragraphs or section.heading),
        page_count=document.page_count,
        text_method=document.text_method,
        signals=(*signals, *doubts),
    )


def _is_judged(code: str, table: set[str]) -> bool:
    """Whether a table has a judgement, or judges what it is of together or apart."""
    parts = _TOGETHER.get(code, ())
    wholes = [whole for whole, of in _TOGETHER.items() if code in of]
    return not table.isdisjoint({code, *parts, *wholes})


def _body_start(blocks: Sequence[Block]) -> int | None:
    """Index of the first heading behind the summary.

    A row of the table may look like a heading with its grade; the summary is longer than any row.
    """
    is_behind = False
    for index, block in enumerate(blocks):
        if divides_body(block) or (is_behind and states_grade(block)):
            return index
        is_behind = is_behind or len(block.text) > _LONGEST_ROW
    return None


def _codes(judgements: Sequence[Judgement]) -> set[str]:
    return {judgement.judgement_code for judgement in judgements}


def _table(cover: Sequence[Block]) -> tuple[int, int]:
    """Where the table of judgements begins and ends among the blocks before the first heading.

    Without one, that is where the summary begins.
    """
    summary = next((i for i, block in enumerate(cover) if len(block.text) > _LONGEST_ROW), None)
    rows = [index for index, block in enumerate(cover[:summary]) if _is_row(block)]
    if rows:
        return rows[0], rows[-1] + 1
    start = len(cover) if summary is None else summary
    return start, start


def _is_row(block: Block) -> bool:
    """Whether a block is a cell of the table: its head, a label or a grade."""
    text = block.text
    if len(text) > _LONGEST_ROW or is_title(block):
        return False
    is_label = judgement_of(text) is not None and not text.endswith(".")
    return is_label or grade_of(text) is not None or is_table_head(text)


def _names(blocks: Sequence[Block], cover: Cover) -> Iterator[str]:
    """The council's name: within the title, or above or beneath it; a trust's behind it."""
    title = next(filter(is_title, blocks), None)
    found = _TITLE.match(title.text) if title else None
    named = found["name"] if found else ""
    name = named if any(map(str.isupper, named)) else cover.name or ""
    yield from (part.strip() for part in _BESIDE.split(name) if part.strip())


def _doubts(
    cover: Cover,
    judgements: Sequence[Judgement],
    team: Sequence[Person],
    sections: Sequence[Section],
) -> Iterator[Signal]:
    """What a person should look at."""
    if not team:
        yield Signal("no_inspectors", "The report names no inspector.")
    if cover.windows[-1].end < _WITHOUT_OVERALL and _OVERALL not in _codes(judgements):
        yield Signal("no_overall_effectiveness", "The table has no overall grade, as all then had.")
    filled = {section.section_type for section in sections if section.paragraphs}
    for section_type in ("headline_findings", "improvements", "main_findings"):
        if section_type not in filled:
            yield Signal(f"no_{section_type}", "The report has no such section.")
    labels = [part.label or "" for section in sections for part in section.paragraphs]
    numbers = [int(label) for label in labels if label.isdigit()]
    for before, number in pairwise([0, *numbers]):
        if number != before + 1:
            detail = f"Paragraph {number} follows paragraph {before}."
            yield Signal("paragraph_numbers_skip", detail)
