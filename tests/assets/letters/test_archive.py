"""The archive against plain models of it, torn manifests, and processes killed at work."""

import hashlib
import math
import random
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.letters.archive import Archive
from assets.letters.folder import FolderSource
from assets.letters.manifest import MANIFEST
from assets.letters.store import ArchiveError, Store
from assets.model import Rejection, Signal
from tests.assets.letters.made_up_source import DAY, START, InMemory, Live, names
from tests.site import Published, Site

NAMES = st.sampled_from(["a.pdf", "b.pdf", "c, d.txt"])
STEPS = st.one_of(
    st.tuples(st.just("put"), NAMES, st.sampled_from([b"", b"1", b"22", b"333"])),
    st.tuples(st.just("remove"), NAMES, st.none()),
    st.tuples(st.just("touch"), NAMES, st.integers(0, 3)),
    st.tuples(st.just("retitle"), NAMES, st.sampled_from(["x", "y"])),
    st.tuples(st.just("look"), st.none(), st.booleans()),
)


@settings(deadline=None)
@given(steps=st.lists(STEPS, max_size=25))
def test_any_sequence_of_changes(
    steps: list[tuple[str, str, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    source = InMemory()
    now = START
    first: dict[bytes, datetime] = {}
    last: dict[bytes, datetime] = {}
    before: Mapping[str, tuple[bytes, str | None]] = {}
    was: dict[str, bytes] = {}
    for action, name, value in [*steps, ("look", "", False)]:
        match action, value:
            case "put", bytes(content):
                source.files[name] = content
            case "remove", _:
                source.files.pop(name, None)
            case "touch", _:
                source.touched[name] = int(str(value))
            case "retitle", _:
                source.titles[name] = str(value)
            case "look", _:
                now += timedelta(minutes=1)
                manifest = folder / MANIFEST
                look = Archive(folder).take(source, now=now, full=bool(value))
                after = {
                    name: (source.files[name], source.titles.get(name)) for name in source.files
                }
                added = after.keys() - before.keys()
                returned = {name for name in added if after[name][0] == was.get(name)}
                assert set(names(look.new)) == added - returned
                assert set(names(look.returned)) == returned
                was |= source.files
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
                source.fetched.clear()
                assert not Archive(folder).changes(source, source.list_files(), now)
                Archive(folder).take(source, now=now + timedelta(seconds=1))
                assert source.fetched == []
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
            assert source.files[file.file_name] == content


def test_only_what_is_new_or_changed_is_opened(tmp_path: Path) -> None:
    source = InMemory({"a.pdf": b"a", "b.pdf": b"b"})
    Archive(tmp_path).take(source, now=START)
    source.files |= {"b.pdf": b"B", "c.pdf": b"c"}
    source.fetched.clear()
    look = Archive(tmp_path).take(source, now=START)
    assert sorted(source.fetched) == ["b.pdf", "c.pdf"]
    assert (look.listed, look.opened) == (3, 2)
    assert (names(look.new), names(look.changed)) == (["c.pdf"], ["b.pdf"])
    look = Archive(tmp_path).take(source, now=START, full=True)
    assert (look.opened, look.new, look.changed) == (3, (), ())


def test_what_was_archived_and_lost_is_archived_again(tmp_path: Path) -> None:
    source = InMemory({"a.pdf": b"a"})
    archive = Archive(tmp_path)
    archive.take(source, now=START)
    (file,) = archive.files()
    (tmp_path / file.path).unlink()
    assert Archive(tmp_path).changes(source, source.list_files(), START).absent
    Archive(tmp_path).take(source, now=START + timedelta(days=1))
    assert (tmp_path / file.path).read_bytes() == b"a"
    assert Archive(tmp_path).files() == (file,)


def test_a_file_that_cannot_be_had_is_told_once_and_tried_again(tmp_path: Path) -> None:
    source = InMemory({"a.pdf": b"a", "b.pdf": b"b"}, broken={"b.pdf"})
    Archive(tmp_path).take(source, now=START)
    manifest = (tmp_path / MANIFEST).read_bytes()
    look = Archive(tmp_path).take(source, now=START + timedelta(days=1))
    assert look.opened == 1
    assert (tmp_path / MANIFEST).read_bytes() == manifest
    (unarchived,) = Archive(tmp_path).unarchived()
    assert unarchived.rejection == Rejection(
        stage="fetch", reason_code="unreadable", detail="It is broken."
    )
    assert unarchived.seen_at == START
    source.broken.clear()
    look = Archive(tmp_path).take(source, now=START + timedelta(days=2))
    assert names(look.new) == ["b.pdf"]
    assert Archive(tmp_path).unarchived() == ()


def test_one_file_under_two_names_and_from_two_sources(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.take(InMemory({"b.pdf": b"x", "a.pdf": b"x"}), now=START)
    (file,) = archive.files()
    assert (file.file_name, file.other_names) == ("a.pdf", ("b.pdf",))
    assert archive.signals() == (Signal("same_file_twice", "a.pdf = b.pdf"),)
    archive.take(InMemory({"1": b"x"}, name="ofsted"), now=START + timedelta(days=1))
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


def torn(manifest: bytes) -> set[int]:
    """Where it is cut off: at every line's ends and in its middle."""
    ends = [0, *(found.end() for found in re.finditer(b"\n", manifest))]
    near = {end + by for end in ends for by in (-1, 0, 1)}
    middles = {(end + following) // 2 for end, following in pairwise(ends)}
    return {length for length in near | middles if 0 <= length < len(manifest)}


def test_a_torn_manifest_is_continued_wherever_it_was_torn(tmp_path: Path) -> None:
    source = InMemory({"a.pdf": b"a", "b.pdf": b"b"}, parallel=1)
    whole = Archive(tmp_path)
    whole.take(source, now=START)
    manifest = (tmp_path / MANIFEST).read_bytes()
    for length in torn(manifest):
        (tmp_path / MANIFEST).write_bytes(manifest[:length])
        assert Archive(tmp_path).changes(source, source.list_files(), START)
        Archive(tmp_path).take(source, now=START)
        assert (tmp_path / MANIFEST).read_bytes() == manifest


def test_a_damaged_line_costs_only_itself(tmp_path: Path) -> None:
    source = InMemory({"a.pdf": b"a", "b.pdf": b"b"}, parallel=1)
    Archive(tmp_path).take(source, now=START)
    first, *rest = (tmp_path / MANIFEST).read_bytes().splitlines(keepends=True)
    (tmp_path / MANIFEST).write_bytes(b"\0" * (len(first) - 1) + b"\n" + b"".join(rest))
    archive = Archive(tmp_path)
    assert archive.signals() == (Signal("archive_manifest_damaged", "1 lines"),)
    assert names(archive.take(source, now=START).new) == ["a.pdf"]


def test_a_manifest_that_has_lost_letters_is_no_empty_one(tmp_path: Path) -> None:
    source = InMemory({"a.pdf": b"a", "b.pdf": b"b"})
    Archive(tmp_path).take(source, now=START)
    manifest = (tmp_path / MANIFEST).read_bytes()
    del source.files["b.pdf"]
    Archive(tmp_path).take(source, now=START)
    (tmp_path / MANIFEST).write_bytes(b"")
    for _ in range(2):
        with pytest.raises(ArchiveError, match=r"not 3e/3e23e8.*, which the source has no more"):
            Archive(tmp_path).take(source, now=START)
    (tmp_path / MANIFEST).write_bytes(manifest)
    assert len(Archive(tmp_path).take(source, now=START).gone) == 1


def test_a_manifest_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    Archive(tmp_path).take(InMemory({"a.pdf": b"a"}), now=START)
    with (tmp_path / MANIFEST).open("ab") as file:
        file.write(b'{"type":"mirrored","at":"2026-01-01T00:00:00Z"}\n')
    with pytest.raises(ArchiveError, match="written by a newer version of this program"):
        Archive(tmp_path)


@pytest.mark.parametrize("before", [True, False], ids=["after a look", "at the first look"])
def test_a_time_that_has_not_come_is_told_and_not_trusted(tmp_path: Path, before: bool) -> None:
    source = InMemory({"a.pdf": b"a"})
    if before:
        Archive(tmp_path).take(source, now=START)
    source.files["b.pdf"] = b"b"
    Archive(tmp_path).take(source, now=START.replace(year=2199))
    later = START + timedelta(days=1)
    Archive(tmp_path).take(source, now=later)
    archive = Archive(tmp_path)
    assert [signal.code for signal in archive.signals()] == ["clock_was_ahead"]
    assert {file.first_seen_at for file in archive.files()} == {START if before else later}
    written = (tmp_path / MANIFEST).read_bytes()
    Archive(tmp_path).take(source, now=later + timedelta(days=1))
    assert (tmp_path / MANIFEST).read_bytes() == written


def test_a_file_with_other_bytes_is_put_right_when_it_is_opened(tmp_path: Path) -> None:
    source = InMemory({"a.pdf": b"abc"})
    Archive(tmp_path).take(source, now=START)
    path = tmp_path / Archive(tmp_path).files()[0].path
    path.write_bytes(b"abd")
    Archive(tmp_path).take(source, now=START, full=True)
    assert path.read_bytes() == b"abc"


@pytest.mark.parametrize("is_there", [True, False])
def test_a_flipped_byte_is_noticed_and_healed_from_the_source(
    tmp_path: Path, is_there: bool
) -> None:
    source = InMemory({"a.pdf": b"abc", "b.pdf": b"b"})
    Archive(tmp_path).take(source, now=START)
    path = tmp_path / Archive(tmp_path).files()[0].path
    sound, name = path.read_bytes(), Archive(tmp_path).files()[0].file_name
    if not is_there:
        del source.files[name]
        Archive(tmp_path).take(source, now=START)
    path.write_bytes(b"x" * len(sound))
    archive = Archive(tmp_path)
    assert bool(archive.changes(source, source.list_files(), START)) == is_there
    archive.take(source, now=START)
    (signal,) = archive.signals()
    assert signal.code == "archive_file_damaged"
    assert ("it was fetched again" if is_there else "take it from a copy") in signal.detail
    assert (path.read_bytes() == sound) == is_there
    assert bool(Archive(tmp_path).signals()) != is_there


def test_of_a_large_archive_a_part_is_looked_through_each_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = InMemory({f"{number}.pdf": b"%d" % number for number in range(10)})
    Archive(tmp_path).take(source, now=START)
    sizes = {file.sha256: 1 for file in Archive(tmp_path).files()}
    for file in Archive(tmp_path).files():
        (tmp_path / file.path).write_bytes(b"x")
    monkeypatch.setattr("assets.letters.store._SUMMED_BYTES", 4)
    days = [Store(tmp_path).damaged(sizes, day) for day in range(3)]
    assert [len(found) for found in days] == [4, 3, 3]
    assert frozenset().union(*days) == sizes.keys()


def test_a_full_disk_is_not_the_files_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.pdf").write_bytes(b"a")
    monkeypatch.setattr("assets.letters.store.os.fsync", refuse)
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
    for number in range(40):
        (letters / f"{number}.pdf").write_bytes(chance.randbytes(20_000))
    whole = Archive(tmp_path / "whole")
    whole.take(FolderSource(letters), now=START)

    archive = tmp_path / "archive"
    command = [sys.executable, "-c", TAKE, str(letters), str(archive)]
    kills = 0
    while kills < 5:
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.03))
            kills += process.poll() is None
            process.kill()
    subprocess.run(command, check=True)

    assert Archive(archive).files() == whole.files()
    lines = (archive / MANIFEST).read_bytes().splitlines()
    assert sum(b'"seen"' in line for line in lines) == 40, "no file is recorded twice"
    for file in whole.files():
        assert (archive / file.path).read_bytes() == (tmp_path / "whole" / file.path).read_bytes()


# --- A source that must be looked at again, as a site is ------------------------------------------


@dataclass
class Known:
    """What is known of one name, by the words of the design and nothing else."""

    content: bytes | None = None
    place: str = "nowhere"  # or there, withdrawn
    has_failed: bool = False
    stamp: int = 0
    title: str | None = None
    opened_at: datetime = START
    reopened_at: datetime = START - 10_000 * DAY

    @property
    def is_listed(self) -> bool:
        return self.place != "nowhere" or self.has_failed


#: What a look tells, besides what could not be had.
FOUND = ("new", "changed", "relisted", "returned", "gone", "withdrawn")


class LiveModel:
    """What a look must open and report."""

    def __init__(self, source: Live) -> None:
        self.source = source
        self.names: dict[str, Known] = {}
        self.contents: dict[str, set[bytes]] = {}

    def look(self, now: datetime) -> dict[str, set[str]]:
        source = self.source
        found: dict[str, set[str]] = {
            what: set() for what in (*FOUND, "failed", "opened", "transferred")
        }
        for name, known in self.names.items():
            if known.is_listed and name not in source.files:
                found["gone"].add(name)
                known.place, known.has_failed = "nowhere", False
        due = self._due(now)
        for name in source.files:
            known = self.names.setdefault(name, Known())
            stamp, title = source.touched.get(name, 0), source.titles.get(name)
            if known.content is None or known.has_failed or known.stamp != stamp or name in due:
                self._open(name, known, now, found)
            elif known.place == "nowhere":  # it is back, and believed to be what it was
                found["returned"].add(name)
                known.place, known.title = "there", title
            elif known.place == "there" and known.title != title:
                found["relisted"].add(name)
                known.title = title
        return found

    def held(self) -> dict[str, Known]:
        """What need not be opened, and may be looked at again."""
        return {
            name: known
            for name, known in self.names.items()
            if name in self.source.files
            and known.content is not None
            and not known.has_failed
            and known.stamp == self.source.touched.get(name, 0)
            and (
                known.place == "withdrawn"
                or (known.place == "there" and known.title == self.source.titles.get(name))
            )
        }

    def _due(self, now: datetime) -> set[str]:
        """The day's share of what is held, those first that were opened longest ago."""
        held = self.held()
        assert self.source.recheck_share is not None
        share = math.ceil(len(held) * self.source.recheck_share)
        share -= sum(known.reopened_at.date() == now.date() for known in held.values())
        waiting = [name for name in held if held[name].opened_at.date() < now.date()]
        waiting.sort(key=lambda name: (held[name].opened_at, name))
        return set(waiting[: max(0, share)])

    def _open(self, name: str, known: Known, now: datetime, found: dict[str, set[str]]) -> None:
        source = self.source
        stamp, title = source.touched.get(name, 0), source.titles.get(name)
        found["opened"].add(name)
        if name in source.withdrawn and known.content is not None:
            if known.place != "withdrawn" or known.has_failed:
                found["withdrawn"].add(name)
            known.place, known.has_failed = "withdrawn", False
            known.opened_at = known.reopened_at = now
        elif name in source.withdrawn or name in source.broken:
            found["failed"].add(name)
            known.has_failed = True
            known.title = title
            if known.place == "withdrawn":
                known.place = "nowhere"
        else:
            content = source.files[name]
            if known.content != content or not source.sends_tags:
                found["transferred"].add(name)
            if known.place != "there":
                found["returned" if known.content == content else "new"].add(name)
            elif known.content != content:
                found["changed"].add(name)
            elif known.title != title:
                found["relisted"].add(name)
            known.opened_at = now
            if known.content is not None:
                known.reopened_at = now
            known.content, known.place, known.has_failed = content, "there", False
            known.stamp, known.title = stamp, title
            self.contents.setdefault(name, set()).add(content)


LIVE_STEPS = st.one_of(
    st.tuples(st.just("put"), NAMES, st.sampled_from([b"1", b"22", b"333"])),
    st.tuples(st.just("remove"), NAMES, st.none()),
    st.tuples(st.just("publish"), NAMES, st.integers(0, 2)),
    st.tuples(st.just("retitle"), NAMES, st.sampled_from(["x", "y"])),
    # Two at the most: that more are withdrawn at once is not always believed, see below.
    st.tuples(st.just("withdraw"), st.sampled_from(["a.pdf", "b.pdf"]), st.booleans()),
    st.tuples(st.just("break"), NAMES, st.booleans()),
    st.tuples(st.just("look"), st.just(""), st.sampled_from([1, 7, 30])),
    st.tuples(st.just("look"), st.just(""), st.sampled_from([1, 7, 30])),
)


@settings(deadline=None)
@given(
    steps=st.lists(LIVE_STEPS, max_size=30),
    share=st.sampled_from([0.0, 0.25, 0.5, 1.0]),
    sends_tags=st.booleans(),
)
def test_any_sequence_of_changes_at_a_site(
    steps: list[tuple[str, str, object]],
    share: float,
    sends_tags: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    source = Live(recheck_share=share, sends_tags=sends_tags, parallel=1)
    model = LiveModel(source)
    now = START
    for action, name, value in [*steps, ("look", "", 24)]:
        match action:
            case "put":
                assert isinstance(value, bytes)
                source.files[name] = name.encode() + value  # no two names have the same bytes
            case "remove":
                source.files.pop(name, None)
            case "publish":
                source.touched[name] = int(str(value))
            case "retitle":
                source.titles[name] = str(value)
            case "withdraw" | "break":
                marked = source.withdrawn if action == "withdraw" else source.broken
                (marked.add if value else marked.discard)(name)
            case _:
                now += timedelta(hours=int(str(value)))
                # What becomes of a file that cannot be looked at again is for tests of its own.
                source.broken -= model.held().keys()
                source.fetched.clear()
                source.transferred.clear()
                look = Archive(folder).take(source, now=now)
                expected = model.look(now)
                assert set(source.fetched) == expected["opened"]
                assert len(source.fetched) == len(expected["opened"]) == look.opened
                assert set(source.transferred) == expected["transferred"]
                for what in FOUND:
                    assert set(names(getattr(look, what))) == expected[what], what
                assert set(names(listing for listing, _ in look.failed)) == expected["failed"]
                _check(Archive(folder), model)


def _check(archive: Archive, model: LiveModel) -> None:
    """What was ever had is kept whole, and said to be where it is."""
    files = {(archive.folder / file.path).read_bytes(): file for file in archive.files()}
    assert files.keys() == {content for had in model.contents.values() for content in had}
    for name, had in model.contents.items():
        known = model.names[name]
        for content in had:
            file = files[content]
            assert (file.file_name, file.byte_count) == (name, len(content))
            is_last = content == known.content
            assert file.is_listed == (is_last and known.place == "there")
            assert known.content is not None
            last = hashlib.sha256(known.content).hexdigest()
            assert file.replaced_by[:1] == (() if is_last else (last,))
    failed = {name for name, known in model.names.items() if known.has_failed}
    assert {missing.listing.file_name for missing in archive.unarchived()} == failed
    assert names(archive.listed("ofsted")) == sorted(
        name for name, known in model.names.items() if known.is_listed
    )


def test_every_file_is_looked_at_again_in_its_turn(tmp_path: Path) -> None:
    source = Live({f"{number:02}.pdf": b"%d" % number for number in range(30)}, recheck_share=0.1)
    Archive(tmp_path).take(source, now=START)
    source.fetched.clear()
    for day in range(1, 11):
        # Twice a day makes no more of it.
        for hour in (0, 6):
            look = Archive(tmp_path).take(source, now=START + day * DAY + timedelta(hours=hour))
            assert look.rechecked == look.opened == (3 if hour == 0 else 0)
    assert sorted(source.fetched) == sorted(source.files)
    assert len(source.transferred) == 30


def test_a_file_that_cannot_be_looked_at_again_keeps_no_other_from_it(tmp_path: Path) -> None:
    source = Live({f"{number}.pdf": b"%d" % number for number in range(4)}, recheck_share=0.25)
    Archive(tmp_path).take(source, now=START)
    source.broken.add("0.pdf")
    source.files["3.pdf"] = b"amended"
    changed = []
    for day in range(1, 9):
        look = Archive(tmp_path).take(source, now=START + day * DAY)
        assert look.failed == (), "the letter that is held stays what it is"
        changed += names(look.changed)
    assert changed == ["3.pdf"]


def test_a_file_that_cannot_be_looked_at_again_is_told_and_stays(tmp_path: Path) -> None:
    source = Live({"a.pdf": b"a"}, recheck_share=1)
    Archive(tmp_path).take(source, now=START)
    before = Archive(tmp_path).files()
    source.broken.add("a.pdf")
    look = Archive(tmp_path).take(source, now=START + DAY)
    assert Signal("recheck_failed", "a.pdf: It is broken.") in look.signals
    assert Archive(tmp_path).files() == before
    assert Archive(tmp_path).unarchived() == ()


def test_every_look_at_a_site_is_noted(tmp_path: Path) -> None:
    """So that the last observation of a file can be told from the manifest."""
    source = Live({"a.pdf": b"a"}, recheck_share=1)
    for day in range(3):
        Archive(tmp_path).take(source, now=START + day * DAY)
    lines = [msgspec.json.decode(line) for line in (tmp_path / MANIFEST).read_bytes().splitlines()]
    looked = [line for line in lines if line["type"] == "looked"]
    assert [line["at"][:10] for line in looked] == ["2026-01-01", "2026-01-02", "2026-01-03"]
    assert [line.get("is_change", True) for line in looked] == [True, False, False]


def test_an_unchanged_site_changes_nothing_that_is_told_of_it(tmp_path: Path) -> None:
    source = Live({"a.pdf": b"a", "b.pdf": b"b"}, recheck_share=1, broken={"b.pdf"})
    Archive(tmp_path).take(source, now=START)
    fingerprint = Archive(tmp_path).fingerprint()
    for day in range(1, 4):
        Archive(tmp_path).take(source, now=START + day * DAY)
        assert Archive(tmp_path).fingerprint() == fingerprint


def test_the_manifest_knows_every_observation(tmp_path: Path) -> None:
    source = Live({"a.pdf": b"a"}, recheck_share=1)
    Archive(tmp_path).take(source, now=START)
    source.files["a.pdf"] = b"A"
    Archive(tmp_path).take(source, now=START + DAY)
    source.withdrawn.add("a.pdf")
    Archive(tmp_path).take(source, now=START + 2 * DAY)
    old, new = (
        next(file for file in Archive(tmp_path).files() if file.sha256 == of)
        for of in (hashlib.sha256(content).hexdigest() for content in (b"a", b"A"))
    )
    assert (old.first_seen_at, old.last_seen_at) == (START, START)
    assert (new.first_seen_at, new.last_seen_at) == (START + DAY, START + DAY)
    assert new.listing.etag == hashlib.sha256(b"A").hexdigest()
    assert (old.is_listed, new.is_listed, old.replaced_by) == (False, False, (new.sha256,))


# --- A process killed between noting a file and putting it in its place ---------------------------


def test_a_file_that_had_come_whole_is_put_in_its_place(tmp_path: Path) -> None:
    source = Live({"a.pdf": b"a" * 1000, "b.pdf": b"b"})
    Archive(tmp_path).take(source, now=START)
    before = Archive(tmp_path).files()
    incoming = tmp_path / ".incoming"
    incoming.mkdir()
    file = next(file for file in before if file.file_name == "a.pdf")
    (tmp_path / file.path).rename(incoming / ("0123" * 8))
    (incoming / ("4567" * 8)).write_bytes(b"a" * 999)  # not whole, so the manifest does not know it
    (incoming / ("89ab" * 8)).write_bytes(b"b")  # whole, and in its place already
    source.fetched.clear()
    archive = Archive(tmp_path)
    assert archive.changes(source, source.list_files(), START), "there is work to do"
    archive.take(source, now=START)
    assert source.fetched == []
    assert (tmp_path / file.path).read_bytes() == b"a" * 1000
    assert not incoming.exists()
    assert Archive(tmp_path).files() == before


def test_a_file_that_was_noted_and_lost_is_fetched_again(tmp_path: Path) -> None:
    source = Live({"a.pdf": b"a", "b.pdf": b"b"})
    Archive(tmp_path).take(source, now=START)
    before = Archive(tmp_path).files()
    (tmp_path / before[0].path).unlink()
    source.fetched.clear()
    source.transferred.clear()
    Archive(tmp_path).take(source, now=START)
    assert source.fetched == source.transferred == [before[0].file_name]
    assert Archive(tmp_path).files() == before


def test_what_a_torn_manifest_still_says_is_believed(tmp_path: Path) -> None:
    source = Live({"a.pdf": b"a", "b.pdf": b"b"}, parallel=1)
    Archive(tmp_path).take(source, now=START)
    whole, manifest = Archive(tmp_path).files(), (tmp_path / MANIFEST).read_bytes()
    for length in torn(manifest):
        (tmp_path / MANIFEST).write_bytes(manifest[:length])
        noted = manifest[:length].count(b"\n")
        source.fetched.clear()
        Archive(tmp_path).take(source, now=START)
        assert source.fetched == ["a.pdf", "b.pdf"][noted:]
        assert Archive(tmp_path).files() == whole


TAKE_FROM_SITE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from assets.letters.archive import Archive
from assets.letters.sources import open_source
source = open_source("live", site_url=sys.argv[1])
inventory = source.list_files((), lambda done, total: None)
Archive(Path(sys.argv[2])).take(
    source, now=datetime(2026, 1, 1, tzinfo=UTC), inventory=inventory
)
"""
KILLS = 3


def test_killed_at_any_file_it_fetches_none_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFSTED_LETTERS_PAUSE_SECONDS", "0")
    chance = random.Random(11)
    with Site(
        [
            Published(
                file_number=str(50_000_000 + number),
                urn=str(80_001 + number % 3),
                provider_name=f"Council {number % 3}",
                link_text="Children's services focused visit",
                published=None,
                event=None,
                content=b"%PDF-1.7\n" + chance.randbytes(60_000) + b"\n%%EOF\n",
            )
            for number in range(30)
        ]
    ) as site:
        archive = tmp_path / "archive"
        command = [sys.executable, "-c", TAKE_FROM_SITE, site.url, str(archive)]
        asked: list[str] = []
        noted: set[str] = set()
        for kill in range(KILLS + 1):
            site.requests.clear()
            with subprocess.Popen(command) as process:
                # Killed when so many more files have been asked for, at any moment of the next.
                enough = chance.randrange(1, 30 // KILLS)
                while kill < KILLS and len(_files_asked(site)) < enough:
                    assert process.poll() is None
                    time.sleep(0.001)
                if kill < KILLS:
                    time.sleep(chance.uniform(0, 0.01))
                    process.kill()
            assert process.returncode == (-9 if kill < KILLS else 0)
            now_asked = _files_asked(site)
            assert noted.isdisjoint(now_asked), "a complete file was fetched twice"
            asked += now_asked
            noted = {file.file_name.removesuffix(".pdf") for file in Archive(archive).files()}
        assert set(asked) == {one.file_number for one in site.publications} == noted
        # Two may be under way at each kill, and these come again.
        assert len(asked) <= 30 + 2 * KILLS
        contents = {(archive / file.path).read_bytes() for file in Archive(archive).files()}
        assert contents == {one.content for one in site.publications}
        lines = (archive / MANIFEST).read_bytes().splitlines()
        assert sum(b'"seen"' in line for line in lines) == 30
        assert not (archive / ".incoming").exists()


def _files_asked(site: Site) -> list[str]:
    return [one.path[len("/v1/file/") :] for one in tuple(site.requests) if "/v1/" in one.path]
