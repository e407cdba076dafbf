"""Frames: rows, as the stages make them, into tables that have the schema's shape.

Here belongs what makes a table *well-formed*: its columns, types, text and order. Whether what it
holds may be so (keys, code lists, required values) is for the expectations to say: a frame must be
able to hold a wrong value for them to find.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from warehouse.column_types import type_of
from warehouse.parquet import arrow_schema
from warehouse.schema import SCHEMA, Column, Table

if TYPE_CHECKING:
    import polars as pl


class SchemaError(ValueError):
    """Rows that are not in the shape of their table; the message names table, column and row."""


def build_frame(table_name: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """A table's rows as a frame with the schema's columns, types and order of rows.

    Text is brought to Unicode NFC and time stamps to UTC. Nothing else is changed or guessed: a
    number in text, a date with a time and an empty string are errors.

    Args:
        table_name: A table of the schema.
        rows: Mappings that have exactly the table's columns, in any order; unknown is `None`.

    Raises:
        SchemaError: A column too many or too few, a value of another type, or an empty string.
    """
    # polars takes a quarter of a second to import, which not every user of this room can afford.
    import polars as pl

    table = SCHEMA[table_name]
    names = set(table.column_names)
    rows = list(rows)
    for row in rows:
        if row.keys() != names:
            raise SchemaError(_column_mismatch(table, row))
    data = {column.name: _column_values(table, column, rows) for column in table.columns}
    frame = pl.DataFrame(data, schema=polars_schema(table), strict=True)
    return frame.sort(table.sort_by, nulls_last=True, maintain_order=True)


def polars_schema(table: Table) -> dict[str, pl.DataType]:
    """The table's columns as polars types."""
    import polars as pl

    return dict(pl.Schema(arrow_schema(table)))


def _column_mismatch(table: Table, row: Mapping[str, Any]) -> str:
    missing = [name for name in table.column_names if name not in row]
    unknown = [name for name in row if name not in table.column_names]
    problems = [f"no column {name}" for name in missing]
    problems += [f"a column {name} that the table does not have" for name in unknown]
    return f"table {table.name}, row {_key(table, row)}: {', '.join(problems)}"


def _column_values(table: Table, column: Column, rows: list[Mapping[str, Any]]) -> list[Any]:
    convert = type_of(column).convert
    values = []
    for row in rows:
        value = row[column.name]
        if value is not None:
            try:
                value = convert(value)
            except ValueError as error:
                raise SchemaError(
                    f"table {table.name}, column {column.name}, row {_key(table, row)}: "
                    f"{error} where the schema has {column.dtype}"
                ) from error
        values.append(value)
    return values


def _key(table: Table, row: Mapping[str, Any]) -> str:
    names = table.primary_key or table.sort_by
    return ", ".join(f"{name}={row[name]!r}" for name in names if name in row) or "without a key"
