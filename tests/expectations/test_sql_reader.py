"""The two readers of rules say the same, of every class of expectation and of every rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from expectations.prepare import key_columns
from expectations.report import Result
from expectations.rule import Rule
from expectations.sql_reader import ROW_BREAKS, TABLE_BREAKS, ask
from expectations.suites import suites
from expectations.validation import RuleOutcome, validate
from tests.expectations.test_domain_rules import letters_with_faults

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from expectations.gx_reader import GreatExpectationsReader

#: Rows with a value on each side of each limit below, and without any.
ROWS = pl.DataFrame(
    {
        "visit_id": ["a", "b", "c", "d", "e", "f", None],
        "letter_id": ["1", "2", "3", "4", "5", None, None],
        "document_kind": ["focused_visit", "jtai", "focused_visit", "jtai", "jtai", None, None],
        "text": ["plans", "Plans", "plans\n", "", "it’s", None, None],
        "other": ["plans", "plan", None, "", "it’s", "plans", None],
        "number": [1, 2, 3, 3, None, 7, None],
        "limit": [1, 3, 2, None, 5, 8, None],
        "share": [0.1, 0.5, None, 0.25, 0.0, 1.0, None],
        "is_so": [True, False, None, True, True, False, None],
    }
)

CASES: list[tuple[str, dict[str, Any]]] = [
    ("ExpectColumnValuesToBeInSet", {"column": "text", "value_set": ["plans", "it’s"]}),
    ("ExpectColumnValuesToBeInSet", {"column": "is_so", "value_set": [True]}),
    ("ExpectColumnValuesToBeInSet", {"column": "number", "value_set": [1, 3, 7]}),
    ("ExpectColumnValuesToBeInSet", {"column": "is_so", "value_set": [True], "mostly": 0.6}),
    ("ExpectColumnValuesToBeInSet", {"column": "is_so", "value_set": [True], "mostly": 0.7}),
    ("ExpectColumnValuesToBeNull", {"column": "number"}),
    ("ExpectColumnValuesToNotBeNull", {"column": "number"}),
    ("ExpectColumnValuesToNotBeNull", {"column": "number", "mostly": 0.71}),
    ("ExpectColumnValuesToNotBeNull", {"column": "number", "mostly": 0.72}),
    ("ExpectColumnValuesToBeBetween", {"column": "number", "min_value": 2, "max_value": 3}),
    ("ExpectColumnValuesToBeBetween", {"column": "share", "max_value": 0.25}),
    ("ExpectColumnValueLengthsToBeBetween", {"column": "text", "min_value": 1, "max_value": 5}),
    ("ExpectColumnValuesToMatchRegex", {"column": "text", "regex": r"^(?:[a-z]+|it’s)\Z"}),
    ("ExpectColumnValuesToNotMatchRegex", {"column": "text", "regex": r"P|[’]|\n\Z"}),
    ("ExpectColumnPairValuesToBeEqual", {"column_A": "text", "column_B": "other"}),
    ("ExpectColumnPairValuesToBeEqual", {"column_A": "number", "column_B": "limit"}),
    ("ExpectColumnPairValuesAToBeGreaterThanB", {"column_A": "number", "column_B": "limit"}),
    (
        "ExpectColumnPairValuesAToBeGreaterThanB",
        {"column_A": "number", "column_B": "limit", "or_equal": True},
    ),
    ("ExpectSelectColumnValuesToBeUniqueWithinRecord", {"column_list": ["text", "other"]}),
    ("ExpectColumnValuesToBeUnique", {"column": "number"}),
    ("ExpectCompoundColumnsToBeUnique", {"column_list": ["is_so", "other"]}),
    ("ExpectColumnMeanToBeBetween", {"column": "share", "min_value": 0.3, "max_value": 0.4}),
    ("ExpectColumnMeanToBeBetween", {"column": "share", "max_value": 0.3}),
    ("ExpectColumnMaxToBeBetween", {"column": "share", "max_value": 0.9}),
    ("ExpectColumnDistinctValuesToContainSet", {"column": "text", "value_set": ["plans", "it’s"]}),
    ("ExpectColumnDistinctValuesToContainSet", {"column": "text", "value_set": ["plans", "Plan"]}),
]


class _OneTable:
    """In place of prepared tables: the rows as they are."""

    def __init__(self, rows: pl.DataFrame) -> None:
        import duckdb

        self.connection = duckdb.connect()
        self.connection.register("these", rows.to_arrow())

    def sql(self, name: str) -> str:
        return "SELECT * FROM these"

    def batches(self, name: str, columns: Collection[str], rows: int) -> Iterator[pa.Table]:
        whole = self.connection.sql(self.sql(name)).to_arrow_table()
        for start in range(0, max(len(whole), 1), rows):
            yield whole.slice(start, rows)


def rule_of(number: int, kind: str | None) -> Rule:
    expect, arguments = CASES[number]
    if expect.startswith("ExpectColumnPair"):
        arguments = {**arguments, "ignore_row_if": "either_value_is_missing"}
    return Rule(
        suite="visits",
        check="values",
        name=f"rule_{number}_{kind}",
        description="Something must be true.",
        expect=expect,
        arguments=arguments,
        scope="letter",
        document_kind=kind,
    )


def verdict(outcome: RuleOutcome) -> tuple[Any, ...]:
    """What of an outcome both readers must say."""
    broken_by = sorted((str(row["letter_id"]), str(row["visit_id"])) for row in outcome.failing)
    return outcome.rule.name, outcome.success, outcome.error is None, broken_by


@pytest.mark.parametrize(
    ("rows", "at_once"),
    [(ROWS, len(ROWS)), (ROWS, 3), (ROWS.clear(), 1)],
    ids=["rows", "in batches", "none"],
)
def test_both_readers_say_the_same_of_every_class(
    rows: pl.DataFrame, at_once: int, runner: GreatExpectationsReader
) -> None:
    kinds = (None, "jtai") if len(rows) else (None,)
    rules = [rule_of(number, kind) for kind in kinds for number in range(len(CASES))]

    asked = (_OneTable(rows), "visits", rules, key_columns("visits"))
    by_duckdb = ask(*asked)  # type: ignore[arg-type]
    by_great_expectations = type(runner)(at_once).ask(*asked)  # type: ignore[arg-type]

    assert list(map(verdict, by_duckdb)) == list(map(verdict, by_great_expectations))
    assert all(outcome.error is None for outcome in by_duckdb)
    for one, other in zip(by_duckdb, by_great_expectations, strict=True):
        assert one.observed == other.observed or one.rule.expect in TABLE_BREAKS
    if len(rows):
        assert {one.success for one in by_duckdb} == {True, False}


def test_every_class_that_a_rule_uses_is_among_the_cases() -> None:
    used = {rule.expect for rules in suites().values() for rule in rules}

    assert used == ROW_BREAKS.keys() | TABLE_BREAKS.keys() == {expect for expect, _ in CASES}


def test_both_readers_say_the_same_of_every_rule(
    runner: GreatExpectationsReader, tmp_path: Path
) -> None:
    folder, _ = letters_with_faults(tmp_path)

    by_great_expectations, _ = validate(runner.ask, folder)
    by_duckdb, _ = validate(ask, folder)

    def said(results: tuple[Result, ...]) -> dict[str, tuple[Any, ...]]:
        return {
            result.title: (
                result.success,
                result.error,
                result.rows_without_letter,
                [
                    (breach.letter_id, breach.visit_id, breach.row_count, breach.reason)
                    for breach in sorted(result.breaches, key=lambda breach: breach.letter_id)
                ],
            )
            for result in results
        }

    assert said(by_duckdb.results) == said(by_great_expectations.results)
    assert sum(not result.success for result in by_duckdb.results) > 50
