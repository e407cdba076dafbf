"""Whether CSV, DuckDB and workbook hold the same values as Parquet.

Here belongs how each form is read back. A difference is a fault of the other form: whether Parquet
is right is for the other modules whose names begin so.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.release.checksums import ARCHIVE_ERRORS
from assets.release.store import PARQUET
from assets.release.verify.problems import (
    Problem,
    ReleaseUnderTest,
    first_of_many,
    row_key,
    show_difference,
    table_file,
)
from warehouse.column_types import type_of
from warehouse.parquet import table_path
from warehouse.schema import Table
from warehouse.schema_description import empty_database
from warehouse.sql_text import sql_name, sql_text

if TYPE_CHECKING:
    import duckdb

_ROW = re.compile(rb"<row[ >]")
_STRING = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")
#: Where other programs keep the texts of all sheets; that of the release has them in its cells.
_SHARED_STRINGS = "xl/sharedStrings.xml"
#: Sheets of the workbook that have a row for each row of a table, below one of headings.
_SHEETS = {"Visits": "visits", "Findings": "findings", "Coverage": "coverage"}
_HEADINGS = 1
#: DuckDB keeps these names in no order of its own.
_EXCLUDED = re.compile(r"EXCLUDE \(([^)]*)\)")

Row = dict[str, Any]


def check_csv(on: ReleaseUnderTest) -> Iterator[Problem]:
    """That every CSV file holds the values of its Parquet file."""
    import duckdb

    with _connect() as connection:
        for name in on.frames:
            file = f"csv/{name}.csv"
            rows = f"read_csv({sql_text(on.release / file)}, all_varchar = true, header = true)"
            try:
                yield from _differences(on, name, file, connection, rows)
            except duckdb.Error as error:
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
                yield from _differences(on, name, of_table, connection, rows)
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
) -> Iterator[Problem]:
    """Where a form holds other rows than Parquet; by column, where both have a row of that key."""
    table = on.schema[name]
    columns = tuple(connection.sql(f"FROM {read_back}").columns)
    if columns != table.column_names:
        should = f"the columns {', '.join(table.column_names)}"
        yield Problem(file, f"the columns {', '.join(columns)}", should)
        return
    # Text is compared as what it says, so that 0.50 is 0.5; what says nothing of its type is no
    # missing value.
    values = ", ".join(
        f"try_cast({sql_name(one.name)} AS {type_of(one).duckdb}) AS {sql_name(one.name)}, "
        f"{sql_name(one.name)} IS NULL AS {sql_name(f'no {one.name}')}"
        for one in table.columns
    )
    parquet = f"read_parquet({sql_text(table_path(on.release / PARQUET, name))})"
    one, other = (f"SELECT {values} FROM {rows}" for rows in (parquet, read_back))

    def only_in(first: str, second: str) -> list[Row]:
        found = connection.sql(f"{first} EXCEPT ALL {second}")
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]

    yield from first_of_many(_unlike(table, file, only_in(one, other), only_in(other, one)))


def _unlike(table: Table, file: str, expected: list[Row], found: list[Row]) -> Iterator[Problem]:
    as_parquet = f"as {table_file(table.name)} has"
    left = {row_key(table, row): row for row in found}
    for row in sorted(expected, key=lambda row: row_key(table, row)):
        key = row_key(table, row)
        if key not in left:
            yield Problem(file, "missing", f"a row, {as_parquet}", key)
            continue
        other = left.pop(key)
        for column in table.columns:
            name = column.name
            is_odd = other[name] is None and not other[f"no {name}"]
            if is_odd or other[name] != row[name]:
                told, should = show_difference(other[name], row[name])
                said = f"no {type_of(column).words}" if is_odd else told
                yield Problem(file, said, f"{should}, {as_parquet}", key, name)
    for key in sorted(left):
        yield Problem(file, "there", f"no row, {as_parquet}", key)


def check_views(on: ReleaseUnderTest) -> Iterator[Problem]:
    """That views and macros of the DuckDB file ask what those of this program ask."""
    import duckdb

    file = f"{on.file_stem}.duckdb"
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
            if row["text"] is not None and row["text"] not in strings
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
    return frozenset(map(html.unescape, _STRING.findall(part.decode("utf-8"))))
