"""What can be wrong with a release, in words that say where: file, row, column, and what should be.

Here belongs the shape of what the checks of a release look at and find. What they look for is in
the modules whose names begin with `verify`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assets.release.release_info import NAME
from assets.release.store import Record, ReleaseError, read_release
from assets.release.wording import counted
from warehouse.files import file_sha256
from warehouse.schema import Table
from warehouse.schema_description import SchemaDescription, tables_of

if TYPE_CHECKING:
    import polars as pl

Row = dict[str, Any]
#: In a row: what was read back and is no value of its column.
ODD = "of another type"

#: Of one fault that many rows have, so many are told.
MOST_ROWS = 20
_LONGEST = 100  # characters of a value that are shown


@dataclass(frozen=True, slots=True)
class ReleaseUnderTest:
    """What the checks look at.

    Attributes:
        release: The release's folder.
        described: What it says of its tables, codes and views.
        frames: The tables that are there with the columns of its schema, by name.
    """

    release: Path
    described: SchemaDescription
    frames: Mapping[str, pl.DataFrame]
    _sums: dict[str, str] = field(default_factory=dict, init=False)

    @property
    def schema(self) -> Mapping[str, Table]:
        """What its tables should be."""
        return tables_of(self.described)

    @property
    def record(self) -> Record | None:
        """What it says of itself; `None` where that cannot be read, as its own check tells."""
        try:
            return read_release(self.release).record
        except ReleaseError:
            return None

    @property
    def file_stem(self) -> str:
        """What the files of the whole release are called, by what it says of itself."""
        return self.record.info.file_stem if self.record else NAME

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
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column is not None:
            where.append(f"column {self.column}")
        return f"{', '.join(where)}: {self.found}; should be {self.expected}"


class Check(NamedTuple):
    """One check that was made.

    Attributes:
        name: Its name.
        rule: What it holds a release to.
        problems: Where the release does not hold.
    """

    name: str
    rule: str
    problems: tuple[Problem, ...]


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


def key_of(table: Table) -> tuple[str, ...]:
    """The columns by which a message names a row."""
    return table.primary_key or table.sort_by


def row_key(table: Table, row: Mapping[str, Any]) -> str:
    """How a message names a row: by its key, or by what gives the order of a table without one."""
    return "/".join(
        "NULL" if (value := row.get(name)) is None else str(value) for name in key_of(table)
    )


def unlike_rows(
    table: Table, file: str, by: str, expected: Iterable[Row], found: Iterable[Row]
) -> Iterator[Problem]:
    """Where a file holds other rows than it should; by column, where both have a row of that key.

    Args:
        table: What they are rows of.
        file: Where those found stand.
        by: By what those expected are known, as a message ends with it.
        expected: The rows that should be there.
        found: The rows that are.
    """
    left = {row_key(table, row): row for row in found}
    for row in sorted(expected, key=lambda row: row_key(table, row)):
        key = row_key(table, row)
        if key not in left:
            yield Problem(file, "missing", f"a row, {by}", key)
            continue
        other = left.pop(key)
        odd = show(other[ODD]) if other.get(ODD) else ""
        there = [name for name in table.column_names if name in row]
        unlike = [name for name in there if other[name] != row[name]]
        for name in unlike:
            told, should = show_difference(other[name], row[name])
            if odd and other[name] is None:
                told = odd
            yield Problem(file, told, f"{should}, {by}", key, name)
        if odd and not unlike:
            yield Problem(file, odd, f"no value, {by}", key)
    for key, row in sorted(left.items()):
        told = f"there, with {show(row[ODD])}" if row.get(ODD) else "there"
        yield Problem(file, told, f"no row, {by}", key)


def first_of_many(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The first problems of many of one kind and file, and how many more there are."""
    remaining = iter(problems)
    last: Problem | None = None
    for last in islice(remaining, MOST_ROWS):
        yield last
    more = sum(1 for _ in remaining)
    if more and last is not None:
        told = f"{counted(more, 'more row')} with this fault"
        yield Problem(last.file, told, "none", None, last.column)
