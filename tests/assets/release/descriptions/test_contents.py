"""What a release's files hold: counted as written, and refused where not as the schema says."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.release.descriptions.contents import (
    ContentsError,
    csv_file,
    filled_tables,
    parquet_file,
)
from assets.release.release_info import ReleaseInfo
from tests.assets.release import described
from warehouse.parquet import read_table
from warehouse.schema import SCHEMA, VISITS

Change = Callable[[pa.Table], pa.Table]


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, ReleaseInfo]:
    return described.make(tmp_path)


def test_rows_and_values_are_counted(made: tuple[Path, ReleaseInfo]) -> None:
    release, info = made
    found = {one.table.name: one for one in filled_tables(release, info)}
    assert list(found) == list(SCHEMA)
    for name, one in found.items():
        frame = read_table(release / "parquet", name)
        assert one.row_count == frame.height, name
        assert one.value_counts == {
            column: frame.height - frame[column].null_count() for column in frame.columns
        }, name
    assert 0 < sum(found["visits"].value_counts.values()) < 3 * len(VISITS.columns)


@pytest.mark.parametrize(
    ("change", "statistics", "says"),
    [
        (lambda table: table.slice(1), True, "has 2 rows; the release is said to have 3"),
        (lambda table: table.drop_columns(["focus"]), True, "differ from the schema's: focus"),
        (
            lambda table: table.set_column(
                table.schema.get_field_index("word_count"),
                "word_count",
                table["word_count"].cast(pa.int64()),
            ),
            True,
            "word_count int32, word_count int64",
        ),
        (lambda table: table.select(table.column_names[::-1]), True, "schema's: their order"),
        (lambda table: table, False, "visit_id has no statistics"),
    ],
)
def test_a_file_that_is_not_as_the_schema_says_is_refused(
    made: tuple[Path, ReleaseInfo], change: Change, statistics: bool, says: str
) -> None:
    release, info = made
    path = release / "parquet" / "visits.parquet"
    pq.write_table(change(pq.read_table(path)), path, write_statistics=statistics)
    with pytest.raises(ContentsError) as caught:
        list(filled_tables(release, info))
    assert str(caught.value).startswith("parquet/visits.parquet")
    assert says in str(caught.value)


def test_a_missing_file_is_said(made: tuple[Path, ReleaseInfo]) -> None:
    release, info = made
    (release / "parquet" / "visits.parquet").unlink()
    (release / "csv" / "visits.csv").unlink()
    with pytest.raises(ContentsError, match=r"parquet/visits\.parquet is missing"):
        list(filled_tables(release, info))
    with pytest.raises(ContentsError, match=r"parquet/visits\.parquet is missing"):
        parquet_file(release, VISITS)
    with pytest.raises(ContentsError, match=r"csv/visits\.csv is missing"):
        csv_file(release, VISITS)


def test_a_table_that_the_release_does_not_count_is_said(made: tuple[Path, ReleaseInfo]) -> None:
    release, info = made
    others = {name: rows for name, rows in info.row_counts.items() if name != "visits"}
    with pytest.raises(ContentsError, match="said to have no such table"):
        list(filled_tables(release, dataclasses.replace(info, row_counts=others)))


def test_a_csv_file_with_another_head_is_refused(made: tuple[Path, ReleaseInfo]) -> None:
    release, _ = made
    path = release / "csv" / "visits.csv"
    path.write_bytes(path.read_bytes().replace(b"visit_id", b"id", 1))
    with pytest.raises(
        ContentsError, match=r"csv/visits\.csv: the schema has the columns visit_id"
    ):
        csv_file(release, VISITS)
