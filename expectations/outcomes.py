"""What came of rules, whichever reader asked them: its rows and letters, in words.

Here belongs the way from what a reader found to the results of a report.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from expectations.extraction_artefacts import TEXT_COLUMNS, describe_artefact
from expectations.from_schema import PROMISES
from expectations.report import Breach, Result
from expectations.rule import Rule
from expectations.suites import tables_of

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
    failing: tuple[Mapping[str, Any], ...],
    keys: Collection[str],
) -> Result:
    rule = outcome.rule
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
