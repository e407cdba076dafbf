"""The pages of releases: their list, and for each what is new in it and what is missing."""

from __future__ import annotations

from semver import Version

from assets.portal.reading import Book
from assets.portal.site import Site
from assets.release.build import CHANGELOG_FILE
from assets.release.notes import NOTES_FILE
from assets.release.store import Release, read_release, release_folders
from assets.release.templating import html_of


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
        is_shown = release.record.version == book.info.version
        version = release.record.version
        base = "../../latest/" if is_shown else ""
        site.page(
            f"releases/{version}/",
            "text",
            title=f"Release {version}",
            steps=[("releases/", "Releases")],
            html=_text(release, NOTES_FILE, base),
        )


def known_releases(shown: Release) -> list[Release]:
    """The release that is shown and those before it that lie beside it, the newest first."""
    found = [read_release(folder) for folder in release_folders(shown.folder.resolve().parent)]
    found = [one for one in found if one.version < shown.version]
    return [shown, *sorted(found, key=lambda one: Version.parse(one.record.version))[::-1]]


def _text(release: Release, file: str, base: str) -> str:
    return html_of((release.folder / file).read_text(encoding="utf-8"), base)
