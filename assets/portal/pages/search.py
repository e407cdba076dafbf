"""The pages for search and SQL: what stands there before, and without, a script."""

from __future__ import annotations

from assets.portal.reading import Book
from assets.portal.site import Site


def write(site: Site, book: Book) -> None:
    """Write them."""
    site.page("search/", "search")
    site.page("sql/", "sql")
