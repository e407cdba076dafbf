"""The data dictionary: every table, column and code of a release, as a page and as Markdown.

Here belongs what the dictionary says of a column of a release, and what both forms are filled with
(`templates/data_dictionary.html.j2` and `.md.j2`). What a column means is in the schema, what a
code means in the code lists; where values come from is said in words in `sources.csv`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from assets.language.patterns import read_table
from assets.release.descriptions.contents import TableStats, table_stats
from assets.release.formats.codebook import Entry, columns_with_codes, table_entry
from assets.release.release_info import RESPONSIBLE_USE_FILE, ReleaseInfo
from assets.release.templating import render
from warehouse.codes import code_list
from warehouse.database import load_macros, load_views
from warehouse.schema import Column

HTML_FILE = "data_dictionary.html"
MARKDOWN_FILE = "data_dictionary.md"


class ColumnPart(NamedTuple):
    """What the dictionary says of a column.

    Attributes:
        entry: What it means.
        limits: What else its values keep to, in words.
        source: Where its values come from: a row of `sources.csv`.
        row_count: How many rows the table has in this release.
        value_count: How many of them hold a value.
    """

    entry: Entry
    limits: str
    source: Mapping[str, str]
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


def write_data_dictionary(release: Path, info: ReleaseInfo) -> None:
    """Writes the dictionary of a release into its folder, in both forms.

    Args:
        release: The folder, in which the Parquet files lie.
        info: The release.

    Raises:
        FileNotFoundError: A file is missing.
    """
    values = {
        "title": "Data dictionary",
        "tables": [(stats, _columns(stats)) for stats in table_stats(release)],
        "code_lists": [
            (name, code_list(name).values(), users)
            for name, users in sorted(columns_with_codes().items())
        ],
        "sources": sources().values(),
        "questions": {
            **{view.name: view.description for view in load_views()},
            **{
                f"{macro.name}({', '.join(macro.parameters)})": macro.description
                for macro in load_macros()
            },
        },
        "info": info,
        "responsible_use": RESPONSIBLE_USE_FILE,
    }
    for file in (HTML_FILE, MARKDOWN_FILE):
        text = render(f"{file}.j2", **values)
        (release / file).write_text(text, encoding="utf-8", newline="\n")


def sources() -> Mapping[str, Mapping[str, str]]:
    """Where values come from, in words: the rows of `sources.csv` by their codes."""
    return {row["source_code"]: row for row in read_table(__package__, "sources")}


def _columns(stats: TableStats) -> list[ColumnPart]:
    return [
        ColumnPart(
            entry=table_entry(stats.table, column),
            limits=_limits(column),
            source=sources()[str(column.source)],
            row_count=stats.row_count,
            value_count=stats.value_counts[column.name],
        )
        for column in stats.table.columns
    ]


def _limits(column: Column) -> str:
    least, most = column.minimum, column.maximum
    limits = []
    if least is not None and most is not None:
        limits.append(f"{least:g} to {most:g}")
    elif least is not None:
        limits.append(f"{least:g} or more")
    elif most is not None:
        limits.append(f"{most:g} or less")
    if column.unique:
        limits.append("no value twice")
    return ", ".join(limits)
