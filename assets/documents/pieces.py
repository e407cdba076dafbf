"""Paragraphs and list items that a file holds in pieces are put together again.

Word writes the two halves of a paragraph that a page break cuts as two elements of the tag tree, a
layout shows two anyway, and now and then an edit leaves two elements on one page. Whether two
blocks are one is told by the words (a sentence goes on, or the next leans on what was said), by the
line before (the next word would have fitted on it), and by what stands between paragraphs
elsewhere: an empty one, or a wider gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import msgspec

from assets.documents.lines import joins_without_blank
from assets.documents.model import Block, Line
from assets.documents.vocabulary import DocumentWords
from assets.language.sentences import ends_with

SHORTEST_PROSE = 20  # characters of a line that is surely open before one that goes on

# What no text ends with: a comma, or a word that leads to another.
_OPEN_END = re.compile(r"(?:,|\b(?:the|an?|of|to|in|for|by|with|and|or|that|which|their|its))$")
# A sentence that begins so leans on the one before it: it opens no paragraph.
_LEANS_BACK = re.compile(
    r"(?:however|nevertheless|nonetheless|conversely|instead|this|these|they|their|them|it|its|such|"
    r"he|she|his|her|those|both|also|in addition|additionally|furthermore|moreover|similarly|"
    r"likewise|equally|as a (?:result|consequence)|consequently|therefore|thus|hence|"
    r"for (?:example|instance)|but|yet|and|other|others|another)\b",
    re.IGNORECASE,
)
_MOST = 0.8  # share of paragraphs with an empty one between that makes it the document's habit
_SOME = 0.2  # share from which the lack of an empty one says something
_LINE_OF_PROSE = 60  # characters; what is shorter may be a line of an address or a list
_FORMULA = re.compile(r"(?:dear|yours?)\b", re.IGNORECASE)  # ends with a comma, and is whole
_WIDER = 1.4  # times the distance of two lines: what is called a gap between paragraphs
_TIGHT = 1.2  # times the distance of two lines: what is none
_ROUGH = 1.2  # widths of words are only known on average


class _Habits(NamedTuple):
    """How a document sets its paragraphs.

    Attributes:
        right: The right edge of the text in points.
        pitch: The usual distance of two lines in points.
        sets_blanks: Whether an empty paragraph stands between two paragraphs.
        sets_some_blanks: Whether one does now and then.
        sets_gaps: Whether a gap wider than the line distance stands between two paragraphs.
        has_bullets: Whether list items begin with bullets.
    """

    right: float
    pitch: float
    sets_blanks: bool
    sets_some_blanks: bool
    sets_gaps: bool
    has_bullets: bool


def join_pieces(blocks: Sequence[Block | None], words: DocumentWords) -> list[Block]:
    """Join the pieces of paragraphs.

    Args:
        blocks: A document's blocks in reading order; `None` stands for an empty paragraph.
        words: The document's words.

    Returns:
        The blocks without the empty ones. A footnote keeps its place behind the paragraph that a
        page break cut.
    """
    habits = _habits(blocks)
    long_blocks = [block for block in blocks if block and len(block.lines) > 1]
    joined: list[Block] = []
    last = -1  # index of the last block that is no footnote
    blank_since = False
    for block in blocks:
        if block is None:
            blank_since = True
            continue
        if block.kind == "footnote":
            joined.append(block)
            continue
        # A letter ends with a formula; its last paragraph is nobody's second half.
        is_last = bool(long_blocks) and block is long_blocks[-1]
        if last >= 0 and _goes_on(joined[last], block, habits, blank_since, is_last):
            joined[last] = _join(joined[last], block, words)
        else:
            last = len(joined)
            joined.append(block)
        blank_since = False
    return joined


def _habits(blocks: Sequence[Block | None]) -> _Habits:
    full = [block for block in blocks if block and block.lines]
    within = [step for block in full for step in _steps(block.lines)]
    between = [
        step
        for before, after in pairwise(full)
        if before.kind == after.kind == "paragraph" and len(before.lines) > 1
        for step in _steps((before.lines[-1], after.lines[0]))
    ]
    followed_by_blank = [
        after is None
        for before, after in pairwise(blocks)
        if before and before.kind == "paragraph" and len(before.lines) > 1
    ]
    pitch = median(within) if within else 0.0
    blanks = sum(followed_by_blank) / max(len(followed_by_blank), 1)
    return _Habits(
        right=max((line.x1 for block in full for line in block.lines), default=0.0),
        pitch=pitch,
        sets_blanks=blanks >= _MOST,
        sets_some_blanks=blanks >= _SOME,
        sets_gaps=bool(between) and median(between) >= _WIDER * pitch,
        has_bullets=any(block.has_bullet for block in full),
    )


def _steps(lines: Sequence[Line]) -> Iterator[float]:
    """The distances of lines that follow each other on one page."""
    for before, after in pairwise(lines):
        if before.page == after.page and after.y1 > before.y1:
            yield after.y1 - before.y1


def _goes_on(
    before: Block, after: Block, habits: _Habits, blank_between: bool, is_last: bool
) -> bool:
    """Whether a block continues the one before it."""
    if not before.lines or not after.lines:
        return False
    # Word may give the rest of an item behind a page break a label without a sign.
    is_rest = (
        before.kind == "list_item"
        and not after.label
        and after.text[0].islower()
        and not ends_with(before.text)
    )
    if after.has_bullet and not is_rest:
        return False
    pages_on = after.lines[0].page - before.lines[-1].page
    if pages_on not in (0, 1) or _is_beside(before, after):
        return False
    fits = _first_word_fits(before.lines[-1], after, habits.right)
    if not ends_with(before.text):
        is_open = is_left_open(before)
        if after.text[0].islower() or after.text[0] == "(":
            # Single short lines are an address or a list without bullets, not a sentence.
            is_prose = len(before.lines) + len(after.lines) > 2
            return pages_on == 1 or is_prose or is_open or not fits
        if is_cut(before, after, is_open=is_open) and (is_open or (pages_on == 1 and not is_last)):
            return True
    if "heading" in (before.kind, after.kind) or (not pages_on and before.cell != after.cell):
        return False
    if before.kind == after.kind == "list_item" and pages_on == 1 and habits.has_bullets:
        return True
    if before.kind != after.kind or is_last:
        return False
    if pages_on == 0:
        if before.kind == "list_item":
            return False
        step = after.lines[0].y1 - before.lines[-1].y1
        return (
            habits.sets_gaps
            and not blank_between
            and 0 < step <= _TIGHT * habits.pitch
            and not fits
        )
    if blank_between or _first_word_fits(
        before.lines[-1], after, habits.right, _ROUGH if habits.sets_blanks else 1.0
    ):
        return False
    return habits.sets_some_blanks or not habits.sets_gaps or bool(_LEANS_BACK.match(after.text))


def _is_beside(before: Block, after: Block) -> bool:
    """Whether blocks stand in two columns of a table: of one, a row may go on in the next."""
    if before.cell is None or after.cell is None:
        return False
    return before.cell.column != after.cell.column


def is_left_open(block: Block) -> bool:
    """Whether a block ends with a comma, or with a word that leads to another."""
    return bool(_OPEN_END.search(block.text))


def is_cut(before: Block, after: Block, *, is_open: bool) -> bool:
    """Whether two blocks are one sentence, cut before a name or another capital.

    Args:
        before: A block that ends no sentence.
        after: The one behind it.
        is_open: Whether the first ends with what nothing ends with.
    """
    if "heading" in (before.kind, after.kind) or (before.kind != after.kind and not is_open):
        return False
    if _FORMULA.match(before.text):
        return False
    ends = ends_with(after.text)
    # The lines of an address are short, and no sentence follows them.
    shortest = SHORTEST_PROSE if is_open and ends else _LINE_OF_PROSE
    return len(before.text) >= shortest and (ends or len(after.lines) > 1)


def _first_word_fits(line: Line, after: Block, right: float, factor: float = 1.0) -> bool:
    """Whether the first word of a block would have fitted on a line."""
    first = after.lines[0]
    end = after.lines[1].start if len(after.lines) > 1 else len(after.text)
    width = factor * (first.x1 - first.x0) / max(end - first.start, 1)
    return line.x1 + width * (len(after.text.split(" ", 1)[0]) + 1) <= right


def _join(before: Block, after: Block, words: DocumentWords) -> Block:
    text = before.text
    if not joins_without_blank(text, after.text):
        text += " "
    elif words.is_broken(text, after.text):
        text = text[:-1]
    offset = len(text)
    lines = tuple(
        Line(line.start + offset, line.page, line.x0, line.y0, line.x1, line.y1)
        for line in after.lines
    )
    return msgspec.structs.replace(before, text=text + after.text, lines=before.lines + lines)
