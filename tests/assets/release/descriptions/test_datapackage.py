"""datapackage.json: its checker finds no error in it nor in the data, but those that we plant."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package, Report

from assets.release.descriptions.datapackage import DATAPACKAGE_FILE, PROFILE, write_datapackage
from assets.release.release_info import WORDS, ReleaseInfo
from tests.assets.release import described
from warehouse.codes import code_list
from warehouse.files import file_sha256
from warehouse.schema import SCHEMA


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ReleaseInfo]:
    release, info = described.make(tmp_path_factory.mktemp("described"))
    write_datapackage(release, info)
    return release, info


@pytest.fixture(scope="module")
def package(made: tuple[Path, ReleaseInfo]) -> dict[str, Any]:
    return read(made[0])


def read(release: Path) -> dict[str, Any]:
    package: dict[str, Any] = json.loads((release / DATAPACKAGE_FILE).read_text("utf-8"))
    return package


def validate(release: Path) -> Report:
    return Package(str(release / DATAPACKAGE_FILE)).validate()


def errors(report: Report) -> set[tuple[str, str]]:
    return {(task.name, error.type) for task in report.tasks for error in task.errors} | {
        ("", error.type) for error in report.errors
    }


def test_the_checker_finds_no_error(made: tuple[Path, ReleaseInfo]) -> None:
    report = validate(made[0])
    assert errors(report) == set()
    assert report.valid
    checked = {task.name: task.stats.get("rows") for task in report.tasks}
    assert {name: checked[name] for name in SCHEMA} == made[1].row_counts
    assert all("row" not in warning for task in report.tasks for warning in task.warnings)


def replace(old: bytes, new: bytes, file: str) -> Callable[[Path], None]:
    def change(release: Path) -> None:
        path = release / file
        assert old in path.read_bytes()
        path.write_bytes(path.read_bytes().replace(old, new, 1))

    return change


def twice(file: str) -> Callable[[Path], None]:
    def change(release: Path) -> None:
        path = release / file
        path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[-1])

    return change


def test_the_checker_finds_what_breaks_the_schema(tmp_path: Path) -> None:
    release, info = described.make(tmp_path)
    for change in (
        replace(b'"strength"', b'"strenght"', "csv/findings.csv"),
        replace(b'"ashmere', b'"ashmore', "csv/visit_themes.csv"),
        replace(b",2021-10-26,", b",26/10/2021,", "csv/visits.csv"),
        twice("csv/finding_topics.csv"),
    ):
        change(release)
    write_datapackage(release, info)
    found = {(name, kind.partition("-")[0]) for name, kind in errors(validate(release))}
    assert found >= {
        ("findings", "constraint"),
        ("visit_themes", "foreign"),
        ("visits", "type"),
        ("finding_topics", "primary"),
    }


def test_the_checker_finds_files_that_were_changed_afterwards(tmp_path: Path) -> None:
    release, info = described.make(tmp_path)
    write_datapackage(release, info)
    files = {"csv/codes.csv", "parquet/codes.parquet", "ofsted-letters.duckdb"}
    for file in files:
        (release / file).write_bytes((release / file).read_bytes()[:-1])
    found = {task.place: {error.type for error in task.errors} for task in validate(release).tasks}
    for file in files:
        assert found[file] >= {"hash-count", "byte-count"}, file


def test_it_says_what_the_release_is(
    package: dict[str, Any], made: tuple[Path, ReleaseInfo]
) -> None:
    assert package["$schema"] == PROFILE
    assert package["version"] == "1.2.0"
    assert package["created"] == "2026-02-03T00:00:00Z"
    assert [licence["name"] for licence in package["licenses"]] == [WORDS["ofsted"].licence.id]
    assert WORDS["ofsted"].attribution in package["description"]
    assert package["citation"] == made[1].citation
    assert {resource.get("type") for resource in package["resources"]} == {"table", None}


def test_every_file_is_there_with_its_size_and_checksum(
    package: dict[str, Any], made: tuple[Path, ReleaseInfo]
) -> None:
    release = made[0]
    by_path = {resource["path"]: resource for resource in package["resources"]}
    assert len({resource["name"] for resource in package["resources"]}) == len(by_path)
    assert set(by_path) == {
        *(f"csv/{name}.csv" for name in SCHEMA),
        *(f"parquet/{name}.parquet" for name in SCHEMA),
        "ofsted-letters.duckdb",
        "ofsted-letters.xlsx",
    }
    for path, resource in by_path.items():
        assert resource["bytes"] == (release / path).stat().st_size
        assert resource["hash"] == f"sha256:{file_sha256(release / path)}"


def test_the_table_schemas_say_what_the_schema_says(package: dict[str, Any]) -> None:
    resources = {resource["name"]: resource for resource in package["resources"]}
    for table in SCHEMA.values():
        schema = resources[table.name]["schema"]
        assert [field["name"] for field in schema["fields"]] == list(table.column_names)
        assert schema.get("primaryKey", []) == list(table.primary_key)
        keys = schema.get("foreignKeys", [])
        assert len(keys) == sum(column.references is not None for column in table.columns)
        for column, field in zip(table.columns, schema["fields"], strict=True):
            constraints = field.get("constraints", {})
            assert column.description in field["description"]
            assert constraints.get("required", False) == (not column.nullable)
            assert constraints.get("pattern") == column.pattern
            if column.code_list:
                assert constraints["enum"] == list(code_list(column.code_list))
    letters = resources["letters"]["schema"]["foreignKeys"]
    assert letters == [{"fields": ["superseded_by"], "reference": {"fields": ["letter_id"]}}]


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "other"):
        release, info = described.make(tmp_path / name)
        for path in release.rglob("*"):
            os.utime(path, (0, 0) if name == "one" else None)
        write_datapackage(release, info)
        written.append((release / DATAPACKAGE_FILE).read_bytes())
    assert written[0] == written[1]
    assert str(tmp_path).encode() not in written[0]


def test_the_sample_says_that_it_is_made_up(tmp_path: Path) -> None:
    release, info = described.make(tmp_path, source="sample")
    write_datapackage(release, info)
    package = read(release)
    assert package["description"].startswith("Made up")
    assert package["description"].count("ade up") == 1
    assert package["name"] == "ofsted-letters-sample"
    assert [licence["name"] for licence in package["licenses"]] == [WORDS["sample"].licence.id]
    assert "Crown copyright" not in json.dumps(package, ensure_ascii=False)
    assert "ofsted-letters-sample.xlsx" in {one["path"] for one in package["resources"]}
    assert "ofsted.gov.uk" not in json.dumps(package["sources"])
