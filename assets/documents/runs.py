"""The text runs of a PDF page: words, font, size and place, as PDFium draws them.

A run is one text object of the page's content. Only what a reader of the page can see is returned:
text that is clipped away, off the page or white (the template's forgotten fields) is left out, and
what stands at an angle to the text (a watermark, a reference up the margin) is kept apart. Where
things stand on the page is worked out in `frames`, what is asked of PDFium in `page_objects`.
Joining runs into lines and paragraphs is done
in `lines`, `tagged` and `layout`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from assets.documents.frames import Box, Frame, Matrix, page_frame, turned
from assets.documents.page_objects import PageObjects, TextObjects

_INVISIBLE_MODE = 3  # PDF 32000-1, table 106: neither fill nor stroke
_SLANT = 0.05  # rise by length of what is not called a slant
_FEWEST_TURNED = 100  # characters that tell how a page is to be read
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
        return _is_bold(self.font)


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


def _misses(one: Box, other: Box) -> bool:
    return one[2] <= other[0] or one[0] >= other[2] or one[3] <= other[1] or one[1] >= other[3]


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
    sheet: Box = (0.0, 0.0, frame.width, frame.height)
    surround = drawn.surround
    for item, own_box, box, size, matrix, is_white, font, content, mode, clip_count in zip(
        drawn.items,
        drawn.boxes.tolist(),
        surround.matrix.boxes(drawn.boxes).tolist(),
        *_set_at(drawn),
        drawn.is_white.tolist(),
        drawn.fonts,
        drawn.marked_content,
        drawn.render_modes,
        drawn.clip_counts,
        strict=True,
    ):
        stream = surround.stream
        if content < 0:
            content, stream = surround.marked_content, surround.outer_stream
        text = objects.text(item)
        if not text:
            # PDFium gives no words for a text object that holds only blanks.
            run = Run._make((" ", "", size, *box, matrix[5], content, stream))
            visible.append((run, matrix))
            continue
        if (
            is_white
            or _misses(box, sheet)
            or (clip_count > 0 and any(_misses(own_box, clip) for clip in objects.clips(item)))
            or (surround.clips and any(_misses(box, clip) for clip in surround.clips))
        ):
            continue
        shown = invisible if mode == _INVISIBLE_MODE else visible
        run = Run._make((text, font, size, *box, matrix[5], content, stream))
        shown.append((run, matrix))


def _set_at(drawn: TextObjects) -> tuple[list[float], list[list[float]]]:
    """The sizes of text objects, and their matrices on the page."""
    matrices = drawn.surround.matrix.behind(drawn.matrices)
    a, b, c, d, _, _ = matrices.T
    # Some writers (Distiller) give size 1 and scale by the text matrix.
    length = np.sqrt(a**2 + b**2)
    scale = np.abs(a * d - b * c) / np.where(length > 0, length, 1.0)
    return (drawn.sizes * scale).round(1).tolist(), matrices.tolist()


def _bullets(paths: Iterable[Box]) -> Iterator[Run]:
    """The paths that are as small and as wide as a bullet."""
    for box in paths:
        width, height = box[2] - box[0], box[3] - box[1]
        if _LEAST_BULLET < height < _LARGEST_BULLET and abs(width - height) < _UNEVEN * height:
            # It stands above the line of its words by as much as it is high.
            baseline = box[3] + height / 2
            yield Run("\u2022 ", "", 2 * height, *box, baseline, -1)


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
