"""The data dictionary: every table, column and code of a release, as a page and as Markdown.

Here belongs what the dictionary says, as one structure that both forms are filled from
(`templates/data_dictionary.html.j2` and `.md.j2`). What a column means is in the schema, what a
code means in the code lists; where a column's values come from is in `column_sources.csv`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.language.patterns import read_table
from assets.release.descriptions.contents import Filled, filled_tables
from assets.release.edition import RESPONSIBLE_USE_FILE, Edition
from assets.release.formats.codebook import Entry, column_entry
from assets.release.templating import render
from warehouse.codes import Code, code_list
from warehouse.database import load_macros, load_views
from warehouse.schema import SCHEMA, Column, Table

HTML_FILE = "data_dictionary.html"
MARKDOWN_FILE = "data_dictionary.md"
#: Stands for all columns of a table that have no line of their own.
_ALL_COLUMNS = "*"


@dataclass(frozen=True, slots=True)
class Source:
    """Where values come from; the fields are the columns of `sources.csv`."""

    source_code: str
    label: str
    definition: str


@dataclass(frozen=True, slots=True)
class ColumnPart:
    """What the dictionary says of a column.

    Attributes:
        entry: What it means.
        limits: What else its values keep to, in words.
        source: Where its values come from.
        row_count: How many rows the table has in this release.
        value_count: How many of them hold a value.
    """

    entry: Entry
    limits: str | None
    source: Source
    row_count: int
    value_count: int

    @property
    def anchor(self) -> str:
        """Where it stands on the page, as `table.column`."""
        return f"{self.entry.table}.{self.entry.column}"

    @property
    def percent(self) -> float:
        """The share of rows that hold a value, 0 to 100; 0 where there is no row."""
        return 100 * self.value_count / self.row_count if self.row_count else 0

    @property
    def share(self) -> str:
        """That share as a person reads it: 100% and 0% are said only of all and none."""
        if not self.row_count:
            return "no rows"
        if self.value_count in (0, self.row_count):
            return f"{self.percent:.0f}%"
        if self.percent < 0.1:
            return "under 0.1%"
        return f"{min(self.percent, 99.9):.1f}%"


@dataclass(frozen=True, slots=True)
class TablePart:
    """What the dictionary says of a table."""

    table: Table
    row_count: int
    columns: tuple[ColumnPart, ...]


@dataclass(frozen=True, slots=True)
class CodeListPart:
    """What the dictionary says of a code list: its codes, and the columns that use it."""

    name: str
    codes: tuple[Code, ...]
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A ready-made question of the DuckDB file, as it is asked there, and what it tells."""

    asked: str
    description: str


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The whole dictionary, in no form yet."""

    tables: tuple[TablePart, ...]
    code_lists: tuple[CodeListPart, ...]
    sources: tuple[Source, ...]
    questions: tuple[Question, ...]


def write_data_dictionary(release: Path, edition: Edition) -> None:
    """Writes the dictionary of a release into its folder, in both forms.

    Args:
        release: The folder, in which the Parquet files lie.
        edition: The release.

    Raises:
        ContentsError: A file is missing or is not as the schema says.
        ValueError: Nobody has said where a column's values come from.
    """
    values = {
        "dictionary": describe(filled_tables(release, edition)),
        "edition": edition,
        "responsible_use": RESPONSIBLE_USE_FILE,
    }
    for file in (HTML_FILE, MARKDOWN_FILE):
        text = render(f"{file}.j2", **values)
        (release / file).write_text(text, encoding="utf-8", newline="\n")


def describe(filled: Iterator[Filled]) -> Dictionary:
    """The dictionary of tables that are so full."""
    return Dictionary(
        tables=tuple(_table_part(one) for one in filled),
        code_lists=tuple(_code_list_parts()),
        sources=tuple(sources().values()),
        questions=tuple(_questions()),
    )


def sources() -> Mapping[str, Source]:
    """The kinds of source, by their codes, in the table's order."""
    return {row["source_code"]: Source(**row) for row in read_table(__package__, "sources")}


def column_source(table_name: str, column_name: str) -> Source:
    """Where a column's values come from.

    Raises:
        ValueError: Nobody has said so.
    """
    lines = {
        (row["table"], row["column"]): row["source_code"]
        for row in read_table(__package__, "column_sources")
    }
    for name in (column_name, _ALL_COLUMNS):
        if code := lines.get((table_name, name)):
            return sources()[code]
    raise ValueError(
        f"column_sources.csv does not say where the values of {table_name}.{column_name} come from"
    )


def _table_part(filled: Filled) -> TablePart:
    table = filled.table
    return TablePart(
        table=table,
        row_count=filled.row_count,
        columns=tuple(
            ColumnPart(
                entry=column_entry(
                    table.name, column.name, column, is_key=column.name in table.primary_key
                ),
                limits=_limits(column),
                source=column_source(table.name, column.name),
                row_count=filled.row_count,
                value_count=filled.value_counts[column.name],
            )
            for column in table.columns
        ),
    )


def _limits(column: Column) -> str | None:
    limits = []
    if column.minimum is not None and column.maximum is not None:
        limits.append(f"{column.minimum:g} to {column.maximum:g}")
    elif column.minimum is not None:
        limits.append(f"{column.minimum:g} or more")
    elif column.maximum is not None:
        limits.append(f"{column.maximum:g} or less")
    if column.unique:
        limits.append("no value twice")
    return ", ".join(limits) or None


def _questions() -> Iterator[Question]:
    for view in load_views():
        yield Question(view.name, view.description)
    for macro in load_macros():
        yield Question(f"{macro.name}({', '.join(macro.parameters)})", macro.description)


def _code_list_parts() -> Iterator[CodeListPart]:
    used_by: dict[str, list[str]] = {}
    for table in SCHEMA.values():
        for column in table.columns:
            if column.code_list:
                used_by.setdefault(column.code_list, []).append(f"{table.name}.{column.name}")
    for name in sorted(used_by):
        yield CodeListPart(name, tuple(code_list(name).values()), tuple(used_by[name]))
