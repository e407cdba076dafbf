"""Parts of tables: rows that come batch by batch, on their way into one sorted file a table.

Here belongs what is done so that no table need be in memory as a whole. Of few rows nothing is
written but the tables; of more, parts are put aside, and DuckDB sorts them together, on the disk
where it must. The bytes of the tables are the same either way.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from warehouse.frames import build_frame
from warehouse.limits import spilling
from warehouse.parquet import ROWS_A_GROUP, arrow_schema, table_path, write_table
from warehouse.schema import SCHEMA, Table
from warehouse.sql_text import sql_name, sql_text

if TYPE_CHECKING:
    import polars as pl

Row = dict[str, Any]

#: So many bytes of frames are in memory before they are put aside.
MOST_BYTES = 64 << 20


class Parts:
    """Tables in the making. A context manager: what was put aside goes with it.

    Attributes:
        folder: Where parts are put aside; it is ours, and cleared.
    """

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        """Nothing is written before there is too much to keep."""
        self.folder = folder
        self._most_bytes = most_bytes
        self._frames: dict[str, list[pl.DataFrame]] = {name: [] for name in SCHEMA}
        self._aside: dict[str, list[Path]] = {name: [] for name in SCHEMA}

    def __enter__(self) -> Self:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder)

    def add(self, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """Take in further rows of some tables.

        Raises:
            SchemaError: They are not in the shape of their table; then none of them is taken in.
        """
        frames = {name: build_frame(name, of_table) for name, of_table in rows.items() if of_table}
        for name, frame in frames.items():
            self._frames[name].append(frame)
        if self._bytes() > self._most_bytes:
            for name in frames:
                self._put_aside(name)

    def read(self, name: str, *columns: str) -> Iterator[Row]:
        """The rows of a table so far, in no order, with some of its columns or all."""
        import polars as pl

        wanted = columns or SCHEMA[name].column_names
        for path in self._aside[name]:
            frame = pl.read_parquet(path, columns=list(wanted), glob=False)
            yield from frame.iter_rows(named=True)
        for frame in self._frames[name]:
            yield from frame.select(wanted).iter_rows(named=True)

    def write(self, folder: Path) -> None:
        """Write the tables, each sorted, into a folder."""
        import polars as pl

        for table in SCHEMA.values():
            if self._aside[table.name]:
                self._put_aside(table.name)
                self._write_sorted(table, folder)
            else:
                frames = self._frames[table.name] or [build_frame(table.name, ())]
                whole = pl.concat(frames).sort(table.sort_by, nulls_last=True, maintain_order=True)
                write_table(whole.rechunk(), table.name, folder)

    def _bytes(self) -> float:
        return sum(frame.estimated_size() for frames in self._frames.values() for frame in frames)

    def _put_aside(self, name: str) -> None:
        for frame in self._frames[name]:
            path = self.folder / f"{name}-{len(self._aside[name])}.parquet"
            frame.write_parquet(path, compression="lz4")
            self._aside[name].append(path)
        self._frames[name].clear()

    def _write_sorted(self, table: Table, folder: Path) -> None:
        import duckdb
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = arrow_schema(table)
        files = ", ".join(sql_text(path) for path in self._aside[table.name])
        order = ", ".join(f"{sql_name(name)} NULLS LAST" for name in table.sort_by)
        with (
            duckdb.connect(config=spilling(self.folder)) as connection,
            pq.ParquetWriter(table_path(folder, table.name), schema, compression="zstd") as writer,
        ):
            connection.execute("SET TimeZone = 'UTC'")
            rows = connection.sql(f"FROM read_parquet([{files}]) ORDER BY {order}")
            for batch in rows.to_arrow_reader(ROWS_A_GROUP):
                group = pa.Table.from_batches([batch]).cast(schema)
                writer.write_table(group, row_group_size=ROWS_A_GROUP)
