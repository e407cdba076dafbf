"""What PDFium says of the objects on a page: their words, places, fonts, colours and clips.

Here belong the calls; a letter needs ten thousand. Which objects make a run is decided in `runs`.
"""

from __future__ import annotations

import ctypes
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby, pairwise, repeat
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from assets.documents.frames import Box, Frame, Matrix
from assets.pdfium import Values, address, addresses, by_address

_WHITE = 250  # a fill colour with every channel above this cannot be seen on paper
_BLANK = 0.12  # of a line's height: by so much a gap between words is wider than between letters
_BUFFER_CHARACTERS = 8192
# Numbers that PDFium writes of a text object: its box (4), matrix (6), size, and colour (4).
_VALUES = 15
# What PDFium gives for a hyphen at a line's end, in the text of a page and in that of an object.
_LINE = re.compile(r"[^\r\n\0]+")
_HYPHEN_IN_PAGE, _HYPHEN = "\ufffe", "\x02"

_count_objects = by_address(pdfium.FPDFPage_CountObjects)
_object_at = by_address(pdfium.FPDFPage_GetObject)
_count_objects_of_form = by_address(pdfium.FPDFFormObj_CountObjects)
_object_of_form_at = by_address(pdfium.FPDFFormObj_GetObject)
_type_of = by_address(pdfium.FPDFPageObj_GetType)
_get_bounds = by_address(pdfium.FPDFPageObj_GetBounds)
_get_matrix = by_address(pdfium.FPDFPageObj_GetMatrix)
_get_fill_colour = by_address(pdfium.FPDFPageObj_GetFillColor)
_clip_of = by_address(pdfium.FPDFPageObj_GetClipPath)
_count_paths = by_address(pdfium.FPDFClipPath_CountPaths)
_count_segments = by_address(pdfium.FPDFClipPath_CountPathSegments)
_segment_at = by_address(pdfium.FPDFClipPath_GetPathSegment)
_get_point = by_address(pdfium.FPDFPathSegment_GetPoint)
_get_text = by_address(pdfium.FPDFTextObj_GetText)
_get_font_size = by_address(pdfium.FPDFTextObj_GetFontSize)
_marked_content_of = by_address(pdfium.FPDFPageObj_GetMarkedContentID)
_render_mode_of = by_address(pdfium.FPDFTextObj_GetTextRenderMode)
_font_of = by_address(pdfium.FPDFTextObj_GetFont)
_get_font_name = by_address(pdfium.FPDFFont_GetBaseFontName)
_count_characters = by_address(pdfium.FPDFText_CountChars)
_get_characters = by_address(pdfium.FPDFText_GetText)
_character_at = by_address(pdfium.FPDFText_GetUnicode)
_owner_of_character = by_address(pdfium.FPDFText_GetTextObject)
_get_loose_box = by_address(pdfium.FPDFText_GetLooseCharBox)
_is_generated = by_address(pdfium.FPDFText_IsGenerated)


class Surround(NamedTuple):
    """What the objects of a page or a form have in common.

    Attributes:
        matrix: From their co-ordinates to points from the top left of the page as shown.
        stream: As in `Run`.
        marked_content: That of the form itself, which holds all in it that has none of its own.
        outer_stream: Whose number that is.
        clips: Rectangles on the page outside which nothing of them is seen.
    """

    matrix: Matrix
    stream: int = 0
    marked_content: int = -1
    outer_stream: int = 0
    clips: tuple[Box, ...] = ()


class TextObjects(NamedTuple):
    """What PDFium says of text objects that follow each other; of each, what stands at its index.

    Attributes:
        surround: What they have in common.
        items: Their addresses.
        texts: Their characters; none of what draws only blanks.
        boxes: Left, lower, right and upper edge, in their own co-ordinates.
        matrices: From the co-ordinates of their fonts to their own, as `Matrix` has it.
        sizes: The sizes of their fonts before that.
        is_white: Whether they are filled with a colour that cannot be seen on paper.
        fonts: The addresses of their fonts.
        marked_content: The numbers of their marked content, -1 for none.
        render_modes: How they are drawn: PDF 32000-1, table 106.
        clip_counts: How many paths clip them; less than 1 for none.
    """

    surround: Surround
    items: list[int]
    texts: list[str]
    boxes: np.ndarray
    matrices: np.ndarray
    sizes: np.ndarray
    is_white: np.ndarray
    fonts: np.ndarray
    marked_content: np.ndarray
    render_modes: np.ndarray
    clip_counts: np.ndarray


