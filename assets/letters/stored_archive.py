"""The archive in an object store: files by their content, and one object of observations a run.

    STORE/archive/ab/ab…              a file, by its SHA-256
    STORE/archive/manifest/00000007.jsonl   what the seventh run observed

A store has no append, so a run puts its own object again, longer, some seconds after the last time
and when the look is over. A file is there before it is noted. What a run that was killed had not
noted yet, the next one fetches again, or tells of.

A store keeps checksums of its objects by itself, so they are not summed day by day as files are;
each is summed when it is brought.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path

from assets.letters.manifest import MANIFEST
from assets.letters.store import ArchiveError, Store, place
from warehouse.files import replace_file
from warehouse.working_copy import WorkingCopy

_FILE = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})")
_SEGMENT = re.compile(r"[0-9]{8}\.jsonl")
_ARCHIVE, _SEGMENTS = "archive", "archive/manifest"

#: The longest that an observation waits to be put (seconds).
_KEPT_EACH = 5.0


class StoredArchive(Store):
    """Files by content in a store, of which the working copy has some."""

    is_noted_first = False

    def __init__(self, folder: Path, copy: WorkingCopy) -> None:
        super().__init__(folder)
        self._copy = copy
        self._wrong: frozenset[str] = frozenset()

    @cached_property
    def _sizes(self) -> dict[str, int]:
        """The size of each file in the store, by checksum."""
        sizes = self._copy.place.sizes(_ARCHIVE).items()
        return {found[1]: size for path, size in sizes if (found := _FILE.fullmatch(path))}

    def holds(self, sha256: str, byte_count: int) -> bool:
        """Whether the file with that checksum is in the store, and of that size."""
        return self._sizes.get(sha256) == byte_count

    def is_whole(self, sha256: str) -> bool:
        """Whether the file with that checksum is in the store, of the size that it should have."""
        return sha256 in self._sizes and sha256 not in self._wrong

    def damaged(self, sizes: Mapping[str, int], day: int) -> frozenset[str]:
        """The checksums of files that are not in the store, or of another size."""
        self._wrong = frozenset(one for one, size in sizes.items() if not self.holds(one, size))
        return self._wrong

    def unknown(self, known: Collection[str]) -> list[str]:
        """The checksums of files that are in the store, and of which nothing is known."""
        return sorted(sha256 for sha256 in self._sizes if sha256 not in known)

    def secure(self, path: Path, sha256: str, byte_count: int) -> None:
        """Put a file that has come whole into the store, unless it is there."""
        if not self.is_whole(sha256):
            self._copy.place.put({f"{_ARCHIVE}/{place(sha256)}": path})
            self._sizes[sha256] = byte_count
            self._wrong -= {sha256}

    def bring_manifest(self) -> None:
        """Have the manifest of the working copy say what all runs have observed.

        Raises:
            ArchiveError: If what a run observed is not there any more.
        """
        segments = self._segments()
        here = {name: self.folder / "manifest" / name for name in segments}
        self._copy.place.fetch(
            {
                f"{_SEGMENTS}/{name}": path
                for name, path in here.items()
                # It only ever grows.
                if not path.exists() or path.stat().st_size != segments[name]
            }
        )
        replace_file(self.folder / MANIFEST, b"".join(one.read_bytes() for one in here.values()))

    def segment(self) -> Segment:
        """What this run's observations are put into."""
        return Segment(self._copy, f"{_SEGMENTS}/{len(self._segments()) + 1:08}.jsonl")

    def _segments(self) -> dict[str, int]:
        """The size of what each run has observed, by name, the first run first."""
        sizes = self._copy.place.sizes(_SEGMENTS).items()
        found = {path: size for path, size in sorted(sizes) if _SEGMENT.fullmatch(path)}
        for number, name in enumerate(found, start=1):
            if name != f"{number:08}.jsonl":
                raise ArchiveError(
                    f"{self._copy.place.url}/{_SEGMENTS} lacks {number:08}.jsonl, what a run has "
                    "observed of the archive's files. Take it from a copy."
                )
        return found


class Segment:
    """What one run has observed, as it is put into the store."""

    def __init__(self, copy: WorkingCopy, path: str) -> None:
        self._copy, self._path = copy, path
        self._tag: str | None = None
        self._content, self._kept_bytes, self._kept_at = bytearray(), 0, time.monotonic()

    def append(self, line: bytes) -> None:
        """Take an observation; it is put with others, soon.

        Raises:
            Busy: If another run has taken over.
            ArchiveError: If another run has put there what it observed.
        """
        self._content += line
        if time.monotonic() - self._kept_at >= _KEPT_EACH:
            self.keep()

    def keep(self) -> None:
        """Put what has not been put yet; raises as `append`."""
        if len(self._content) == self._kept_bytes:
            return
        self._copy.refuse_if_lost()
        self._tag = self._copy.place.switch(self._path, bytes(self._content), self._tag)
        if self._tag is None:
            raise ArchiveError(
                f"{self._copy.place.url}/{self._path} was put there by another run. Run again."
            )
        self._kept_bytes, self._kept_at = len(self._content), time.monotonic()
