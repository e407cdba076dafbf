"""A validation: all rules asked of a folder of tables by one of their readers.

Here belongs in which order rules are asked, and the way from what a reader found to the results of
a report. How a reader asks is its own business.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.extraction_artefacts import TEXT_COLUMNS, describe_artefact
from expectations.from_schema import PROMISES
from expectations.prepare import PreparedTables, key_columns
from expectations.report import Breach, Result, Tolerance, ValidationReport
from expectations.rule import Rule
from expectations.suites import suites, tables_of
from warehouse.schema import SCHEMA

#: How many failures a result shows.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What came of one rule.

    Attributes:
        rule: The rule.
        success: Whether it holds, as it does where it is not asked.
        observed: What was seen, in a few words.
        failing: The rows that break it: the values that it looks at, and the row's key.
        error: Why it could not be tested.
        detail: What the reader itself has to show of it; `None` if it was not asked.
    """

    rule: Rule
    success: bool
    observed: str
    failing: tuple[Mapping[str, Any], ...] = ()
    error: str | None = None
    detail: Any = None


def not_asked(rule: Rule) -> RuleOutcome:
    """The outcome of a rule that so few rows are not asked."""
    return RuleOutcome(rule, True, f"not asked of fewer than {rule.least_rows} rows")


#: Asks rules, all of one suite, of its prepared table, and names rows by some of their columns.
Reader = Callable[[PreparedTables, str, Sequence[Rule], Sequence[str]], Sequence[RuleOutcome]]

Outcomes = dict[str, Sequence[RuleOutcome]]


def validate(
    ask: Reader,
    folder: Path,
    previous: Path | None = None,
    tolerance: Tolerance | None = None,
) -> tuple[ValidationReport, Outcomes]:
    """Tests every rule on the tables of a folder; see `ask_all`.

    Args:
        ask: The reader of the rules.
        folder: The tables.
        previous: The tables published before, if there are any.
        tolerance: What may be lost; by default, what `Tolerance` says.
    """
    with PreparedTables(folder, previous=previous, tolerance=tolerance) as tables:
        return ask_all(ask, tables)


def ask_all(
    ask: Reader, tables: PreparedTables, rules: Mapping[str, Sequence[Rule]] | None = None
) -> tuple[ValidationReport, Outcomes]:
    """Tests rules on tables, which are prepared for it.

    Args:
        ask: The reader of the rules.
        tables: The tables.
        rules: The rules by suite; by default, all.

    Returns:
        The report, and what came of each rule, by suite.
    """
    rules = suites() if rules is None else rules
    outcomes: Outcomes = {}
    results: list[Result] = []

    def read(suite: str, observed: Mapping[str, str] | None = None) -> None:
        keys = key_columns(suite)
        outcomes[suite] = ask(tables, suite, rules[suite], keys) if rules[suite] else ()
        results.extend(results_of(outcomes[suite], keys, observed))

    read("columns")
    letter_count = 0
    wrong = sorted({result.table for result in results if not result.success})
    if wrong:
        # Without the right columns, nothing further can be asked.
        results += _not_tested(f"{', '.join(wrong)} must have the schema's columns first")
    else:
        read("row_counts", tables.observed_rows())
        tables.make()
        for name in SCHEMA:
            read(name)
        letter_count = tables.letter_count()
    return ValidationReport(
        results=tuple(results),
        letter_count=letter_count,
        tolerance=tables.tolerance,
        is_whole=rules == suites(),
    ), outcomes


def _not_tested(reason: str) -> Iterator[Result]:
    for suite, rules in suites().items():
        if suite != "columns":
            outcomes = (RuleOutcome(rule, False, "nothing", error=reason) for rule in rules)
            yield from results_of(outcomes, key_columns(suite))


def results_of(
    outcomes: Iterable[RuleOutcome],
    keys: Collection[str],
    observed: Mapping[str, str] | None = None,
) -> Iterator[Result]:
    """One result a rule and table.

    Args:
        outcomes: What came of the rules of a suite.
        keys: The columns that name a row.
        observed: Of a suite whose rows are about tables: what was seen of some, in words.
    """
    for outcome in outcomes:
        if tables_of(outcome.rule) == (outcome.rule.suite,):
            yield _result(outcome.rule.suite, outcome, outcome.failing, keys)
            continue
        for table in tables_of(outcome.rule):
            failing = tuple(row for row in outcome.failing if row["table_name"] == table)
            seen = f"{len(failing)} rows" if failing else "as expected"
            of_table = RuleOutcome(
                rule=outcome.rule,
                success=not failing and outcome.error is None,
                observed=(observed or {}).get(table, "nothing" if outcome.error else seen),
                error=outcome.error,
            )
            yield _result(table, of_table, failing, keys)


def _result(
    table: str,
    outcome: RuleOutcome,
    failing: Sequence[Mapping[str, Any]],
    keys: Collection[str],
) -> Result:
    rule = outcome.rule
    # A query gives rows in any order; what is said of them is to be the same each time.
    names = [*rule.columns, *keys]
    failing = sorted(failing, key=lambda row: [str(row.get(name)) for name in names])
    by_letter: dict[str | None, list[Mapping[str, Any]]] = {}
    for row in failing if rule.scope == "letter" else ():
        by_letter.setdefault(row["letter_id"], []).append(row)
    without_letter = by_letter.pop(None, [])
    return Result(
        table=table,
        check=rule.check,
        name=rule.name,
        description=rule.description,
        scope=rule.scope,
        success=outcome.success,
        observed=outcome.observed,
        error=outcome.error,
        found=tuple(_in_words(rule, row, keys) for row in failing[:SHOWN]),
        breaches=tuple(
            Breach(
                letter_id=letter_id,
                visit_id=rows[0].get("visit_id"),
                row_count=len(rows),
                reason=f"{rule.title}: {rule.description} Found: {_in_words(rule, rows[0], keys)}",
            )
            for letter_id, rows in by_letter.items()
            if letter_id is not None
        ),
        rows_without_letter=len(without_letter),
    )


def _in_words(rule: Rule, row: Mapping[str, Any], keys: Collection[str]) -> str:
    """A failing row: the values that break the rule, and its key."""
    form = TEXT_COLUMNS.get((rule.suite, str(rule.arguments.get("column"))))
    if rule.check == "extraction_artefacts" and form is not None:
        return describe_artefact(str(row[rule.arguments["column"]]), form)
    names = [name for name in keys if name in row and name != "letter_id"]
    found = [values_in_words(rule, row, keys), *(_said(name, row) for name in names)]
    return ", ".join(filter(None, found))


def values_in_words(rule: Rule, row: Mapping[str, Any], keys: Collection[str] = ()) -> str:
    """The values of a row that break a rule; those that a promise names speak for themselves."""
    if set(rule.columns) <= PROMISES:
        return ", ".join(shorten(row[name]) for name in rule.columns)
    return ", ".join(_said(name, row) for name in rule.columns if name in row and name not in keys)


def _said(name: str, row: Mapping[str, Any]) -> str:
    return f"{name}={'NULL' if row[name] is None else shorten(row[name])}"


def shorten(value: object) -> str:
    """A value on one line of bounded length."""
    text = " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"
