"""The workbook of a release: what a person opens, reads, filters and prints.

Here belongs how the sheets are written and look. Which columns a sheet has, under which headings,
is in `sheets/columns.csv`; where its rows come from, in the SQL files beside it; what its cover
says, in `cover.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.language.patterns import read_table
from assets.release.edition import AUTHOR, Edition
from assets.release.formats.choice import Choice
from assets.release.formats.codebook import (
    CODE_NAMES,
    Entry,
    column_entry,
    table_entries,
    view_entry,
)
from assets.release.formats.cover import Line, cover_lines
from assets.release.formats.readable import open_tables
from warehouse.database import load_views
from warehouse.schema import SCHEMA

if TYPE_CHECKING:
    import duckdb
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

SHEETS = Path(__file__).with_name("sheets")

#: The limits of Excel.
CELL_UNITS = 32_767
SHEET_ROWS = 1_048_576
SHEET_LINKS = 65_530
LINK_LENGTH = 2_079

#: The sheets after the cover, with what each is for, and the colour of its tab.
CONTENTS: Mapping[str, tuple[str, str]] = {
    "Visits": ("One row a visit, with the name of its letter's file.", "#1F5A6B"),
    "Findings": ("One row a statement of a letter, with what it was judged to say.", "#1F5A6B"),
    "Coverage": ("Which authorities have letters of which years: what is missing.", "#B4761A"),
    "Quarantine": ("Files that could not become a visit, and why.", "#B4761A"),
    "Codebook": ("What every column means, here and in the other files.", "#7A7A7A"),
    "Codes": ("What every code means.", "#7A7A7A"),
}

_INK = "#1F2A30"
_DEEP = "#1F5A6B"
_LINK = "#1F5FA8"
#: Colours of what a finding reports: those of its code's cells, letters and ground.
_VALENCES = {
    "Strength": ("#1E5E3A", "#E3F1E7"),
    "Concern": ("#8A2E1C", "#FBE6E0"),
    "Mixed": ("#6E5310", "#FBF1D4"),
    "Context": ("#5B656B", "#F1F3F4"),
}

_BASE = {"valign": "top", "font_color": _INK}
#: How cells look, by the form of their column.
_SHAPES: Mapping[str, Mapping[str, object]] = {
    "head": {
        "bold": True,
        "font_color": "white",
        "bg_color": _DEEP,
        "text_wrap": True,
        "valign": "vcenter",
    },
    "text": _BASE,
    "wrapped": {**_BASE, "text_wrap": True},
    "date": {**_BASE, "num_format": "d mmm yyyy", "align": "left"},
    "time": {**_BASE, "num_format": "d mmm yyyy hh:mm", "align": "left"},
    "number": {**_BASE, "num_format": "#,##0", "align": "center"},
    "plain_number": {**_BASE, "num_format": "0", "align": "left"},
    "share": {**_BASE, "num_format": "0.0%", "align": "center"},
    "link": {**_BASE, "font_color": _LINK, "underline": 1},
    "flag": {**_BASE, "bold": True, "align": "center"},
    "cover_title": {"bold": True, "font_size": 20, "font_color": _DEEP, "valign": "vcenter"},
    "cover_part": {
        "bold": True,
        "font_size": 13,
        "font_color": _DEEP,
        "bottom": 1,
        "bottom_color": _DEEP,
    },
    "cover_label": {**_BASE, "bold": True, "text_wrap": True, "valign": "vcenter"},
    "cover_text": {**_BASE, "text_wrap": True, "valign": "vcenter"},
    "cover_link": {
        **_BASE,
        "bold": True,
        "font_color": _LINK,
        "underline": 1,
        "valign": "vcenter",
    },
}

_COVER_WIDTHS = (2, 28, 104)

#: Pixels of a digit, by which widths of columns count, and of what a cell leaves free.
_DIGIT, _PADDING = 7, 6
#: Points of a line of text, and of the highest row.
_LINE, _HIGHEST = 15, 409

_BATCH = 5_000


class WorkbookLimit(ValueError):
    """What Excel cannot hold: a text that is too long for a cell, or too many rows for a sheet."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a sheet, as a row of `columns.csv`.

    Attributes:
        sheet: The sheet.
        name: The column of the sheet's query.
        heading: What stands at its head.
        width: Its width, in characters.
        form: How its values are written: a key of `_FORMS`.
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
            sheet=row["sheet"],
            name=row["column"],
            heading=row["heading"],
            width=float(row["width"]),
            form=row["form"],
            described_by=row["described_by"],
            is_printed=row["is_printed"] == "true",
        )
        for row in read_table("assets.release.formats.sheets", "columns")
        if row["sheet"] == sheet
    )


