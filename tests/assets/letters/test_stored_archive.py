"""The archive in a store: whatever ends a run, what had come is kept, and every run is noted."""

from pathlib import Path

import pytest

from assets.letters import stored_archive
from assets.letters.archive import Archive
from assets.letters.store import ArchiveError
from assets.letters.unreported import begin, end, read_unreported
from assets.model import Signal
from tests.assets.letters.made_up_source import DAY, START, InMemory, names
from tests.stores import Killed, Machine, kill_after
from warehouse.files import Busy
from warehouse.places import Place
from warehouse.working_copy import bring_letters

FILES = {"a.pdf": b"a", "b.pdf": b"bb", "c.pdf": b"ccc"}


def archive_of(out: Path) -> Archive:
    return Archive(out / "archive")


def test_what_one_machine_archives_another_has(machine: Machine, store_url: str) -> None:
    archive_of(machine("a")).take(InMemory(FILES), now=START)
    later = InMemory({**FILES, "b.pdf": b"b2"})
    out = machine("b")
    look = archive_of(out).take(later, now=START + DAY)
    assert (names(look.new), names(look.changed)) == ([], ["b.pdf"])
    again = InMemory(dict(later.files))
    archive = archive_of(machine("a"))
    assert not archive.changes(again, again.list_files(), START + 2 * DAY)
    assert sorted(file.byte_count for file in archive.files()) == [1, 2, 2, 3]
    assert len(Place(store_url).sizes("archive/manifest")) == 2
    paths = [file.path for file in archive.files()]
    bring_letters(out / "archive", paths)
    assert sorted((out / "archive" / path).read_bytes() for path in paths) == [
        b"a",
        b"b2",
        b"bb",
        b"ccc",
    ]


def test_a_letter_that_is_damaged_here_is_brought_again(machine: Machine) -> None:
    archive_of(machine("a")).take(InMemory(FILES), now=START)
    folder = machine("b") / "archive"
    paths = [file.path for file in Archive(folder).files()]
    for _ in range(2):
        bring_letters(folder, paths)
        assert {(folder / path).read_bytes() for path in paths} == {*FILES.values()}
        (folder / paths[0]).write_bytes(b"?")


def test_of_two_runs_the_one_that_was_taken_for_dead_tells_nothing(machine: Machine) -> None:
    slow = machine("a")
    begin(slow, START, "here")
    begin(machine("b"), START + DAY, "there")
    with pytest.raises(Busy, match="Another run has taken over"):
        end(slow, is_told=True)
    assert read_unreported(machine("c")).source == "there"


@pytest.mark.parametrize("is_noted_at_once", [False, True])
def test_a_killed_run_loses_nothing_that_had_come(
    machine: Machine, store_url: str, monkeypatch: pytest.MonkeyPatch, is_noted_at_once: bool
) -> None:
    monkeypatch.setattr(stored_archive, "_KEPT_EACH", 0.0 if is_noted_at_once else 1000.0)
    for steps in range(3):  # each goes on from the one before
        with monkeypatch.context() as patched:
            kill_after(steps, patched)
            with pytest.raises(Killed):
                archive_of(machine("a")).take(InMemory(FILES), now=START)
    had = {path for path in Place(store_url).sizes("archive") if "manifest" not in path}
    assert had
    source = InMemory(FILES)
    archive = archive_of(machine("b"))
    archive.take(source, now=START + DAY)
    assert len(archive.files()) == len(FILES)
    assert archive.signals() == ()
    assert had <= set(Place(store_url).sizes("archive"))


def test_what_came_and_was_not_noted_is_told_where_its_source_has_it_no_more(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        kill_after(1, patched)
        with pytest.raises(Killed):
            archive_of(machine("a")).take(InMemory({"a.pdf": b"a"}), now=START)
    archive = archive_of(machine("b"))
    archive.take(InMemory({"b.pdf": b"b"}), now=START + DAY)
    assert [one.code for one in archive.signals()] == ["archive_file_not_noted"]


def test_a_file_that_the_store_lost_is_fetched_again(machine: Machine, store_url: str) -> None:
    archive_of(machine("a")).take(InMemory(FILES), now=START)
    path = archive_of(machine("a")).files()[0].path
    Place(store_url).remove(f"archive/{path}")
    archive = archive_of(machine("b"))
    archive.take(InMemory(FILES), now=START + DAY)
    [signal] = archive.signals()
    assert signal == Signal(
        "archive_file_damaged",
        f"{path} ({archive.files()[0].file_name}) was not as it had been archived: it was fetched "
        "again",
    )
    assert path in Place(store_url).sizes("archive")


def test_a_run_whose_observations_are_gone_is_missed(machine: Machine, store_url: str) -> None:
    for day in range(3):
        source = InMemory({"a.pdf": str(day).encode()})
        archive_of(machine("a")).take(source, now=START + day * DAY)
    Place(store_url).remove("archive/manifest/00000002.jsonl")
    with pytest.raises(ArchiveError, match=r"lacks 00000002\.jsonl"):
        archive_of(machine("b"))


def test_a_file_with_other_bytes_is_not_taken_for_the_letter(
    machine: Machine, store_url: str
) -> None:
    archive_of(machine("a")).take(InMemory(FILES), now=START)
    path = archive_of(machine("a")).files()[0].path
    Place(store_url).write(f"archive/{path}", b"?")
    out = machine("b")
    bring_letters(out / "archive", [path])
    assert not (out / "archive" / path).exists()
