"""What can be wrong with a release, in words that say where: file, row, column, and what should be.

Here belongs the shape of what the checks of a release find. What they look for is in the modules
`verify_files`, `verify_tables`, `verify_values`, `verify_forms` and `verify_letters`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assets.release.checksums import file_sha256
from assets.release.wording import counted
from warehouse.schema import Table

if TYPE_CHECKING:
    import polars as pl

#: Of one fault that many rows have, so many are told.
MOST_ROWS = 20
_LONGEST = 100  # characters of a value that are shown


@dataclass(frozen=True, slots=True)
class Subject:
    """What the checks look at.

    Attributes:
        release: The release's folder.
        schema: What its tables should be.
        frames: The tables that are there with the schema's columns, by name.
        codes: The codes of each list, as the release's schema has them.
    """

    release: Path
    schema: Mapping[str, Table]
    frames: Mapping[str, pl.DataFrame]
    codes: Mapping[str, frozenset[str]]
    _sums: dict[str, str] = field(default_factory=dict, init=False)

    def sha256(self, name: str) -> str:
        """The SHA-256 of a file of the release, which is read once however often it is asked for.

        Args:
            name: Its path within the release.

        Raises:
            OSError: The file cannot be read.
        """
        if name not in self._sums:
            self._sums[name] = file_sha256(self.release / name)
        return self._sums[name]


class Problem(NamedTuple):
    """One thing that is not as it should be.

    Attributes:
        file: The file, by its path within the release, or in the archive by its checksum.
        found: What stands there.
        expected: What should.
        row: The row's key, its values joined by `/`; `None` for a whole file.
        column: The column; `None` for a whole row or file.
    """

    file: str
    found: str
    expected: str
    row: str | None = None
    column: str | None = None

    def __str__(self) -> str:
        """The problem as one line for a person."""
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.found}; should be {self.expected}"


def table_file(table_name: str) -> str:
    """Where a table lies within a release."""
    return f"parquet/{table_name}.parquet"


def show(value: Any) -> str:
    """A value as a message has it."""
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).lower()
        case str() if len(value) > _LONGEST:
            return f"'{value[:_LONGEST]}…'"
        case str():
            return f"'{value}'"
        case dt.datetime():
            return value.isoformat().replace("+00:00", "Z")
        case _:
            return str(value)


def show_difference(found: Any, expected: Any) -> tuple[str, str]:
    """Two values as a message has them; of long texts, the part where they part."""
    if isinstance(found, str) and isinstance(expected, str):
        pairs = zip(found, expected, strict=False)
        same = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(found), len(expected)))
        if same > _LONGEST // 2:
            start = same - _LONGEST // 4
            return show("…" + found[start:]), show("…" + expected[start:])
    return show(found), show(expected)


def row_key(table: Table, row: dict[str, Any], number: int) -> str:
    """How a message names a row: by its key, or by its place in a table without one.

    Args:
        table: The table.
        row: The row.
        number: Its place in the table, from 1.
    """
    if not table.primary_key:
        return f"{number} (no key)"
    return "/".join(
        "NULL" if (value := row.get(name)) is None else str(value) for name in table.primary_key
    )


def rows_at_fault(
    table: Table,
    frame: pl.DataFrame,
    mask: pl.Expr,
    column: str | None,
    expected: str,
    file: str | None = None,
) -> Iterator[Problem]:
    """A problem for each row that a condition picks; the first of many, and how many there are.

    Args:
        table: The table.
        frame: Its rows.
        mask: The condition.
        column: The column that is wrong in them.
        expected: What should be there.
        file: The file that holds them; by default, the table's Parquet file.
    """
    picked = frame.with_row_index("row number", 1).filter(mask)
    problems = (
        Problem(
            file or table_file(table.name),
            show(row[column]) if column else "there",
            expected,
            row_key(table, row, row["row number"]),
            column,
        )
        for row in picked.head(MOST_ROWS).iter_rows(named=True)
    )
    yield from problems
    if picked.height > MOST_ROWS:
        yield and_more(file or table_file(table.name), picked.height - MOST_ROWS, column)


def and_more(file: str, count: int, column: str | None) -> Problem:
    """That more rows have the fault that was just told of some."""
    return Problem(file, f"{counted(count, 'more row')} with this fault", "none", None, column)


def first_of_many(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The first problems of many of one kind and file, and how many more there are."""
    remaining = iter(problems)
    last: Problem | None = None
    for last in islice(remaining, MOST_ROWS):
        yield last
    more = sum(1 for _ in remaining)
    if more and last is not None:
        yield and_more(last.file, more, last.column)
