"""The points of a list that stands in a table, each with the body that has to act.

In a table of two columns, what stands beneath the head `Responsible body` is told by its place on
the page. A row that goes on over the page names the body no more, and may part a point, or the
body's name, in two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assets.documents.model import Block
from assets.documents.pieces import is_left_open
from assets.publications import tables
from assets.publications.joint.tables import patterns
from assets.publications.model import Paragraph

_SENTENCE_END = re.compile(r"[.!?:;][’”'\")\]]*$")


def is_column_head(block: Block) -> bool:
    """Whether a block is the head of the column that says who has to act."""
    return any(
        pattern.fullmatch(block.text.strip(" :"))
        for pattern, _ in patterns("area_send", part="column")
    )


def as_points(blocks: Sequence[Block]) -> list[Paragraph]:
    """The paragraphs of a list, its points marked.

    Args:
        blocks: What stands in the list, the head of the column of bodies included.
    """
    bodies: list[Block] = []
    points: list[tuple[Block, int]] = []  # with the number of bodies named up to it
    head: Block | None = None
    for block in blocks:
        if is_column_head(block):
            head = block
        elif head is not None and _is_beneath(block, head):
            if bodies and (
                bodies[-1].cell == block.cell is not None or _is_rest(bodies[-1], block)
            ):
                bodies[-1] = bodies[-1].joined(block)
            else:
                bodies.append(block)
        elif points and _is_rest(points[-1][0], block):
            points[-1] = (points[-1][0].joined(block), points[-1][1])
        else:
            points.append((block, len(bodies)))
    followed = [block.kind == "list_item" for block, _ in points[1:]]
    return [
        Paragraph(
            block.text,
            block.lines,
            _is_point(block, is_followed=is_followed),
            block.level,
            block.label,
            bodies[number - 1].text if number else None,
        )
        for (block, number), is_followed in zip(points, [*followed, False], strict=False)
    ]


def _is_beneath(block: Block, head: Block) -> bool:
    """Whether a block stands in the column that a head opens."""
    left, right = (min(line.x0 for line in head.lines), max(line.x1 for line in head.lines))
    return any(line.x0 < right and left < line.x1 for line in block.lines[:1])


def _is_rest(before: Block, block: Block) -> bool:
    """Whether a block is the rest of a point, or of a body's name, behind a page break."""
    return (
        bool(before.lines and block.lines)
        and before.lines[-1].page < block.lines[0].page
        and not block.has_bullet
        and not _SENTENCE_END.search(before.text)
        and (block.text[:1].islower() or is_left_open(before))
    )


def _is_point(block: Block, *, is_followed: bool) -> bool:
    """Whether what stands in a list asks for something: no line that only introduces a table."""
    if block.text.endswith(":") and not is_followed and block.kind != "list_item":
        return False
    return not tables.matches("points", block.text, part="no_point")
