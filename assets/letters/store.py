"""Files by their content: each lies under its SHA-256, and what bears that name is whole.

Here belongs how bytes come to the disk and survive whatever ends the process. What was observed of
them stands in `manifest`.
"""

import hashlib
import os
import re
import uuid
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol

from warehouse.files import file_sha256, has_sha256

_INCOMING = ".incoming"
_FOLDER = re.compile(r"[0-9a-f]{2}")
#: Of a file that comes; nothing else is put in place or cleared away.
_OUR_NAME = re.compile(r"[0-9a-f]{32}")
#: How much of an archive a run sums (bytes): a tenth of a second.
_SUMMED_BYTES = 1 << 27


class ArchiveError(Exception):
    """The archive cannot be written, or has lost something; the message says what helps."""

    @classmethod
    def unwritable(cls, folder: Path, error: OSError) -> "ArchiveError":
        """It cannot be written."""
        return cls(f"The archive in {folder} cannot be written: {error.strerror}.")


class Segment(Protocol):
    """Where a run's observations are put besides, where the archive is more than a folder."""

    def append(self, line: bytes) -> None:
        """Take one."""

    def keep(self) -> None:
        """Put what has been taken."""


class Store:
    """A folder of files by content.

    Attributes:
        is_noted_first: Whether a file is noted before it is put in its place, so that one of which
            nothing is noted has lost its note.
    """

    is_noted_first = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the file with that checksum lies."""
        return self.folder / place(sha256)

    def holds(self, sha256: str, byte_count: int) -> bool:
        """Whether the file with that checksum is in its place, and of that size."""
        try:
            return self.path(sha256).stat().st_size == byte_count
        except FileNotFoundError:
            return False

    def is_whole(self, sha256: str) -> bool:
        """Whether the file with that checksum is in its place with the bytes that it should have.

        It is read, which `holds` spares those who look at every file of the archive.
        """
        return self.is_here(sha256)

    def is_here(self, sha256: str) -> bool:
        """The same, of the folder, where the archive is more than that."""
        return has_sha256(self.path(sha256), sha256)

    def damaged(self, sizes: Mapping[str, int], day: int) -> frozenset[str]:
        """The checksums of files that are not in their place, or not as they were archived.

        Where they are many, the bytes of a part of them are summed, of another one each day.

        Args:
            sizes: The size of each file, by checksum.
            day: The number of the day.
        """
        parts = 1 + sum(sizes.values()) // _SUMMED_BYTES
        return frozenset(
            sha256
            for number, (sha256, size) in enumerate(sorted(sizes.items()))
            if not self.holds(sha256, size)
            or (number % parts == day % parts and not self.is_whole(sha256))
        )

    def unknown(self, known: Collection[str]) -> list[str]:
        """The checksums of files that are in their place, and of which nothing is known."""
        try:
            folders = [path for path in self.folder.iterdir() if _FOLDER.fullmatch(path.name)]
        except FileNotFoundError:
            return []
        names = (path.name for folder in folders for path in folder.iterdir())
        return sorted(name for name in names if name not in known)

    def recover(self, known: Collection[str]) -> None:
        """Put the files in place that had come whole when a process was killed.

        Args:
            known: The checksums of files that came whole; what else lies about had not.
        """
        incoming = self.folder / _INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        for path in incoming.iterdir():
            if not _OUR_NAME.fullmatch(path.name):
                continue
            sha256 = file_sha256(path)
            if sha256 in known and not self.is_whole(sha256):
                self.secure(path, sha256, path.stat().st_size)
                _settle(path, self.path(sha256))
            else:
                path.unlink()

    def bring_manifest(self) -> None:
        """Have the manifest lie in the folder, where the archive is more than that."""

    def segment(self) -> Segment | None:
        """Where observations are put besides; nowhere, where the archive is a folder."""
        return None

    def secure(self, path: Path, sha256: str, byte_count: int) -> None:
        """See to it that a file that has come whole outlives this process; in a folder it does."""

    def incoming(self) -> "Incoming":
        """A place for a file that comes; `recover` must have been called before."""
        return Incoming(self)

    def tidy(self) -> None:
        """Leave no trace of files that came."""
        incoming = self.folder / _INCOMING
        if not any(incoming.iterdir()):
            incoming.rmdir()


class Incoming:
    """A file that comes: its bytes are counted and summed, and in the end put in their place."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._path = store.folder / _INCOMING / uuid.uuid4().hex
        self._file = self._path.open("xb")
        self._hash = hashlib.sha256()
        self.byte_count = 0

    @property
    def sha256(self) -> str:
        """The checksum of the bytes so far."""
        return self._hash.hexdigest()

    def __enter__(self) -> "Incoming":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)  # unless it has been settled

    def write(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises:
            ArchiveError: If there is no room for them: not to be taken for a fault of the file.
        """
        try:
            self._file.write(chunk)
        except OSError as error:
            raise ArchiveError.unwritable(self._store.folder, error) from error
        self._hash.update(chunk)
        self.byte_count += len(chunk)

    def reset(self) -> None:
        """Forget the bytes that were taken: they come again from the first.

        Raises:
            ArchiveError: If the file cannot be emptied.
        """
        try:
            self._file.seek(0)
            self._file.truncate()
        except OSError as error:
            raise ArchiveError.unwritable(self._store.folder, error) from error
        self._hash = hashlib.sha256()
        self.byte_count = 0

    def finish(self) -> None:
        """Hand the bytes to the system: from here on they outlive the process."""
        self._file.flush()
        self._store.secure(self._path, self.sha256, self.byte_count)

    def commit(self) -> None:
        """Put the file in its place, unless one of the same bytes is there."""
        self._file.close()
        if not self._store.is_here(self.sha256):
            _settle(self._path, self._store.path(self.sha256))


def place(sha256: str) -> str:
    """Where a file lies below the folder, with `/` between parts."""
    return f"{sha256[:2]}/{sha256}"


def _settle(path: Path, to: Path) -> None:
    """Bring a whole file to the disk, and then to its place."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    to.parent.mkdir(exist_ok=True)
    path.replace(to)