class _Character(NamedTuple):
    """A character, the text object that draws it, and the room that its font gives it."""

    text: str
    item: int
    box: Box
    is_made_up: bool

    @property
    def height(self) -> float:
        """Across its line, whichever way that runs."""
        return max(self.box[2] - self.box[0], self.box[3] - self.box[1])

    def gap(self, other: _Character) -> float:
        """The distance to another one, along the line."""
        one, two = self.box, other.box
        return max(two[0] - one[2], one[0] - two[2], two[1] - one[3], one[1] - two[3])


def _with_blanks_in_wide_gaps(line: list[_Character]) -> Iterator[tuple[int, str]]:
    """The characters of a line, each with its text object, but for blanks made up in small gaps."""
    drawn = [one for one in line if not one.is_made_up]
    gaps = [one.gap(other) for one, other in pairwise(drawn)]
    wide = (median(gaps) if gaps else 0.0) + _BLANK * max((one.height for one in drawn), default=0)
    following = iter(gaps)
    gap = 0.0
    for one in line:
        if not one.is_made_up:
            gap = next(following, wide)
        if not one.is_made_up or gap >= wide:
            yield one.item, one.text


class PageObjects:
    """The objects of one page, for as long as it is open; each is known by its address."""

    def __init__(self, page: Any, text: Any, *, by_gaps: bool = False) -> None:
        """Take in the text of a page.

        Args:
            page: A raw PDFium page.
            text: Its text, as raw.
            by_gaps: Whether to leave out the blanks that PDFium sees in gaps as wide as those
                between letters.
        """
        self._page = address(page)
        self._point, self._box, self._matrix = Values("2f"), Values("4f"), Values("6f")
        self._fonts = {0: ""}
        self._clips: dict[tuple[int, int], tuple[Box, ...]] = {}
        self._forms = 0
        #: The boxes of all paths drawn, on the page as shown.
        self.paths: list[Box] = []
        self._page_text = address(text)
        texts = self._texts_without_blanks_made_up() if by_gaps else self._texts_by_object()
        self._text = self._text_of if texts is None else defaultdict(str, texts).__getitem__

    def text_objects(self, frame: Frame) -> Iterator[TextObjects]:
        """Text objects of the page in drawing order, those inside forms included."""
        return self._within(self._page, _count_objects, _object_at, Surround(frame.matrix))

    def _within(
        self, holder: int, count: Any, object_at: Any, surround: Surround
    ) -> Iterator[TextObjects]:
        texts: list[int] = []
        items = list(map(object_at, repeat(holder), range(count(holder))))
        for item, kind in zip(items, map(_type_of, items), strict=True):
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                texts.append(item)
            elif kind == pdfium.FPDF_PAGEOBJ_PATH:
                self.paths.append(surround.matrix.box(self.bounds(item)))
            elif kind == pdfium.FPDF_PAGEOBJ_FORM:
                if texts:
                    yield self._text_objects(texts, surround)
                    texts = []
                self._forms += 1
                own = _marked_content_of(item)
                within = Surround(
                    self.matrix(item).then(surround.matrix),
                    self._forms,
                    own if own >= 0 else surround.marked_content,
                    surround.stream if own >= 0 else surround.outer_stream,
                    (*surround.clips, *map(surround.matrix.box, self.clips(item))),
                )
                yield from self._within(item, _count_objects_of_form, _object_of_form_at, within)
        if texts:
            yield self._text_objects(texts, surround)

    def _text_objects(self, items: list[int], surround: Surround) -> TextObjects:
        """Ask all of some objects one question, and then the next: half the time."""
        values = np.zeros((len(items), _VALUES), np.float32)
        *edges, matrix, _, _, _, _, _, size, red, green, blue, alpha = (
            addresses(values, column) for column in range(_VALUES)
        )
        list(map(_get_bounds, items, *edges))
        list(map(_get_matrix, items, matrix))
        list(map(_get_font_size, items, size))
        is_filled = np.array(list(map(_get_fill_colour, items, red, green, blue, alpha)), bool)
        channels = values[:, 11:].view(np.uint32)
        colours, opacity = channels[:, :3], channels[:, 3]
        numbers = values.astype(float)
        return TextObjects(
            surround,
            items,
            list(map(self._text, items)),
            numbers[:, :4],
            numbers[:, 4:10],
            numbers[:, 10],
            is_filled & ((colours >= _WHITE).all(axis=1) | (opacity == 0)),
            np.array([font or 0 for font in map(_font_of, items)]),
            np.array(list(map(_marked_content_of, items))),
            np.array(list(map(_render_mode_of, items))),
            np.array(list(map(_count_paths, map(_clip_of, items)))),
        )

    def bounds(self, item: int) -> Box:
        """Left, lower, right and upper edge of an object, in its own co-ordinates."""
        _get_bounds(item, *self._box.addresses)
        left, bottom, right, top = self._box()
        return left, bottom, right, top

    def matrix(self, item: int) -> Matrix:
        """The matrix of an object."""
        _get_matrix(item, *self._matrix.addresses[:1])
        return Matrix._make(self._matrix())

    def font_name(self, font: int) -> str:
        """The name of a font, by its address."""
        name = self._fonts.get(font)
        if name is None:
            buffer = ctypes.create_string_buffer(256)
            _get_font_name(font, ctypes.addressof(buffer), len(buffer))
            name = self._fonts[font] = buffer.value.decode("utf-8", "replace")
        return name

    def clips(self, item: int) -> tuple[Box, ...]:
        """The rectangles around the paths that clip an object, in its own co-ordinates."""
        clip = _clip_of(item)
        return self._clip_boxes(clip, _count_paths(clip))

    def _clip_boxes(self, clip: int, count: int) -> tuple[Box, ...]:
        """Those of the first paths; the last, known by its points, has the others before it."""
        if count < 1:
            return ()
        key = count, _segment_at(clip, count - 1, 0) or 0
        if key not in self._clips:
            points = [
                self._point()
                for index in range(_count_segments(clip, count - 1))
                if _get_point(_segment_at(clip, count - 1, index), *self._point.addresses)
            ]
            before = self._clip_boxes(clip, count - 1)
            if not points:
                return before
            xs, ys = zip(*points, strict=True)
            self._clips[key] = *before, (min(xs), min(ys), max(xs), max(ys))
        return self._clips[key]

    def _text_of(self, item: int) -> str:
        """What PDFium gives as an object's text; it goes through all of the page for it."""
        buffer = (ctypes.c_ushort * _BUFFER_CHARACTERS)()
        length = _get_text(item, self._page_text, ctypes.addressof(buffer), len(buffer))
        if length // 2 > len(buffer):
            buffer = (ctypes.c_ushort * (length // 2))()
            _get_text(item, self._page_text, ctypes.addressof(buffer), len(buffer))
        return str(memoryview(buffer).cast("B")[: max(length - 2, 0)], "utf-16-le", "replace")

    def _texts_by_object(self) -> dict[int, str] | None:
        """The texts of all objects that have any; `None` where it is not told which is whose.

        An object's text ends with the blank that follows it, whosever that is.
        """
        count = _count_characters(self._page_text)
        buffer = (ctypes.c_ushort * (count + 1))()
        if _get_characters(self._page_text, 0, count, ctypes.addressof(buffer)) != count + 1:
            return None  # some characters are no text
        page = str(buffer, "utf-16-le", "surrogatepass").replace(_HYPHEN_IN_PAGE, _HYPHEN)
        if len(page) != count + 1:
            return None  # some take two units
        texts: dict[int, str] = {}
        for item, start, end in self._stretches(page):
            if item in texts:
                texts[item] = self._text_of(item)
            else:
                texts[item] = page[start : end + (page[end] == " ")]
        return texts

    def _stretches(self, page: str) -> Iterator[tuple[int, int, int]]:
        """Objects in the order of the page's characters, with their first and the one after.

        Where two characters of a line are one object's, so is all between them. One that is made up
        is nobody's, and stands between any two.
        """
        text = self._page_text
        for line in _LINE.finditer(page):
            begin, stop = line.span()
            at, owner = begin, _owner_of_character(text, begin)
            ahead = [(stop - 1, _owner_of_character(text, stop - 1))]
            while ahead:
                other, its_owner = ahead[-1]
                if other - at > 1 and not (owner and owner == its_owner):
                    middle = (at + other) // 2
                    ahead.append((middle, _owner_of_character(text, middle)))
                    continue
                if owner != its_owner:
                    if owner:
                        yield owner, begin, other
                    begin = other
                at, owner = ahead.pop()
            if owner:
                yield owner, begin, stop

    def _texts_without_blanks_made_up(self) -> dict[int, str]:
        """The characters of each text object, with blanks in wide gaps only."""
        characters = [
            _Character(
                chr(_character_at(self._page_text, index)),
                _owner_of_character(self._page_text, index) or 0,
                self._character_box(index),
                bool(_is_generated(self._page_text, index)),
            )
            for index in range(_count_characters(self._page_text))
        ]
        texts: dict[int, str] = defaultdict(str)
        for is_break, group in groupby(characters, lambda one: one.text in "\r\n"):
            if not is_break:
                for item, text in _with_blanks_in_wide_gaps(list(group)):
                    texts[item] += text
        return texts

    def _character_box(self, index: int) -> Box:
        _get_loose_box(self._page_text, index, self._box.addresses[0])
        left, top, right, bottom = self._box()
        return left, bottom, right, top
