"""The characters of an archived letter, each at its place on a page, as PDFium gives them.

Here belongs what a page shows and where. It is read anew from the file, by nothing that the stages
before use, so that what they have made of a letter can be held against it (`quotation`). Where a
viewer shows a place of the page's own co-ordinates is asked of PDFium, which draws it there.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from statistics import median
from typing import Any, NamedTuple, cast

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from assets.language.notation import with_signs, without_notation
from assets.open_pdf import open_pdf
from assets.pdfium import Values, address, by_address

_get_loose_box = by_address(pdfium.FPDFText_GetLooseCharBox)
_is_generated = by_address(pdfium.FPDFText_IsGenerated)
_count_rectangles = by_address(pdfium.FPDFText_CountRects)
_get_rectangle = by_address(pdfium.FPDFText_GetRect)
_get_angle = by_address(pdfium.FPDFText_GetCharAngle)
_edges = Values("4d")  # left, bottom, right, top

# Without the blanks at its ends, which a page shows as nothing.
_WORDS_OF_A_LINE = re.compile(r"\S(?:[^\r\n]*\S)?")
_BLANK = re.compile(" ")
_LINE = re.compile(r"[^\r\n]+")
_PERHAPS = "\v"  # which may be a blank or nothing, as a line's end may
# By so much of the widest letter's size a gap between words is wider than one between letters.
_WIDER = 0.15
_DOTS = 1000  # a point, where PDFium is asked for a place
_STEP = 100  # points between two places that tell how a page is turned
_ASKED = 60  # characters of a page that are asked how they stand
_FAR = 1e5  # points; beyond every page
_HEADER = 1024  # PDF readers look for %PDF- within so many bytes


_Edges = tuple[float, float, float, float]


class UnreadableLetter(Exception):
    """An archived file cannot be opened; the message says why."""


class Rectangle(NamedTuple):
    """A part of a page, in points from its top left."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def height(self) -> float:
        """Its height in points."""
        return self.y1 - self.y0

    def __str__(self) -> str:
        return f"({self.x0:.1f}, {self.y0:.1f}, {self.x1:.1f}, {self.y1:.1f})"


class Glyph(NamedTuple):
    """One character that a page shows.

    Attributes:
        place: Its place in `Page.characters`.
        baseline: Where the line stands, in points from the top.
        box: The room that its font gives it.
    """

    place: int
    baseline: float
    box: Rectangle


class View(NamedTuple):
    """From a page's own co-ordinates to others that have their origin at the top left.

    Attributes:
        across: What a point to the right and a point upwards count to the right, and the origin.
        down: The same downwards.
    """

    across: tuple[float, float, float]
    down: tuple[float, float, float]

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point is seen."""
        (ax, ay, a), (dx, dy, d) = self
        return ax * x + ay * y + a, dx * x + dy * y + d

    def rectangle(self, left: float, bottom: float, right: float, top: float) -> Rectangle:
        """Where a rectangle is seen."""
        return next(self.rectangles([(left, bottom, right, top)]))

    def rectangles(self, corners: Iterable[tuple[float, ...]]) -> Iterator[Rectangle]:
        """Where rectangles are seen, each by its left, bottom, right and top."""
        (ax, ay, a), (dx, dy, d) = self
        for left, bottom, right, top in corners:
            x0, x1 = ax * left + ay * bottom + a, ax * right + ay * top + a
            y0, y1 = dx * left + dy * bottom + d, dx * right + dy * top + d
            yield Rectangle(
                x0 if x0 <= x1 else x1,
                y0 if y0 <= y1 else y1,
                x1 if x0 <= x1 else x0,
                y1 if y0 <= y1 else y0,
            )

    def back(self) -> View:
        """From those co-ordinates to the page's own."""
        (ax, ay, a), (dx, dy, d) = self
        size = ax * dy - ay * dx
        return View(
            (dy / size, -ay / size, (ay * d - dy * a) / size),
            (-dx / size, ax / size, (dx * a - ax * d) / size),
        )

    def turned(self, quarters: int, width: float, height: float) -> View:
        """The same, of the page turned clockwise; its width and height are those seen now."""
        view = self
        for _ in range(quarters):
            (ax, ay, a), down = view
            dx, dy, d = down
            view = View((-dx, -dy, height - d), (ax, ay, a))
            width, height = height, width
        return view


