"""What follows from other rows: keys, counts, numbers, people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assets.tables.derived import VISIT_KEY_PARTS, derive, inspector_rows, key_part, visit_key
from tests.assets.tables.test_rows import authority
from warehouse.schema import SCHEMA

Row = dict[str, Any]

ONE, TWO = "tarnshire-focused-visit-2022-02-01", "lowmoor-focused-visit-2022-03-01"


@pytest.mark.parametrize(
    ("name", "kind", "day", "key"),
    [
        ("Tarnshire", "focused_visit", date(2022, 2, 1), ONE),
        ("Lowmoor, City of", "jtai", date(2022, 2, 1), "lowmoor-jtai-2022-02-01"),
        ("St. Anne’s", "focused_visit", date(2022, 12, 31), "st-annes-focused-visit-2022-12-31"),
        (
            "Ham and Wye",
            "monitoring_visit",
            date(2018, 1, 2),
            "ham-and-wye-monitoring-visit-2018-01-02",
        ),
    ],
)
def test_the_key_of_a_visit(name: str, kind: str, day: date, key: str) -> None:
    assert visit_key(name, kind, day) == key
    assert key == "-".join(key_part(part) for part in (name, kind, day))


def test_the_parts_of_a_key_are_columns_of_visits() -> None:
    assert set(VISIT_KEY_PARTS) <= set(SCHEMA["visits"].column_names)


def visit(visit_id: str, authority_id: str = "X1", day: date = date(2022, 2, 1)) -> Row:
    return {
        "visit_id": visit_id,
        "authority_id": authority_id,
        "document_kind": "focused_visit",
        "start_date": day,
        "end_date": day,
        "letter_date": None,
    }


def member(
    visit_id: str, position: int, name: str, role: str | None = None, signs: bool = False
) -> Row:
    return {
        "visit_id": visit_id,
        "position": position,
        "name_as_written": name,
        "role_code": role,
        "organisation_code": None,
        "is_signatory": signs,
    }


def section(visit_id: str, number: int, kind: str, words: int = 10) -> Row:
    return {
        "section_id": f"{visit_id}-{number:02d}",
        "visit_id": visit_id,
        "section_type": kind,
        "word_count": words,
    }


def finding(visit_id: str, number: int, section_number: int, valence: str) -> Row:
    return {
        "finding_id": f"{visit_id}-{number:08d}",
        "visit_id": visit_id,
        "section_id": f"{visit_id}-{section_number:02d}",
        "valence_code": valence,
        "responsible_body": None,
    }


def tables(**rows: list[Row]) -> dict[str, list[Row]]:
    """Rows of all tables: two visits, and what a test says."""
    given = {
        "visits": [visit(ONE), visit(TWO, "X2", date(2022, 3, 1))],
        "authorities": [authority("X1", "Tarnshire", "101"), authority("X2", "Lowmoor", "102")],
    }
    whole: dict[str, list[Row]] = {name: [] for name in SCHEMA}
    whole |= given | rows
    derive(whole)
    whole["inspectors"] = list(inspector_rows(lambda name, *_: whole[name]))
    return whole


def of_visit(made: dict[str, list[Row]], visit_id: str = ONE) -> Row:
    (row,) = (row for row in made["visits"] if row["visit_id"] == visit_id)
    return row


def test_a_visit_without_rows_of_its_own_counts_nothing() -> None:
    row = of_visit(tables())
    following = {name: value for name, value in row.items() if name not in visit(ONE)}
    assert following == {
        "era": "headline_findings",
        "primary_theme_code": None,
        "lead_inspector_id": None,
        "signatory_id": None,
        "inspector_count": 0,
        "has_priority_action": False,
        "improvement_count": 0,
        "priority_action_count": 0,
        "finding_count": 0,
        "strength_count": 0,
        "concern_count": 0,
        "word_count": 0,
    }


def test_counts_are_of_the_visits_own_rows() -> None:
    kinds = ("main_findings", "improvements", "priority_actions")
    made = tables(
        sections=[
            *(section(ONE, number, kind, 10 * number) for number, kind in enumerate(kinds, 1)),
            section(TWO, 1, "improvements", 7),
        ],
        findings=[
            finding(ONE, 1, 1, "strength"),
            finding(ONE, 2, 1, "strength"),
            finding(ONE, 3, 1, "mixed"),
            finding(ONE, 4, 1, "context"),
            finding(ONE, 5, 2, "concern"),
            finding(ONE, 6, 2, "concern"),
            finding(ONE, 7, 3, "concern"),
            finding(TWO, 1, 1, "concern"),
        ],
    )
    names = (
        "finding_count",
        "strength_count",
        "concern_count",
        "improvement_count",
        "priority_action_count",
        "has_priority_action",
        "word_count",
    )
    assert [of_visit(made)[name] for name in names] == [7, 2, 3, 2, 1, True, 60]
    assert [of_visit(made, TWO)[name] for name in names] == [1, 0, 1, 1, 0, False, 7]
    assert [
        (row["section_type"], row["is_improvement"], row["is_priority_action"])
        for row in made["findings"]
    ] == [
        *(("main_findings", False, False),) * 4,
        *(("improvements", True, False),) * 2,
        ("priority_actions", False, True),
        ("improvements", True, False),
    ]


@pytest.mark.parametrize(
    ("roles", "lead"),
    [
        ((None, None), None),
        (("lead", None), "ann-vale"),
        (("team", "lead"), "ben-marsh"),
        (("lead", "lead"), None),
    ],
)
def test_the_lead_is_the_only_one_who_is_called_so(
    roles: tuple[str | None, str | None], lead: str | None
) -> None:
    made = tables(
        visit_inspectors=[
            member(ONE, 1, "Ann Vale", roles[0]),
            member(ONE, 2, "Ben Marsh", roles[1], signs=True),
        ]
    )
    row = of_visit(made)
    assert (row["lead_inspector_id"], row["signatory_id"]) == (lead, "ben-marsh")
    assert row["inspector_count"] == 2


def test_people_are_counted_across_visits() -> None:
    third = "tarnshire-focused-visit-2023-01-10"
    made = tables(
        visits=[
            visit(ONE),
            visit(TWO, "X2", date(2022, 3, 1)),
            visit(third, "X1", date(2023, 1, 10)),
        ],
        visit_inspectors=[
            member(ONE, 1, "Seán Marsh"),
            # Named twice in one letter: one visit.
            member(TWO, 1, "Sean Marsh"),
            member(TWO, 2, "SEAN MARSH"),
            member(third, 1, "Seán Marsh"),
            member(third, 2, "Ann Vale"),
        ],
    )
    people = {row.pop("inspector_id"): row for row in made["inspectors"]}
    assert people == {
        "sean-marsh": {
            "name": "Seán Marsh",
            "first_visit_date": date(2022, 2, 1),
            "last_visit_date": date(2023, 1, 10),
            "visit_count": 3,
            "authority_count": 2,
        },
        "ann-vale": {
            "name": "Ann Vale",
            "first_visit_date": date(2023, 1, 10),
            "last_visit_date": date(2023, 1, 10),
            "visit_count": 1,
            "authority_count": 1,
        },
    }


@pytest.mark.parametrize(
    ("table", "owner", "code"),
    [
        ("visit_themes", "visit_id", "theme_code"),
        ("finding_topics", "finding_id", "topic_code"),
        ("authority_neighbours", "authority_id", "neighbour_id"),
    ],
)
def test_gaps_are_closed_owner_by_owner(table: str, owner: str, code: str) -> None:
    rows = [
        {owner: one, "position": position, code: f"{one} {position}"}
        for one, position in (("a", 5), ("b", 2), ("a", 2), ("b", 1), ("a", 3))
    ]
    found = sorted(
        (row[owner], row["position"], row[code]) for row in tables(**{table: rows})[table]
    )
    assert found == [
        ("a", 1, "a 2"),
        ("a", 2, "a 3"),
        ("a", 3, "a 5"),
        ("b", 1, "b 1"),
        ("b", 2, "b 2"),
    ]


def test_the_main_theme_is_the_first() -> None:
    themes = [
        {"visit_id": ONE, "position": position, "theme_code": code}
        for position, code in ((3, "permanence"), (2, "care_leavers"))
    ]
    assert of_visit(tables(visit_themes=themes))["primary_theme_code"] == "care_leavers"
