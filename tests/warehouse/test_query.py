"""Questions to what is published: read-only, fenced in, and with errors that help."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from warehouse.query import Format, QueryError, run_query, status
from warehouse.states import publish

AT = datetime(2026, 2, 3, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def out(small_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("query") / "out"
    publish(small_warehouse, out, {}, at=AT)
    return out


def ask(out: Path, sql: str, output_format: Format = Format.CSV, width: int | None = None) -> bytes:
    to = io.BytesIO()
    run_query(out, sql, output_format, to, width=width)
    return to.getvalue()


QUESTION = "SELECT inspector, start_date FROM inspector_visits ORDER BY ALL DESC LIMIT 1"


@pytest.mark.parametrize(
    ("output_format", "answer"),
    [
        (Format.CSV, "inspector,start_date\nZoë Farrant,2024-06-11\n"),
        (Format.JSON, '[\n{"inspector": "Zoë Farrant", "start_date": "2024-06-11"}\n]\n'),
        (
            Format.TABLE,
            "inspector    start_date\n───────────  ──────────\nZoë Farrant  2024-06-11\n(1 row)\n",
        ),
    ],
)
def test_an_answer_in_each_form(out: Path, output_format: Format, answer: str) -> None:
    assert ask(out, QUESTION, output_format).decode() == answer


def test_an_answer_as_parquet(out: Path) -> None:
    sql = "SELECT name, valid_to, 1 AS n, 2 AS n FROM authorities ORDER BY name"
    answer = pq.read_table(io.BytesIO(ask(out, sql, Format.PARQUET)))
    assert answer.column_names == ["name", "valid_to", "n", "n_2"]
    assert answer.to_pylist()[0] == {"name": "Ashmere", "valid_to": None, "n": 1, "n_2": 2}


def test_parquet_is_not_for_a_terminal(out: Path) -> None:
    class Terminal(io.BytesIO):
        def isatty(self) -> bool:
            return True

    with pytest.raises(QueryError, match="Parquet is not for a terminal"):
        run_query(out, QUESTION, Format.PARQUET, Terminal())


def test_the_output_stays_open(out: Path) -> None:
    to = io.BytesIO()
    for output_format in (Format.CSV, Format.JSON, Format.TABLE):
        run_query(out, QUESTION, output_format, to)
    assert not to.closed


def test_a_table_keeps_to_the_terminals_width(out: Path) -> None:
    answer = ask(out, "FROM visits", Format.TABLE, width=70).decode()
    assert max(map(len, answer.splitlines())) <= 70
    assert "authority_name_as_written  Ashmere Council" in answer


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("FROM visit", 'Catalog Error: Table with name visit does not exist! Did you mean "vis'),
        ("SELECT foo FROM visits", 'Binder Error: Referenced column "foo" not found'),
        ("SELCT 1", 'Parser Error: syntax error at or near "SELCT"'),
        ("SELECT 'a'::INT", "Conversion Error: Could not convert string 'a' to INT32"),
        ("", "The query asks for no rows"),
        ("-- nothing", "The query asks for no rows"),
    ],
)
def test_an_error_is_a_line_and_says_what_there_is(out: Path, sql: str, problem: str) -> None:
    with pytest.raises(QueryError) as caught:
        ask(out, sql)
    assert caught.value.problem.startswith(problem)
    assert "\n" not in caught.value.problem
    assert caught.value.hint.startswith("Tables: authorities, authority_neighbours,")
    assert "Views: agreement_with_readers," in caught.value.hint


def test_nothing_can_be_changed_read_or_reached_besides(out: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("password\n")
    before = sorted(tmp_path.rglob("*"))
    for sql in (
        "CREATE TABLE mine AS SELECT 1",
        "INSERT INTO codes VALUES ('a', 'b', 'c', 'd', 1)",
        "DELETE FROM visits",
        "DROP VIEW inspector_visits",
        "SELECT 1; DROP TABLE visits",
        f"COPY visits TO '{tmp_path}/stolen.csv'",
        f"EXPORT DATABASE '{tmp_path}/stolen'",
        f"FROM read_csv('{secret}')",
        f"FROM '{secret}'",
        f"FROM glob('{tmp_path}/*')",
        f"ATTACH '{tmp_path}/other.duckdb'",
        "ATTACH ':memory:' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "FROM 'https://example.org/a.parquet'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SELECT * FROM secret",
    ):
        with pytest.raises(QueryError):
            ask(out, sql)
    assert sorted(tmp_path.rglob("*")) == before
    assert ask(out, "SELECT count(*) AS n FROM visits") == b"n\n3\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("FROM range(100_000_000)", "more than 10,000 rows"),
        (
            "SELECT list(repeat(i::text, 100_000)) FROM range(1_000_000) t(i)",
            "more memory than a question may",
        ),
        (
            "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n FROM t) SELECT max(n) FROM t",
            "takes longer than 1 seconds",
        ),
    ],
)
def test_a_question_has_limits_and_spills_nowhere(
    out: Path, sql: str, problem: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("warehouse.query.MOST_SECONDS", 60.0 if "RECURSIVE" not in sql else 1.0)
    monkeypatch.setattr("warehouse.query.MOST_ROWS", 10_000)
    before = sorted(out.rglob("*"))
    with pytest.raises(QueryError, match=problem):
        ask(out, sql)
    assert sorted(out.rglob("*")) == before
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_without_anything_published_it_says_what_to_do(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(QueryError, match=r"Nothing is published in .*\nRun `ofsted-letters run`"):
        ask(tmp_path / folder, QUESTION)
    assert status(tmp_path / folder, AT) is None


def test_the_status_says_what_is_published(out: Path) -> None:
    found = status(out, AT + timedelta(hours=5))
    assert found is not None
    assert found.age == timedelta(hours=5)
    assert found.state.row_counts["visits"] == 3
    assert found.newest_letter == (date(2024, 7, 16), "Wexcombe Vale")
    assert found.letters_by_status == {"parsed": 3}
    assert found.quarantine_by_reason == {"empty_file": 1}


def test_every_view_can_be_asked_in_json(out: Path) -> None:
    views = json.loads(ask(out, "FROM duckdb_views() WHERE NOT internal", Format.JSON))
    for view in views:
        assert isinstance(json.loads(ask(out, f"FROM {view['view_name']}", Format.JSON)), list)
