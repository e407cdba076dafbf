"""Files that other processes see: written whole or not at all, and a lock on a folder.

Here belongs what holds of any file. What a folder of states or releases is made of, and in which
order, is the business of those who write it.
"""

import hashlib
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

#: In the name of a file that is being written; what a killed process leaves has it too.
UNFINISHED = ".new"
_UNFINISHED = re.compile(rf"{re.escape(UNFINISHED)}\d+$")


class Busy(Exception):
    """Another process works in the folder."""


class LockUnavailable(Exception):
    """This system has no way to lock a folder."""

    def __init__(self) -> None:
        super().__init__(
            "Letters are read, published and released on Linux and macOS only: no other system "
            "has the lock that keeps two runs apart. The commands query, status, evaluate, diff, "
            "export, verify and show work here."
        )


def replace_file(path: Path, data: bytes) -> None:
    """Put a file in its place in one step: readers find the old one or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_beside(path) as new:
        new.write_bytes(data)


def put_in_place(new: Path, place: Path, aside: Path) -> None:
    """Put what was written into its place; what was there is back there if that fails.

    Args:
        new: The file or folder.
        place: Where it goes.
        aside: Where a folder that is there goes meanwhile, and is left.
    """
    if not new.is_dir() or not place.exists():
        new.replace(place)
        return
    place.rename(aside)
    try:
        new.rename(place)
    except OSError:
        aside.rename(place)
        raise


def json_of(value: object) -> bytes:
    """What a file of JSON holds that people read too."""
    return msgspec.json.format(msgspec.json.encode(value)) + b"\n"


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in lower-case hexadecimal.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def has_sha256(path: Path, sha256: str) -> bool:
    """Whether a file is there, can be read, and has that SHA-256."""
    try:
        return file_sha256(path) == sha256
    except OSError:
        return False


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """A place to write a file to, which takes the place of another when it is whole."""
    # Processes of a run that was killed, or on another machine, may be at the same file.
    new = path.with_name(f"{path.name}{UNFINISHED}{uuid.uuid4().int}")
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def clear_unfinished(folder: Path) -> None:
    """Remove what killed processes left of files; nobody may be at work in the folder."""
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            if _UNFINISHED.search(path.name):
                path.unlink(missing_ok=True)


@contextmanager
def exclusive_lock(folder: Path, doing: str = "run is at work") -> Iterator[None]:
    """Hold a folder, so that no other process does the same in it.

    Args:
        folder: The folder; it is made where there is none.
        doing: What is done in it, for the message.

    Raises:
        Busy: If another process holds it.
        LockUnavailable: If this system cannot lock it.
    """
    try:
        with _locked(folder / ".lock", waits=False):
            yield
    except BlockingIOError:
        raise Busy(f"Another {doing} in {folder}. Wait until it has ended.") from None


@contextmanager
def waiting_lock(folder: Path) -> Iterator[None]:
    """Hold a folder for a moment; who comes meanwhile waits.

    Raises:
        LockUnavailable: If this system cannot lock it.
    """
    with _locked(folder / ".waiting", waits=True):
        yield


@contextmanager
def _locked(path: Path, *, waits: bool) -> Iterator[None]:
    try:
        import fcntl  # only here: what reads must work where there is none
    except ImportError:
        raise LockUnavailable from None
    path.parent.mkdir(parents=True, exist_ok=True)
    # The system lets go of the lock when the process ends, however it ends.
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        yield
