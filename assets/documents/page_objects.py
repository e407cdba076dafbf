"""What PDFium says of the objects on a page: their words, places, fonts, colours and clips.

Here belong the calls; a letter needs ten thousand. Which objects make a run is decided in `runs`.
"""

from __future__ import annotations

import ctypes
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby, pairwise
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from assets.documents.frames import Box, Frame, Matrix
from assets.pdfium import Values, address, addresses, by_address

_WHITE = 250  # a fill colour with every channel above this cannot be seen on paper
_BLANK = 0.12  # of a line's height: by so much a gap between words is wider than between letters
_BUFFER_CHARACTERS = 8192
# What PDFium writes of a text object.
_VALUES = np.dtype([("box", "4f4"), ("matrix", "6f4"), ("size", "f4"), ("colour", "4u4")])
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
        boxes: Left, lower, right and upper edge, in their own co-ordinates.
        matrices: From the co-ordinates of their fonts to their own, as `Matrix` has it.
        sizes: The sizes of their fonts before that.
        is_white: Whether they are filled with a colour that cannot be seen on paper.
        fonts: The names of their fonts.
        marked_content: The numbers of their marked content, -1 for none.
        render_modes: How they are drawn: PDF 32000-1, table 106.
        clip_counts: How many paths clip them; less than 1 for none.
    """

    surround: Surround
    items: list[int]
    boxes: np.ndarray
    matrices: np.ndarray
    sizes: np.ndarray
    is_white: np.ndarray
    fonts: list[str]
    marked_content: list[int]
    render_modes: list[int]
    clip_counts: list[int]


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
        self._fonts: dict[int, str] = {}
        self._clip_boxes: dict[tuple[int, int], Box] = {}
        self._forms = 0
        #: The boxes of all paths drawn, on the page as shown.
        self.paths: list[Box] = []
        self._text = address(text)
        self._texts = self._texts_without_blanks_made_up() if by_gaps else self._texts_by_object()

    def text_objects(self, frame: Frame) -> Iterator[TextObjects]:
        """Text objects of the page in drawing order, those inside forms included."""
        return self._within(self._page, _count_objects, _object_at, Surround(frame.matrix))

    def _within(
        self, holder: int, count: Any, object_at: Any, surround: Surround
    ) -> Iterator[TextObjects]:
        texts: list[int] = []
        for index in range(count(holder)):
            item = object_at(holder, index)
            kind = _type_of(item)
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
        values = np.zeros(len(items), _VALUES)
        edges = (addresses(values["box"][:, edge]) for edge in range(4))
        channels = (addresses(values["colour"][:, channel]) for channel in range(4))
        list(map(_get_bounds, items, *edges))
        list(map(_get_matrix, items, addresses(values["matrix"])))
        list(map(_get_font_size, items, addresses(values["size"])))
        is_filled = np.array(list(map(_get_fill_colour, items, *channels)), bool)
        colours, alpha = values["colour"][:, :3], values["colour"][:, 3]
        return TextObjects(
            surround,
            items,
            values["box"].astype(float),
            values["matrix"].astype(float),
            values["size"].astype(float),
            is_filled & ((colours >= _WHITE).all(axis=1) | (alpha == 0)),
            list(map(self._font_name, map(_font_of, items))),
            list(map(_marked_content_of, items)),
            list(map(_render_mode_of, items)),
            list(map(_count_paths, map(_clip_of, items))),
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

    def _font_name(self, font: int) -> str:
        """The name of a font."""
        name = self._fonts.get(font)
        if name is None:
            buffer = ctypes.create_string_buffer(256)
            _get_font_name(font, ctypes.addressof(buffer), len(buffer))
            name = self._fonts[font] = buffer.value.decode("utf-8", "replace")
        return name

    def clips(self, item: int) -> list[Box]:
        """The rectangles around the paths that clip an object, in its own co-ordinates."""
        clip = _clip_of(item)
        boxes = [self._clip_box(clip, path) for path in range(_count_paths(clip))]
        return [box for box in boxes if box]

    def _clip_box(self, clip: int, path: int) -> Box | None:
        count = _count_segments(clip, path)
        # What follows each other is mostly clipped by one path.
        key = _segment_at(clip, path, 0) or 0, count
        if key not in self._clip_boxes:
            points = [
                self._point()
                for index in range(count)
                if _get_point(_segment_at(clip, path, index), *self._point.addresses)
            ]
            if not points:
                return None
            xs, ys = zip(*points, strict=True)
            self._clip_boxes[key] = min(xs), min(ys), max(xs), max(ys)
        return self._clip_boxes[key]

    def text(self, item: int) -> str:
        """The characters of a text object; none where it draws only blanks."""
        if self._texts is None:
            return self._text_of(item)
        return self._texts.get(item, "")

    def _text_of(self, item: int) -> str:
        """What PDFium gives as an object's text; it goes through all of the page for it."""
        buffer = (ctypes.c_ushort * _BUFFER_CHARACTERS)()
        length = _get_text(item, self._text, ctypes.addressof(buffer), len(buffer))
        if length // 2 > len(buffer):
            buffer = (ctypes.c_ushort * (length // 2))()
            _get_text(item, self._text, ctypes.addressof(buffer), len(buffer))
        return str(memoryview(buffer).cast("B")[: max(length - 2, 0)], "utf-16-le", "replace")

    def _texts_by_object(self) -> dict[int, str] | None:
        """The texts of all objects that have any; `None` where it is not told which is whose.

        An object's text ends with the blank that follows it, whosever that is.
        """
        count = _count_characters(self._text)
        buffer = (ctypes.c_ushort * (count + 1))()
        if _get_characters(self._text, 0, count, ctypes.addressof(buffer)) != count + 1:
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
        """Objects in the order of the page's characters, with their first and the one after."""
        text = self._text
        for line in _LINE.finditer(page):
            start, stop = line.span()
            while start < stop:
                owner = _owner_of_character(text, start)
                last, end = start, start + 1
                if owner:  # else it is made up, and stands between any two
                    # An object's characters follow each other, often to the end of their line:
                    # steps that double, then halves.
                    if end < stop and _owner_of_character(text, stop - 1) == owner:
                        end = stop
                        last = stop - 1
                    while end < stop and _owner_of_character(text, end) == owner:
                        last, end = end, min(2 * end - start, stop)
                    while end - last > 1:
                        middle = (last + end) // 2
                        if _owner_of_character(text, middle) == owner:
                            last = middle
                        else:
                            end = middle
                    yield owner, start, end
                start = end

    def _texts_without_blanks_made_up(self) -> dict[int, str]:
        """The characters of each text object, with blanks in wide gaps only."""
        characters = [
            _Character(
                chr(_character_at(self._text, index)),
                _owner_of_character(self._text, index) or 0,
                self._character_box(index),
                bool(_is_generated(self._text, index)),
            )
            for index in range(_count_characters(self._text))
        ]
        texts: dict[int, str] = defaultdict(str)
        for is_break, group in groupby(characters, lambda one: one.text in "\r\n"):
            if not is_break:
                for item, text in _with_blanks_in_wide_gaps(list(group)):
                    texts[item] += text
        return texts

    def _character_box(self, index: int) -> Box:
        _get_loose_box(self._text, index, self._box.addresses[0])
        left, top, right, bottom = self._box()
        return left, bottom, right, top
