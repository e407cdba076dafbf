"""Where on its page something stands: the page and the box of its printed lines."""

from __future__ import annotations

from collections.abc import Sequence

from assets.documents.model import Block, Line

#: Left, upper, right and lower edge, in points from the page's top left.
Box = tuple[float, float, float, float]


def first_place(lines: Sequence[Line]) -> tuple[int | None, Box | None]:
    """The page on which lines begin, and the box of those on that page; `None` without lines."""
    if not lines:
        return None, None
    page = lines[0].page
    here = [line for line in lines if line.page == page]
    return page, (
        min(line.x0 for line in here),
        min(line.y0 for line in here),
        max(line.x1 for line in here),
        max(line.y1 for line in here),
    )


def page_of(block: Block) -> int | None:
    """The page on which a block begins; `None` for plain text."""
    return block.lines[0].page if block.lines else None
