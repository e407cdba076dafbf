"""The archive: every file ever had, by its content, and all that was observed of it.

Here belongs what the archive tells the rest of the program. How files come to the disk stands in
`store`, what is observed in `manifest`, what a source's list means in `changes`, and how a look at
a source goes in `fetching`.

The archive only grows. An observation is written as soon as the last byte of a file has come, and
before the file is put in its place; a process killed at any moment loses only the files that had
not come whole.
"""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from assets.letters.changes import Changes, find_changes, listed_before
from assets.letters.fetching import Fetcher, FetchResult, result_of
from assets.letters.manifest import MANIFEST, Name, Sighting, read_manifest
from assets.letters.source import Inventory, Progress, Source, SourceError
from assets.letters.store import ArchiveError, Store, place
from assets.letters.stored_archive import StoredArchive
from assets.model import ArchivedFile, Listing, Rejection, Signal, SourceName, Unarchived
from assets.running import clock
from warehouse.working_copy import copy_of, named

#: Where two sources have the same bytes, the listing of the one that stands first here speaks.
_SOURCES_BY_RANK: tuple[SourceName, ...] = ("ofsted", "folder", "sample")

#: Sources whose names are addresses: other bytes under one are another version of one publication.
_PUBLISHERS: frozenset[SourceName] = frozenset({"ofsted"})

_NAMED = 3  # files that a message names


class Archive:
    """A folder of files by content, and what was observed of them.

    One process at a time may write to it (`take`); others may read.
    """

    def __init__(self, folder: Path) -> None:
        """Read the manifest of the archive in that folder, which need not exist yet.

        Raises:
            ArchiveError: If a newer version of the program wrote it.
        """
        self.folder = folder
        copy = copy_of(folder.parent)
        self._store = StoredArchive(folder, copy) if copy else Store(folder)
        self._store.bring_manifest()
        # A build that is repeated has a time of its own, and an archive of today.
        now = max(clock.now(), datetime.now(UTC))
        self._state, self._unreadable_lines = read_manifest(folder, now)
        self._day = now.toordinal()
        self._was_damaged: frozenset[str] | None = None

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
                f"{named(self.folder.parent)} holds {held}, and the sample's are made up. "
                "Name another folder with --out."
            )

    def listed(self, source: SourceName) -> tuple[Listing, ...]:
        """What a source listed at the last look, in the order of names."""
        names = listed_before(self._state, source)
        return tuple(self._state.listing((source, name)) for name in names)

    def found(self, source: SourceName) -> FetchResult:
        """What has been found since the last look was over: by one that was cut off."""
        return result_of(self._state.found.get(source, {}))

    def changes(self, source: Source, inventory: Inventory, now: datetime) -> Changes:
        """Hold a source's list against what was observed, without opening a file of the source.

        Args:
            source: The source.
            inventory: Its list.
            now: The time of the look (UTC).
        """
        return find_changes(self._state, self._damaged(), source, inventory, now)

    def take(
        self,
        source: Source,
        *,
        now: datetime,
        inventory: Inventory | None = None,
        full: bool = False,
        progress: Progress = lambda done, total: None,
    ) -> FetchResult:
        """Look at a source and archive what is new or changed there.

        Args:
            source: The source.
            now: The time of this look (UTC).
            inventory: Its list, where it has been looked at just now.
            full: Whether to open every file, whatever its stamp says.
            progress: Is told how many files are done, and of how many.

        Raises:
            SourceError: If the source cannot be listed, or goes down.
            ArchiveError: If the archive cannot be written, or its list has lost files.
        """
        if inventory is None:
            inventory = source.list_files(self.listed(source.name), lambda done, total: None)
        try:
            self._store.recover(self._state.sizes)
            self._was_damaged = self._damaged()
            changes = self.changes(source, inventory, now)
            fetcher = Fetcher(self._store, self._state, source, inventory, changes, now, full)
            look = fetcher.run(progress)
            self._store.tidy()
            self._refuse_if_unlisted()
        except OSError as error:
            raise ArchiveError.unwritable(self.folder, error) from error
        return look

    def _damaged(self) -> frozenset[str]:
        """The checksums of files that are not as they were archived, looked for once."""
        if self._was_damaged is None:
            self._was_damaged = self._store.damaged(self._state.sizes, self._day)
        return frozenset(one for one in self._was_damaged if not self._store.is_whole(one))

    def _refuse_if_unlisted(self) -> None:
        """Refuse to go on where letters would be lost from the tables without a word.

        What a torn manifest has lost and the source still has, has just been fetched again.
        """
        unlisted = self._store.unknown(self._state.sizes)
        if unlisted and self._store.is_noted_first:
            named = ", ".join(place(name) for name in unlisted[:_NAMED])
            more = f" and {len(unlisted) - _NAMED} more" if len(unlisted) > _NAMED else ""
            raise ArchiveError(
                f"{self.folder / MANIFEST} does not list all files of the archive: not {named}"
                f"{more}, which the source has no more. Take it from a copy of the archive; if "
                "nobody has one, move these files elsewhere."
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
        lost = self._damaged()
        for sha256 in sorted(self._was_damaged or ()):
            name = min(name for _, name in self._state.sightings[sha256])
            so = "take it from a copy" if sha256 in lost else "it was fetched again"
            detail = f"{place(sha256)} ({name}) was not as it had been archived: {so}"
            signals.append(Signal("archive_file_damaged", detail))
        if not self._store.is_noted_first:
            for sha256 in self._store.unknown(self._state.sizes):
                detail = f"{place(sha256)} came whole, and its run was killed before it noted what"
                signals.append(Signal("archive_file_not_noted", detail))
        if self._state.misdated:
            detail = f"{self._state.misdated} lines of {MANIFEST} are of a time yet to come"
            signals.append(Signal("clock_was_ahead", detail))
        if self._unreadable_lines:
            signals.append(Signal("archive_manifest_damaged", f"{self._unreadable_lines} lines"))
        return tuple(signals)

    def fingerprint(self) -> str:
        """A checksum over all that later stages are told of the archive."""
        whole = msgspec.json.encode((self.files(), self.unarchived()), order="deterministic")
        return hashlib.sha256(whole).hexdigest()

    def _file(self, sha256: str, names: dict[Name, Sighting]) -> ArchivedFile:
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
            path=place(sha256),
            listing=names[speaker].listing,
            other_names=tuple(sorted({name for _, name in there} - {speaker[1]})),
            first_seen_at=min(sighting.first_at for sighting in names.values()),
            last_seen_at=max(last_at.values()),
            is_listed=bool(there),
            replaced_by=tuple(reversed(replaced_by)),
        )
