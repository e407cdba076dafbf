"""Grades: how a report's become rows, how long each holds, and what a heading may not say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assets.documents.model import Line
from assets.language.dates import Span
from assets.model import Rejection, Signal
from assets.publications.grades_agree import grades_agree
from assets.publications.model import (
    Correspondent,
    Judgement,
    Paragraph,
    Person,
    Publication,
    Section,
)
from assets.tables.grades import doubts_on_grades, grades_held
from tests.assets.tables.test_rows import build, column, only, outcome
from tests.built_tables import Tables
from warehouse.kinds import SAFEGUARDING_BOARD

FIRST, SECOND = Line(0, 1, 300, 410, 360, 424), Line(0, 1, 300, 426, 390, 440)
ADOPTION = Section(
    "main_findings",
    "The graded judgement for adoption performance",
    (Paragraph("Adopters praise the support they get.", label="41."),),
    grade_code="good",
    judgement_code="adoption",
)


def points(section_type: str, *texts: str, **values: Any) -> Section:
    paragraphs = tuple(Paragraph(text, is_point=True, level=1, **values) for text in texts)
    return Section(section_type, "Recommendations", paragraphs)


def report(**values: Any) -> Publication:
    """A report with a board's part, as a single inspection's."""
    said: dict[str, Any] = {
        "letter_id": "0" * 16,
        "document_kind": "sif_inspection",
        "framework": "SIF",
        "authority_names": ("Tarnshire",),
        "windows": (
            Span(date(2015, 3, 2), date(2015, 3, 6)),
            Span(date(2015, 3, 16), date(2015, 3, 20)),
        ),
        "people": (
            Person("Ann Vale", "Her Majesty’s Inspector", "lead", "ofsted"),
            Person("Ben Marsh", None, "lead", "cqc"),
        ),
        "judgements": (
            Judgement("adoption", "good", "Good", (FIRST,)),
            Judgement("lscb", "requires_improvement", "Requires improvement", (FIRST, SECOND)),
        ),
        "sections": (
            points("improvements", "Visit children more often."),
            points("improvements", "Share what audits tell.", responsible_body=SAFEGUARDING_BOARD),
            ADOPTION,
            Section("lscb", "The board", (Paragraph("The board does not ask questions."),)),
        ),
        "page_count": None,
        "text_method": "text",
    }
    return Publication(**said | values)


def made(**values: Any) -> Tables:
    """The tables of one such report."""
    said = {name: getattr(report(), name) for name in report().__struct_fields__}
    del said["letter_id"]
    return build(outcome(values=said | {"details": {"focus": None}} | values))


def test_a_report_becomes_rows_of_every_table() -> None:
    tables = made(addressees=(Correspondent("Rowan Thackley", "Director"),))
    visit = only(tables, "visits")
    assert visit["visit_id"] == "tarnshire-sif-inspection-2015-03-02"
    assert (visit["start_date"], visit["end_date"]) == (date(2015, 3, 2), date(2015, 3, 20))
    assert visit["lead_inspector_id"] == "ann-vale"
    assert column(tables, "visit_inspectors", "organisation_code") == ["ofsted", "cqc"]
    assert column(tables, "visit_windows", "start_date") == [date(2015, 3, 2), date(2015, 3, 16)]
    assert column(tables, "judgements", "grade_as_written") == ["Good", "Requires improvement"]
    board = tables.rows["judgements"][1]
    assert [board[name] for name in ("page", "x0", "y0", "x1", "y1")] == [1, 300, 410, 390, 440]
    assert column(tables, "sections", "grade_code") == [None, None, "good", None]
    assert column(tables, "findings", "paragraph_number") == [None, None, 41, None]
    assert only(tables, "visit_correspondents")["role_as_written"] == "Director"


@pytest.mark.parametrize(("kind", "counted"), [("sif_inspection", 1), ("lscb_review", 2)])
def test_what_is_a_boards_counts_in_the_review_of_a_board_alone(kind: str, counted: int) -> None:
    tables = made(document_kind=kind)
    bodies = [None, SAFEGUARDING_BOARD, None, None]
    assert column(tables, "findings", "responsible_body") == bodies
    visit = only(tables, "visits")
    assert visit["improvement_count"] == counted
    assert visit["finding_count"] == 2 * counted


def test_a_joint_letter_is_to_nobody_alone() -> None:
    people = (Correspondent("Rowan Thackley", None, "Director"), Correspondent(None, None, "Mayor"))
    tables = made(
        document_kind="jtai",
        addressees=people[:1],
        signatories=(*people, Correspondent(None)),
        people=(),
        inspectorates=("ofsted", "cqc"),
    )
    visit = only(tables, "visits")
    assert (visit["addressee_name"], visit["signatory_id"]) == (None, None)
    rows = tables.rows["visit_correspondents"]
    assert [(row["part_code"], row["position"], row["name"]) for row in rows] == [
        ("addressee", 1, "Rowan Thackley"),
        ("signatory", 1, "Rowan Thackley"),
        ("signatory", 2, None),
    ]
    assert column(tables, "visit_inspectorates", "inspectorate_code") == ["ofsted", "cqc"]


# --- how long a grade holds ---


def visit(kind: str, published: date, authority_id: str = "X1") -> dict[str, Any]:
    return {
        "visit_id": f"{authority_id}-{kind}-{published}",
        "authority_id": authority_id,
        "document_kind": kind,
        "published_date": published,
        "letter_date": None,
        "start_date": published,
        "end_date": published,
    }


def judged(of: dict[str, Any], code: str, grade: str = "good") -> dict[str, Any]:
    return {"visit_id": of["visit_id"], "judgement_code": code, "grade_code": grade}


SINGLE = visit("sif_inspection", date(2015, 5, 1))
AGAIN = visit("sif_reinspection", date(2017, 6, 1))
FULL = visit("ilacs_inspection", date(2021, 3, 1))
JOINT = visit("jtai", date(2016, 1, 1))
SEND = visit("area_send_inspection", date(2023, 7, 1))


def test_a_grade_holds_until_the_next_full_inspection_is_published() -> None:
    rows = grades_held(
        [FULL, JOINT, SINGLE, SEND, AGAIN, visit("ilacs_inspection", date(2016, 1, 1), "X2")],
        [
            judged(SINGLE, "adoption"),
            judged(SINGLE, "lscb"),
            judged(SINGLE, "care_leavers", "not_judged"),
            judged(AGAIN, "overall_effectiveness"),
            judged(FULL, "overall_effectiveness", "inadequate"),
            judged(SEND, "area_send_outcome", "systemic_failings"),
        ],
    )
    spans = {
        (row["judgement_code"], row["framework"]): (row["from_date"], row["to_date"])
        for row in rows
    }
    assert len(rows) == len(spans)
    assert spans == {
        # The re-inspection does not judge adoption, and ends that grade all the same.
        ("adoption", "SIF"): (date(2015, 5, 1), date(2017, 5, 31)),
        ("overall_effectiveness", "SIF"): (date(2017, 6, 1), date(2021, 2, 28)),
        ("overall_effectiveness", "ILACS"): (date(2021, 3, 1), None),
        ("area_send_outcome", "AREA_SEND"): (date(2023, 7, 1), None),
    }


@pytest.mark.parametrize(
    ("said", "of", "day", "is_told"),
    [
        ("good", None, date(2021, 6, 1), True),
        ("good", "2021-01", date(2021, 6, 1), True),
        ("good", "2021", date(2021, 6, 1), True),
        ("inadequate", None, date(2021, 6, 1), False),
        # Of an inspection that is not here, or before any that is, nothing can be told.
        ("good", "2021-04", date(2021, 6, 1), False),
        ("good", "2022", date(2023, 6, 1), False),
        ("good", None, date(2021, 2, 28), False),
        (None, None, date(2021, 6, 1), False),
    ],
)
def test_the_grade_that_a_letter_says_was_held_is_held_against_it(
    said: str | None, of: str | None, day: date, is_told: bool
) -> None:
    held = grades_held([FULL], [judged(FULL, "overall_effectiveness", "inadequate")])
    letter = visit("focused_visit", day) | {
        "letter_id": "a",
        "previous_judgement_code": said,
        "previous_inspection": of,
    }
    told = list(doubts_on_grades([letter], held))
    assert [letter_id for _, letter_id in told] == (["a"] if is_told else [])
    for signal, _ in told:
        assert "published on 2021-03-01 gave inadequate" in signal.detail


# --- headings ---


def test_a_heading_may_not_state_another_grade_than_the_list() -> None:
    assert grades_agree(report()) == report()
    result = grades_agree(report(judgements=(Judgement("adoption", "inadequate", "Inadequate"),)))
    assert isinstance(result, Rejection)
    assert result.reason_code == "judgements_disagree"
    assert "adoption is inadequate" in str(result.detail)
    assert "good in the heading" in str(result.detail)


def test_a_heading_with_a_grade_that_is_not_listed_is_told() -> None:
    result = grades_agree(report(judgements=()))
    assert isinstance(result, Publication)
    assert result.signals == (
        Signal(
            "heading_grade_unlisted",
            "The graded judgement for adoption performance: good is the grade of no judgement "
            "listed.",
        ),
    )
