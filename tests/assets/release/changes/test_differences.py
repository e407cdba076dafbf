"""Two folders of tables held against each other: every difference is found, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.release.changes.differences import DIFFERENCES, Differences, TableCounts, compare
from tests.assets.release.changes.sides import Spoil, Written, nothing, written
from tests.expectations.clean_tables import Tables, clean_tables
from warehouse.frames import build_frame
from warehouse.parquet import read_table, table_path, write_table
from warehouse.schema import SCHEMA

Row = dict[str, Any]

VISIT = "ashmere-focused-visit-2019-01-08"
FINDING = f"{VISIT}-02-1-1"


@pytest.fixture(scope="module")
def tables() -> Tables:
    return clean_tables(visits=2)


@pytest.fixture(scope="module")
def plain(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return written(tables, tmp_path_factory.mktemp("plain"))


@pytest.fixture
def differ(plain: Written, tmp_path: Path) -> Callable[[Spoil], Differences]:
    """A function that changes a copy of the tables and tells how it differs."""
    return lambda spoil: plain.compare(tmp_path, spoil)


def of(differences: Differences, *columns: str) -> list[tuple[Any, ...]]:
    return differences.rows.select(columns).rows()


def row_of(tables: Tables, table: str, column: str, value: object) -> Row:
    return next(row for row in tables[table] if row[column] == value)


def test_nothing_differs_between_the_same_tables(differ: Callable[[Spoil], Differences]) -> None:
    same = differ(nothing)
    assert not same
    assert of(same, "table_name") == []
    assert {(one.added, one.removed, one.changed) for one in same.counts} == {(0, 0, 0)}


def test_a_value_that_changed(differ: Callable[[Spoil], Differences], tables: Tables) -> None:
    def spoil(changed: Tables) -> None:
        row_of(changed, "findings", "finding_id", FINDING)["cohort_code"] = "care_leavers"

    differences = differ(spoil)
    letter = row_of(tables, "visits", "visit_id", VISIT)["letter_id"]
    assert of(differences, *(column.name for column in DIFFERENCES.columns)) == [
        ("findings", FINDING, "changed", "cohort_code", None, "care_leavers", VISIT, letter, None)
    ]
    count = len(tables["findings"])
    assert TableCounts("findings", count, count, 0, 0, 1) in differences.counts


#: Table, number of the row, column, its new value, and both values as a CSV file holds them.
VALUES_IN_CSV = (
    ("letters", 0, "etag", '"5f, 3c"', None, '"5f, 3c"'),
    (
        "letters",
        1,
        "last_seen_at",
        dt.datetime(2026, 2, 4, 6, 0, 1, 500_000, tzinfo=dt.UTC),
        "2026-02-03T06:00:00Z",
        "2026-02-04T06:00:01.5Z",
    ),
    ("visits", 0, "end_date", dt.date(2019, 1, 10), "2019-01-09", "2019-01-10"),
    ("findings", 0, "valence_score", 0.1 + 0.2, "0.94", "0.30000000000000004"),
    ("findings", 1, "x0", 72.00000000000001, "72.0", "72.00000000000001"),
    ("findings", 2, "is_improvement", True, "false", "true"),
    ("findings", 3, "page", None, "2", None),
)


def test_values_stand_as_in_a_csv_file(differ: Callable[[Spoil], Differences]) -> None:
    def spoil(changed: Tables) -> None:
        for table, number, column, value, _, _ in VALUES_IN_CSV:
            changed[table][number][column] = value

    told = of(differ(spoil), "table_name", "field", "old_value", "new_value")
    assert set(told) == {(table, column, *both) for table, _, column, _, *both in VALUES_IN_CSV}


def test_rows_that_came_and_went(differ: Callable[[Spoil], Differences], tables: Tables) -> None:
    gone = tables["findings"][0]

    def spoil(changed: Tables) -> None:
        row = changed["findings"].pop(0)
        changed["findings"].append(row | {"finding_id": f"{VISIT}-new", "text": "New."})

    differences = differ(spoil)
    assert of(differences, "row_key", "change", "field", "old_value", "new_value", "visit_id") == [
        (gone["finding_id"], "removed", None, gone["text"], None, VISIT),
        (f"{VISIT}-new", "added", None, None, "New.", VISIT),
    ]


def test_a_key_of_several_columns(differ: Callable[[Spoil], Differences], tables: Tables) -> None:
    topic = row_of(tables, "finding_topics", "finding_id", FINDING)
    other = next(code for code in ("assessment", "workforce") if code != topic["topic_code"])

    def spoil(changed: Tables) -> None:
        row_of(changed, "finding_topics", "finding_id", FINDING)["topic_code"] = other

    letter = row_of(tables, "visits", "visit_id", VISIT)["letter_id"]
    assert of(differ(spoil), "row_key", "old_value", "new_value", "visit_id", "letter_id") == [
        (f"{FINDING}/1", topic["topic_code"], other, VISIT, letter)
    ]


def test_rows_without_a_key_count_as_often_as_they_come(
    differ: Callable[[Spoil], Differences], tables: Tables
) -> None:
    def spoil(changed: Tables) -> None:
        row = row_of(changed, "quarantine", "file_name", "scan.pdf")
        changed["quarantine"] += [dict(row), dict(row), row | {"reason_code": "damaged"}]

    letter = row_of(tables, "quarantine", "file_name", "scan.pdf")["letter_id"]
    detail = "4 pages, none with a text layer"
    assert of(differ(spoil), "row_key", "change") == [
        (f"{letter}/scan.pdf/read/damaged/{detail}", "added"),
        (f"{letter}/scan.pdf/read/needs_ocr/{detail}", "added"),
        (f"{letter}/scan.pdf/read/needs_ocr/{detail}", "added"),
    ]


def test_what_a_row_without_a_key_was_listed_with_is_no_other_row(
    differ: Callable[[Spoil], Differences],
) -> None:
    def spoil(changed: Tables) -> None:
        changed["quarantine"][0]["seen_at"] += dt.timedelta(days=1)

    assert of(differ(spoil), "change", "field", "old_value", "new_value") == [
        ("changed", "seen_at", "2026-02-03T06:00:00Z", "2026-02-04T06:00:00Z")
    ]


@pytest.fixture
def two(plain: Written, tmp_path: Path) -> tuple[Path, Path]:
    """Two folders with the same tables, to be spoilt."""
    return plain.spoilt(nothing, tmp_path / "one"), plain.spoilt(nothing, tmp_path / "other")


def rewrite(folder: Path, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Writes a table with other columns, and its key told as the project's own files tell it."""
    path = table_path(folder, table)
    metadata = pq.read_schema(path).metadata
    changed = change(pl.read_parquet(path)).to_arrow().replace_schema_metadata(metadata)
    path.unlink()  # it is a link to what other tests read
    pq.write_table(changed, path)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda frame: frame.drop("cues"),
            [(None, "removed", "cues", "String", None, "schema")],
        ),
        (
            lambda frame: frame.with_columns(words=pl.lit(3)),
            [(None, "added", "words", None, "Int32", "schema")],
        ),
        (
            lambda frame: frame.rename({"cues": "words"}),
            [
                (None, "added", "words", None, "String", "schema"),
                (None, "removed", "cues", "String", None, "schema"),
            ],
        ),
        (
            lambda frame: frame.with_columns(pl.col("page").cast(pl.Int64)),
            [(None, "changed", "page", "Int32", "Int64", "schema")],
        ),
    ],
)
def test_another_column_is_one_difference_not_one_a_row(
    two: tuple[Path, Path],
    change: Callable[[pl.DataFrame], pl.DataFrame],
    expected: list[tuple[Any, ...]],
) -> None:
    before, after = two
    rewrite(after, "findings", change)
    columns = ("row_key", "change", "field", "old_value", "new_value", "reason_code")
    assert sorted(of(compare(before, after), *columns), key=str) == sorted(expected, key=str)


