"""The text runs of a PDF page: words, font, size and place, as PDFium draws them.

A run is one text object of the page's content. Only what a reader of the page can see is returned:
text that is clipped away, off the page or white (the template's forgotten fields) is left out.
Joining runs into lines and paragraphs is done in `lines`, `tagged` and `layout`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

_BUFFER_CHARACTERS = 8192
_WHITE = 250  # a fill colour with every channel above this cannot be seen on paper
_INVISIBLE_MODE = 3  # PDF 32000-1, table 106: neither fill nor stroke


class Run(NamedTuple):
    """One text object, with the box of its ink and its baseline in points from the top left."""

    text: str
    font: str
    size: float
    x0: float
    y0: float
    x1: float
    y1: float
    baseline: float
    marked_content: int  # -1 where the run belongs to no marked content

    @property
    def is_bold(self) -> bool:
        """Whether the font's name says bold (its weight is not to be trusted: Tahoma says 220)."""
        name = self.font.lower()
        return "bold" in name or "black" in name or "heavy" in name


class _PageReader:
    """Buffers and font names, kept over all pages of one document."""

    def __init__(self) -> None:
        self._text = (ctypes.c_ushort * _BUFFER_CHARACTERS)()
        self._name = ctypes.create_string_buffer(256)
        self._float = [ctypes.c_float() for _ in range(4)]
        self._size = ctypes.c_float()
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._matrix = pdfium.FS_MATRIX()
        self._fonts: dict[int, str] = {}

    def text(self, item: Any, text_page: Any) -> str:
        length = pdfium.FPDFTextObj_GetText(item, text_page, self._text, _BUFFER_CHARACTERS)
        if length <= 2:
            return ""
        units = self._text
        if length // 2 > _BUFFER_CHARACTERS:
            units = (ctypes.c_ushort * (length // 2))()
            pdfium.FPDFTextObj_GetText(item, text_page, units, length // 2)
        return bytes(memoryview(units).cast("B")[: length - 2]).decode("utf-16-le", "replace")

    def bounds(self, item: Any) -> tuple[float, float, float, float]:
        left, bottom, right, top = self._float
        pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top)
        return left.value, bottom.value, right.value, top.value

    def font_name(self, item: Any) -> str:
        font = pdfium.FPDFTextObj_GetFont(item)
        address = ctypes.c_void_p.from_buffer(font).value or 0
        name = self._fonts.get(address)
        if name is None:
            pdfium.FPDFFont_GetBaseFontName(font, self._name, len(self._name))
            name = self._fonts[address] = self._name.value.decode("utf-8", "replace")
        return name

    def size_and_baseline(self, item: Any) -> tuple[float, float]:
        pdfium.FPDFTextObj_GetFontSize(item, self._size)
        # Some writers (Distiller) give size 1 and scale by the text matrix.
        pdfium.FPDFPageObj_GetMatrix(item, self._matrix)
        scale = (self._matrix.b**2 + self._matrix.d**2) ** 0.5
        return round(self._size.value * scale, 1), self._matrix.f

    def is_white(self, item: Any) -> bool:
        red, green, blue, alpha = self._colour
        if not pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
            return False
        return min(red.value, green.value, blue.value) >= _WHITE or alpha.value == 0

    def is_clipped_away(self, item: Any, box: tuple[float, float, float, float]) -> bool:
        clip = pdfium.FPDFPageObj_GetClipPath(item)
        for path in range(pdfium.FPDFClipPath_CountPaths(clip)):
            points = list(self._clip_points(clip, path))
            if not points:
                continue
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            left, bottom, right, top = box
            if right <= min(xs) or left >= max(xs) or top <= min(ys) or bottom >= max(ys):
                return True
        return False

    def _clip_points(self, clip: Any, path: int) -> Iterator[tuple[float, float]]:
        x, y = self._float[0], self._float[1]
        for index in range(pdfium.FPDFClipPath_CountPathSegments(clip, path)):
            segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, index)
            if pdfium.FPDFPathSegment_GetPoint(segment, x, y):
                yield x.value, y.value


def _text_objects(holder: Any, count: Any, get: Any) -> Iterator[Any]:
    """Text objects of a page or form, those inside nested forms included, in drawing order."""
    for index in range(count(holder)):
        item = get(holder, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            yield item
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            yield from _text_objects(
                item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
            )


def page_runs(page: Any, width: float, height: float) -> list[Run]:
    """Read the visible runs of one page, in drawing order.

    Args:
        page: A raw PDFium page.
        width: The page's width in points.
        height: The page's height in points.

    Returns:
        The runs, those of a blank alone included: they tell words apart.
    """
    reader = _PageReader()
    text_page = pdfium.FPDFText_LoadPage(page)
    visible: list[Run] = []
    invisible: list[Run] = []
    try:
        objects = _text_objects(page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject)
        for item in objects:
            text = reader.text(item, text_page)
            box = left, bottom, right, top = reader.bounds(item)
            size, baseline = reader.size_and_baseline(item)
            place = (left, height - top, right, height - bottom, height - baseline)
            marked_content = pdfium.FPDFPageObj_GetMarkedContentID(item)
            if not text:
                # PDFium gives no words for a text object that holds only blanks.
                visible.append(Run(" ", "", size, *place, marked_content))
                continue
            off_page = right <= 0 or left >= width or top <= 0 or bottom >= height
            if off_page or reader.is_white(item) or reader.is_clipped_away(item, box):
                continue
            run = Run(text, reader.font_name(item), size, *place, marked_content)
            mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
            (invisible if mode == _INVISIBLE_MODE else visible).append(run)
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    # A page whose every word is invisible is a scan with its words laid over the picture.
    return visible if any(run.font for run in visible) else invisible
