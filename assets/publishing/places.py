"""A place that readers fetch from: a folder, or an object store of any kind that fsspec knows.

Here belongs how files are put there, and that they are there as they should be. What is put where,
and in which order, is in `publish`.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assets.release.checksums import file_sha256
from warehouse.files import clear_unfinished, written_beside

#: What Python does not know on every machine; an object store tells it to browsers.
_MEDIA_TYPES = {
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".webp": "image/webp",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

#: So many files are put at once: each waits for its answer, not for a processor.
_AT_ONCE = 8


class PublishingError(Exception):
    """Something cannot be published; the message says why, and what would help."""


class Place:
    """Where files are put, each by its path below one root."""

    def __init__(self, url: str) -> None:
        """Take the address of a place; nothing need be there yet.

        Args:
            url: A folder, or an address as `s3://bucket/folder`.

        Raises:
            PublishingError: If such addresses are not known, or what they need is not installed.
        """
        from fsspec.core import url_to_fs
        from fsspec.implementations.local import LocalFileSystem

        # What else runs in the process may have begun that table anew.
        for ending, media_type in _MEDIA_TYPES.items():
            mimetypes.add_type(media_type, ending)
        try:
            self._system, root = url_to_fs(url, use_listings_cache=False, skip_instance_cache=True)
        except ImportError as error:
            raise PublishingError(
                f"{url} needs a library that is not installed ({error}). For s3://… it is the "
                "extra `s3`: pip install 'ofsted-letters[s3]'."
            ) from error
        except ValueError as error:
            raise PublishingError(f"{url} is no address to publish to: {error}.") from error
        self.url = url
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

    def put(self, files: Mapping[str, Path]) -> None:
        """Put files there, several at once, and read each back: it is there whole, or not at all.

        Args:
            files: Where each comes from, by its path there.

        Raises:
            PublishingError: If one cannot be put, or is not what it should be when it is read back.
        """
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(self._put, *zip(*files.items(), strict=True)) if files else ():
                pass

    def remove(self, path: str) -> None:
        """Remove a file; it may be gone already."""
        with self._told():
            try:
                self._system.rm_file(self._at(path))
            except FileNotFoundError:
                return

    def clear_unfinished(self) -> None:
        """Remove what a publication that was killed left of files; nobody may be at work there."""
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
            raise PublishingError(
                f"{self.url}: {path} was put there, and is another file when it is read back. "
                "Publish again."
            )

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
            raise PublishingError(f"{self.url}: {str(error).rstrip('.')}.") from error
