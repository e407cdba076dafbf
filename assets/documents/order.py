"""Blocks that are tagged out of their place are put where a reader of the page finds them.

The order of the tag tree is that of reading, also where things stand beside each other. Now and
then a list or a paragraph is tagged at the end, and stands elsewhere on the page by itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from assets.documents.model import Block

_SLACK = 2.0  # points by which lines beside each other may differ in height

_Position = tuple[int, float]


def in_their_places(blocks: Sequence[Block | None]) -> list[Block | None]:
    """Put blocks that are out of the order of the page into the gap in which they stand.

    Args:
        blocks: In the order of the tags; `None` for an empty paragraph.

    Returns:
        All blocks. One that has no gap of its own on the page, as another stands beside it, keeps
        its place in the order of the tags.
    """
    placed = [i for i, block in enumerate(blocks) if block and block.kind != "footnote"]
    tops = {i: _top(blocks[i]) for i in placed if blocks[i].lines}  # type: ignore[union-attr]
    keys = list(tops.values())
    if all(before <= after for before, after in pairwise(keys)):
        return list(blocks)
    kept = _longest_ascent(list(tops), keys)
    kept_tops = [tops[k] for k in kept]
    moved: dict[int, list[int]] = {}  # behind which block others belong
    for i in tops.keys() - set(kept):
        gap = bisect_right(kept_tops, tops[i])
        before, after = kept[:gap][-1:], kept_tops[gap:][:1]
        if (
            before
            and _ends_above(blocks[before[0]], tops[i])
            and (not after or _ends_above(blocks[i], after[0]))
        ):
            moved.setdefault(before[0], []).append(i)
    elsewhere = {i for group in moved.values() for i in group}
    ordered: list[Block | None] = []
    for i, block in enumerate(blocks):
        if i not in elsewhere:
            ordered.append(block)
            ordered += [blocks[j] for j in sorted(moved.get(i, ()), key=lambda j: (tops[j], j))]
    return ordered


def _top(block: Block | None) -> _Position:
    assert block is not None
    return block.lines[0].page, block.lines[0].y0


def _ends_above(block: Block | None, place: _Position) -> bool:
    """Whether a block has ended where another one begins."""
    assert block is not None
    last = block.lines[-1]
    return (last.page, last.y1 - _SLACK) <= place


def _longest_ascent(indices: Sequence[int], keys: Sequence[_Position]) -> list[int]:
    """The most blocks that stand one below the other in the order of the tags."""
    ends: list[_Position] = []
    at: list[int] = []
    before: list[int | None] = []
    for one, key in enumerate(keys):
        place = bisect_right(ends, key)
        before.append(at[place - 1] if place else None)
        ends[place : place + 1] = [key]
        at[place : place + 1] = [one]
    chain: list[int] = []
    last: int | None = at[-1] if at else None
    while last is not None:
        chain.append(indices[last])
        last = before[last]
    return chain[::-1]
