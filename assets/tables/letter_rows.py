"""One letter becomes rows: its visit, themes, team, judgements, sections and findings.

Here belongs which row holds what a letter says, for every version of a letter alike. Here does not
belong which version counts (`rows`, `history`), nor what follows from other rows (`derived`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from assets.findings.model import Finding
from assets.model import ArchivedFile, Signal
from assets.publications.model import Correspondent, Publication, Section
from assets.publications.places import Box
from assets.tables.inspectors import inspector_id
from warehouse.schema import CODE_SEPARATOR, CUE_SEPARATOR, SCHEMA

Row = dict[str, Any]
_HEX_OF_TEXT = 8  # digits of a finding's key that stand for its text

#: The tables of rows that are read in a letter, and the columns that name a row of one of them.
OF_VISITS = tuple(table.name for table in SCHEMA.values() if table.owner == "letter")
_KEYS = frozenset(SCHEMA[name].primary_key[0] for name in OF_VISITS)


class Visit(NamedTuple):
    """A letter whose authority is known."""

    visit_id: str
    authority_id: str
    file: ArchivedFile
    publication: Publication
    findings: tuple[Finding, ...]


def add_visit(rows: Mapping[str, list[Row]], visit: Visit) -> tuple[Signal, ...]:
    """Add the rows that a letter is read into; what follows from them is left empty.

    Args:
        rows: The rows of all tables, added to in place.
        visit: The letter.

    Returns:
        What does not agree in it.
    """
    publication, visit_id = visit.publication, visit.visit_id
    signals = _add_people(rows, visit)
    _add_sections(rows, visit)
    row: Row = dict.fromkeys(SCHEMA["visits"].column_names)
    # A joint letter is addressed to many, and to no one of them more than to the others.
    is_to_one = len(publication.addressees) == 1 and not publication.inspectorates
    addressee = publication.addressees[0] if is_to_one else None
    rows["visits"].append(
        row
        | {
            "visit_id": visit_id,
            "letter_id": publication.letter_id,
            "authority_id": visit.authority_id,
            "authority_name_as_written": next(iter(publication.authority_names), None),
            "document_kind": publication.document_kind,
            "framework": publication.framework,
            "start_date": publication.start_date,
            "end_date": publication.end_date,
            "letter_date": publication.letter_date,
            "published_date": visit.file.listing.published_date,
            "addressee_name": addressee and addressee.name,
            "addressee_role": addressee and addressee.role,
            "is_covid_adapted": False,
            "page_count": publication.page_count,
            "source_url": visit.file.listing.source_url,
        }
        | publication.details
    )
    for table, name, values in (
        ("visit_themes", "theme_code", publication.theme_codes),
        ("visit_inspectorates", "inspectorate_code", publication.inspectorates),
    ):
        rows[table] += [
            {"visit_id": visit_id, "position": position, name: value}
            for position, value in enumerate(values, start=1)
        ]
    rows["visit_windows"] += [
        {"visit_id": visit_id, "position": position, "start_date": one.start, "end_date": one.end}
        for position, one in enumerate(publication.windows, start=1)
    ]
    _add_judgements(rows, visit)
    for part, people in (
        ("addressee", publication.addressees),
        ("signatory", publication.signatories),
    ):
        rows["visit_correspondents"] += _correspondents(visit_id, part, people)
    return signals


def with_visit(row: Row, visit_id: str) -> Row:
    """Put the key of a visit before the keys of a row that were made without it.

    Args:
        row: The row, of one of the tables `OF_VISITS`; it is changed in place, as copies of all
            would take as much memory again.
        visit_id: The key of the visit.
    """
    row.update({name: visit_id + row[name] for name in _KEYS if name in row})
    return row


def finding_key(visit_id: str, text: str, occurrence: int) -> str:
    """The key of a finding: made from visit and text; a text that comes again gets another.

    Args:
        visit_id: The visit.
        text: The finding's text.
        occurrence: Which of the visit's findings of that text it is, from 1.
    """
    basis = text if occurrence == 1 else f"{text}\n{occurrence}"
    return f"{visit_id}-{hashlib.sha256(basis.encode()).hexdigest()[:_HEX_OF_TEXT]}"


def _add_people(rows: Mapping[str, list[Row]], visit: Visit) -> tuple[Signal, ...]:
    """Add the inspectors, each once: who signed may be one of them under another form of a name."""
    people: dict[str, Row] = {}
    for person in visit.publication.people:
        key = inspector_id(person.name)
        if key in people:
            people[key]["is_signatory"] |= person.is_signatory
            continue
        people[key] = {
            "visit_id": visit.visit_id,
            "position": len(people) + 1,
            "inspector_id": key,
            "name_as_written": person.name,
            "title": person.title,
            "role_code": person.role_code,
            "organisation_code": person.organisation_code,
            "is_signatory": person.is_signatory,
        }
    rows["visit_inspectors"] += people.values()
    return tuple(
        Signal("signatory_not_in_team", f"Signed by {row['name_as_written']}.")
        for row in people.values()
        if row["role_code"] == "signatory"
    )


def _correspondents(
    visit_id: str, part_code: str, people: Iterable[Correspondent]
) -> Iterator[Row]:
    """The rows of those whom a letter is addressed to, or of those who signed it."""
    named = (person for person in people if person.name or person.role_as_written or person.role)
    for position, person in enumerate(named, start=1):
        yield {
            "visit_id": visit_id,
            "position": position,
            "part_code": part_code,
            "name": person.name,
            "role_as_written": person.role_as_written or person.role,
            "organisation": person.organisation,
        }


def _add_judgements(rows: Mapping[str, list[Row]], visit: Visit) -> None:
    for position, judgement in enumerate(visit.publication.judgements, start=1):
        page, box = judgement.place
        rows["judgements"].append(
            {
                "visit_id": visit.visit_id,
                "position": position,
                "judgement_code": judgement.judgement_code,
                "grade_code": judgement.grade_code,
                "grade_as_written": judgement.grade_as_written,
                "page": page,
                **_edges(box),
            }
        )


def _edges(box: Box | None) -> Row:
    return dict(zip(("x0", "y0", "x1", "y1"), box or (None,) * 4, strict=True))


def _add_sections(rows: Mapping[str, list[Row]], visit: Visit) -> None:
    """Add a letter's sections and findings."""
    section_ids = []
    for position, section in enumerate(visit.publication.sections, start=1):
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
                "grade_code": section.grade_code,
            }
        )
    occurrences: Counter[str] = Counter()
    for finding in visit.findings:
        occurrences[finding.text] += 1
        finding_id = finding_key(visit.visit_id, finding.text, occurrences[finding.text])
        judged = finding.judged
        rows["findings"].append(
            {
                "finding_id": finding_id,
                "visit_id": visit.visit_id,
                "section_id": section_ids[finding.section],
                "paragraph": finding.paragraph,
                "sentence": finding.sentence,
                "text": finding.text,
                "valence_code": judged.valence_code,
                "valence_score": judged.valence_score,
                "quantifier_code": finding.quantifier_code,
                "framework_reference": finding.framework_reference,
                "page": finding.page,
                **_edges(finding.box),
                "quantifier_words": finding.quantifier_words,
                "cohort_code": finding.cohort_code,
                "cues": CUE_SEPARATOR.join(judged.cues) or None,
                "valence_set": CODE_SEPARATOR.join(judged.valence_set) or None,
                "paragraph_number": finding.paragraph_number,
                "responsible_body": finding.responsible_body,
            }
        )
        rows["finding_topics"] += [
            {"finding_id": finding_id, "position": position, "topic_code": code}
            for position, code in enumerate(judged.topic_codes, start=1)
        ]


def _word_count(section: Section) -> int:
    return sum(len(paragraph.text.split()) for paragraph in section.paragraphs)
