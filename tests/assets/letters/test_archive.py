"""The archive against a plain model of it, torn manifests, and processes killed at work."""

import hashlib
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.letters.archive import MANIFEST, Archive, ArchiveError
from assets.letters.folder import FolderSource
from assets.letters.source import Entry, Fetched, FetchError, Inventory, Progress, Sink
from assets.model import Listing, Rejection, Signal, SourceName

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Shelf:
    """A source in memory; counts what it is asked for."""

    files: dict[str, bytes] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    fetched: list[str] = field(default_factory=list)
    name: SourceName = "folder"
    label: str = "shelf"
    authorities: Path | None = None
    parallel: int = 2
    recheck_share: float | None = None
    traffic: None = None

    def check(self) -> None:
        pass

    def stop(self) -> None:
        pass

    def look(
        self, before: Sequence[Listing] = (), progress: Progress = lambda done, total: None
    ) -> Inventory:
        return Inventory(
            entries=tuple(
                Entry(
                    listing=Listing(
                        source=self.name, file_name=name, link_text=self.titles.get(name)
                    ),
                    stamp=f"{self.touched.get(name)}:{content!r}",
                    locator=name,
                )
                for name, content in sorted(self.files.items())
            )
        )

    def fetch(self, entry: Entry, into: Sink, held: Listing | None = None) -> Fetched:
        self.fetched.append(entry.locator)
        if entry.locator in self.broken:
            raise FetchError("unreadable", "It is broken.")
        into.write(self.files[entry.locator])
        # What only a fetch can tell must not make the next look believe in a change.
        return Fetched(listing=msgspec.structs.replace(entry.listing, etag=entry.stamp))


def names(listings: Iterable[Listing]) -> list[str]:
    return [listing.file_name for listing in listings]


