"""What a release's files hold, as they were written, and whether that is what the schema says.

Here belongs what every description of a release needs to know of its files: size, checksum, rows,
how many rows hold a value. A description itself (`datapackage`, `croissant`, `data_dictionary`)
only brings it into its form.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assets.release.checksums import file_sha256
from assets.release.release_info import ReleaseInfo
from warehouse.parquet import arrow_schema, table_path
from warehouse.schema import SCHEMA, Table

if TYPE_CHECKING:
    import pyarrow.parquet as pq

#: What people may look for when they look for these data.
KEYWORDS = (
    "Ofsted",
    "ILACS",
    "focused visits",
    "children's services",
    "children's social care",
    "local authorities",
    "inspection",
    "England",
)


class ContentsError(Exception):
    """A file of a release is not as the schema says; the message says which, and how it differs."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a release.

    Attributes:
        path: Its path within the release, with `/` between the parts.
        byte_count: Its size.
        sha256: The checksum of its bytes, in lower-case hexadecimal.
    """

    path: str
    byte_count: int
    sha256: str

    @property
    def name(self) -> str:
        """Its name, without its folder."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def suffix(self) -> str:
        """The ending of its name, without the dot."""
        return self.path.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True)
class Filled:
    """How much of a table there is.

    Attributes:
        table: The table, as the schema has it.
        row_count: How many rows it has.
        value_counts: How many of them hold a value, by column.
    """

    table: Table
    row_count: int
    value_counts: Mapping[str, int]


def csv_file(release: Path, table: Table) -> File:
    """A table's CSV file.

    Raises:
        ContentsError: There is none, or its head has not the schema's columns.
    """
    path = release / "csv" / f"{table.name}.csv"
    found = look(release, path)
    with path.open("rb") as file:
        head = file.readline().decode("utf-8-sig", errors="replace").rstrip("\r\n")
    names = [name.strip('"') for name in head.split(",")]
    if names != list(table.column_names):
        raise ContentsError(
            f"{found.path}: the schema has the columns {', '.join(table.column_names)}; "
            f"the file's head is {head}"
        )
    return found


def parquet_file(release: Path, table: Table) -> File:
    """A table's Parquet file.

    Raises:
        ContentsError: There is none.
    """
    return look(release, table_path(release / "parquet", table.name))


def whole_files(release: Path, info: ReleaseInfo) -> tuple[File, ...]:
    """The files that hold all tables: the database and the workbook.

    Raises:
        ContentsError: One is missing.
    """
    return tuple(
        look(release, release / f"{info.file_stem}.{suffix}") for suffix in ("duckdb", "xlsx")
    )


def look(release: Path, path: Path) -> File:
    """Takes the size and checksum of a file of a release.

    Raises:
        ContentsError: There is no such file.
    """
    shown = path.relative_to(release).as_posix()
    if not path.is_file():
        raise ContentsError(f"{shown} is missing: it has to be written before it is described")
    return File(shown, path.stat().st_size, file_sha256(path))


def filled_tables(release: Path, info: ReleaseInfo) -> Iterator[Filled]:
    """How full the release's tables are, from the feet of the Parquet files alone.

    Args:
        release: The release's folder.
        info: The release; it says how many rows each table has.

    Raises:
        ContentsError: A file is missing, has other columns, types or rows than the schema and the
            info say, or no statistics.
    """
    import pyarrow.parquet as pq

    for table in SCHEMA.values():
        path = table_path(release / "parquet", table.name)
        if not path.is_file():
            look(release, path)
        with pq.ParquetFile(path) as file:
            yield Filled(table, _row_count(file, table, info), _value_counts(file, table))


def write_json(path: Path, value: object) -> None:
    """Writes a description as JSON that people can read too."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _row_count(file: pq.ParquetFile, table: Table, info: ReleaseInfo) -> int:
    wanted, found = arrow_schema(table), file.schema_arrow
    if found.names != wanted.names or found.types != wanted.types:
        differing = {f"{field.name} {field.type}" for field in found} ^ {
            f"{field.name} {field.type}" for field in wanted
        }
        raise ContentsError(
            f"parquet/{table.name}.parquet: the columns differ from the schema's: "
            f"{', '.join(sorted(differing)) or 'their order'}"
        )
    count: int = file.metadata.num_rows
    if count != info.row_counts.get(table.name):
        raise ContentsError(
            f"parquet/{table.name}.parquet has {count:,} rows; the release is said to have "
            f"{info.row_counts.get(table.name, 'no such table')}"
        )
    return count


def _value_counts(file: pq.ParquetFile, table: Table) -> Mapping[str, int]:
    counts = dict.fromkeys(table.column_names, 0)
    for number in range(file.num_row_groups):
        group = file.metadata.row_group(number)
        if group.num_rows == 0:
            continue
        for place, name in enumerate(table.column_names):
            statistics = group.column(place).statistics
            if statistics is None or not statistics.has_null_count:
                raise ContentsError(
                    f"parquet/{table.name}.parquet: {name} has no statistics, which tell how many "
                    "rows hold a value"
                )
            counts[name] += group.num_rows - statistics.null_count
    return counts