def write_workbook(tables: Path, to: Path, edition: Edition) -> None:
    """Writes the workbook of a whole release; the same tables and edition give the same bytes.

    Args:
        tables: A folder with every table of the schema.
        to: The file to be made.
        edition: The release that they are of.

    Raises:
        WorkbookLimit: A text or a number of rows that Excel cannot hold.
        duckdb.Error: A table is missing, or cannot be read.
    """
    with open_tables(tables, guarded=False) as connection:
        write_chosen(connection, to, edition)


def write_chosen(
    connection: duckdb.DuckDBPyConnection, to: Path, edition: Edition, chosen: Choice | None = None
) -> None:
    """Writes a workbook of what is chosen in an open release.

    Args:
        connection: As `open_tables` gives it.
        to: The file to be made.
        edition: The release.
        chosen: What was chosen; `None` where it is everything.

    Raises:
        WorkbookLimit: A text or a number of rows that Excel cannot hold.
    """
    import xlsxwriter

    # Row by row to the disk: otherwise every cell would be held as an object.
    with xlsxwriter.Workbook(str(to), {"constant_memory": True}) as book:
        writer = _Writer(book, edition)
        counts = {sheet: _count(connection, sheet) for sheet in CONTENTS}
        contents = [(sheet, about, counts[sheet]) for sheet, (about, _) in CONTENTS.items()]
        writer.cover(cover_lines(connection, edition, contents, chosen))
        for sheet, (_, colour) in CONTENTS.items():
            writer.sheet(sheet, colour, _rows(connection, sheet))


def sheet_entries() -> Iterator[Entry]:
    """The codebook of the sheets' own columns."""
    views = {view.name: view for view in load_views()}
    for sheet in CONTENTS:
        for column in sheet_columns(sheet):
            source, _, name = column.described_by.partition(".")
            if source in views:
                yield view_entry(views[source], name, f"Sheet {sheet}", column.heading)
            elif source:
                entry = SCHEMA[source].column(name)
                yield column_entry(f"Sheet {sheet}", column.heading, entry)


def _count(connection: duckdb.DuckDBPyConnection, sheet: str) -> int:
    if sheet in _MADE:
        return len(_MADE[sheet](connection))
    count = connection.execute(f"SELECT count(*) FROM ({_query(sheet)})").fetchone()
    return int(count[0]) if count else 0


def _rows(connection: duckdb.DuckDBPyConnection, sheet: str) -> Iterator[Sequence[Any]]:
    names = [column.name for column in sheet_columns(sheet)]
    if sheet in _MADE:
        yield from ([row[name] for name in names] for row in _MADE[sheet](connection))
        return
    picked = ", ".join(f'"{name}"' for name in names)
    answer = connection.execute(f"SELECT {picked} FROM ({_query(sheet)})")
    while rows := answer.fetchmany(_BATCH):
        yield from rows


def _query(sheet: str) -> str:
    return (SHEETS / f"{sheet.lower()}.sql").read_text(encoding="utf-8").rstrip()


#: Flags show what is so and leave out what is not; that nobody said is neither.
_ANSWERS: Mapping[bool | None, str | None] = {True: "yes", False: None, None: "not said"}


def _codebook_rows(_: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column.name for column in sheet_columns("Codebook")]
    entries = [*sheet_entries(), *table_entries()]
    return [
        {name: getattr(entry, name) for name in names}
        | {"may_be_unknown": _ANSWERS[entry.may_be_unknown]}
        for entry in entries
    ]


