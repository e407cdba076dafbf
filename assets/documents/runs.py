"""The text runs of a PDF page: words, font, size and place, as PDFium draws them.

A run is one text object of the page's content. Only what a reader of the page can see is returned:
text that is clipped away, off the page or white (the template's forgotten fields) is left out, and
what stands at an angle to the text (a watermark, a reference up the margin) is kept apart. Where
things stand on the page is worked out in `frames`. Joining runs into lines and paragraphs is done
in `lines`, `tagged` and `layout`.
"""

from __future__ import annotations

import ctypes
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby, pairwise
from statistics import median
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from assets.documents.frames import Box, Frame, Matrix, page_frame, turned

_BUFFER_CHARACTERS = 8192
_WHITE = 250  # a fill colour with every channel above this cannot be seen on paper
_INVISIBLE_MODE = 3  # PDF 32000-1, table 106: neither fill nor stroke
_SLANT = 0.05  # rise by length of what is not called a slant
_FEWEST_TURNED = 100  # characters that tell how a page is to be read
_BLANK = 0.12  # of a line's height: by so much a gap between words is wider than between letters
_LEAST_BULLET, _LARGEST_BULLET = 1.5, 8.0  # points; of a bullet that is drawn
_UNEVEN = 0.25  # of its height by which it may be wider or narrower
_ASLANT = -1  # the direction of what runs neither along a page's sides nor against them


class Run(NamedTuple):
    """One text object, with the box of its ink and its baseline in points from the top left.

    Attributes:
        text: Its characters.
        font: The font's name.
        size: The size of its characters in points, as drawn.
        x0: Left edge; like all places, on the page turned so that its words stand upright.
        y0: Upper edge.
        x1: Right edge.
        y1: Lower edge.
        baseline: Where its line stands.
        marked_content: The number of its marked content, -1 where it belongs to none.
        stream: Whose number that is: 0 for the page's own content, else the form of that number
            on the page, in drawing order from 1.
    """

    text: str
    font: str
    size: float
    x0: float
    y0: float
    x1: float
    y1: float
    baseline: float
    marked_content: int
    stream: int = 0

    @property
    def is_bold(self) -> bool:
        """Whether the font's name says bold (its weight is not to be trusted: Tahoma says 220)."""
        name = self.font.lower()
        return "bold" in name or "black" in name or "heavy" in name


class PageText(NamedTuple):
    """What a page shows of text.

    Attributes:
        runs: Its runs in drawing order, those of a blank alone included: they tell words apart.
        width: The page's width in points, as a viewer shows it.
        height: Its height.
        quarters: By how many quarters, clockwise, the page shown is turned where the runs have
            their places: 0 but where its words run up, down or on their heads.
        aside: What stands at an angle to the text.
        bullets: What may be one and is drawn without a character.
    """

    runs: list[Run]
    width: float
    height: float
    quarters: int = 0
    aside: tuple[Run, ...] = ()
    bullets: tuple[Run, ...] = ()

    @property
    def upright(self) -> Frame:
        """From the page as shown to where the runs have their places."""
        return turned(self.quarters, self.width, self.height)


class _Surround(NamedTuple):
    """What the objects of a page or a form have in common.

    Attributes:
        matrix: From their co-ordinates to points from the top left of the page as shown.
        stream: As in `Run`.
        marked_content: That of the form itself, which holds all in it that has none of its own.
        outer_stream: Whose number that is.
        clips: Rectangles on the page outside which nothing of them is seen.
        is_plain: Whether the matrix only moves, and counts downwards: as nearly always.
    """

    matrix: Matrix
    stream: int = 0
    marked_content: int = -1
    outer_stream: int = 0
    clips: tuple[Box, ...] = ()
    is_plain: bool = False


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


def _address(pointer: Any) -> int:
    return ctypes.c_void_p.from_buffer(pointer).value or 0


