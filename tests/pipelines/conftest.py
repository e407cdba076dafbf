"""What the tests of this room share: runs of the whole job, with one Great Expectations for all."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from assets.letters.sources import SAMPLE
from assets.run_notes import Worked, read_note
from expectations.service import Validator
from pipelines import run as pipelines_run
from pipelines.run import Options, run_letters
from pipelines.summary import Summary

#: 1 January 2026, as seconds.
NEW_YEAR = 1767225600
DAY = 86400

#: A few letters of the sample, one of each way to read them.
SOME = ("9900001_2018-02-16.pdf", "9900002_2018-11-09.pdf", "9900012_2023-12-08.txt")


@dataclass(frozen=True)
class Ran:
    """What came of a run."""

    status: int
    out: Path
    printed: str
    complained: str

    @property
    def summary(self) -> Summary:
        return msgspec.json.decode(
            (self.out / "quality" / "summary.json").read_bytes(), type=Summary
        )

    def rows(self, table: str) -> list[dict[str, Any]]:
        return pl.read_parquet(self.out / "parquet" / f"{table}.parquet").to_dicts()


Run = Callable[..., Ran]


class _Shared:
    """A validator that outlives the runs it is used in."""

    def __init__(self, validator: Validator) -> None:
        self.start = validator.start
        self.validate = validator.validate

    def __enter__(self) -> "_Shared":
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def validator() -> Iterator[Validator]:
    with Validator() as validator:
        yield validator


@pytest.fixture
def run(
    validator: Validator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs the job as the command line does, in this process."""
    monkeypatch.setattr(pipelines_run, "Validator", lambda: _Shared(validator))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("COLUMNS", "200")

    def make(source: Path | str, out: Path, *, day: int = 0, full: bool = False) -> Ran:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(NEW_YEAR + day * DAY))
        capsys.readouterr()
        status = run_letters(Options(source=str(source), out=out, jobs=2, full=full))
        captured = capsys.readouterr()
        return Ran(status=status, out=out, printed=captured.out, complained=captured.err)

    return make


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder with a few letters and what is known of their authorities."""
    folder = tmp_path / "letters"
    folder.mkdir()
    for name in (*SOME, "authorities.csv"):
        shutil.copy2(SAMPLE / name, folder / name)
    return folder


def tables(out: Path) -> dict[str, bytes]:
    """The published tables, to the byte."""
    return {path.name: path.read_bytes() for path in (out / "parquet").iterdir()}


def everything(out: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of change of all that a run leaves, but for its report, summary and notes."""
    return {
        str(path.relative_to(out)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(out.rglob("*"))
        if path.is_file()
        and path.relative_to(out).parts[0] != "reports"
        and path.parent.name != "notes"
        and path.stem != "summary"
    }


def reasons(ran: Ran) -> dict[str, str]:
    """Why each file is in quarantine."""
    return {row["file_name"]: row["reason_code"] for row in ran.rows("quarantine")}


def read_note_counts(out: Path) -> dict[str, tuple[int, int]]:
    """How many results each stage kept and made in the last run."""
    counts = {}
    for stage in ("documents", "parsed_letters", "statements"):
        note = read_note(out, stage, Worked)
        assert note is not None
        counts[stage] = (note.kept, sum(note.made.values()))
    return counts
