"""What the table macros answer: which version of a letter could be known on a day."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.conftest import Rows, complete, small_rows, write_rows
from warehouse.database import build_database, load_macros
from warehouse.query import Format, run_query
from warehouse.schema import SCHEMA
from warehouse.states import publish

Write = Callable[[Rows, str], Path]

AMENDED = "ashmere-focused-visit-2021-10-26"  # its letter of 30 November
OTHER_DAYS = "ashmere-focused-visit-2021-10-19"  # what that letter said of its days at first
WITHDRAWN = "wexcombe-vale-focused-visit-2024-06-11"


def made_history() -> Rows:
    """The small warehouse, with one letter that was amended twice and one that was withdrawn."""
    rows = small_rows()
    counts = next(row for row in rows["visit_versions"] if row["visit_id"] == AMENDED)
    for number, (visit_id, days, findings) in enumerate(
        (
            (OTHER_DAYS, ("2021-11-30", "2022-01-14"), 7),
            (AMENDED, ("2022-01-14", "2022-03-01"), 8),
            (AMENDED, ("2021-12-24", "2021-12-24"), 9),
        )
    ):
        known_from, known_to = map(dt.date.fromisoformat, days)
        letter = complete("letters", **rows["letters"][0]) | {
            "letter_id": f"{number:016}",
            "sha256": f"{number:064}",
            "status": "superseded",
            "superseded_by": counts["letter_id"],
        }
        rows["letters"].append(letter)
        rows["visit_versions"].append(
            counts
            | {"letter_id": letter["letter_id"], "visit_id": visit_id, "finding_count": findings}
            | {"known_from": known_from, "known_to": known_to}
        )
    counts["known_from"] = dt.date(2022, 3, 1)
    gone = next(row for row in rows["visit_versions"] if row["visit_id"] == WITHDRAWN)
    gone["withdrawn_date"] = dt.date(2025, 5, 1)
    return rows


@pytest.fixture
def history() -> Rows:
    return made_history()


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("history")
    path = folder / "warehouse.duckdb"
    build_database(write_rows(made_history(), folder / "candidate"), path)
    with duckdb.connect(path, read_only=True) as connection:
        yield connection


ASHMERE_2024 = "ashmere-focused-visit-2024-03-05"


@pytest.mark.parametrize(
    ("day", "known"),
    [
        ("2021-11-29", []),
        # From the day of publication on, and until the day before another took its place.
        ("2021-11-30", [(OTHER_DAYS, 7, False, True)]),
        ("2021-12-24", [(OTHER_DAYS, 7, False, True)]),
        ("2022-01-13", [(OTHER_DAYS, 7, False, True)]),
        ("2022-01-14", [(AMENDED, 8, False, True)]),
        ("2022-02-28", [(AMENDED, 8, False, True)]),
        ("2022-03-01", [(AMENDED, 3, False, False)]),
        (
            "2025-05-01",
            [
                (AMENDED, 3, False, False),
                (ASHMERE_2024, 1, False, False),
                (WITHDRAWN, 2, False, False),
            ],
        ),
        (
            "2025-05-02",
            [
                (AMENDED, 3, False, False),
                (ASHMERE_2024, 1, False, False),
                (WITHDRAWN, 2, True, False),
            ],
        ),
    ],
)
def test_what_could_be_known_on_a_day(
    connection: duckdb.DuckDBPyConnection, day: str, known: list[tuple[Any, ...]]
) -> None:
    sql = "SELECT visit_id, finding_count, is_withdrawn, is_amended_since FROM visits_as_of({})"
    assert connection.execute(sql.format(f"'{day}'")).fetchall() == known
    assert connection.execute(sql.format(f"DATE '{day}'")).fetchall() == known


def test_a_day_of_today_has_the_columns_and_the_rows_of_visits(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    answer = connection.sql("FROM visits_as_of(DATE '9999-12-31')")
    columns = [*SCHEMA["visits"].column_names]
    assert answer.columns == [*columns, "known_from", "is_withdrawn", "is_amended_since"]
    assert answer.select(", ".join(columns)).fetchall() == (
        connection.sql("FROM visits ORDER BY visit_id").fetchall()
    )


def test_every_column_of_a_macro_is_described(connection: duckdb.DuckDBPyConnection) -> None:
    macros = load_macros()
    assert [macro.name for macro in macros] == ["new_since", "visits_as_of"]
    for macro in macros:
        assert [*macro.parameters] == ["day"]
        columns = connection.sql(f"FROM {macro.name}('2022-01-01')").columns
        assert all(macro.column_description(name) for name in columns)
        assert set(macro.columns) <= set(columns)


def test_of_two_letters_that_stated_one_visit_the_later_known_counts(
    history: Rows, write: Write, tmp_path: Path
) -> None:
    other = next(row for row in history["visit_versions"] if row["visit_id"] == ASHMERE_2024)
    twin = other | {"letter_id": "f" * 16, "finding_count": 5}
    twin |= {"known_from": dt.date(2024, 5, 1), "known_to": dt.date(2024, 6, 1)}
    history["visit_versions"].append(twin)
    build_database(write(history, "twins"), tmp_path / "twins.duckdb")
    with duckdb.connect(tmp_path / "twins.duckdb", read_only=True) as connection:
        for day, findings in (("2024-04-30", 1), ("2024-05-31", 5), ("2024-06-01", 1)):
            found = connection.execute(
                f"SELECT finding_count FROM visits_as_of('{day}') WHERE visit_id = ?",
                [ASHMERE_2024],
            )
            assert found.fetchall() == [(findings,)]


def test_it_can_be_asked_of_what_is_published(history: Rows, write: Write, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(write(history, "candidate"), out, {}, dt.datetime(2026, 2, 3, tzinfo=dt.UTC))
    answer = io.BytesIO()
    sql = "SELECT visit_id, is_amended_since FROM visits_as_of('2022-01-01')"
    run_query(out, sql, Format.CSV, answer)
    assert answer.getvalue().decode() == f"visit_id,is_amended_since\n{OTHER_DAYS},true\n"


def test_what_is_new_since_a_day_is_what_became_known_then(history: Rows, tmp_path: Path) -> None:
    build_database(write_rows(history, tmp_path / "tables"), tmp_path / "new.duckdb")
    with duckdb.connect(tmp_path / "new.duckdb", read_only=True) as connection:
        found = connection.execute(
            "SELECT visit_id, is_amended FROM new_since('2022-03-01') ORDER BY known_from"
        ).fetchall()
        later = connection.execute("FROM new_since('2030-01-01')").fetchall()
    assert found == [
        (AMENDED, True),
        ("ashmere-focused-visit-2024-03-05", False),
        (WITHDRAWN, False),
    ]
    assert later == []
