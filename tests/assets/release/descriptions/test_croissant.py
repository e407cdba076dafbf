"""croissant.json: the standard's own library finds nothing wrong in it and loads records by it."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from assets.language.patterns import read_table as read_rules
from assets.release.descriptions.croissant import CROISSANT_FILE, write_croissant
from assets.release.release_info import WORDS, ReleaseInfo
from tests.assets.release import described
from warehouse.codes import code_list
from warehouse.files import file_sha256
from warehouse.parquet import read_table
from warehouse.schema import SCHEMA


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ReleaseInfo]:
    release, info = described.make(tmp_path_factory.mktemp("described"))
    write_croissant(release, info)
    return release, info


@pytest.fixture(scope="module")
def written(made: tuple[Path, ReleaseInfo]) -> dict[str, Any]:
    written: dict[str, Any] = json.loads((made[0] / CROISSANT_FILE).read_text("utf-8"))
    return written


def test_the_checker_finds_no_error_and_warns_of_nothing(
    made: tuple[Path, ReleaseInfo], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        import mlcroissant

        dataset = mlcroissant.Dataset(made[0] / CROISSANT_FILE)
    issues = dataset.metadata.ctx.issues
    assert (set(issues.errors), set(issues.warnings)) == (set(), set())
    assert caplog.messages == []
    assert dataset.metadata.ctx.is_latest_version()


def test_all_records_load_with_their_values(made: tuple[Path, ReleaseInfo]) -> None:
    release, info = made
    import mlcroissant  # it takes a second

    dataset = mlcroissant.Dataset(release / CROISSANT_FILE)
    for table in SCHEMA.values():
        records = list(dataset.records(table.name))
        assert len(records) == info.row_counts[table.name], table.name
        frame = read_table(release / "parquet", table.name)
        for column in table.columns:
            if column.dtype not in ("string", "int32", "float64", "bool"):
                continue
            loaded = [record[f"{table.name}/{column.name}"] for record in records]
            plain = [value.decode() if isinstance(value, bytes) else value for value in loaded]
            assert plain == frame[column.name].to_list(), f"{table.name}.{column.name}"


def test_every_file_is_there_with_its_size_and_checksum(
    written: dict[str, Any], made: tuple[Path, ReleaseInfo]
) -> None:
    release = made[0]
    files = {file["contentUrl"]: file for file in written["distribution"]}
    assert len({file["@id"] for file in files.values()}) == len(files) == 2 * len(SCHEMA) + 2
    for path, file in files.items():
        assert file["sha256"] == file_sha256(release / path)
        assert file["contentSize"] == f"{(release / path).stat().st_size} B"


def test_it_says_what_the_release_is(
    written: dict[str, Any], made: tuple[Path, ReleaseInfo]
) -> None:
    assert written["license"] == WORDS["ofsted"].licence.url
    assert written["citeAs"] == made[1].citation
    assert (written["version"], written["datePublished"]) == ("1.2.0", "2026-02-03")
    assert WORDS["ofsted"].attribution in written["description"]
    assert len(written["rai:dataBiases"]) > 1
    assert len(written["rai:dataLimitations"]) > 1


def test_keys_and_references_are_those_of_the_schema(written: dict[str, Any]) -> None:
    sets = {one["@id"]: one for one in written["recordSet"]}
    assert list(sets) == list(SCHEMA)
    for table in SCHEMA.values():
        keys = sets[table.name].get("key", [])
        keys = keys if isinstance(keys, list) else [keys]
        assert [key["@id"] for key in keys] == [f"{table.name}/{key}" for key in table.primary_key]
        for column, field in zip(table.columns, sets[table.name]["field"], strict=True):
            assert field["description"].startswith(column.description)
            if column.references:
                reference = field["references"]
                file = reference["fileObject"]["@id"].removesuffix(".parquet")
                assert f"{file}.{reference['extract']['column']}" == column.references
            else:
                assert "references" not in field


def test_the_same_files_give_the_same_bytes(made: tuple[Path, ReleaseInfo], tmp_path: Path) -> None:
    release, info = described.make(tmp_path)
    write_croissant(release, info)
    again = (release / CROISSANT_FILE).read_bytes()
    assert again == (made[0] / CROISSANT_FILE).read_bytes()


def test_the_sample_says_that_it_is_made_up(tmp_path: Path) -> None:
    release, info = described.make(tmp_path, source="sample")
    write_croissant(release, info)
    written = json.loads((release / CROISSANT_FILE).read_text("utf-8"))
    assert written["description"].startswith("Made up")
    assert written["description"].count("ade up") == 1
    assert "isBasedOn" not in written
    assert (written["name"], written["license"]) == (
        "ofsted-letters-sample",
        WORDS["sample"].licence.url,
    )
    said = json.dumps({name: text for name, text in written.items() if name.startswith("rai:")})
    assert "Ofsted chooses" not in said
    assert "Scraping" not in said
    assert "Crown copyright" not in json.dumps(written, ensure_ascii=False)


@pytest.mark.parametrize("source", code_list("source"))
def test_of_letters_from_every_source_it_says_how_they_were_collected_and_labelled(
    tmp_path: Path, source: str
) -> None:
    release, info = described.make(tmp_path, source=source)
    write_croissant(release, info)
    written = json.loads((release / CROISSANT_FILE).read_text("utf-8"))
    named = {row["property"] for row in read_rules("assets.release.descriptions", "croissant_rai")}
    assert {f"rai:{name}" for name in named} <= written.keys()
    assert isinstance(written["rai:dataCollectionType"], str)
    assert (written["rai:dataCollectionType"] == "Web Scraping") == (source == "ofsted")
    labels = written["rai:dataAnnotationProtocol"]
    assert "large language model and not people" in labels


def test_nobody_says_that_the_labels_are_those_of_people() -> None:
    texts = [
        row["definition"]
        for row in read_rules("assets.release.descriptions", "sources")
        if "labels" in row["definition"]
    ]
    page = Path("assets/release/responsible_use.md").read_text(encoding="utf-8")
    assert len(texts) == 2
    for text in (*texts, page):
        assert "language model" in text
        assert "labels that people made" not in text
