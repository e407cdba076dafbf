"""The working copy of a store: a folder of this machine in which what lies there is worked on.

Libraries want files, so whatever is done goes on being done in a folder. Where `--out` names an
object store, that folder is a copy: what is needed is brought from the store, and what is made is
put there by those who make it. The store is the truth; when nobody is at work, the copy may be
thrown away.

Here belongs which folder is the copy of which store, and how single files go to and fro.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from warehouse.leases import Lease
    from warehouse.places import Place, Tagged

CACHE_SETTING = "OFSTED_LETTERS_CACHE"
#: The pointer to the state that is published.
PUBLISHED = "current.json"
#: What a person who writes this does not mean as a folder, a slash forgotten or not; one letter is
#: a drive of Windows.
_LIKE_AN_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")


class WorkingCopy:
    """A folder and the store that it is a copy of.

    Attributes:
        folder: The folder.
        place: The store.
        lease: The right to work there, while a run is at work.
        pointers: What said what is current when it was read or put last, by its path: one command
            looks there once, and what it publishes takes the place of that and of nothing else.
        refreshed: The small files that a run has looked up; while it is at work, nobody else
            changes them.
    """

    def __init__(self, url: str, folder: Path) -> None:
        """Open a store; nothing is brought yet.

        Raises:
            PlaceError: If such addresses are not known, or what they need is not installed.
        """
        from warehouse.places import Place

        self.folder = folder
        self.place: Place = Place(url)
        self.lease: Lease | None = None
        self.pointers: dict[str, Tagged | None] = {}
        self.refreshed: set[str] = set()

    def pointer(self, path: str) -> Tagged | None:
        """What a pointer says; it is looked up once."""
        if path not in self.pointers:
            self.pointers[path] = self.place.read_tagged(path)
        return self.pointers[path]

    def switch(self, path: str, content: bytes) -> bool:
        """Have a pointer say something else, if it still is what was read; whether it was.

        Raises:
            Busy: If another run has taken over.
        """
        from warehouse.places import Tagged

        self.refuse_if_lost()
        before = self.pointer(path)
        tag = self.place.switch(path, content, before.tag if before else None)
        self.pointers.pop(path)
        if tag is not None:
            self.pointers[path] = Tagged(content, tag)
        return tag is not None

    def refuse_if_lost(self) -> None:
        """Stop a run that another one took for dead.

        Raises:
            Busy: If it was.
        """
        if self.lease is not None:
            self.lease.refuse_if_lost()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Work in the store, alone, from what is there now.

        Raises:
            Busy: If another run is at work there.
        """
        from warehouse.leases import Lease

        with Lease(self.place) as self.lease:
            self.pointers.clear()
            self.refreshed.clear()
            self.pointer(PUBLISHED)  # whoever publishes from now on keeps this run from it
            try:
                yield
            finally:
                self.lease = None


_copies: dict[Path, WorkingCopy] = {}


def opened(text: str) -> Path:
    """The folder that a person means: the one that is named, or the working copy of a store.

    Args:
        text: A folder, or an address as `s3://bucket/folder`.

    Raises:
        PlaceError: If such addresses are not known, or what they need is not installed.
        OSError: If there is no room for a working copy.
    """
    if not _LIKE_AN_ADDRESS.match(text):
        return Path(text)
    scheme, is_address, rest = text.rstrip("/").partition("://")
    if not is_address:
        from warehouse.places import PlaceError

        raise PlaceError(f"{text} is no address of a place: give s3://bucket/folder.")
    folder = _folder_of(scheme, rest)
    copy = WorkingCopy(f"{scheme}://{rest}", folder)
    (folder / "archive").mkdir(parents=True, exist_ok=True)
    _copies[folder] = copy
    return folder


def reached(url: str) -> WorkingCopy:
    """The working copy of a store on this machine, opened if this process has not opened it."""
    folder = _folder_of(*url.split("://"))
    return _copies.get(folder) or _copies[opened(url)]


def named(out: Path) -> str:
    """How a person named a folder: of a working copy, by the address of its store."""
    copy = copy_of(out)
    return copy.place.url if copy else str(out)


def copy_of(folder: Path) -> WorkingCopy | None:
    """The working copy that lies in a folder, if it is one that this process has opened."""
    return _copies.get(folder)


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Work alone in the store that a folder is a copy of, if it is one.

    Raises:
        Busy: If another run is at work there.
    """
    copy = copy_of(out)
    if copy is None:
        yield
        return
    with copy.held():
        yield


def refresh(out: Path, path: str) -> None:
    """Have a small file that changes be as it is in the store, where the folder is a copy."""
    copy = copy_of(out)
    if copy is None or (copy.lease is not None and path in copy.refreshed):
        return
    copy.refreshed.add(path)
    if copy.place.fetch({path: out / path}):
        (out / path).unlink(missing_ok=True)


def refresh_newest(out: Path, folder: str, suffix: str) -> None:
    """Have the last file of a folder, by its name, be here, where the folder is a copy."""
    copy = copy_of(out)
    if copy is None:
        return
    names = [name for name in copy.place.sizes(folder) if name.endswith(suffix)]
    newest = max(names, key=lambda name: name.removesuffix(suffix), default=None)
    if newest is not None and not (out / folder / newest).exists():
        copy.place.fetch({f"{folder}/{newest}": out / folder / newest})


def save(out: Path, path: str) -> None:
    """Have a small file be in the store as it is here, where the folder is a copy."""
    copy = copy_of(out)
    if copy is None:
        return
    if (out / path).exists():
        copy.place.write(path, (out / path).read_bytes())
    else:
        copy.place.remove(path)


def bring_letters(archive: Path, paths: Iterable[str]) -> None:
    """Have files of the archive lie in its folder, where that belongs to a copy.

    One that is not as it was archived is not kept: whoever opens it says so.

    Args:
        archive: The folder.
        paths: Their places in it; each is named by its SHA-256.
    """
    copy = copy_of(archive.parent)
    if copy is None:
        return
    lacking = {f"archive/{one}": archive / one for one in paths if not (archive / one).exists()}
    missing = copy.place.fetch(lacking)
    for path in (path for name, path in lacking.items() if name not in missing):
        with path.open("rb") as file:
            is_whole = hashlib.file_digest(file, "sha256").hexdigest() == path.name
        if not is_whole:
            path.unlink()


def _folder_of(scheme: str, rest: str) -> Path:
    """Where the copy of a store lies, as the environment says."""
    named = os.environ.get(CACHE_SETTING)
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ofsted-letters"
    return (Path(named) if named else usual).absolute() / scheme / quote(rest, safe="")
