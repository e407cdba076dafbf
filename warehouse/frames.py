"""Frames: rows, as the stages make them, into tables that have the schema's shape.

Here belongs what makes a table *well-formed*: its columns, types, text and order. Whether what it
holds may be so (keys, code lists, required values) is for the expectations to say: a frame must be
able to hold a wrong value for them to find.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

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

    types: dict[str, pl.DataType] = {
        "string": pl.String(),
        "int32": pl.Int32(),
        "int64": pl.Int64(),
        "float64": pl.Float64(),
        "bool": pl.Boolean(),
        "date": pl.Date(),
        "timestamp": pl.Datetime("us", "UTC"),
    }
    return {column.name: types[column.dtype] for column in table.columns}


def _column_mismatch(table: Table, row: Mapping[str, Any]) -> str:
    missing = [name for name in table.column_names if name not in row]
    unknown = [name for name in row if name not in table.column_names]
    problems = [f"no column {name}" for name in missing]
    problems += [f"a column {name} that the table does not have" for name in unknown]
    return f"table {table.name}, row {_key(table, row)}: {', '.join(problems)}"


def _column_values(table: Table, column: Column, rows: list[Mapping[str, Any]]) -> list[Any]:
    convert = CONVERTERS[column.dtype]
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


def _string(value: Any) -> str:
    if type(value) is not str:
        raise ValueError(f"{value!r}")
    if not value or value.isspace():
        raise ValueError("an empty string (unknown is None)")
    return unicodedata.normalize("NFC", value)


def _integer(bits: int) -> Callable[[Any], int]:
    bound = 2 ** (bits - 1)

    def convert(value: Any) -> int:
        # `type`, not `isinstance`: a bool is an int to Python and to nobody else.
        if type(value) is not int or not -bound <= value < bound:
            raise ValueError(f"{value!r}")
        return value

    return convert


def _float(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError(f"{value!r}")
    return float(value)


def _bool(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError(f"{value!r}")
    return value


def _date(value: Any) -> dt.date:
    if type(value) is not dt.date:
        raise ValueError(f"{value!r}")
    return value


def _timestamp(value: Any) -> dt.datetime:
    if not isinstance(value, dt.datetime):
        raise ValueError(f"{value!r}")
    if value.utcoffset() is None:
        raise ValueError(f"{value.isoformat()}, which has no time zone,")
    return value.astimezone(dt.UTC)


CONVERTERS: Mapping[str, Callable[[Any], Any]] = {
    "string": _string,
    "int32": _integer(32),
    "int64": _integer(64),
    "float64": _float,
    "bool": _bool,
    "date": _date,
    "timestamp": _timestamp,
}
