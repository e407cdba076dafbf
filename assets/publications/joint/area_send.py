"""How the report of an area SEND inspection is read (since 2023).

Cover, outcome and body are those of a report; lists of what has to improve are tables, that of
priority actions with the body that has to act in a column of its own (`area_send_body`). The team
stands in a column for each inspectorate (`area_send_team`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from assets.documents.model import Block, Document, Line
from assets.language.dates import first_month
from assets.language.sentences import sentence_spans
from assets.model import Rejection, Signal
from assets.publications.doubts import doubts_on_report, rejected
from assets.publications.inspections.imprint import report_blocks
from assets.publications.inspections.report_cover import UNDATED, read_cover
from assets.publications.joint.area_send_body import read_body, starts_body
from assets.publications.joint.area_send_team import read_columns
from assets.publications.joint.tables import patterns
from assets.publications.model import Judgement, Paragraph, Publication, Section
from assets.publications.sections import points

_KIND, _FRAMEWORK = "area_send_inspection", "AREA_SEND"
_JUDGEMENT = "area_send_outcome"
_INSPECTORATES = ("ofsted", "cqc")  # there is no such inspection without both


def parse(document: Document, published: date | None = None) -> Publication | Rejection:
    """Read the report of an area SEND inspection, as `publications.parse` asks for it."""
    blocks = report_blocks(document)
    start = starts_body(blocks)
    if start is None:
        return rejected("no_findings", "The report has no heading that is known here.")
    cover = read_cover(blocks[:start], published)
    if not cover.windows:
        return UNDATED
    body, signals = read_body(blocks[start:])
    judgement = next(_outcomes(body.sections), None)
    if judgement is None:
        return rejected("no_judgements", "No sentence is one of the three outcomes.")
    written = cover.published or published or cover.windows[-1].end
    people, team_signals = read_columns(body.team, written)
    signals += team_signals
    signals += doubts_on_report(document, cover.windows)
    needs_action = judgement.grade_code == "systemic_failings"
    lists = {kind: points(body.sections, kind) for kind in ("improvements", "priority_actions")}
    every_report_has = (
        (people, "no_inspectors", "The report names no inspector."),
        (cover.previous, "no_previous_inspection", "The cover names no previous inspection."),
        (any(lists.values()), "no_improvements", "The report has no list of what to improve."),
        (
            bool(lists["priority_actions"]) == needs_action,
            "priority_actions_unlike_outcome",
            f"{len(lists['priority_actions'])} beside the outcome {judgement.grade_code}.",
        ),
        (
            all(point.responsible_body for point in lists["priority_actions"]),
            "no_responsible_body",
            "The table of priority actions does not say who has to act.",
        ),
    )
    signals += [Signal(code, detail) for part, code, detail in every_report_has if not part]
    return Publication(
        letter_id=document.letter_id,
        document_kind=_KIND,
        framework=_FRAMEWORK,
        authority_names=tuple(_authority_names(blocks[:start], body.partners)),
        windows=cover.windows,
        letter_date=cover.published,
        people=people,
        inspectorates=_INSPECTORATES,
        judgements=(judgement,),
        sections=body.sections,
        page_count=document.page_count,
        text_method=document.text_method,
        details={"previous_inspection": first_month(cover.previous)},
        signals=tuple(signals),
    )


def _authority_names(cover: Sequence[Block], partners: Sequence[str]) -> Iterator[str]:
    """The area's name in the title, then the first of the partners, which is the council."""
    for block in cover:
        for pattern, _ in patterns("area_send", part="area"):
            if found := pattern.search(block.text):
                yield found["name"]
    yield from partners[:1]


def _outcomes(sections: Sequence[Section]) -> Iterator[Judgement]:
    """The sentences before the findings that are an outcome."""
    for section in sections:
        if section.section_type == "main_findings":
            return
        for paragraph in section.paragraphs:
            for start, end in sentence_spans(paragraph.text):
                sentence = paragraph.text[start:end]
                for pattern, row in patterns("area_send", part="outcome"):
                    if pattern.search(sentence):
                        lines = _lines_of(paragraph, start, end)
                        yield Judgement(_JUDGEMENT, row["value"], sentence, lines)
                        break


def _lines_of(paragraph: Paragraph, start: int, end: int) -> tuple[Line, ...]:
    """The printed lines that hold a part of a paragraph."""
    ends = [line.start for line in paragraph.lines[1:]] + [len(paragraph.text)]
    return tuple(
        line
        for line, line_end in zip(paragraph.lines, ends, strict=False)
        if line.start < end and start < line_end
    )
