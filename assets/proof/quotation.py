"""Whether a text stands in a letter, at the place that is given for it, and where its words are.

Here belongs what it takes for a quotation to be proven: its characters follow each other in the
letter, they fill the box, and where the page ends they go on at the head of the next. What a page
shows is in `letter_pages`. Nothing here knows how letters are read into tables, so that a fault of
the reading cannot prove itself.

Bullets and other pictures, accents and the difference between forms of one character do not
count, as a font may change them; every other character does, punctuation included. Blanks and
dashes within a text count where the letter has the characters on either side of them on one line:
only a line's end may make or unmake them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from assets.proof.folding import (
    BLANK,
    LINE_END,
    NOTHING,
    Folded,
    fold,
    folded,
    folded_all,
    gap,
    gaps,
)
from assets.proof.letter_pages import (
    Glyph,
    Page,
    PdfLetter,
    Rectangle,
    TextLetter,
    bounds,
    glyph_lines,
)

_MARKDOWN = str.maketrans("", "", "*_#")

_SIDEWAYS = 2.0  # points by which words may stand out of their box at its sides
# Shares of a line's height by which a box may differ otherwise: not all letters are as tall as
# their line, and blanks behind the last one may be in the box.
_UPRIGHT = 0.35
_BESIDE = 0.8
_PAGE_HEAD = 60  # characters that may stand above the body of a page
_OVERSHOOT = 12  # characters at a page's foot that may look as if the sentence went on with them
_MARK_SIZE = 0.8  # a footnote mark is set smaller than this share of the text around it
_MARK = re.compile(r"[\d*†‡]")
# Signs that end a sentence or what stands in quotes or brackets, and those that open it.
_SENTENCE_ENDS = ".!?’”\"')]"
_OPENS = "‘“\"'(["
_SAME_LINE = 0.5  # share of a line's height between baselines on which a raised character may be
_ANCHOR = 12  # characters that tell where in a page a changed text is from
_SHOWN = 25  # characters shown on either side of a difference
_FURNITURE = re.compile(r"\s*((page\s+)?\d{1,3}(\s+of\s+\d{1,3})?|<!--.*-->|[-*_=\s]*)\s*", re.I)


class Mark(NamedTuple):
    """A part of one line that a quotation covers.

    Attributes:
        page: The page, from 1.
        place: Where on the page.
    """

    page: int
    place: Rectangle


class Proof(NamedTuple):
    """A quotation that stands where it should.

    Attributes:
        marks: What it covers, a line each; empty for a text, which has no pages.
        lines: The first and the last line of the text, from 1; `None` for a PDF.
    """

    marks: tuple[Mark, ...]
    lines: tuple[int, int] | None = None


class Misquotation(NamedTuple):
    """What is wrong with a quotation.

    Attributes:
        column: What is wrong: `text`, `page` or `box`.
        found: What is given.
        expected: What the letter has.
    """

    column: str
    found: str
    expected: str


class Wanted(NamedTuple):
    """A text that should stand in a letter.

    Attributes:
        text: The text.
        folded: Its characters that count.
        gaps: What is behind each of them, as `gaps` has it.
        is_phrase: Whether it is a part of a sentence, which goes on behind its last word.
    """

    text: str
    folded: str
    gaps: str
    is_phrase: bool = False


def as_wanted(quotations: Sequence[tuple[str, bool]]) -> list[Wanted]:
    """Texts that should stand in a letter, each with whether it is a part of a sentence."""
    prepared = folded_all([text for text, _ in quotations])
    return [
        # The text itself has no lines.
        Wanted(text, counts, behind.replace(LINE_END, BLANK), is_phrase)
        for (text, is_phrase), (counts, behind) in zip(quotations, prepared, strict=True)
    ]


def _first_unlike(wanted: str, gaps: str) -> int | None:
    """The first gap that is another one, but for those at the end of the letter's lines."""
    if wanted == gaps:
        return None
    begins = 0
    for line in gaps.split("\n"):
        if not wanted.startswith(line, begins):
            break
        begins += len(line) + 1
    else:
        return None
    pairs = enumerate(zip(wanted, gaps, strict=True))
    return next((at for at, (one, other) in pairs if one != other and other != "\n"), None)


