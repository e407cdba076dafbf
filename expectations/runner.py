"""The runner: the rules, as Great Expectations tests them.

Here belongs everything that touches Great Expectations' validation, and it is imported in the
worker's process only. What a result means for publication is in `report.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from expectations.extraction_artefacts import TEXT_COLUMNS, describe_artefact
from expectations.prepare import PreparedTables, key_columns
from expectations.report import Breach, Result, Tolerance, ValidationReport
from expectations.rule import DOCUMENT_KIND, Rule
from expectations.startup import import_great_expectations
from expectations.suites import suites, tables_of
from warehouse.schema import SCHEMA

# Before anything else imports it, and in its own way.
gx = import_great_expectations()

from great_expectations.core.expectation_validation_result import (  # noqa: E402
    ExpectationValidationResult,
)
from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: E402
from great_expectations.datasource.fluent.interfaces import Batch  # noqa: E402

#: How many failures a result shows.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one rule.

    Attributes:
        rule: The rule.
        result: Great Expectations' own result; None if the rule was not asked.
        failing: The rows that break it: the values it looked at and the row's key.
    """

    rule: Rule
    result: ExpectationValidationResult | None
    failing: tuple[Mapping[str, Any], ...] = ()


class Runner:
    """Validates tables; one for as many validations as there are."""

    def __init__(self) -> None:
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        # It warns of what it was asked for, such as failing rows without an SQL query.
        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        source = context.data_sources.add_pandas("candidate")
        self._batches = {
            suite: source.add_dataframe_asset(suite).add_batch_definition_whole_dataframe("whole")
            for suite in suites()
        }

    def validate(
        self, folder: Path, previous: Path | None, tolerance: Tolerance
    ) -> tuple[ValidationReport, dict[str, tuple[Outcome, ...]]]:
        """Tests every rule on the tables of a folder.

        Args:
            folder: The tables.
            previous: The tables published before, if there are any.
            tolerance: What may be lost.

        Returns:
            The report, and what came of each rule, by suite.
        """
        outcomes: dict[str, tuple[Outcome, ...]] = {}
        with PreparedTables(folder, previous, tolerance) as tables:
            outcomes["columns"] = self.run("columns", tables.columns())
            results = list(results_about_tables(outcomes["columns"]))
            wrong = sorted({result.table for result in results if not result.success})
            if wrong:
                # Without the right columns, nothing further can be asked.
                results += _not_tested(f"{', '.join(wrong)} must have the schema's columns first")
                return _report(results, 0, tolerance), outcomes
            row_counts = tables.row_counts()
            outcomes["row_counts"] = self.run("row_counts", row_counts)
            results += results_about_tables(outcomes["row_counts"], observed_rows(row_counts))
            tables.load()
            for name in SCHEMA:
                outcomes[name] = self.run(name, tables.table(name))
                results += [result_of(outcome) for outcome in outcomes[name]]
            return _report(results, tables.letter_count(), tolerance), outcomes

    def run(
        self, suite: str, table: pa.Table, rules: Sequence[Rule] | None = None
    ) -> tuple[Outcome, ...]:
        """Tests a suite's rules, or some of them, on a prepared table."""
        rules = suites()[suite] if rules is None else rules
        frame = table.to_pandas(types_mapper=pd.ArrowDtype)
        outcomes: dict[str, Outcome] = {}
        for kind in dict.fromkeys(rule.document_kind for rule in rules):
            rows = frame if kind is None else frame[(frame[DOCUMENT_KIND] == kind).fillna(False)]
            of_kind = [rule for rule in rules if rule.document_kind == kind]
            outcomes |= self._run_on(suite, rows, of_kind)
        return tuple(outcomes[rule.name] for rule in rules)

    def _run_on(self, suite: str, frame: pd.DataFrame, rules: list[Rule]) -> dict[str, Outcome]:
        """What came of rules that are all asked of the same rows, by name."""
        asked = [rule for rule in rules if len(frame) >= rule.least_rows]
        batch = self._batches[suite].get_batch({"dataframe": frame})
        results = _validate(batch, suite, asked, {"result_format": "BASIC"}) if asked else {}
        # Which rows break a rule is costly to find, so it is asked of broken rules only.
        broken = [rule for rule in asked if _has_failing_rows(results[rule.name])]
        if broken:
            with_rows = {
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(key_columns(suite)),
                "return_unexpected_index_query": False,
            }
            results |= _validate(batch, suite, broken, with_rows)
        return {
            rule.name: Outcome(
                rule=rule,
                result=results.get(rule.name),
                failing=_failing_rows(results[rule.name]) if rule in broken else (),
            )
            for rule in rules
        }


def error_of(result: ExpectationValidationResult) -> str | None:
    """Why Great Expectations could not test a rule; None if it could.

    It reports an exception as a failure like any other, either in one dictionary or in one for
    each metric.
    """
    info = result.exception_info
    for part in (info, *(part for part in info.values() if isinstance(part, dict))):
        if part.get("raised_exception"):
            return str(part.get("exception_message") or "an exception without a message")
    return None


