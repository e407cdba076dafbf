"""Frames have the schema's shape, and say what is wrong with rows that do not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from warehouse.frames import SchemaError, build_frame
from warehouse.schema import SCHEMA

NAIVE = dt.datetime(2021, 10, 26, tzinfo=dt.UTC).replace(tzinfo=None)


@pytest.mark.parametrize("name", SCHEMA)
def test_a_frame_has_the_tables_columns_and_types(name: str, rows: dict[str, Any]) -> None:
    types = {
        "string": pl.String,
        "int32": pl.Int32,
        "int64": pl.Int64,
        "float64": pl.Float64,
        "bool": pl.Boolean,
        "date": pl.Date,
        "timestamp": pl.Datetime("us", "UTC"),
    }
    for frame in (build_frame(name, rows[name]), build_frame(name, [])):
        expected = {column.name: types[column.dtype] for column in SCHEMA[name].columns}
        assert dict(frame.schema) == expected
    assert build_frame(name, iter(rows[name])).height == len(rows[name])


def test_rows_are_sorted_whatever_order_they_came_in(rows: dict[str, Any]) -> None:
    for name, table_rows in rows.items():
        shuffled = [dict(reversed(row.items())) for row in reversed(table_rows)]
        assert build_frame(name, shuffled).equals(build_frame(name, table_rows)), name


def test_unknown_stays_unknown_even_where_the_schema_requires_a_value(
    rows: dict[str, Any],
) -> None:
    rows["visits"][0]["start_date"] = None
    assert build_frame("visits", rows["visits"])["start_date"].null_count() == 1


def test_text_is_composed_and_otherwise_left_alone(rows: dict[str, Any]) -> None:
    row = rows["inspectors"][1] | {"name": "Zoe\u0308  O\u2019Farrant "}
    assert build_frame("inspectors", [row])["name"].to_list() == ["Zo\u00eb  O\u2019Farrant "]


def test_a_time_of_another_zone_is_brought_to_utc(rows: dict[str, Any]) -> None:
    summer_time = dt.timezone(dt.timedelta(hours=1))
    row = rows["quarantine"][0] | {"seen_at": dt.datetime(2021, 7, 1, 12, tzinfo=summer_time)}
    frame = build_frame("quarantine", [row])
    assert frame["seen_at"].to_list() == [dt.datetime(2021, 7, 1, 11, tzinfo=dt.UTC)]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("addressee_name", "", "an empty string"),
        ("addressee_name", " \n", "an empty string"),
        ("addressee_name", 5, "5 where the schema has string"),
        ("improvement_count", "3", "'3' where the schema has int32"),
        ("improvement_count", True, "True where the schema has int32"),
        ("improvement_count", 3.0, r"3\.0 where the schema has int32"),
        ("improvement_count", 2**31, "2147483648 where the schema has int32"),
        ("is_covid_adapted", 1, "1 where the schema has bool"),
        ("start_date", "2021-10-26", "'2021-10-26' where the schema has date"),
        ("start_date", NAIVE, "where the schema has date"),
    ],
)
def test_a_value_of_another_type_is_an_error(
    rows: dict[str, Any], column: str, value: Any, message: str
) -> None:
    row = rows["visits"][0] | {column: value}
    where = f"table visits, column {column}, row visit_id='ashmere-focused-visit-2021-10-26'"
    with pytest.raises(SchemaError, match=f"{where}: .*{message}"):
        build_frame("visits", [row])


@pytest.mark.parametrize(
    ("table", "column", "value", "message"),
    [
        ("findings", "x0", float("nan"), "nan where the schema has float64"),
        ("findings", "x0", "72", "'72' where the schema has float64"),
        ("letters", "first_seen_at", NAIVE, "has no time zone"),
        ("letters", "first_seen_at", dt.date(2021, 1, 1), "where the schema has timestamp"),
    ],
)
def test_other_types_are_as_strict(
    rows: dict[str, Any], table: str, column: str, value: Any, message: str
) -> None:
    with pytest.raises(SchemaError, match=message):
        build_frame(table, [rows[table][0] | {column: value}])


def test_a_missing_and_an_unknown_column_are_named(rows: dict[str, Any]) -> None:
    row = rows["codes"][0] | {"colour": "red"}
    del row["label"]
    with pytest.raises(
        SchemaError, match=r"table codes, row list=.*: no column label, a column colour that"
    ):
        build_frame("codes", [row])


def test_a_row_without_its_key_is_still_named(rows: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match="table codes, row without a key: no column list"):
        build_frame("codes", [{}])
