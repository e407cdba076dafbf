"""The archive: every file ever had, by its content, and a manifest of every observation.

Here belongs what is kept, and what a look at a source means for it: new, changed, gone. Where the
files come from is a source's business; what they say is not asked at all.

The archive only grows. A file lies at `<first two hex digits>/<sha256>`; it is written beside its
place, brought to the disk and renamed, so that what bears a checksum for a name is whole. The
manifest has one JSON line an observation, appended as soon as the last byte has come and before the
file is renamed: a process killed at any moment leaves at most one line unfinished, which the next
one cuts off, and whole files that the next one finds and puts in their places. It loses only the
files that had not come whole.

A look is closed by a line of its own. At a source whose stamps tell of every change it is written
only if the look found one, so that a look at an unchanged folder leaves the archive as it is, to
the byte. At a site it is always written, and says whether there was a change.
"""

import hashlib
import math
import os
import threading
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime
from io import BufferedWriter
from pathlib import Path

import msgspec

from assets.letters.source import (
    Entry,
    FetchError,
    Inventory,
    Progress,
    Source,
    SourceError,
)
from assets.model import ArchivedFile, Listing, Rejection, Signal, SourceName, Unarchived

MANIFEST = "manifest.jsonl"
_INCOMING = ".incoming"

#: Where two sources have the same bytes, the listing of the one that stands first here speaks.
_SOURCES_BY_RANK: tuple[SourceName, ...] = ("ofsted", "folder", "sample")

#: Sources whose names are addresses: other bytes under one are another version of one publication.
_PUBLISHERS: frozenset[SourceName] = frozenset({"ofsted"})


class Seen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="seen"):
    """A file was there, and these were its bytes.

    `is_opened` tells whether they were looked at; else the stamp stands for them.
    """

    at: datetime
    listing: Listing
    stamp: str
    sha256: str
    byte_count: int
    is_opened: bool = True


class Failed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="failed"):
    """A file was listed, but its bytes could not be had."""

    at: datetime
    listing: Listing
    reason_code: str
    detail: str


class Unreached(msgspec.Struct, frozen=True, kw_only=True, tag="unreached"):
    """A file that is held was to be looked at again, and could not be."""

    at: datetime
    source: SourceName
    file_name: str
    reason_code: str
    detail: str


class Gone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="gone"):
    """A file that had been there was not there any more.

    `is_listed` tells that its source still listed it, and had withdrawn what the link led to.
    """

    at: datetime
    source: SourceName
    file_name: str
    is_listed: bool = False


class Looked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="looked"):
    """A look is over: whatever is not gone was there."""

    at: datetime
    source: SourceName
    is_change: bool = True


Observation = Seen | Failed | Unreached | Gone | Looked

_decode_observation = msgspec.json.Decoder(Observation).decode
_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class Changes:
    """What a source has, held against what was observed before; nothing has been opened.

    Attributes:
        new: Files under names never observed, or gone before.
        changed: Files with another stamp; whether their bytes are others is not known yet.
        absent: Files whose bytes the archive does not have, because they could not be had the
            last time or were taken out of it.
        returned: Files that were gone and have come back with the stamp that they had.
        relisted: Files of which only the listing is another one.
        due: Files that need not be opened, but for the day's share of looking again.
        unchanged: Files that need not be opened.
        gone: Names that were there at the last look.
        unfinished: Whether the last look was cut off.
    """

    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    absent: tuple[Entry, ...]
    returned: tuple[Entry, ...]
    relisted: tuple[Entry, ...]
    due: tuple[Entry, ...]
    unchanged: tuple[Entry, ...]
    gone: tuple[str, ...]
    unfinished: bool

    def __bool__(self) -> bool:
        return bool(
            self.new
            or self.changed
            or self.absent
            or self.returned
            or self.relisted
            or self.due
            or self.gone
            or self.unfinished
        )


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at a source found.

    Attributes:
        listed: How many files the source has.
        new: Files that were not there before.
        changed: Files with other bytes than before.
        relisted: Files with the same bytes, of which something else is said.
        gone: Files that are not there any more; what was had of them stays.
        failed: Files whose bytes could not be had, and why.
        opened: How many files were opened.
        rechecked: How many of them had been held, and were looked at again.
        ignored: How many files of other types were passed over, by type.
        signals: What does not add up in the list.
    """

    listed: int
    new: tuple[Listing, ...]
    changed: tuple[Listing, ...]
    relisted: tuple[Listing, ...]
    gone: tuple[Listing, ...]
    failed: tuple[tuple[Listing, str], ...]
    opened: int
    rechecked: int
    ignored: dict[str, int]
    signals: tuple[Signal, ...]


_Name = tuple[SourceName, str]


@dataclass(slots=True)
class _Sighting:
    """One file's bytes under one name."""

    listing: Listing
    first_at: datetime
    gone_at: datetime | None = None