def test_tables_may_have_other_types_and_any_names(two: tuple[Path, Path]) -> None:
    before, after = two
    rewrite(
        after,
        "letters",
        lambda frame: frame.with_columns(pl.col("is_listed").cast(pl.String), letter_id=pl.lit(1)),
    )
    for folder, value in ((before, 1), (after, 2)):
        rows = pl.DataFrame({'a "b"': [value], "it's": [[value, 2]], "key": ["k"]})
        rows.write_parquet(table_path(folder, "other 'one'"))
    told = of(compare(before, after), "table_name", "change", "field", "old_value", "new_value")
    assert ("letters", "changed", "is_listed", "Boolean", "String") in told
    assert ("letters", "changed", "letter_id", "String", "Int32") in told
    assert [one[:3] for one in told if one[0] == "other 'one'"] == [
        ("other 'one'", "removed", None),
        ("other 'one'", "added", None),
    ]


def test_a_table_of_one_side_is_one_difference(two: tuple[Path, Path], tables: Tables) -> None:
    before, after = two
    table_path(before, "evaluation").unlink()
    pl.DataFrame({"a": [1, 2]}).write_parquet(table_path(before, "old"))
    differences = compare(before, after)
    assert of(differences, "table_name", "row_key", "change", "reason_code") == [
        ("evaluation", None, "added", "schema"),
        ("old", None, "removed", "schema"),
    ]
    assert differences.counts[-1] == TableCounts("old", 2, None, 0, 0, 0)
    rows = len(tables["evaluation"])
    assert TableCounts("evaluation", None, rows, 0, 0, 0) in differences.counts


