"""The page of the search, and the index that it fetches.

Here belongs what stands there before, and without, a script.
"""

from __future__ import annotations

from assets.portal.reading import Book
from assets.portal.search_index import build_index
from assets.portal.site import Site


def write(site: Site, book: Book) -> None:
    """Write them."""
    shards = build_index(book)
    for shard in shards:
        site.write(f"search/{shard.name}", shard.content)
    files = [
        {
            "address": f"search/{shard.name}",
            "years": f"{shard.first_year} to {shard.last_year}",
            "size": f"{len(shard.content) / 1e6:.1f} MB",
        }
        for shard in shards
    ]
    site.page("search/", "search", files=files)
