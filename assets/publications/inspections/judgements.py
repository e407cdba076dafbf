"""The judgements of an inspection: from its table, and from the headings that state a grade.

A table is read by its cells where the tag tree tells them, else by the places of its lines, else
(plain text) by the order of its words. A label of two lines and a grade that
stands centred beside them are one row. What is judged is told by `judgements.csv`, a row more
general behind a more special one; grades by `grades.csv`.

A parser passes the blocks among which the table stands, and no others: the cover, or the last page.
So earlier inspections' grades, and those that a text explains, are not looked at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from assets.documents.model import Block, Line
from assets.publications.inspections.grades import begins_grade, grade_of, part_grade
from assets.publications.inspections.tables import patterns
from assets.publications.model import Judgement

_LONGEST_LABEL = 130  # characters; what is longer is a sentence
_SAME_COLUMN = 6.0  # points by which lines of one column may begin apart
_ROW_GAP = 0.5  # of a line's height: a wider gap parts two rows
_HEAD = re.compile(r"(?:judge?ments?|grades?)(?:\W+grades?)?", re.IGNORECASE)
_END_OF_LABEL = " :–—-|*"


class _Piece(NamedTuple):
    """Words of a table, with the lines that hold them."""

    text: str
    lines: tuple[Line, ...] = ()


_Row = tuple[_Piece, _Piece]  # what is judged, and the grade


def judgement_of(label: str) -> str | None:
    """What a label or heading says is judged; a code of the list `judgement`, or `None`."""
    label = " ".join(label.split())
    if len(label) > _LONGEST_LABEL:
        return None
    return next(
        (row["judgement_code"] for pattern, row in patterns("judgements") if pattern.search(label)),
        None,
    )


def is_table_head(text: str) -> bool:
    """Whether a text is the head of the table, or of one of its columns."""
    return _HEAD.fullmatch(text) is not None


def read_judgements(blocks: Sequence[Block], other: str | None = None) -> tuple[Judgement, ...]:
    """The judgements of a table.

    Args:
        blocks: Those among which it stands.
        other: The code of what is not known to be judged; without one its rows are left out.

    Returns:
        The judgements in the order of the table; empty where there is none.
    """
    by_cells = _judgements(_rows_of_cells(blocks), other)
    by_places = _judgements(_rows_of_places(blocks), other)
    by_blocks = judgements_in_blocks([block for block in blocks if block.lines])
    found = max(by_cells, by_places, key=len) or _judgements(_rows_of_words(blocks), other)
    return max(found, by_blocks, key=len)


def judgements_in_blocks(blocks: Sequence[Block]) -> tuple[Judgement, ...]:
    """The judgements of blocks that hold a label of whatever many lines and its grade."""
    pieces = (_Piece(block.text, block.lines) for block in blocks)
    return _judgements((row for piece in pieces if (row := _row_of_line(piece))), None)


def _judgements(rows: Iterable[_Row], other: str | None) -> tuple[Judgement, ...]:
    found: dict[str, Judgement] = {}
    for label, grade in rows:
        known, grade_code = judgement_of(label.text), grade_of(grade.text)
        code = known or other
        if code and grade_code:
            written = grade.text.strip(_END_OF_LABEL)
            found.setdefault(known or label.text, Judgement(code, grade_code, written, grade.lines))
    return tuple(found.values())


def _joined(pieces: Iterable[_Piece]) -> _Piece:
    pieces = list(pieces)
    return _Piece(
        " ".join(piece.text for piece in pieces),
        tuple(dict.fromkeys(line for piece in pieces for line in piece.lines)),
    )


def _rows_of_cells(blocks: Sequence[Block]) -> Iterator[_Row]:
    """The rows of tagged tables: the last cell that holds words, and those before it."""
    rows: dict[tuple[int, int], dict[int, list[_Piece]]] = defaultdict(lambda: defaultdict(list))
    for block in blocks:
        if block.cell:
            cell = rows[block.cell.table, block.cell.row][block.cell.column]
            cell.append(_Piece(block.text, block.lines))
    for columns in rows.values():
        cells = [_joined(columns[column]) for column in sorted(columns)]
        if len(cells) > 1:
            yield _joined(cells[:-1]), cells[-1]


def _rows_of_places(blocks: Sequence[Block]) -> Iterator[_Row]:
    """Rows by position: labels on the left, and beside the middle of each its grade."""
    for lines in _by_page(blocks):
        rows = [row for line in lines if (row := _row_of_line(line))]
        column = _grade_column([line for line in lines if begins_grade(line.text)])
        left = [line for line in lines if line.lines[0].x0 < column - _SAME_COLUMN]
        right = [line for line in lines if line.lines[0].x0 >= column - _SAME_COLUMN]
        grades = [piece for piece in map(_joined, _stacked(right)) if grade_of(piece.text)]
        for label in map(_joined, _stacked(left)):
            beside = [grade for grade in grades if _is_beside(label, grade)]
            if beside:
                nearest = min(beside, key=lambda grade: abs(_middle(grade) - _middle(label)))
                rows.append((label, nearest))
        yield from sorted(rows, key=lambda row: row[0].lines[0].y0)


def _row_of_line(piece: _Piece) -> _Row | None:
    """The row that a printed line holds, where no tag parts its cells."""
    graded = part_grade(piece.text, is_linked=False)
    if graded is None or judgement_of(graded.text) is None:
        return None
    return (
        _Piece(graded.text, piece.lines),
        _Piece(piece.text[graded.start : graded.end], piece.lines),
    )


def _grade_column(grades: Sequence[_Piece]) -> float:
    """Where most grades begin: a sentence of the text may end in one on a line of its own."""
    lefts = [grade.lines[0].x0 for grade in grades]
    return max(
        lefts,
        key=lambda left: (sum(abs(left - other) < _SAME_COLUMN for other in lefts), left),
        default=inf,
    )


def _by_page(blocks: Sequence[Block]) -> list[list[_Piece]]:
    """The printed lines of each page, each a piece, from top to bottom."""
    pages: dict[int, list[_Piece]] = defaultdict(list)
    for block in blocks:
        for piece in _pieces(block):
            for line in piece.lines:
                pages[line.page].append(piece)
    return [
        sorted(pages[page], key=lambda piece: (piece.lines[0].y0, piece.lines[0].x0))
        for page in sorted(pages)
    ]


def _stacked(lines: Sequence[_Piece]) -> list[list[_Piece]]:
    """Lines of a column that make up one cell: no wider gap parts them, and no new beginning."""
    cells: list[list[_Piece]] = [[line] for line in lines[:1]]
    for before, line in pairwise(lines):
        gap = line.lines[0].y0 - before.lines[0].y1
        height = before.lines[0].y1 - before.lines[0].y0
        is_whole = judgement_of(_joined(cells[-1]).text) or grade_of(_joined(cells[-1]).text)
        if gap > _ROW_GAP * height or (is_whole and line.text[:1].isupper()):
            cells.append([line])
        else:
            cells[-1].append(line)
    return cells


def _middle(piece: _Piece) -> float:
    return (piece.lines[0].y0 + piece.lines[-1].y1) / 2


def _is_beside(label: _Piece, grade: _Piece) -> bool:
    """Whether a grade stands on the height of its label, or a label on that of its grade."""
    return (
        label.lines[0].y0 <= _middle(grade) <= label.lines[-1].y1
        or grade.lines[0].y0 <= _middle(label) <= grade.lines[-1].y1
    )


def _rows_of_words(blocks: Sequence[Block]) -> Iterator[_Row]:
    """Rows by words alone: a row begins with a capital, and so does its grade, wherever it stands.

    A label of two lines may have its grade between them (`The impact of leaders Good on practice`).
    """
    row: list[_Piece] = []
    for word in (word for block in blocks for word in _words_of(block)):
        if row and word.text[0].isupper() and not begins_grade(word.text):
            yield from _row_of_words(row)
            row = []
        row.append(word)
    yield from _row_of_words(row)


def _row_of_words(words: Sequence[_Piece]) -> Iterator[_Row]:
    """The row that some words are: the longest grade among them, and the others."""
    spans = [(at, end) for at in range(len(words)) for end in range(len(words), at, -1)]
    for at, end in spans:
        grade = _joined(words[at:end])
        if grade.text[0].isupper() and grade_of(grade.text):
            yield _joined([*words[:at], *words[end:]]), grade
            return


def _words_of(block: Block) -> Iterator[_Piece]:
    for piece in _pieces(block):
        yield from (_Piece(word, piece.lines) for word in piece.text.split())


def _pieces(block: Block) -> list[_Piece]:
    """The printed lines of a block; the block itself where it has none."""
    ends = [line.start for line in block.lines[1:]] + [len(block.text)]
    return [
        _Piece(block.text[line.start : end].strip(), (line,))
        for line, end in zip(block.lines, ends, strict=False)
    ] or [_Piece(block.text)]
