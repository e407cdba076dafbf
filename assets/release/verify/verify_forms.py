"""Whether CSV, DuckDB and workbook hold the same values as Parquet.

Here belongs how each form is read back. A difference is a fault of the other form: whether Parquet
is right is for the other modules whose names begin so.
"""

from __future__ import annotations

import csv
import html
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assets.release.checksums import ARCHIVE_ERRORS
from assets.release.formats.workbook import cell_text
from assets.release.store import PARQUET
from assets.release.verify.problems import (
    ODD,
    Problem,
    ReleaseUnderTest,
    Row,
    first_of_many,
    show_difference,
    table_file,
    unlike_rows,
)
from warehouse.column_types import type_of
from warehouse.parquet import table_path
from warehouse.schema_description import empty_database
from warehouse.sql_text import sql_file, sql_name, sql_text

if TYPE_CHECKING:
    import duckdb

_ROW = re.compile(rb"<row[ >]")
#: What XML has no character for, and what looks as if it were that.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_STRING = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")
#: Where other programs keep the texts of all sheets; that of the release has them in its cells.
_SHARED_STRINGS = "xl/sharedStrings.xml"
#: Sheets of the workbook that have a row for each row of a table, below one of headings.
_SHEETS = {"Visits": "visits", "Findings": "findings", "Coverage": "coverage"}
_HEADINGS = 1
#: DuckDB keeps these names in no order of its own.
_EXCLUDED = re.compile(r"EXCLUDE \(([^)]*)\)")


def check_csv(on: ReleaseUnderTest) -> Iterator[Problem]:
    """That every CSV file holds the values of its Parquet file."""
    import duckdb

    with _connect() as connection:
        for name in on.frames:
            file = f"csv/{name}.csv"
            try:
                with (on.release / file).open(encoding="utf-8-sig", newline="") as lines:
                    columns = tuple(next(csv.reader(lines), ()))
                # Told what to find, DuckDB does not look for it.
                texts = ", ".join(f"{sql_text(column)}: 'VARCHAR'" for column in columns)
                rows = (
                    f"read_csv({sql_file(on.release / file)}, columns = {{{texts}}}, "
                    "header = true, delim = ',', quote = '\"', escape = '\"', auto_detect = false)"
                )
                yield from _differences(on, name, file, connection, rows, columns)
            except (OSError, UnicodeDecodeError, csv.Error, duckdb.Error) as error:
                said = f"cannot be read ({str(error).splitlines()[0]})"
                yield Problem(file, said, f"the values of {table_file(name)}")


def check_database(on: ReleaseUnderTest) -> Iterator[Problem]:
    """That every table of the DuckDB file holds the values of its Parquet file."""
    import duckdb

    file = f"{on.file_stem}.duckdb"
    if not (on.release / file).is_file():
        yield Problem(file, "missing", "a DuckDB file with all tables")
        return
    try:
        with _connect() as connection:
            connection.execute(f"ATTACH {sql_text(on.release / file)} AS released (READ_ONLY)")
            tables = connection.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = 'released'"
            ).fetchall()
            for name in on.frames:
                if (name,) not in tables:
                    yield Problem(file, f"no table {name}", f"that of {table_file(name)}")
                    continue
                rows, of_table = f"released.main.{sql_name(name)}", f"{file}, table {name}"
                columns = tuple(connection.sql(f"FROM {rows}").columns)
                yield from _differences(on, name, of_table, connection, rows, columns)
    except duckdb.Error as error:
        yield Problem(file, f"cannot be read ({error})", "a DuckDB file with all tables")


def _connect() -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _differences(
    on: ReleaseUnderTest,
    name: str,
    file: str,
    connection: duckdb.DuckDBPyConnection,
    read_back: str,
    columns: tuple[str, ...],
) -> Iterator[Problem]:
    """Where a form holds other rows than Parquet; by column, where both have a row of that key."""
    table = on.schema[name]
    if columns != table.column_names:
        should = f"the columns {', '.join(table.column_names)}"
        yield Problem(file, f"the columns {', '.join(columns)}", should)
        return
    # Text is compared as what it says, so that 0.50 is 0.5; what says nothing of its type is no
    # missing value.
    values = [f"try_cast({sql_name(one.name)} AS {type_of(one).duckdb})" for one in table.columns]
    odd = [
        f"CASE WHEN {value} IS NULL THEN nullif({sql_name(one.name)}::VARCHAR, '') END"
        for one, value in zip(table.columns, values, strict=True)
        if one.dtype != "string"
    ]
    parquet = f"read_parquet({sql_file(table_path(on.release / PARQUET, name))})"
    selected = ", ".join([*values, f"concat_ws(', ', NULL, {', '.join(odd) or 'NULL'})"])
    one, other = (f"SELECT {selected} FROM {rows}" for rows in (parquet, read_back))

    def rows_of(query: str) -> list[Row]:
        names = (*table.column_names, ODD)
        rows = connection.execute(query).fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]

    missing = rows_of(f"{one} EXCEPT ALL {other}")
    counts = [f"(SELECT count(*) FROM {rows})" for rows in (parquet, read_back)]
    ((are_as_many,),) = connection.execute(f"SELECT {' = '.join(counts)}").fetchall()
    # Of as many rows, where none is missing none is too many.
    if missing or not are_as_many:
        found = rows_of(f"{other} EXCEPT ALL {one}")
        as_parquet = f"as {table_file(name)} has"
        yield from first_of_many(unlike_rows(table, file, as_parquet, missing, found))


def check_views(on: ReleaseUnderTest) -> Iterator[Problem]:
    """That views and macros of the DuckDB file ask what those of this program ask."""
    import duckdb

    file = f"{on.file_stem}.duckdb"
    if not (on.release / file).is_file():
        return
    expected = _own_definitions()
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


@cache
def _own_definitions() -> Mapping[str, str]:
    """The SQL of this program's views and macros, in the words in which DuckDB keeps them."""
    with empty_database() as built:
        return _definitions(built)


def _definitions(database: Path) -> dict[str, str]:
    """The SQL of the views and macros of a file, by name."""
    import duckdb

    with duckdb.connect(database, read_only=True) as connection:
        rows = connection.execute(
            "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal "
            "UNION ALL SELECT function_name, macro_definition FROM duckdb_functions() "
            "WHERE function_type = 'table_macro' AND NOT internal"
        ).fetchall()
    return {name: _EXCLUDED.sub(_sorted_names, " ".join(sql.split())) for name, sql in rows}


def _sorted_names(found: re.Match[str]) -> str:
    return f"EXCLUDE ({', '.join(sorted(found[1].split(', ')))})"


def check_workbook(on: ReleaseUnderTest) -> Iterator[Problem]:
    """That the workbook has a row for each visit and finding, with the words of each finding."""
    from lxml import etree

    file = f"{on.file_stem}.xlsx"
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
            if row["text"] is not None and cell_text(row["text"]) not in strings
        )


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
    texts = map(html.unescape, _STRING.findall(part.decode("utf-8")))
    return frozenset(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) for text in texts)
