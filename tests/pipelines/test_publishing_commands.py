"""The commands `publish` and `deposit`: what they say, and how they end."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.release.store import ReleaseStore
from pipelines.cli import app
from tests.assets.release.test_store import put


def call(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "200"})
    return done.exit_code, done.output


def test_publish_says_what_was_put_and_what_was_left_out(tmp_path: Path) -> None:
    out, to = tmp_path / "out", tmp_path / "to"
    assert call("publish", "--out", out, "--to", to)[0] == 2  # there is no release
    put(ReleaseStore(out), "1.0.0")
    assert call("publish", "--out", out)[0] == 2  # nobody said where to
    status, said = call("publish", "--out", out, "--to", to)
    assert (status, said) == (
        0,
        f"Release 1.0.0 is at {to}.\n"
        "Put now: 1.0.0; 4 files of latest and the portal.\n"
        "Left out: the portal. Make one with `ofsted-letters portal`.\n",
    )
    status, said = call("publish", "--out", out, "--to", out)
    assert status == 1
    assert "which was not published there" in said


def test_deposit_without_a_token_writes_what_zenodo_would_be_told(tmp_path: Path) -> None:
    assert call("deposit", "--out", tmp_path)[0] == 2  # there is no release
    put(ReleaseStore(tmp_path), "1.0.0")
    status, said = call("deposit", "--out", tmp_path)
    assert status == 0
    assert f"{tmp_path / 'releases' / 'zenodo-1.0.0.json'} has what to say" in said


def test_a_setting_that_makes_no_sense_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFSTED_LETTERS_ZENODO_URL", "zenodo")
    status, said = call("deposit", "--out", tmp_path)
    assert status == 2
    assert "zenodo_url" in said