def _validate(
    batch: Batch, suite: str, rules: Iterable[Rule], result_format: dict[str, Any]
) -> dict[str, ExpectationValidationResult]:
    """Great Expectations' result of each rule, by the rule's name."""
    expectations = [_expectation(rule) for rule in rules]
    validated = batch.validate(
        gx.ExpectationSuite(suite, expectations=expectations), result_format=result_format
    )
    for result in validated.results:
        # Its renderer cannot show pandas' missing value.
        for values in (value for value in result.result.values() if isinstance(value, list)):
            values[:] = [None if value is pd.NA else value for value in values]
    return {result.expectation_config.meta["name"]: result for result in validated.results}


def _expectation(rule: Rule) -> Any:
    return getattr(gx.expectations, rule.expect)(
        **rule.arguments,
        description=f"{rule.description} {rule.rationale}".strip(),
        meta={"name": rule.name},
    )


def _has_failing_rows(result: ExpectationValidationResult) -> bool:
    return bool(result.result.get("unexpected_count")) and not result.success


def _failing_rows(result: ExpectationValidationResult) -> tuple[Mapping[str, Any], ...]:
    return tuple(result.result.get("unexpected_index_list") or ())


def _report(results: Iterable[Result], letter_count: int, tolerance: Tolerance) -> ValidationReport:
    return ValidationReport(results=tuple(results), letter_count=letter_count, tolerance=tolerance)


def _not_tested(reason: str) -> Iterator[Result]:
    for suite, rules in suites().items():
        if suite == "columns":
            continue
        for rule in rules:
            for table in tables_of(rule):
                yield _new_result(table, rule, success=False, observed="nothing", error=reason)


def observed_rows(row_counts: pa.Table) -> dict[str, str]:
    """What the prepared table of row counts says of each table, in words."""
    return dict(
        zip(
            row_counts.column("table_name").to_pylist(),
            row_counts.column("observed").to_pylist(),
            strict=True,
        )
    )


def results_about_tables(
    outcomes: Iterable[Outcome], observed: Mapping[str, str] | None = None
) -> Iterator[Result]:
    """One result a rule and table of a suite whose rows are about tables."""
    for outcome in outcomes:
        error = None if outcome.result is None else error_of(outcome.result)
        for table in tables_of(outcome.rule):
            failing = [row for row in outcome.failing if row["table_name"] == table]
            found = tuple(_values(outcome.rule, row) for row in failing[:SHOWN])
            seen = f"{len(failing)} rows" if failing else "as expected"
            yield _new_result(
                table,
                outcome.rule,
                success=not failing and error is None,
                observed=(observed or {}).get(table, seen),
                error=error,
                found=found,
            )


def result_of(outcome: Outcome) -> Result:
    """What came of a rule on the table of its suite."""
    rule, result = outcome.rule, outcome.result
    if result is None:
        asked_of = f"not asked of fewer than {rule.least_rows} rows"
        return _new_result(rule.suite, rule, success=True, observed=asked_of)
    error = error_of(result)
    by_letter: dict[str | None, list[Mapping[str, Any]]] = {}
    if rule.scope == "letter":
        for row in outcome.failing:
            letter_id = row["letter_id"]
            by_letter.setdefault(None if pd.isna(letter_id) else letter_id, []).append(row)
    without_letter = by_letter.pop(None, [])
    return _new_result(
        rule.suite,
        rule,
        success=bool(result.success),
        observed=_seen(result),
        error=error,
        found=tuple(_values(rule, row) for row in outcome.failing[:SHOWN]),
        breaches=tuple(
            Breach(
                letter_id=letter_id,
                visit_id=None if pd.isna(visit_id := rows[0].get("visit_id")) else visit_id,
                row_count=len(rows),
                reason=f"{rule.suite}.{rule.name}: {rule.description} Found: {_values(rule, rows[0])}",
            )
            for letter_id, rows in by_letter.items()
            if letter_id is not None
        ),
        rows_without_letter=len(without_letter),
    )


def _new_result(table: str, rule: Rule, **rest: Any) -> Result:
    return Result(
        table=table,
        check=rule.check,
        name=rule.name,
        description=rule.description,
        scope=rule.scope,
        **rest,
    )


def _seen(result: ExpectationValidationResult) -> str:
    seen = result.result
    if "unexpected_count" in seen:
        return f"{seen['unexpected_count']} of {seen['element_count']} rows"
    if "missing_percent" in seen:
        return f"{seen['missing_count']} missing"
    value = seen.get("observed_value")
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _values(rule: Rule, row: Mapping[str, Any]) -> str:
    """A failing row in a few words: the values that break the rule, and its key."""
    form = TEXT_COLUMNS.get((rule.suite, str(rule.arguments.get("column"))))
    if rule.check == "extraction_artefacts" and form is not None:
        return describe_artefact(str(row[rule.arguments["column"]]), form)
    keys = [name for name in key_columns(rule.suite) if name in row]
    names = [name for name in row if name not in keys] + keys
    return ", ".join(
        f"{name}={'NULL' if pd.isna(row[name]) else shorten(row[name])}"
        for name in names
        if name != "letter_id"
    )


def shorten(value: object) -> str:
    """A value on one line of bounded length."""
    text = " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"
