"""CITATION.cff: valid, and of this release."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

from assets.release.descriptions.citation_file import CITATION_FILE, write_citation_file
from assets.release.release_info import AUTHOR, WORDS, ReleaseInfo

SOURCES = ("ofsted", "sample")


def info(source: str) -> ReleaseInfo:
    return ReleaseInfo("1.2.0", date(2026, 2, 3), source, {"visits": 2})


@pytest.mark.parametrize("source", SOURCES)
def test_it_is_valid(tmp_path: Path, source: str) -> None:
    write_citation_file(tmp_path, info(source))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.citation-file-format"),
            str(tmp_path / CITATION_FILE),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_of_this_release(tmp_path: Path) -> None:
    write_citation_file(tmp_path, info("ofsted"))
    text = (tmp_path / CITATION_FILE).read_bytes()
    citation = yaml.safe_load(text)
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] == "dataset"
    assert citation["version"] == "1.2.0"
    assert citation["date-released"] == "2026-02-03"
    assert citation["title"] == info("ofsted").title
    assert citation["authors"] == [{"name": AUTHOR}]
    assert citation["license"] == "OGL-UK-3.0"
    assert WORDS["ofsted"].attribution in citation["abstract"]
    assert [one["authors"] for one in citation["references"]] == [[{"name": "Ofsted"}]]
    write_citation_file(tmp_path, info("ofsted"))
    assert (tmp_path / CITATION_FILE).read_bytes() == text


def test_the_sample_says_that_it_is_made_up(tmp_path: Path) -> None:
    write_citation_file(tmp_path, info("sample"))
    citation = yaml.safe_load((tmp_path / CITATION_FILE).read_text("utf-8"))
    assert citation["title"].endswith("(sample)")
    assert citation["abstract"].startswith("Made up")
    assert citation["abstract"].count("ade up") == 1
    assert citation["message"].count("ade up") == 1
    assert (citation["license"], citation["license-url"]) == (
        WORDS["sample"].licence.id,
        WORDS["sample"].licence.url,
    )
    assert "Crown" not in str(citation)
    assert "references" not in citation