@dataclass(slots=True)
class _State:
    """What the observations, read from the first to the last, amount to.

    Attributes:
        seen: The files that are there.
        past: The files that were there last, of those that are gone.
        withdrawn: The names of `past` that are listed all the same.
        failed: The files whose bytes could not be had.
        sizes: The size of every file, by checksum.
        sightings: By checksum, the names it was seen under.
        versions: The checksums of what has been under a name, the last one last.
        asked_at: When the bytes under a name were last asked for.
        asked_again_at: The same, for names whose bytes had been known before.
        looked_at: When a source was last found changed.
        unfinished: The sources whose last look was cut off.
    """

    seen: dict[_Name, Seen] = field(default_factory=dict)
    past: dict[_Name, Seen] = field(default_factory=dict)
    withdrawn: set[_Name] = field(default_factory=set)
    failed: dict[_Name, Failed] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    sightings: dict[str, dict[_Name, _Sighting]] = field(default_factory=dict)
    versions: dict[_Name, list[str]] = field(default_factory=dict)
    asked_at: dict[_Name, datetime] = field(default_factory=dict)
    asked_again_at: dict[_Name, datetime] = field(default_factory=dict)
    looked_at: dict[SourceName, datetime] = field(default_factory=dict)
    unfinished: set[SourceName] = field(default_factory=set)

    def observe(self, event: Observation) -> None:
        if isinstance(event, Looked):
            if event.is_change:
                self.looked_at[event.source] = event.at
                self.unfinished.discard(event.source)
            return
        name = _name(event)
        if _is_asked(event):
            self.asked_at[name] = event.at
            if self.last(name) is not None:
                self.asked_again_at[name] = event.at
        if isinstance(event, Unreached):
            return
        if not self._is_touch(name, event):
            self.unfinished.add(name[0])
        self.failed.pop(name, None)
        self.withdrawn.discard(name)
        if isinstance(event, Gone):
            self._end(name)
            if event.is_listed:
                self.withdrawn.add(name)
        elif isinstance(event, Failed):
            self.failed[name] = event
        else:
            if name in self.seen and self.seen[name].sha256 != event.sha256:
                self._end(name)
            self.past.pop(name, None)
            self.seen[name] = event
            versions = self.versions.setdefault(name, [])
            if event.sha256 in versions:
                versions.remove(event.sha256)
            versions.append(event.sha256)
            self.sizes[event.sha256] = event.byte_count
            names = self.sightings.setdefault(event.sha256, {})
            before = names.get(name)
            names[name] = _Sighting(event.listing, before.first_at if before else event.at)

    def last(self, name: _Name) -> Seen | None:
        """What was seen last under a name, whether it is there still or not."""
        return self.seen.get(name) or self.past.get(name)

    def listing(self, name: _Name) -> Listing:
        """What was listed last under a name that has been observed."""
        last = self.last(name) or self.failed[name]
        return last.listing

    def _is_touch(self, name: _Name, event: Seen | Failed | Gone) -> bool:
        """Whether nothing but the stamp, or the time of it, is another one."""
        if isinstance(event, Gone):
            return event.is_listed and name in self.withdrawn
        seen = self.seen.get(name)
        return (
            isinstance(event, Seen)
            and seen is not None
            and name not in self.failed
            and seen.sha256 == event.sha256
            and _as_listed(seen.listing) == _as_listed(event.listing)
        )

    def _end(self, name: _Name) -> None:
        seen = self.seen.pop(name, None)
        if seen is not None:
            self.past[name] = seen
            sighting = self.sightings[seen.sha256][name]
            sighting.gone_at = self.last_at(name, sighting)

    def last_at(self, name: _Name, sighting: _Sighting) -> datetime:
        """When the bytes were last known to be there under that name."""
        looked_at = self.looked_at.get(name[0], sighting.first_at)
        return sighting.gone_at or max(sighting.first_at, looked_at)


class ArchiveError(Exception):
    """The archive cannot be written."""


