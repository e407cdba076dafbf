"""Pages of a letter as a picture, with the words of a quotation highlighted.

Here belongs how a page is drawn. Where the words stand is told by `quotation`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assets.proof.letter_pages import PdfLetter, Rectangle
from assets.proof.quotation import Mark

if TYPE_CHECKING:
    from PIL.Image import Image

RESOLUTION = 150  # dots an inch
_POINTS = 72  # an inch
_YELLOW = (255, 238, 88)
_DESK = (208, 208, 208)
_GAP = 24  # dots between pages, and around them
_SOFTWARE = "ofsted-letters show"
_BEGINNING = 200  # bytes of a picture in which it says what drew it
_MARGIN = 1.5  # points by which a highlight is larger than its words


def draw(letter: PdfLetter, marks: Sequence[Mark], resolution: int = RESOLUTION) -> bytes:
    """Draw the pages that a quotation stands on, side by side, with its words highlighted.

    The same letter and marks give the same bytes.

    Args:
        letter: The letter, open.
        marks: The words; there must be one at least.
        resolution: In dots an inch.

    Returns:
        The picture as PNG.

    Raises:
        UnreadableLetter: A page cannot be opened.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    pages = []
    for number in sorted({one.page for one in marks}):
        page = draw_page(letter, number, resolution)
        mark(page, [one.place for one in marks if one.page == number], resolution)
        pages.append(page)
    width = sum(page.width + _GAP for page in pages) + _GAP
    height = max(page.height for page in pages) + 2 * _GAP
    whole = Image.new("RGB", (width, height), _DESK)
    left = _GAP
    for page in pages:
        whole.paste(page, (left, _GAP))
        left += page.width + _GAP
    png = io.BytesIO()
    about = PngInfo()
    about.add_text("Software", _SOFTWARE)
    whole.save(png, "PNG", pnginfo=about)
    return png.getvalue()


def is_picture(path: Path) -> bool:
    """Whether a file is a picture that was drawn here."""
    with path.open("rb") as file:
        return f"tEXtSoftware\0{_SOFTWARE}".encode() in file.read(_BEGINNING)


def draw_page(letter: PdfLetter, number: int, resolution: int) -> Image:
    """Draw a page, from 1, with that many dots an inch.

    Raises:
        UnreadableLetter: It cannot be opened.
    """
    letter.page(number)  # says it plainly if it cannot be opened
    page = letter.pdf[number - 1]
    bitmap = page.render(scale=resolution / _POINTS, may_draw_forms=False)
    drawn: Image = bitmap.to_pil().convert("RGB")
    return drawn


def mark(drawn: Image, places: Sequence[Rectangle], resolution: int) -> None:
    """Highlight places, in points from the top left, on a page that was drawn."""
    from PIL import Image as Images
    from PIL import ImageChops

    scale = resolution / _POINTS
    for place in places:
        left, upper = (round(scale * (edge - _MARGIN)) for edge in (place.x0, place.y0))
        right, lower = (round(scale * (edge + _MARGIN)) for edge in (place.x1, place.y1))
        box = (max(left, 0), max(upper, 0), min(right, drawn.width), min(lower, drawn.height))
        if box[0] >= box[2] or box[1] >= box[3]:
            continue  # words off the page, which nobody sees
        part = drawn.crop(box)
        # As a pen does: paper becomes yellow, ink stays black.
        drawn.paste(ImageChops.multiply(part, Images.new("RGB", part.size, _YELLOW)), box)
