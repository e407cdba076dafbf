"""Whether CSV, DuckDB and workbook hold the same values as Parquet.

Here belongs how each form is read back. A difference is a fault of the other form: whether Parquet
is right is for the other modules of that name.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.release.checksums import ARCHIVE_ERRORS
from assets.release.edition import NAME
from assets.release.store import ReleaseError, read_release
from assets.release.verify.problems import (
    Problem,
    Subject,
    first_of_many,
    row_key,
    show_difference,
    table_file,
)
from warehouse.schema import Column, Table
from warehouse.schema_description import empty_database

if TYPE_CHECKING:
    import polars as pl

_ROW = re.compile(rb"<row[ >]")
_STRING = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")
#: Where other programs keep the texts of all sheets; that of the release has them in its cells.
_SHARED_STRINGS = "xl/sharedStrings.xml"
#: Sheets of the workbook that have a row for each row of a table, below one of headings.
_SHEETS = {"Visits": "visits", "Findings": "findings", "Coverage": "coverage"}
_HEADINGS = 1


def check_csv(on: Subject) -> Iterator[Problem]:
    """That every CSV file holds the values of its Parquet file."""
    import polars as pl

    for name, frame in on.frames.items():
        file = f"csv/{name}.csv"
        try:
            read = pl.read_csv(on.release / file, infer_schema=False, glob=False)
        except (OSError, pl.exceptions.PolarsError) as error:
            yield Problem(file, f"cannot be read ({error})", f"the values of {table_file(name)}")
            continue
        yield from _differences(file, on.schema[name], frame, read, _as_csv)


def check_database(on: Subject) -> Iterator[Problem]:
    """That every table of the DuckDB file holds the values of its Parquet file."""
    import duckdb

    file = f"{_file_stem(on)}.duckdb"
    if not (on.release / file).is_file():
        yield Problem(file, "missing", "a DuckDB file with all tables")
        return
    try:
        with duckdb.connect(str(on.release / file), read_only=True) as connection:
            for name, frame in on.frames.items():
                table = on.schema[name]
                try:
                    read = connection.sql(f'FROM "{name}"').pl()
                except duckdb.CatalogException:
                    yield Problem(file, f"no table {name}", f"that of {table_file(name)}")
                    continue
                yield from _differences(f"{file}, table {name}", table, frame, read, _as_database)
    except duckdb.Error as error:
        yield Problem(file, f"cannot be read ({error})", "a DuckDB file with all tables")


def check_views(on: Subject) -> Iterator[Problem]:
    """That views and macros of the DuckDB file ask what those of this program ask."""
    import duckdb

    file = f"{_file_stem(on)}.duckdb"
    if not (on.release / file).is_file():
        return
    # DuckDB writes a query in words of its own when it keeps it.
    with empty_database() as built:
        expected = _definitions(built)
    try:
        found = _definitions(on.release / file)
    except duckdb.Error:
        return  # that it cannot be read is told by another check
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            yield Problem(file, f"no view or macro {name}", "there")
        elif name not in expected:
            yield Problem(file, f"the view or macro {name}", "no such view or macro")
        elif found[name] != expected[name]:
            now, then = show_difference(found[name], expected[name])
            yield Problem(f"{file}, view or macro {name}", now, then)


def _definitions(database: Path) -> dict[str, str]:
    """The SQL of the views and macros of a file, by name."""
    import duckdb

    with duckdb.connect(database, read_only=True) as connection:
        rows = connection.execute(
            "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal "
            "UNION ALL SELECT function_name, macro_definition FROM duckdb_functions() "
            "WHERE function_type = 'table_macro' AND NOT internal"
        ).fetchall()
    return {name: " ".join(sql.split()) for name, sql in rows}


def check_workbook(on: Subject) -> Iterator[Problem]:
    """That the workbook has a row for each visit and finding, with the words of each finding."""
    from lxml import etree

    file = f"{_file_stem(on)}.xlsx"
    try:
        with zipfile.ZipFile(on.release / file) as book:
            sheets = _sheets(book)
            is_shared = _SHARED_STRINGS in book.namelist()
            shared = book.read(_SHARED_STRINGS) if is_shared else b""
    except (*ARCHIVE_ERRORS, KeyError, UnicodeDecodeError, etree.XMLSyntaxError) as error:
        yield Problem(file, f"cannot be read ({error})", "a workbook with all visits and findings")
        return
    for sheet, name in _SHEETS.items():
        count = len(_ROW.findall(sheets[sheet])) - _HEADINGS if sheet in sheets else "no"
        if name in on.frames and count != on.frames[name].height:
            yield Problem(
                f"{file}, sheet {sheet}",
                f"{count} rows",
                f"{on.frames[name].height}, as {table_file(name)} has",
            )
    if "findings" in on.frames and "Findings" in sheets:
        table = on.schema["findings"]
        strings = _strings(sheets["Findings"]) | _strings(shared)
        yield from first_of_many(
            Problem(
                f"{file}, sheet Findings",
                "the text nowhere",
                show_difference(row["text"], None)[0],
                row["finding_id"],
                "text",
            )
            for row in on.frames[table.name].select("finding_id", "text").iter_rows(named=True)
            if row["text"] is not None and row["text"] not in strings
        )


def _file_stem(on: Subject) -> str:
    """What the files of the whole release are called, by what it says of itself."""
    try:
        return read_release(on.release).record.edition.file_stem
    except ReleaseError:  # which the checks of files tell of
        return NAME


def _sheets(book: zipfile.ZipFile) -> dict[str, bytes]:
    """The sheets that have rows of tables, by name."""
    from lxml import etree

    workbook = etree.fromstring(book.read("xl/workbook.xml"))
    names = [sheet.get("name") for sheet in workbook.iterfind(".//{*}sheet")]
    return {
        name: book.read(f"xl/worksheets/sheet{number}.xml")
        for number, name in enumerate(names, start=1)
        if name in _SHEETS
    }


def _strings(part: bytes) -> frozenset[str]:
    """The texts in a part of the workbook, whichever way its characters are written."""
    return frozenset(map(html.unescape, _STRING.findall(part.decode("utf-8"))))


def _as_csv(column: Column) -> pl.Expr:
    """A column of Parquet, as it is compared with text: parsed, so that 0.50 is 0.5."""
    import polars as pl

    value = pl.col(column.name)
    match column.dtype:
        case "int32" | "int64":
            return value.cast(pl.Int64, strict=False)
        case "float64":
            return value.cast(pl.Float64, strict=False)
        case "bool":
            return value.replace_strict({"true": True, "false": False}, default=None)
        case "date":
            return value.str.to_date("%Y-%m-%d", strict=False)
        case "timestamp":
            return value.str.to_datetime(
                "%Y-%m-%dT%H:%M:%SZ", strict=False, time_unit="us"
            ).dt.replace_time_zone("UTC")
    return value


def _as_database(column: Column) -> pl.Expr:
    import polars as pl

    value = pl.col(column.name)
    if column.dtype == "timestamp":
        return value.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return value


def _differences(
    file: str, table: Table, expected: pl.DataFrame, read: pl.DataFrame, parse: Any
) -> Iterator[Problem]:
    """Where a form holds other values than Parquet."""
    import polars as pl

    if read.columns != expected.columns:
        names = f"the columns {', '.join(read.columns)}"
        yield Problem(file, names, f"the columns {', '.join(expected.columns)}")
        return
    if read.height != expected.height:
        yield Problem(
            file, f"{read.height} rows", f"{expected.height}, as {table_file(table.name)} has"
        )
        yield from _odd_rows(file, table, expected, read)
        return
    parsed = read.select(
        # What cannot be parsed is no missing value.
        pl.when(parse(column).is_null() & pl.col(column.name).is_not_null())
        .then(pl.lit(True))
        .otherwise(pl.lit(False))
        .alias(f"{column.name} is odd")
        for column in table.columns
    )
    values = read.select(parse(column) for column in table.columns)
    for column in table.columns:
        name = column.name
        unlike = parsed[f"{name} is odd"] | values[name].ne_missing(
            expected[name].cast(values[name].dtype)
        )
        if not unlike.any():
            continue
        at = unlike.arg_true()
        yield from first_of_many(
            Problem(
                file,
                found,
                f"{should}, as {table_file(table.name)} has",
                row_key(table, expected.row(number, named=True), number + 1),
                name,
            )
            for number in at
            for found, should in [
                show_difference(
                    read[name][number]
                    if parsed[f"{name} is odd"][number]
                    else values[name][number],
                    expected[name][number],
                )
            ]
        )


def _odd_rows(
    file: str, table: Table, expected: pl.DataFrame, read: pl.DataFrame
) -> Iterator[Problem]:
    """The rows that only one side has."""
    import polars as pl

    key = list(table.primary_key)
    if not key:
        return
    sides = [
        frame.select(pl.col(name).cast(pl.String) for name in key) for frame in (expected, read)
    ]
    for one, other, found, should in (
        (sides[0], sides[1], "missing", f"a row, as in {table_file(table.name)}"),
        (sides[1], sides[0], "there", f"no row, as in {table_file(table.name)}"),
    ):
        alone = one.join(other, on=key, how="anti", nulls_equal=True)
        yield from first_of_many(
            Problem(file, found, should, row_key(table, row, 0))
            for row in alone.iter_rows(named=True)
        )
