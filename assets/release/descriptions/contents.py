"""What a release's files hold, as they were written.

Here belongs what every description of a release needs to know of its files: size, checksum, rows,
how many rows hold a value. A description itself (`datapackage`, `croissant`, `data_dictionary`)
only brings it into its form; whether the files are what the schema says is for `verify` to ask.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from assets.release.release_info import ReleaseInfo
from warehouse.files import file_sha256
from warehouse.parquet import read_table, table_path
from warehouse.schema import SCHEMA, Table

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


class File(NamedTuple):
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


class TableStats(NamedTuple):
    """How much of a table there is.

    Attributes:
        table: The table, as the schema has it.
        row_count: How many rows it has.
        value_counts: How many of them hold a value, by column.
    """

    table: Table
    row_count: int
    value_counts: Mapping[str, int]


class Contents(NamedTuple):
    """What a release holds.

    Attributes:
        tables: How much there is of each table.
        csv: The CSV file of each table, in that order.
        parquet: The Parquet file of each table, in that order.
        wholes: The files that hold all tables: the database and the workbook.
    """

    tables: tuple[TableStats, ...]
    csv: tuple[File, ...]
    parquet: tuple[File, ...]
    wholes: tuple[File, ...]


def read_contents(release: Path, info: ReleaseInfo) -> Contents:
    """What a release's folder holds.

    Raises:
        FileNotFoundError: A file that has to be written before it is described is missing.
    """

    def files(*paths: str) -> tuple[File, ...]:
        return tuple(describe_file(release, release / path) for path in paths)

    return Contents(
        tables=table_stats(release),
        csv=files(*(f"csv/{name}.csv" for name in SCHEMA)),
        parquet=files(*(f"parquet/{table_path(Path(), name)}" for name in SCHEMA)),
        wholes=files(*(f"{info.file_stem}.{suffix}" for suffix in ("duckdb", "xlsx"))),
    )


def table_stats(release: Path) -> tuple[TableStats, ...]:
    """How much there is of each table, by the release's Parquet files."""
    stats = []
    for table in SCHEMA.values():
        frame = read_table(release / "parquet", table.name)
        counts = {name: frame.height - frame[name].null_count() for name in table.column_names}
        stats.append(TableStats(table, frame.height, counts))
    return tuple(stats)


def describe_file(release: Path, path: Path) -> File:
    """Takes the size and checksum of a file of a release."""
    shown = path.relative_to(release).as_posix()
    return File(shown, path.stat().st_size, file_sha256(path))


def write_json(path: Path, value: object) -> None:
    """Writes a description as JSON that people can read too."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")
