"""The reader of rules that has the last word before tables are published: Great Expectations.

Here belongs everything that touches its validation, and it is imported in the validator's process
only. What a result means for publication is in `report.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from expectations.prepare import PreparedTables
from expectations.rule import DOCUMENT_KIND, Rule
from expectations.sql_reader import ROW_BREAKS
from expectations.startup import import_great_expectations
from expectations.validation import RuleOutcome, not_asked

# Before anything else imports it, and in its own way.
gx = import_great_expectations()

from great_expectations.core.expectation_validation_result import (  # noqa: E402
    ExpectationValidationResult,
)
from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: E402
from great_expectations.datasource.fluent.interfaces import Batch  # noqa: E402


class GreatExpectationsReader:
    """Asks rules of prepared tables; one for as many validations as there are."""

    def __init__(self) -> None:
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
        frame = tables.table(suite, needed).to_pandas(types_mapper=pd.ArrowDtype)
        outcomes: dict[str, RuleOutcome] = {}
        for kind in dict.fromkeys(rule.document_kind for rule in rules):
            rows = frame if kind is None else frame[(frame[DOCUMENT_KIND] == kind).fillna(False)]
            of_kind = [rule for rule in rules if rule.document_kind == kind]
            outcomes |= self._ask(suite, rows, of_kind, keys)
        return tuple(outcomes[rule.name] for rule in rules)

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
                counts = {"element_count": len(frame), "unexpected_count": 0}
                result.result = {**counts, "unexpected_percent": 0.0}
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
