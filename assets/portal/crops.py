"""Pictures of the words of points: the part of a page around them, with the words marked.

Here belongs what is drawn, how large, and where it is kept. A picture is named by what it is made
from, so that one of the portal before is taken over, and none is drawn twice.
"""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assets.letters.store import place
from assets.letters.workspace import Progress
from assets.portal.reading import Book, Row
from assets.portal.site import Site
from assets.proof.letter_pages import PdfLetter, Rectangle, UnreadableLetter, open_letter
from assets.proof.quotation import Mark, Proof, prove
from assets.release.verify.picture import draw_page, mark
from assets.release.wording import counted
from warehouse.working_copy import bring_letters

if TYPE_CHECKING:
    from PIL.Image import Image

FOLDER = "pictures"
_RESOLUTION = 110  # dots an inch: a page's text is some 800 dots wide
_POINTS = 72  # an inch
_ABOVE = 28  # points shown above and below the words
_BESIDE = 36  # points at the edges of a page that are left out
_QUALITY = 45  # of WebP: letters are clear, and a picture has some 15 KB
#: Another way to draw makes other pictures, and other names.
_DRAWN = "1"


class Crop(NamedTuple):
    """A picture in the portal.

    Attributes:
        path: Where it lies.
        width: In dots.
        height: In dots.
    """

    path: str
    width: int
    height: int


def write(
    site: Site, book: Book, archive: Path, before: Path, progress: Progress
) -> dict[str, Crop]:
    """Write the pictures of all points whose letters are in the archive and have pages.

    Args:
        site: The portal in the making.
        book: The release.
        archive: The archived letters.
        before: The portal that is there already, or nothing.
        progress: Is told how far the work is.

    Returns:
        The pictures by the id of their point.
    """
    crops: dict[str, Crop] = {}
    groups = [list(group) for _, group in groupby(book.points, lambda one: id(one["visit"]))]
    for done, points in enumerate(groups):
        progress("pictures", done, len(groups))
        missing = []
        for point in points:
            path = f"{FOLDER}/{_name(point)}.webp"
            if (before / path).is_file():
                (site.folder / FOLDER).mkdir(exist_ok=True)
                shutil.copyfile(before / path, site.folder / path)
                crops[point["finding_id"]] = _measured(path, (before / path).read_bytes())
            elif None not in _place(point):
                missing.append((point, path))
        for point, path, picture in _drawn(archive, missing):
            site.write(path, picture)
            crops[point["finding_id"]] = _measured(path, picture)
    progress("pictures", len(groups), len(groups))
    if without := len(book.points) - len(crops):
        site.lacks.append(
            f"Pictures of {without} of {counted(len(book.points), 'point')}: {archive} holds no "
            "PDF that shows them."
        )
    return crops


def _name(point: Row) -> str:
    parts = [_DRAWN, point["visit"]["sha256"], point["text"], *_place(point)]
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:20]


def _place(point: Row) -> Sequence[float | None]:
    return [point[name] for name in ("page", "x0", "y0", "x1", "y1")]


def _drawn(archive: Path, points: Sequence[tuple[Row, str]]) -> Iterator[tuple[Row, str, bytes]]:
    """The pictures of points of one letter; none of those that cannot be shown."""
    if not points:
        return
    at = place(points[0][0]["visit"]["sha256"])
    bring_letters(archive, [at])
    path = archive / at
    if not path.is_file():
        return
    try:
        with open_letter(path.read_bytes()) as letter:
            if not isinstance(letter, PdfLetter):
                return
            pages: dict[int, Image] = {}
            for point, to in points:
                number = point["page"]
                box = Rectangle(*(point[edge] for edge in Rectangle._fields))
                proof = prove(letter, point["text"], number, box)
                if isinstance(proof, Proof):
                    if number not in pages:
                        pages[number] = draw_page(letter, number, _RESOLUTION)
                    yield point, to, _cropped(pages[number], proof.marks, number)
    except UnreadableLetter:
        return  # a release is verified without its archive too; there is no picture then


def _cropped(page: Image, marks: Sequence[Mark], number: int) -> bytes:
    places = [one.place for one in marks if one.page == number]
    scale = _RESOLUTION / _POINTS
    marked = page.copy()
    mark(marked, places, _RESOLUTION)
    upper = min(one.y0 for one in places) - _ABOVE
    lower = max(one.y1 for one in places) + _ABOVE
    edge = round(_BESIDE * scale)
    upper, lower = max(round(upper * scale), 0), min(round(lower * scale), page.height)
    box = (edge, upper, page.width - edge, lower)
    webp = io.BytesIO()
    marked.crop(box).save(webp, "WEBP", quality=_QUALITY, method=4)
    return webp.getvalue()


def _measured(path: str, picture: bytes) -> Crop:
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        return Crop(path, *image.size)