def _unlike(
    text: str, gaps: str, start: int, wanted: Wanted, first: int = 0, end: int | None = None
) -> int | None:
    """Where characters that are those wanted are not parted alike, or are the part of a word.

    Args:
        text: The letter's characters that count.
        gaps: What is behind each of them.
        start: Where in them the first one stands.
        wanted: The text wanted.
        first: The place of that one in it.
        end: The place behind the last one in it; by default, behind its last.

    Returns:
        The place in the text wanted; `None` if all is alike.
    """
    length = len(wanted.folded) if end is None else end
    stop = start + length - first
    if first == 0 and start and gaps[start - 1] == NOTHING:
        before, opens = text[start - 1], wanted.folded[0]
        is_marked = bool(_MARK.match(before)) and opens.isupper()
        if before.isalnum() and opens.isalnum() and not is_marked:
            return 0
    unlike = _first_unlike(wanted.gaps[first : length - 1], gaps[start : stop - 1])
    if unlike is not None:
        return first + unlike
    if end is None and stop < len(text) and gaps[stop - 1] == NOTHING:
        if wanted.is_phrase and not text[stop].isalnum():
            return None
        return None if _may_follow(wanted.folded[-1], text[stop]) else length - 1
    return None


def _may_follow(last: str, behind: str) -> bool:
    """Whether a text may end with one character where the letter goes on with another at once."""
    if last in _SENTENCE_ENDS:
        # Whoever wrote the letter forgot the blank between two sentences.
        return behind.isupper() or behind in _OPENS or bool(_MARK.match(behind))
    # A footnote mark stands directly behind a word; behind a number it would be a part of it, as
    # far as its size, which `_as_seen` knows, does not tell otherwise.
    return bool(_MARK.match(behind)) and not last.isdigit()


def prove(
    letter: PdfLetter, text: str | Wanted, page: int, box: Rectangle, is_phrase: bool = False
) -> Proof | Misquotation:
    """Whether a text stands in a PDF at its place.

    Args:
        letter: The letter.
        text: The text; or as `as_wanted` has it, which prepares many at once.
        page: The page on which it should begin, from 1.
        box: The place there of the lines that it stands on, in points from the top left.
        is_phrase: Whether it is a part of a sentence, which may go on behind it.

    Returns:
        Where its words are; or what is wrong.

    Raises:
        UnreadableLetter: A page cannot be opened.
    """
    wanted = text if isinstance(text, Wanted) else as_wanted([(text, is_phrase)])[0]
    places = []
    unlike: Misquotation | None = None
    if 1 <= page <= letter.page_count:
        upright = letter.page(page).upright(box)
        for place in _places(letter, page, wanted, upright):
            if place.unlike is not None:
                unlike = unlike or place.unlike
            elif place.fits(upright):
                return Proof(
                    tuple(
                        Mark(mark.page, letter.page(mark.page).as_shown(mark.place))
                        for mark in place.marks
                    )
                )
            else:
                places.append(letter.page(page).as_shown(place.around))
    if unlike and not places:
        return unlike
    if places:
        nearest = min(
            places, key=lambda place: sum(abs(a - b) for a, b in zip(place, box, strict=True))
        )
        return Misquotation("box", str(box), f"a box around its words, at {nearest}")
    others = [
        number
        for number in range(1, letter.page_count + 1)
        if number != page
        and any(place.unlike is None for place in _places(letter, number, wanted, None))
    ]
    if others:
        return Misquotation("page", str(page), " or ".join(map(str, others)))
    pages = [page] if 1 <= page <= letter.page_count else range(1, letter.page_count + 1)
    shown = [letter.page(number).characters for number in pages]
    return _difference(wanted.text, shown)


