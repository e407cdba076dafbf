"""Types: what each type of the schema is called elsewhere, and which values are of it.

Here belongs one row a type, for every form in which tables are written, described or typed in. How
a whole table looks in a form is the business of whoever writes it.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from warehouse.schema import Column, Dtype

if TYPE_CHECKING:
    import pyarrow as pa


class ColumnType(NamedTuple):
    """One type of the schema.

    Attributes:
        words: What a person calls it.
        duckdb: Its name in DuckDB's SQL.
        arrow: Its name in Arrow, with what it is made with; see `arrow_type`.
        table_schema: Its name in a Table Schema (datapackage.json).
        croissant: Its name in Croissant.
        convert: Gives a Python value as tables hold it; a `ValueError` if it is none of the type.
        parse: Reads a value that a person wrote as a CSV file would hold it; a `ValueError` or
            `KeyError` if it is none.
    """

    words: str
    duckdb: str
    arrow: tuple[str, ...]
    table_schema: str
    croissant: str
    convert: Callable[[Any], Any]
    parse: Callable[[str], Any]

    def arrow_type(self) -> pa.DataType:
        """The type in Arrow."""
        # pyarrow takes a fifth of a second to import, which not every user of this room can afford.
        import pyarrow as pa

        name, *made_with = self.arrow
        made: pa.DataType = getattr(pa, name)(*made_with)
        return made


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


def _only(python: type) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        if type(value) is not python:
            raise ValueError(f"{value!r}")
        return value

    return convert


def _timestamp(value: Any) -> dt.datetime:
    if not isinstance(value, dt.datetime):
        raise ValueError(f"{value!r}")
    if value.utcoffset() is None:
        raise ValueError(f"{value.isoformat()}, which has no time zone,")
    return value.astimezone(dt.UTC)


#: The types by the schema's names. DuckDB holds times without a zone, and UTC by description: with
#: one, a time would show in each reader's own zone, and Python would need another package.
COLUMN_TYPES: Mapping[Dtype, ColumnType] = {
    "string": ColumnType("text", "VARCHAR", ("string",), "string", "sc:Text", _string, str),
    "int32": ColumnType(
        "whole number", "INTEGER", ("int32",), "integer", "cr:Int32", _integer(32), int
    ),
    "int64": ColumnType(
        "whole number", "BIGINT", ("int64",), "integer", "cr:Int64", _integer(64), int
    ),
    "float64": ColumnType(
        "number", "DOUBLE", ("float64",), "number", "cr:Float64", _float,
        lambda text: _float(float(text)),
    ),
    "bool": ColumnType(
        "true or false", "BOOLEAN", ("bool_",), "boolean", "sc:Boolean", _only(bool),
        {"true": True, "false": False}.__getitem__,
    ),
    "date": ColumnType(
        "date", "DATE", ("date32",), "date", "sc:Date", _only(dt.date), dt.date.fromisoformat
    ),
    "timestamp": ColumnType(
        "date and time (UTC)", "TIMESTAMP", ("timestamp", "us", "UTC"), "datetime", "sc:DateTime",
        _timestamp, lambda text: _timestamp(dt.datetime.fromisoformat(text)),
    ),
}  # fmt: skip


def type_of(column: Column) -> ColumnType:
    """The type of a column."""
    return COLUMN_TYPES[column.dtype]
