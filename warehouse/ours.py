"""Whose a folder is: where runs write, they also remove and replace, and so only in their own.

A folder is ours if it bears our mark. The mark is set where there is nothing yet, and in a folder
that an earlier version of the program made, which set none. Here belongs that, and what a file of a
person's (`--output`) must not take the place of.
"""

from __future__ import annotations

import json
import os
import re
import stat
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.files import replace_file
from warehouse.working_copy import copy_of

if TYPE_CHECKING:
    from warehouse.places import Place

MARKER = ".ofsted-letters"
_MARK = (
    "ofsted-letters works in this folder: what lies beside this file is made and cleared by it.\n"
)

#: Below a folder of ours, what runs and releases write; a person's files may stand beside it.
_WRITTEN = frozenset(
    "archive current parquet quality releases reports states warehouse.duckdb work".split()
)
#: Links that an earlier version left, by name, with what they begin with; no other program does.
_LINKS = {
    "current": "states/",
    "quality": "work/quality/",
    "warehouse.duckdb": "current/",
}
#: Files whose first line holds an object with these names: after a run that was cut off, or where
#: an archive has been brought back from a copy.
_RECORDS = {
    "archive/manifest.jsonl": {"type", "at"},
    "work/unreported.json": {"begun_at", "found"},
}
#: What a file system may have put into a new folder by itself, and `show` before the first run.
_NOBODYS = re.compile(r"\..*|lost\+found|pictures")


class NotOursError(Exception):
    """Something is in the way that is not ours to replace; the message says what would help."""


def is_marked(folder: Path) -> bool:
    """Whether a folder bears our mark."""
    try:
        path = folder / MARKER
        return stat.S_ISREG(path.lstat().st_mode) and path.read_text(errors="replace") == _MARK
    except OSError:
        return False


def claim(out: Path) -> None:
    """Make a folder ours; it is made where there is none.

    Raises:
        NotOursError: If it holds what this program did not make.
        OSError: If it cannot be made or read.
    """
    out.mkdir(parents=True, exist_ok=True)
    if copy := copy_of(out):
        _claim_store(copy.place)
        replace_file(out / MARKER, _MARK.encode())
        return
    if is_marked(out):
        return
    theirs = sorted(path.name for path in out.iterdir())
    theirs = [name for name in theirs if not _NOBODYS.fullmatch(name)]
    if (theirs and not _is_of_earlier_version(out)) or os.path.lexists(out / MARKER):
        raise NotOursError(
            f"{out} holds {theirs[0] if theirs else MARKER}, which this program did not make, so "
            "nothing is written there. Name a new folder, or an empty one, with --out."
        )
    replace_file(out / MARKER, _MARK.encode())  # half of it would bar the folder for good


def _claim_store(place: Place) -> None:
    """Mark a place as ours, in which there is nothing yet, and which keeps conditions."""
    if place.read(MARKER) == _MARK.encode():
        return
    theirs = sorted(
        path for path in place.sizes() if not _NOBODYS.fullmatch(path) or path == MARKER
    )
    if theirs:
        raise NotOursError(
            f"{place.url} holds {theirs[0]}, which this program did not make, so nothing is put "
            "there. Name an empty folder of a bucket with --out."
        )
    trial = f"{MARKER}-{uuid.uuid4().hex}"  # of nobody, where this is killed
    place.write(trial, b"")
    is_kept = all(place.switch(trial, b"new", before) is None for before in (None, '"another"'))
    place.remove(trial)
    if not is_kept:
        raise NotOursError(
            f"{place.url} puts a file whatever is there (If-None-Match, If-Match), so nothing "
            "would keep two runs from undoing each other's work. Name a store that does not."
        )
    place.write(MARKER, _MARK.encode())


def refuse_to_replace(
    to: Path, what: str, is_ours: Callable[[Path], bool], *, force: bool, option: str = "output"
) -> Path:
    """Refuse a place for a person's file that is not free, or holds more than is to be replaced.

    Args:
        to: The place as it was named.
        what: What is written, for the message.
        is_ours: Whether what is there was made by the same command.
        force: Whether such a thing may be replaced.
        option: The option that names the place, for the message.

    Returns:
        The place without links.

    Raises:
        NotOursError: If it may not be written to.
        OSError: If it cannot be looked at.
        RuntimeError: If links lead in a circle.
    """
    place = to.resolve()
    for folder in (place, *place.parents):
        name = place.relative_to(folder).parts[:1]
        is_run = is_marked(folder) or _is_of_earlier_version(folder)
        if _is_published(folder) or (is_run and {*name} & {*_WRITTEN, MARKER, ".lock"}):
            raise NotOursError(
                f"{to} lies in {folder}, which is a release or what is published, and is never "
                f"changed. Name another place with --{option}."
            )
    if not place.exists():
        return place
    if not force:
        raise NotOursError(
            f"{to} is there already. Name another place with --{option}, or replace it with "
            "--force."
        )
    if not is_ours(place):
        raise NotOursError(
            f"{to} is no {what}, or there is something else in it, so it is not replaced. Name "
            f"another place with --{option}."
        )
    return place


def _is_published(folder: Path) -> bool:
    """Whether a folder is a state or a release, in a folder of ours or anywhere."""
    is_state = (folder / "state.json").is_file() and (folder / "parquet").is_dir()
    return is_state or (folder / "release.json").is_file()


def _is_of_earlier_version(out: Path) -> bool:
    return any(_signs(out))


def _signs(out: Path) -> Iterator[bool]:
    for name, target in _LINKS.items():
        link = out / name
        yield link.is_symlink() and str(link.readlink()).startswith(target)
    for name, keys in _RECORDS.items():
        try:
            with (out / name).open("rb") as file:
                record = json.loads(file.readline(1 << 20))
        except (OSError, ValueError):
            continue
        yield isinstance(record, dict) and record.keys() >= keys
