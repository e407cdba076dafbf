"""Parquet files of a release: the tables with what a reader must know in each file's own metadata.

Here belongs how a release's Parquet differs from that of a published state: it carries the
release's title, version, licence and citation, and says which columns are never empty and by what
the rows are sorted. What describes a column is in `warehouse.parquet`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from assets.release.edition import Edition
from warehouse.parquet import arrow_schema, read_table, table_path
from warehouse.schema import SCHEMA, Table

if TYPE_CHECKING:
    import pyarrow as pa


def write_parquet(tables: Path, to: Path, edition: Edition) -> None:
    """Writes every table as Parquet: zstd, sorted as published, with statistics.

    The same tables and edition give the same bytes.

    Args:
        tables: A folder with every table of the schema.
        to: The folder to be made.
        edition: The release that they are of.

    Raises:
        FileNotFoundError: A table is missing.
        ValueError: A column that the schema calls never empty has no value somewhere.
    """
    import pyarrow.parquet as pq

    to.mkdir(parents=True)
    for table in SCHEMA.values():
        frame = read_table(tables, table.name)
        for column in table.columns:
            if not column.nullable and frame[column.name].has_nulls():
                raise ValueError(f"{table.name}.{column.name} is never empty, and is here")
        frame = frame.sort(table.sort_by, nulls_last=True, maintain_order=True)
        schema = _published_schema(table, edition)
        rows: pa.Table = frame.to_arrow().cast(schema)
        pq.write_table(
            rows,
            table_path(to, table.name),
            compression="zstd",
            write_statistics=True,
            write_page_index=True,
            sorting_columns=pq.SortingColumn.from_ordering(
                schema, [(name, "ascending") for name in table.sort_by], null_placement="at_end"
            ),
        )


def about_file(edition: Edition) -> dict[str, str]:
    """What a file says of the release that it is of, in its own metadata."""
    return {
        "title": edition.title,
        "version": edition.version,
        "released": edition.released.isoformat(),
        "licence": f"{edition.licence.name} <{edition.licence.url}>",
        "attribution": edition.attribution,
        "citation": edition.citation,
    }


def _published_schema(table: Table, edition: Edition) -> pa.Schema:
    import pyarrow as pa

    schema = arrow_schema(table)
    # A field's own metadata is Arrow's: DuckDB, and readers of bare Parquet, see the file's only.
    columns = {column.name: column.description for column in table.columns}
    return pa.schema(
        [schema.field(column.name).with_nullable(column.nullable) for column in table.columns],
        metadata={
            **schema.metadata,
            "columns": json.dumps(columns, ensure_ascii=False),
            **about_file(edition),
        },
    )
