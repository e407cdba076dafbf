"""The working copy of a store: a folder of this machine in which what lies there is worked on.

Libraries want files, so whatever is done goes on being done in a folder. Where `--out` names an
object store, that folder is a copy: what is needed is brought from the store, and what is made is
put there by those who make it. The store is the truth; when nobody is at work, the copy may be
thrown away.

Here belongs which folder is the copy of which store, and how single files go to and fro.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from warehouse.files import Busy, has_sha256, replace_file
from warehouse.hosts import is_address

if TYPE_CHECKING:
    from warehouse.leases import Lease
    from warehouse.places import Place, Tagged

CACHE_SETTING = "OFSTED_LETTERS_CACHE"
#: The pointer to the state that is published.
PUBLISHED = "current.json"


class WorkingCopy:
    """A folder and the store that it is a copy of.

    Attributes:
        folder: The folder.
        place: The store.
        lease: The right to work there, while a run is at work.
        pointers: What said what is current when it was read or put last, by its path: one command
            looks there once, and what it publishes takes the place of that and of nothing else.
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
    if not is_address(text):
        return Path(text)
    folder = _folder_of(text)
    copy = WorkingCopy(text, folder)
    (folder / "archive").mkdir(parents=True, exist_ok=True)
    _copies[folder] = copy
    return folder


def reached(url: str) -> WorkingCopy:
    """The working copy of a store on this machine, opened if this process has not opened it."""
    return _copies.get(_folder_of(url)) or _copies[opened(url)]


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
    if copy is None:
        return
    if there := copy.pointer(path):
        replace_file(out / path, there.content)
    else:
        (out / path).unlink(missing_ok=True)


def switch(out: Path, path: str, content: bytes) -> None:
    """Have such a file hold something else in the store, where the folder is a copy.

    Raises:
        Busy: If it does not hold any more what this process has read or put.
    """
    copy = copy_of(out)
    if copy is not None and not copy.switch(path, content):
        raise Busy(f"Another run has taken over in {copy.place.url}. Run again.")


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
    """Have a small file be in the store as it is here, where the folder is a copy.

    Raises:
        Busy: If another run has taken over.
    """
    copy = copy_of(out)
    if copy is not None:
        copy.refuse_if_lost()
        copy.place.write(path, (out / path).read_bytes())


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
    places = [archive / one for one in paths]
    lacking = [path for path in places if not has_sha256(path, path.name)]
    copy.place.fetch({path.relative_to(copy.folder).as_posix(): path for path in lacking})
    for path in lacking:
        if not has_sha256(path, path.name):
            path.unlink(missing_ok=True)


def _folder_of(url: str) -> Path:
    """Where the copy of a store lies, as the environment says."""
    scheme, _, rest = url.rstrip("/").partition("://")
    named = os.environ.get(CACHE_SETTING)
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ofsted-letters"
    return (Path(named) if named else usual).absolute() / scheme / quote(rest, safe="")
