"""Blocks by position: for PDFs without a tag tree.

A line goes on in the next where that stands at the text's own distance, is set alike, begins with
no bullet, and its first word would not have fitted on the line before; else a new block begins.
What stands in the margins of the pages is furniture and left out; small print at the foot of a page
is a footnote. Paragraphs cut by a page break are put together again in `pieces`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from itertools import pairwise
from statistics import median

from assets.documents.lines import (
    PrintedLine,
    dominant_size,
    gather_lines,
    make_block,
    on_one_line,
    without_footnote_marks,
)
from assets.documents.marks import begins_item, enumerated, split_mark
from assets.documents.model import Block, BlockKind
from assets.documents.runs import Run
from assets.documents.vocabulary import DocumentWords

_MARGIN = 0.08  # share of the page's height where heads and feet stand
_NUMBER_MARGIN = 0.12  # a page number may stand a little further in
_PAGE_NUMBER = re.compile(r"^\s*(page\s+)?\d{1,3}(\s*(of|/)\s*\d{1,3})?\s*$", re.IGNORECASE)
_PARAGRAPH_GAP = 1.25  # times the usual distance of two lines
_FOOTNOTE_SIZE = 0.9  # footnotes are set smaller than this share of the text
_FOOTNOTE_START = re.compile(r"^\s*(\d{1,2}|\*|†)\s*\S")
_SENTENCE_END = ".!?;:)’”'\""
_MARGIN_SIZE = 0.8  # small print is set smaller than this share of the text
_COLUMN_GAP = 4.0  # ems between two things on one height that are not one line
_EDGE_GAP = 1.0  # ems, where the second begins at the left edge of a column
_SAME_EDGE = 2.0  # points by which left edges of one column differ at most
_LARGEST_STEP = 40.0  # points; further apart, two lines say nothing of the usual distance

_Group = tuple[BlockKind, list[PrintedLine]]


def layout_blocks(
    pages: Sequence[list[Run]], heights: Sequence[float], words: DocumentWords
) -> list[Block | None]:
    """Build the blocks of an untagged PDF.

    Args:
        pages: The visible runs of each page.
        heights: The height of each page in points.
        words: The document's words.

    Returns:
        Blocks in reading order; `None` for an empty line between two.
    """
    body_size = dominant_size([run for runs in pages for run in runs if run.text.strip()])
    pages = [_without_margin(runs, body_size) for runs in pages]
    pages_lines = [_page_lines(number, runs) for number, runs in enumerate(pages, start=1)]
    furniture = _furniture(pages_lines, heights)
    body: list[_Group | None] = []
    notes: list[_Group | None] = []
    pages_lines = [[line for line in lines if id(line) not in furniture] for lines in pages_lines]
    every_line = [line for lines in pages_lines for line in lines]
    numbers = enumerated([line.text for line in every_line])
    numbered = {id(every_line[index]) for index in numbers}
    pitch = _pitch([line for line in every_line if line.text.strip()])
    for lines, height in zip(pages_lines, heights, strict=True):
        footnotes = _footnotes(lines, body_size, height)
        right = max((line.box[2] for line in lines if line.text.strip()), default=0.0)
        body += _groups(
            [line for line in lines if id(line) not in footnotes], right, numbered, pitch
        )
        small = [line for line in lines if id(line) in footnotes]
        notes += [("footnote", group[1]) for group in _groups(small, right, set()) if group]
    return [
        make_block(*group, words, is_numbered=id(group[1][0]) in numbered) if group else None
        for group in body + notes
    ]


def _without_margin(runs: Sequence[Run], body_size: float) -> list[Run]:
    """Leave out small print that stands beside the text: numbers of lines, references."""
    small = _MARGIN_SIZE * body_size
    left = min((run.x0 for run in runs if run.size >= small and run.text.strip()), default=0.0)
    return [run for run in runs if run.size >= small or run.x1 > left or not run.text.strip()]


def _page_lines(page: int, runs: Sequence[Run]) -> list[PrintedLine]:
    """A page's lines from top to bottom; things far apart on one height are separate lines."""
    rows: list[list[Run]] = []
    marks = set(runs).difference(without_footnote_marks(runs))
    for run in sorted(runs, key=lambda run: run.baseline):
        if rows and on_one_line(rows[-1][0], run):
            rows[-1].append(run)
        else:
            rows.append([run])
    kept = []
    for row in rows:
        row.sort(key=lambda run: run.x0)
        # A mark that opens its line is that of the footnote itself.
        first = next((run for run in row if run.text.strip()), row[0])
        kept.append([run for run in row if run is first or run not in marks])
    edges = [column[0].x0 for row in kept for column in _columns(row)[1:]]
    return [
        line
        for row in kept
        for column in _columns(row, edges)
        for line in gather_lines(page, column)
    ]


