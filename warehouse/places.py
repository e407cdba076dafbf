"""A place for files beyond this machine's own: an object store that fsspec knows, or a folder.

Here belongs how files are put there and had from there, and how one of several writers is let
through. An object store has no rename, no links, no lock and no append: an object appears when it
is whole, and a condition on what is there keeps a writer from undoing another's work. What is put
where, and in which order, is the business of those who write.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NamedTuple, TypeVar

from warehouse.files import (
    clear_unfinished,
    file_sha256,
    replace_file,
    waiting_lock,
    written_beside,
)
from warehouse.hosts import is_address

#: What Python does not know on every machine; an object store tells it to browsers.
_MEDIA_TYPES = {
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".webp": "image/webp",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

#: So many files are on their way at once: each waits for its answer, not for a processor.
_AT_ONCE = 8

#: What a store of S3's kind answers where something else is there than a condition says; the last
#: one, where nothing is.
_REFUSED = frozenset(
    {"PreconditionFailed", "ConditionalRequestConflict", "412", "409", "NoSuchKey"}
)

T = TypeVar("T")


class PlaceError(Exception):
    """Something cannot be put in a place or had from it; the message says what would help."""


class Tagged(NamedTuple):
    """What a file held when it was read.

    Attributes:
        content: Its bytes.
        tag: What tells whether the file is still the one that was read; for `Place.switch`.
    """

    content: bytes
    tag: str


class Place:
    """Where files are put, each by its path below one root."""

    def __init__(self, url: str) -> None:
        """Take the address of a place; nothing need be there yet.

        Args:
            url: A folder, or an address as `s3://bucket/folder`.

        Raises:
            PlaceError: If such addresses are not known, or what they need is not installed.
        """
        from fsspec.core import url_to_fs
        from fsspec.implementations.local import LocalFileSystem

        if is_address(url) and not url.partition("://")[2].strip("/"):
            raise PlaceError(f"{url} is no address of a place: give s3://bucket/folder.")
        # What else runs in the process may have begun that table anew.
        for ending, media_type in _MEDIA_TYPES.items():
            mimetypes.add_type(media_type, ending)
        try:
            self._system, root = url_to_fs(url, use_listings_cache=False, skip_instance_cache=True)
        except ImportError as error:
            raise PlaceError(
                f"{url} needs a library that is not installed ({error}). For s3://… it is the "
                "extra `s3`: pip install 'ofsted-letters[s3]'."
            ) from error
        except ValueError as error:
            raise PlaceError(f"{url} is no address of a place: {error}.") from error
        self.url = url.rstrip("/") or url
        self._root = root.rstrip("/")
        self._is_folder = isinstance(self._system, LocalFileSystem)

    def sizes(self, folder: str = "") -> Mapping[str, int]:
        """The size in bytes of every file below a folder of it, by its path below that folder."""
        root = self._at(folder) if folder else self._root
        with self._told():
            found: dict[str, Any] = self._system.find(root, detail=True)
        return {path[len(root) :].lstrip("/"): one["size"] for path, one in found.items()}

    def read(self, path: str) -> bytes | None:
        """A file's bytes; `None` if there is none."""
        with self._told():
            try:
                content: bytes = self._system.cat_file(self._at(path))
            except FileNotFoundError:
                return None
        return content

    def fetch(self, files: Mapping[str, Path]) -> frozenset[str]:
        """Bring files to this machine, several at once; each appears there whole, or not at all.

        Args:
            files: Where each goes, by its path in the place.

        Returns:
            The paths of those that are not in the place.
        """
        missing = each(lambda item: self._fetch(*item), files.items())
        return frozenset(path for path in missing if path is not None)

    def put(self, files: Mapping[str, Path]) -> None:
        """Put files there, several at once, and read each back: it is there whole, or not at all.

        Args:
            files: Where each comes from, by its path there.

        Raises:
            PlaceError: If one cannot be put, or is not what it should be when it is read back.
        """
        each(lambda item: self._put(*item), files.items())

    def write(self, path: str, content: bytes) -> None:
        """Put a small file there, whatever is there; it is not read back."""
        with self._told():
            if self._is_folder:
                replace_file(Path(self._at(path)), content)
            else:
                self._system.pipe_file(self._at(path), content)

    def read_tagged(self, path: str) -> Tagged | None:
        """What a file holds, with its tag; `None` if there is none.

        Raises:
            PlaceError: If this kind of place keeps no conditions.
        """
        with self._told():
            try:
                if self._is_folder:
                    content = Path(self._at(path)).read_bytes()
                    return Tagged(content, hashlib.sha256(content).hexdigest())
                answer = self._s3("get_object", path)
                return Tagged(answer["Body"], answer["ETag"])
            except FileNotFoundError:
                return None

    def switch(self, path: str, content: bytes, before: str | None) -> str | None:
        """Put a file there if what is there is what was read: of several writers, one succeeds.

        Args:
            path: The file.
            content: What it is to hold; no other writer puts the same.
            before: The tag of what was read; `None` where there was nothing.

        Returns:
            The tag of the new file; `None` if something else is there by now.

        Raises:
            PlaceError: If this kind of place keeps no conditions.
        """
        with self._told():
            if not self._is_folder:
                return self._switch_object(path, content, before)
            with waiting_lock(Path(self._root)):
                there = self.read_tagged(path)
                if (there.tag if there else None) != before:
                    return None
                replace_file(Path(self._at(path)), content)
                return hashlib.sha256(content).hexdigest()

    def age(self, path: str) -> float:
        """How long a file has been there (seconds), by the place's own clock; no time if it is not.

        Raises:
            PlaceError: If this kind of place keeps no conditions.
        """
        with self._told():
            try:
                if self._is_folder:
                    with TemporaryFile(dir=self._root) as now:
                        began = Path(self._at(path)).stat().st_mtime
                        return os.fstat(now.fileno()).st_mtime - began
                answer = self._s3("head_object", path)
            except FileNotFoundError:
                return 0.0
        now_there = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        seconds: float = (now_there - answer["LastModified"]).total_seconds()
        return seconds

    def remove(self, path: str) -> None:
        """Remove a file; it may be gone already."""
        with self._told():
            try:
                self._system.rm_file(self._at(path))
            except FileNotFoundError:
                return

    def clear_unfinished(self) -> None:
        """Remove what a writer that was killed left of files; nobody may be at work there."""
        if self._is_folder:
            for folder, _, _ in os.walk(self._root):
                clear_unfinished(Path(folder))

    def _put(self, path: str, source: Path) -> None:
        to = self._at(path)
        with self._told():
            if self._is_folder:  # an object appears when it is whole; a file must be made to
                Path(to).parent.mkdir(parents=True, exist_ok=True)
                with written_beside(Path(to)) as new:
                    shutil.copyfile(source, new)
            else:
                self._system.put_file(str(source), to)
        content = self.read(path)
        if content is None or hashlib.sha256(content).hexdigest() != file_sha256(source):
            raise PlaceError(
                f"{self.url}: {path} was put there, and is another file when it is read back. Do "
                "the same again."
            )

    def _fetch(self, path: str, to: Path) -> str | None:
        to.parent.mkdir(parents=True, exist_ok=True)
        with self._told():
            try:
                with written_beside(to) as new:
                    self._system.get_file(self._at(path), str(new))
            except FileNotFoundError:
                return path
        return None

    def _s3(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """What a store of S3's kind answers, with the answer's body.

        Raises:
            PlaceError: If it is of another kind: nobody has tried that those keep conditions.
        """
        from fsspec.asyn import sync

        system = self._system
        if not hasattr(system, "call_s3"):
            raise PlaceError(
                f"{self.url} is no place to work in: runs need an object store of S3's kind, as "
                "s3://bucket/folder."
            )
        bucket, key, _ = system.split_path(self._at(path))

        async def call() -> dict[str, Any]:
            answer: dict[str, Any] = await system._call_s3(method, Bucket=bucket, Key=key, **more)
            if "Body" in answer:
                async with answer["Body"] as body:
                    answer["Body"] = await body.read()
            return answer

        found: dict[str, Any] = sync(system.loop, call)
        return found

    def _switch_object(self, path: str, content: bytes, before: str | None) -> str | None:
        condition = {"IfNoneMatch": "*"} if before is None else {"IfMatch": before}
        try:
            answer = self._s3("put_object", path, Body=content, **condition)
        except OSError as error:
            response = getattr(error.__cause__ or error, "response", {})
            if response.get("Error", {}).get("Code") not in _REFUSED:
                raise
            # A request whose answer was lost is sent again, and then refused for its own work.
            there = self.read_tagged(path)
            return there.tag if there and there.content == content else None
        tag: str = answer["ETag"]
        return tag

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}"

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell a fault of the place as what it is."""
        # Of a library that is there only where it is used; its faults are no OSError.
        botocore = sys.modules.get("botocore.exceptions")
        faults = (OSError, *((botocore.BotoCoreError,) if botocore else ()))
        try:
            yield
        except faults as error:
            raise PlaceError(f"{self.url}: {str(error).rstrip('.')}.") from error


def each(function: Callable[[Any], T], items: Iterable[Any]) -> list[T]:
    """Do what waits for answers with all items, several at once; the first fault ends it."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(function, items))
