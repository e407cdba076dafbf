"""A small release in the making, which the tests of its descriptions share."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from assets.release.edition import Edition
from assets.release.formats.csv_files import write_csv
from assets.release.formats.parquet_files import write_parquet
from tests.expectations.clean_tables import clean_tables, write_tables
from warehouse.parquet import row_counts


def make(folder: Path, source: str = "folder") -> tuple[Path, Edition]:
    """Makes the folder of a release, without descriptions; the database and the workbook in it are
    only bytes.
    """
    tables = write_tables(clean_tables(visits=3), folder / "tables")
    edition = Edition("1.2.0", date(2026, 2, 3), source, row_counts(tables))
    release = folder / "release"
    write_parquet(tables, release / "parquet", edition)
    write_csv(tables, release / "csv", edition)
    for suffix in ("duckdb", "xlsx"):
        (release / f"{edition.file_stem}.{suffix}").write_bytes(b"bytes of " + suffix.encode())
    return release, edition
