"""A new child table of visits is one declaration: every room that the schema feeds has it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from assets.release.changes.differences import compare
from assets.release.descriptions.croissant import describe_dataset
from assets.release.descriptions.data_dictionary import HTML_FILE, write_data_dictionary
from assets.release.descriptions.datapackage import describe_package
from assets.release.formats.csv_files import write_csv
from assets.release.formats.duckdb_file import write_database
from assets.release.formats.export import export
from assets.release.formats.export_filter import ExportFilter, ExportFormat
from assets.release.formats.parquet_files import write_parquet
from assets.release.formats.workbook import write_workbook
from assets.release.release_info import ReleaseInfo
from assets.release.verify.problems import ReleaseUnderTest
from assets.release.verify.verify_rules import verify_rules
from assets.release.verify.verify_tables import check_columns
from expectations.from_schema import schema_rules
from tests.sample_rows import sample_tables
from warehouse import schema
from warehouse.database import build_database
from warehouse.frames import build_frame
from warehouse.parquet import row_counts, table_path, write_table, write_tables
from warehouse.schema import SCHEMA, Column, Table
from warehouse.schema_description import describe_tables

NAME = "visit_judgements"
TABLE = Table(
    name=NAME,
    description="One row a judgement of a visit.",
    columns=(
        SCHEMA["visit_themes"].column("visit_id"),
        SCHEMA["visit_themes"].column("position"),
        Column("area", "string", "What was judged, as printed.", "Leaders", text_form="line"),
        Column("grade_code", "string", "The grade.", "good", code_list="judgement_grade"),
    ),
    primary_key=("visit_id", "position"),
    group="visits",
    owner="letter",
    source="letter",
    label_column="area",
)
PLACE = f"{NAME}.area"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A folder of tables of a schema that has the table."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(schema._TABLES, NAME, TABLE)
        rows = sample_tables()
        folder = tmp_path_factory.mktemp("new") / "tables"
        write_tables({name: build_frame(name, rows[name]) for name in SCHEMA}, folder)
        build_database(folder, folder / "warehouse.duckdb")
        yield folder


@pytest.fixture(scope="module")
def info(tables: Path) -> ReleaseInfo:
    return ReleaseInfo("1.2.0", date(2026, 2, 3), "folder", row_counts(tables))


@pytest.fixture(scope="module")
def release(tables: Path, info: ReleaseInfo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    write_parquet(tables, folder / "parquet", info)
    write_csv(tables, folder / "csv", info)
    write_database(tables / "warehouse.duckdb", folder / f"{info.file_stem}.duckdb", info)
    write_workbook(tables, folder / f"{info.file_stem}.xlsx", info)
    write_data_dictionary(folder, info)
    return folder


def test_it_is_in_every_form(tables: Path, info: ReleaseInfo, release: Path) -> None:
    assert pq.read_schema(table_path(release / "parquet", NAME)).metadata[b"description"]
    assert "area" in (release / "csv" / f"{NAME}.csv").read_text(encoding="utf-8-sig")
    with duckdb.connect(release / f"{info.file_stem}.duckdb", read_only=True) as connection:
        (count,) = connection.execute(f"SELECT count(*) FROM {NAME}").fetchall()[0]
    assert count == info.row_counts[NAME] == 8
    codebook = load_workbook(release / f"{info.file_stem}.xlsx", read_only=True)["Codebook"]
    assert (NAME, "area") in {row[:2] for row in codebook.values}


def test_it_is_described(info: ReleaseInfo, release: Path) -> None:
    package = describe_package(release, info)
    (resource,) = (one for one in package["resources"] if one["name"] == NAME)
    assert [key["fields"] for key in resource["schema"]["foreignKeys"]] == [["visit_id"]]
    sets = describe_dataset(release, info)["recordSet"]
    assert NAME in {one["name"] for one in sets}
    assert f'id="{PLACE}"' in (release / HTML_FILE).read_text(encoding="utf-8")
    assert TABLE in describe_tables().tables


def test_dagster_shows_it_in_its_group(tables: Path) -> None:
    from assets.tables.asset import _specs

    groups = {spec.key.to_user_string(): spec.group_name for spec in _specs()}
    assert (groups[NAME], groups["findings"]) == ("visits", "findings")


def test_its_rules_are_asked_and_its_rows_go_with_their_letters(tables: Path) -> None:
    rules = {rule.name: rule for rule in schema_rules() if rule.suite == NAME}
    assert rules.keys() == {
        "required_values_there",
        "references_known",
        "values_well_formed",
        "key_unique",
        "grade_code_listed",
    }
    assert {rule.scope for rule in rules.values()} == {"letter"}


def test_a_part_of_a_release_can_be_chosen_by_it(
    release: Path, info: ReleaseInfo, tmp_path: Path
) -> None:
    example = SCHEMA["visits"].column("visit_id").example
    where = f"visit_id IN (SELECT visit_id FROM {NAME} WHERE visit_id = '{example}')"
    told = export(
        release / "parquet", info, ExportFilter(where=(where,)), ExportFormat.JSON,
        tmp_path / "part.json", force=False,
    )  # fmt: skip
    assert told.finding_count == 1


def test_what_changes_in_it_is_told_with_its_visit(tables: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    changed.mkdir()
    for path in tables.glob("*.parquet"):
        (changed / path.name).symlink_to(path)
    table_path(changed, NAME).unlink()
    frame = pl.read_parquet(table_path(tables, NAME))
    write_table(frame.tail(-1), NAME, changed)
    rows = compare(tables, changed).rows
    assert rows.select("table_name", "change", "old_value", "visit_id").rows() == [
        (NAME, "removed", "Leaders", SCHEMA["visits"].column("visit_id").example)
    ]


def test_verify_asks_for_it_and_of_its_rows(release: Path, tmp_path: Path) -> None:
    parquet = shutil.copytree(release / "parquet", tmp_path / "parquet")
    frames, problems = check_columns(parquet, SCHEMA)
    assert problems == []
    spoilt = frames[NAME].with_columns(grade_code=pl.lit("splendid"))
    write_table(spoilt, NAME, parquet)
    on = ReleaseUnderTest(tmp_path, describe_tables(), {NAME: spoilt})
    checks, _ = verify_rules(on)
    told = {(one.file, one.column) for check in checks for one in check.problems}
    assert told == {(f"parquet/{NAME}.parquet", "grade_code")}
    table_path(parquet, NAME).unlink()
    _, problems = check_columns(parquet, SCHEMA)
    assert [problem.file for problem in problems] == [f"parquet/{NAME}.parquet"]
