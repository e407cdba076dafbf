"""ExtractionArtefact of every kind is found in every column that they may stand in."""

from __future__ import annotations

import re

import pytest

from expectations.extraction_artefacts import (
    TEXT_COLUMNS,
    ExtractionArtefact,
    artefact_kinds,
    artefact_rules,
    artefacts_in,
    describe_artefact,
)
from tests.expectations.clean_tables import Tables
from tests.expectations.conftest import RunRule

RULES = {(rule.suite, rule.arguments["column"]): rule for rule in artefact_rules()}


@pytest.mark.parametrize(("table", "column"), TEXT_COLUMNS, ids=".".join)
def test_every_kind_is_found_in_the_column(table: str, column: str, run_rule: RunRule) -> None:
    kinds = artefacts_in(TEXT_COLUMNS[table, column])

    def spoil(tables: Tables) -> None:
        if table == "inspectors":
            # There are fewer of them than kinds.
            tables[table] = [tables[table][0] | {"inspector_id": f"p-{n}"} for n in range(20)]
        for row, kind in zip(tables[table], kinds, strict=False):
            row[column] = kind.planted

    result = run_rule(RULES[table, column], spoil)

    assert not result.success
    assert result.error is None
    rows = sum(breach.row_count for breach in result.breaches)
    if result.scope == "letter":
        assert rows == len(kinds)
    assert result.observed.startswith(f"{len(kinds)} of ")


@pytest.mark.parametrize("kind", artefact_kinds(), ids=lambda kind: f"{kind.name} in {kind.form}")
def test_kind_is_named_by_its_own_planted_text(kind: ExtractionArtefact) -> None:
    form = "line" if kind.form == "any" else kind.form

    assert describe_artefact(kind.planted, form).startswith(f"{kind.name} in ")


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("line", "Children’s plans – and ‘next steps’ – are clear: 2018’s £3.5 million helped."),
        ("line", "Managers said “well-being first”… 85% of visits are in time."),
        ("heading", "Children who go missing in 2020"),
        ("heading", "The response to COVID-19"),
        ("heading", "What needs to improve in this area of social work practice?"),
        ("paragraphs", "Plans are clear.\n\n12 children moved in 2021.\n\nHelp is timely."),
        ("paragraphs", "Between 12 and\u00a015 May 2021 plans were clear; page 2 is not."),
    ],
)
def test_words_of_authors_are_no_artefacts(form: str, text: str) -> None:
    assert [kind.name for kind in artefacts_in(form) if re.search(kind.pattern, text)] == []
