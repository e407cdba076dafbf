"""Boxed case and practice studies: a title and what stands in the frame under it.

The frame itself is not seen. What stands in it shares a cell of a table with the title, or is set
in from the text around it as the title is. Plain text shows neither: there a study goes on up to a
heading or a list.
"""

from __future__ import annotations

from collections.abc import Sequence

from assets.documents.model import Block
from assets.publications.joint.headings import is_box_title, opens_section

#: Points by which left edges of one column differ at most.
SAME_EDGE = 3.0
_SET_IN = 4.0  # points from which a box is set in from the text


def box_length(blocks: Sequence[Block], start: int, around: Block | None) -> int:
    """How many blocks a boxed study has.

    Args:
        blocks: The blocks of the body.
        start: Index of its title.
        around: The last block before it that stands in no box.

    Returns:
        The number of blocks, the title among them.
    """
    title = blocks[start]
    has_cell = title.cell is not None and (around is None or around.cell != title.cell)
    is_set_in = around is not None and _apart(title, around) >= _SET_IN
    end = start + 1
    while end < len(blocks) and not is_box_title(blocks[end]):
        block = blocks[end]
        if has_cell and block.cell == title.cell:
            is_within = True
        elif opens_section(block):
            is_within = False
        elif is_set_in:
            is_within = abs(_apart(block, title)) <= SAME_EDGE
        else:
            is_within = not has_cell and block.kind == "paragraph"
        if not is_within:
            break
        end += 1
    return end - start


def _apart(block: Block, other: Block) -> float:
    """How far the left edge of a block is from another's, in points."""
    return block.lines[0].x0 - other.lines[0].x0 if block.lines and other.lines else 0.0
