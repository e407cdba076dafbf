"""Feeds of what is new, and the map of the site: what needs the address of the portal."""

from __future__ import annotations

from collections.abc import Sequence

from assets.portal.pages.home import new_since, newest
from assets.portal.reading import Book, Row, findings_of
from assets.portal.site import Site
from assets.portal.words import authority_address

_ENTRIES = 30
_ROBOTS = "User-agent: *\nAllow: /\n"


def write(site: Site, book: Book) -> None:
    """Write them, where the address is known."""
    if site.url is None:
        return
    new = newest(book.visits.values())
    _write_feed(site, "", "New letters and reports", new)
    for authority_id, visits in book.visits_of.items():
        authority = book.authorities[authority_id]
        _write_feed(
            site, authority_address(authority), f"New on {authority['name']}", newest(visits)
        )
    for code, topic in book.topics.items():
        told = [visit for visit in new if any(code in one["topics"] for one in findings_of(visit))]
        _write_feed(site, f"topics/{code}/", f"New on {topic['label']}", told)
    site.write("sitemap.xml", site.render("sitemap.xml.j2", pages=site.pages).encode())
    site.write("robots.txt", f"{_ROBOTS}Sitemap: {site.absolute('sitemap.xml')}\n".encode())


def _write_feed(site: Site, address: str, title: str, visits: Sequence[Row]) -> None:
    entries = [(new_since(visit), visit) for visit in visits[:_ENTRIES]]
    text = site.render("feed.xml.j2", title=title, address=address, entries=entries)
    site.write(f"{address}feed.xml", text.encode())
