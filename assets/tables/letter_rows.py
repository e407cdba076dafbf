"""One letter becomes rows: its visit, themes, team, sections and findings.

Here belongs which row holds what a letter says, for every version of a letter alike. Here does not
belong which version counts (`rows`, `history`), nor what follows from other rows (`derived`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from assets.findings.model import Statement
from assets.model import ArchivedFile, Signal
from assets.publications.model import Letter, Section
from assets.tables.inspectors import inspector_id
from warehouse.schema import CUE_SEPARATOR, SCHEMA

Row = dict[str, Any]
_HEX_OF_TEXT = 8  # digits of a finding's key that stand for its text


class Visit(NamedTuple):
    """A letter whose authority is known."""

    visit_id: str
    authority_id: str
    file: ArchivedFile
    letter: Letter
    statements: tuple[Statement, ...]


def add_visit(rows: Mapping[str, list[Row]], visit: Visit) -> tuple[Signal, ...]:
    """Add the rows that a letter is read into; what follows from them is left empty.

    Args:
        rows: The rows of all tables, added to in place.
        visit: The letter.

    Returns:
        What does not agree in it.
    """
    letter, visit_id = visit.letter, visit.visit_id
    signals = _add_team(rows, visit)
    _add_sections(rows, visit)
    row: Row = dict.fromkeys(SCHEMA["visits"].column_names)
    rows["visits"].append(
        row
        | {
            "visit_id": visit_id,
            "letter_id": letter.letter_id,
            "authority_id": visit.authority_id,
            "authority_name_as_written": next(iter(letter.authority_names), None),
            "document_kind": letter.document_kind,
            "framework": letter.framework,
            "start_date": letter.start_date,
            "end_date": letter.end_date,
            "letter_date": letter.letter_date,
            "published_date": visit.file.listing.published_date,
            "addressee_name": letter.addressee_name,
            "addressee_role": letter.addressee_role,
            "focus": letter.focus,
            "delivery_mode": letter.delivery_mode,
            "is_covid_adapted": letter.is_covid_adapted,
            "previous_inspection": letter.previous_inspection,
            "previous_judgement_code": letter.previous_judgement_code,
            "page_count": letter.page_count,
            "source_url": visit.file.listing.source_url,
        }
    )
    rows["visit_themes"] += [
        {"visit_id": visit_id, "position": position, "theme_code": code}
        for position, code in enumerate(letter.theme_codes, start=1)
    ]
    return signals


def finding_key(visit_id: str, text: str, occurrence: int) -> str:
    """The key of a finding: made from visit and text; a text that comes again gets another.

    Args:
        visit_id: The visit.
        text: The finding's text.
        occurrence: Which of the visit's findings of that text it is, from 1.
    """
    basis = text if occurrence == 1 else f"{text}\n{occurrence}"
    return f"{visit_id}-{hashlib.sha256(basis.encode()).hexdigest()[:_HEX_OF_TEXT]}"


def _add_team(rows: Mapping[str, list[Row]], visit: Visit) -> tuple[Signal, ...]:
    letter = visit.letter
    signatory = inspector_id(letter.signatory) if letter.signatory else None
    team: list[Row] = []
    signals: tuple[Signal, ...] = ()
    for member in letter.team:
        key = inspector_id(member.name)
        if any(row["inspector_id"] == key for row in team):
            continue
        team.append(
            {
                "visit_id": visit.visit_id,
                "position": len(team) + 1,
                "inspector_id": key,
                "name_as_written": member.name,
                "title": member.title,
                "role_code": member.role_code,
                "is_signatory": key == signatory,
            }
        )
    if signatory and not any(row["is_signatory"] for row in team):
        signals = (Signal("signatory_not_in_team", f"Signed by {letter.signatory}."),)
        team.append(
            {
                "visit_id": visit.visit_id,
                "position": len(team) + 1,
                "inspector_id": signatory,
                "name_as_written": letter.signatory,
                "title": letter.signatory_title,
                "role_code": "signatory",
                "is_signatory": True,
            }
        )
    rows["visit_inspectors"] += team
    return signals


def _add_sections(rows: Mapping[str, list[Row]], visit: Visit) -> None:
    """Add a letter's sections and findings."""
    section_ids = []
    for position, section in enumerate(visit.letter.sections, start=1):
        section_id = f"{visit.visit_id}-{position:02d}"
        section_ids.append(section_id)
        pages = [line.page for part in section.paragraphs for line in part.lines]
        start = section.page_start
        rows["sections"].append(
            {
                "section_id": section_id,
                "visit_id": visit.visit_id,
                "position": position,
                "heading": section.heading,
                "section_type": section.section_type,
                "page_start": start,
                "page_end": max([*pages, start]) if start is not None else None,
                "paragraph_count": len(section.paragraphs),
                "word_count": _word_count(section),
                "text": "\n\n".join(part.text for part in section.paragraphs) or None,
            }
        )
    occurrences: Counter[str] = Counter()
    for statement in visit.statements:
        occurrences[statement.text] += 1
        finding_id = finding_key(visit.visit_id, statement.text, occurrences[statement.text])
        judgement = statement.judgement
        x0, y0, x1, y1 = statement.box or (None,) * 4
        rows["findings"].append(
            {
                "finding_id": finding_id,
                "visit_id": visit.visit_id,
                "section_id": section_ids[statement.section],
                "paragraph": statement.paragraph,
                "sentence": statement.sentence,
                "text": statement.text,
                "valence_code": judgement.valence_code,
                "valence_score": judgement.valence_score,
                "quantifier_code": statement.quantifier_code,
                "framework_reference": statement.framework_reference,
                "page": statement.page,
                "x0": x0,
                "y0": y0,
                "x1": x1,
                "y1": y1,
                "quantifier_words": statement.quantifier_words,
                "cohort_code": statement.cohort_code,
                "cues": CUE_SEPARATOR.join(judgement.cues) or None,
            }
        )
        rows["finding_topics"] += [
            {"finding_id": finding_id, "position": position, "topic_code": code}
            for position, code in enumerate(judgement.topic_codes, start=1)
        ]


def _word_count(section: Section) -> int:
    return sum(len(paragraph.text.split()) for paragraph in section.paragraphs)
