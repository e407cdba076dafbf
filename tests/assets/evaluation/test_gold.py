"""Tables are scored against labels field by field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assets.evaluation.gold import GoldError, Miss, evaluate, fold
from tests.assets.reading import make_tables
from tests.assets.tables.test_rows import BODY, REFERENCE, outcome

if TYPE_CHECKING:
    import polars as pl

IMPROVE = "What needs to improve in this area of social work practice?"
LABEL: dict[str, Any] = {
    "document_kind": "focused_visit",
    "letter_date": "2022-03-03",
    "authority": "Tarnshire",
    "addressee_name": "Una Hale",
    "addressee_role": "Director of Children's Services",
    "start_date": "2022-02-01",
    "end_date": "2022-02-02",
    "inspectors": [
        {"name": "Ann Vale", "title": "Her Majesty’s Inspector", "role": None},
        {"name": "Ben Marsh", "title": "Her Majesty's Inspector", "role": None},
    ],
    "signatory": "Ann Vale",
    "focus": "Inspectors looked at the local authority's arrangements for care leavers.",
    "themes": ["care_leavers"],
    "delivery_mode": None,
    "previous_judgement": None,
    "previous_inspection": None,
    "headings": [
        "Headline findings",
        "Areas for priority action",
        IMPROVE,
        "Main findings",
        "Care leavers",
    ],
    "improvements": ["The timeliness of plans. (outcome 3, national framework)", "Reviews."],
    "priority_actions": ["Thresholds."],
    "framework_references": [{"improvement": 0, "kind": "outcome", "number": 3}],
    "body_paragraphs": {"Headline findings": 1, "Main findings": 0, "Care leavers": 1},
}


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return make_tables([outcome("below/a.pdf", body=BODY)], REFERENCE)[1]


def write(
    folder: Path, labels: dict[str, Any], statements: list[dict[str, Any]] | None = None
) -> Path:
    (folder / "letters").mkdir()
    for name, label in labels.items():
        (folder / "letters" / f"{name}.json").write_text(json.dumps(label), encoding="utf-8")
    if statements is not None:
        lines = "\n".join(json.dumps(statement) for statement in statements)
        (folder / "statements.jsonl").write_text(f"{lines}\n\n", encoding="utf-8")
    return folder


def test_a_letter_that_is_right_is_right_in_every_field(
    tmp_path: Path, tables: dict[str, pl.DataFrame]
) -> None:
    scored = evaluate(write(tmp_path, {"a": LABEL}), tables)
    assert {score.field: score.misses for score in scored.fields} == dict.fromkeys(LABEL, ())
    assert all((score.right, score.total) == (1, 1) for score in scored.fields)
    assert (scored.letters, scored.missing) == (1, ())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("document_kind", "jtai"),
        ("letter_date", "2022-03-04"),
        ("authority", "Lowmoor"),
        ("authority", "Nowhere"),
        ("addressee_name", "Una"),
        ("addressee_role", None),
        ("start_date", "2022-02-02"),
        ("end_date", "2022-02-01"),
        ("inspectors", LABEL["inspectors"][:1]),
        ("inspectors", LABEL["inspectors"][::-1]),
        ("inspectors", [{**LABEL["inspectors"][0], "role": "lead"}, LABEL["inspectors"][1]]),
        ("inspectors", [{**LABEL["inspectors"][0], "title": None}, LABEL["inspectors"][1]]),
        ("signatory", "Ben Marsh"),
        ("signatory", None),
        ("focus", "Inspectors looked at the local authority's arrangements"),
        ("themes", ["care_leavers", "other"]),
        ("delivery_mode", "remote"),
        ("previous_judgement", "good"),
        ("previous_inspection", "2019"),
        ("headings", LABEL["headings"][1:]),
        ("improvements", LABEL["improvements"][::-1]),
        ("priority_actions", []),
        ("framework_references", []),
        ("framework_references", [{"improvement": 1, "kind": "outcome", "number": 3}]),
        ("body_paragraphs", {**LABEL["body_paragraphs"], "Care leavers": 2}),
    ],
)
def test_a_field_that_differs_is_a_miss(
    field: str, value: Any, tmp_path: Path, tables: dict[str, pl.DataFrame]
) -> None:
    scored = evaluate(write(tmp_path, {"a": LABEL | {field: value}}), tables)
    missed = [score for score in scored.fields if score.misses]
    assert [(score.field, score.right, score.total) for score in missed] == [(field, 0, 1)]
    (miss,) = missed[0].misses
    assert miss.letter == "a"
    assert miss.expected != miss.found


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("authority", "Tarnshire County Council"),
        ("authority", "TARNSHIRE"),
        ("signatory", "Ann VALE"),
        ("addressee_role", "Director  of Children’s\u00a0Services"),
        ("priority_actions", ["\uf06e Thresholds."]),
    ],
)
def test_what_labels_may_write_otherwise_is_no_miss(
    field: str, value: Any, tmp_path: Path, tables: dict[str, pl.DataFrame]
) -> None:
    scored = evaluate(write(tmp_path, {"a": LABEL | {field: value}}), tables)
    assert all(not score.misses for score in scored.fields)


def test_a_letter_that_is_no_visit_misses_every_field(
    tmp_path: Path, tables: dict[str, pl.DataFrame]
) -> None:
    scored = evaluate(write(tmp_path, {"a": LABEL, "b": LABEL}), tables)
    assert scored.missing == ("b",)
    assert all((score.right, score.total) == (1, 2) for score in scored.fields)
    assert all([miss.letter for miss in score.misses] == ["b"] for score in scored.fields)


def test_a_field_that_is_not_labelled_is_not_counted(
    tmp_path: Path, tables: dict[str, pl.DataFrame]
) -> None:
    scored = evaluate(write(tmp_path, {"a": {"letter_date": "2022-03-03"}}), tables)
    assert {score.field: score.total for score in scored.fields if score.total} == {
        "letter_date": 1
    }


def test_sentences_are_looked_for_in_their_letter(
    tmp_path: Path, tables: dict[str, pl.DataFrame]
) -> None:
    statements = [
        {"file": "focused_visits/a.pdf", "text": "Most plans  are clear."},
        {"file": "a.pdf", "text": "Most plans"},
        {"file": "b.pdf", "text": "Most plans are clear."},
    ]
    scored = evaluate(write(tmp_path, {}, statements), tables)
    assert (scored.statements_found, scored.statements) == (1, 3)
    assert scored.statements_missing == (
        Miss("a.pdf", "Most plans", None),
        Miss("b.pdf", "Most plans are clear.", None),
    )


def test_a_folder_without_labels_is_none(tmp_path: Path, tables: dict[str, pl.DataFrame]) -> None:
    with pytest.raises(GoldError, match="neither letters"):
        evaluate(tmp_path, tables)


@pytest.mark.parametrize("name", ["letters/a.json", "statements.jsonl"])
@pytest.mark.parametrize("content", [b"{", b"\xff\xfe"], ids=["torn", "not UTF-8"])
def test_labels_that_cannot_be_read_say_which(
    name: str, content: bytes, tmp_path: Path, tables: dict[str, pl.DataFrame]
) -> None:
    write(tmp_path, {"a": LABEL}, [])
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GoldError, match=Path(name).name):
        evaluate(tmp_path, tables)


@pytest.mark.parametrize(
    ("value", "folded"),
    [
        ("Children’s ‘front door’", "Children's 'front door'"),
        ("“Plans”", '"Plans"'),
        ("multi\u2011agency", "multi-agency"),
        ("a\u00a0b\u202fc \n d", "a b c d"),
        ("\uf06e Plans", "Plans"),
        ([" a ", {"b’s": "c ’"}], ["a", {"b's": "c '"}]),
        (None, None),
        (3, 3),
    ],
)
def test_typography_is_folded(value: Any, folded: Any) -> None:
    assert fold(value) == folded