def _columns(row: Sequence[Run], edges: Sequence[float] = ()) -> list[list[Run]]:
    """Part the runs of one height where a wide gap is, or a gap before an edge of other rows."""
    columns: list[list[Run]] = [[]]
    for run in row:
        inked = [before for before in columns[-1] if before.text.strip()]
        gap = (run.x0 - inked[-1].x1) / max(run.size, 1) if inked else 0.0
        is_at_edge = gap > _EDGE_GAP and any(abs(run.x0 - edge) <= _SAME_EDGE for edge in edges)
        if run.text.strip() and (gap > _COLUMN_GAP or is_at_edge) and not _is_bullet(inked):
            columns.append([run])
        else:
            columns[-1].append(run)
    return columns


def _is_bullet(runs: Sequence[Run]) -> bool:
    """Whether runs are nothing but the bullet or number of what stands behind them."""
    text = "".join(run.text for run in runs).strip()
    return split_mark(f"{text} A", is_item=True)[1] == "A"


def _furniture(pages_lines: Sequence[list[PrintedLine]], heights: Sequence[float]) -> set[int]:
    """Lines (by `id`) in the margins that are page numbers or stand on several pages.

    On pages that were scaled down, numbers stand further in; they rise from page to page.
    """
    seen: Counter[str] = Counter()
    in_margin: list[tuple[str, PrintedLine]] = []
    numbers: dict[int, PrintedLine] = {}
    furniture = set()
    for page, (lines, height) in enumerate(zip(pages_lines, heights, strict=True)):
        filled = [line for line in lines if line.text.strip()]
        for line in filled:
            _, top, _, bottom = line.box
            inset = min(bottom, height - top) / height
            if _PAGE_NUMBER.match(line.text):
                if inset < _NUMBER_MARGIN:
                    furniture.add(id(line))
                elif line is filled[0] or line is filled[-1]:
                    numbers[page] = line
            elif inset < _MARGIN:
                text = re.sub(r"\d+", "#", line.text.strip())
                seen[text] += 1
                in_margin.append((text, line))
    steps = Counter(_number(line) - page for page, line in numbers.items())
    furniture |= {id(line) for page, line in numbers.items() if steps[_number(line) - page] > 1}
    return furniture | {id(line) for text, line in in_margin if seen[text] > 1}


def _number(line: PrintedLine) -> int:
    return int(re.findall(r"\d+", line.text)[0])


def _footnotes(lines: Sequence[PrintedLine], body_size: float, height: float) -> set[int]:
    """Small lines (by `id`), from one that begins with a mark: a number or an asterisk.

    Small print without a mark is one too where it stands at the foot of the page and is a sentence,
    not a heading in small type.
    """
    notes: set[int] = set()
    group: list[PrintedLine] = []
    for line in [*lines, None]:
        if line is not None and not line.text.strip():
            continue
        if line is not None and dominant_size(line.runs) < _FOOTNOTE_SIZE * body_size:
            group.append(line)
            continue
        marked = next((i for i, one in enumerate(group) if _FOOTNOTE_START.match(one.text)), None)
        if marked is not None:
            notes |= {id(one) for one in group[marked:]}
        elif line is None and group and group[0].box[1] > height / 2:
            notes |= {id(one) for one in group if group[-1].text.rstrip()[-1] in _SENTENCE_END}
        group = []
    return notes


def _pitch(lines: Sequence[PrintedLine]) -> float:
    """The usual distance of two lines."""
    steps = [after.baseline - before.baseline for before, after in pairwise(lines)]
    return median([step for step in steps if 0 < step < _LARGEST_STEP] or [_LARGEST_STEP])


def _groups(
    lines: Sequence[PrintedLine], right: float, numbered: Set[int], pitch: float = _LARGEST_STEP
) -> list[_Group | None]:
    """Group the lines of one page to blocks; `None` for an empty line."""
    usual = min(pitch, _pitch(lines))
    groups: list[_Group | None] = []
    for line in lines:
        if not line.text.strip():
            groups.append(None)
            continue
        last = _above(groups, line)
        bullet = id(line) in numbered or begins_item(line.text, last[1][-1].text if last else "")
        if last and not bullet and _continues(last, line, usual, right):
            last[1].append(line)
        else:
            groups.append(("list_item" if bullet else "paragraph", [line]))
    return groups


def _above(groups: Sequence[_Group | None], line: PrintedLine) -> _Group | None:
    """The block that a line may go on with: the last one, or of two beside each other its own."""
    last = groups[-1] if groups else None
    beside = groups[-2] if len(groups) > 1 else None
    if last and beside and not _overlap(last, line) and _overlap(beside, line):
        return beside
    return last


def _overlap(group: _Group, line: PrintedLine) -> bool:
    """Whether a line stands in the column of a block's last line."""
    left, _, right, _ = group[1][-1].box
    return line.box[0] < right and left < line.box[2]


def _continues(group: _Group, line: PrintedLine, usual: float, right: float) -> bool:
    """Whether a line goes on with the block above it."""
    kind, lines = group
    before = lines[-1]
    step = line.baseline - before.baseline
    if not -usual < step <= _PARAGRAPH_GAP * usual or line.is_bold != before.is_bold:
        return False
    if not _overlap(group, line):
        return False
    is_outdented = kind == "list_item" and line.box[0] <= lines[0].box[0] + 1
    return not is_outdented and not before.has_room_for(line.text, right)