class Archive:
    """A folder of files by content, and what was observed of them.

    One process at a time may write to it (`take`); others may read.
    """

    def __init__(self, folder: Path) -> None:
        """Read the manifest of the archive in that folder, which need not exist yet."""
        self.folder = folder
        self._state = _State()
        self._unreadable_lines = 0
        for line in self._lines():
            try:
                event = _decode_observation(line)
            except msgspec.DecodeError:
                self._unreadable_lines += 1
            else:
                self._state.observe(event)

    def _lines(self) -> list[bytes]:
        try:
            # What follows the last line's end was never an observation: its writer was cut off.
            return (self.folder / MANIFEST).read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            return []

    @property
    def sources(self) -> frozenset[SourceName]:
        """The kinds of source that files in the archive came from."""
        return frozenset(
            source for names in self._state.sightings.values() for source, _ in names
        ) | frozenset(source for source, _ in self._state.failed)

    def refuse_to_mix(self, source: SourceName) -> None:
        """Keep the sample's letters, which are made up, out of tables about real authorities.

        Raises:
            SourceError: The archive holds the sample and the source is another one, or the reverse.
        """
        if self.sources and (source == "sample") != ("sample" in self.sources):
            held = "the sample letters" if "sample" in self.sources else "letters of another source"
            raise SourceError(
                f"{self.folder.parent} holds {held}, and the sample's are made up. "
                "Name another folder with --out."
            )

    def path(self, sha256: str) -> Path:
        """Where the file with that checksum lies."""
        return self.folder / _place(sha256)

    def holds(self, sha256: str, byte_count: int) -> bool:
        """Whether the file with that checksum is in its place, and of that size."""
        try:
            return self.path(sha256).stat().st_size == byte_count
        except FileNotFoundError:
            return False

    def listed(self, source: SourceName) -> tuple[Listing, ...]:
        """What a source listed at the last look, in the order of names."""
        state = self._state
        names = state.seen.keys() | state.withdrawn | state.failed.keys()
        return tuple(state.listing(name) for name in sorted(names) if name[0] == source)

    def changes(
        self, source: Source, inventory: Inventory, now: datetime, *, full: bool = False
    ) -> Changes:
        """Hold a source's list against what was observed, without opening a file.

        Args:
            source: The source.
            inventory: Its list.
            now: The time of the look (UTC).
            full: Whether every file is due to be looked at again.
        """
        kinds: dict[str, list[Entry]] = {}
        for entry in inventory.entries:
            kinds.setdefault(self._kind(source.name, entry), []).append(entry)
        held = [*kinds.pop("unchanged", ()), *kinds.pop("withdrawn", ())]
        due = self._due(source, held, now, full)
        unchanged = (*kinds.pop("held", ()), *(entry for entry in held if entry not in due))
        listed = {entry.listing.file_name for entry in inventory.entries}
        before = {listing.file_name for listing in self.listed(source.name)}
        return Changes(
            **{
                kind: tuple(kinds.get(kind, ()))
                for kind in ("new", "changed", "absent", "returned", "relisted")
            },
            due=due,
            unchanged=unchanged,
            gone=tuple(sorted(before - listed)),
            unfinished=source.name in self._state.unfinished,
        )

    def _kind(self, source: SourceName, entry: Entry) -> str:
        """What a listed file is, by what was observed before."""
        name = (source, entry.listing.file_name)
        state = self._state
        last = state.last(name)
        if name in state.failed:
            return "absent"
        if last is None:
            return "new"
        if last.stamp != entry.stamp:
            return "changed" if name in state.seen else "new"
        if not self.holds(last.sha256, last.byte_count):
            return "absent"
        if name in state.withdrawn:
            return "withdrawn"
        if name not in state.seen:
            return "returned"
        return "unchanged" if _as_listed(last.listing) == _as_listed(entry.listing) else "relisted"

    def _due(
        self, source: Source, held: Sequence[Entry], now: datetime, full: bool
    ) -> tuple[Entry, ...]:
        """The day's share of the files held, those first that were asked for longest ago."""
        if full or source.recheck_share is None:
            return tuple(held) if full else ()
        state = self._state
        names = {(source.name, entry.listing.file_name): entry for entry in held}
        done = sum(
            name in state.asked_again_at and state.asked_again_at[name].date() == now.date()
            for name in names
        )
        share = math.ceil(len(held) * source.recheck_share) - done
        waiting = [name for name in names if state.asked_at[name].date() < now.date()]
        waiting.sort(key=lambda name: (state.asked_at[name], name))
        return tuple(names[name] for name in waiting[: max(0, share)])

    def take(
        self,
        source: Source,
        *,
        now: datetime,
        inventory: Inventory | None = None,
        full: bool = False,
        progress: Progress = lambda done, total: None,
    ) -> Look:
        """Look at a source and archive what is new or changed there.

        Args:
            source: The source.
            now: The time of this look (UTC).
            inventory: Its list, where it has been looked at just now.
            full: Whether to open every file, whatever its stamp says.
            progress: Is told how many files are done, and of how many.

        Raises:
            SourceError: If the source cannot be listed.
            ArchiveError: If the archive cannot be written.
        """
        if inventory is None:
            inventory = source.look(self.listed(source.name), lambda done, total: None)
        try:
            self._recover()
            return _Taking(self, self._state, source, inventory, now, full).run(progress)
        except OSError as error:
            raise ArchiveError(
                f"The archive in {self.folder} cannot be written: {error.strerror}."
            ) from error

    def _recover(self) -> None:
        """Put the files in place that had come whole when a process was killed."""
        incoming = self.folder / _INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        for path in incoming.iterdir():
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            # What the manifest does not know of had not come whole.
            if sha256 in self._state.sizes and not self.holds(sha256, path.stat().st_size):
                _settle(path, self.path(sha256))
            else:
                path.unlink()

    def files(self) -> tuple[ArchivedFile, ...]:
        """Every file ever archived, in the order of `letter_id`."""
        return tuple(
            self._file(sha256, names) for sha256, names in sorted(self._state.sightings.items())
        )

    def unarchived(self) -> tuple[Unarchived, ...]:
        """The files that a source lists and whose bytes could not be had."""
        return tuple(
            Unarchived(
                listing=failed.listing,
                rejection=Rejection(
                    stage="fetch", reason_code=failed.reason_code, detail=failed.detail
                ),
                seen_at=failed.at,
            )
            for _, failed in sorted(self._state.failed.items())
        )

    def signals(self) -> tuple[Signal, ...]:
        """What does not add up in the archive."""
        signals = []
        for sha256, names in sorted(self._state.sightings.items()):
            there = {name: seen for name, seen in names.items() if seen.gone_at is None}
            for source in _SOURCES_BY_RANK:
                same = sorted(file_name for kind, file_name in there if kind == source)
                if len(same) > 1:
                    signals.append(Signal("same_file_twice", " = ".join(same)))
            for (_, file_name), sighting in sorted(there.items()):
                if sighting.listing.listed_sha256 not in (None, sha256):
                    signals.append(Signal("manifest_sha256_differs", file_name))
        if self._unreadable_lines:
            signals.append(Signal("archive_manifest_damaged", f"{self._unreadable_lines} lines"))
        return tuple(signals)

    def fingerprint(self) -> str:
        """A checksum over all that later stages are told of the archive."""
        return hashlib.sha256(_encode((self.files(), self.unarchived()))).hexdigest()

    def _file(self, sha256: str, names: dict[_Name, _Sighting]) -> ArchivedFile:
        last_at = {name: self._state.last_at(name, seen) for name, seen in names.items()}
        there = {name for name, seen in names.items() if seen.gone_at is None}
        speaker = min(
            there or names,
            key=lambda name: (_SOURCES_BY_RANK.index(name[0]), names[name].first_at, name[1]),
        )
        replaced_by: list[str] = []
        if not there and speaker[0] in _PUBLISHERS:
            versions = self._state.versions[speaker]
            replaced_by = versions[versions.index(sha256) + 1 :]
        return ArchivedFile(
            letter_id=sha256[:16],
            sha256=sha256,
            byte_count=self._state.sizes[sha256],
            path=_place(sha256),
            listing=names[speaker].listing,
            other_names=tuple(sorted({name for _, name in there} - {speaker[1]})),
            first_seen_at=min(sighting.first_at for sighting in names.values()),
            last_seen_at=max(last_at.values()),
            is_listed=bool(there),
            replaced_by=tuple(reversed(replaced_by)),
        )


