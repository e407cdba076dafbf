"""Whether the rows of a release break rules of the rulebook.

Here belongs which rules a release is held to: those that follow from its own schema, and those of
this version of the program that ask for nothing which the release does not have. They are written
in `expectations`, where the tables were held to them before they were published.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from assets.release.store import PARQUET
from assets.release.verify.problems import (
    Check,
    Problem,
    ReleaseUnderTest,
    first_of_many,
    key_of,
    row_key,
    show,
    table_file,
)
from assets.release.wording import counted
from expectations.by_kind import rules_by_kind
from expectations.domain import domain_rules
from expectations.extraction_artefacts import artefact_rules
from expectations.from_schema import schema_rules
from expectations.rule import Rule
from warehouse.schema import Table

if TYPE_CHECKING:
    from expectations.validation import RuleOutcome


def verify_rules(on: ReleaseUnderTest) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """Ask the rules of a release.

    Returns:
        A check for each kind of rule, and what could not be asked.
    """
    from expectations.prepare import PreparedTables
    from expectations.sql_reader import ask

    asked: Counter[str] = Counter()
    problems: dict[str, list[Problem]] = defaultdict(list)
    left_out: Counter[str] = Counter()
    with PreparedTables(on.release / PARQUET, on.schema) as tables:
        tables.load(on.frames)
        for name, rules in _rules(on).items():
            there = set(tables.connection.sql(tables.sql(name)).columns)
            of_table = [rule for rule in rules if there.issuperset(rule.needs)]
            left_out[name] += len(rules) - len(of_table)
            asked.update(rule.check for rule in of_table)
            for outcome in ask(tables, name, of_table, key_of(on.schema[name])):
                if not outcome.success:
                    told = first_of_many(_problems(on.schema[name], outcome))
                    problems[outcome.rule.check] += told
    checks = (
        Check(check.replace("_", " "), f"{counted(number, 'rule')} hold", tuple(problems[check]))
        for check, number in asked.items()
    )
    return tuple(checks), tuple(
        f"{counted(number, 'rule')} on {name}, as the release has not all that they ask for"
        for name, number in left_out.items()
        if number
    )


def _rules(on: ReleaseUnderTest) -> dict[str, list[Rule]]:
    """The rules by table, of the tables that are there."""
    codes = defaultdict(
        tuple, {of.name: tuple(code.name for code in of.codes) for of in on.described.code_lists}
    )
    of_program = chain(artefact_rules(), domain_rules(), rules_by_kind())
    by_table: dict[str, list[Rule]] = {name: [] for name in on.frames}
    for rule in chain(schema_rules(on.schema, codes), of_program):
        if rule.suite in by_table:
            by_table[rule.suite].append(rule)
    return by_table


def _problems(table: Table, outcome: RuleOutcome) -> Iterator[Problem]:
    """Each row that breaks a rule; or the table, where no single row does."""
    from expectations.validation import values_in_words

    rule = outcome.rule
    expected = f"as {rule.title} says: {rule.description}"
    if not outcome.failing:
        found = outcome.observed if outcome.error is None else f"cannot be told ({outcome.error})"
        yield Problem(table_file(table.name), found, expected)
    column = rule.columns[0]
    is_own = rule.columns == (column,) and column in table.column_names
    for row in outcome.failing:
        yield Problem(
            table_file(table.name),
            show(row[column]) if is_own else values_in_words(rule, row),
            expected,
            row_key(table, row),
            column if is_own else None,
        )