NAMES = st.sampled_from(["a.pdf", "b.pdf", "c, d.txt"])
STEPS = st.one_of(
    st.tuples(st.just("put"), NAMES, st.sampled_from([b"", b"1", b"22", b"333"])),
    st.tuples(st.just("remove"), NAMES, st.none()),
    st.tuples(st.just("touch"), NAMES, st.integers(0, 3)),
    st.tuples(st.just("retitle"), NAMES, st.sampled_from(["x", "y"])),
    st.tuples(st.just("look"), st.none(), st.booleans()),
)


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(STEPS, max_size=25))
def test_any_sequence_of_changes(
    steps: list[tuple[str, str, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    shelf = Shelf()
    now = START
    first: dict[bytes, datetime] = {}
    last: dict[bytes, datetime] = {}
    before: Mapping[str, tuple[bytes, str | None]] = {}
    for action, name, value in [*steps, ("look", "", False)]:
        match action, value:
            case "put", bytes(content):
                shelf.files[name] = content
            case "remove", _:
                shelf.files.pop(name, None)
            case "touch", _:
                shelf.touched[name] = int(str(value))
            case "retitle", _:
                shelf.titles[name] = str(value)
            case "look", _:
                now += timedelta(minutes=1)
                manifest = folder / MANIFEST
                look = Archive(folder).take(shelf, now=now, full=bool(value))
                after = {name: (shelf.files[name], shelf.titles.get(name)) for name in shelf.files}
                assert set(names(look.new)) == after.keys() - before.keys()
                assert set(names(look.gone)) == before.keys() - after.keys()
                common = after.keys() & before.keys()
                assert set(names(look.changed)) == {
                    name for name in common if after[name][0] != before[name][0]
                }
                assert set(names(look.relisted)) == {
                    name
                    for name in common
                    if after[name][0] == before[name][0] and after[name][1] != before[name][1]
                }
                if after != before:
                    for content, _ in after.values():
                        first.setdefault(content, now)
                        last[content] = now
                before = after
                # Straight away, a second look opens nothing and leaves no mark.
                bytes_before = manifest.read_bytes() if manifest.exists() else None
                shelf.fetched.clear()
                assert not Archive(folder).changes(shelf, shelf.look(), now)
                Archive(folder).take(shelf, now=now + timedelta(seconds=1))
                assert shelf.fetched == []
                assert (manifest.read_bytes() if manifest.exists() else None) == bytes_before

    files = {file.sha256: file for file in Archive(folder).files()}
    assert files.keys() == {hashlib.sha256(content).hexdigest() for content in first}
    there = {content for content, _ in before.values()}
    for content, first_at in first.items():
        file = files[hashlib.sha256(content).hexdigest()]
        assert (folder / file.path).read_bytes() == content
        assert file.byte_count == len(content)
        assert file.first_seen_at == first_at
        assert file.last_seen_at == last[content]
        assert file.is_listed == (content in there)
        if file.is_listed:
            assert shelf.files[file.file_name] == content


def test_only_what_is_new_or_changed_is_opened(tmp_path: Path) -> None:
    shelf = Shelf({"a.pdf": b"a", "b.pdf": b"b"})
    Archive(tmp_path).take(shelf, now=START)
    shelf.files |= {"b.pdf": b"B", "c.pdf": b"c"}
    shelf.fetched.clear()
    look = Archive(tmp_path).take(shelf, now=START)
    assert sorted(shelf.fetched) == ["b.pdf", "c.pdf"]
    assert (look.listed, look.opened) == (3, 2)
    assert (names(look.new), names(look.changed)) == (["c.pdf"], ["b.pdf"])
    look = Archive(tmp_path).take(shelf, now=START, full=True)
    assert (look.opened, look.new, look.changed) == (3, (), ())


def test_what_was_archived_and_lost_is_archived_again(tmp_path: Path) -> None:
    shelf = Shelf({"a.pdf": b"a"})
    archive = Archive(tmp_path)
    archive.take(shelf, now=START)
    (file,) = archive.files()
    (tmp_path / file.path).unlink()
    assert Archive(tmp_path).changes(shelf, shelf.look(), START).absent
    Archive(tmp_path).take(shelf, now=START + timedelta(days=1))
    assert (tmp_path / file.path).read_bytes() == b"a"
    assert Archive(tmp_path).files() == (file,)


def test_a_file_that_cannot_be_had_is_told_once_and_tried_again(tmp_path: Path) -> None:
    shelf = Shelf({"a.pdf": b"a", "b.pdf": b"b"}, broken={"b.pdf"})
    Archive(tmp_path).take(shelf, now=START)
    manifest = (tmp_path / MANIFEST).read_bytes()
    look = Archive(tmp_path).take(shelf, now=START + timedelta(days=1))
    assert look.opened == 1
    assert (tmp_path / MANIFEST).read_bytes() == manifest
    (unarchived,) = Archive(tmp_path).unarchived()
    assert unarchived.rejection == Rejection(
        stage="fetch", reason_code="unreadable", detail="It is broken."
    )
    assert unarchived.seen_at == START
    shelf.broken.clear()
    look = Archive(tmp_path).take(shelf, now=START + timedelta(days=2))
    assert names(look.new) == ["b.pdf"]
    assert Archive(tmp_path).unarchived() == ()


def test_one_file_under_two_names_and_from_two_sources(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.take(Shelf({"b.pdf": b"x", "a.pdf": b"x"}), now=START)
    (file,) = archive.files()
    assert (file.file_name, file.other_names) == ("a.pdf", ("b.pdf",))
    assert archive.signals() == (Signal("same_file_twice", "a.pdf = b.pdf"),)
    archive.take(Shelf({"1": b"x"}, name="ofsted"), now=START + timedelta(days=1))
    (file,) = archive.files()
    assert (file.listing.source, file.other_names) == ("ofsted", ("a.pdf", "b.pdf"))
    assert archive.sources == {"folder", "ofsted"}
    assert len(archive.signals()) == 1


def test_a_checksum_that_differs_from_the_manifest_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"a")
    (tmp_path / "manifest.csv").write_text(f"file,sha256\na.pdf,{'0' * 64}\n")
    archive = Archive(tmp_path / "archive")
    archive.take(FolderSource(tmp_path), now=START)
    assert archive.signals() == (Signal("manifest_sha256_differs", "a.pdf"),)


def test_a_torn_manifest_is_continued_wherever_it_was_torn(tmp_path: Path) -> None:
    shelf = Shelf({"a.pdf": b"a", "b.pdf": b"b"}, parallel=1)
    whole = Archive(tmp_path)
    whole.take(shelf, now=START)
    manifest = (tmp_path / MANIFEST).read_bytes()
    for length in range(len(manifest)):
        (tmp_path / MANIFEST).write_bytes(manifest[:length])
        assert Archive(tmp_path).changes(shelf, shelf.look(), START)
        Archive(tmp_path).take(shelf, now=START)
        assert (tmp_path / MANIFEST).read_bytes() == manifest


def test_a_damaged_line_costs_only_itself(tmp_path: Path) -> None:
    shelf = Shelf({"a.pdf": b"a", "b.pdf": b"b"})
    Archive(tmp_path).take(shelf, now=START)
    first, *rest = (tmp_path / MANIFEST).read_bytes().splitlines(keepends=True)
    (tmp_path / MANIFEST).write_bytes(b"\0" * (len(first) - 1) + b"\n" + b"".join(rest))
    archive = Archive(tmp_path)
    assert archive.signals() == (Signal("archive_manifest_damaged", "1 lines"),)
    assert names(archive.take(shelf, now=START).new) == ["a.pdf"]


def test_a_full_disk_is_not_the_files_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.pdf").write_bytes(b"a")
    monkeypatch.setattr("assets.letters.archive.os.fsync", refuse)
    with pytest.raises(ArchiveError, match="No space left on device"):
        Archive(tmp_path / "archive").take(FolderSource(tmp_path), now=START)


TAKE = """
import sys
from pathlib import Path
from assets.letters.archive import Archive
from assets.letters.folder import FolderSource
from datetime import UTC, datetime
archive = Archive(Path(sys.argv[2]))
print("ready", flush=True)
archive.take(FolderSource(Path(sys.argv[1])), now=datetime(2026, 1, 1, tzinfo=UTC))
"""


def test_killed_again_and_again_it_ends_as_if_never_killed(tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    letters.mkdir()
    chance = random.Random(7)
    for number in range(120):
        (letters / f"{number}.pdf").write_bytes(chance.randbytes(20_000))
    whole = Archive(tmp_path / "whole")
    whole.take(FolderSource(letters), now=START)

    archive = tmp_path / "archive"
    command = [sys.executable, "-c", TAKE, str(letters), str(archive)]
    kills = 0
    while kills < 12:
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.03))
            kills += process.poll() is None
            process.kill()
    subprocess.run(command, check=True)

    assert Archive(archive).files() == whole.files()
    lines = (archive / MANIFEST).read_bytes().splitlines()
    assert sum(b'"seen"' in line for line in lines) == 120, "no file is recorded twice"
    for file in whole.files():
        assert (archive / file.path).read_bytes() == (tmp_path / "whole" / file.path).read_bytes()