class _PageReader:
    """Buffers and font names, kept over all pages of one document."""

    def __init__(self, by_gaps: bool = False) -> None:
        self._by_gaps = by_gaps
        self._rectangle = pdfium.FS_RECTF()
        self._text_page: Any = None
        self._texts: dict[int, str] | None = None
        self._text = (ctypes.c_ushort * _BUFFER_CHARACTERS)()
        self._bytes = memoryview(self._text).cast("B")
        self._name = ctypes.create_string_buffer(256)
        self._float = [ctypes.c_float() for _ in range(4)]
        self._size = ctypes.c_float()
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._matrix = pdfium.FS_MATRIX()
        self._fonts: dict[int, str] = {}

    def open_text(self, page: Any) -> Any:
        self._text_page = pdfium.FPDFText_LoadPage(page)
        self._texts = self._texts_without_blanks_made_up() if self._by_gaps else None
        return self._text_page

    def _texts_without_blanks_made_up(self) -> dict[int, str]:
        """The characters of each text object, with blanks in wide gaps only."""
        characters = [
            _Character(
                chr(pdfium.FPDFText_GetUnicode(self._text_page, index)),
                _address(pdfium.FPDFText_GetTextObject(self._text_page, index)),
                self._character_box(index),
                bool(pdfium.FPDFText_IsGenerated(self._text_page, index)),
            )
            for index in range(pdfium.FPDFText_CountChars(self._text_page))
        ]
        texts: dict[int, str] = defaultdict(str)
        for is_break, group in groupby(characters, lambda one: one.text in "\r\n"):
            if not is_break:
                for item, text in _with_blanks_in_wide_gaps(list(group)):
                    texts[item] += text
        return texts

    def _character_box(self, index: int) -> Box:
        rectangle = self._rectangle
        pdfium.FPDFText_GetLooseCharBox(self._text_page, index, rectangle)
        return rectangle.left, rectangle.bottom, rectangle.right, rectangle.top

    def text(self, item: Any) -> str:
        if self._texts is not None:
            return self._texts.get(_address(item), "")
        text_page = self._text_page
        length = pdfium.FPDFTextObj_GetText(item, text_page, self._text, _BUFFER_CHARACTERS)
        if length <= 2:
            return ""
        units = self._bytes
        if length // 2 > _BUFFER_CHARACTERS:
            longer = (ctypes.c_ushort * (length // 2))()
            pdfium.FPDFTextObj_GetText(item, text_page, longer, length // 2)
            units = memoryview(longer).cast("B")
        return str(units[: length - 2], "utf-16-le", "replace")

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

    def matrix(self, item: Any) -> Matrix:
        matrix = self._matrix
        pdfium.FPDFPageObj_GetMatrix(item, matrix)
        return Matrix(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)

    def set_at(
        self, item: Any, around: Matrix, is_plain: bool
    ) -> tuple[float, float, Matrix | None]:
        """Size and baseline of a text object; and its matrix on the page, if it may be aslant."""
        pdfium.FPDFTextObj_GetFontSize(item, self._size)
        own = self._matrix
        pdfium.FPDFPageObj_GetMatrix(item, own)
        # Some writers (Distiller) give size 1 and scale by the text matrix.
        if is_plain and own.b == 0 and own.a > 0:
            return round(self._size.value * abs(own.d), 1), around.f - own.f, None
        matrix = Matrix(own.a, own.b, own.c, own.d, own.e, own.f).then(around)
        length = (matrix.a**2 + matrix.b**2) ** 0.5 or 1.0
        scale = abs(matrix.a * matrix.d - matrix.b * matrix.c) / length
        return round(self._size.value * scale, 1), matrix.f, matrix

    def is_white(self, item: Any) -> bool:
        red, green, blue, alpha = self._colour
        if not pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
            return False
        return min(red.value, green.value, blue.value) >= _WHITE or alpha.value == 0

    def clips(self, item: Any) -> Iterator[Box]:
        """The rectangles around the paths that clip an object, in its own co-ordinates."""
        clip = pdfium.FPDFPageObj_GetClipPath(item)
        for path in range(pdfium.FPDFClipPath_CountPaths(clip)):
            points = list(self._clip_points(clip, path))
            if points:
                xs, ys = [p[0] for p in points], [p[1] for p in points]
                yield min(xs), min(ys), max(xs), max(ys)

    def _clip_points(self, clip: Any, path: int) -> Iterator[tuple[float, float]]:
        x, y = self._float[0], self._float[1]
        for index in range(pdfium.FPDFClipPath_CountPathSegments(clip, path)):
            segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, index)
            if pdfium.FPDFPathSegment_GetPoint(segment, x, y):
                yield x.value, y.value

    def is_clipped_away(self, item: Any, box: Box) -> bool:
        """Whether nothing of an object is seen; its box is in its own co-ordinates."""
        # Most have no clip at all.
        paths = pdfium.FPDFClipPath_CountPaths(pdfium.FPDFPageObj_GetClipPath(item))
        return paths > 0 and any(_misses(box, clip) for clip in self.clips(item))

    def _note_bullet(self, box: Box) -> None:
        """Note a path that is as small and as wide as a bullet."""
        width, height = box[2] - box[0], box[3] - box[1]
        if _LEAST_BULLET < height < _LARGEST_BULLET and abs(width - height) < _UNEVEN * height:
            # It stands above the line of its words by as much as it is high.
            baseline = box[3] + height / 2
            self.bullets.append(Run("\u2022 ", "", 2 * height, *box, baseline, -1))

    def text_objects(self, page: Any, frame: Frame) -> Iterator[tuple[Any, _Surround]]:
        """Text objects of a page in drawing order, those inside forms included."""
        self._forms = 0
        self.bullets: list[Run] = []
        count, get = pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject
        yield from self._within(
            page, count, get, _Surround(frame.matrix, is_plain=frame.matrix[:4] == (1, 0, 0, -1))
        )

    def _within(
        self, holder: Any, count: Any, get: Any, surround: _Surround
    ) -> Iterator[tuple[Any, _Surround]]:
        for index in range(count(holder)):
            item = get(holder, index)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                yield item, surround
            elif kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._note_bullet(surround.matrix.box(self.bounds(item)))
            elif kind == pdfium.FPDF_PAGEOBJ_FORM:
                self._forms += 1
                own = pdfium.FPDFPageObj_GetMarkedContentID(item)
                within = _Surround(
                    self.matrix(item).then(surround.matrix),
                    self._forms,
                    own if own >= 0 else surround.marked_content,
                    surround.stream if own >= 0 else surround.outer_stream,
                    (*surround.clips, *map(surround.matrix.box, self.clips(item))),
                )
                count_in, get_in = pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
                yield from self._within(item, count_in, get_in, within)


def _misses(one: Box, other: Box) -> bool:
    return one[2] <= other[0] or one[0] >= other[2] or one[3] <= other[1] or one[1] >= other[3]


def _direction(matrix: Matrix | None) -> int:
    """By how many quarters a page shown has to be turned for a text to stand upright."""
    if matrix is None:
        return 0
    along, down = matrix.a, matrix.b
    if abs(down) <= _SLANT * abs(along):
        return 0 if along >= 0 else 2
    if abs(along) <= _SLANT * abs(down):
        return 3 if down > 0 else 1
    return _ASLANT


def page_text(page: Any, usual: int = 0, *, by_gaps: bool = False) -> PageText:
    """Read the visible runs of one page.

    Args:
        page: A raw PDFium page.
        usual: By how many quarters a page of few words is turned: as the one before it.
        by_gaps: Whether to leave out the blanks that PDFium sees in gaps as wide as those between
            letters, where these stand apart.
    """
    reader = _PageReader(by_gaps)
    frame = page_frame(page)
    sheet: Box = (0.0, 0.0, frame.width, frame.height)
    text_page = reader.open_text(page)
    visible: list[tuple[Run, Matrix | None]] = []
    invisible: list[tuple[Run, Matrix | None]] = []
    try:
        for item, surround in reader.text_objects(page, frame):
            text = reader.text(item)
            own_box = reader.bounds(item)
            if surround.is_plain:
                left, bottom, right, top = own_box
                across, down = surround.matrix[4:]
                box = left + across, down - top, right + across, down - bottom
            else:
                box = surround.matrix.box(own_box)
            size, baseline, matrix = reader.set_at(item, surround.matrix, surround.is_plain)
            marked_content = pdfium.FPDFPageObj_GetMarkedContentID(item)
            stream = surround.stream
            if marked_content < 0:
                marked_content, stream = surround.marked_content, surround.outer_stream
            place = (*box, baseline, marked_content, stream)
            if not text:
                # PDFium gives no words for a text object that holds only blanks.
                visible.append((Run(" ", "", size, *place), matrix))
                continue
            if (
                _misses(box, sheet)
                or reader.is_white(item)
                or reader.is_clipped_away(item, own_box)
                or (surround.clips and any(_misses(box, clip) for clip in surround.clips))
            ):
                continue
            run = Run(text, reader.font_name(item), size, *place)
            mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
            shown = invisible if mode == _INVISIBLE_MODE else visible
            shown.append((run, matrix))
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    # A page whose every word is invisible is a scan with its words laid over the picture.
    shown = visible if any(run.font for run, _ in visible) else invisible
    return _upright(shown, frame, usual)._replace(bullets=tuple(reader.bullets))


def _upright(shown: list[tuple[Run, Matrix | None]], frame: Frame, usual: int) -> PageText:
    """Turn a page so that most of its words stand upright, and keep the others apart."""
    if all(matrix is None for _, matrix in shown):
        return PageText([run for run, _ in shown], frame.width, frame.height)
    directions = [_direction(matrix) for _, matrix in shown]
    characters: Counter[int] = Counter()
    for (run, _), direction in zip(shown, directions, strict=True):
        characters[direction] += len(run.text)
    quarters = max(range(4), key=lambda direction: (characters[direction], -direction))
    if characters[quarters] < _FEWEST_TURNED and characters[usual]:
        quarters = usual
    turn = turned(quarters, frame.width, frame.height).matrix
    runs, aside = [], []
    for (run, matrix), direction in zip(shown, directions, strict=True):
        if direction != quarters:
            aside.append(run)
            continue
        if quarters and matrix:
            x0, y0, x1, y1 = turn.box((run.x0, run.y0, run.x1, run.y1))
            run = run._replace(x0=x0, y0=y0, x1=x1, y1=y1, baseline=matrix.then(turn).f)
        runs.append(run)
    return PageText(runs, frame.width, frame.height, quarters, tuple(aside))
