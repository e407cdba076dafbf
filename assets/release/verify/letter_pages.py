"""The characters of an archived letter, each at its place on a page, as PDFium gives them.

Here belongs what a page shows and where. It is read anew from the file, by nothing that the stages
before use, so that what they have made of a letter can be held against it (`quotation`).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Self, cast

# Without the blanks at its ends, which a page shows as nothing.
_WORDS_OF_A_LINE = re.compile(r"\S(?:[^\r\n]*\S)?")
_HEADER = 1024  # PDF readers look for %PDF- within so many bytes


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


def bounds(rectangles: Iterable[Rectangle]) -> Rectangle:
    """The rectangle around some; there must be one at least."""
    x0, y0, x1, y1 = zip(*rectangles, strict=True)
    return Rectangle(min(x0), min(y0), max(x1), max(y1))


@dataclass(slots=True)
class Page:
    """One page of a letter.

    Attributes:
        number: Its number, from 1.
        width: Its width in points.
        height: Its height in points.
        characters: All its characters in the order in which the file draws them.
        as_drawn: Room for what is made of them in that order, as long as the letter is open.
        as_seen: Room for what is made of them in the order in which a reader sees them.
    """

    number: int
    width: float
    height: float
    characters: str
    _text: Any
    _glyphs: list[Glyph] | None = None
    as_drawn: object = None
    as_seen: object = None

    def rectangles(self, first: int, end: int) -> list[Rectangle]:
        """Where characters stand that follow each other in the file: one rectangle a line.

        Args:
            first: The index of the first one.
            end: The index behind the last one.
        """
        pieces: list[Rectangle] = []
        for words in _WORDS_OF_A_LINE.finditer(self.characters, first, end):
            count = self._text.count_rects(words.start(), words.end() - words.start())
            for left, bottom, right, top in map(self._text.get_rect, range(count)):
                if bottom < top:  # a blank between two may have no height
                    pieces.append(Rectangle(left, self.height - top, right, self.height - bottom))
        return list(_by_line(pieces))

    def printed_lines(self, first: int, end: int) -> list[Rectangle]:
        """As `rectangles`, of the whole lines in which the characters stand."""
        start = max(self.characters.rfind(mark, 0, first) for mark in "\r\n") + 1
        stops = [self.characters.find(mark, end) for mark in "\r\n"]
        return self.rectangles(
            start, min((stop for stop in stops if stop >= 0), default=len(self.characters))
        )

    def characters_above(self, height: float) -> str:
        """The characters that stand above a height, in points from the top."""
        return cast(str, self._text.get_text_bounded(bottom=self.height - height))

    def characters_beside(self, place: Rectangle) -> tuple[str, str]:
        """The characters that stand on the same line: before a place, and behind it."""
        middle = self.height - (place.y0 + place.y1) / 2
        line = {"top": middle + 1, "bottom": middle - 1}
        return (
            self._text.get_text_bounded(right=place.x0 - 1, **line),
            self._text.get_text_bounded(left=place.x1 + 1, **line),
        )

    def glyphs(self) -> list[Glyph]:
        """Every character that is no blank, with its place; slow, so asked for where it must be."""
        import ctypes

        import pypdfium2.raw as pdfium

        if self._glyphs is None:
            x, y = ctypes.c_double(), ctypes.c_double()
            self._glyphs = []
            for index, character in enumerate(self.characters):
                if character.isspace():
                    continue
                left, bottom, right, top = self._text.get_charbox(index, loose=True)
                pdfium.FPDFText_GetCharOrigin(self._text.raw, index, x, y)
                box = Rectangle(left, self.height - top, right, self.height - bottom)
                self._glyphs.append(Glyph(index, self.height - y.value, box))
        return self._glyphs


def _by_line(pieces: Iterable[Rectangle]) -> Iterator[Rectangle]:
    """Join pieces that stand beside each other on one line."""
    line: Rectangle | None = None
    for piece in pieces:
        if line is None:
            line = piece
        elif min(line.y1, piece.y1) - max(line.y0, piece.y0) > 0.5 * min(line.height, piece.height):
            line = bounds((line, piece))
        else:
            yield line
            line = piece
    if line is not None:
        yield line


def glyph_lines(glyphs: Iterable[Glyph]) -> list[Rectangle]:
    """Where characters stand, in the order given: one rectangle a line."""
    return list(_by_line(bounds([glyph.box]) for glyph in glyphs))


class _OpenLetter(ABC):
    """An archived letter of either kind, open; to be used as a context manager."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""


class PdfLetter(_OpenLetter):
    """An archived PDF."""

    def __init__(self, content: bytes) -> None:
        """Open a PDF.

        Raises:
            UnreadableLetter: It cannot be opened.
        """
        import pypdfium2

        try:
            self._pdf = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise UnreadableLetter(f"PDFium cannot open it ({error})") from error
        self.page_count = len(self._pdf)
        self._pages: dict[int, Page] = {}

    def close(self) -> None:
        """Let go of the file and its pages."""
        self._pages.clear()
        self._pdf.close()

    @property
    def pdf(self) -> Any:
        """The document, as pypdfium2 has it."""
        return self._pdf

    def page(self, number: int) -> Page:
        """A page, from 1.

        Raises:
            UnreadableLetter: It cannot be opened, or there is none of that number.
        """
        import pypdfium2
        import pypdfium2.raw as pdfium

        if number not in self._pages:
            try:
                page = self._pdf[number - 1]
                text = page.get_textpage()
            except (IndexError, pypdfium2.PdfiumError) as error:
                raise UnreadableLetter(f"its page {number} cannot be opened ({error})") from error
            width, height = page.get_size()
            count = text.count_chars()
            characters = text.get_text_range(0, count) if count else ""
            if len(characters) != count:  # then places in one are none in the other
                characters = "".join(
                    chr(pdfium.FPDFText_GetUnicode(text.raw, index)) for index in range(count)
                )
            self._pages[number] = Page(number, width, height, characters, text)
        return self._pages[number]


class TextLetter(_OpenLetter):
    """An archived letter that is plain text or Markdown: it has lines and no pages."""

    page_count = None

    def __init__(self, content: bytes) -> None:
        """Take the text.

        Raises:
            UnreadableLetter: It is not UTF-8.
        """
        try:
            self.lines = content.decode("utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise UnreadableLetter(f"its byte {error.start} is not UTF-8") from error

    def close(self) -> None:
        """Let go of the lines."""
        self.lines = []


def open_letter(content: bytes) -> PdfLetter | TextLetter:
    """Open an archived letter, whatever it is.

    Args:
        content: The file's bytes.

    Raises:
        UnreadableLetter: It is neither a PDF that can be opened nor text.
    """
    return PdfLetter(content) if b"%PDF-" in content[:_HEADER] else TextLetter(content)
