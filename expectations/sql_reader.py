"""The reader of rules that needs nothing but DuckDB: which rows break a rule.

Here belongs what each class of expectation means in SQL. It answers in a fraction of a second, so
it says which letters break rules before Great Expectations is asked, and reads the same rules on
the tables of a release. That both readers say the same is held by a test of every class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import combinations
from typing import Any

import duckdb

from expectations.prepare import PreparedTables
from expectations.report import ValidationReport
from expectations.rule import DOCUMENT_KIND, Rule
from expectations.suites import suites
from expectations.validation import RuleOutcome, ask_all, not_asked
from warehouse.sql_text import sql_name, sql_text

Arguments = Mapping[str, Any]


def report_on_letters(tables: PreparedTables) -> ValidationReport:
    """What came of the rules that single letters can break."""
    of_letters = {
        suite: tuple(rule for rule in rules if rule.scope == "letter")
        for suite, rules in suites().items()
    }
    return ask_all(ask, tables, of_letters)[0]


def ask(
    tables: PreparedTables, suite: str, rules: Sequence[Rule], keys: Sequence[str]
) -> tuple[RuleOutcome, ...]:
    """What came of rules on a prepared table, in their order.

    Args:
        tables: The tables.
        suite: The table.
        rules: The rules, all of that table.
        keys: The columns that are to name a row that breaks one.
    """
    outcomes: dict[str, RuleOutcome] = {}
    kinds = dict.fromkeys(rule.document_kind for rule in rules)
    all_rows = f"FROM ({tables.sql(suite)})"
    if len(kinds) > 1:
        # It is quicker to prepare them once. If they cannot be, each rule says why.
        with suppress(duckdb.Error):
            tables.connection.execute(f"CREATE OR REPLACE TEMP TABLE asked AS {all_rows}")
            all_rows = "FROM asked"
    for kind in kinds:
        of_kind = [rule for rule in rules if rule.document_kind == kind]
        rows = all_rows
        if kind is not None:
            rows += f" WHERE {DOCUMENT_KIND} = {sql_text(kind)}"
        for outcome in _ask(tables.connection, rows, of_kind, keys):
            outcomes[outcome.rule.name] = outcome
    return tuple(outcomes[rule.name] for rule in rules)


def _ask(
    connection: duckdb.DuckDBPyConnection, rows: str, rules: Sequence[Rule], keys: Sequence[str]
) -> list[RuleOutcome]:
    """What came of rules on some rows; one that DuckDB cannot answer spoils no other."""
    try:
        return _ask_together(connection, rows, rules, keys)
    except duckdb.Error as error:
        if len(rules) == 1:
            return [RuleOutcome(rules[0], False, "nothing", error=str(error))]
        half = len(rules) // 2
        return [
            outcome
            for some in (rules[:half], rules[half:])
            for outcome in _ask(connection, rows, some, keys)
        ]


def _ask_together(
    connection: duckdb.DuckDBPyConnection, rows: str, rules: Sequence[Rule], keys: Sequence[str]
) -> list[RuleOutcome]:
    """What came of rules on some rows, by one look at them."""
    broken = [
        f"coalesce({ROW_BREAKS[rule.expect](rule.arguments)}, FALSE) AS b{number}"
        for number, rule in enumerate(rules)
        if rule.expect in ROW_BREAKS
    ]
    judged = f"(SELECT {', '.join(['*', *broken])} {rows})"
    measures = [
        f"count(*) FILTER (WHERE b{number}), count({sql_name(rule.columns[0])})"
        if rule.expect in ROW_BREAKS
        else ", ".join(TABLE_BREAKS[rule.expect](rule.arguments))
        for number, rule in enumerate(rules)
    ]
    query = f"SELECT count(*), {', '.join(measures)} FROM {judged}"
    ((count, *measured),) = connection.execute(query).fetchall()
    return [
        _outcome(
            connection, judged, rule, number, count, measured[2 * number : 2 * number + 2], keys
        )
        if count >= rule.least_rows
        else not_asked(rule)
        for number, rule in enumerate(rules)
    ]


def _outcome(
    connection: duckdb.DuckDBPyConnection,
    judged: str,
    rule: Rule,
    number: int,
    count: int,
    measured: Sequence[Any],
    keys: Sequence[str],
) -> RuleOutcome:
    """What came of a rule, by its number among those that were asked together, and two measures.

    Of rows: how many break it, and how many have a value. Of a table: a measure of it, and whether
    that breaks the rule.
    """
    measure, other = measured
    if rule.expect in TABLE_BREAKS:
        observed = f"{measure:.4g}" if isinstance(measure, float) else str(measure)
        return RuleOutcome(rule, not other, observed, detail={"observed_value": measure})
    observed = f"{measure} of {count} rows"
    of = count if rule.expect == "ExpectColumnValuesToNotBeNull" else other
    counted = counts_of(count, measure, of)
    if measure == 0 or (of - measure) / of >= rule.arguments.get("mostly", 1):
        return RuleOutcome(rule, True, observed, detail=counted)
    columns = list(dict.fromkeys((*rule.columns, *keys)))
    listed = ", ".join(map(sql_name, columns))
    failing = connection.execute(f"SELECT {listed} FROM {judged} WHERE b{number}").fetchall()
    named = (dict(zip(columns, row, strict=True)) for row in failing)
    return RuleOutcome(rule, False, observed, tuple(named), detail=counted)


def counts_of(rows: int, broken: int, asked: int) -> dict[str, int | float]:
    """How many rows break a rule, as Great Expectations shows it.

    Args:
        rows: How many rows there are.
        broken: How many break the rule.
        asked: How many have a value that can.
    """
    percent = 100 * broken / asked if asked else 0.0
    return {"element_count": rows, "unexpected_count": broken, "unexpected_percent": percent}


def _list(values: Iterable[object]) -> str:
    literals = (sql_text(value) if isinstance(value, str) else str(value) for value in values)
    return f"[{', '.join(literals)}]"


def _outside(expression: str, of: Arguments) -> str:
    """That a number is not between two limits, or not on the right side of one."""
    limits = (("<", of.get("min_value")), (">", of.get("max_value")))
    return " OR ".join(
        f"{expression} {sign} {limit}" for sign, limit in limits if limit is not None
    )


def _matches(of: Arguments) -> str:
    # Python's sign for the end of a text is no sign of RE2's.
    pattern = sql_text(of["regex"].replace(r"\Z", r"\z"))
    return f"regexp_matches({sql_name(of['column'])}, {pattern})"


def _repeated(columns: Sequence[str]) -> str:
    """That another row has the same values; rows without any are all different."""
    names = [sql_name(column) for column in columns]
    return (
        f"coalesce({', '.join(f'{name}::VARCHAR' for name in names)}) IS NOT NULL "
        f"AND count(*) OVER (PARTITION BY {', '.join(names)}) > 1"
    )


def _alike(columns: Sequence[str]) -> str:
    """That two columns of a row have the same value."""
    pairs = combinations(map(sql_name, columns), 2)
    return " OR ".join(f"{one} = {other}" for one, other in pairs)


def _lacks(of: Arguments) -> tuple[str, str]:
    found = f"coalesce(list(DISTINCT {sql_name(of['column'])}), [])"
    return f"len({found})", f"NOT list_has_all({found}, {_list(of['value_set'])})"


def _measured(function: str, of: Arguments) -> tuple[str, str]:
    value = f"{function}({sql_name(of['column'])})"
    # Of no value at all, none lies between limits.
    return value, f"coalesce({_outside(value, of)}, TRUE)"


#: By class of expectation, what is true of a row that breaks it; where it is NULL, none does.
ROW_BREAKS: Mapping[str, Callable[[Arguments], str]] = {
    "ExpectColumnValuesToBeInSet": lambda of: (
        f"NOT list_contains({_list(of['value_set'])}, {sql_name(of['column'])})"
    ),
    "ExpectColumnValuesToBeNull": lambda of: f"{sql_name(of['column'])} IS NOT NULL",
    "ExpectColumnValuesToNotBeNull": lambda of: f"{sql_name(of['column'])} IS NULL",
    "ExpectColumnValuesToBeBetween": lambda of: _outside(sql_name(of["column"]), of),
    "ExpectColumnValueLengthsToBeBetween": lambda of: _outside(
        f"length({sql_name(of['column'])})", of
    ),
    "ExpectColumnValuesToMatchRegex": lambda of: f"NOT {_matches(of)}",
    "ExpectColumnValuesToNotMatchRegex": _matches,
    "ExpectColumnPairValuesToBeEqual": lambda of: (
        f"{sql_name(of['column_A'])} <> {sql_name(of['column_B'])}"
    ),
    "ExpectColumnPairValuesAToBeGreaterThanB": lambda of: (
        f"NOT {sql_name(of['column_A'])} {'>=' if of.get('or_equal') else '>'} "
        f"{sql_name(of['column_B'])}"
    ),
    "ExpectSelectColumnValuesToBeUniqueWithinRecord": lambda of: _alike(of["column_list"]),
    "ExpectColumnValuesToBeUnique": lambda of: _repeated([of["column"]]),
    "ExpectCompoundColumnsToBeUnique": lambda of: _repeated(of["column_list"]),
}

#: Those that hold a row against the others of its table.
AMONG_ROWS = frozenset({"ExpectColumnValuesToBeUnique", "ExpectCompoundColumnsToBeUnique"})

#: By class of expectation, a measure of a whole table, and what is true if that breaks it.
TABLE_BREAKS: Mapping[str, Callable[[Arguments], tuple[str, str]]] = {
    "ExpectColumnMeanToBeBetween": partial(_measured, "avg"),
    "ExpectColumnMaxToBeBetween": partial(_measured, "max"),
    "ExpectColumnDistinctValuesToContainSet": _lacks,
}