def bounds(rectangles: Iterable[Rectangle]) -> Rectangle:
    """The rectangle around some; there must be one at least."""
    x0, y0, x1, y1 = zip(*rectangles, strict=True)
    return Rectangle(min(x0), min(y0), max(x1), max(y1))


@dataclass(slots=True)
class Page:
    """One page of a letter.

    Places are those of the page turned so that its words stand upright, as it nearly always does.

    Attributes:
        number: Its number, from 1.
        shown: How a viewer shows it.
        view: How it is seen turned upright.
        characters: All its characters in the order in which the file draws them, and a blank
            wherever PDFium sees a gap.
        as_drawn: Room for what is made of them in that order, as long as the letter is open.
        as_seen: Room for what is made of them in the order in which a reader sees them.
    """

    number: int
    shown: View
    view: View
    characters: str
    _text: Any
    _glyphs: list[Glyph] | None = None
    _in_doubt: str | None = None
    _asked: dict[tuple[int, int], list[Rectangle]] = field(default_factory=dict)
    as_drawn: object = None
    as_seen: object = None

    def upright(self, place: Rectangle) -> Rectangle:
        """A place on the page as a viewer shows it, on the page turned upright."""
        return self._moved(place, self.shown, self.view)

    def as_shown(self, place: Rectangle) -> Rectangle:
        """A place on the page turned upright, on the page as a viewer shows it."""
        return self._moved(place, self.view, self.shown)

    def _moved(self, place: Rectangle, before: View, after: View) -> Rectangle:
        return place if before is after else after.rectangle(*before.back().rectangle(*place))

    def rectangles(self, first: int, end: int) -> list[Rectangle]:
        """Where characters stand that follow each other in the file: one rectangle a line.

        Args:
            first: The index of the first one.
            end: The index behind the last one.
        """
        found = _WORDS_OF_A_LINE.finditer(self.characters, first, end)
        lines = [line for words in found for line in self._lines(*words.span())]
        # Each of them stands on a line of its own, nearly always.
        return lines if len(lines) < 2 else list(_by_line(lines))

    def _lines(self, first: int, end: int) -> list[Rectangle]:
        """Where characters of one line stand; lines are asked for by each quotation on them."""
        if (first, end) not in self._asked:
            text = address(self._text.raw)
            left, bottom, right, top = _edges.addresses
            pieces: list[_Edges] = []
            for piece in range(_count_rectangles(text, first, end - first)):
                _get_rectangle(text, piece, left, top, right, bottom)
                pieces.append(_edges())
            # A blank between two may have no height.
            high = [one for one in pieces if one[1] < one[3]]
            is_turned = bool(self.view.down[0])  # else its lines are those of its own co-ordinates
            self._asked[first, end] = list(
                _by_line(self.view.rectangles(high))
                if is_turned
                else self.view.rectangles(_by_line(high))
            )
        return self._asked[first, end]

    def printed_lines(self, first: int, end: int) -> list[Rectangle]:
        """As `rectangles`, of the whole lines in which the characters stand."""
        start = max(self.characters.rfind(mark, 0, first) for mark in "\r\n") + 1
        stops = [self.characters.find(mark, end) for mark in "\r\n"]
        return self.rectangles(
            start, min((stop for stop in stops if stop >= 0), default=len(self.characters))
        )

    def characters_in_doubt(self) -> str:
        """The same, with a sign of doubt where a gap between letters may be no blank; slow."""
        if self._in_doubt is None:
            text = address(self._text.raw)
            self._in_doubt = _without_blanks_between_letters(text, self.characters)
        return self._in_doubt

    def characters_above(self, height: float) -> str:
        """The characters that stand above a height, in points from the top."""
        return self._characters_within(Rectangle(-_FAR, -_FAR, _FAR, height))

    def characters_beside(self, place: Rectangle) -> tuple[str, str]:
        """The characters that stand on the same line: before a place, and behind it."""
        middle = (place.y0 + place.y1) / 2
        return (
            self._characters_within(Rectangle(-_FAR, middle - 1, place.x0 - 1, middle + 1)),
            self._characters_within(Rectangle(place.x1 + 1, middle - 1, _FAR, middle + 1)),
        )

    def _characters_within(self, place: Rectangle) -> str:
        left, bottom, right, top = self.view.back().rectangle(*place)
        return cast(str, self._text.get_text_bounded(left, bottom, right, top))

    def glyphs(self) -> list[Glyph]:
        """Every character that is no blank, with its place; slow, so asked for where it must be."""
        if self._glyphs is None:
            x, y = ctypes.c_double(), ctypes.c_double()
            self._glyphs = []
            for index, character in enumerate(self.characters):
                if character.isspace():
                    continue
                left, bottom, right, top = self._text.get_charbox(index, loose=True)
                pdfium.FPDFText_GetCharOrigin(self._text.raw, index, x, y)
                _, baseline = self.view.point(x.value, y.value)
                box = self.view.rectangle(left, bottom, right, top)
                self._glyphs.append(Glyph(index, baseline, box))
        return self._glyphs


