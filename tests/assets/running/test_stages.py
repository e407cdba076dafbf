"""Stages: when a letter's result is made anew, and what happens where it cannot be made."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from assets.model import ArchivedFile, Listing, Rejection
from assets.running import stages
from assets.running.stages import Folders, NotMade, Stage
from assets.running.workers import Workers

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = Path(stages.__file__).parent.parent


class Text(msgspec.Struct, tag=True):
    """What the stage under test makes of a file."""

    text: str


def read(file: ArchivedFile, folders: Folders) -> Text | Rejection:
    text = (folders.archive / file.path).read_text()
    if text == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    if text == "slow":
        time.sleep(600)
    if text == "bug":
        raise KeyError("bug")
    if not text:
        return Rejection(stage="read", reason_code="empty_file", detail="Nothing is in it.")
    return Text(text)


STAGE: Stage[Text | Rejection] = Stage(
    name="texts",
    product=Text | Rejection,
    make=read,
    quarantine_stage="read",
    source_paths=("LICENSE",),
)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2) as workers:
        yield workers


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    (tmp_path / "archive").mkdir()
    return Folders(archive=tmp_path / "archive", work=tmp_path / "work")


def archived(folders: Folders, text: str, **facts: str) -> ArchivedFile:
    name = text or "empty"
    (folders.archive / name).write_text(text)
    return ArchivedFile(
        letter_id=name,
        sha256=name,
        byte_count=len(text),
        path=name,
        listing=Listing(source="folder", file_name=f"{name}.txt", **facts),
        first_seen_at=NOW,
        last_seen_at=NOW,
    )


def test_results_are_made_once_and_kept(folders: Folders, workers: Workers) -> None:
    files = [archived(folders, "a"), archived(folders, "b"), archived(folders, "")]
    told: list[tuple[int, int]] = []
    made = STAGE.run(
        files, folders, workers, progress=lambda done, total: told.append((done, total))
    )
    assert made == (0, Counter(Text=2, Rejection=1))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert STAGE.load(files[0], folders) == Text("a")
    assert STAGE.load(files[2], folders) == read(files[2], folders)
    assert STAGE.run(files, folders, workers) == (3, Counter())
    assert STAGE.run(files, folders, workers, full=True) == (0, Counter(Text=2, Rejection=1))


@pytest.mark.parametrize("damage", [b"", b'{"stamp":', b"\0\0\0"])
def test_a_torn_result_is_made_anew(folders: Folders, workers: Workers, damage: bytes) -> None:
    files = [archived(folders, "a"), archived(folders, "b")]
    STAGE.run(files, folders, workers)
    (folders.work / "texts" / "a.json").write_bytes(damage)
    assert STAGE.run(files, folders, workers) == (1, Counter(Text=1))
    assert STAGE.load(files[0], folders) == Text("a")


def test_another_listing_makes_the_result_anew(folders: Folders, workers: Workers) -> None:
    STAGE.run([archived(folders, "a"), archived(folders, "b")], folders, workers)
    files = [archived(folders, "a", ofsted_urn="80999"), archived(folders, "b")]
    assert STAGE.run(files, folders, workers) == (1, Counter(Text=1))


def test_another_look_at_the_source_does_not(folders: Folders, workers: Workers) -> None:
    file = archived(folders, "a")
    STAGE.run([file], folders, workers)
    later = msgspec.structs.replace(file, last_seen_at=NOW.replace(year=2027), is_listed=False)
    assert STAGE.run([later], folders, workers) == (1, Counter())


@pytest.mark.parametrize(
    "change",
    [{"source_paths": ("README.md",)}, {"libraries": ("msgspec",)}, {"after": STAGE}],
    ids=["code", "library", "stage before"],
)
def test_another_version_makes_all_results_anew(
    folders: Folders, workers: Workers, change: dict[str, object]
) -> None:
    files = [archived(folders, "a"), archived(folders, "b")]
    STAGE.run(files, folders, workers)
    other = replace(STAGE, **change)
    assert other.run(files, folders, workers) == (0, Counter(Text=2))
    assert other.run(files, folders, workers) == (2, Counter())


@pytest.mark.parametrize(
    ("text", "reason_code", "detail"),
    [
        ("crash", "reader_crashed", "The process that was reading the file ended."),
        ("bug", "parser_failed", "KeyError while reading the file: 'bug'"),
    ],
)
def test_a_file_that_breaks_the_reader_costs_itself_only(
    folders: Folders, workers: Workers, text: str, reason_code: str, detail: str
) -> None:
    files = [archived(folders, "a"), archived(folders, text), archived(folders, "b")]
    assert STAGE.run(files, folders, workers).made == Counter(Text=2, Rejection=1)
    assert STAGE.load(files[1], folders) == Rejection(
        stage="read", reason_code=reason_code, detail=detail
    )
    assert STAGE.load(files[2], folders) == Text("b")


def test_a_file_that_takes_too_long_costs_itself_only(folders: Folders) -> None:
    files = [archived(folders, "a"), archived(folders, "slow"), archived(folders, "b")]
    with Workers(1, timeout_seconds=1) as impatient:
        assert STAGE.run(files, folders, impatient).made == Counter(Text=2, Rejection=1)
    result = STAGE.load(files[1], folders)
    assert isinstance(result, Rejection)
    assert result.reason_code == "timed_out"


def test_a_stage_that_is_made_by_nothing_says_so() -> None:
    with pytest.raises(FileNotFoundError, match="is not there"):
        _ = replace(STAGE, source_paths=("assets/nowhere",)).version


def test_what_is_not_made_says_what_to_run(folders: Folders) -> None:
    with pytest.raises(NotMade, match=r"nothing of a\.txt from texts yet: run that first"):
        STAGE.load(archived(folders, "a"), folders)


IMPORTED = """
import sys, importlib
from pipelines.settings import PRELOAD
del sys.modules["pipelines"], sys.modules["pipelines.settings"]
room = next(module for module in PRELOAD if module.startswith(f"assets.{sys.argv[1]}."))
importlib.import_module(room)
importlib.import_module(f"assets.{sys.argv[1]}.stage")
for name, module in list(sys.modules.items()):
    if name.split(".")[0] in ("pipelines", "assets", "expectations", "warehouse"):
        print(module.__file__)
print(*({"dagster", "polars", "pandas", "duckdb", "great_expectations"} & sys.modules.keys()))
"""


@pytest.mark.parametrize("room", ["documents", "visits", "findings"])
def test_a_stage_knows_what_it_is_made_by_and_imports_nothing_heavy(room: str) -> None:
    output = subprocess.run(
        [sys.executable, "-c", IMPORTED, room],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    ).stdout
    *files, heavy = output.split("\n")[:-1]
    assert heavy == ""
    stage = __import__(f"assets.{room}.stage", fromlist=["STAGE"]).STAGE
    covered: set[Path] = set()
    while stage is not None:
        covered |= set(stages._files(stage.source_paths))
        stage = stage.after
    assert {Path(file) for file in files} <= covered
