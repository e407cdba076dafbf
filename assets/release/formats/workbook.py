"""The workbook of a release: what a person opens, reads, filters and prints.

Here belongs how the sheets are written. Which columns a sheet has, under which headings, is in
`sheets/columns.csv`, how cells look in `looks.toml`; where its rows come from, in the SQL files
beside it; what its cover says, in `cover.py`.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.sax.saxutils import escape

from assets.language.patterns import read_table
from assets.release.formats.codebook import (
    Entry,
    column_entry,
    columns_with_codes,
    table_entries,
    view_entry,
)
from assets.release.formats.cover import Line, cover_lines, sheet_query
from assets.release.formats.export_filter import ExportFilter
from assets.release.formats.in_memory import open_in_memory
from assets.release.release_info import AUTHOR, ReleaseInfo
from warehouse.database import load_macros, load_views
from warehouse.schema import SCHEMA

if TYPE_CHECKING:
    import duckdb
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

#: The limits of Excel.
CELL_UNITS = 32_767
SHEET_ROWS = 1_048_576
SHEET_LINKS = 65_530
LINK_LENGTH = 2_079

#: The sheets after the cover: what each is for, and the colour of its tab.
CONTENTS: Mapping[str, tuple[str, str]] = {
    row["sheet"]: (row["about"], row["colour"])
    for row in read_table("assets.release.formats.sheets", "sheets")
}

_LOOKS = Path(__file__).with_name("sheets") / "looks.toml"
_COVER_TAB = "#1F5A6B"
_COVER_WIDTHS = (2, 28, 104)
_HEAD_HEIGHTS = {"title": 36, "part": 32}

#: Pixels of a digit, by which widths of columns count, and of what a cell leaves free.
_DIGIT, _PADDING = 7, 6
#: Points of a line of text, and of the highest row.
_LINE, _HIGHEST = 15, 409

_BATCH = 5_000


#: How a text ends of which a cell has only the beginning.
_CUT = "… (cut here: the other formats have all of it)"


class WorkbookLimit(ValueError):
    """What Excel cannot hold: too many rows for a sheet."""


class SheetColumn(NamedTuple):
    """One column of a sheet, as a row of `columns.csv`.

    Attributes:
        sheet: The sheet.
        name: The column of the sheet's query.
        heading: What stands at its head.
        width: Its width, in characters.
        form: How its values are written: a form of `looks.toml`, or `valence`.
        described_by: The `table.column`, or the `view.column`, that says what it holds; empty in
            sheets that describe others.
        is_printed: Whether it is on paper. The last columns of wide sheets are not, so that the
            rest can be read there.
    """

    sheet: str
    name: str
    heading: str
    width: float
    form: str
    described_by: str
    is_printed: bool


@cache
def sheet_columns(sheet: str) -> tuple[SheetColumn, ...]:
    """The columns of a sheet, in their order."""
    return tuple(
        SheetColumn(
            row["sheet"],
            row["column"],
            row["heading"],
            float(row["width"]),
            row["form"],
            row["described_by"],
            row["is_printed"] == "true",
        )
        for row in read_table("assets.release.formats.sheets", "columns")
        if row["sheet"] == sheet
    )


def write_workbook(tables: Path, to: Path, info: ReleaseInfo) -> None:
    """Writes the workbook of a whole release; the same tables and release give the same bytes.

    Args:
        tables: A folder with every table of the schema.
        to: The file to be made.
        info: The release that they are of.

    Raises:
        WorkbookLimit: A number of rows that Excel cannot hold.
        duckdb.Error: A table is missing, or cannot be read.
    """
    with open_in_memory(tables, guarded=False) as connection:
        write_chosen(connection, to, info)


def write_chosen(
    connection: duckdb.DuckDBPyConnection,
    to: Path,
    info: ReleaseInfo,
    chosen: ExportFilter | None = None,
) -> None:
    """Writes a workbook of what is chosen in an open release.

    Args:
        connection: As `open_in_memory` gives it.
        to: The file to be made.
        info: The release.
        chosen: What was chosen; `None` where it is everything.

    Raises:
        WorkbookLimit: A number of rows that Excel cannot hold.
    """
    import xlsxwriter

    _explain(connection)
    # Row by row to the disk: otherwise every cell would be held as an object.
    with xlsxwriter.Workbook(str(to), {"constant_memory": True}) as book:
        writer = _Writer(book, info)
        contents = [
            (sheet, about, _count(connection, sheet)) for sheet, (about, _) in CONTENTS.items()
        ]
        writer.cover(cover_lines(connection, info, contents, chosen))
        for sheet, (_, colour) in CONTENTS.items():
            writer.sheet(sheet, colour, _rows(connection, sheet))


def sheet_entries() -> Iterator[Entry]:
    """The codebook of the sheets' own columns."""
    views = {view.name: view for view in (*load_views(), *load_macros())}
    for sheet in CONTENTS:
        for column in sheet_columns(sheet):
            source, _, name = column.described_by.partition(".")
            if source in views:
                yield view_entry(views[source], name, f"Sheet {sheet}", column.heading)
            elif source:
                entry = SCHEMA[source].column(name)
                yield column_entry(f"Sheet {sheet}", column.heading, entry)


