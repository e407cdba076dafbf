"""Parquet: a folder of tables, one file each, the same bytes for the same rows.

Here belongs how a table lies on disk. Descriptions of tables and columns travel in the files (in
Arrow's metadata); nothing that changes from run to run does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.column_types import type_of
from warehouse.files import file_sha256
from warehouse.schema import SCHEMA, Column, Table

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa


#: So many rows of a table lie together in its file, and are in memory together.
ROWS_A_GROUP = 1 << 16


def table_path(folder: Path, table_name: str) -> Path:
    """Where a table lies in a folder of tables."""
    return folder / f"{table_name}.parquet"


def write_table(frame: pl.DataFrame, table_name: str, folder: Path) -> Path:
    """Writes a frame, as `build_frame` makes it, into a folder of tables and returns its path.

    Raises:
        ValueError: The frame's columns are not those of the table.
    """
    import pyarrow.parquet as pq

    schema = arrow_schema(SCHEMA[table_name])
    if frame.columns != schema.names:
        raise ValueError(f"table {table_name}: the frame has the columns {frame.columns}")
    folder.mkdir(parents=True, exist_ok=True)
    path = table_path(folder, table_name)
    # polars has its own writer, but there metadata for a field is not settled yet.
    pq.write_table(
        frame.to_arrow().cast(schema), path, compression="zstd", row_group_size=ROWS_A_GROUP
    )
    return path


def read_table(folder: Path, table_name: str) -> pl.DataFrame:
    """Reads a table of a folder.

    Raises:
        FileNotFoundError: The folder has no such table.
    """
    import polars as pl

    return pl.read_parquet(table_path(folder, table_name), glob=False)


def read_rows(
    folder: Path, table_name: str, *columns: str, most: int | None = None
) -> Iterator[dict[str, Any]]:
    """The rows of a table of a folder, or so many, with some of its columns or all."""
    import polars as pl

    path = table_path(folder, table_name)
    frame = pl.read_parquet(path, columns=list(columns) or None, n_rows=most, glob=False)
    yield from frame.iter_rows(named=True)


def write_tables(frames: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """Writes every table of the schema into a folder.

    Raises:
        ValueError: A table is missing, or there is one that the schema does not have.
    """
    if frames.keys() != SCHEMA.keys():
        odd = sorted(frames.keys() ^ SCHEMA.keys())
        raise ValueError(f"missing tables, or unknown ones: {', '.join(odd)}")
    for table_name, frame in frames.items():
        write_table(frame, table_name, folder)


def read_tables(folder: Path) -> dict[str, pl.DataFrame]:
    """Reads every table of the schema from a folder, by name."""
    return {table_name: read_table(folder, table_name) for table_name in SCHEMA}


def row_counts(folder: Path) -> dict[str, int]:
    """How many rows each table of a folder has, from the files' footers alone."""
    import pyarrow.parquet as pq

    return {name: pq.read_metadata(table_path(folder, name)).num_rows for name in SCHEMA}


def fingerprint(folder: Path) -> str:
    """A SHA-256 over the bytes of all tables of a folder: the same tables, the same fingerprint.

    Raises:
        FileNotFoundError: A table is missing.
    """
    whole = hashlib.sha256()
    for table_name in SCHEMA:
        digest = file_sha256(table_path(folder, table_name))
        whole.update(f"{table_name} {digest}\n".encode())
    return whole.hexdigest()


def arrow_schema(table: Table) -> pa.Schema:
    """The table as an Arrow schema, with the descriptions as metadata.

    Every field is nullable, whatever the schema says: candidate tables are written before they are
    checked, and must be able to hold what the checks are to find.
    """
    import pyarrow as pa

    return pa.schema(
        [
            pa.field(
                column.name,
                type_of(column).arrow_type(),
                metadata=_column_metadata(column),
            )
            for column in table.columns
        ],
        metadata={"description": table.description, "primary_key": ",".join(table.primary_key)},
    )


def _column_metadata(column: Column) -> dict[str, str]:
    metadata = {
        "description": column.description,
        "unit": column.unit,
        "code_list": column.code_list,
        "references": column.references,
    }
    return {key: value for key, value in metadata.items() if value}
