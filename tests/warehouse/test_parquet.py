"""Tables on disk: the same rows give the same bytes, and the files explain themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.warehouse.conftest import small_rows
from warehouse.frames import build_frame
from warehouse.parquet import (
    fingerprint,
    read_table,
    read_tables,
    row_counts,
    table_path,
    write_table,
    write_tables,
)
from warehouse.schema import SCHEMA

Write = Callable[[dict[str, Any], str], Path]


def test_what_is_written_is_read(candidate: Path, rows: dict[str, Any]) -> None:
    for name, frame in read_tables(candidate).items():
        assert frame.equals(build_frame(name, rows[name])), name
        assert frame.schema == build_frame(name, []).schema, name
    assert row_counts(candidate) == {name: len(table) for name, table in rows.items()}


def test_the_same_rows_give_the_same_bytes(rows: dict[str, Any], write: Write) -> None:
    one = write(rows, "one")
    other = write({name: table[::-1] for name, table in rows.items()}, "other")
    for name in SCHEMA:
        assert table_path(one, name).read_bytes() == table_path(other, name).read_bytes(), name
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize("name", [name for name, of in small_rows().items() if of])
def test_a_change_in_any_table_changes_the_fingerprint(
    name: str, rows: dict[str, Any], write: Write
) -> None:
    before = fingerprint(write(rows, "before"))
    rows[name] = rows[name][1:]
    assert fingerprint(write(rows, "after")) != before


def test_the_files_carry_the_descriptions(candidate: Path) -> None:
    for name, table in SCHEMA.items():
        schema = pq.read_schema(table_path(candidate, name))
        assert schema.metadata[b"description"].decode() == table.description
        assert schema.metadata[b"primary_key"].decode() == ",".join(table.primary_key)
        for column in table.columns:
            metadata = schema.field(column.name).metadata
            assert metadata[b"description"].decode() == column.description
            assert metadata.get(b"unit", b"").decode() == (column.unit or "")
            assert metadata.get(b"references", b"").decode() == (column.references or "")


def test_the_files_are_compressed_and_have_statistics(candidate: Path) -> None:
    column = pq.read_metadata(table_path(candidate, "visits")).row_group(0).column(0)
    assert column.compression == "ZSTD"
    assert column.statistics.min == "ashmere-focused-visit-2021-10-26"


def test_a_missing_table_is_an_error(candidate: Path) -> None:
    table_path(candidate, "codes").unlink()
    for use in (fingerprint, row_counts, read_tables):
        with pytest.raises(FileNotFoundError):
            use(candidate)


def test_frames_of_other_tables_are_not_written(rows: dict[str, Any], tmp_path: Path) -> None:
    codes = build_frame("codes", rows["codes"])
    with pytest.raises(ValueError, match="table visits: the frame has the columns"):
        write_table(codes, "visits", tmp_path)
    with pytest.raises(ValueError, match=r"missing tables, or unknown ones: .*visits"):
        write_tables({"codes": codes}, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_table_can_be_read_alone(candidate: Path) -> None:
    assert read_table(candidate, "authorities")["name"].to_list() == ["Ashmere", "Wexcombe Vale"]
