"""The manifest of the archive: every observation of every file, and what they amount to.

Here belongs what an observation is, how it is written and read again, and the state that all of
them, read from the first to the last, lead to. One JSON line is one observation. Lines are only
ever appended; what a killed process left of a line is cut off by the next one.

A look is closed by a line of its own. At a source whose stamps tell of every change it is written
only if the look found one, so that a look at an unchanged folder leaves the archive as it is, to
the byte. At a site it is always written, and says whether there was a change.
"""

import os
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BufferedWriter
from pathlib import Path
from typing import Literal, get_args

import msgspec

from assets.letters.store import ArchiveError, Segment
from assets.model import Listing, SourceName

MANIFEST = "manifest.jsonl"


class Fetched(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="seen"):
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


class RecheckFailed(msgspec.Struct, frozen=True, kw_only=True, tag="unreached"):
    """A file that is held was to be looked at again, and could not be."""

    at: datetime
    source: SourceName
    file_name: str
    reason_code: str
    detail: str


class Removed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="gone"):
    """A file that had been there was not there any more.

    `is_listed` tells that its source still listed it, and had withdrawn what the link led to.
    """

    at: datetime
    source: SourceName
    file_name: str
    is_listed: bool = False


class ListingDone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="looked"):
    """A look is over: whatever is not gone was there."""

    at: datetime
    source: SourceName
    is_change: bool = True


Observation = Fetched | Failed | RecheckFailed | Removed | ListingDone

FileObservation = Fetched | Failed | RecheckFailed | Removed

#: A file within all sources.
Name = tuple[SourceName, str]

#: What an observation says that was not known. `withdrawn` is what is listed and not there any
#: more, `returned`, what is there again, `recovered`, what had failed; `refreshed` says nothing but
#: a time or a stamp, `same` nothing at all.
Effect = Literal[
    "new",
    "changed",
    "relisted",
    "returned",
    "gone",
    "withdrawn",
    "failed",
    "recovered",
    "refreshed",
    "same",
]

#: What of a listing only a fetch can tell.
LEARNT = ("etag", "last_modified")

#: By so much the clocks of machines that share an archive may differ.
_CLOCKS_DIFFER = timedelta(days=1)


class _Typed(msgspec.Struct):
    type: str


_TYPES = frozenset(str(one.__struct_config__.tag) for one in get_args(Observation))
_decode = msgspec.json.Decoder(Observation).decode
_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(slots=True)
class Sighting:
    """One file's bytes under one name."""

    listing: Listing
    first_at: datetime
    gone_at: datetime | None = None


@dataclass(slots=True)
class State:
    """What the observations amount to.

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
        found: By source, what has been found since its last look was over, by effect.
        misdated: How many observations bear a time that has not come yet.
        is_undated: Whether all of them do.
    """

    seen: dict[Name, Fetched] = field(default_factory=dict)
    past: dict[Name, Fetched] = field(default_factory=dict)
    withdrawn: set[Name] = field(default_factory=set)
    failed: dict[Name, Failed] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    sightings: dict[str, dict[Name, Sighting]] = field(default_factory=dict)
    versions: dict[Name, list[str]] = field(default_factory=dict)
    asked_at: dict[Name, datetime] = field(default_factory=dict)
    asked_again_at: dict[Name, datetime] = field(default_factory=dict)
    looked_at: dict[SourceName, datetime] = field(default_factory=dict)
    found: dict[SourceName, dict[Effect, dict[str, Listing]]] = field(default_factory=dict)
    misdated: int = 0
    is_undated: bool = False

    def effect(self, event: FileObservation) -> Effect:
        """What an observation says that was not known."""
        name = name_of(event)
        seen, failed = self.seen.get(name), self.failed.get(name)
        if isinstance(event, RecheckFailed):
            return "refreshed"
        if isinstance(event, Removed):
            if not event.is_listed:
                return "gone"
            return "refreshed" if name in self.withdrawn else "withdrawn"
        if isinstance(event, Failed):
            is_known = failed is not None and event == msgspec.structs.replace(failed, at=event.at)
            return "same" if is_known else "failed"
        if seen is None:
            past = self.past.get(name)
            return "returned" if past and past.sha256 == event.sha256 else "new"
        if seen.sha256 != event.sha256:
            return "changed"
        if as_listed(seen.listing) != as_listed(event.listing):
            return "relisted"
        if failed is not None:
            return "recovered"
        return "same" if (seen.stamp, seen.listing) == (event.stamp, event.listing) else "refreshed"

    def observe(self, event: Observation) -> None:
        """Take in the next observation."""
        if isinstance(event, ListingDone):
            self.found.pop(event.source, None)
            if event.is_change:
                self.looked_at[event.source] = event.at
            return
        name = name_of(event)
        effect = self.effect(event)
        if effect not in ("refreshed", "same"):
            listing = event.listing if isinstance(event, Fetched | Failed) else self.listing(name)
            self.found.setdefault(name[0], defaultdict(dict))[effect][name[1]] = listing
        if is_asked(event):
            self.asked_at[name] = event.at
            if self.last(name) is not None:
                self.asked_again_at[name] = event.at
        if isinstance(event, RecheckFailed):
            return
        self.failed.pop(name, None)
        self.withdrawn.discard(name)
        if isinstance(event, Removed):
            self._end(name)
            if event.is_listed:
                self.withdrawn.add(name)
        elif isinstance(event, Failed):
            self.failed[name] = event
        else:
            self._see(name, event)

    def last(self, name: Name) -> Fetched | None:
        """What was seen last under a name, whether it is there still or not."""
        return self.seen.get(name) or self.past.get(name)

    def last_at(self, name: Name, sighting: Sighting) -> datetime:
        """When the bytes were last known to be there under that name."""
        looked_at = self.looked_at.get(name[0], sighting.first_at)
        return sighting.gone_at or max(sighting.first_at, looked_at)

    def listing(self, name: Name) -> Listing:
        """What was listed last under a name; a bare one where the manifest has lost it."""
        last = self.last(name) or self.failed.get(name)
        return last.listing if last else Listing(source=name[0], file_name=name[1])

    def _see(self, name: Name, event: Fetched) -> None:
        if name in self.seen and self.seen[name].sha256 != event.sha256:
            self._end(name)
        self.past.pop(name, None)
        self.seen[name] = event
        self.sizes[event.sha256] = event.byte_count
        versions = self.versions.setdefault(name, [])
        if event.sha256 in versions:
            versions.remove(event.sha256)
        versions.append(event.sha256)
        names = self.sightings.setdefault(event.sha256, {})
        before = names.get(name)
        names[name] = Sighting(event.listing, before.first_at if before else event.at)

    def _end(self, name: Name) -> None:
        seen = self.seen.pop(name, None)
        if seen is not None:
            self.past[name] = seen
            sighting = self.sightings[seen.sha256][name]
            sighting.gone_at = self.last_at(name, sighting)


