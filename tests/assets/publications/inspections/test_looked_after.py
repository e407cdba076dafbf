"""A report of 2013 on services for looked after children: invented, as none was at hand."""

from __future__ import annotations

from datetime import date

from assets.language.dates import Span
from assets.model import Rejection
from assets.publications.inspections.looked_after import parse
from assets.publications.kinds import document_kind
from assets.publications.model import Publication
from tests.assets.publications.inspections.pages import blocks, document

REPORT = """
Tarnshire County Council

# Inspection of services for looked after children

Inspection dates

3 to 14 June 2013

Reporting inspector

Ann Poe HMI

---

# Contents

Overall effectiveness 2

---

# About this inspection

It was one of many.

# Overall effectiveness Grade 3 (adequate)

- 1. Most children are seen. Few were asked in
25. That is too few.

# Areas for improvement

Immediately:

- 2. See each child alone.

Within three months:

- 3. Write plans with children.

# Quality of provision: good

- 4. Homes are well chosen.

---

# Record of main findings

= Overall effectiveness | Adequate

= Capacity to improve | Good

= Outcomes for looked after children and care leavers | Adequate

= Quality of provision | Good

= Leadership and management | Grade 4 (inadequate)

= Being healthy | Outstanding
"""


def read(text: str) -> Publication:
    report = parse(document(text))
    assert isinstance(report, Publication), report
    return report


def test_its_cover_has_labels_on_lines_of_their_own() -> None:
    report = read(REPORT)
    assert document_kind(blocks(REPORT)) == report.document_kind == "lac_inspection"
    assert report.authority_names == ("Tarnshire County Council",)
    assert report.windows == (Span(date(2013, 6, 3), date(2013, 6, 14)),)
    assert [(p.name, p.role_code) for p in report.people] == [("Ann Poe", "lead")]


def test_its_grades_are_those_of_the_list_that_ends_it() -> None:
    assert [
        (j.judgement_code, j.grade_code, j.grade_as_written) for j in read(REPORT).judgements
    ] == [
        ("overall_effectiveness", "adequate", "Adequate"),
        ("capacity_to_improve", "good", "Good"),
        ("outcomes", "adequate", "Adequate"),
        ("quality_of_provision", "good", "Good"),
        ("leadership_and_management", "inadequate", "Grade 4 (inadequate)"),
        ("other", "outstanding", "Outstanding"),
    ]


def test_its_points_stand_under_when_to_act_on_them() -> None:
    report = read(REPORT)
    assert [(s.section_type, s.heading, s.grade_code) for s in report.sections] == [
        ("about", "About this inspection", None),
        ("main_findings", "Overall effectiveness", "adequate"),
        ("improvements", "Areas for improvement", None),
        ("improvements", "Immediately:", None),
        ("improvements", "Within three months:", None),
        ("main_findings", "Quality of provision", "good"),
        ("about", "Record of main findings", None),
    ]
    points = [p.text for s in report.sections for p in s.paragraphs if p.is_point]
    assert points == ["See each child alone.", "Write plans with children."]


def test_without_a_list_of_grades_it_is_rejected() -> None:
    result = parse(document(REPORT.partition("= ")[0]))
    assert isinstance(result, Rejection)
    assert result.reason_code == "no_judgements"
