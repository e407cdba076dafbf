"""What earlier releases had and this one has not: findings, points to improve, visits.

Here belongs the file that says so. It is carried from release to release, so that the newest one
alone knows every id that was ever published: an empty machine restores no more than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from assets.release.formats.parquet_files import about_file
from assets.release.release_info import ReleaseInfo
from assets.release.store import Release, reading
from warehouse.parquet import read_table

GONE_FILE = "gone.parquet"


def write_gone(earlier: Sequence[Release], folder: Path, info: ReleaseInfo) -> None:
    """Write what is gone into the folder of a release that has its tables.

    Args:
        earlier: The releases before it that are here, the oldest first.
        folder: The release in the making.
        info: What is said of it.
    """
    import pyarrow.parquet as pq

    rows = gone_rows(earlier, folder / "parquet").to_arrow()
    metadata = {**(rows.schema.metadata or {}), **about_file(info)}
    pq.write_table(rows.replace_schema_metadata(metadata), folder / GONE_FILE, compression="zstd")


def read_gone(release: Release, earlier: Sequence[Release]) -> pl.DataFrame:
    """What is gone of a release; of one without the file, as far as earlier ones are here."""
    path = release.folder / GONE_FILE
    with reading(release.folder):
        if path.is_file():
            return pl.read_parquet(path)
        return gone_rows(earlier, release.tables)


def gone_rows(earlier: Sequence[Release], tables: Path) -> pl.DataFrame:
    """What earlier releases had and these tables have not, in the order of ids.

    Returns:
        `finding_id` (nothing for a visit that had none), `visit_id`, `letter_id`, `text`,
        `is_point` (whether it ever was a point to improve or area for priority action) and
        `version`, the last release that had it. A finding that is still there, and is no point any
        more, is among them.
    """
    now = _published(tables)
    had = pl.concat([now.clear().with_columns(version=pl.lit("")), *_had(earlier)])
    was_point = pl.col("is_point").max().over("visit_id", "finding_id")
    had = had.with_columns(was_point).unique(
        ["visit_id", "finding_id"], keep="first", maintain_order=True
    )
    return _without(had, now).sort("visit_id", "finding_id", nulls_last=True)


def _without(had: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """What is not there now, or is no point any more."""
    findings = now.drop_nulls("finding_id")
    points = findings.filter("is_point")["finding_id"].implode()
    known = findings["finding_id"].implode()
    visits = now["visit_id"].implode()
    return had.filter(
        pl.when(pl.col("finding_id").is_null())
        .then(~pl.col("visit_id").is_in(visits))
        .when("is_point")
        .then(~pl.col("finding_id").is_in(points))
        .otherwise(~pl.col("finding_id").is_in(known))
    )


def _had(earlier: Sequence[Release]) -> Iterator[pl.DataFrame]:
    """What earlier releases had, the newest first: one that has the file knows those before it."""
    for release in reversed(earlier):
        with reading(release.folder):
            yield _published(release.tables).with_columns(version=pl.lit(release.record.version))
            path = release.folder / GONE_FILE
            if path.is_file():
                yield pl.read_parquet(path)
                return


def _published(tables: Path) -> pl.DataFrame:
    """The findings of a release with their letters, and visits without any."""
    findings = read_table(tables, "findings").select(
        "finding_id",
        "visit_id",
        "text",
        is_point=pl.col("is_improvement") | pl.col("is_priority_action"),
    )
    visits = read_table(tables, "visits").select("visit_id", "letter_id")
    return (
        visits.join(findings, on="visit_id", how="left")
        .with_columns(pl.col("is_point").fill_null(False))
        .select("finding_id", "visit_id", "letter_id", "text", "is_point")
    )