def _by_line(pieces: Iterable[_Edges]) -> Iterator[Rectangle]:
    """Join pieces that stand beside each other on one line."""
    line: _Edges | None = None
    for piece in pieces:
        if line is None:
            line = piece
            continue
        x0, y0, x1, y1 = line
        left, top, right, bottom = piece
        if min(y1, bottom) - max(y0, top) > 0.5 * min(y1 - y0, bottom - top):
            line = min(x0, left), min(y0, top), max(x1, right), max(y1, bottom)
        else:
            yield Rectangle._make(line)
            line = piece
    if line is not None:
        yield Rectangle._make(line)


def glyph_lines(glyphs: Iterable[Glyph]) -> list[Rectangle]:
    """Where characters stand, in the order given: one rectangle a line."""
    return list(_by_line(bounds([glyph.box]) for glyph in glyphs))


def _shown(page: Any) -> View:
    """How a viewer shows a page, as PDFium has it, which knows whole dots only."""
    width, height = page.get_size()
    size = round(width * _DOTS), round(height * _DOTS)
    across, down = ctypes.c_int(), ctypes.c_int()
    seen = []
    for x, y in ((0, 0), (_STEP, 0), (0, _STEP)):
        pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
        seen.append((across.value * width / size[0], down.value * height / size[1]))
    (x, y), *others = seen
    (right_x, right_y), (up_x, up_y) = (
        (round((x1 - x) / _STEP), round((y1 - y) / _STEP)) for x1, y1 in others
    )
    return View((right_x, up_x, x), (right_y, up_y, y))


def _without_blanks_between_letters(text: int, characters: str) -> str:
    """The characters with a sign of doubt in place of blanks that the file does not have.

    PDFium sees a blank in every gap of some width. Where letters are set apart, only gaps that are
    wider than the usual one of their line are surely blanks.
    """
    made_up = {
        found.start()
        for found in _BLANK.finditer(characters)
        if _is_generated(text, found.start()) == 1
    }
    if not made_up:
        return characters
    kept = list(characters)
    for line in _LINE.finditer(characters):
        places = range(line.start(), line.end())
        if made_up.isdisjoint(places):
            continue
        drawn = [at for at in places if at not in made_up]
        gaps, height = _gaps_between(text, drawn)
        sure = (median(gaps.tolist()) if len(gaps) else 0.0) + _WIDER * height
        for index in np.flatnonzero(gaps < sure).tolist():
            one, other = drawn[index : index + 2]
            kept[one + 1 : other] = _PERHAPS * (other - one - 1)
    return "".join(kept)