def _explain(connection: duckdb.DuckDBPyConnection) -> None:
    """Puts beside the tables what the schema says for the sheets Codebook and Codes."""
    import pyarrow as pa

    entries = (*sheet_entries(), *table_entries())
    users = columns_with_codes().items()
    rows = {
        "entries": [entry._asdict() for entry in entries],
        "code_users": [{"list": name, "used_by": "; ".join(of)} for name, of in users],
    }
    for name, of in rows.items():
        connection.register(name, pa.Table.from_pylist(of))


def _count(connection: duckdb.DuckDBPyConnection, sheet: str) -> int:
    count = connection.execute(f"SELECT count(*) FROM ({sheet_query(sheet)})").fetchone()
    return int(count[0]) if count else 0


def _rows(connection: duckdb.DuckDBPyConnection, sheet: str) -> Iterator[Sequence[Any]]:
    picked = ", ".join(f'"{column.name}"' for column in sheet_columns(sheet))
    answer = connection.execute(f"SELECT {picked} FROM ({sheet_query(sheet)})")
    while rows := answer.fetchmany(_BATCH):
        yield from rows


class _Writer:
    """Writes cells; no text becomes anything else."""

    def __init__(self, book: Workbook, info: ReleaseInfo) -> None:
        self._book = book
        self._info = info
        book.set_properties(
            {
                "title": info.title,
                "subject": f"Version {info.version}",
                "author": AUTHOR,
                "comments": f"{info.citation} {info.attribution}",
                # The day of the release, not of the writing: the same release, the same bytes.
                "created": dt.datetime.combine(info.released, dt.time()),
            }
        )
        looks = tomllib.loads(_LOOKS.read_text(encoding="utf-8"))
        self._formats, self._valences = (
            {name: book.add_format(look) for name, look in looks[of].items()}
            for of in ("forms", "valences")
        )

    def cover(self, lines: Iterable[Line]) -> None:
        """Writes the cover: a column of labels and one of texts."""
        page = self._book.add_worksheet("Cover")
        page.hide_gridlines(2)
        page.set_tab_color(_COVER_TAB)
        for index, width in enumerate(_COVER_WIDTHS):
            page.set_column(index, index, width)
        page.set_portrait()
        page.set_paper(9)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        page.fit_to_pages(1, 0)
        page.set_footer(f"&L&8{_footer(self._info)}&R&8&P / &N")
        for row, line in enumerate(lines, start=1):
            self._cover_line(page, row, line)

    def _cover_line(self, page: Worksheet, row: int, line: Line) -> None:
        is_head = line.form in _HEAD_HEIGHTS
        label = self._formats[f"cover_{line.form}" if is_head else "cover_label"]
        height = max(_height(line.label, _COVER_WIDTHS[1]), _height(line.text, _COVER_WIDTHS[2]))
        page.set_row(row, _HEAD_HEIGHTS.get(line.form, height + 3))
        if line.form == "sheet":
            target = f"internal:'{line.label}'!A1"
            page.write_url(row, 1, target, self._formats["cover_link"], line.label)
        else:
            self._text(page, row, 1, line.label, label)
        if line.form == "part":
            page.write_blank(row, 2, None, label)
        elif line.form == "link":
            page.write_url(row, 2, line.text, self._formats["link"], line.text)
        elif not is_head:
            self._text(page, row, 2, line.text, self._formats["cover_text"])

    def sheet(self, name: str, colour: str, rows: Iterable[Sequence[Any]]) -> None:
        """Writes a sheet of rows below frozen heads with filters."""
        columns = sheet_columns(name)
        page = self._book.add_worksheet(name)
        page.set_tab_color(colour)
        page.hide_gridlines(2)
        for index, column in enumerate(columns):
            page.set_column(index, index, column.width)
        page.set_row(0, max(_height(column.heading, column.width - 2) for column in columns) + 6)
        for index, column in enumerate(columns):
            page.write_string(0, index, column.heading, self._formats["head"])
        page.freeze_panes(1, 1)
        puts = [self._put(page, column) for column in columns]
        wrapped = [
            (index, column.width)
            for index, column in enumerate(columns)
            if column.form == "wrapped"
        ]
        last = 0
        for last, values in enumerate(rows, start=1):
            if last >= SHEET_ROWS:
                raise WorkbookLimit(
                    f"The sheet {name} would have more than {SHEET_ROWS:,} rows, which no version "
                    "of Excel can hold. Use the other formats, or export a part."
                )
            # Not every program fits the height of a row to its text when it opens a file.
            page.set_row(
                last, max((_height(values[at] or "", width) for at, width in wrapped), default=15)
            )
            for index, value in enumerate(values):
                if value is not None:
                    puts[index](last, index, value)
        page.autofilter(0, 0, max(last, 1), len(columns) - 1)
        if last:
            page.conditional_format(
                1, 0, last, len(columns) - 1,
                {"type": "formula", "criteria": "=TRUE", "format": self._formats["line"]},
            )  # fmt: skip
        self._set_up_print(page, columns, last)

    def _set_up_print(self, page: Worksheet, columns: Sequence[SheetColumn], last: int) -> None:
        printed = sum(column.is_printed for column in columns)
        page.set_landscape()
        page.set_paper(9)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.print_area(0, 0, last, printed - 1)
        page.set_footer(f"&L&8{_footer(self._info)}&C&8&A&R&8&P / &N")

    def _put(self, page: Worksheet, column: SheetColumn) -> Callable[[int, int, Any], object]:
        """How a value of a column is written into its cell."""
        shape = self._formats.get(column.form)
        match column.form:
            case "date" | "time":
                return lambda row, at, value: page.write_datetime(row, at, value, shape)
            case "number" | "plain_number" | "share":
                return lambda row, at, value: page.write_number(row, at, value, shape)
            case "flag":
                return lambda row, at, value: (
                    page.write_string(row, at, "yes", shape) if value else None
                )
            case "valence":
                return lambda row, at, value: self._text(
                    page, row, at, value, self._valences.get(value, self._formats["text"])
                )
            case "link":
                return self._put_link(page)
        return lambda row, at, value: self._text(page, row, at, value, shape)

    def _put_link(self, page: Worksheet) -> Callable[[int, int, Any], object]:
        left = SHEET_LINKS
        link, text = self._formats["link"], self._formats["text"]

        def put(row: int, at: int, value: str) -> None:
            nonlocal left
            is_address = value.startswith(("https://", "http://")) and len(value) <= LINK_LENGTH
            if left > 0 and is_address:
                left -= 1
                page.write_url(row, at, value, link, value)
            else:
                self._text(page, row, at, value, text)

        return put

    def _text(self, page: Worksheet, row: int, at: int, value: str, shape: Format | None) -> None:
        text = cell_text(value)
        if _is_markup(text):
            text = f'<r><t xml:space="preserve">{escape(text)}</t></r>'
        page.write_string(row, at, text, shape)