class _Taking:
    """One look at a source: what it lists is fetched, put in its place and noted."""

    def __init__(
        self,
        archive: Archive,
        state: _State,
        source: Source,
        inventory: Inventory,
        now: datetime,
        full: bool,
    ) -> None:
        self._archive = archive
        self._state = state
        self._source = source
        self._inventory = inventory
        self._now = now
        self._full = full
        self._changes = archive.changes(source, inventory, now, full=full)
        self._found: dict[str, dict[str, Listing]] = {
            kind: {} for kind in ("new", "changed", "relisted", "gone")
        }
        self._failed: dict[str, tuple[Listing, str]] = {}
        self._signals: list[Signal] = []
        #: Files are fetched by several threads; one at a time says what came of it.
        self._lock = threading.Lock()

    def run(self, progress: Progress) -> Look:
        """Do it."""
        source, changes = self._source, self._changes
        to_open = (*changes.new, *changes.changed, *changes.absent, *changes.due)
        to_note = (*changes.returned, *changes.relisted)
        if self._full:
            to_open, to_note = self._inventory.entries, ()
        with _Appender(self._archive.folder / MANIFEST, self._state) as self._manifest:
            self._open(to_open, progress)
            for entry in to_note:
                self._note(self._as_before(entry, is_opened=False))
            for file_name in changes.gone:
                self._note(Gone(at=self._now, source=source.name, file_name=file_name))
            is_change = source.name in self._state.unfinished
            if is_change or source.recheck_share is not None:
                self._manifest.append(Looked(at=self._now, source=source.name, is_change=is_change))
        (self._archive.folder / _INCOMING).rmdir()
        return Look(
            listed=len(self._inventory.entries),
            new=self._listings("new"),
            changed=self._listings("changed"),
            relisted=self._listings("relisted"),
            gone=self._listings("gone"),
            failed=tuple(failed for _, failed in sorted(self._failed.items())),
            opened=len(to_open),
            rechecked=len(changes.due) if source.recheck_share is not None else 0,
            ignored=dict(self._inventory.ignored),
            signals=(*self._inventory.signals, *sorted(self._signals)),
        )

    def _listings(self, what: str) -> tuple[Listing, ...]:
        return tuple(listing for _, listing in sorted(self._found[what].items()))

    def _open(self, entries: Sequence[Entry], progress: Progress) -> None:
        with ThreadPoolExecutor(self._source.parallel) as threads:
            jobs = [threads.submit(self._fetch, entry) for entry in entries]
            try:
                for done, job in enumerate(as_completed(jobs), start=1):
                    job.result()
                    progress(done, len(jobs))
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                self._source.stop()
                raise

    def _fetch(self, entry: Entry) -> None:
        """Bring one file into its place."""
        held = self._held(entry)
        with _Sink(self._archive.folder / _INCOMING / uuid.uuid4().hex) as sink:
            try:
                fetched = self._source.fetch(entry, sink, held.listing if held else None)
            except FetchError as error:
                self._fail(entry, error, held)
                return
            if fetched.is_held:
                self._note(self._as_before(entry, listing=fetched.listing))
                return
            sink.finish()
            self._note(
                Seen(
                    at=self._now,
                    listing=fetched.listing,
                    stamp=entry.stamp,
                    sha256=sink.sha256,
                    byte_count=sink.byte_count,
                )
            )
            if not self._archive.holds(sink.sha256, sink.byte_count):
                sink.settle(self._archive.path(sink.sha256))

    def _held(self, entry: Entry) -> Seen | None:
        """The last observation of a name whose bytes the archive has."""
        last = self._state.last((self._source.name, entry.listing.file_name))
        return last if last and self._archive.holds(last.sha256, last.byte_count) else None

    def _fail(self, entry: Entry, error: FetchError, held: Seen | None) -> None:
        """Note that a file could not be had, as far as that says anything new of it."""
        name = (self._source.name, entry.listing.file_name)
        if held and error.is_gone:
            self._note(Gone(at=self._now, source=name[0], file_name=name[1], is_listed=True))
        elif (
            held
            and held.stamp == entry.stamp
            and name not in self._state.failed
            and self._source.recheck_share is not None
        ):
            # The letter that is held stays what it is; another day will tell.
            self._note(
                Unreached(
                    at=self._now,
                    source=name[0],
                    file_name=name[1],
                    reason_code=error.reason_code,
                    detail=error.detail,
                )
            )
        else:
            self._note(
                Failed(
                    at=self._now,
                    listing=entry.listing,
                    reason_code=error.reason_code,
                    detail=error.detail,
                )
            )

    def _as_before(
        self, entry: Entry, *, listing: Listing | None = None, is_opened: bool = True
    ) -> Seen:
        """The last observation of a name, made again."""
        last = self._state.last((self._source.name, entry.listing.file_name))
        if last is None:  # only what is held is said to be as it was
            raise AssertionError(entry)
        return msgspec.structs.replace(
            last,
            at=self._now,
            listing=listing or _relisted(last.listing, entry),
            stamp=entry.stamp,
            is_opened=is_opened,
        )

    def _note(self, event: Seen | Failed | Unreached | Gone) -> None:
        """Append an observation, if it says anything new, and sort it for the account."""
        name = _name(event)
        with self._lock:
            what = self._effect(name, event)
            if isinstance(event, Failed):
                self._failed[name[1]] = (event.listing, event.detail)
            elif isinstance(event, Unreached):
                self._signals.append(Signal("recheck_failed", f"{name[1]}: {event.detail}"))
            elif what in self._found:
                self._found[what][name[1]] = (
                    self._state.listing(name) if isinstance(event, Gone) else event.listing
                )
            if what is not None:
                self._manifest.append(event)

    def _effect(self, name: _Name, event: Seen | Failed | Unreached | Gone) -> str | None:
        """What an observation means for what was known of the name; `None` if nothing new."""
        if isinstance(event, Unreached):
            return "touched"
        seen, failed = self._state.seen.get(name), self._state.failed.get(name)
        if isinstance(event, Gone):
            return "touched" if event.is_listed and name in self._state.withdrawn else "gone"
        if isinstance(event, Failed):
            is_known = failed is not None and event == msgspec.structs.replace(failed, at=event.at)
            return None if is_known else "failed"
        if seen is None:
            return "new"
        if seen.sha256 != event.sha256:
            return "changed"
        if _as_listed(seen.listing) != _as_listed(event.listing):
            return "relisted"
        is_news = (
            failed is not None
            or seen.stamp != event.stamp
            or seen.listing != event.listing
            or self._source.recheck_share is not None
        )
        return "touched" if is_news else None


