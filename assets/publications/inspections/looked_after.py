"""How the report of an inspection of services for looked after children is read (2013).

No real one was at hand: this follows a description of them, and the sample is invented. Its grades
are those of four until 2013 (`Adequate`, `Grade 4 (inadequate)`), listed on the last page that has
such a list; a heading or the line beneath it may state one too. Labels of the cover stand on lines
of their own. Points to improve stand under when to act on them (`Immediately:`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assets.documents.model import Block, Document
from assets.model import Rejection
from assets.publications.doubts import doubts_on_report, rejected
from assets.publications.headings import divides_body, is_heading, known_form, settle_headings
from assets.publications.inspections.graded_headings import part_headings, with_grades
from assets.publications.inspections.imprint import report_blocks
from assets.publications.inspections.judgements import is_table_head, read_judgements
from assets.publications.inspections.numbering import numbered_paragraphs
from assets.publications.inspections.report_cover import UNDATED, read_cover
from assets.publications.inspections.single_headings import without_contents
from assets.publications.inspections.team_list import has_label, read_labelled_team
from assets.publications.model import Publication
from assets.publications.opening import printed_lines
from assets.publications.sections import read_sections

_KIND, _FRAMEWORK = "lac_inspection", "LAC"
_FEWEST = 3  # judgements of the list


def parse(document: Document, published: date | None = None) -> Publication | Rejection:
    """Read the report of an inspection of services for looked after children.

    It does what `publications.parse` asks of a parser.
    """
    blocks = numbered_paragraphs(without_contents(report_blocks(document)))
    start = next((i for i, block in enumerate(blocks) if _is_known_heading(block)), None)
    if start is None:
        return rejected("no_findings", "The report has no heading of findings that is known here.")
    end = _list_start(blocks)
    judgements = read_judgements(blocks[end:], other="other")
    if len(judgements) < _FEWEST:
        return rejected("no_judgements", "No page has a list of grades.")
    cover = read_cover(blocks[:start], published)
    if not cover.windows:
        return UNDATED
    body = part_headings(blocks[start:end])
    sections, signals = read_sections(settle_headings(body.blocks))
    on_cover = [line for block in blocks[:start] for line in printed_lines(block)]
    behind = [line for block in blocks[start:] for line in printed_lines(block)]
    lines = on_cover if any(map(has_label, on_cover)) else behind
    written = cover.published or published or cover.windows[-1].end
    team, doubts = read_labelled_team(lines, written)
    return Publication(
        letter_id=document.letter_id,
        document_kind=_KIND,
        framework=_FRAMEWORK,
        authority_names=(cover.name,) if cover.name else (),
        windows=cover.windows,
        letter_date=cover.published,
        people=team,
        judgements=judgements,
        sections=with_grades(sections, body.grades),
        page_count=document.page_count,
        text_method=document.text_method,
        signals=(*signals, *doubts, *doubts_on_report(document, cover.windows)),
    )


def _is_known_heading(block: Block) -> bool:
    return divides_body(block) or (is_heading(block) and known_form(block) is not None)


def _list_start(blocks: Sequence[Block]) -> int:
    """Index of the list of grades, its head included, on the last page that has such a list."""
    pages = [block.lines[0].page if block.lines else 0 for block in blocks]
    for page in sorted(set(pages), reverse=True):
        first, end = pages.index(page), len(pages) - pages[::-1].index(page)
        count = len(read_judgements(blocks[first:end]))
        if count >= _FEWEST:
            starts = range(end - 1, first - 1, -1)
            start = next(i for i in starts if len(read_judgements(blocks[i:end])) == count)
            while start and is_table_head(blocks[start - 1].text):
                start -= 1
            return start
    return len(blocks)