def _codes_rows(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The codes of the release, whose labels the other sheets show."""
    users: dict[str, list[str]] = {}
    for table in SCHEMA.values():
        for column in table.columns:
            if column.code_list:
                users.setdefault(column.code_list, []).append(f"{table.name}.{column.name}")
    codes = connection.execute(f"SELECT {', '.join(CODE_NAMES)} FROM codes ORDER BY list, position")
    return [
        {
            **dict(zip(CODE_NAMES, row, strict=True)),
            "used_by": "; ".join(users.get(row[0], ())) or None,
        }
        for row in codes.fetchall()
    ]


#: Sheets whose rows come from the schema too, not from a query alone.
_MADE: Mapping[str, Callable[[duckdb.DuckDBPyConnection], list[dict[str, Any]]]] = {
    "Codebook": _codebook_rows,
    "Codes": _codes_rows,
}


class _Writer:
    """Writes cells; what Excel cannot hold is refused, and no text becomes anything else."""

    def __init__(self, book: Workbook, edition: Edition) -> None:
        self._book = book
        self._edition = edition
        book.set_properties(
            {
                "title": edition.title,
                "subject": f"Version {edition.version}",
                "author": AUTHOR,
                "comments": f"{edition.citation} {edition.attribution}",
                # The day of the release, not of the writing: the same release, the same bytes.
                "created": dt.datetime.combine(edition.released, dt.time()),
            }
        )
        self._formats = {name: book.add_format(shape) for name, shape in _SHAPES.items()}
        self._valences = {
            label: book.add_format(
                {**_BASE, "align": "center", "font_color": letters, "bg_color": ground}
            )
            for label, (letters, ground) in _VALENCES.items()
        }
        self._line = book.add_format({"bottom": 1, "bottom_color": "#DDE3E6"})

    def cover(self, lines: Iterable[Line]) -> None:
        """Writes the cover: a column of labels and one of texts."""
        page = self._book.add_worksheet("Cover")
        page.hide_gridlines(2)
        page.set_tab_color(_DEEP)
        for index, width in enumerate(_COVER_WIDTHS):
            page.set_column(index, index, width)
        page.set_portrait()
        page.set_paper(9)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        page.fit_to_pages(1, 0)
        page.set_footer(f"&L&8{_footer(self._edition)}&R&8&P / &N")
        for row, line in enumerate(lines, start=1):
            self._cover_line(page, row, line)

    def _cover_line(self, page: Worksheet, row: int, line: Line) -> None:
        label = self._formats["cover_label"]
        height = max(_height(line.label, _COVER_WIDTHS[1]), _height(line.text, _COVER_WIDTHS[2]))
        match line.form:
            case "title":
                page.set_row(row, 36)
                self._text(page, row, 1, line.label, self._formats["cover_title"])
            case "part":
                page.set_row(row, 32)
                self._text(page, row, 1, line.label, self._formats["cover_part"])
                page.write_blank(row, 2, None, self._formats["cover_part"])
            case "sheet":
                page.set_row(row, height + 3)
                target = f"internal:'{line.label}'!A1"
                page.write_url(row, 1, target, self._formats["cover_link"], line.label)
                self._text(page, row, 2, line.text, self._formats["cover_text"])
            case "link":
                page.set_row(row, height + 3)
                self._text(page, row, 1, line.label, label)
                page.write_url(row, 2, line.text, self._formats["link"], line.text)
            case _:
                page.set_row(row, height + 3)
                self._text(page, row, 1, line.label, label)
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
            # A line below each row, empty cells among them, which have no format of their own.
            page.conditional_format(
                1, 0, last, len(columns) - 1,
                {"type": "formula", "criteria": "=TRUE", "format": self._line},
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
        page.set_footer(f"&L&8{_footer(self._edition)}&C&8&A&R&8&P / &N")

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
        # xlsxwriter would cut a longer text, and take one in these marks for its own.
        is_markup = value.startswith("<r>") and value.endswith("</r>")
        if is_markup or page.write_string(row, at, value, shape) != 0:
            problem = (
                "is taken for markup" if is_markup else f"is longer than {CELL_UNITS:,} characters"
            )
            raise WorkbookLimit(
                f"The sheet {page.name}, row {row + 1}, column {at + 1}: a text "
                f"({value[:60]}…) {problem}, which a cell of Excel cannot hold."
            )


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


def _footer(edition: Edition) -> str:
    # & begins a code in a footer of Excel's.
    return f"{edition.title}, version {edition.version}, {edition.released}".replace("&", "&&")
