"""Every rule that follows from the schema holds on clean tables and finds a planted error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from expectations.by_kind import rules_by_kind
from expectations.from_schema import (
    referring_columns,
    required_columns,
    schema_rules,
)
from expectations.rule import Rule
from expectations.sql_reader import ask
from expectations.suites import check_specs
from expectations.validation import validate
from tests.expectations.clean_tables import Tables, copied
from tests.expectations.conftest import RunRule
from warehouse.schema import SCHEMA, Column

Spoil = Callable[[Tables], None]

PYTHON_TYPES = {"int32": int, "int64": int, "float64": float}

UNKNOWN = {
    "authorities.authority_id": "E06999999",
    "letters.letter_id": "0" * 16,
    "visits.visit_id": "ashmere-focused-visit-2030-01-08",
    "inspectors.inspector_id": "nobody-known",
    "sections.section_id": "ashmere-focused-visit-2030-01-08-01",
    "findings.finding_id": "ashmere-focused-visit-2030-01-08-1a2b3c4d",
}


def put(table: str, **values: Any) -> Spoil:
    """Puts values into the table's first row."""

    def spoil(tables: Tables) -> None:
        tables[table][0] |= values

    return spoil


def put_one_each(table: str, values: dict[str, Any]) -> Spoil:
    """Puts each value into a row of its own, from the last column in the first row on."""

    def spoil(tables: Tables) -> None:
        rows = tables[table]
        rows += [dict(rows[0]) for _ in range(len(values) - len(rows))]
        for row, (column, value) in zip(rows, reversed(values.items()), strict=False):
            row[column] = value

    return spoil


def put_in_turn(table: str, column: str, *values: str) -> Spoil:
    """Puts the values into a column of the first rows."""

    def spoil(tables: Tables) -> None:
        for row, value in zip(tables[table], values, strict=False):
            row[column] = value

    return spoil


def put_everywhere(table: str, **values: Any) -> Spoil:
    def spoil(tables: Tables) -> None:
        for row in tables[table]:
            row |= values

    return spoil


def repeat(table: str, columns: tuple[str, ...]) -> Spoil:
    """Adds a row, other than the first one but for some columns."""

    def spoil(tables: Tables) -> None:
        rows = tables[table]
        rows.append((rows[-1] if len(rows) > 1 else rows[0]) | {c: rows[0][c] for c in columns})

    return spoil


def without_list(tables: Tables) -> None:
    tables["codes"] = [row for row in tables["codes"] if row["list"] != "theme"]


#: Of other kinds than the clean tables have enough of, the shares alone are other ones.
RULES = (
    *schema_rules(),
    *(
        rule
        for rule in rules_by_kind()
        if rule.check == "fill_rates" and rule.document_kind == "focused_visit"
    ),
)


def planted() -> Iterator[tuple[Rule, str, Spoil, int | None]]:
    """Every rule with the ways in which columns can break it, and the rows that then do."""
    for rule in RULES:
        table = SCHEMA[rule.suite]
        match rule.check:
            case "required":
                nothing = {column.name: None for column in required_columns(table)}
                yield rule, "", put_one_each(table.name, nothing), len(nothing)
            case "foreign_keys":
                unknown = {
                    column.name: UNKNOWN[f"{to_table}.{to_column}"]
                    for column, to_table, to_column in referring_columns(table)
                }
                yield rule, "", put_one_each(table.name, unknown), len(unknown)
            case "keys" if rule.name == "key_unique":
                yield rule, "", repeat(table.name, table.primary_key), 2
            case "keys":
                column = column_of(rule)
                yield rule, "", repeat(table.name, (column.name,)), 2
            case "codes" if rule.name == "lists_complete":
                yield rule, "", without_list, None
            case "codes":
                yield rule, "", put(table.name, **{column_of(rule).name: "no_such_code"}), 1
            case "values" if rule.name != "values_well_formed":
                column = column_of(rule)
                yield rule, "", put_in_turn(table.name, column.name, "!", f"{column.example}\n"), 2
            case "values":
                for what, step in (("minimum", -1), ("maximum", 1)):
                    values = {
                        column.name: PYTHON_TYPES[column.dtype](bound + step)
                        for column in table.columns
                        if (bound := getattr(column, what)) is not None
                    }
                    if values:
                        yield rule, what, put_one_each(table.name, values), len(values)
                for what, dtype, value in (
                    ("blank", "string", " \u00a0"),
                    ("not NFC", "string", "e\u0301"),
                    ("not finite", "float64", float("nan")),
                ):
                    values = {one.name: value for one in table.columns if one.dtype == dtype}
                    if values:
                        yield rule, what, put_one_each(table.name, values), len(values)
            case "fill_rates":
                yield rule, "", put_everywhere(table.name, **{column_of(rule).name: None}), None
            case _:
                raise AssertionError(f"no planted error for {rule.suite}.{rule.name}")


def column_of(rule: Rule) -> Column:
    return SCHEMA[rule.suite].column(rule.arguments["column"])


CASES = list(planted())


@pytest.mark.parametrize(
    ("rule", "spoil", "rows"),
    [(rule, spoil, rows) for rule, _, spoil, rows in CASES],
    ids=[f"{rule.suite}.{rule.name} {what}".strip() for rule, what, *_ in CASES],
)
def test_planted_error_is_found(
    rule: Rule, spoil: Spoil, rows: int | None, run_rule: RunRule, clean: Tables
) -> None:
    result = run_rule(rule, spoil)

    assert not result.success
    assert result.error is None
    if rows is not None:
        assert result.observed.startswith(f"{rows} of ")
    if rule.scope == "letter":
        # The first row's letter is named, unless the row no longer says whose it is.
        spoilt = copied(clean)
        spoil(spoilt)
        letters = {breach.letter_id for breach in result.breaches}
        of_visit = {row["visit_id"]: row["letter_id"] for row in spoilt["visits"]}
        first = clean[rule.suite][0].get("visit_id", clean["visits"][0]["visit_id"])
        owner = of_visit.get(first, spoilt["visits"][0]["letter_id"])
        assert owner in letters or result.rows_without_letter == 1
    else:
        assert result.breaches == ()


def test_every_rule_has_a_planted_error() -> None:
    assert {(rule.suite, rule.name) for rule, *_ in CASES} == {
        (rule.suite, rule.name) for rule in RULES
    }


def test_clean_tables_pass(clean_folder: Path) -> None:
    clean_report, _ = validate(ask, clean_folder)

    assert {(check.table, check.name) for check in clean_report.checks()} == {
        (spec.table, spec.name) for spec in check_specs()
    }
    assert clean_report.why_blocked() == ()
    assert clean_report.success
    assert clean_report.letter_count == 24


def test_fill_rate_of_few_rows_is_not_asked(run_rule: RunRule) -> None:
    def spoil(tables: Tables) -> None:
        tables["visits"] = [row | {"focus": None} for row in tables["visits"][:19]]

    (rule,) = (rule for rule in rules_by_kind() if rule.name == "focus_filled_in_focused_visit")

    result = run_rule(rule, spoil)

    assert result.success
    assert result.observed == "not asked of fewer than 20 rows"