class _Sink:
    """Takes a file's bytes, counts and sums them, and brings them to the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("xb")
        self._hash = hashlib.sha256()
        self.byte_count = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def __enter__(self) -> "_Sink":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)  # unless it has been settled

    def write(self, chunk: bytes) -> None:
        try:
            self._file.write(chunk)
        except OSError as error:  # not to be taken for a fault of the file that is fetched
            raise _unwritable(error) from error
        self._hash.update(chunk)
        self.byte_count += len(chunk)

    def restart(self) -> None:
        try:
            self._file.seek(0)
            self._file.truncate()
        except OSError as error:
            raise _unwritable(error) from error
        self._hash = hashlib.sha256()
        self.byte_count = 0

    def finish(self) -> None:
        """Hand the bytes to the system: from here on they outlive the process."""
        self._file.flush()

    def settle(self, place: Path) -> None:
        self._file.close()
        _settle(self._path, place)


def _settle(path: Path, place: Path) -> None:
    """Bring a whole file to the disk, and then to its place."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    place.parent.mkdir(exist_ok=True)
    path.replace(place)


def _unwritable(error: OSError) -> ArchiveError:
    return ArchiveError(f"The archive cannot be written: {error.strerror}.")


class _Appender:
    """Appends observations to the manifest, each at once, and tells the state of them."""

    def __init__(self, path: Path, state: _State) -> None:
        self._path = path
        self._state = state
        self._file: BufferedWriter | None = None

    def __enter__(self) -> "_Appender":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()

    def append(self, event: Observation) -> None:
        if self._file is None:
            self._file = self._path.open("ab")
            self._file.truncate(self._path.read_bytes().rfind(b"\n") + 1)
        self._file.write(_encode(event) + b"\n")
        self._file.flush()
        self._state.observe(event)


def _name(event: Seen | Failed | Unreached | Gone) -> _Name:
    if isinstance(event, Seen | Failed):
        return event.listing.source, event.listing.file_name
    return event.source, event.file_name


def _is_asked(event: Seen | Failed | Unreached | Gone) -> bool:
    """Whether an observation is what came of asking for the bytes, and says something of them."""
    if isinstance(event, Seen):
        return event.is_opened
    return isinstance(event, Unreached) or (isinstance(event, Gone) and event.is_listed)


def _place(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _as_listed(listing: Listing) -> Listing:
    """The listing without what only a fetch can tell."""
    return msgspec.structs.replace(listing, etag=None, last_modified=None)


def _relisted(before: Listing, entry: Entry) -> Listing:
    """The entry's listing, with what the last fetch told."""
    return msgspec.structs.replace(
        entry.listing, etag=before.etag, last_modified=before.last_modified
    )
