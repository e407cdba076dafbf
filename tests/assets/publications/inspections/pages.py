"""Invented reports as blocks with places, as a reader of PDFs makes them."""

from __future__ import annotations

import re

from msgspec import structs

from assets.documents.model import Block, Cell, Document, Line
from tests.assets.reading import block

_NUMBER = re.compile(r"(\d{1,3}(?:\.\d)?\.?)\s+")


def blocks(text: str) -> list[Block]:
    """Blocks of what stands between empty lines, one below the other.

    `# ` opens a heading in bold, `- ` a list item (which may begin with its number), `= ` the row
    of a table with its label, perhaps numbered, and its grade behind `|`. `---` ends a page.
    """
    return [block for page in enumerate(text.split("---"), start=1) for block in _of_page(*page)]


def _of_page(page: int, text: str) -> list[Block]:
    made: list[Block] = []
    for row, chunk in enumerate(text.strip().split("\n\n"), start=1):
        chunk, top = chunk.strip(), 20.0 * row
        if chunk.startswith("# "):
            made.append(structs.replace(block(chunk[2:], "heading", top=top), bold=True))
        elif chunk.startswith("- "):
            made.append(_item(chunk[2:], top))
        elif chunk.startswith("= "):
            label, _, grade = chunk[2:].partition(" | ")
            is_numbered = label[:1].isdigit()
            first = _item(label, top) if is_numbered else block(label, top=top)
            cells = (first, structs.replace(block(grade, top=top), bold=True))
            made += (
                structs.replace(cell, cell=Cell(1, row, column))
                for column, cell in enumerate(cells, start=1)
            )
        else:
            made.append(block(chunk, top=top))
    return [
        structs.replace(one, size=12.0, lines=tuple(_on(page, line) for line in one.lines))
        for one in made
        if one.text
    ]


def _on(page: int, line: Line) -> Line:
    return structs.replace(line, page=page)


def document(text: str, *, without_tags: bool = False) -> Document:
    """A document of `blocks`; without tags its tables are known by places alone."""
    made = blocks(text)
    if without_tags:
        made = [_beside(structs.replace(one, cell=None), bool(one.cell)) for one in made]
    return Document("00000000000000aa", "tags", 1, ((595.0, 842.0),), tuple(made))


def _beside(one: Block, is_cell: bool) -> Block:
    """A cell of the second column where it stands on the page."""
    if not is_cell or one.kind == "list_item":
        return one
    lines = tuple(Line(line.start, line.page, 400.0, line.y0, 480.0, line.y1) for line in one.lines)
    return structs.replace(one, lines=lines)


def _item(text: str, top: float) -> Block:
    """A list item; the number that it begins with is its label."""
    number = _NUMBER.match(text)
    item = block(text[number.end() :] if number else text, "list_item", top=top)
    return structs.replace(item, label=number[1]) if number else item
