"""What a document is once it has been read, however it was read.

Here belong the types that every reader (tags, layout, text) fills and every parser starts from. How
they are filled belongs to the readers; what a block *means* belongs to `assets.publications`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

BlockKind = Literal["paragraph", "heading", "list_item", "footnote"]
TextMethod = Literal["tags", "layout", "text"]


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One printed line of a block: where its words begin in the block's text, and where they stand.

    Attributes:
        start: Offset of the line's first character in `Block.text`.
        page: Page number, from 1.
        x0: Left edge in points from the page's left edge.
        y0: Upper edge in points from the top of the page.
        x1: Right edge in points from the page's left edge.
        y1: Lower edge in points from the top of the page.
    """

    start: int
    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """A cell of a table.

    Attributes:
        table: The table within the document, from 1.
        row: The row within the table, from 1.
        column: The cell within the row, from 1; 0 for what hangs on the row itself.
    """

    table: int
    row: int
    column: int


class Block(msgspec.Struct, frozen=True, omit_defaults=True):
    """A paragraph, heading, list item or footnote, whole even where a page break cuts it.

    Attributes:
        kind: What the typography or the tag tree says it is.
        text: Its words with line breaks joined; no bullet, no footnote mark.
        lines: Its printed lines in reading order; empty for plain text, which has no places.
        bold: Whether every word is bold.
        size: Font size of most of its characters, in points; 0 for plain text.
        level: Depth of a list item, 1 for the outermost; 0 for anything else.
        has_bullet: Whether a bullet stood before it; false for what only continues a list item.
        label: The bullet or number before it as printed; `None` without one.
        cell: The cell of a table in which the tag tree has it; `None` outside tables, and where no
            tag tells.
    """

    kind: BlockKind
    text: str
    lines: tuple[Line, ...] = ()
    bold: bool = False
    size: float = 0.0
    level: int = 0
    has_bullet: bool = False
    label: str | None = None
    cell: Cell | None = None

    def parted(self, at: int) -> tuple[Block, Block]:
        """Part the block in two.

        Args:
            at: Offset in the text of the first word of the second part.

        Returns:
            Both parts; a line that holds words of both stands in both.
        """
        ends = [line.start for line in self.lines[1:]] + [len(self.text)] * bool(self.lines)
        before = tuple(line for line in self.lines if line.start < at)
        behind = tuple(
            msgspec.structs.replace(line, start=max(line.start - at, 0))
            for line, end in zip(self.lines, ends, strict=True)
            if end > at
        )
        return (
            msgspec.structs.replace(self, text=self.text[:at].rstrip(), lines=before),
            msgspec.structs.replace(self, text=self.text[at:], lines=behind),
        )

    def joined(self, after: Block) -> Block:
        """The block with the words of another behind its own."""
        offset = len(self.text) + 1
        lines = tuple(
            msgspec.structs.replace(line, start=line.start + offset) for line in after.lines
        )
        return msgspec.structs.replace(
            self, text=f"{self.text} {after.text}", lines=(*self.lines, *lines)
        )


class Document(msgspec.Struct, frozen=True, tag="document"):
    """A file's text in reading order, without letterhead, page numbers and running headers.

    Attributes:
        letter_id: First 16 hex digits of the file's SHA-256.
        text_method: Which reader made it.
        page_count: Number of pages; `None` for plain text.
        page_sizes: Width and height of each page in points.
        blocks: The blocks in reading order.
        left_out: Lines of some length that the page shows and that are in no block: the tag tree
            does not name them, or they stand at an angle. Heads and feet of several pages are none.
        empty_pages: Pages, from 1, with hardly any text though others follow: perhaps pictures.
        furniture: What the tag tree does not name, page by page: letterhead, numbers, running heads
            and feet. Empty where no tag tells.
    """

    letter_id: str
    text_method: TextMethod
    page_count: int | None
    page_sizes: tuple[tuple[float, float], ...]
    blocks: tuple[Block, ...]
    left_out: tuple[str, ...] = ()
    empty_pages: tuple[int, ...] = ()
    furniture: tuple[str, ...] = ()
