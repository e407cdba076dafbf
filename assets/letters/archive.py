"""The archive: every file ever had, by its content, and a manifest of every observation.

Here belongs what is kept, and what a look at a source means for it: new, changed, gone. Where the
files come from is a source's business; what they say is not asked at all.

The archive only grows. A file lies at `<first two hex digits>/<sha256>`; it is written beside its
place, brought to the disk and renamed, so that what bears a checksum for a name is whole. The
manifest has one JSON line an observation, appended as soon as the file is in its place: a process
killed at any moment leaves at most one line unfinished, which the next one cuts off, and loses at
most the files that it had in hand.

A look is closed by a line of its own. It is written only if the look found a change, so that a look
at an unchanged source leaves the archive as it is, to the byte.
"""

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from io import BufferedWriter
from pathlib import Path

import msgspec

from assets.letters.source import Entry, FetchError, Inventory, Source, SourceError
from assets.model import ArchivedFile, Listing, Rejection, Signal, SourceName, Unarchived

MANIFEST = "manifest.jsonl"
_INCOMING = ".incoming"

#: Where two sources have the same bytes, the listing of the one that stands first here speaks.
_SOURCES_BY_RANK: tuple[SourceName, ...] = ("ofsted", "folder", "sample")


class Seen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="seen"):
    """A file was there, and these were its bytes."""

    at: datetime
    listing: Listing
    stamp: str
    sha256: str
    byte_count: int


class Failed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="failed"):
    """A file was listed, but its bytes could not be had."""

    at: datetime
    listing: Listing
    reason_code: str
    detail: str


class Gone(msgspec.Struct, frozen=True, kw_only=True, tag="gone"):
    """A file that had been there was not there any more."""

    at: datetime
    source: SourceName
    file_name: str


class Looked(msgspec.Struct, frozen=True, kw_only=True, tag="looked"):
    """A look that found a change is over: whatever is not gone was there."""

    at: datetime
    source: SourceName