def prove_text(letter: TextLetter, text: str, is_phrase: bool = False) -> Proof | Misquotation:
    """Whether a text stands in a letter that is plain text or Markdown.

    Args:
        letter: The letter.
        text: The text.
        is_phrase: Whether it is a part of a sentence, which may go on behind it.

    Returns:
        The lines it stands on; or what is wrong.
    """
    (wanted,) = as_wanted([(text.translate(_MARKDOWN), is_phrase)])
    unlike: Misquotation | None = None
    repeated = _repeated(letter.lines)
    for leave_out in (set(), _furniture(letter.lines), _furniture(letter.lines) | repeated):
        lines = [
            (number, f"{line.translate(_MARKDOWN)}\n")
            for number, line in enumerate(letter.lines, start=1)
            if number not in leave_out
        ]
        whole = "".join(line for _, line in lines)
        here = folded(whole)
        numbers = [number for number, line in lines for _ in line]
        behind = gaps(whole)
        for start in _occurrences(here.text, wanted.folded):
            at = _unlike(here.text, behind, start, wanted)
            if at is None:
                last = start + len(wanted.folded) - 1
                return Proof((), (numbers[here.places[start]], numbers[here.places[last]]))
            unlike = unlike or Misquotation(
                "text", _around_wanted(wanted, at), _around(whole, here, start + at)
            )
    return unlike or _difference(text, [" ".join(letter.lines)])


def _furniture(lines: Sequence[str]) -> set[int]:
    """The numbers, from 1, of lines that are those of a page, or a rule."""
    return {number for number, line in enumerate(lines, 1) if _FURNITURE.fullmatch(line)}


def _repeated(lines: Sequence[str]) -> set[int]:
    """The numbers, from 1, of lines that come again, but for digits: heads and feet of pages."""
    places: dict[str, list[int]] = {}
    for number, line in enumerate(lines, 1):
        places.setdefault(re.sub(r"\d+", "#", line.strip()), []).append(number)
    return {number for numbers in places.values() if len(numbers) > 1 for number in numbers}


class _Place(NamedTuple):
    """One place where a text stands on a page, whether it is the right one or not.

    Attributes:
        marks: What it covers, here and on the next page.
        around: The rectangle around its words on this page.
        reach: The rectangle around the whole lines that they stand on.
        unlike: What is wrong where the letter parts the same characters in another way.
    """

    marks: tuple[Mark, ...]
    around: Rectangle
    reach: Callable[[], Rectangle]
    unlike: Misquotation | None = None

    def fits(self, box: Rectangle) -> bool:
        """Whether a box is one of these words: no line too many or too few, no wider than those."""
        words = self.around
        height = max(mark.place.height for mark in self.marks)
        upright = _UPRIGHT * height
        if abs(words.y0 - box.y0) > upright or abs(words.y1 - box.y1) > upright:
            return False
        if words.x0 < box.x0 - _SIDEWAYS or words.x1 > box.x1 + _SIDEWAYS:
            return False
        if box.x0 >= words.x0 - _SIDEWAYS and box.x1 <= words.x1 + _SIDEWAYS:
            return True
        lines = self.reach()
        beside = _BESIDE * height
        return box.x0 >= lines.x0 - beside and box.x1 <= lines.x1 + beside


def _places(
    letter: PdfLetter, number: int, wanted: Wanted, box: Rectangle | None
) -> Iterator[_Place]:
    """Every place where a text stands on a page, or begins there and ends on the next.

    First in the order in which the file draws its characters, nearly always that of reading; then
    as a reader sees them, line by line, with footnote marks left out.
    """
    page = letter.page(number)
    for order, order_of_next in (
        (_as_drawn, _as_drawn),
        (partial(_as_seen, box=box), partial(_as_seen, box=None)),
    ):
        here = order(page)
        found = False
        for start in _occurrences(here.folded.text, wanted.folded):
            if place := here.place(start, start + len(wanted.folded)):
                found = True
                yield place._replace(unlike=here.unlike(start, wanted))
        if not found and number < letter.page_count:
            for place in _over_two_pages(here, order_of_next(letter.page(number + 1)), wanted):
                found = True
                yield place
        # Where the right place is another one, to see the page as a reader does may find it.
        if found and box is None:
            return


