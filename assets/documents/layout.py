"""Blocks by position: for PDFs without a tag tree.

Lines that follow each other at the text's own line distance are a paragraph; a wider gap, a bullet,
a change of weight or of size begins the next. What stands in the margins of every page is furniture
and left out; small print at the foot of a page is a footnote. Paragraphs cut by a page break are put
together again in `pieces`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from assets.documents.lines import (
    PrintedLine,
    count_words,
    dominant_size,
    gather_lines,
    make_block,
    split_bullet,
    without_footnote_marks,
)
from assets.documents.model import Block, BlockKind
from assets.documents.runs import Run

_HEAD_SHARE = 0.07  # of the page's height: where page heads stand
_FOOT_SHARE = 0.07
_PAGE_NUMBER = re.compile(r"^\s*(page\s+)?\d{1,3}(\s*(of|/)\s*\d{1,3})?\s*$", re.IGNORECASE)
_PARAGRAPH_GAP = 1.45  # times the usual distance of two lines
_FOOTNOTE_SIZE = 0.9  # footnotes are set smaller than this share of the text
_COLUMN_GAP = 4.0  # ems between two things on one height that are not one line


def layout_blocks(pages: Sequence[list[Run]], heights: Sequence[float]) -> list[Block]:
    """Build the blocks of an untagged PDF.

    Args:
        pages: The visible runs of each page.
        heights: The height of each page in points.

    Returns:
        Blocks in reading order.
    """
    lines_by_page = [_page_lines(number, runs) for number, runs in enumerate(pages, start=1)]
    furniture = _furniture(lines_by_page, heights)
    body_size = dominant_size([run for runs in pages for run in runs])
    words = count_words(line.text for lines in lines_by_page for line in lines)
    groups: list[tuple[BlockKind, list[PrintedLine]]] = []
    notes: list[tuple[BlockKind, list[PrintedLine]]] = []
    for lines, height in zip(lines_by_page, heights, strict=True):
        body = [line for line in lines if id(line) not in furniture]
        footnotes = _trailing_footnotes(body, body_size, height)
        body = body[: len(body) - len(footnotes)]
        groups += _paragraphs(body)
        notes += [("footnote", group) for _, group in _paragraphs(footnotes)]
    blocks = (make_block(kind, group, words) for kind, group in groups + notes)
    return [block for block in blocks if block is not None]


def _page_lines(page: int, runs: Sequence[Run]) -> list[PrintedLine]:
    """A page's lines from top to bottom; things far apart on one height are separate lines."""
    marks_removed = without_footnote_marks(runs)
    ordered = sorted(marks_removed, key=lambda run: (round(run.y1), run.x0))
    rows: list[list[Run]] = []
    for run in ordered:
        middle = (run.y0 + run.y1) / 2
        for row in reversed(rows[-4:]):
            if min(r.y0 for r in row) - 1 <= middle <= max(r.y1 for r in row) + 1:
                row.append(run)
                break
        else:
            rows.append([run])
    lines = []
    for row in rows:
        row.sort(key=lambda run: run.x0)
        columns: list[list[Run]] = [[row[0]]]
        for before, run in zip(row, row[1:], strict=False):
            is_bullet = not split_bullet(before.text + " x")[1].strip(" x")
            far = run.x0 - before.x1 > _COLUMN_GAP * max(run.size, 1)
            if far and not is_bullet:
                columns.append([run])
            else:
                columns[-1].append(run)
        lines += [line for column in columns for line in gather_lines(page, _one_height(column))]
    return lines


def _one_height(runs: Sequence[Run]) -> list[Run]:
    """Give the runs of one row the same baseline, so that a raised mark starts no line of its own."""
    return [run._replace(baseline=runs[0].baseline) for run in runs]


def _furniture(lines_by_page: Sequence[list[PrintedLine]], heights: Sequence[float]) -> set[int]:
    """Lines (by `id`) in the margins that are page numbers or stand on several pages."""
    seen: Counter[str] = Counter()
    margin: list[tuple[str, PrintedLine]] = []
    for lines, height in zip(lines_by_page, heights, strict=True):
        for line in lines:
            _, top, _, bottom = line.box
            if bottom < _HEAD_SHARE * height or top > (1 - _FOOT_SHARE) * height:
                text = re.sub(r"\d+", "#", line.text.strip())
                seen[text] += 1
                margin.append((text, line))
    return {
        id(line)
        for text, line in margin
        if _PAGE_NUMBER.match(line.text) or (seen[text] > 1 and len(heights) > 1)
    }


def _trailing_footnotes(
    lines: Sequence[PrintedLine], body_size: float, height: float
) -> list[PrintedLine]:
    """The small lines at the foot of a page, from the first that begins with a number."""
    start = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if dominant_size(line.runs) >= _FOOTNOTE_SIZE * body_size or line.box[1] < height / 2:
            break
        if re.match(r"^\s*(\d{1,2}|\*|†)\s*\S", line.text):
            start = index
    return list(lines[start:])


def _is_bold(line: PrintedLine) -> bool:
    runs = [run for run in line.runs if any(character.isalpha() for character in run.text)]
    return bool(runs) and all(run.is_bold for run in runs)


def _paragraphs(lines: Sequence[PrintedLine]) -> list[tuple[BlockKind, list[PrintedLine]]]:
    """Group the lines of one page."""
    if not lines:
        return []
    steps = [
        after.box[3] - before.box[3]
        for before, after in zip(lines, lines[1:], strict=False)
        if 0 < after.box[3] - before.box[3] < 40
    ]
    usual = median(steps) if steps else 14.0
    groups: list[tuple[BlockKind, list[PrintedLine]]] = []
    for line in lines:
        bullet, _ = split_bullet(line.text)
        if groups:
            before = groups[-1][1][-1]
            step = line.box[3] - before.box[3]
            same = (
                not bullet
                and -0.5 * usual < step <= _PARAGRAPH_GAP * usual
                and _is_bold(line) == _is_bold(before)
                and not _starts_over(groups[-1][1], line)
            )
            if same:
                groups[-1][1].append(line)
                continue
        groups.append(("list_item" if bullet else "paragraph", [line]))
    return groups


def _starts_over(group: Sequence[PrintedLine], line: PrintedLine) -> bool:
    """Whether a line begins left of a list item's words, so that it no longer belongs to it."""
    bullet, _ = split_bullet(group[0].text)
    return bool(bullet) and line.box[0] <= group[0].box[0] + 1
