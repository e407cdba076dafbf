"""Data Docs: the results as pages for a browser, readable without a network.

Here belongs the writing of the pages. Great Expectations renders each expectation and what came of
it; its own pages around that take style sheets and scripts from a dozen hosts and are named by the
time of the run, so the frame is ours (`templates/`), with a section for each asset check.
"""

from __future__ import annotations

import copy
import html
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from great_expectations.render.renderer.content_block import (
    validation_results_table_content_block as results_table,
)
from great_expectations.render.view.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, FileSystemLoader

from expectations.report import ValidationReport
from expectations.suites import SUITES_ABOUT_TABLES
from expectations.validation import RuleOutcome
from warehouse.schema import SCHEMA

TEMPLATES = Path(__file__).with_name("templates")

TITLES = {
    "columns": "The columns of all tables, one row a column.",
    "row_counts": "The rows of all tables, one row a table, with those published before.",
    **{name: table.description for name, table in SCHEMA.items()},
}


def write_docs(
    folder: Path, report: ValidationReport, outcomes: Mapping[str, Sequence[RuleOutcome]]
) -> None:
    """Writes an index, a page a suite, and the report as `results.json`.

    Args:
        folder: Where to; made if it is not there. Pages of an earlier validation are replaced.
        report: What came of the validation.
        outcomes: What came of each rule, by suite.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.html"):
        stale.unlink()
    results = msgspec.json.format(msgspec.json.encode(report), indent=1)
    (folder / "results.json").write_bytes(results + b"\n")
    view = _View()
    summaries = [_summary(suite, of_suite) for suite, of_suite in outcomes.items()]
    pages = {"index": view.page("index.j2", report=report, suites=summaries)}
    for suite, of_suite in outcomes.items():
        pages[suite] = view.page("suite.j2", **_summary(suite, of_suite), checks=_checks(of_suite))
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")


def _summary(suite: str, outcomes: Iterable[RuleOutcome]) -> dict[str, Any]:
    successes = [outcome.success for outcome in outcomes if outcome.detail is not None]
    return {
        "suite": suite,
        "title": TITLES[suite],
        "tested": len(successes),
        "failed": len(successes) - sum(successes),
    }


def _checks(outcomes: Iterable[RuleOutcome]) -> dict[str, Any]:
    """By asset check, what Great Expectations has to show of its rules."""
    results = defaultdict(list)
    for outcome in outcomes:
        if outcome.detail is not None:
            result = copy.copy(outcome.detail)
            result.result = _escaped(result.result)
            results[outcome.rule.check].append(result)
    # Its signature promises nothing, but of results it makes a table.
    render: Any = results_table.ValidationResultsTableContentBlockRenderer.render
    return {check: render(of_check).to_json_dict() for check, of_check in results.items()}


def _escaped(value: Any) -> Any:
    """The value with all its text escaped: Great Expectations writes it into pages as it is."""
    if isinstance(value, str):
        return html.escape(value)
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_escaped, value))
    return value


class _View(DefaultJinjaPageView):
    """Great Expectations' view, with the project's templates before its own."""

    def __init__(self) -> None:
        super().__init__()
        theirs = self.env.loader
        self.env.loader = ChoiceLoader([FileSystemLoader(TEMPLATES), *([theirs] if theirs else [])])
        self.env.globals["suites_about_tables"] = SUITES_ABOUT_TABLES
        self.env.trim_blocks = self.env.lstrip_blocks = True

    def page(self, template: str, **values: object) -> str:
        return str(self.env.get_template(template).render(values))
