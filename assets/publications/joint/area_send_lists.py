"""The points of a list that stands in a table, each with the body that has to act.

In a table of two columns, what stands beneath the head `Responsible body` is told by its place on
the page; where the table has lost its heads, the first of two cells names the body. A row that goes
on over the page names none there, and may part a point, or the body's name, in two.
"""

from __future__ import annotations

from collections.abc import Sequence

from assets.documents.model import Block
from assets.documents.pieces import is_left_open
from assets.publications import tables
from assets.publications.joint.headings import ends_open
from assets.publications.joint.tables import patterns
from assets.publications.model import Paragraph


def is_column_head(block: Block) -> bool:
    """Whether a block is the head of the column that says who has to act."""
    words = block.text.strip(" :")
    return any(head.fullmatch(words) for head, _ in patterns("area_send", part="column"))


def as_points(blocks: Sequence[Block]) -> list[Paragraph]:
    """The paragraphs of a list, its points marked.

    Args:
        blocks: What stands in the list, the head of the column of bodies included.
    """
    bodies: list[Block] = []
    points: list[tuple[Block, int]] = []  # with the number of bodies named up to it
    naming = _naming(blocks)
    for block in blocks:
        if is_column_head(block):
            continue
        if block in naming:
            if bodies and _is_one(bodies[-1], block):
                bodies[-1] = bodies[-1].joined(block)
            else:
                bodies.append(block)
        elif points and _is_rest(points[-1][0], block):
            points[-1] = (points[-1][0].joined(block), points[-1][1])
        else:
            points.append((block, len(bodies)))
    introduces = [following.kind == "list_item" for following, _ in points[1:]] + [False]
    return [
        Paragraph(
            block.text,
            block.lines,
            _is_point(block, has_items=has_items),
            block.level,
            block.label,
            bodies[named - 1].text if named else None,
        )
        for (block, named), has_items in zip(points, introduces, strict=False)
    ]


def _naming(blocks: Sequence[Block]) -> list[Block]:
    """The blocks that name a body."""
    head = next(filter(is_column_head, blocks), None)
    if head is not None:
        return [block for block in blocks if _is_beneath(block, head)]
    cells = [(block, block.cell) for block in blocks if block.cell]
    paired = {(cell.table, cell.row) for _, cell in cells if cell.column > 1}
    return [b for b, cell in cells if cell.column == 1 and (cell.table, cell.row) in paired]


def _is_beneath(block: Block, head: Block) -> bool:
    """Whether a block stands in the column that a head opens."""
    return any(
        line.x0 < of_head.x1 and of_head.x0 < line.x1
        for line in block.lines[:1]
        for of_head in head.lines
    )


def _is_one(before: Block, block: Block) -> bool:
    """Whether two blocks name one body: in one cell, or on both sides of a page break."""
    return before.cell == block.cell is not None or _is_rest(before, block)


def _is_rest(before: Block, block: Block) -> bool:
    """Whether a block is the rest of another one behind a page break."""
    return (
        bool(before.lines and block.lines)
        and before.lines[-1].page < block.lines[0].page
        and not block.has_bullet
        and ends_open(before)
        and (block.text[:1].islower() or is_left_open(before))
    )


def _is_point(block: Block, *, has_items: bool) -> bool:
    """Whether what stands in a list asks for something: no line that only introduces a table."""
    if block.text.endswith(":") and not has_items and block.kind != "list_item":
        return False
    return not tables.matches("points", block.text, part="no_point")
