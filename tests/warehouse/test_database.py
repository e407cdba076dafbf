"""The DuckDB file: comments, views, and that older versions can open it."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse import database
from warehouse.database import (
    View,
    build_database,
    definition_fingerprint,
    load_macros,
    load_views,
)
from warehouse.schema import SCHEMA

Write = Callable[[dict[str, Any], str], Path]

SEEN = dt.datetime(2026, 2, 3, 6, tzinfo=dt.UTC)

# The version of the file format that DuckDB 1.2 introduced, and later ones read.
FORMAT_OF_DUCKDB_1_2 = 65


MACRO = View("m", "M.", {"mine": "My own."}, "SELECT 1 AS mine", {"day": "The day."})


@pytest.fixture(scope="module")
def connection(
    small_warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    path = tmp_path_factory.mktemp("built") / "it's a warehouse.duckdb"
    build_database(small_warehouse, path)
    with duckdb.connect(path, read_only=True) as connection:
        yield connection


def test_every_table_has_its_rows(
    connection: duckdb.DuckDBPyConnection, rows: dict[str, Any]
) -> None:
    for name, table in SCHEMA.items():
        key = ", ".join(f'"{column}"' for column in table.sort_by)
        found = connection.execute(f"SELECT * FROM {name} ORDER BY {key}").fetchall()
        assert len(found) == len(rows[name]), name
        assert all(len(row) == len(table.columns) for row in found)
    assert connection.execute(
        "SELECT last_seen_at, page_count, start_date, is_covid_adapted "
        "FROM letters JOIN visits USING (letter_id, page_count) ORDER BY start_date LIMIT 1"
    ).fetchall() == [(SEEN.replace(tzinfo=None), 2, dt.date(2021, 10, 26), False)]


def test_every_table_view_and_column_has_a_comment(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    comments = dict(
        connection.execute(
            "SELECT table_name, comment FROM duckdb_tables() UNION ALL "
            "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"
        ).fetchall()
    )
    described = {name: table.description for name, table in SCHEMA.items()}
    described |= {view.name: view.description for view in load_views()}
    assert comments == described
    columns = connection.execute(
        "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    for table_name, column_name, comment in columns:
        if table_name in SCHEMA:
            assert comment == SCHEMA[table_name].column(column_name).description
        assert comment, f"{table_name}.{column_name}"
    assert {name for name, *_ in columns} == set(described)


def test_every_macro_has_a_comment_that_describes_it_whole(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = connection.execute(
        "SELECT function_name, parameters, comment FROM duckdb_functions() "
        "WHERE function_type = 'table_macro' AND NOT internal"
    ).fetchall()
    assert found == [(macro.name, [*macro.parameters], macro.comment) for macro in load_macros()]
    for macro in load_macros():
        for text in (macro.description, *macro.parameters.values(), *macro.columns.values()):
            assert text in macro.comment
            assert text.endswith(".")
        assert macro.parameters


def test_an_older_duckdb_can_open_the_file(candidate: Path, tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    build_database(candidate, path)
    (file_format,) = struct.unpack("<Q", path.read_bytes()[12:20])
    assert file_format == FORMAT_OF_DUCKDB_1_2
    assert sorted(tmp_path.glob("warehouse*")) == [path], "no write-ahead log is left"


def test_missing_values_are_refused(rows: dict[str, Any], write: Write, tmp_path: Path) -> None:
    rows["visits"][1]["start_date"] = None
    message = "NOT NULL constraint failed: visits.start_date"
    with pytest.raises(duckdb.ConstraintException, match=message):
        build_database(write(rows, "broken"), tmp_path / "broken.duckdb")


def test_an_existing_file_is_not_touched(candidate: Path, tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        build_database(candidate, path)
    assert path.read_text() == "mine"


def test_the_definition_follows_the_views(monkeypatch: pytest.MonkeyPatch) -> None:
    before = definition_fingerprint()
    assert definition_fingerprint() == before
    monkeypatch.setattr(database, "load_views", lambda: (View("v", "V.", {}, "SELECT 1"),))
    assert definition_fingerprint() != before


def test_the_definition_follows_the_macros(monkeypatch: pytest.MonkeyPatch) -> None:
    before = definition_fingerprint()
    monkeypatch.setattr(database, "load_macros", lambda: (MACRO,))
    assert definition_fingerprint() != before


def test_a_macro_must_describe_its_columns() -> None:
    assert MACRO.column_description("mine") == "My own."
    assert MACRO.column_description("visit_id") == SCHEMA["visits"].column("visit_id").description
    with pytest.raises(KeyError, match=r"macros/m\.sql says nothing of its column other"):
        MACRO.column_description("other")


def test_a_view_must_describe_its_columns() -> None:
    view = View("v", "V.", {"mine": "My own."}, "SELECT 1 AS mine, 2 AS visit_id, 3 AS other")
    assert view.column_description("mine") == "My own."
    assert view.column_description("visit_id") == SCHEMA["visits"].column("visit_id").description
    with pytest.raises(KeyError, match=r"views/v\.sql says nothing of its column other"):
        view.column_description("other")


@pytest.mark.parametrize("view", load_views(), ids=lambda view: view.name)
def test_a_view_describes_no_column_that_it_does_not_have(
    view: View, connection: duckdb.DuckDBPyConnection
) -> None:
    assert set(view.columns) <= set(connection.table(view.name).columns)


# What each view answers from the small warehouse, column by column where it matters.
ANSWERS: list[tuple[str, list[tuple[Any, ...]]]] = [
    (
        (
            "SELECT visit_id, authority, kind, themes, previous_judgement, inspectors, "
            "lead_inspector, signatory, improvement_count, strength_count, concern_count "
            "FROM visits_with_names"
        ),
        [
            (
                "wexcombe-vale-focused-visit-2024-06-11",
                "Wexcombe Vale",
                "Focused visit",
                "Care leavers; Front door",
                "Good",
                "Morgan Ellery; Zoë Farrant",
                None,
                "Morgan Ellery",
                1,
                1,
                1,
            ),
            (
                "ashmere-focused-visit-2024-03-05",
                "Ashmere",
                "Focused visit",
                "Care leavers; Front door",
                None,
                "Morgan Ellery; Zoë Farrant",
                None,
                "Morgan Ellery",
                0,
                1,
                0,
            ),
            (
                "ashmere-focused-visit-2021-10-26",
                "Ashmere",
                "Focused visit",
                "Care leavers; Front door",
                "Good",
                "Morgan Ellery; Zoë Farrant",
                None,
                "Morgan Ellery",
                2,
                1,
                2,
            ),
        ],
    ),
    (
        "SELECT * EXCLUDE (document_kind, era) FROM themes_by_year",
        [
            (2021, "care_leavers", "Care leavers", 1, 1, 1, 1.0),
            (2021, "front_door", "Front door", 1, 0, 1, 1.0),
            (2024, "care_leavers", "Care leavers", 2, 2, 2, 1.0),
            (2024, "front_door", "Front door", 2, 0, 2, 1.0),
        ],
    ),
    (
        "SELECT * EXCLUDE (document_kind, era) FROM improvements_by_theme_and_year",
        [
            (2021, "care_leavers", "Care leavers", 1, 1, 2, 2.0, 0),
            (2024, "care_leavers", "Care leavers", 2, 1, 1, 0.5, 0),
        ],
    ),
    (
        "SELECT DISTINCT document_kind, era FROM themes_by_year",
        [("focused_visit", "headline_findings")],
    ),
    (
        "SELECT * EXCLUDE (document_kind, era) FROM visits_by_grade",
        [
            (None, "None known", 3, 2, 0, 1.0, dt.date(2021, 10, 26), dt.date(2024, 6, 11), None),
        ],
    ),
    (
        "SELECT inspector, authority, start_date, is_signatory FROM inspector_visits",
        [
            ("Morgan Ellery", "Ashmere", dt.date(2021, 10, 26), True),
            ("Morgan Ellery", "Ashmere", dt.date(2024, 3, 5), True),
            ("Morgan Ellery", "Wexcombe Vale", dt.date(2024, 6, 11), True),
            ("Zoë Farrant", "Ashmere", dt.date(2021, 10, 26), False),
            ("Zoë Farrant", "Ashmere", dt.date(2024, 3, 5), False),
            ("Zoë Farrant", "Wexcombe Vale", dt.date(2024, 6, 11), False),
        ],
    ),
    (
        (
            "SELECT authority, visit_number, visit_count, point_number, improvement, topics "
            "FROM authority_improvements"
        ),
        [
            ("Ashmere", 1, 2, 1, "The timeliness of plans.", "Plans and reviews"),
            ("Ashmere", 1, 2, 2, "Supervision.", "Management oversight; Workforce"),
            ("Ashmere", 2, 2, None, None, None),
            ("Wexcombe Vale", 1, 1, 1, "Management oversight.", "Management oversight"),
        ],
    ),
    ("FROM priority_actions", []),
    (
        (
            "SELECT authority, heading, finding, quantifier, is_improvement, page "
            "FROM findings_with_visits WHERE start_date < '2024-01-01'"
        ),
        [
            ("Ashmere", "Main findings", "Most care leavers have a plan.", "Most", False, 1),
            ("Ashmere", "What needs to improve", "The timeliness of plans.", None, True, 1),
            ("Ashmere", "What needs to improve", "Supervision.", None, True, 1),
        ],
    ),
    (
        (
            "SELECT region, visit_number, valence_code, valence_score, topics, quantifier_words, "
            "cohort, is_corrected FROM findings_with_visits WHERE start_date > '2024-01-01'"
        ),
        [
            (
                *("North West", 2, "strength", None, "Plans and reviews; Transition to adulthood"),
                *("Most", "Care leavers", True),
            ),
            (
                *("North West", 1, "strength", 0.94, "Plans and reviews; Transition to adulthood"),
                *("Most", "Care leavers", False),
            ),
            ("North West", 1, "concern", 0.94, "Management oversight", None, None, False),
        ],
    ),
    (
        "SELECT * EXCLUDE (document_kind, era) FROM improvements_by_topic_and_year",
        [
            (2021, "management_oversight", "Management oversight", 1, 1, 0.5, 1, 1.0, 2, 1),
            (2021, "plans_and_reviews", "Plans and reviews", 1, 1, 0.5, 1, 1.0, 2, 1),
            (2021, "workforce", "Workforce", 1, 0, 0.5, 1, 1.0, 2, 1),
            (2024, "management_oversight", "Management oversight", 1, 1, 1.0, 1, 0.5, 1, 2),
        ],
    ),
    (
        (
            "SELECT authority, region, visit_number, topic, finding_count, central_count, "
            "strength_count, concern_count, improvement_count FROM authority_topics "
            "WHERE start_date < '2024-06-01'"
        ),
        [
            ("Ashmere", "North West", 1, "Plans and reviews", 2, 2, 1, 1, 1),
            ("Ashmere", "North West", 1, "Management oversight", 1, 1, 0, 1, 1),
            ("Ashmere", "North West", 1, "Transition to adulthood", 1, 0, 1, 0, 0),
            ("Ashmere", "North West", 1, "Workforce", 1, 0, 0, 1, 1),
            ("Ashmere", "North West", 2, "Plans and reviews", 1, 1, 1, 0, 0),
            ("Ashmere", "North West", 2, "Transition to adulthood", 1, 0, 1, 0, 0),
        ],
    ),
    (
        (
            "SELECT counted_by, year, region, visit_count, finding_count, strength_count, "
            "concern_count, share_of_concerns FROM concerns_by_topic "
            "WHERE topic_code = 'plans_and_reviews'"
        ),
        [
            ("all", None, None, 3, 4, 3, 1, 0.25),
            ("era", None, None, 3, 4, 3, 1, 0.25),
            ("region", None, "North West", 3, 4, 3, 1, 0.25),
            ("year", 2021, None, 1, 2, 1, 1, 0.5),
            ("year", 2024, None, 2, 2, 2, 0, 0.0),
        ],
    ),
    (
        "SELECT authority, position, member, visit_id FROM visits_with_neighbours",
        [
            ("Ashmere", 0, "Ashmere", "ashmere-focused-visit-2024-03-05"),
            ("Ashmere", 0, "Ashmere", "ashmere-focused-visit-2021-10-26"),
            ("Ashmere", 1, "Wexcombe Vale", "wexcombe-vale-focused-visit-2024-06-11"),
            ("Wexcombe Vale", 0, "Wexcombe Vale", "wexcombe-vale-focused-visit-2024-06-11"),
        ],
    ),
    (
        (
            "SELECT table_name, count(*), count(page), count(x0), count(DISTINCT letter_id) "
            "FROM places GROUP BY 1 ORDER BY 1"
        ),
        [
            ("corrections", 1, 1, 1, 1),
            ("finding_topics", 10, 10, 10, 3),
            ("findings", 6, 6, 6, 3),
            ("sections", 6, 6, 0, 3),
            ("visit_inspectors", 6, 0, 0, 3),
            ("visit_themes", 6, 0, 0, 3),
            ("visits", 3, 0, 0, 3),
        ],
    ),
    (
        "SELECT table_name, field, label, finding_count FROM precision_by_code "
        "WHERE finding_count > 0 AND era = 'all'",
        [
            ("findings", "valence_code", "Strength", 3),
            ("findings", "valence_code", "Concern", 3),
            ("finding_topics", "topic_code", "Plans and reviews", 4),
            ("finding_topics", "topic_code", "Transition to adulthood", 3),
            ("finding_topics", "topic_code", "Management oversight", 2),
            ("finding_topics", "topic_code", "Workforce", 1),
        ],
    ),
]


@pytest.mark.parametrize(("sql", "answer"), ANSWERS, ids=[sql for sql, _ in ANSWERS])
def test_a_view_answers_its_question(
    connection: duckdb.DuckDBPyConnection, sql: str, answer: list[tuple[Any, ...]]
) -> None:
    assert connection.execute(sql).fetchall() == answer


def test_every_view_is_asked() -> None:
    asked = " ".join(sql for sql, _ in ANSWERS)
    views = {view.name for view in load_views() if f"FROM {view.name}" not in asked}
    # These are asked in test_views.
    assert views == {
        "agreement_with_readers",
        "authority_beside_others",
        "called_by_readers",
        "improved_by_topic",
        "judgements_with_names",
        "points_asked_again",
        "points_through_time",
        "time_until_revisited",
        "valences_by_year",
    }


def test_an_area_for_priority_action_is_found(
    rows: dict[str, Any], write: Write, tmp_path: Path
) -> None:
    rows["findings"][0]["is_priority_action"] = True
    build_database(write(rows, "priority"), tmp_path / "priority.duckdb")
    with duckdb.connect(tmp_path / "priority.duckdb", read_only=True) as connection:
        found = connection.execute("SELECT authority, priority_action FROM priority_actions")
        assert found.fetchall() == [("Ashmere", "Most care leavers have a plan.")]


def test_what_counts_people_says_that_it_does_not_measure_them() -> None:
    (view,) = [view for view in load_views() if view.name == "inspector_visits"]
    assert "no measure of the person" in view.description
    assert "no measure of the person" in SCHEMA["inspectors"].description