def test_tables_that_the_schema_does_not_know(tmp_path: Path) -> None:
    for name, values in (("before", [1, 2, 2, None]), ("after", [1, 2, None, None])):
        (tmp_path / name).mkdir()
        pl.DataFrame({"a": values}).write_parquet(table_path(tmp_path / name, "numbers"))
    differences = compare(tmp_path / "before", tmp_path / "after")
    assert of(differences, "row_key", "change") == [("", "added"), ("2", "removed")]


def test_tables_that_were_never_checked_can_be_compared(two: tuple[Path, Path]) -> None:
    tables = ("authorities", "letters", "visits", "visit_themes", "findings", "corrections")
    keys = []
    for table in tables:
        rewrite(two[1], table, lambda frame: pl.concat([frame, frame.head(1)]))
        row = read_table(two[0], table).row(0, named=True)
        keys.append("/".join(str(row[name]) for name in SCHEMA[table].primary_key))
    for sides, change in ((two, "added"), (two[::-1], "removed")):
        told = of(compare(*sides), "table_name", "change", "row_key")
        assert told == [(table, change, key) for table, key in zip(tables, keys, strict=True)]


def test_a_folder_without_tables_is_named(two: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="empty holds no Parquet tables"):
        compare(two[0], tmp_path / "empty")


def test_visits_are_named_by_authority(
    differ: Callable[[Spoil], Differences], tables: Tables
) -> None:
    differences = differ(lambda changed: changed["visits"].pop())
    assert differences.visits.height == len(tables["visits"])
    first = differences.visits.row(0, named=True)
    assert first["visit_id"] == VISIT
    assert (first["authority"], first["start_date"]) == ("Ashmere", dt.date(2019, 1, 8))


VALUES = st.one_of(st.none(), st.sampled_from(["a", "b", "c/d"]))
KEYED = st.dictionaries(
    st.tuples(st.sampled_from(["x", "y"]), st.integers(1, 3)), st.sampled_from(["a", "b"])
)
UNKEYED = st.lists(st.tuples(VALUES, st.sampled_from(["a", "b"]), st.integers(0, 2)), max_size=6)
SIDE = st.tuples(KEYED, UNKEYED)
DAY = dt.datetime(2026, 2, 3, tzinfo=dt.UTC)


def write_side(
    side: tuple[dict[tuple[str, int], str], list[tuple[str | None, str, int]]],
    folder: Path,
    *,
    turned: bool = False,
) -> Path:
    """A table with a key and one without, from what hypothesis thought of."""
    keyed, unkeyed = side
    frames = {
        "visit_themes": build_frame(
            "visit_themes",
            [
                {"visit_id": visit, "position": position, "theme_code": code}
                for (visit, position), code in keyed.items()
            ],
        ),
        "quarantine": build_frame(
            "quarantine",
            [
                {
                    "letter_id": None,
                    "source_url": None,
                    "file_name": name,
                    "stage": stage,
                    "reason_code": "damaged",
                    "detail": None,
                    "seen_at": DAY + dt.timedelta(days=days),
                }
                for name, stage, days in unkeyed
            ],
        ),
    }
    for name, frame in frames.items():
        write_table(frame.reverse() if turned else frame, name, folder)
    return folder


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(one=SIDE, other=SIDE)
def test_the_differences_lead_from_one_side_to_the_other_and_back(one: Any, other: Any) -> None:
    with TemporaryDirectory() as made:
        before, after = write_side(one, Path(made, "one")), write_side(other, Path(made, "other"))
        assert not compare(before, write_side(one, Path(made, "turned"), turned=True))
        there, back = compare(before, after), compare(after, before)
        old, new = (
            {
                f"{row['visit_id']}/{row['position']}": row["theme_code"]
                for row in read_table(folder, "visit_themes").to_dicts()
            }
            for folder in (before, after)
        )
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    columns = ("table_name", "row_key", "change", "field", "old_value", "new_value")
    assert sorted(of(there, *columns), key=str) == sorted(
        (
            (table, key, turned[change], field, new, old)
            for table, key, change, field, old, new in of(back, *columns)
        ),
        key=str,
    )
    for ahead, behind in zip(there.counts, back.counts, strict=True):
        assert (ahead.added, ahead.removed) == (behind.removed, behind.added)
        assert (ahead.before or 0) + ahead.added - ahead.removed == ahead.after
    for table, key, change, _, _, value in of(there, *columns):
        if table == "visit_themes" and change == "removed":
            del old[key]
        elif table == "visit_themes":
            old[key] = value
    assert old == new
