"""Rows of every table that the schema makes by itself: for tests to which it is no matter what
letters say.

They keep all that the schema promises: types, required values, keys, references, codes, forms and
limits. What must agree beyond that is in `tests/expectations/clean_tables.py`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from warehouse.codes import code_list, code_rows
from warehouse.column_types import type_of
from warehouse.frames import build_frame
from warehouse.parquet import write_tables
from warehouse.schema import SCHEMA, Column, Table

#: So many rows has each row of a parent table.
_CHILDREN = 2


def sample_tables(count: int = 4) -> dict[str, list[dict[str, Any]]]:
    """Rows of all tables: so many of each that stands by itself, and two for each of a parent."""
    rows = {table.name: list(_rows(table, count)) for table in SCHEMA.values()}
    return rows | {"codes": code_rows()}


def write_sample(folder: Path, count: int = 4) -> Path:
    """Writes the rows as Parquet, and returns the folder."""
    rows = sample_tables(count)
    write_tables({name: build_frame(name, rows[name]) for name in SCHEMA}, folder)
    return folder


def _rows(table: Table, count: int) -> Iterator[dict[str, Any]]:
    is_child = (
        table.parent is not None
        and len(table.primary_key) > 1
        and table.parent.name in table.primary_key
    )
    for number in range(count * _CHILDREN if is_child else count):
        of, place = divmod(number, _CHILDREN) if is_child else (number, 0)
        yield {
            column.name: _value(table, column, of, place, number, count) for column in table.columns
        }


def _value(table: Table, column: Column, of: int, place: int, number: int, count: int) -> Any:
    is_key = column.name in table.primary_key
    if column.nullable and number % 4 == 3:
        return None
    if column == table.parent:
        return _of_reference(column, of)
    if column.reference:
        return _of_reference(column, (of + place + 1) % count if is_key else of)
    if column.dtype == "int32" and is_key:
        return _number(column, place)
    return sample_value(column, number)


def _of_reference(column: Column, number: int) -> Any:
    table, key = column.reference or ("", "")
    return sample_value(SCHEMA[table].column(key), number)


def sample_value(column: Column, number: int) -> Any:
    """The value of a column in the row of that number: its example in the first, others after."""
    if column.code_list:
        codes = list(code_list(column.code_list))
        return codes[number % len(codes)]
    match column.dtype:
        case "int32" | "int64" | "float64":
            return _number(column, number)
        case "bool":
            return number % 2 == 0
        case "string":
            return _text(column, number)
    day: dt.date = type_of(column).parse(column.example or "")
    return day + dt.timedelta(days=number)


def _number(column: Column, number: int) -> float:
    example = type_of(column).parse(column.example or "0")
    value = example + (number if column.dtype.startswith("int") else number / 100)
    least, most = column.minimum, column.maximum
    if most is not None and value > most:
        value = (least or 0) + number % (most - (least or 0) + 1)
    return int(value) if column.dtype.startswith("int") else float(value)


def _text(column: Column, number: int) -> str:
    example = column.example or column.name
    if number == 0:
        return example
    before, digits, after = re.fullmatch(r"(?s)(.*?)(\d*)(\D*)", example).groups()  # type: ignore[union-attr]
    counted = (
        [f"{before}{(int(digits) + number) % 10 ** len(digits):0{len(digits)}}{after}"]
        if digits
        else []
    )
    for text in (*counted, *(f"{example}{mark}{number}" for mark in "-_ "), example):
        if column.pattern is None or re.fullmatch(column.pattern, text):
            return text
    raise ValueError(f"{column.name}: its example is not of its form")
