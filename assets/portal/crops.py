"""Pictures of the words of points: a part of the page around them, with the words marked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assets.letters.workspace import Progress
from assets.portal.reading import Book
from assets.portal.site import Site


def write(site: Site, book: Book, archive: Path, progress: Progress) -> dict[str, Any]:
    """Write them, and say of each finding where its picture is."""
    return {}
