"""Failures are told from errors, and letters' failures from tables'."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from expectations import prepare
from expectations.prepare import PreparedTables, key_columns
from expectations.report import Result, Tolerance
from expectations.rule import Rule
from expectations.sql_reader import ask
from expectations.suites import check_specs, suites
from expectations.validation import results_of, validate
from tests.expectations.clean_tables import Tables
from tests.expectations.conftest import RunRule

Spoil = Callable[[Tables], None]
Spoiling = Callable[[Spoil], Path]


def row_counts(
    folder: Path, previous: Path | None, tolerance: Tolerance | None = None
) -> dict[tuple[str, str], Result]:
    """The results of the rules on numbers of rows, by table and rule."""
    with PreparedTables(folder, previous=previous, tolerance=tolerance) as tables:
        keys = key_columns("row_counts")
        outcomes = ask(tables, "row_counts", suites()["row_counts"], keys)
        results = results_of(outcomes, keys, tables.observed_rows())
        return {(result.table, result.name): result for result in results}


def untouched(tables: Tables) -> None:
    pass


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            lambda frame: frame.drop("position"),
            "found=missing, declared=2. int32, table_name=visit_themes, column_name=position",
        ),
        (lambda frame: frame.with_columns(extra=1), "found=4. int32, declared=not in the schema"),
        (lambda frame: frame.select("position", "visit_id", "theme_code"), "found=1. int32"),
        (
            lambda frame: frame.with_columns(pl.col("position").cast(pl.Int64)),
            "found=2. int64, declared=2. int32",
        ),
        (None, "found=missing, declared=1. string"),
    ],
    ids=["missing", "extra", "order", "type", "no such table"],
)
def test_columns_other_than_declared_stop_all(
    change: Callable[[pl.DataFrame], pl.DataFrame] | None,
    found: str,
    spoilt_folder: Spoiling,
) -> None:
    folder = spoilt_folder(untouched)
    path = folder / "visit_themes.parquet"
    frame = pl.read_parquet(path)
    path.unlink()
    if change is not None:
        change(frame).write_parquet(path)

    report, outcomes = validate(ask, folder)

    columns = {result.table: result for result in report.results if result.check == "columns"}
    assert [table for table, result in columns.items() if not result.success] == ["visit_themes"]
    # polars writes strings as large ones.
    assert found in "; ".join(columns["visit_themes"].found).replace("large_string", "string")
    others = [result for result in report.results if result.check != "columns"]
    assert all(
        result.error == "visit_themes must have the schema's columns first" for result in others
    )
    assert {(check.table, check.name) for check in report.checks()} == {
        (spec.table, spec.name) for spec in check_specs()
    }
    assert list(outcomes) == ["columns"]
    assert report.letters_to_quarantine() == {}


@pytest.mark.parametrize(
    "reader", ["DuckDB", pytest.param("Great Expectations", marks=pytest.mark.slow)]
)
def test_exception_is_an_error_and_no_failure(
    reader: str, clean_folder: Path, request: pytest.FixtureRequest
) -> None:
    read = ask if reader == "DuckDB" else request.getfixturevalue("runner").ask
    rules = [
        Rule(
            suite="visits",
            check="dates",
            name=name,
            description="A rule on a column that was never prepared.",
            expect=expect,
            arguments=arguments,
            scope="letter",
        )
        for name, expect, arguments in (
            ("of_one", "ExpectColumnValuesToBeBetween", {"column": "nope", "max_value": 1}),
            (
                "of_a_pair",
                "ExpectColumnPairValuesToBeEqual",
                {"column_A": "nope", "column_B": "start_date"},
            ),
            ("of_types", "ExpectColumnValuesToBeBetween", {"column": "focus", "max_value": 1}),
            ("of_all", "ExpectColumnValuesToNotBeNull", {"column": "visit_id"}),
        )
    ]
    with PreparedTables(clean_folder) as tables:
        tables.load()
        outcomes = read(tables, "visits", rules, key_columns("visits"))
        results = list(results_of(outcomes, key_columns("visits")))

    assert [result.name for result in results] == ["of_one", "of_a_pair", "of_types", "of_all"]
    assert [result.success for result in results] == [False, False, False, True]
    for result in results[:3]:
        assert result.error
        assert result.breaches == ()


@pytest.mark.parametrize(
    ("suite", "column", "observed"),
    [
        ("visits", "inspector_count", "2 of 5 rows"),
        ("finding_topics", "position", "124 of 124 rows"),
    ],
)
def test_a_rule_of_a_kind_is_asked_of_its_rows_only(
    suite: str, column: str, observed: str, run_rule: RunRule
) -> None:
    rule = Rule(
        suite=suite,
        check="counts",
        name="few",
        description="There are few of them.",
        expect="ExpectColumnValuesToBeBetween",
        arguments={"column": column, "min_value": 3},
        scope="letter",
        least_rows=5,
        document_kind="jtai",
    )

    def spoil(tables: Tables) -> None:
        for number, visit in enumerate(tables["visits"][:5]):
            visit |= {"document_kind": "jtai", "inspector_count": 2 if number < 2 else 3}

    result = run_rule(rule, spoil)
    few = run_rule(rule, lambda tables: None)

    assert (result.success, result.observed) == (False, observed)
    assert (few.success, few.observed) == (True, "not asked of fewer than 5 rows")


def test_a_rule_of_a_kind_is_on_rows_that_have_one() -> None:
    with pytest.raises(ValueError, match=r"inspectors\.few: no row of inspectors has a kind"):
        Rule(
            suite="inspectors",
            check="counts",
            name="few",
            description="There are few of them.",
            expect="ExpectColumnValuesToBeNull",
            arguments={"column": "name"},
            document_kind="jtai",
        )


def test_rows_of_no_letter_are_counted(run_rule: RunRule) -> None:
    (rule,) = (rule for rule in suites()["visit_themes"] if rule.name == "references_known")

    def spoil(tables: Tables) -> None:
        tables["visit_themes"][0]["visit_id"] = "ashmere-focused-visit-2030-01-08"

    result = run_rule(rule, spoil)

    assert not result.success
    assert result.rows_without_letter == 1
    assert result.breaches == ()


def test_rows_of_a_letter_are_counted_and_shown(run_rule: RunRule, clean: Tables) -> None:
    (rule,) = (rule for rule in suites()["findings"] if rule.name == "text_without_artefacts")

    def spoil(tables: Tables) -> None:
        tables["findings"][0]["text"] = "Plans are clear. Page 2 of 5"
        tables["findings"][1]["text"] = "**Plans are clear**"

    result = run_rule(rule, spoil)

    (breach,) = result.breaches
    assert breach.letter_id == clean["visits"][0]["letter_id"]
    assert breach.visit_id == clean["visits"][0]["visit_id"]
    assert breach.row_count == 2
    assert "markdown in '**Plans are clear**'" in breach.reason
    assert result.observed == "2 of 384 rows"
    assert len(result.found) == 2


@pytest.mark.parametrize(
    ("kept", "least", "holds"),
    [(24, 1, True), (22, 1, True), (21, 3, True), (21, 1, False), (12, 3, False)],
)
def test_rows_must_not_collapse(
    kept: int,
    least: int,
    holds: bool,
    clean_folder: Path,
    spoilt_folder: Spoiling,
) -> None:
    def spoil(tables: Tables) -> None:
        tables["visits"] = tables["visits"][:kept]
        tables["quarantine"] = []

    tolerance = Tolerance(share=0.1, letters=least)

    results = row_counts(spoilt_folder(spoil), clean_folder, tolerance)

    assert results["visits", "not_collapsed"].success is holds
    assert results["visits", "not_collapsed"].observed == f"{kept} rows, 24 published before"
    assert results["quarantine", "not_collapsed"].success
    assert results["letters", "not_collapsed"].success


@pytest.mark.parametrize(
    ("table", "kept", "failed"),
    [
        ("corrections", 0, set()),
        ("quarantine", 0, set()),
        ("evaluation", 1, set()),
        ("evaluation", 0, {"not_empty"}),
        ("finding_topics", 0, {"not_empty", "not_collapsed"}),
        ("finding_topics", 100, {"not_collapsed"}),
    ],
)
def test_fewer_rows_are_a_fault_of_what_is_read(
    table: str,
    kept: int,
    failed: set[str],
    clean_folder: Path,
    spoilt_folder: Spoiling,
) -> None:
    def spoil(tables: Tables) -> None:
        tables[table] = tables[table][:kept]

    results = row_counts(spoilt_folder(spoil), clean_folder)

    assert {key for key, result in results.items() if not result.success} == {
        (table, name) for name in failed
    }


def test_rows_of_letters_that_are_held_back_are_not_lost(
    clean_folder: Path, spoilt_folder: Spoiling
) -> None:
    def lose(tables: Tables) -> None:
        tables["visits"] = tables["visits"][6:]

    def hold_back(tables: Tables) -> None:
        tables["quarantine"] += [
            tables["quarantine"][0] | {"stage": "validate", "letter_id": row["letter_id"]}
            for row in tables["visits"][:6]
        ]
        lose(tables)

    for spoil, holds in ((lose, False), (hold_back, True)):
        results = row_counts(spoilt_folder(spoil), clean_folder)
        assert results["visits", "not_collapsed"].success is holds


def test_a_table_that_few_visits_have_rows_in_may_lose_a_few_of_them(
    clean_folder: Path, spoilt_folder: Spoiling
) -> None:
    """As the grades of the only inspection in a folder, once it is held back."""

    def one_has_all(tables: Tables) -> None:
        tables["visit_themes"] = [
            row | {"visit_id": tables["visits"][0]["visit_id"]} for row in tables["visit_themes"]
        ]

    before = spoilt_folder(one_has_all)
    results = row_counts(spoilt_folder(lambda tables: tables["visit_themes"].clear()), before)
    assert results["visit_themes", "not_collapsed"].success

    results = row_counts(spoilt_folder(lambda tables: tables["visit_themes"].clear()), clean_folder)
    assert not results["visit_themes", "not_collapsed"].success


def test_first_publication_has_nothing_to_compare(clean_folder: Path) -> None:
    results = row_counts(clean_folder, None)

    assert results["visits", "not_collapsed"].success
    assert results["visits", "not_collapsed"].observed == "24 rows, nothing published before"


@pytest.mark.parametrize("table", ["authorities", "codes"])
def test_reference_tables_must_not_be_empty(table: str, spoilt_folder: Spoiling) -> None:
    folder = spoilt_folder(lambda tables: tables[table].clear())

    results = row_counts(folder, None)

    assert {key for key, result in results.items() if not result.success} == {(table, "not_empty")}


def test_tables_without_any_letter_pass(spoilt_folder: Spoiling) -> None:
    def spoil(tables: Tables) -> None:
        for name in set(tables) - {"authorities", "codes"}:
            tables[name] = []

    report, _ = validate(ask, spoilt_folder(spoil))

    assert report.why_blocked() == ()


def test_a_doubled_key_is_told_of_every_table(spoilt_folder: Spoiling) -> None:
    def spoil(tables: Tables) -> None:
        for rows in tables.values():
            rows += [rows[0], rows[-1]]

    _, outcomes = validate(ask, spoilt_folder(spoil))

    unique = {
        suite
        for suite, of_suite in outcomes.items()
        for outcome in of_suite
        if outcome.rule.name == "key_unique" and outcome.success
    }
    assert unique == set()


def test_rows_joined_of_few_visits_at_once_say_the_same(
    spoilt_folder: Spoiling, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(tables: Tables) -> None:
        tables["visits"][0]["finding_count"] += 1
        tables["visits"][-1]["letter_id"] = "0" * 16
        tables["sections"][9]["text"] += " More."
        tables["findings"].append(tables["findings"][-1])
        tables["finding_topics"].pop()
        tables["visit_versions"][3]["known_from"] = None

    folder = spoilt_folder(spoil)
    of_all, _ = validate(ask, folder)
    monkeypatch.setattr(prepare, "VISITS_AT_ONCE", 10)
    of_few, _ = validate(ask, folder)
    assert of_few == of_all
    assert len(of_all.breaches()) > 3
