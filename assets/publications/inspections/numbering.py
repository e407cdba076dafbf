"""Paragraphs that are numbered through a report.

Here: which number before a text is its paragraph's. Numbers rise by one, through headings and
lists; they may begin anew, or leave some out, where the next number confirms it. So a wrapped line
that begins with `25.` is no paragraph, and one whose number has no full stop, stands within a block
or is indented is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import structs

from assets.documents.model import Block

_LABEL = re.compile(r"\(?(\d{1,3})[.)]?")
_ABOVE = re.compile(r"\(?\d{1,3}[.)]")
# A number before a capital, but for a day (`1 October 2018`).
_NUMBER = re.compile(r"\(?(\d{1,3})(?:[.)]\s+|\s+(?!\w+ 20\d\d)|\.(?=[^\W\d_]))(?=[‘“'\"(]?[A-Z])")
_CLOSE = 0.4  # of a line's height
_STOP = re.compile(r"[.!?:;)][’”'\")\]]*\s*$")


class _Candidate(NamedTuple):
    """A number that may be a paragraph's.

    Attributes:
        block: Index of its block.
        start: Offset of the number in the block's text; 0 for its label, too.
        end: Offset of the text behind it.
        number: The number.
    """

    block: int
    start: int
    end: int
    number: int


def numbered_paragraphs(blocks: Sequence[Block]) -> list[Block]:
    """Give each numbered paragraph its number as label, without a full stop.

    Args:
        blocks: The blocks of a report's body in reading order, headings among them.

    Returns:
        The blocks. A numbered one is a list item whose label is digits alone; whether it is a point
        or a paragraph of the findings depends on its section. One that held several is parted, and
        what only looks numbered belongs to the text before it, if that was not over.
    """
    blocks = _with_numbers_above(blocks)
    chosen = _chosen(list(_candidates(blocks)))
    settled: list[Block] = []
    for index, block in enumerate(blocks):
        own = [candidate for candidate in chosen if candidate.block == index]
        for part in _parts(block, own):
            if settled and _goes_on(settled[-1], part):
                settled[-1] = settled[-1].joined(_with_label(part))
            else:
                settled.append(part)
    return settled


def _with_numbers_above(blocks: Iterable[Block]) -> list[Block]:
    """Blocks whose number stands on a line of its own above them, as in text taken from a file."""
    settled: list[Block] = []
    number: Block | None = None
    for block in blocks:
        if number and block.kind == "paragraph":
            block = structs.replace(block, label=number.text)
            settled.pop()
        number = block if _ABOVE.fullmatch(block.text) else None
        settled.append(block)
    return settled


def _candidates(blocks: Iterable[Block]) -> Iterator[_Candidate]:
    for index, block in enumerate(blocks):
        if block.kind in ("heading", "footnote"):
            continue
        if label := _LABEL.fullmatch(block.label or ""):
            yield _Candidate(index, 0, 0, int(label[1]))
        for start in _starts(block):
            found = _NUMBER.match(block.text, start)
            if found and (start == 0 or _STOP.search(block.text[:start])):
                yield _Candidate(index, start, found.end(), int(found[1]))


def _starts(block: Block) -> list[int]:
    """Where a number may stand in a block: at the beginning of a line; in plain text anywhere."""
    starts = [line.start for line in block.lines]
    if not starts:
        starts = [found.start() for found in _NUMBER.finditer(block.text)]
    return [start for start in dict.fromkeys((0, *starts)) if start or not block.label]


def _chosen(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Those that follow each other; a gap or a new beginning counts where the next confirms it."""
    chosen: list[_Candidate] = []
    last = 0
    for place, candidate in enumerate(candidates):
        number = candidate.number
        is_confirmed = any(
            later.number == number + 1 for later in candidates[place + 1 : place + 2]
        ) and (number == 1 or number > last)
        if number == last + 1 or is_confirmed:
            chosen.append(candidate)
            last = number
    return chosen


def _parts(block: Block, own: Sequence[_Candidate]) -> Iterator[Block]:
    """A block, parted before each number of it that is a paragraph's, and the number taken off."""
    rest = block
    parts: list[Block] = []
    for candidate in reversed(own):
        before, numbered = rest.parted(candidate.start) if candidate.start else (None, rest)
        if cut := candidate.end - candidate.start:
            _, numbered = numbered.parted(cut)
        parts.append(
            structs.replace(
                numbered,
                kind="list_item",
                level=max(block.level, 1),
                has_bullet=True,
                label=str(candidate.number),
            )
        )
        if before is None:
            break
        rest = before
    else:
        parts.append(rest)
    yield from reversed(parts)


def _goes_on(before: Block, part: Block) -> bool:
    """Whether a block only seems to begin one, and goes on with the paragraph before it.

    It begins with a number that is none, or follows a numbered paragraph as close as its lines do.
    """
    if part.label is None:
        is_numbered = (before.label or "").isdigit()
        is_prose = part.kind == "paragraph" and bool(_STOP.search(part.text))
        return is_numbered and is_prose and _is_close(before, part)
    return (
        not part.label.isdigit()
        and bool(_LABEL.fullmatch(part.label))
        and before.kind in ("paragraph", "list_item")
        and not _STOP.search(before.text)
    )


def _is_close(before: Block, part: Block) -> bool:
    if not before.lines or not part.lines:
        return False
    last, first = before.lines[-1], part.lines[0]
    gap = first.y0 - last.y1
    return last.page == first.page and 0 <= gap < _CLOSE * (last.y1 - last.y0)


def _with_label(block: Block) -> Block:
    """A block whose label is a part of its text."""
    mark = f"{block.label} " if block.label else ""
    lines = tuple(
        structs.replace(line, start=line.start + len(mark) if line.start else 0)
        for line in block.lines
    )
    return structs.replace(block, text=mark + block.text, lines=lines, label=None)
