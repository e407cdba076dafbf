"""The page on which the release is asked in SQL, and the files that it loads when it is told to.

Here belongs what stands there before, and without, a script.
"""

from __future__ import annotations

import gzip
from pathlib import Path

from assets.portal.duckdb_wasm import NoDuckDB, duckdb_wasm
from assets.portal.reading import Book
from assets.portal.site import Site
from assets.portal.worked_questions import PAGE, answered, before_counting, worked_questions

#: Hosts may take no larger file (bytes).
_MOST_BYTES = 20 << 20


def write(site: Site, book: Book, kept: Path) -> str | None:
    """Write them.

    Args:
        site: The portal.
        book: The release.
        kept: Where DuckDB for the browser is kept from one portal to the next.

    Returns:
        Why the page cannot ask anything; `None` where it can.
    """
    [database] = book.release.folder.glob("*.duckdb")
    page = PAGE.read_text(encoding="utf-8")
    files: list[str] = []
    size = 0
    lacks = None
    try:
        for path in sorted(duckdb_wasm(kept).iterdir()):
            site.write(f"static/{path.name}", content := path.read_bytes())
            size += len(content)
        packed = gzip.compress(database.read_bytes(), mtime=0)
        for number, start in enumerate(range(0, len(packed), _MOST_BYTES)):
            # A part by itself is nothing that a host could unpack.
            files.append(
                f"sql/{database.name}.gz{f'.{number}' if len(packed) > _MOST_BYTES else ''}"
            )
            site.write(files[-1], packed[start : start + _MOST_BYTES])
        size += len(packed)
    except NoDuckDB as error:
        lacks = f"SQL in the browser: {error}."
    site.page(
        "sql/",
        "sql",
        files=files,
        size=f"{size / 1e6:.0f} MB",
        database=database.name,
        topics={code: row["label"] for code, row in book.topics.items()},
        mind=before_counting(page),
        questions=[
            (*one, number)
            for number, one in enumerate(answered(worked_questions(page), book, database))
        ],
    )
    return lacks
