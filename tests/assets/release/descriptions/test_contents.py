"""What a release's files hold, counted as written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from assets.release.descriptions.contents import read_contents
from assets.release.release_info import ReleaseInfo
from tests.assets.release import described
from warehouse.parquet import read_table
from warehouse.schema import SCHEMA


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ReleaseInfo]:
    return described.make(tmp_path_factory.mktemp("contents"))


def test_rows_values_and_bytes_are_counted(made: tuple[Path, ReleaseInfo]) -> None:
    release, info = made
    contents = read_contents(release, info)
    assert [one.table for one in contents.tables] == list(SCHEMA.values())
    assert {one.table.name: one.row_count for one in contents.tables} == info.row_counts
    for one in contents.tables:
        frame = read_table(release / "parquet", one.table.name)
        assert one.value_counts == {name: frame[name].count() for name in frame.columns}
    assert any(0 < n < one.row_count for one in contents.tables for n in one.value_counts.values())
    files = [*contents.csv, *contents.parquet, *contents.wholes]
    assert [file.suffix for file in contents.wholes] == ["duckdb", "xlsx"]
    for file in files:
        data = (release / file.path).read_bytes()
        assert (file.byte_count, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    release, info = described.make(tmp_path)
    (release / "csv" / "visits.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"csv/visits\.csv"):
        read_contents(release, info)
