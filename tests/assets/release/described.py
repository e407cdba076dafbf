"""A small release in the making, which the tests of its descriptions share."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from assets.release.formats.csv_files import write_csv
from assets.release.formats.parquet_files import write_parquet
from assets.release.release_info import ReleaseInfo
from tests.sample_rows import write_sample
from warehouse.parquet import row_counts


def make(folder: Path, source: str = "folder") -> tuple[Path, ReleaseInfo]:
    """Makes the folder of a release, without descriptions; the database and the workbook in it are
    only bytes.
    """
    tables = write_sample(folder / "tables")
    info = ReleaseInfo("1.2.0", date(2026, 2, 3), source, row_counts(tables))
    release = folder / "release"
    write_parquet(tables, release / "parquet", info)
    write_csv(tables, release / "csv", info)
    for suffix in ("duckdb", "xlsx"):
        (release / f"{info.file_stem}.{suffix}").write_bytes(b"bytes of " + suffix.encode())
    return release, info
