"""How the report of a single inspection is read (2013 to 2018), and those that share its form.

Its form have three kinds: the inspection itself, which reviews the safeguarding board too; the
re-inspection of a council that was judged inadequate, without a board; and the review of a board
alone, all of which is the board's. The cover is read in `report_cover`, grades in
`single_judgements`, the body in `single_sections`, the team in `team_list`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from assets.documents.model import Block, Document
from assets.model import Rejection, Signal
from assets.publications.doubts import doubts_on_report, rejected
from assets.publications.inspections.grades import part_grade
from assets.publications.inspections.imprint import report_blocks
from assets.publications.inspections.numbering import numbered_paragraphs
from assets.publications.inspections.report_cover import UNDATED, read_cover
from assets.publications.inspections.single_headings import body_start, opens_board
from assets.publications.inspections.single_judgements import (
    BOARD,
    LISTED,
    OVERALL,
    all_judgements,
    judged,
)
from assets.publications.inspections.single_sections import read_sections
from assets.publications.inspections.tables import matches
from assets.publications.inspections.team_list import has_label, read_labelled_team
from assets.publications.kinds import document_kind, is_title
from assets.publications.model import Judgement, Person, Publication, Section
from assets.publications.sections import untitled

_FRAMEWORK = "SIF"
_BOARD_WORDS = re.compile(
    r"\s*\b(?:local )?safeguarding children[’']?s? board\b(?: \(\w?LSCB\))?(?: (?:of|for|in)\b)?",
    re.IGNORECASE,
)
_IN_NAME = re.compile(r"^children[’']s services in (?:the (?=city|county))?([^.]+)$", re.IGNORECASE)
_REINSPECTION = re.compile(r"\b(?:this|the)(?: \w+)? re-?inspection\b|\bis a re-?inspection\b")


def parse(document: Document, published: date | None = None) -> Publication | Rejection:
    """Read the report of a single inspection, a re-inspection or the review of a board.

    It does what `publications.parse` asks of a parser.
    """
    blocks = report_blocks(document)
    kind = document_kind(blocks) or "sif_inspection"
    start = body_start(blocks)
    cover = read_cover(blocks[:start], published)
    if not cover.windows:
        return UNDATED
    is_of_board = kind == "lscb_review"
    sections, signals = read_sections(numbered_paragraphs(blocks[start:]), is_of_board=is_of_board)
    opens = list(filter(opens_board, blocks[start:]))
    judgements = all_judgements(blocks[:start], opens, is_of_board=is_of_board)
    wanted = BOARD if is_of_board else OVERALL
    if all(judgement.judgement_code != wanted for judgement in judgements):
        return rejected("no_judgements", f"No grade is found for {wanted}.")
    if kind == "sif_inspection" and _is_reinspection(judgements, sections):
        kind = "sif_reinspection"
    signals += _missing(judgements, kind)
    written = cover.published or published or cover.windows[-1].end
    team, team_signals = _team(sections, written)
    signals += team_signals
    if cover.published is None:
        signals.append(Signal("no_letter_date", "The cover prints no day of publication."))
    signals += doubts_on_report(document, cover.windows)
    return Publication(
        letter_id=document.letter_id,
        document_kind=kind,
        framework=_FRAMEWORK,
        authority_names=tuple(_names(cover.name, blocks[:start])),
        windows=cover.windows,
        letter_date=cover.published,
        people=team,
        judgements=judgements,
        sections=(*_cover_sections(blocks[:start], kind), *sections),
        page_count=document.page_count,
        text_method=document.text_method,
        signals=tuple(signals),
    )


def _missing(judgements: Iterable[Judgement], kind: str) -> Iterator[Signal]:
    """What reports of a kind judge, and this one seems not to."""
    of_kind = {
        "sif_inspection": (*LISTED, BOARD),
        "sif_reinspection": LISTED,
        "lscb_review": (),
    }
    found = {judgement.judgement_code for judgement in judgements}
    for code in of_kind[kind]:
        if code not in found:
            yield Signal("judgement_not_found", f"The report gives no grade for {code}.")


def _is_reinspection(judgements: Iterable[Judgement], sections: Sequence[Section]) -> bool:
    """Whether a report without a board says in its summary that it is on a re-inspection."""
    if any(judgement.judgement_code == BOARD for judgement in judgements):
        return False
    return any(
        _REINSPECTION.search(part.text)
        for section in sections
        if section.section_type == "headline_findings"
        for part in section.paragraphs
    )


def _names(name: str | None, cover: Sequence[Block]) -> Iterator[str]:
    """The council's name as the cover has it, and as the overall judgement writes it."""
    if name:
        yield _BOARD_WORDS.sub(" ", name).strip()
    for block in cover:
        graded = part_grade(block.text)
        if graded and (found := _IN_NAME.match(graded.text)):
            yield found[1]


def _team(sections: Sequence[Section], on: date) -> tuple[tuple[Person, ...], tuple[Signal, ...]]:
    """The team: the section of type `about` that begins with the label of somebody."""
    for section in sections:
        if section.section_type == "about":
            texts = [part.text for part in section.paragraphs]
            if any(map(has_label, texts)):
                return read_labelled_team(texts, on)
    return (), (Signal("no_inspectors", "The report names no inspector."),)


def _cover_sections(cover: Sequence[Block], kind: str) -> Iterator[Section]:
    """The sentences that the cover says of the grades: the summary, and the board's."""
    texts: dict[str, list[Block]] = {}
    section_type = "lscb" if kind == "lscb_review" else "headline_findings"
    for block in cover[next((i for i, b in enumerate(cover) if is_title(b)), 0) :]:
        graded = part_grade(block.text)
        if graded and judged(graded.text) == BOARD:
            section_type = "lscb"
        elif block.kind == "paragraph" and block.text.rstrip().endswith(".") and not graded:
            is_stock = matches("single_notes", block.text, part="cover")
            texts.setdefault("introduction" if is_stock else section_type, []).append(block)
    yield from (untitled(section_type, blocks) for section_type, blocks in texts.items())
