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
from assets.running.stages import NotMade, Place, Stage
from assets.running.workers import Workers

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = Path(stages.__file__).parent.parent


class Text(msgspec.Struct, tag=True):
    """What the stage under test makes of a file."""

    text: str


def read(file: ArchivedFile, place: Place) -> Text | Rejection:
    text = (place.archive / file.path).read_text()
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
    name="texts", product=Text | Rejection, make=read, halts_at="read", made_by=("LICENSE",)
)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2) as workers:
        yield workers


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "archive").mkdir()
    return Place(archive=tmp_path / "archive", work=tmp_path / "work")


def archived(place: Place, text: str, **facts: str) -> ArchivedFile:
    name = text or "empty"
    (place.archive / name).write_text(text)
    return ArchivedFile(
        letter_id=name,
        sha256=name,
        byte_count=len(text),
        path=name,
        listing=Listing(source="folder", file_name=f"{name}.txt", **facts),
        first_seen_at=NOW,
        last_seen_at=NOW,
    )


def test_results_are_made_once_and_kept(place: Place, workers: Workers) -> None:
    files = [archived(place, "a"), archived(place, "b"), archived(place, "")]
    told: list[tuple[int, int]] = []
    made = STAGE.run(files, place, workers, progress=lambda done, total: told.append((done, total)))
    assert made == (0, Counter(Text=2, Rejection=1))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert STAGE.load(files[0], place) == Text("a")
    assert STAGE.load(files[2], place) == read(files[2], place)
    assert STAGE.run(files, place, workers) == (3, Counter())
    assert STAGE.run(files, place, workers, full=True) == (0, Counter(Text=2, Rejection=1))


@pytest.mark.parametrize("damage", [b"", b'{"stamp":', b"\0\0\0"])
def test_a_torn_result_is_made_anew(place: Place, workers: Workers, damage: bytes) -> None:
    files = [archived(place, "a"), archived(place, "b")]
    STAGE.run(files, place, workers)
    (place.work / "texts" / "a.json").write_bytes(damage)
    assert STAGE.run(files, place, workers) == (1, Counter(Text=1))
    assert STAGE.load(files[0], place) == Text("a")


def test_another_listing_makes_the_result_anew(place: Place, workers: Workers) -> None:
    STAGE.run([archived(place, "a"), archived(place, "b")], place, workers)
    files = [archived(place, "a", ofsted_urn="80999"), archived(place, "b")]
    assert STAGE.run(files, place, workers) == (1, Counter(Text=1))


def test_another_look_at_the_source_does_not(place: Place, workers: Workers) -> None:
    file = archived(place, "a")
    STAGE.run([file], place, workers)
    later = msgspec.structs.replace(file, last_seen_at=NOW.replace(year=2027), is_listed=False)
    assert STAGE.run([later], place, workers) == (1, Counter())


@pytest.mark.parametrize(
    "change",
    [{"made_by": ("README.md",)}, {"libraries": ("msgspec",)}, {"after": STAGE}],
    ids=["code", "library", "stage before"],
)
def test_another_version_makes_all_results_anew(
    place: Place, workers: Workers, change: dict[str, object]
) -> None:
    files = [archived(place, "a"), archived(place, "b")]
    STAGE.run(files, place, workers)
    other = replace(STAGE, **change)
    assert other.run(files, place, workers) == (0, Counter(Text=2))
    assert other.run(files, place, workers) == (2, Counter())


@pytest.mark.parametrize(
    ("text", "reason_code", "detail"),
    [
        ("crash", "reader_crashed", "The process that was reading the file ended."),
        ("bug", "parser_failed", "KeyError while reading the file: 'bug'"),
    ],
)
def test_a_file_that_breaks_the_reader_costs_itself_only(
    place: Place, workers: Workers, text: str, reason_code: str, detail: str
) -> None:
    files = [archived(place, "a"), archived(place, text), archived(place, "b")]
    assert STAGE.run(files, place, workers).made == Counter(Text=2, Rejection=1)
    assert STAGE.load(files[1], place) == Rejection(
        stage="read", reason_code=reason_code, detail=detail
    )
    assert STAGE.load(files[2], place) == Text("b")


def test_a_file_that_takes_too_long_costs_itself_only(place: Place) -> None:
    files = [archived(place, "a"), archived(place, "slow"), archived(place, "b")]
    with Workers(1, timeout_seconds=1) as impatient:
        assert STAGE.run(files, place, impatient).made == Counter(Text=2, Rejection=1)
    result = STAGE.load(files[1], place)
    assert isinstance(result, Rejection)
    assert result.reason_code == "timed_out"


def test_a_stage_that_is_made_by_nothing_says_so() -> None:
    with pytest.raises(FileNotFoundError, match="is not there"):
        _ = replace(STAGE, made_by=("assets/nowhere",)).version


def test_what_is_not_made_says_what_to_run(place: Place) -> None:
    with pytest.raises(NotMade, match=r"nothing of a\.txt from texts yet: run that first"):
        STAGE.load(archived(place, "a"), place)


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
        covered |= set(stages._files(stage.made_by))
        stage = stage.after
    assert {Path(file) for file in files} <= covered
