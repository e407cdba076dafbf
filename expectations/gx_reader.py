"""The reader of rules that has the last word before tables are published: Great Expectations.

Here belongs everything that touches its validation, and it is imported in the validator's process
only. What a result means for publication is in `report.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import pandas as pd
import pyarrow as pa

from expectations.prepare import PreparedTables
from expectations.rule import DOCUMENT_KIND, Rule
from expectations.sql_reader import AMONG_ROWS, ROW_BREAKS, counts_of
from expectations.sql_reader import ask as ask_duckdb
from expectations.startup import import_great_expectations
from expectations.validation import RuleOutcome, not_asked

# Before anything else imports it, and in its own way.
gx = import_great_expectations()

from great_expectations.core.expectation_validation_result import (  # noqa: E402
    ExpectationValidationResult,
)
from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: E402
from great_expectations.datasource.fluent.interfaces import Batch  # noqa: E402

#: So many rows are asked at once. Of 10,000 letters, half as many take 90 MB less and a tenth
#: longer; twice as many take 60 MB more.
ROWS_AT_ONCE = 1 << 15


class GreatExpectationsReader:
    """Asks rules of prepared tables; one for as many validations as there are.

    It holds a frame and copies of it, so that of a large table it is given some rows at a time.
    What reaches across these, it cannot answer: that is asked of DuckDB.
    """

    def __init__(self, rows_at_once: int = ROWS_AT_ONCE) -> None:
        self._rows_at_once = rows_at_once
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        # It warns of what it was asked for, such as failing rows without an SQL query.
        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        prepared = context.data_sources.add_pandas("candidate").add_dataframe_asset("prepared")
        self._rows = prepared.add_batch_definition_whole_dataframe("rows")

    def ask(
        self, tables: PreparedTables, suite: str, rules: Sequence[Rule], keys: Sequence[str]
    ) -> tuple[RuleOutcome, ...]:
        """What came of rules on a prepared table, in their order.

        Args:
            tables: The tables.
            suite: The table.
            rules: The rules, all of that table.
            keys: The columns that are to name a row that breaks one.
        """
        needed = {*keys, *(name for rule in rules for name in rule.needs)}
        batches = tables.batches(suite, needed, self._rows_at_once)
        first, second = next(batches), next(batches, None)
        if second is None:
            outcomes = self._ask_of_kinds(suite, first, rules, keys)
        else:
            single = [rule for rule in rules if _is_of_single_rows(rule)]
            others = [rule for rule in rules if not _is_of_single_rows(rule)]
            of_batches = [
                self._ask_of_kinds(suite, batch, single, keys)
                for batch in chain((first, second), batches)
            ]
            outcomes = {rule.name: _joined(rule, of_batches) for rule in single}
            across = ask_duckdb(tables, suite, others, keys)
            outcomes |= {outcome.rule.name: _shown(outcome) for outcome in across}
        return tuple(outcomes[rule.name] for rule in rules)

    def _ask_of_kinds(
        self, suite: str, rows: pa.Table, rules: Sequence[Rule], keys: Sequence[str]
    ) -> dict[str, RuleOutcome]:
        """What came of rules on some rows, each of those of its kind of document, by name."""
        frame = rows.to_pandas(types_mapper=pd.ArrowDtype)
        outcomes: dict[str, RuleOutcome] = {}
        for kind in dict.fromkeys(rule.document_kind for rule in rules):
            of = frame if kind is None else frame[(frame[DOCUMENT_KIND] == kind).fillna(False)]
            of_kind = [rule for rule in rules if rule.document_kind == kind]
            outcomes |= self._ask(suite, of, of_kind, keys)
        return outcomes

    def _ask(
        self, suite: str, frame: pd.DataFrame, rules: Sequence[Rule], keys: Sequence[str]
    ) -> dict[str, RuleOutcome]:
        """What came of rules that are all asked of the same rows, by name."""
        asked = [rule for rule in rules if len(frame) >= rule.least_rows]
        if not asked:
            return {rule.name: not_asked(rule) for rule in rules}
        # It copies all columns of a frame for each rule.
        looked_at = {column for rule in asked for column in rule.columns}
        batch = self._batch(frame[[name for name in frame.columns if name in looked_at]])
        strict = [rule for rule in asked if _is_strict(rule)]
        results = _validate(batch, suite, strict, {"result_format": "BOOLEAN_ONLY"})
        for result in results.values():
            if result.success:
                result.result = counts_of(len(frame), 0, len(frame))
        others = [rule for rule in asked if not _is_strict(rule)]
        results |= _validate(batch, suite, others, {"result_format": "BASIC"})
        # Which rows break a rule is costly to find, so it is asked of broken rules only.
        broken = [rule for rule in asked if _has_failing_rows(rule, results[rule.name])]
        if broken:
            batch = self._batch(frame)
            with_rows = {
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(keys),
                "return_unexpected_index_query": False,
            }
            results |= _validate(batch, suite, broken, with_rows)
        return {
            rule.name: _outcome(rule, results[rule.name]) if rule in asked else not_asked(rule)
            for rule in rules
        }

    def _batch(self, frame: pd.DataFrame) -> Batch:
        batch: Batch = self._rows.get_batch({"dataframe": frame})
        return batch


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


def _is_strict(rule: Rule) -> bool:
    """Whether no row may break a rule; then to ask whether one does is enough, and cheaper."""
    return rule.expect in ROW_BREAKS and "mostly" not in rule.arguments


def _is_of_single_rows(rule: Rule) -> bool:
    """Whether a rule can be asked of each row by itself, whatever others there are."""
    return _is_strict(rule) and rule.expect not in AMONG_ROWS and rule.least_rows <= 1


def _joined(rule: Rule, of_batches: Iterable[Mapping[str, RuleOutcome]]) -> RuleOutcome:
    """What came of a rule on all rows, of what came of it on some of them each."""
    found = [of_batch[rule.name] for of_batch in of_batches]
    asked = [outcome for outcome in found if outcome.detail is not None]
    if not asked:
        return not_asked(rule)
    told = min(asked, key=lambda one: (one.error is None, one.success))
    if told.error is None:
        result = told.detail.result
        rows, broken = (
            sum(one.detail.result[name] for one in asked)
            for name in ("element_count", "unexpected_count")
        )
        told.detail.result = {**result, **counts_of(rows, broken, rows)}
    failing = tuple(row for outcome in asked for row in outcome.failing)
    return replace(told, observed=_seen(told.detail), failing=failing)


def _shown(outcome: RuleOutcome) -> RuleOutcome:
    """What came of a rule by DuckDB, so that it can be shown among those of Great Expectations."""
    if outcome.detail is None and outcome.error is None:
        return outcome
    config = _expectation(outcome.rule).configuration
    raised = {"raised_exception": outcome.error is not None, "exception_message": outcome.error}
    detail = ExpectationValidationResult(
        success=outcome.success,
        expectation_config=config,
        result=outcome.detail or {},
        exception_info={**raised, "exception_traceback": outcome.error},
    )
    return replace(outcome, detail=detail)


def _has_failing_rows(rule: Rule, result: ExpectationValidationResult) -> bool:
    if result.success or error_of(result):
        return False
    return _is_strict(rule) or bool(result.result.get("unexpected_count"))


def _outcome(rule: Rule, result: ExpectationValidationResult) -> RuleOutcome:
    return RuleOutcome(
        rule=rule,
        success=bool(result.success),
        observed=_seen(result),
        failing=tuple(
            {name: None if pd.isna(value) else value for name, value in row.items()}
            for row in result.result.get("unexpected_index_list") or ()
        ),
        error=error_of(result),
        detail=result,
    )


def _seen(result: ExpectationValidationResult) -> str:
    seen = result.result
    if "unexpected_count" in seen:
        return f"{seen['unexpected_count']} of {seen['element_count']} rows"
    if "missing_percent" in seen:
        return f"{seen['missing_count']} missing"
    value = seen.get("observed_value")
    return f"{value:.4g}" if isinstance(value, float) else str(value)
