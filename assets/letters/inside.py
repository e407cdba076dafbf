"""Opening what lies in a folder, and nothing that lies outside it.

A folder of letters may be filled by others: a link in it could lead to anything that this program
may read, and what is read is published. So a link counts if it leads to another file of the folder;
pipes, devices and files without an end are not opened at all.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from assets.letters.source import FetchError
from assets.model import LARGEST_BYTES


def locate(folder: Path, path: Path) -> Path:
    """Where a file of a folder lies, without links; the folder may be a link itself.

    Args:
        folder: The folder.
        path: A path that begins with the folder's.

    Raises:
        OSError: If there is nothing.
        FetchError: If it lies outside, or is no regular file.
    """
    place, root = path.resolve(strict=True), folder.resolve()
    if not place.is_relative_to(root):
        raise FetchError("unreadable", "It is a link that leads out of the folder.")
    _refuse(place.lstat())
    return place


@contextmanager
def open_inside(folder: Path, path: Path) -> Iterator[BinaryIO]:
    """Open a file of a folder, to be read.

    Raises:
        OSError: If it cannot be opened.
        FetchError: If it lies outside, is no regular file, or larger than any letter.
    """
    try:
        place = locate(folder, path)
    except RuntimeError as error:  # links that lead in a circle
        raise FetchError("unreadable", "It is a link that leads in a circle.") from error
    root = folder.resolve()
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    # Step by step, and through no link: what is replaced by one after the look is not followed.
    *folders, name = place.relative_to(root).parts
    steps = [(one, os.O_DIRECTORY) for one in folders]
    # Without O_NONBLOCK, opening a named pipe would wait for ever.
    for step, flag in (*steps, (name, os.O_NONBLOCK)):
        above = descriptor
        try:
            descriptor = os.open(step, os.O_RDONLY | os.O_NOFOLLOW | flag, dir_fd=above)
        finally:
            os.close(above)
    with open(descriptor, "rb") as file:
        _refuse(os.fstat(descriptor))
        yield file


def _refuse(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise FetchError("unreadable", "It is not a regular file.")
    if status.st_size > LARGEST_BYTES:
        raise FetchError("too_large", f"It has {status.st_size:,} bytes, more than any letter.")
