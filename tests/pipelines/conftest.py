"""What the tests of this room share: runs of the whole job, in this process.

DuckDB reads the rules, and of the DuckDB file there is no more than its name, where no test looks
into it: both would take longer than all else. The sample is published with everything.
"""

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest

from assets.findings import judging
from assets.findings.encoder import encoder
from assets.letters.sources import SAMPLE
from expectations.report import ValidationReport
from expectations.service import Validator
from expectations.sql_reader import ask
from expectations.validation import validate
from pipelines import run as pipelines_run
from pipelines.run import PUBLISHED, Options, run_letters
from pipelines.summary import Summary
from tests.conftest import NEW_YEAR as NEW_YEAR
from tests.conftest import MakeOnce
from tests.in_this_process import InThisProcess
from warehouse import database

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


class ByDuckDB(Validator):
    """In place of the process of Great Expectations: the same rules, by their quick reader."""

    def start(self) -> None:
        pass

    def validate(
        self,
        candidate: Path,
        previous: Path | None,
        docs_folder: Path,
        gone: Collection[str] | None = None,
    ) -> ValidationReport:
        docs_folder.mkdir(parents=True, exist_ok=True)
        return validate(ask, candidate, previous)[0]


def name_alone(folder: Path, path: Path) -> None:
    """In place of the building of a database."""
    path.write_bytes(b"in place of a database")


@cache
def shares(texts: tuple[str, ...]) -> np.ndarray:
    """What the encoder says, kept: runs in tests judge the same few letters again and again."""
    return encoder().shares(texts)


def use_no_processes(patch: pytest.MonkeyPatch) -> None:
    """Runs read letters and ask rules in this process."""
    remembering = SimpleNamespace(shares=lambda texts: shares(tuple(texts)))
    patch.setattr(judging, "encoder", lambda: remembering)
    patch.setattr(pipelines_run, "Validator", ByDuckDB)
    patch.setattr(pipelines_run, "open_workers", InThisProcess)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the job as the command line does, but all of it in this process, and with no Great
    Expectations."""
    use_no_processes(monkeypatch)
    build_database = database.build_database
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("COLUMNS", "200")

    def make(
        source: Path | str,
        out: Path,
        *,
        day: int = 0,
        full: bool = False,
        anew: bool = False,
        cluster: str | None = None,
        has_database: bool = False,
    ) -> Ran:
        if anew:  # nothing is published any more, and all is read
            (out / "current").unlink()
        built = build_database if has_database else name_alone
        monkeypatch.setattr(database, "build_database", built)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(NEW_YEAR + day * DAY))
        capsys.readouterr()
        status = run_letters(
            Options(source=str(source), out=out, jobs=2, full=full, cluster=cluster)
        )
        captured = capsys.readouterr()
        return Ran(status=status, out=out, printed=captured.out, complained=captured.err)

    return make


def copy_letters(folder: Path) -> Path:
    """A folder with a few letters and what is known of their authorities."""
    folder.mkdir()
    for name in (*SOME, "authorities.csv"):
        shutil.copy2(SAMPLE / name, folder / name)
    return folder


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder with a few letters and what is known of their authorities."""
    return copy_letters(tmp_path / "letters")


@pytest.fixture(scope="session")
def few_published(make_once: MakeOnce) -> Path:
    """The few letters as a first run publishes them; not to be changed."""

    def write(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            use_no_processes(patch)
            patch.setenv("SOURCE_DATE_EPOCH", str(NEW_YEAR))
            source = str(copy_letters(folder / "letters"))
            options = Options(source=source, out=folder / "out", jobs=2)
            assert run_letters(options) == PUBLISHED

    return make_once("few_published", write) / "out"


@pytest.fixture
def out(few_published: Path, tmp_path: Path) -> Path:
    """What a first run on the few letters left, to go on with."""
    return shutil.copytree(few_published, tmp_path / "out", symlinks=True)


def tables(out: Path) -> dict[str, bytes]:
    """The published tables, to the byte."""
    return {path.name: path.read_bytes() for path in (out / "parquet").iterdir()}


def everything(out: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of change of all that a run leaves, but for its report."""
    return {
        str(path.relative_to(out)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.relative_to(out).parts[0] != "reports" and path.stem != "summary"
    }


def reasons(ran: Ran) -> dict[str, str]:
    """Why each file is in quarantine."""
    return {row["file_name"]: row["reason_code"] for row in ran.rows("quarantine")}