Observation = Seen | Failed | Gone | Looked

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
        relisted: Files of which only the listing is another one.
        unchanged: Files that need not be opened.
        gone: Names that were there at the last look.
        unfinished: Whether the last look was cut off.
    """

    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    absent: tuple[Entry, ...]
    relisted: tuple[Entry, ...]
    unchanged: tuple[Entry, ...]
    gone: tuple[str, ...]
    unfinished: bool

    def __bool__(self) -> bool:
        return bool(
            self.new or self.changed or self.absent or self.relisted or self.gone or self.unfinished
        )


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at a source found, by name.

    Attributes:
        listed: How many files the source has.
        new: Names that were not there before.
        changed: Names with other bytes than before.
        relisted: Names with the same bytes, of which something else is said.
        gone: Names that are not there any more.
        failed: Names whose bytes could not be had.
        opened: How many files were opened.
        ignored: How many files of other types were passed over, by type.
        signals: What does not add up in the list.
    """

    listed: int
    new: tuple[str, ...]
    changed: tuple[str, ...]
    relisted: tuple[str, ...]
    gone: tuple[str, ...]
    failed: tuple[str, ...]
    opened: int
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
    """What the observations, read from the first to the last, amount to."""

    seen: dict[_Name, Seen] = field(default_factory=dict)
    failed: dict[_Name, Failed] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    sightings: dict[str, dict[_Name, _Sighting]] = field(default_factory=dict)
    looked_at: dict[SourceName, datetime] = field(default_factory=dict)
    unfinished: set[SourceName] = field(default_factory=set)

    def observe(self, event: Observation) -> None:
        if isinstance(event, Looked):
            self.looked_at[event.source] = event.at
            self.unfinished.discard(event.source)
            return
        if isinstance(event, Gone):
            name = (event.source, event.file_name)
            self._end(name)
        else:
            name = (event.listing.source, event.listing.file_name)
        if not self._is_touch(name, event):
            self.unfinished.add(name[0])
        self.failed.pop(name, None)
        if isinstance(event, Failed):
            self.failed[name] = event
        elif isinstance(event, Seen):
            if name in self.seen and self.seen[name].sha256 != event.sha256:
                self._end(name)
            self.seen[name] = event
            self.sizes[event.sha256] = event.byte_count
            names = self.sightings.setdefault(event.sha256, {})
            before = names.get(name)
            names[name] = _Sighting(event.listing, before.first_at if before else event.at)

    def _is_touch(self, name: _Name, event: Seen | Failed | Gone) -> bool:
        """Whether nothing but the stamp is another one."""
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

    def changes(self, source: SourceName, inventory: Inventory) -> Changes:
        """Hold a source's list against what was observed, without opening a file."""
        new, changed, absent, relisted, unchanged = [], [], [], [], []
        state = self._state
        for entry in inventory.entries:
            name = (source, entry.listing.file_name)
            seen = state.seen.get(name)
            if name in state.failed:
                absent.append(entry)
            elif seen is None:
                new.append(entry)
            elif seen.stamp != entry.stamp:
                changed.append(entry)
            elif not self._holds(seen.sha256, seen.byte_count):
                absent.append(entry)
            elif _as_listed(seen.listing) != _as_listed(entry.listing):
                relisted.append(entry)
            else:
                unchanged.append(entry)
        listed = {entry.listing.file_name for entry in inventory.entries}
        known = {name for kind, name in (*state.seen, *state.failed) if kind == source}
        return Changes(
            new=tuple(new),
            changed=tuple(changed),
            absent=tuple(absent),
            relisted=tuple(relisted),
            unchanged=tuple(unchanged),
            gone=tuple(sorted(known - listed)),
            unfinished=source in state.unfinished,
        )

    def take(
        self,
        source: Source,
        *,
        now: datetime,
        full: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Look:
        """Look at a source and archive what is new or changed there.

        Args:
            source: The source.
            now: The time of this look (UTC).
            full: Whether to open every file, whatever its stamp says.
            progress: Is told how many files are done, and of how many.

        Raises:
            SourceError: If the source cannot be listed.
            ArchiveError: If the archive cannot be written.
        """
        inventory = source.look()
        try:
            return self._take(source, inventory, now, full, progress)
        except OSError as error:
            raise ArchiveError(
                f"The archive in {self.folder} cannot be written: {error.strerror}."
            ) from error

    def _take(
        self,
        source: Source,
        inventory: Inventory,
        now: datetime,
        full: bool,
        progress: Callable[[int, int], None],
    ) -> Look:
        changes = self.changes(source.name, inventory)
        to_open = (*changes.new, *changes.changed, *changes.absent)
        relisted = changes.relisted
        if full:
            to_open, relisted = inventory.entries, ()
        found: dict[str, list[str]] = {"new": [], "changed": [], "relisted": [], "failed": []}
        incoming = self.folder / _INCOMING
        shutil.rmtree(incoming, ignore_errors=True)  # what a killed process had in hand
        incoming.mkdir(parents=True)
        with (
            _Appender(self.folder / MANIFEST, self._state) as manifest,
            ThreadPoolExecutor(source.parallel) as threads,
        ):
            outcomes = threads.map(partial(self._fetch, source, now), to_open)
            for done, outcome in enumerate(outcomes, start=1):
                file_name = outcome.listing.file_name
                what = self._effect((source.name, file_name), outcome)
                if what is not None:
                    manifest.append(outcome)
                if what in found:
                    found[what].append(file_name)
                progress(done, len(to_open))
            for entry in relisted:
                seen = self._state.seen[source.name, entry.listing.file_name]
                found["relisted"].append(entry.listing.file_name)
                manifest.append(
                    msgspec.structs.replace(seen, at=now, listing=_relisted(seen.listing, entry))
                )
            for file_name in changes.gone:
                manifest.append(Gone(at=now, source=source.name, file_name=file_name))
            if source.name in self._state.unfinished:
                manifest.append(Looked(at=now, source=source.name))
        incoming.rmdir()
        return Look(
            listed=len(inventory.entries),
            new=tuple(found["new"]),
            changed=tuple(found["changed"]),
            relisted=tuple(found["relisted"]),
            gone=changes.gone,
            failed=tuple(found["failed"]),
            opened=len(to_open),
            ignored=dict(inventory.ignored),
            signals=inventory.signals,
        )

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
        )

    def _holds(self, sha256: str, byte_count: int) -> bool:
        try:
            return self.path(sha256).stat().st_size == byte_count
        except FileNotFoundError:
            return False

    def _effect(self, name: _Name, outcome: Seen | Failed) -> str | None:
        """What an outcome means for what was known of the name; `None` if it is nothing new."""
        seen, failed = self._state.seen.get(name), self._state.failed.get(name)
        if isinstance(outcome, Failed):
            is_known = failed is not None and outcome == msgspec.structs.replace(
                failed, at=outcome.at
            )
            return None if is_known else "failed"
        if seen is None:
            return "new"
        if seen.sha256 != outcome.sha256:
            return "changed"
        if _as_listed(seen.listing) != _as_listed(outcome.listing):
            return "relisted"
        return "touched" if failed is not None or seen.stamp != outcome.stamp else None

    def _fetch(self, source: Source, now: datetime, entry: Entry) -> Seen | Failed:
        """Bring one file into its place."""
        incoming = self.folder / _INCOMING / uuid.uuid4().hex
        with _Sink(incoming) as sink:
            try:
                listing = source.fetch(entry, sink)
            except FetchError as error:
                incoming.unlink()
                return Failed(
                    at=now,
                    listing=entry.listing,
                    reason_code=error.reason_code,
                    detail=error.detail,
                )
        sha256 = sink.hash.hexdigest()
        if self._holds(sha256, sink.byte_count):
            incoming.unlink()
        else:
            place = self.path(sha256)
            place.parent.mkdir(exist_ok=True)
            incoming.replace(place)
        return Seen(
            at=now,
            listing=listing,
            stamp=entry.stamp,
            sha256=sha256,
            byte_count=sink.byte_count,
        )


class _Sink:
    """Takes a file's bytes, counts and sums them, and brings them to the disk."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb")
        self.hash = hashlib.sha256()
        self.byte_count = 0

    def __enter__(self) -> "_Sink":
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        finally:
            self._file.close()

    def write(self, chunk: bytes) -> None:
        try:
            self._file.write(chunk)
        except OSError as error:  # not to be taken for a fault of the file that is fetched
            raise ArchiveError(f"The archive cannot be written: {error.strerror}.") from error
        self.hash.update(chunk)
        self.byte_count += len(chunk)


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
