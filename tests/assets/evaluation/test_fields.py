"""Each label of a letter is held against its column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from assets.evaluation.fields import FIELDS, INSPECTION_FIELDS, LETTER_FIELDS, PublishedVisits
from assets.evaluation.gold import Gold
from assets.evaluation.inspection_labels import as_letter
from assets.evaluation.measures import Evaluation, evaluate
from assets.publications.model import Correspondent
from tests.assets.evaluation.labels import LABEL, letter, tables_of
from tests.assets.tables.test_grades import made
from tests.assets.tables.test_rows import OTHER_DAYS
from warehouse.frames import build_frame
from warehouse.schema import SCHEMA

if TYPE_CHECKING:
    import polars as pl


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return tables_of(letter("below/a.pdf"))


@pytest.fixture(scope="module")
def report_tables() -> dict[str, pl.DataFrame]:
    tables = made(addressees=(Correspondent("Rowan Thackley", "Director"),))
    return {name: build_frame(name, rows) for name, rows in tables.rows.items()}


def scored(tables: dict[str, pl.DataFrame], **changes: Any) -> Evaluation:
    return evaluate(Gold({"a": LABEL | changes}, ()), tables)


def test_fields_are_columns_and_every_label_has_one() -> None:
    assert all(field.name in SCHEMA[field.table_name].column_names for field in FIELDS)
    assert {field.label for field in LETTER_FIELDS} == set(LABEL)
    assert len({(field.table_name, field.name) for field in FIELDS}) == len(FIELDS)


def test_a_letter_that_is_right_is_right_in_every_field(tables: dict[str, pl.DataFrame]) -> None:
    evaluation = scored(tables)
    assert evaluation.misses == ()
    assert evaluation.unpublished == ()
    for field in LETTER_FIELDS:
        row = evaluation.measure(field.table_name, field.name, "exact_match")
        assert (row["value"], row["n"]) == (1, 1)


@pytest.mark.parametrize(
    ("label", "value", "fields"),
    [
        ("document_kind", "jtai", ["visits.document_kind"]),
        ("letter_date", "2022-03-04", ["visits.letter_date"]),
        ("letter_date", None, ["visits.letter_date"]),
        ("authority", "Lowmoor", ["visits.authority_id"]),
        ("authority", "Nowhere", ["visits.authority_id"]),
        ("addressee_name", "Una", ["visits.addressee_name"]),
        ("addressee_role", None, ["visits.addressee_role"]),
        ("start_date", "2022-02-02", ["visits.start_date"]),
        ("end_date", "2022-02-01", ["visits.end_date"]),
        (
            "inspectors",
            LABEL["inspectors"][:1],
            ["visit_inspectors.name_as_written", "visit_inspectors.title"],
        ),
        (
            "inspectors",
            LABEL["inspectors"][::-1],
            ["visit_inspectors.name_as_written", "visit_inspectors.title"],
        ),
        (
            "inspectors",
            [{**LABEL["inspectors"][0], "role": "lead"}, LABEL["inspectors"][1]],
            ["visit_inspectors.role_code"],
        ),
        (
            "inspectors",
            [{**LABEL["inspectors"][0], "title": None}, LABEL["inspectors"][1]],
            ["visit_inspectors.title"],
        ),
        ("signatory", "Ben Marsh", ["visits.signatory_id"]),
        ("signatory", None, ["visits.signatory_id"]),
        ("focus", "Inspectors looked at the local authority's arrangements", ["visits.focus"]),
        ("themes", ["care_leavers", "other"], ["visit_themes.theme_code"]),
        (
            "themes",
            ["other", "care_leavers"],
            ["visits.primary_theme_code", "visit_themes.theme_code"],
        ),
        ("themes", [], ["visits.primary_theme_code", "visit_themes.theme_code"]),
        ("delivery_mode", "remote", ["visits.delivery_mode"]),
        ("previous_judgement", "good", ["visits.previous_judgement_code"]),
        ("previous_inspection", "2019", ["visits.previous_inspection"]),
        ("headings", LABEL["headings"][1:], ["sections.heading"]),
        ("improvements", LABEL["improvements"][::-1], ["findings.is_improvement"]),
        ("priority_actions", [], ["findings.is_priority_action"]),
        ("framework_references", [], ["findings.framework_reference"]),
        (
            "framework_references",
            [{"improvement": 1, "kind": "outcome", "number": 3}],
            ["findings.framework_reference"],
        ),
        (
            "body_paragraphs",
            {**LABEL["body_paragraphs"], "Care leavers": 2},
            ["sections.paragraph_count"],
        ),
        (
            "body_paragraphs",
            dict(reversed(LABEL["body_paragraphs"].items())),
            ["sections.paragraph_count"],
        ),
    ],
)
def test_a_value_that_differs_is_a_miss(
    label: str, value: Any, fields: list[str], tables: dict[str, pl.DataFrame]
) -> None:
    evaluation = scored(tables, **{label: value})
    assert [miss.field for miss in evaluation.misses] == fields
    assert all(miss.expected != miss.found for miss in evaluation.misses)
    exact = {
        f"{row['table_name']}.{row['field']}": row["value"]
        for row in evaluation.rows
        if row["metric"] == "exact_match" and row["era"] == "all"
    }
    assert {name for name, value in exact.items() if value == 0} == set(fields)


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("authority", "Tarnshire County Council"),
        ("authority", "TARNSHIRE"),
        ("signatory", "Ann VALE"),
        ("addressee_role", "Director  of Children’s\u00a0Services"),
        ("priority_actions", ["\uf06e Thresholds."]),
    ],
)
def test_what_labels_may_write_otherwise_is_no_miss(
    label: str, value: Any, tables: dict[str, pl.DataFrame]
) -> None:
    assert scored(tables, **{label: value}).misses == ()


def test_what_a_letter_writes_otherwise_is_none_either() -> None:
    """Also within what is compared in pairs: an inspector with a title, a heading with a number."""
    made = tables_of(
        letter(
            team="The inspectors were Ann O’Vale HMI and Ben Marsh HMI.",
            closing="Yours sincerely\n\nAnn O’Vale\n\nHMI",
            body="# Children’s plans\n\nWork is sound.\n\n# Main findings\n\nWork is sound.",
        )
    )
    label = {
        "inspectors": [
            {"name": "Ann O'Vale", "title": "Her Majesty's Inspector", "role": None},
            {"name": "Ben Marsh", "title": "Her Majesty's Inspector", "role": None},
        ],
        "headings": ["Children's plans", "Main findings"],
        "body_paragraphs": {"Children's plans": 1, "Main findings": 1},
    }
    evaluation = evaluate(Gold({"a": label}, ()), made)
    assert evaluation.misses == ()


def test_who_only_signed_is_no_inspector_of_the_visit() -> None:
    made = tables_of(letter(closing="Yours sincerely\n\nDee Hart\n\nHMI"))
    evaluation = scored(made, signatory="Dee Hart")
    assert evaluation.misses == ()


@pytest.mark.parametrize(
    ("stated", "grade"),
    [("requires_improvement", "requires improvement"), ("good", "good"), (None, None)],
)
def test_grades_are_labelled_in_words(stated: str | None, grade: str | None) -> None:
    made = tables_of(letter(values={"details": {"previous_judgement_code": stated}}))
    assert scored(made, previous_judgement=grade).misses == ()


def test_visits_are_found_by_the_names_of_their_files() -> None:
    made = tables_of(
        letter("2022/b.of.pdf", values={"authority_names": ("Lowmoor",)}),
        letter("a.txt"),
        letter("older.pdf", date="2 March 2022", **OTHER_DAYS),
    )
    visits = PublishedVisits(made).labelled(["a", "b.of", "older", "gone"])
    assert set(visits) == {"a", "b.of", "older"}
    assert visits["b.of"].row["authority_id"] == "X2"
    for visit in visits.values():
        assert [row["position"] for row in visit.sections] == list(range(1, 8))
        assert [row["position"] for row in visit.team] == [1, 2]
        assert [row["text"] for row in visit.findings if row["is_improvement"]] == LABEL[
            "improvements"
        ]
        assert {row["visit_id"] for row in visit.findings} == {visit.row["visit_id"]}


#: The label of the report that the tests of grades make.
REPORT_LABEL: dict[str, Any] = {
    "document_kind": "sif_inspection",
    "authority": "Tarnshire",
    "windows": [["2015-03-02", "2015-03-06"], ["2015-03-16", "2015-03-20"]],
    "published_printed": None,
    "inspectors": [
        {"name": "Ann Vale", "title": None, "role": "lead", "organisation": "Ofsted"},
        {"name": "Ben Marsh", "title": None, "role": "lead", "organisation": "the CQC"},
    ],
    "judgements": [
        {"code": "adoption", "grade": "good", "as_written": "Good"},
        {"code": "lscb", "grade": "requires_improvement", "as_written": "Requires improvement"},
    ],
    "inspectorates": [],
    "addressees": [{"name": "Rowan Thackley", "role": "Director"}],
    "improvements": ["Visit children more often."],
    "priority_actions": [],
    "lscb_improvements": ["Share what audits tell."],
    "case_studies": [],
    "paragraph_numbers": {"The graded judgement for adoption performance": 41},
}


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({}, set()),
        ({"windows": [["2015-03-02", "2015-03-20"]]}, {"visit_windows.start_date"}),
        ({"judgements": REPORT_LABEL["judgements"][:1]}, {"judgements.grade_code"}),
        ({"inspectorates": ["Ofsted"]}, {"visit_inspectorates.inspectorate_code"}),
        ({"addressees": [{"name": "Rowan", "role": "Mayor"}]}, {"visit_correspondents.name"}),
        ({"lscb_improvements": ["Ask."]}, {"findings.responsible_body"}),
        ({"improvements": ["Visit.", "Ask."]}, {"findings.is_improvement"}),
        ({"case_studies": ["Ash"]}, {"sections.section_type"}),
        ({"paragraph_numbers": {}}, {"findings.paragraph_number"}),
        ({"inspectors": []}, {"visit_inspectors.organisation_code"}),
        ({"priority_actions": [{"text": "Act."}, "Ask."]}, {"findings.is_priority_action"}),
    ],
)
def test_inspections_are_held_against_labels_of_their_own(
    changes: dict[str, Any], missed: set[str], report_tables: dict[str, pl.DataFrame]
) -> None:
    label = as_letter(REPORT_LABEL | changes)
    assert {field.label for field in INSPECTION_FIELDS} <= set(label)
    evaluation = evaluate(Gold({"a": label}, ()), report_tables)
    found = {miss.field for miss in evaluation.misses} - {"visit_inspectors.title"}
    assert found >= missed
    assert bool(found) == bool(missed)
