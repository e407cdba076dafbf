"""Rules that follow from the schema: every column's promise, made into an expectation.

Here belongs what can be said of any table from `warehouse/schema.toml` alone. What letters and
visits are like is in `domain.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from expectations.rule import Rule, default_scope
from warehouse.codes import code_list, code_lists
from warehouse.schema import SCHEMA, Column, Table

#: A table with fewer rows is not asked for a share of filled values.
ROWS_FOR_FILL_RATES = 20

_WELL_FORMED = "a text is not blank and is in Unicode NFC, and a number is finite"

#: Prepared columns that say which of a row's columns break a promise; `none` if none does. One
#: expectation on them stands for one a column, each of which would cost as much.
MISSING_VALUES = "missing_values"
MALFORMED_VALUES = "malformed_values"
UNKNOWN_REFERENCES = "unknown_references"
NONE = "none"
PROMISES = frozenset({MISSING_VALUES, MALFORMED_VALUES, UNKNOWN_REFERENCES})


def schema_rules(
    schema: Mapping[str, Table] = SCHEMA, codes: Mapping[str, Collection[str]] | None = None
) -> Iterator[Rule]:
    """All rules of all tables, table by table.

    Args:
        schema: The tables; by default, the code's own.
        codes: The codes of each list; by default, the code's own.
    """
    codes = code_lists() if codes is None else codes
    for table in schema.values():
        yield from _table_rules(table)
        for column in table.columns:
            yield from _column_rules(table, column, codes)
    if "codes" in schema:
        yield _code_lists_rule(schema)


def required_columns(table: Table) -> tuple[Column, ...]:
    """The columns that must have a value in every row."""
    return tuple(column for column in table.columns if not column.nullable)


def referring_columns(table: Table) -> tuple[tuple[Column, str, str], ...]:
    """The foreign keys, each with the table and column it refers to."""
    return tuple((column, *column.reference) for column in table.columns if column.reference)


def _rule(
    table: Table,
    check: str,
    name: str,
    description: str,
    expect: str,
    **arguments: object,
) -> Rule:
    """A rule of a table, that holds of each of its rows."""
    return Rule(
        suite=table.name,
        check=check,
        name=name,
        description=description,
        expect=expect,
        arguments=arguments,
        scope=default_scope(table.name),
    )


def _promise(table: Table, check: str, name: str, description: str, prepared_column: str) -> Rule:
    in_set = "ExpectColumnValuesToBeInSet"
    return _rule(table, check, name, description, in_set, column=prepared_column, value_set=[NONE])


def _unique(table: Table, name: str, columns: Sequence[str]) -> Rule:
    description = f"No two rows have the same {' and '.join(columns)}."
    if len(columns) == 1:
        expect = "ExpectColumnValuesToBeUnique"
        return _rule(table, "keys", name, description, expect, column=columns[0])
    expect = "ExpectCompoundColumnsToBeUnique"
    return _rule(table, "keys", name, description, expect, column_list=list(columns))


def _table_rules(table: Table) -> Iterator[Rule]:
    if required := required_columns(table):
        description = f"Every row has {_and(column.name for column in required)}."
        yield _promise(table, "required", "required_values_there", description, MISSING_VALUES)
    if references := referring_columns(table):
        known = (f"every {column.name} is in {to_table}" for column, to_table, _ in references)
        description = f"{_and(known).capitalize()}."
        yield _promise(table, "foreign_keys", "references_known", description, UNKNOWN_REFERENCES)
    if limits := [f"{one.name} is {_bounds(one)}" for one in table.columns if _bounds(one)]:
        description = f"In every row, {_and(limits)}; {_WELL_FORMED}."
    else:
        description = f"In every row, {_WELL_FORMED}."
    yield _promise(table, "values", "values_well_formed", description, MALFORMED_VALUES)
    if table.primary_key:
        yield _unique(table, "key_unique", table.primary_key)


def _column_rules(
    table: Table, column: Column, codes: Mapping[str, Collection[str]]
) -> Iterator[Rule]:
    name = column.name
    if column.unique:
        yield _unique(table, f"{name}_unique", [name])
    # The schema gives a foreign key the pattern of its key, so there is no need to ask twice.
    if column.pattern is not None and column.references is None:
        yield _rule(
            table,
            "values",
            f"{name}_well_formed",
            f"Every {name} has the form of {column.example}.",
            "ExpectColumnValuesToMatchRegex",
            column=name,
            regex=_whole(column.pattern),
        )
    if column.code_list is not None:
        yield _rule(
            table,
            "codes",
            f"{name}_listed",
            f"Every {name} is a code of the list {column.code_list}.",
            "ExpectColumnValuesToBeInSet",
            column=name,
            value_set=list(codes[column.code_list]),
        )
    if column.fill_rate_minimum is not None:
        yield fill_rate_rule(table.name, name, column.fill_rate_minimum)


def fill_rate_rule(table_name: str, column: str, least: float, kind: str | None = None) -> Rule:
    """The rule that a share of rows has a value: of all rows, or of those of a kind of document."""
    of_kind = f"{code_list('document_kind')[kind].label}: " if kind else ""
    return Rule(
        suite=table_name,
        check="fill_rates",
        name=f"{column}_filled_in_{kind}" if kind else f"{column}_filled",
        description=f"{of_kind}{column} is filled in at least {least:.0%} of rows.",
        rationale="Below that, the reading has broken, not the letters.",
        expect="ExpectColumnValuesToNotBeNull",
        arguments={"column": column, "mostly": least},
        least_rows=ROWS_FOR_FILL_RATES,
        document_kind=kind,
    )


def _code_lists_rule(schema: Mapping[str, Table]) -> Rule:
    columns = (column for table in schema.values() for column in table.columns)
    lists = sorted({column.code_list for column in columns if column.code_list})
    return Rule(
        suite="codes",
        check="codes",
        name="lists_complete",
        description="The table has every list that a column uses.",
        expect="ExpectColumnDistinctValuesToContainSet",
        arguments={"column": "list", "value_set": lists},
    )


def _and(parts: Iterable[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def _whole(pattern: str) -> str:
    """The pattern for a whole value, without groups to capture, of which pandas would warn."""
    uncaptured = re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)
    # Not `$`, which would let a line break pass at the end.
    return rf"^(?:{uncaptured})\Z"


def _bounds(column: Column) -> str:
    """The limits of a column's numbers in words; empty where it has none."""
    if column.minimum is None and column.maximum is None:
        return ""
    if column.maximum is None:
        return f"{column.minimum:g} or more"
    if column.minimum is None:
        return f"{column.maximum:g} or less"
    return f"between {column.minimum:g} and {column.maximum:g}"
