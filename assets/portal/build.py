"""A portal is made: a release read, its pages written, and put in their place when all are there.

Here belongs the order of steps. What a page tells stands in `pages/`.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from assets.portal import crops, downloads, feeds, gone
from assets.portal.pages import (
    about,
    authorities,
    home,
    points,
    releases,
    search,
    sql,
    topics,
    visits,
)
from assets.portal.reading import Book, read_book
from assets.portal.settings import PortalMaking
from assets.portal.site import Site
from assets.portal.words import common_values
from assets.release.store import Release, ReleaseError, ReleaseStore
from warehouse.files import json_of, put_in_place
from warehouse.ours import refuse_to_replace
from warehouse.parquet import table_path
from warehouse.schema import SCHEMA

#: What a portal says of itself, for programs; it is written last, and tells a portal from others.
RECORD_FILE = "portal.json"
_NEW = ".new-portal-"
_LEFT_SECONDS = 24 * 60 * 60


class Portal(msgspec.Struct, frozen=True, kw_only=True):
    """What a portal says of itself in `portal.json`.

    Attributes:
        name: What it is.
        version: The release that it shows.
        holds: What lies in its folder, this file left out.
    """

    name: str = "ofsted-letters portal"
    version: str
    holds: list[str]


@dataclass(frozen=True, slots=True)
class PortalResult:
    """What came of making a portal.

    Attributes:
        folder: Where it lies.
        release: The release that it shows.
        page_count: How many pages it has.
        left_out: What it lacks, and what would help, a sentence each.
    """

    folder: Path
    release: Release
    page_count: int
    left_out: tuple[str, ...]


_STEPS: tuple[Callable[[Site, Book], Any], ...] = (
    home.write,
    authorities.write,
    topics.write,
    visits.write,
    points.write,
    gone.write,
    releases.write,
    about.write,
    search.write,
    downloads.write,
)


def make_portal(making: PortalMaking) -> PortalResult:
    """Make the portal of a release. The same release and settings give the same bytes.

    Raises:
        ReleaseError: If there is no such release, or it cannot be read, or the portal not written.
        NotOursError: If something else is in its place.
    """
    store = ReleaseStore(making.out)
    release = store.find(making.release)
    store.releases()  # all are told of; those of a store are brought
    _refuse_other_tables(release)
    place = free_place(making.place)
    book = read_book(release)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _clear_left(place.parent)
        with TemporaryDirectory(prefix=_NEW, dir=place.parent, ignore_cleanup_errors=True) as room:
            draft = Path(room) / "portal"
            draft.mkdir()
            site = _written(making, book, draft)
            put_in_place(draft, place, aside=Path(room) / "before")
    except OSError as error:
        raise ReleaseError(
            f"The portal could not be written: {error.filename or place}: "
            f"{error.strerror or error}."
        ) from error
    return PortalResult(place, release, len(site.pages), (*_left_out(making), *site.lacks))


def _refuse_other_tables(release: Release) -> None:
    """Refuse a release that lacks tables that pages are made of.

    Raises:
        ReleaseError: If it does.
    """
    lacks = [name for name in SCHEMA if not table_path(release.tables, name).is_file()]
    if lacks:
        raise ReleaseError(
            f"The release {release.record.version} was made by another version of this program: "
            f"it has no {', '.join(lacks)}. Make a new one with `ofsted-letters release`."
        )


def free_place(to: Path) -> Path:
    """The place for a portal without links, if it is free, empty, or an earlier portal's.

    Raises:
        NotOursError: If it is not.
    """
    return refuse_to_replace(to, "portal", _is_portal, force=True, option="to")


def _written(making: PortalMaking, book: Book, draft: Path) -> Site:
    url = str(making.settings.url).rstrip("/") + "/" if making.settings.url else None
    site = Site(draft, url, {})
    site.common = common_values(book, site, making.settings)
    if making.archive is not None:
        site.common["crops"] = crops.write(
            site, book, making.archive, making.place, making.progress
        )
    site.common["gone"] = gone.gone(book)
    site.copy_static(making.last_run)
    for done, step in enumerate(_STEPS):
        making.progress("portal", done, len(_STEPS))
        step(site, book)
    site.lacks += filter(None, [sql.write(site, book, making.out / "work" / "web")])
    feeds.write(site, book)  # when all pages are known, for the map of the site
    making.progress("portal", len(_STEPS), len(_STEPS))
    holds = sorted(path.name for path in draft.iterdir())
    record = Portal(version=book.info.version, holds=holds)
    site.write(RECORD_FILE, json_of(record))
    return site


def _is_portal(place: Path) -> bool:
    """Whether there is nothing in a place but a portal."""
    if not place.is_dir():
        return False
    names = {path.name for path in place.iterdir()}
    if not names:
        return True
    try:
        record = msgspec.json.decode((place / RECORD_FILE).read_bytes(), type=Portal)
    except (OSError, msgspec.DecodeError):
        return False
    return names <= {*record.holds, RECORD_FILE}


def _clear_left(folder: Path) -> None:
    """Remove what portals that were killed left; one that is in the making is not that old."""
    for left in folder.glob(f"{_NEW}*"):
        if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _left_out(making: PortalMaking) -> list[str]:
    lacks = []
    if making.settings.url is None:
        lacks.append(
            "Feeds, the map of the site and addresses in citations: name where the portal will "
            "stand with --base-url or OFSTED_LETTERS_PORTAL_URL."
        )
    if making.archive is None:
        lacks.append("Pictures of pages: name the archive of letters with --archive.")
    if making.settings.report_errors_to is None:
        lacks.append(
            "Links to report an error: say where to with OFSTED_LETTERS_PORTAL_REPORT_ERRORS_TO."
        )
    return lacks
