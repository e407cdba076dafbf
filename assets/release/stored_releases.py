"""Releases in an object store: where they lie there, and how a new one comes into the list.

    STORE/releases/<version>-<token>/   one whole release; it is never changed
    STORE/releases/releases.json        the pointer: all of them, with the folder of each

The files of a release are put in a folder that no other attempt shares. Then the list is switched,
on condition that it is the one that was read: of two releases made at once, one is let through.
What is in no list is cleared by whoever switches it next. A release is brought to a machine when it
is asked for, and only once.

Here belongs this order of steps; how releases lie in a folder is in `store`.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

import msgspec
from semver import Version

from assets.release.checksums import CHECKSUMS_FILE, read_checksums
from assets.release.store import (
    LATEST,
    LIST_FILE,
    Listed,
    ReleaseError,
    ReleaseList,
    release_folders,
)
from warehouse.files import has_sha256, json_of, replace_file, waiting_lock
from warehouse.places import each
from warehouse.states import replace_link
from warehouse.working_copy import WorkingCopy

_FOLDER = "releases"
_LIST = f"{_FOLDER}/{LIST_FILE}"
_NEW = ".new-"


def bring_list(copy: WorkingCopy) -> None:
    """Have the list lie in the working copy, and no release that is not in it.

    Raises:
        ReleaseError: If it cannot be read.
    """
    folder, index = copy.folder / _FOLDER, _index(copy)
    with waiting_lock(copy.folder):
        listed = {entry.version: entry for entry in index.releases if entry.path}
        for release in release_folders(folder):
            entry = listed.get(release.name)
            if entry is None or not has_sha256(release / CHECKSUMS_FILE, entry.sha256sums):
                shutil.rmtree(release)
        for entry in listed.values():
            entry.path = entry.version
        if index.latest is None:
            (folder / LIST_FILE).unlink(missing_ok=True)
        else:
            replace_file(folder / LIST_FILE, json_of(index))


def versions(copy: WorkingCopy) -> tuple[Version, ...]:
    """The versions that lie in the store, the oldest first."""
    return tuple(sorted(Version.parse(one.version) for one in _index(copy).releases if one.path))


def bring(copy: WorkingCopy, version: str) -> None:
    """Have a release lie in the working copy; one that is not in the store is not brought.

    Raises:
        ReleaseError: If it is not whole in the store.
    """
    place = copy.folder / _FOLDER / version
    entry = next((one for one in _index(copy).releases if one.version == version), None)
    if entry is None or not entry.path or not _wrong(place, entry):
        return
    there, new = f"{_FOLDER}/{entry.path}", place.with_name(f"{_NEW}{uuid.uuid4().hex}")
    try:
        copy.place.fetch({f"{there}/{CHECKSUMS_FILE}": new / CHECKSUMS_FILE})
        if has_sha256(new / CHECKSUMS_FILE, entry.sha256sums):
            sums = read_checksums(new / CHECKSUMS_FILE)
            copy.place.fetch({f"{there}/{path}": new / path for path in sums})
        if wrong := _wrong(new, entry):
            raise ReleaseError(
                f"{copy.place.url}/{there}/{wrong} is missing or has other bytes, and a release is "
                "never changed. Take it from a copy."
            )
        with waiting_lock(copy.folder):
            if _wrong(place, entry):  # else another process has brought it, and may be reading
                shutil.rmtree(place, ignore_errors=True)
                new.rename(place)
            replace_link(copy.folder / _FOLDER / LATEST, str(_index(copy).latest))
    finally:
        shutil.rmtree(new, ignore_errors=True)


def push(copy: WorkingCopy, index: ReleaseList) -> None:
    """Have the store list what the working copy lists, when what is new is there whole.

    Raises:
        ReleaseError: If another release has been made meanwhile.
        PlaceError: If the store does not take it.
    """
    lie_at = {one.version: (one.path, one.sha256sums) for one in _index(copy).releases}
    stored = msgspec.json.decode(json_of(index), type=ReleaseList)
    for entry in stored.releases:
        path, sha256sums = lie_at.get(entry.version, ("", ""))
        if path and sha256sums == entry.sha256sums:
            entry.path = path
        elif entry.path:
            entry.path = f"{entry.version}-{uuid.uuid4().hex[:8]}"
            copy.place.put(_files(copy.folder / _FOLDER / entry.version, entry))
    kept = tuple(f"{one.path}/" for one in stored.releases if one.path)
    there = [path for path in copy.place.sizes(_FOLDER) if "/" in path]
    content = json_of(stored)
    before = copy.pointer(_LIST)
    if before is not None and before.content == content:
        return
    if not copy.switch(_LIST, content):
        bring_list(copy)
        raise ReleaseError(
            f"Another release was made in {copy.place.url} meanwhile, so this one is not kept. "
            "Release again, if anything has changed since that one."
        )
    each(copy.place.remove, [f"{_FOLDER}/{path}" for path in there if not path.startswith(kept)])


def _files(release: Path, entry: Listed) -> Mapping[str, Path]:
    """The files of a release, by where they are put."""
    paths = [*read_checksums(release / CHECKSUMS_FILE), CHECKSUMS_FILE]
    return {f"{_FOLDER}/{entry.path}/{path}": release / path for path in paths}


def _index(copy: WorkingCopy) -> ReleaseList:
    there = copy.pointer(_LIST)
    if there is None:
        return ReleaseList("", None, [])
    try:
        return msgspec.json.decode(there.content, type=ReleaseList)
    except msgspec.DecodeError as error:
        raise ReleaseError(
            f"{copy.place.url}/{_LIST} cannot be read ({error}). Take it from a copy."
        ) from error


def _wrong(release: Path, entry: Listed) -> str:
    """The first of a release's files that is not as it is listed; nothing if all are."""
    checksums = release / CHECKSUMS_FILE
    if not has_sha256(checksums, entry.sha256sums):
        return CHECKSUMS_FILE
    sums = read_checksums(checksums).items()
    return next((path for path, sha256 in sums if not has_sha256(release / path, sha256)), "")