def read_manifest(folder: Path, now: datetime) -> tuple[State, int]:
    """The state that an archive's manifest leads to, and how many of its lines cannot be read.

    Args:
        folder: The archive.
        now: The time (UTC). What a line says was later was noted while the clock was wrong: it is
            dated as the line before it, or else as the first one after that is not.

    Raises:
        ArchiveError: If a newer version of the program wrote it.
    """
    state, unreadable = State(), 0
    try:
        # What follows the last line's end was never an observation: its writer was cut off.
        lines = (folder / MANIFEST).read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        lines = []
    events = []
    for line in lines:
        try:
            events.append(_decode(line))
        except msgspec.DecodeError:
            _refuse_newer(folder, line)
            unreadable += 1
    latest = now + _CLOCKS_DIFFER
    sound = [event.at for event in events if event.at <= latest]
    state.misdated = len(events) - len(sound)
    state.is_undated = bool(events) and not sound
    at = sound[0] if sound else now
    for event in events:
        at = event.at if event.at <= latest else at
        state.observe(msgspec.structs.replace(event, at=at) if event.at != at else event)
    return state, unreadable


def _refuse_newer(folder: Path, line: bytes) -> None:
    """Refuse what is whole and of no type that is known here."""
    try:
        type_of_line = msgspec.json.decode(line, type=_Typed).type
    except msgspec.DecodeError:
        return
    if type_of_line not in _TYPES:
        raise ArchiveError(
            f"{folder / MANIFEST} was written by a newer version of this program, which notes "
            f"“{type_of_line}”. Use that version."
        )


class Appender:
    """Appends observations to the manifest, each at once, and tells the state of them."""

    def __init__(self, folder: Path, state: State, segment: Segment | None = None) -> None:
        self._path = folder / MANIFEST
        self._state = state
        self._segment = segment
        self._file: BufferedWriter | None = None

    def __enter__(self) -> "Appender":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
        if self._segment is not None:
            self._segment.keep()

    def append(self, event: Observation) -> None:
        """Append one."""
        if self._file is None:
            self._file = self._path.open("ab")
            self._file.truncate(self._path.read_bytes().rfind(b"\n") + 1)
        line = _encode(event) + b"\n"
        self._file.write(line)
        self._file.flush()
        if self._segment is not None:
            self._segment.append(line)
        self._state.observe(event)


def name_of(event: FileObservation) -> Name:
    """The file that an observation is about."""
    if isinstance(event, Fetched | Failed):
        return event.listing.source, event.listing.file_name
    return event.source, event.file_name


def is_asked(event: FileObservation) -> bool:
    """Whether an observation is what came of asking for the bytes, and says something of them."""
    if isinstance(event, Fetched):
        return event.is_opened
    return isinstance(event, RecheckFailed) or (isinstance(event, Removed) and event.is_listed)


def as_listed(listing: Listing) -> Listing:
    """The listing without what only a fetch can tell."""
    return msgspec.structs.replace(listing, **dict.fromkeys(LEARNT))