class _Order(NamedTuple):
    """The characters of a page in some order.

    Attributes:
        page: The page.
        folded: Its characters that count.
        indexes: Where each of them stands in the page's own order.
        gaps: What is behind each of them, every gap between letters taken for a blank.
        in_doubt: The same, with those in doubt that may be none; slow, as each letter is measured.
        rectangles: Where they stand from one place up to another.
        lines: As that, of the whole lines.
    """

    page: Page
    folded: Folded
    indexes: Sequence[int]
    gaps: str
    in_doubt: Callable[[], str]
    rectangles: Callable[[int, int], list[Rectangle]]
    lines: Callable[[int, int], list[Rectangle]]

    def marks(self, start: int, end: int) -> tuple[Mark, ...]:
        """What the folded characters from `start` up to `end` cover."""
        first, last = self.folded.places[start], self.folded.places[end - 1]
        return tuple(Mark(self.page.number, place) for place in self.rectangles(first, last + 1))

    def place(self, start: int, end: int) -> _Place | None:
        """Where they stand; `None` for characters without a height, which nobody sees."""
        marks = self.marks(start, end)
        if not marks:
            return None
        first, last = self.folded.places[start], self.folded.places[end - 1]
        return _Place(
            marks,
            bounds(mark.place for mark in marks),
            lambda: bounds(self.lines(first, last + 1)),
        )

    def unlike(
        self, start: int, wanted: Wanted, first: int = 0, end: int | None = None
    ) -> Misquotation | None:
        """What is wrong where the characters are those wanted; for the places, see `_unlike`."""
        at = _unlike(self.folded.text, self.gaps, start, wanted, first, end)
        if at is not None:
            at = _unlike(self.folded.text, self.in_doubt(), start, wanted, first, end)
        if at is None:
            return None
        shown = Folded(self.folded.text, self.indexes)
        return Misquotation(
            "text",
            _around_wanted(wanted, at),
            _around(self.page.characters, shown, start + at - first),
        )


def _as_drawn(page: Page) -> _Order:
    # The same page is asked for by each finding on it.
    if not isinstance(page.as_drawn, _Order):
        these = folded(page.characters)
        page.as_drawn = _Order(
            page,
            these,
            these.places,
            gaps(page.characters),
            lambda: gaps(page.characters_in_doubt()),
            page.rectangles,
            page.printed_lines,
        )
    return page.as_drawn


def _as_seen(page: Page, box: Rectangle | None) -> _Order:
    if box is not None:
        return _order_by_eye(page, box)
    if not isinstance(page.as_seen, _Order):
        page.as_seen = _order_by_eye(page, None)
    return page.as_seen


def _order_by_eye(page: Page, box: Rectangle | None) -> _Order:
    glyphs = [glyph for glyph in page.glyphs() if box is None or _is_within(glyph.box, box)]
    height = median(glyph.box.height for glyph in glyphs) if glyphs else 0.0
    ordered = [
        glyph
        for line in _gather(glyphs, height)
        for glyph in sorted(line, key=lambda glyph: glyph.box.x0)
    ]
    kept = [
        glyph
        for glyph in ordered
        if glyph.box.height >= _MARK_SIZE * height or not _MARK.match(page.characters[glyph.place])
    ]
    these = folded("".join(page.characters[glyph.place] for glyph in kept))

    def rectangles(first: int, end: int) -> list[Rectangle]:
        return glyph_lines(kept[first:end])

    def lines(first: int, end: int) -> list[Rectangle]:
        return glyph_lines(ordered)

    indexes = [kept[place].place for place in these.places]
    behind = _gaps_by_eye(page.characters_in_doubt(), indexes)
    return _Order(page, these, indexes, behind, lambda: behind, rectangles, lines)


def _gaps_by_eye(characters: str, indexes: Sequence[int]) -> str:
    """What is behind characters of a page, wherever the file has them."""
    found = [
        # What is between two that do not follow each other in the file is not known.
        gap(between)
        if one <= other and not fold(between := characters[one + 1 : other])
        else LINE_END
        for one, other in pairwise(indexes)
    ]
    return "".join([*found, LINE_END])


def _gather(glyphs: Iterable[Glyph], height: float) -> list[list[Glyph]]:
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.baseline):
        if lines and glyph.baseline - lines[-1][-1].baseline <= _SAME_LINE * height:
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return lines