def cell_text(value: str) -> str:
    """A text as a cell holds it: what Excel has no room for is left out, and it says so."""
    # What is markup to xlsxwriter is written as such, which takes up to eight times the room.
    most = CELL_UNITS // 8 if _is_markup(value) else CELL_UNITS
    # Excel counts in units of UTF-16, of which rare characters have two.
    units = value.encode("utf-16-le")
    if len(units) <= 2 * most:
        return value
    return units[: 2 * (most - len(_CUT))].decode("utf-16-le", errors="ignore") + _CUT


def _is_markup(text: str) -> bool:
    """Whether xlsxwriter would take a text for its own markup."""
    return text.startswith("<r>") and text.endswith("</r>")


@lru_cache(maxsize=10_000)
def _height(text: str, width: float) -> float:
    """How high a cell of a width has to be for a text, in points, at most what Excel can show."""
    space = _pixels(" ")
    limit = width * _DIGIT - _PADDING
    lines = 0
    for part in text.split("\n"):
        lines += 1
        used = 0
        for word in part.split(" "):
            size = _pixels(word)
            if used and used + space + size > limit:
                lines += 1
                used = 0
            used += size + (space if used else 0)
            while used > limit:  # an address, say, which is broken where the cell ends
                lines += 1
                used -= int(limit)
    return min(lines * _LINE, _HIGHEST)


@lru_cache(maxsize=100_000)
def _pixels(word: str) -> int:
    from xlsxwriter.utility import xl_pixel_width

    return int(xl_pixel_width(word))


def _footer(info: ReleaseInfo) -> str:
    # & begins a code in a footer of Excel's.
    return f"{info.title}, version {info.version}, {info.released}".replace("&", "&&")
