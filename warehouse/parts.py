"""Parts of tables: rows that come batch by batch, on their way into one sorted file a table.

Here belongs what is done so that no table need be in memory as a whole. Of few rows nothing is
written but the tables; of more, parts are put aside, each sorted, and merged at the end. The more
they come in the order of the table, the less of it is in memory then. The bytes of the tables are
the same either way.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from warehouse.frames import build_frame
from warehouse.parquet import ROWS_A_GROUP, arrow_schema, table_path, write_table
from warehouse.schema import SCHEMA, Table

if TYPE_CHECKING:
    import polars as pl

Row = dict[str, Any]

#: So many bytes of frames are in memory before they are put aside.
MOST_BYTES = 64 << 20


class _Part(NamedTuple):
    """Rows that were put aside, sorted.

    Attributes:
        first: What stands in the first row, in the first column that the table is sorted by.
        path: Where they lie.
    """

    first: Any
    path: Path


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
        self._aside: dict[str, list[_Part]] = {name: [] for name in SCHEMA}

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
        for part in self._aside[name]:
            frame = pl.read_parquet(part.path, columns=list(wanted), glob=False)
            yield from frame.iter_rows(named=True)
        for frame in self._frames[name]:
            yield from frame.select(wanted).iter_rows(named=True)

    def write(self, folder: Path) -> None:
        """Write the tables, each sorted, into a folder."""
        import polars as pl

        for table in SCHEMA.values():
            if self._aside[table.name]:
                self._put_aside(table.name)
                self._write_merged(table, folder)
            else:
                frames = self._frames[table.name] or [build_frame(table.name, ())]
                write_table(_sorted(pl.concat(frames), table).rechunk(), table.name, folder)

    def _bytes(self) -> float:
        return sum(frame.estimated_size() for frames in self._frames.values() for frame in frames)

    def _put_aside(self, name: str) -> None:
        for frame in self._frames[name]:
            path = self.folder / f"{name}-{len(self._aside[name])}.parquet"
            frame.write_parquet(path, compression="lz4")
            first = frame[SCHEMA[name].sort_by[0]].first()
            self._aside[name].append(_Part(first, path))
        self._frames[name].clear()

    def _write_merged(self, table: Table, folder: Path) -> None:
        import pyarrow.parquet as pq

        schema = arrow_schema(table)
        with pq.ParquetWriter(table_path(folder, table.name), schema, compression="zstd") as writer:
            for group in _in_groups(self._merged(table)):
                rows = group.rechunk().to_arrow().cast(schema)
                writer.write_table(rows, row_group_size=ROWS_A_GROUP)

    def _merged(self, table: Table) -> Iterator[pl.DataFrame]:
        """The rows that were put aside, in order: with each part, those that come before the next.

        What has nothing in the first column that the table is sorted by comes last.
        """
        import polars as pl

        key, held = table.sort_by[0], build_frame(table.name, ())
        parts = sorted(self._aside[table.name], key=lambda part: (part.first is None, part.first))
        following = [*(part.first for part in parts[1:]), None]
        for part, following_first in zip(parts, following, strict=True):
            held = pl.concat([held, pl.read_parquet(part.path, glob=False)])
            if following_first is not None:
                is_ready = (held[key] < following_first).fill_null(value=False)
                yield _sorted(held.filter(is_ready), table)
                held = held.filter(~is_ready)
        yield _sorted(held, table)


def _sorted(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    return frame.sort(table.sort_by, nulls_last=True, maintain_order=True)


def _in_groups(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The rows of frames, one at least, in groups as they lie in a file."""
    import polars as pl

    held = next(frames)
    for frame in frames:
        held = pl.concat([held, frame])
        while held.height > ROWS_A_GROUP:
            yield held.head(ROWS_A_GROUP)
            held = held.slice(ROWS_A_GROUP)
    yield held
