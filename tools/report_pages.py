"""The pages of the sample's reports, as Word sets and tags them: titles, tables, boxes, columns.

Here belongs how the parts of a report (`report_source`) become paragraphs and a tag tree; fonts,
lines and the file are `word_pdf`'s.
"""

from itertools import pairwise

from letter_source import Block, Letter
from report_source import Part, cells, part_of
from word_pdf import LEFT, RIGHT, Node, Paragraph, Run, inline, look_of

_GUTTER = 12.0  # points between two columns
_TITLE_SIZE = 16.0
_GLYPHS = ("\u25a0", "\u2013")
_TIGHT = frozenset({"close"})


class _Composer:
    """Builds the tree and the paragraphs of one report."""

    def __init__(self, report: Letter) -> None:
        self.report, self.look = report, look_of(report)
        self.root = Node(self.look.root)
        self.paragraphs: list[Paragraph] = []
        self.table: Node | None = None
        self.rows = 0
        self.split = 0.0

    def compose(self) -> None:
        for block in self.report.blocks:
            if block.kind == "page":
                self.paragraphs.append(Paragraph("break", [], Node("P")))
                self.table = None
            elif block.kind in ("row", "box"):
                self.row(block)
            else:
                self.table = None
                self.add(part_of(block.text), self.root)

    def row(self, block: Block) -> None:
        """Add a row of a table, or a box, which is a table of one cell."""
        if block.text.startswith("|="):
            self.split = float(block.text[2:].strip(" |"))
            self.table = None
            return
        if self.table is None or block.kind == "box":
            self.table = self.root.add("Table")
        row = self.table.add("TR")
        self.rows += 1
        contents = cells(block)
        edges = (LEFT, self.split or (LEFT + RIGHT) / 2)[: len(contents)]
        between = pairwise((*edges, RIGHT + _GUTTER))
        for cell, (left, right) in zip(contents, between, strict=True):
            node = row.add("TD")
            for index, part in enumerate(cell):
                paragraph = self.add(part, node)
                paragraph.left, paragraph.right = left, right - _GUTTER
                paragraph.row = self.rows
                paragraph.before = 6.0 if index == 0 else 3.0

    def add(self, part: Part, holder: Node) -> Paragraph:
        """Add a paragraph beneath an element."""
        bold = part.kind in ("title", "bold", "study") or (
            part.kind == "heading" and part.level < 3
        )
        size = 12.0
        if part.kind == "title":
            size = _TITLE_SIZE
        elif part.kind == "heading" and part.level == 1:
            size = self.look.heading_size
        is_tagged = part.kind == "heading" and part.level < 3
        node = holder.add(self.look.heading_tag if is_tagged else "P")
        kind = "heading" if part.kind == "heading" else part.kind
        paragraph = Paragraph(kind, [], node, 0.0 if part.kind in _TIGHT else 12.0)
        if part.kind in ("bullet", "number"):
            self.mark(paragraph, part, holder)
        runs, mark = inline(part.printed + " ", bold, size, paragraph.node)
        paragraph.runs = runs
        if mark is not None:
            self.note(paragraph, mark, next(r.text for r in runs if r.link is not None))
        self.paragraphs.append(paragraph)
        return paragraph

    def mark(self, paragraph: Paragraph, part: Part, holder: Node) -> None:
        """Make a list item of a paragraph: its bullet, or its number."""
        holder.kids.pop()
        last = holder.kids[-1] if holder.kids else None
        listed = last if isinstance(last, Node) and last.tag == "L" else holder.add("L")
        item = listed.add("LI")
        label = item.add("Lbl") if self.look.label or part.label else None
        paragraph.node = item.add("LBody")
        owner = label or paragraph.node
        if part.label:
            paragraph.mark = Run(part.label, node=owner)
            paragraph.outdent = paragraph.indent = 28.0
        else:
            glyph, symbol = _GLYPHS[part.level - 1], self.look.bullets[part.level - 1]
            paragraph.mark = Run(glyph, node=owner, symbol=symbol, size=11.0 - part.level)
            paragraph.indent = 18.0 * part.level

    def note(self, paragraph: Paragraph, mark: Node, number: str) -> None:
        """Put the footnote that a mark points at at the foot of the page."""
        at_foot = Node("P", parent=Node("Footnote", parent=mark))
        words, _ = inline(self.report.notes[number] + " ", False, 10, at_foot)
        figure = Run(number, False, 6.5, 3.5, at_foot)
        paragraph.note = Paragraph("note", [figure, Run(" ", False, 10), *words], at_foot)


def compose_report(report: Letter) -> tuple[Node, list[Paragraph], Node]:
    """The report's tag tree, its paragraphs in order, and the element for a letterhead."""
    composer = _Composer(report)
    composer.compose()
    return composer.root, composer.paragraphs, Node("TR")
