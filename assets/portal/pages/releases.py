"""The pages of releases: their list, and for each what is new in it and what is missing."""

from __future__ import annotations

import re

from semver import Version

from assets.portal.reading import Book
from assets.portal.site import Site
from assets.release.build import CHANGELOG_FILE
from assets.release.notes import NOTES_FILE
from assets.release.store import Release, read_release, release_folders
from assets.release.templating import html_of

#: Where the files of the release that is shown lie, as seen from a page on a release.
_FILES = "../../latest/"


def write(site: Site, book: Book) -> None:
    """Write them."""
    releases = known_releases(book.release)
    site.page(
        "releases/",
        "releases",
        releases=releases,
        changes=_text(book.release, CHANGELOG_FILE, "../latest/"),
    )
    for release in releases:
        version = release.record.version
        html = _text(release, NOTES_FILE, _FILES)
        if version == book.info.version:
            html = re.sub(f'"{_FILES}[a-z]+/"', '"../../downloads/#files"', html)
        else:  # its files are not here
            html = re.sub(f'<a href="{_FILES}[^"]*">(.*?)</a>', r"\1", html)
        site.page(
            f"releases/{version}/",
            "text",
            title=f"Release {version}",
            steps=[("releases/", "Releases")],
            html=html,
        )


def known_releases(shown: Release) -> list[Release]:
    """The release that is shown and those before it that lie beside it, the newest first."""
    found = [read_release(folder) for folder in release_folders(shown.folder.resolve().parent)]
    found = [one for one in found if one.version < shown.version]
    return [shown, *sorted(found, key=lambda one: Version.parse(one.record.version))[::-1]]


def _text(release: Release, file: str, base: str) -> str:
    return html_of((release.folder / file).read_text(encoding="utf-8"), lambda to: base + to)
