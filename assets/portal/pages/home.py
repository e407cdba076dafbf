"""The first page, and the page on what is new."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from assets.portal.reading import Book, Row, grouped
from assets.portal.site import Site
from assets.release.descriptions.contents import KEYWORDS
from assets.release.descriptions.datapackage import FORMATS
from assets.release.notes import gaps
from assets.release.release_info import AUTHOR, SOURCE_URL

_NEWEST = 5
_NEW = 60


def write(site: Site, book: Book) -> None:
    """Write them."""
    new = newest(book.visits.values())
    years = [visit["start_date"].year for visit in book.visits.values()]
    seen = [book.authorities[one] for one in book.authorities if one in book.visits_of]
    today = [row for row in book.authorities.values() if row["valid_to"] is None]
    site.page(
        "",
        "home",
        new=new[:_NEWEST],
        groups=by_letter(seen if book.info.is_made_up else book.authorities.values()),
        years=(min(years), max(years)),
        today=today,
        seen=[row for row in seen if row["valid_to"] is None],
        gaps=gaps(book.release.tables),
        description=_description(site, book, (min(years), max(years))),
    )
    site.page("new/", "new", new=new[:_NEW], amended=amended(book), most=_NEW)


def newest(visits: Iterable[Row]) -> list[Row]:
    """Visits, the newest first, by the day of publication as far as it is known."""
    return sorted(visits, key=lambda one: (new_since(one), one["visit_id"]))[::-1]


def new_since(visit: Row) -> date:
    """From when on a visit could be known: its day of publication, or else what is nearest.

    When a letter was first seen is none: old letters are found late.
    """
    day: date = visit["published_date"] or visit["letter_date"] or visit["end_date"]
    return day


def amended(book: Book) -> list[Row]:
    """Visits whose letter took the place of one that had counted."""
    return [visit for visit in book.visits.values() if visit["amended"]]


def by_letter(authorities: Iterable[Row]) -> dict[str, list[Row]]:
    """Authorities by their first letter."""
    return grouped(authorities, lambda row: row["name"][:1].upper())


def _description(site: Site, book: Book, years: tuple[int, int]) -> dict[str, Any]:
    """What search engines for datasets are told."""
    info = book.info
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": info.title,
        "description": info.summary,
        "version": info.version,
        "datePublished": info.released.isoformat(),
        "license": info.licence.url,
        "creator": {"@type": "Organization", "name": AUTHOR},
        "keywords": list(KEYWORDS),
        "isAccessibleForFree": True,
        "spatialCoverage": "England",
        "temporalCoverage": "/".join(map(str, years)),
        **({"url": site.url, "distribution": _downloads(site, info.file_stem)} if site.url else {}),
        **({} if info.is_made_up else {"isBasedOn": SOURCE_URL}),
    }


def _downloads(site: Site, stem: str) -> list[dict[str, str | None]]:
    paths = (f"{stem}.xlsx", f"{stem}.duckdb", "csv/findings.csv", "parquet/findings.parquet")
    return [
        {
            "@type": "DataDownload",
            "contentUrl": site.absolute(f"latest/{path}"),
            "encodingFormat": FORMATS[path.rpartition(".")[2]][1],
        }
        for path in paths
    ]
