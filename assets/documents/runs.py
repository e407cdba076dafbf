"""The text runs of a PDF page: words, font, size and place, as PDFium draws them.

A run is a text object of the page's content, or several that go on from each other on one line, are
set alike and belong to one piece of marked content: writers part lines and words as they like. Only
what a reader of the page can see is returned: text that is clipped away, off the page or white (the
template's forgotten fields) is left out, and what stands at an angle to the text (a watermark, a
reference up the margin) is kept apart. Where things stand on the page is worked out in `frames`,
what is asked of PDFium in `page_objects`. Joining runs into lines and paragraphs is done in
`lines`, `tagged` and `layout`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from assets.documents.frames import Box, Frame, Matrix, page_frame, turned
from assets.documents.page_objects import PageObjects, TextObjects

_INVISIBLE_MODE = 3  # PDF 32000-1, table 106: neither fill nor stroke
_SLANT = 0.05  # rise by length of what is not called a slant
NO_ROOM = 0.15  # gap in ems that is none: a blank is wider
WIDE_GAP = 0.6  # gap in ems that parts two words even where the file has no blank between them
_FEWEST_TURNED = 100  # characters that tell how a page is to be read
_BULLET = "\u2022 "  # as which a shape is taken
_LEAST_BULLET, _LARGEST_BULLET = 1.5, 8.0  # points; of a bullet that is drawn
_UNEVEN = 0.25  # of its height by which it may be wider or narrower
_ASLANT = -1  # the direction of what runs neither along a page's sides nor against them


class Run(NamedTuple):
    """A stretch of text set alike, its ink's box and its baseline in points from the top left.

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
        return _is_bold(self.font)

    @property
    def is_shape(self) -> bool:
        """Whether it is a bullet that is drawn without a character."""
        return not self.font and self.text == _BULLET


@lru_cache(maxsize=256)
def _is_bold(font: str) -> bool:
    name = font.lower()
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


_Shown = tuple[Run, Sequence[float]]  # with its matrix on the page


class _Pieces(NamedTuple):
    """Text objects on the page: of each, what stands at its index; see `TextObjects`."""

    is_blank: np.ndarray
    is_invisible: np.ndarray
    boxes: np.ndarray
    sizes: np.ndarray
    matrices: np.ndarray
    fonts: np.ndarray
    content: np.ndarray

    def only(self, which: np.ndarray) -> _Pieces:
        """Some of them, by their indexes."""
        return _Pieces(*(column[which] for column in self))


def _misses(one: Any, other: Box) -> Any:
    """Whether two boxes have nothing in common; for one, or for an array each of many."""
    left, top, right, bottom = one
    return (right <= other[0]) | (left >= other[2]) | (bottom <= other[1]) | (top >= other[3])


def _direction(matrix: Sequence[float]) -> int:
    """By how many quarters a page shown has to be turned for a text to stand upright."""
    along, down = matrix[:2]
    if abs(down) <= _SLANT * abs(along):
        return 0 if along >= 0 else 2
    if abs(along) <= _SLANT * abs(down):
        return 3 if down > 0 else 1
    return _ASLANT


def page_text(page: Any, text: Any, usual: int = 0, *, by_gaps: bool = False) -> PageText:
    """Read the visible runs of one page.

    Args:
        page: A page, as pypdfium2 has it.
        text: Its text, as pypdfium2 has it.
        usual: By how many quarters a page of few words is turned: as the one before it.
        by_gaps: Whether to leave out the blanks that PDFium sees in gaps as wide as those between
            letters, where these stand apart.
    """
    frame = page_frame(page.raw)
    objects = PageObjects(page.raw, text.raw, by_gaps=by_gaps)
    visible: list[_Shown] = []
    invisible: list[_Shown] = []
    for drawn in objects.text_objects(frame):
        _add_runs(drawn, objects, frame, visible, invisible)
    # A page whose every word is invisible is a scan with its words laid over the picture.
    shown = visible if any(run.font for run, _ in visible) else invisible
    return _upright(shown, frame, usual)._replace(bullets=tuple(_bullets(objects.paths)))


