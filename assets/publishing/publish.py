"""Releases and the portal are published: in an order that keeps readers from half of anything.

    <version>/       a whole release, never changed; SHA256SUMS is put last: then it is whole
    releases.json    all releases, with the folder of each, or the address of its files elsewhere
    latest/          the newest one, at addresses that stay; its release.json is put last
    ...              the portal
    published.json   what of latest/ and the portal was put there, and may be removed again

Here belongs that order. It is the same for a first time, for a next one, and for one after a
publication that was killed: what is missing is put, and what is there is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TypeVar

import msgspec
from semver import Version

from assets.portal.build import RECORD_FILE as PORTAL_FILE
from assets.portal.build import Portal
from assets.publishing.settings import Publishing, PublishingError
from assets.release.checksums import CHECKSUMS_FILE, ChecksumsError, read_checksums
from assets.release.store import (
    LATEST,
    LIST_FILE,
    RECORD_FILE,
    Release,
    ReleaseList,
    ReleaseStore,
)
from warehouse.files import exclusive_lock, file_sha256, json_of
from warehouse.places import Place

#: What was put there beside whole versions, by its path: its SHA-256, or `None` while that is in
#: doubt. A place that has this file is ours.
MANIFEST_FILE = "published.json"
_Manifest = dict[str, str | None]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing.

    Attributes:
        release: The newest release.
        versions: The versions that were put there now.
        file_count: How many files of `latest` and the portal were put there now.
        has_portal: Whether there was a portal to publish.
    """

    release: Release
    versions: tuple[str, ...]
    file_count: int
    has_portal: bool


def publish(publishing: Publishing) -> Published:
    """Put every release that lies here in a place, lead `latest` to the newest, and the portal.

    Raises:
        ReleaseError: If there is no release, or one cannot be read.
        PlaceError: If something cannot be put there, or something else is there.
        Busy: If a release is being made, or published.
    """
    store = ReleaseStore(publishing.out)
    newest = store.find()
    portal = _portal_files(publishing.portal, newest) if publishing.portal else {}
    place = Place(publishing.to)
    with (
        exclusive_lock(store.folder, "release or publication is at work"),
        TemporaryDirectory() as temporary,
    ):
        notes = Path(temporary)
        manifest = _take(place, notes)
        _refuse_if_newer(place, newest)
        place.clear_unfinished()
        versions = tuple(
            release.record.version for release in store.releases() if _put_version(place, release)
        )
        (notes / LIST_FILE).write_bytes(json_of(_listing(place, store)))
        count = _put_changing(
            place,
            manifest,
            ({LIST_FILE: notes / LIST_FILE}, *_latest_files(newest), *_in_order(portal)),
            notes,
            keeps_portal=not portal,
        )
    return Published(newest, versions, count, bool(portal))


def _take(place: Place, notes: Path) -> _Manifest:
    """What was put there before; a place where there is nothing yet is marked as ours.

    Raises:
        PublishingError: If something is there that was not published.
    """
    manifest = _read(place, MANIFEST_FILE, _Manifest)
    if manifest is not None:
        if odd := [path for path in manifest if not _may_change(path)]:
            raise PublishingError(
                f"{place.url}: {MANIFEST_FILE} names {odd[0]!r}, which publishing never changes. "
                "Publish to an empty place."
            )
        return manifest
    if theirs := next(iter(place.sizes()), None):
        raise PublishingError(
            f"{place.url} holds {theirs}, which was not published there, so nothing is put there. "
            "Name an empty place, as a new folder in it."
        )
    _note(place, {}, notes)
    return {}


def _may_change(path: str) -> bool:
    """Whether a file may be put anew or removed: one of the place, and of no version."""
    top, *below = PurePosixPath(path).parts or ("..",)
    return top != "/" and ".." not in (top, *below) and not Version.is_valid(top)


def _refuse_if_newer(place: Place, newest: Release) -> None:
    listed = _read(place, LIST_FILE, ReleaseList)
    there = listed.latest if listed else None
    if there and Version.parse(there) > newest.version:
        raise PublishingError(
            f"{place.url} holds release {there}, and the newest here is {newest.record.version}. "
            "Bring the releases back from a copy before you publish."
        )


def _read(place: Place, path: str, form: type[_T]) -> _T | None:
    """What a file there says; `None` if there is none."""
    content = place.read(path)
    try:
        return None if content is None else msgspec.json.decode(content, type=form)
    except msgspec.DecodeError as error:
        raise PublishingError(
            f"{place.url}: {path} cannot be read ({error}). Publish to an empty place."
        ) from error