def _is_within(inner: Rectangle, outer: Rectangle) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
    return (
        outer.x0 - _SIDEWAYS <= x <= outer.x1 + _SIDEWAYS
        and outer.y0 - _SIDEWAYS <= y <= outer.y1 + _SIDEWAYS
    )


def _occurrences(text: str, wanted: str) -> Iterator[int]:
    start = text.find(wanted) if wanted else -1
    while start >= 0:
        yield start
        start = text.find(wanted, start + 1)


def _over_two_pages(here: _Order, following: _Order, wanted: Wanted) -> Iterator[_Place]:
    """Where a text begins on a page and goes on at the head of the next one's body."""
    text, words = here.folded.text, wanted.folded
    least = max(len(words) - _longest_end(following.folded.text, words), 1)
    beginnings = sorted(
        (
            (length, start)
            for start in _occurrences(text, words[:least])
            if (length := _common(text, start, words)) >= least
        ),
        reverse=True,
    )
    for length, start in beginnings:
        # What the page's foot begins with may be what the sentence goes on with.
        shortest = max(length - _OVERSHOOT, least)
        for end in range(min(length, len(words) - 1), shortest - 1, -1):
            head = _at_head(following, words[end:])
            if head is None:
                continue
            goes_on, marks = head
            place = here.place(start, start + end)
            if place is None:
                continue
            _, behind = here.page.characters_beside(place.marks[-1].place)
            if not fold(behind):
                unlike = here.unlike(start, wanted, end=end) or following.unlike(
                    goes_on, wanted, first=end
                )
                yield place._replace(marks=place.marks + marks, unlike=unlike)
                break


def _longest_end(text: str, wanted: str) -> int:
    """How many of the last characters wanted stand somewhere in a text."""
    counts = range(1, len(wanted) + 1)
    return bisect_left(counts, True, key=lambda count: wanted[-count:] not in text)


def _common(text: str, start: int, wanted: str) -> int:
    """How many characters of a text, from a place on, are those wanted."""
    counts = range(1, min(len(wanted), len(text) - start) + 1)
    return bisect_left(counts, True, key=lambda count: not text.startswith(wanted[:count], start))


def _at_head(order: _Order, wanted: str) -> tuple[int, tuple[Mark, ...]] | None:
    """Where a text stands at the head of a page's body, and what it covers, if it does."""
    for start in _occurrences(order.folded.text, wanted):
        marks = order.marks(start, start + len(wanted))
        if not marks:
            continue
        first = marks[0].place
        above = order.page.characters_above(first.y0)
        before, _ = order.page.characters_beside(first)
        if len(fold(above)) <= _PAGE_HEAD and not fold(before):
            return start, marks
    return None


def _difference(text: str, shown: Sequence[str]) -> Misquotation:
    """Where a text is not as the letter has it."""
    given = folded(text)
    for characters in shown:
        found = folded(characters)
        for anchor in range(0, len(given.text), _ANCHOR):
            start = found.text.find(given.text[anchor : anchor + _ANCHOR])
            if start < 0:
                continue
            back = _common(found.text[:start][::-1], 0, given.text[:anchor][::-1])
            on = _common(found.text, start, given.text[anchor:])
            one, other = (
                (anchor - back - 1, start - back - 1)
                if back < anchor
                else (anchor + on, start + on)
            )
            return Misquotation(
                "text", _around(text, given, one), _around(characters, found, other)
            )
    return Misquotation("text", _shorten(text), "nothing of the kind on that page")


def _around_wanted(wanted: Wanted, place: int) -> str:
    return _around(wanted.text, folded(wanted.text), place)


def _around(text: str, folded: Folded, place: int) -> str:
    """A few words of a text around one of its folded characters."""
    if not folded.places:
        return ""
    middle = folded.places[min(max(place, 0), len(folded.places) - 1)]
    first, end = max(middle - _SHOWN, 0), middle + _SHOWN
    before = "…" if first > 0 else ""
    after = "…" if end < len(text) else ""
    return before + _shorten(text[first:end]) + after


def _shorten(text: str) -> str:
    plain = text.replace("\ufffe", "-").replace("\x02", "-")
    return " ".join(plain[: 4 * _SHOWN].split())