def _add_runs(
    drawn: TextObjects,
    objects: PageObjects,
    frame: Frame,
    visible: list[_Shown],
    invisible: list[_Shown],
) -> None:
    """Add the runs of text objects to those that are seen on the page, or to the invisible ones."""
    surround = drawn.surround
    boxes = surround.matrix.boxes(drawn.boxes)
    has_text = np.array([text != "" for text in drawn.texts])
    kept = np.flatnonzero(~(has_text & _are_hidden(drawn, boxes, objects, frame)))
    if not len(kept):
        return
    texts = [drawn.texts[at] or " " for at in kept.tolist()]
    sizes, matrices = _set_at(drawn)
    pieces = _Pieces(
        np.array([not text.strip() for text in drawn.texts]),
        (drawn.render_modes == _INVISIBLE_MODE) & has_text,
        boxes,
        sizes,
        matrices,
        np.where(has_text, drawn.fonts, 0),
        drawn.marked_content,
    ).only(kept)
    goes_on = _go_on(pieces)
    pieces.boxes[pieces.is_blank & goes_on] = np.inf, np.inf, -np.inf, -np.inf  # without ink
    starts = np.flatnonzero(~goes_on)
    edges = (
        *np.minimum.reduceat(pieces.boxes[:, :2], starts).T.tolist(),
        *np.maximum.reduceat(pieces.boxes[:, 2:], starts).T.tolist(),
    )
    _, is_invisible, _, sizes, matrices, fonts, content = pieces.only(starts)
    is_outer = content < 0
    rows = zip(
        ["".join(texts[start:end]) for start, end in pairwise([*starts.tolist(), len(texts)])],
        map(objects.font_name, fonts.tolist()),
        sizes.tolist(),
        *edges,
        matrices[:, 5].tolist(),
        np.where(is_outer, surround.marked_content, content).tolist(),
        np.where(is_outer, surround.outer_stream, surround.stream).tolist(),
        strict=True,
    )
    for row, matrix, is_unseen in zip(rows, matrices.tolist(), is_invisible.tolist(), strict=True):
        (invisible if is_unseen else visible).append((Run._make(row), matrix))


def _are_hidden(
    drawn: TextObjects, boxes: np.ndarray, objects: PageObjects, frame: Frame
) -> np.ndarray:
    """Which text objects nobody sees: white ones, and what is clipped away or off the page."""
    hidden: np.ndarray = drawn.is_white.copy()
    for clip in ((0.0, 0.0, frame.width, frame.height), *drawn.surround.clips):
        hidden |= _misses(boxes.T, clip)
    for at in np.flatnonzero((drawn.clip_counts > 0) & ~hidden).tolist():
        if drawn.texts[at]:
            own_box = drawn.boxes[at].tolist()
            hidden[at] = any(_misses(own_box, clip) for clip in objects.clips(drawn.items[at]))
    return hidden


def _go_on(pieces: _Pieces) -> np.ndarray:
    """Which text objects go on with the run of the one before.

    Between words is a blank, or nothing where there is no room for one. Where there is a doubt,
    they are runs of their own: what is done with these in a line is decided in `lines`.
    """
    is_blank, is_invisible, boxes, sizes, matrices, fonts, content = pieces
    is_plain = (content >= 0) & (matrices[:, 0] > 0) & (matrices[:, 1] == 0) & ~is_invisible
    # What is no number is like nothing.
    setting = np.stack((sizes, matrices[:, 5], np.where(is_plain, content, np.nan)), axis=1)
    inked = np.flatnonzero(~is_blank)
    before, after = inked[:-1], inked[1:]
    step = after - before
    gap, room = boxes[after, 0] - boxes[before, 2], NO_ROOM * sizes[before]
    follows = (
        (step <= 2)
        & (gap >= np.where(step == 1, -room, room))
        & (gap <= WIDE_GAP * sizes[before])
        & (boxes[after, 2] >= boxes[before, 2])
        & (fonts[after] == fonts[before])
        & (setting[after] == setting[before]).all(axis=1)
        & (setting[after - 1] == setting[before]).all(axis=1)
    )
    goes_on = np.zeros(len(is_blank), bool)
    goes_on[after[follows]] = True
    goes_on[after[follows & (step == 2)] - 1] = True
    return goes_on


def _set_at(drawn: TextObjects) -> tuple[np.ndarray, np.ndarray]:
    """The sizes of text objects, and their matrices on the page."""
    matrices = drawn.surround.matrix.behind(drawn.matrices)
    a, b, c, d, _, _ = matrices.T
    # Some writers (Distiller) give size 1 and scale by the text matrix.
    length = np.sqrt(a**2 + b**2)
    scale = np.abs(a * d - b * c) / np.where(length > 0, length, 1.0)
    return (drawn.sizes * scale).round(1), matrices


def _bullets(paths: Iterable[Box]) -> Iterator[Run]:
    """The paths that are as small and as wide as a bullet."""
    for box in paths:
        width, height = box[2] - box[0], box[3] - box[1]
        if _LEAST_BULLET < height < _LARGEST_BULLET and abs(width - height) < _UNEVEN * height:
            # It stands above the line of its words by as much as it is high.
            baseline = box[3] + height / 2
            yield Run(_BULLET, "", 2 * height, *box, baseline, -1)


def _upright(shown: list[_Shown], frame: Frame, usual: int) -> PageText:
    """Turn a page so that most of its words stand upright, and keep the others apart."""
    if all(along > 0 and not down for _, (along, down, *_) in shown):
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
        if quarters:
            x0, y0, x1, y1 = turn.box((run.x0, run.y0, run.x1, run.y1))
            baseline = Matrix._make(matrix).then(turn).f
            run = run._replace(x0=x0, y0=y0, x1=x1, y1=y1, baseline=baseline)
        runs.append(run)
    return PageText(runs, frame.width, frame.height, quarters, tuple(aside))
