"""A run in an object store, on a real server: the same tables as in a folder, on any machine."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from tests.pipelines.conftest import PUBLISHED, Run, tables
from warehouse.places import Place
from warehouse.working_copy import CACHE_SETTING, held, opened


def test_a_store_has_what_a_folder_has(
    run: Run,
    letters: Path,
    few_published: Path,
    s3: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(CACHE_SETTING, str(tmp_path / "a"))
    ran = run(letters, opened(s3), has_database=True)
    assert (ran.status, ran.summary.outcome) == (PUBLISHED, "published")
    assert f"to {s3} in" in ran.printed
    with held(opened(s3)):
        busy = run(letters, opened(s3))
    assert "Another run is at work in s3:" in busy.complained

    monkeypatch.setenv(CACHE_SETTING, str(tmp_path / "b"))
    again = run(letters, opened(s3), day=1)
    assert (again.status, again.summary.outcome) == (PUBLISHED, "unchanged")
    assert f"stay published in {s3}" in again.printed
    assert tables(again.out) == tables(few_published)
    assert len(Place(s3).sizes("archive/manifest")) == 1

    monkeypatch.setenv(CACHE_SETTING, str(tmp_path / "c"))
    asked = CliRunner().invoke(app, ["query", "--out", s3, "select count(*) as n from visits"])
    assert asked.exit_code == 0
