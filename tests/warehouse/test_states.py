"""Publishing: readers find the old state or the new, whatever happens in between."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import FrameType
from typing import Any

import duckdb
import pytest

from warehouse import database, parquet, states
from warehouse.files import Busy, exclusive_lock
from warehouse.schema import SCHEMA
from warehouse.states import PublishError, State, current, publish, replace_link

Write = Callable[[dict[str, Any], str], Path]

AT = datetime(2026, 2, 3, 6, tzinfo=UTC)


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file's bytes and time of change, and where every link leads."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.lstat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def folders_of_states(out: Path) -> set[str]:
    return {path.name for path in (out / "states").iterdir() if path.name != ".lock"}


def assert_whole(out: Path, state: State) -> None:
    """The state that readers find is whole, by whatever way they come."""
    assert parquet.fingerprint(state.parquet) == state.fingerprint
    assert parquet.fingerprint(out / "parquet") == state.fingerprint
    assert (out / "warehouse.duckdb").read_bytes() == state.database.read_bytes()
    assert state.row_counts == parquet.row_counts(state.parquet)


def test_a_published_state_is_found_and_whole(candidate: Path, tmp_path: Path) -> None:
    out = tmp_path / "a new/data folder"
    assert current(out) is None
    afternoon = datetime(2026, 2, 3, 7, tzinfo=timezone(timedelta(hours=1)))
    state = publish(candidate, out, {"source": "sample"}, at=afternoon)
    assert current(out) == state
    assert state.published_at == AT
    assert state.published_at.utcoffset() == timedelta()
    assert (state.previous_id, state.meta) == (None, {"source": "sample"})
    assert state.row_counts["visits"] == 3
    assert list(state.row_counts) == list(SCHEMA)
    assert_whole(out, state)
    with duckdb.connect(out / "warehouse.duckdb", read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM visits_with_names").fetchall() == [(3,)]


def test_a_database_that_was_prepared_is_published(
    candidate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    older = f"{16 * 'a'}.duckdb"
    for name in (older, f"{older}.new123", f"{older}.new123.wal"):  # two of a run that was killed
        candidate.with_name(name).touch()
    states.prepare(candidate, out)
    (prepared,) = candidate.parent.glob("*.duckdb*")
    assert prepared.name != older
    monkeypatch.delattr(database, "build_database")
    state = publish(candidate, out, {}, at=AT)
    assert prepared.stem == state.state_id
    assert_whole(out, state)
    states.prepare(candidate, out)  # of what is published already, nothing is made
    assert not list(candidate.parent.glob("*.duckdb"))
    monkeypatch.setattr(states, "_LARGE_BYTES", 0)
    states.prepare(candidate, tmp_path / "other")  # nor of large tables


def test_the_same_tables_leave_everything_as_it_is(candidate: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = publish(candidate, out, {"run": (1,)}, at=AT)
    before = contents(out)
    assert publish(candidate, out, {"run": (1,)}, at=AT + timedelta(days=1)) == first
    assert contents(out) == before
    # But for what is kept with it: from what else the same tables were made.
    later = publish(candidate, out, {"run": 2}, at=AT + timedelta(days=1))
    assert later == replace(first, meta={"run": 2})
    assert current(out) == later
    changed = {name for name, content in contents(out).items() if content != before[name]}
    assert {Path(name).name for name in changed} == {"state.json"}


def test_another_definition_of_views_is_published_with_the_same_tables(
    candidate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(candidate, tmp_path / "out", {}, at=AT)
    view = database.View("how_many", "N.", {"n": "N."}, "SELECT count(*) AS n FROM visits")
    monkeypatch.setattr(database, "load_views", lambda: (view,))
    second = publish(candidate, tmp_path / "out", {}, at=AT)
    assert (second.fingerprint, second.previous_id) == (first.fingerprint, first.state_id)
    with duckdb.connect(second.database, read_only=True) as connection:
        assert connection.execute("FROM how_many").fetchall() == [(3,)]


@pytest.mark.usefixtures("light")
def test_the_last_two_states_are_kept(candidates: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    published = [publish(folder, out, {}, at=AT) for folder in candidates]
    assert folders_of_states(out) == {published[-1].state_id, published[-2].state_id}
    assert_whole(out, published[-1])
    # Back to the state before: its folder is made anew, for it may have been cut short.
    (published[-2].parquet / "visits.parquet").unlink()
    again = publish(candidates[-2], out, {}, at=AT + timedelta(days=1))
    assert again.state_id == published[-2].state_id
    assert again.previous_id == published[-1].state_id
    assert again.published_at == AT + timedelta(days=1)
    assert_whole(out, again)


@pytest.mark.usefixtures("light")
def test_a_reader_keeps_the_state_it_found(candidates: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = publish(candidates[0], out, {}, at=AT)
    second = publish(candidates[1], out, {}, at=AT)
    assert second.folder != first.folder
    assert parquet.fingerprint(first.parquet) == first.fingerprint


@pytest.mark.usefixtures("light")
def test_the_candidate_may_change_after_it_was_published(candidate: Path, tmp_path: Path) -> None:
    state = publish(candidate, tmp_path / "out", {}, at=AT)
    with (candidate / "visits.parquet").open("r+b") as file:
        file.write(b"overwritten")
    assert parquet.fingerprint(state.parquet) == state.fingerprint


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize("name", ["warehouse.duckdb", "parquet", "current"])
@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_is_not_ours_is_not_replaced(
    candidate: Path, tmp_path: Path, name: str, kind: str
) -> None:
    out, mine = tmp_path / "out", tmp_path / "out" / name
    out.mkdir()
    match kind:
        case "file":
            mine.write_text("mine")
        case "folder":
            mine.mkdir()
        case "link":
            mine.symlink_to(candidate)
    with pytest.raises(PublishError, match=f"{name} is in the way: .* Move it"):
        publish(candidate, out, {}, at=AT)
    assert list(out.iterdir()) == [mine]
    assert kind != "link" or mine.readlink() == candidate
    assert kind != "file" or mine.read_text() == "mine"


@pytest.mark.usefixtures("light")
def test_two_runs_do_not_publish_at_once(candidates: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = publish(candidates[0], out, {}, at=AT)
    with exclusive_lock(out / "states"), pytest.raises(Busy, match="Another run is publishing"):
        publish(candidates[1], out, {}, at=AT)
    assert current(out) == first
    assert publish(candidates[1], out, {}, at=AT).previous_id == first.state_id


def test_tables_that_lack_a_value_are_not_published(
    candidates: list[Path], rows: dict[str, Any], write: Write, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    first = publish(candidates[0], out, {}, at=AT)
    rows["visits"][1]["start_date"] = None
    with pytest.raises(duckdb.ConstraintException):
        publish(write(rows, "broken"), out, {}, at=AT)
    assert current(out) == first
    second = publish(candidates[1], out, {}, at=AT)
    assert folders_of_states(out) == {first.state_id, second.state_id}


def test_a_missing_table_is_not_published(candidate: Path, tmp_path: Path) -> None:
    (candidate / "codes.parquet").unlink()
    with pytest.raises(FileNotFoundError, match=r"codes\.parquet"):
        publish(candidate, tmp_path / "out", {}, at=AT)
    assert current(tmp_path / "out") is None


def test_a_link_is_replaced_and_a_file_is_not(tmp_path: Path) -> None:
    link = tmp_path / "quality"
    for target in ("runs/1", "runs/2", "runs/2"):
        replace_link(link, target)
        assert str(link.readlink()) == target
    assert list(tmp_path.iterdir()) == [link]
    link.unlink()
    link.write_text("mine")
    with pytest.raises(PublishError, match="quality is in the way"):
        replace_link(link, "runs/3")
    assert link.read_text() == "mine"


#: A process can be killed between lines of `states`, and calls of `shutil`.
STEPS = {states.__file__: "line", shutil.__file__: "call"}
#: A line that runs for each of many files is a step for the first of them, and for the next.
TIMES_A_LINE_IS_A_STEP = 2


def look_of(folder: Path) -> list[tuple[Path, Path | None, int]]:
    """Files with their sizes, links, and folders."""
    return [
        (path, path.readlink() if path.is_symlink() else None, path.lstat().st_size)
        for path in sorted(folder.rglob("*"))
    ]


@contextmanager
def killed_at_each_step(out: Path, results: Path) -> Iterator[Counter[tuple[str, int]]]:
    """Copy what a process that is killed at a step leaves, unless the step changed nothing.

    Gives how often each line was a step; the last copy is of what is there at the end.
    """
    times: Counter[tuple[str, int]] = Counter()
    left: list[object] = []

    def keep() -> None:
        look = look_of(out)
        if look not in left[-1:]:
            left.append(look)
            shutil.copytree(out, results / str(len(left)), symlinks=True)

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        file_name = frame.f_code.co_filename
        if event == STEPS.get(file_name):
            line = (file_name, frame.f_lineno)
            times[line] += 1
            if times[line] <= TIMES_A_LINE_IS_A_STEP:
                keep()
        return trace if file_name in STEPS else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield times
    finally:
        sys.settrace(before)
    keep()


@pytest.mark.usefixtures("light")
# A first publication takes some of the steps of one that takes another's place.
@pytest.mark.parametrize("states_before", [0, 2])
def test_a_run_killed_at_any_step_leaves_a_whole_state_and_the_next_completes(
    candidates: list[Path], tmp_path: Path, states_before: int
) -> None:
    out, results = tmp_path / "out", tmp_path / "results"
    out.mkdir()
    old = [publish(folder, out, {}, at=AT) for folder in candidates[:states_before]]
    with killed_at_each_step(out, results) as steps:
        publish(candidates[3], out, {}, at=AT)
    kills = sorted(results.iterdir(), key=lambda path: int(path.name))
    assert len(steps) > 60, "a publication has more steps than that"
    assert len(kills) > 10, "which leave other files"

    published_before_the_kill = []
    for out in kills:
        state = current(out)
        published_before_the_kill.append(
            state is not None and state.state_id not in {other.state_id for other in old}
        )
        if not published_before_the_kill[-1]:
            assert (state and state.state_id) == (old[-1].state_id if old else None), out
        if state:
            assert_whole(out, state)

        new = publish(candidates[3], out, {}, at=AT)
        assert current(out) == new
        assert_whole(out, new)
        kept = {new.state_id} | {other.state_id for other in old[-1:]}
        assert folders_of_states(out) == kept, out
        links = {"current", "parquet", "warehouse.duckdb"}
        assert {path.name for path in out.iterdir()} == links | {"states"}, out
    # There is one instant at which the new state takes the old one's place, and no way back.
    assert published_before_the_kill == sorted(published_before_the_kill)
    assert {False, True} == set(published_before_the_kill)


@pytest.mark.usefixtures("light")
def test_what_a_killed_run_left_is_cleared_even_if_there_is_nothing_new(
    candidate: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    state = publish(candidate, out, {}, at=AT)
    shutil.copytree(state.folder, out / "states" / ".new-0123")
    (out / ".new-current").symlink_to("states/0123")
    assert publish(candidate, out, {}, at=AT) == state
    assert folders_of_states(out) == {state.state_id}
    assert not (out / ".new-current").is_symlink()


@pytest.mark.usefixtures("light")
def test_the_record_of_a_state_is_for_people_too(candidate: Path, tmp_path: Path) -> None:
    state = publish(candidate, tmp_path, {"letters": "Ashmère"}, at=AT)
    text = (state.folder / "state.json").read_text(encoding="utf-8")
    assert "Ashmère" in text
    assert json.loads(text)["published_at"] == "2026-02-03T06:00:00+00:00"
