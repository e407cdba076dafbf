"""The rows that the schema makes by itself keep all that it promises."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.sample_rows import sample_tables, write_sample
from warehouse.codes import code_list
from warehouse.column_types import type_of
from warehouse.database import build_database
from warehouse.schema import SCHEMA, Column, Table

ROWS = sample_tables()


def values(table: str, *columns: str) -> list[Any]:
    rows = [tuple(row[column] for column in columns) for row in ROWS[table]]
    return [row[0] for row in rows] if len(columns) == 1 else rows


@pytest.mark.parametrize("table", SCHEMA.values(), ids=lambda table: table.name)
def test_keys_are_unique_and_parents_have_children(table: Table) -> None:
    keys = [table.primary_key] if table.primary_key else []
    for key in [*keys, *((column.name,) for column in table.columns if column.unique)]:
        found = [value for value in values(table.name, *key) if value is not None]
        assert len(found) == len(set(found))
    if table.is_required:
        parent, key = table.parent.reference  # type: ignore[union-attr, misc]
        assert set(values(table.name, table.parent.name)) == set(values(parent, key))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("table", "column"),
    [(table, column) for table in SCHEMA.values() for column in table.columns],
    ids=lambda one: one.name,
)
def test_values_are_what_their_column_says(table: Table, column: Column) -> None:
    found = values(table.name, column.name)
    assert (None in found) == (column.nullable and table.name != "codes")
    for value in found:
        if value is None:
            continue
        assert type_of(column).convert(value) == value
        assert column.minimum is None or value >= column.minimum
        assert column.maximum is None or value <= column.maximum
        assert column.pattern is None or re.fullmatch(column.pattern, value)
        assert column.code_list is None or value in code_list(column.code_list)
        assert column.reference is None or value in values(*column.reference)


def test_they_can_be_published_and_are_the_same_each_time(tmp_path: Path) -> None:
    folder = write_sample(tmp_path / "tables")
    build_database(folder, tmp_path / "sample.duckdb")
    assert sample_tables() == ROWS