def _put_version(place: Place, release: Release) -> bool:
    """Put a release in its folder, unless it is there; its checksums last.

    Raises:
        PublishingError: If other tables have been published under its version.
    """
    version, sums = release.record.version, release.folder / CHECKSUMS_FILE
    try:
        files = {path: release.folder / path for path in read_checksums(sums)}
        sizes = {path: source.stat().st_size for path, source in files.items()}
    except (OSError, ChecksumsError) as error:
        raise PublishingError(
            f"The release {version} is not whole: {error}. Take it from a copy."
        ) from error
    there = place.sizes(version)
    is_listed = CHECKSUMS_FILE in there
    if is_listed and place.read(f"{version}/{CHECKSUMS_FILE}") != sums.read_bytes():
        raise PublishingError(
            f"{place.url} holds other tables as release {version}, and a version is never "
            "changed. Find out which ones were given out, and take these releases from a copy."
        )
    # Without its checksums nobody was told of it, and what is there may be anything.
    missing = [path for path in files if not is_listed or there.get(path) != sizes[path]]
    place.put({f"{version}/{path}": files[path] for path in missing})
    if not is_listed:
        for path in there.keys() - files.keys():
            place.remove(f"{version}/{path}")
        place.put({f"{version}/{CHECKSUMS_FILE}": sums})
    return bool(missing)


def _listing(place: Place, store: ReleaseStore) -> ReleaseList:
    """The list of releases as it is there: a release has a folder, or an address elsewhere."""
    listed = store.listing()
    for entry in listed.releases:
        is_there = place.read(f"{entry.version}/{CHECKSUMS_FILE}") is not None
        entry.path = entry.version if is_there else ""
    return listed


def _latest_files(release: Release) -> Iterator[Mapping[str, Path]]:
    paths = [*read_checksums(release.folder / CHECKSUMS_FILE), CHECKSUMS_FILE]
    for last in (False, True):
        yield {
            f"{LATEST}/{path}": release.folder / path
            for path in paths
            if (path == RECORD_FILE) is last
        }


def _portal_files(folder: Path, newest: Release) -> Mapping[str, Path]:
    """The portal's files but for its copy of the release, by path.

    Raises:
        PublishingError: If it is not the portal of the newest release.
    """
    try:
        record = msgspec.json.decode((folder / PORTAL_FILE).read_bytes(), type=Portal)
    except (OSError, msgspec.DecodeError) as error:
        raise PublishingError(
            f"There is no portal in {folder} ({error}). Make one with `ofsted-letters portal`."
        ) from error
    if record.version != newest.record.version:
        raise PublishingError(
            f"The portal in {folder} shows release {record.version}, and the newest is "
            f"{newest.record.version}. Make it anew with `ofsted-letters portal`."
        )
    not_pages = {LATEST, LIST_FILE, MANIFEST_FILE}
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.relative_to(folder).parts[0] not in not_pages
        and _may_change(path.relative_to(folder).as_posix())
    }


def _in_order(portal: Mapping[str, Path]) -> Iterator[Mapping[str, Path]]:
    """What pages show before the pages, and what says which portal it is last."""

    def turn(path: str) -> int:
        return 2 if path == PORTAL_FILE else int(path.endswith(".html"))

    for one in range(3):
        yield {path: source for path, source in portal.items() if turn(path) == one}


def _put_changing(
    place: Place,
    before: _Manifest,
    groups: tuple[Mapping[str, Path], ...],
    notes: Path,
    *,
    keeps_portal: bool,
) -> int:
    """Put what may change, one group after the other, then remove what is no more.

    A file counts as there only if it was put there whole, by the note that is kept of it. What is
    about to change is noted as in doubt first, so that a publication that is killed, and another
    one of other files after it, are no danger.

    Returns:
        How many files were put.
    """
    wanted = {path: file_sha256(source) for group in groups for path, source in group.items()}
    there = place.sizes()
    kept = {
        path: sha256
        for path, sha256 in before.items()
        if keeps_portal and not path.startswith(f"{LATEST}/") and path not in wanted
    }
    sure = {
        path
        for group in groups
        for path, source in group.items()
        if before.get(path) == wanted[path] and there.get(path) == source.stat().st_size
    }
    now: _Manifest = {**kept, **wanted}
    if now == before and sure == wanted.keys():
        return 0
    doubtful = dict.fromkeys((*before, *wanted))
    _note(place, {**doubtful, **kept, **{path: wanted[path] for path in sure}}, notes)
    for group in groups:
        place.put({path: source for path, source in group.items() if path not in sure})
    for path in before.keys() - now.keys():
        place.remove(path)
    _note(place, now, notes)
    return len(wanted) - len(sure)


def _note(place: Place, manifest: _Manifest, notes: Path) -> None:
    (notes / MANIFEST_FILE).write_bytes(json_of(dict(sorted(manifest.items()))))
    place.put({MANIFEST_FILE: notes / MANIFEST_FILE})