def _gaps_between(text: int, places: Sequence[int]) -> tuple[np.ndarray, float]:
    """How far characters are apart along their line, and how high the highest of them is."""
    written = np.zeros((len(places), 4), dtype=np.float32)
    first, size = written.ctypes.data, written.strides[0]
    for index, place in enumerate(places):
        _get_loose_box(text, place, first + index * size)
    left, top, right, bottom = written.astype(float).T  # upwards counts more
    gaps = np.maximum.reduce(
        (
            left[1:] - right[:-1],
            left[:-1] - right[1:],
            bottom[1:] - top[:-1],
            bottom[:-1] - top[1:],
        )
    )
    return gaps, float(np.minimum(right - left, top - bottom).max(initial=0.0))


def _quarters(page: Any, text: Any, characters: str) -> int:
    """By how many quarters a page has to be turned for most of its words to stand upright."""
    angles: Counter[int] = Counter()
    characters_of = address(text.raw)
    for index in range(0, len(characters), max(len(characters) // _ASKED, 1)):
        if not characters[index].isspace():
            angle = _get_angle(characters_of, index)
            angles[round(math.degrees(angle) / 90) % 4] += 1
    if not angles:
        return 0
    rotation = pdfium.FPDFPage_GetRotation(page.raw)
    # Angles, like the rotation of a page, are clockwise.
    return int(-(angles.most_common(1)[0][0] + rotation) % 4)


class PdfLetter(AbstractContextManager["PdfLetter"]):
    """An archived PDF, open.

    Attributes:
        pdf: The document, as pypdfium2 has it.
        page_count: How many pages it has.
    """

    def __init__(self, content: bytes) -> None:
        """Open a PDF.

        Raises:
            UnreadableLetter: It cannot be opened.
        """
        try:
            self._opened = open_pdf(content)
        except pypdfium2.PdfiumError as error:
            raise UnreadableLetter(f"PDFium cannot open it ({error})") from error
        self.pdf: Any = self._opened.pdf
        self.page_count = len(self.pdf)
        self._pages: dict[int, Page] = {}

    def __exit__(self, *_: object) -> None:
        # What was made of a page refers to it: nothing would be freed before a search for rings.
        for page in self._pages.values():
            page.as_drawn = page.as_seen = None
        self._pages.clear()

    def page(self, number: int) -> Page:
        """A page, from 1.

        Raises:
            UnreadableLetter: It cannot be opened, or there is none of that number.
        """
        if number not in self._pages:
            try:
                page, text = self._opened.page(number - 1)
            except (IndexError, pypdfium2.PdfiumError) as error:
                raise UnreadableLetter(f"its page {number} cannot be opened ({error})") from error
            count = text.count_chars()
            characters = text.get_text_range(0, count) if count else ""
            if len(characters) != count:  # then places in one are none in the other
                characters = "".join(
                    chr(pdfium.FPDFText_GetUnicode(text.raw, index)) for index in range(count)
                )
            shown = _shown(page)
            quarters = _quarters(page, text, characters)
            view = shown.turned(quarters, *page.get_size()) if quarters else shown
            self._pages[number] = Page(number, shown, view, characters, text)
        return self._pages[number]


class TextLetter(nullcontext["TextLetter"]):
    """An archived letter that is plain text or Markdown: it has lines and no pages."""

    page_count = None

    def __init__(self, content: bytes) -> None:
        """Take the text.

        Raises:
            UnreadableLetter: It is not UTF-8.
        """
        try:
            lines = content.decode("utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise UnreadableLetter(f"its byte {error.start} is not UTF-8") from error
        super().__init__(self)
        self.lines = [with_signs(" ".join(without_notation(line))) for line in lines]


def open_letter(content: bytes) -> PdfLetter | TextLetter:
    """Open an archived letter, whatever it is.

    Args:
        content: The file's bytes.

    Raises:
        UnreadableLetter: It is neither a PDF that can be opened nor text.
    """
    return PdfLetter(content) if b"%PDF-" in content[:_HEADER] else TextLetter(content)
