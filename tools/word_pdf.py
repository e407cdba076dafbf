"""PDFs like those that Word makes: pages set, tagged and drawn as Word does it.

Here belongs what a page looks like and how a file is built: fonts, lines, pages, marked content,
the tag tree. It knows the parts of a letter, and nothing of what a letter says.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from fontTools import subset  # type: ignore[import-untyped]
from fontTools.pens.basePen import BasePen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from letter_source import Block, Letter, written_date
from pikepdf import Array, Dictionary, Name, String

PAGE_WIDTH, PAGE_HEIGHT = 595.0, 842.0
LEFT, RIGHT = 71.0, 524.0
#: Baselines, in points from the foot of the page.
FIRST_BASELINE, NEXT_BASELINE, LAST_BASELINE = 703.0, 735.0, 92.0
PITCH, NOTE_PITCH = 15.0, 12.0

LETTERHEAD = (
    ("Ofsted", "Piccadilly Gate", "Store Street", "Manchester", "M1 2WD"),
    ("T 0300 123 1231", "Textphone 0161 618 8524", "enquiries@ofsted.gov.uk", "www.gov.uk/ofsted"),
)


# --- How letters of a time look and are tagged ---


@dataclass(frozen=True)
class Look:
    """How Word set and tagged a letter.

    Attributes:
        root: The element at the top of the tag tree.
        table: The tags down to a cell of a table.
        all_in_table: Whether the whole letter stands in a table, or its address only.
        tagged_letterhead: Whether the letterhead is content, drawn last; else it is an artifact.
        heading_tag: The tag of a heading.
        label: Whether a bullet's mark has a tag of its own.
        bullets: The characters that the marks of the two levels of bullets stand for.
        blank_lines: Whether blank paragraphs keep paragraphs apart; else space does.
        heading_size: In points.
        number_first_page: Whether the first page has its number.
        bold_title: Whether the signatory's title is bold.
        letterhead: Whether the first page has one.
    """

    root: str = "Document"
    table: tuple[str, ...] = ("Table", "TBody", "TR", "TD")
    all_in_table: bool = False
    tagged_letterhead: bool = False
    heading_tag: str = "P"
    label: bool = False
    bullets: tuple[str, str] = ("\u25fc", "\u2212")
    blank_lines: bool = False
    heading_size: float = 12.0
    number_first_page: bool = False
    bold_title: bool = False
    letterhead: bool = True


LOOKS = {
    "word_2013": Look(
        root="Part",
        table=("Table", "TR", "TD"),
        all_in_table=True,
        bullets=("\uf06e", "\u2500"),
        blank_lines=True,
        number_first_page=True,
        bold_title=True,
    ),
    "word_365_table": Look(
        all_in_table=True, bullets=("\uf06e", "\u2212"), blank_lines=True, bold_title=True
    ),
    "word_365": Look(heading_size=14.0, bold_title=True),
    "word_365_h1": Look(heading_tag="H1", heading_size=14.0),
    "word_365_lbl": Look(label=True, blank_lines=True),
    "report": Look(heading_size=14.0, letterhead=False),
    "report_h1": Look(heading_tag="H1", heading_size=14.0, label=True, letterhead=False),
    "report_2016": Look(
        bullets=("\uf06e", "\u2500"), label=True, number_first_page=True, letterhead=False
    ),
    "word_365_letterhead": Look(tagged_letterhead=True, label=True, blank_lines=True),
}


def look_of(letter: Letter) -> Look:
    """How a letter looks."""
    return LOOKS[letter.facts["look"]]


def last_baseline(letter: Letter) -> float:
    """Where a letter's pages end; chosen so that paragraphs run on over them."""
    return float(letter.facts.get("last_baseline", LAST_BASELINE))


# --- Fonts ---


class _PathPen(BasePen):  # type: ignore[misc]
    """Draws glyphs as a PDF path."""

    def __init__(self, glyphs: Any, scale: float) -> None:
        super().__init__(glyphs)
        self.path: list[str] = []
        self.x, self.scale = 0.0, scale

    def _add(self, operator: str, *points: tuple[float, float]) -> None:
        numbers = (f"{self.x + self.scale * x:.2f} {self.scale * y:.2f}" for x, y in points)
        self.path.append(" ".join([*numbers, operator]))

    def _moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - fontTools' name
        self._add("m", point)

    def _lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - fontTools' name
        self._add("l", point)

    def _curveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802 - fontTools' name
        self._add("c", *points)

    def _closePath(self) -> None:  # noqa: N802 - fontTools' name
        self.path.append("h")


class Face:
    """A typeface: widths to set text with, and the part of it that a letter embeds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.font = TTFont(path, recalcTimestamp=False)
        self.characters: dict[int, str] = self.font.getBestCmap()
        self.scale = 1000 / self.font["head"].unitsPerEm
        self.name = path.stem

    def width(self, text: str, size: float) -> float:
        """The width of `text` in points."""
        metrics = self.font["hmtx"]
        units = sum(metrics[self.characters[ord(character)]][0] for character in text)
        return float(units * self.scale * size / 1000)

    def outline(self, text: str, size: float) -> str:
        """`text` as a path, which no reader can take for text."""
        glyphs, pen = self.font.getGlyphSet(), _PathPen(None, size * self.scale / 1000)
        pen.glyphSet = glyphs
        for character in text:
            glyphs[self.characters[ord(character)]].draw(pen)
            pen.x += self.width(character, size)
        return " ".join([*pen.path, "f"])

    def part(self, text: Iterable[str]) -> TTFont:
        """The font with the characters of `text` only."""
        options = subset.Options(hinting=False, layout_features=[], notdef_outline=True)
        options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "name", "post", "OS/2"]
        options.recalc_timestamp = False
        part = TTFont(self.path, recalcTimestamp=False)
        subsetter = subset.Subsetter(options)
        subsetter.populate(text="".join(sorted(text)))
        subsetter.subset(part)
        return part


def embed(
    pdf: pikepdf.Pdf, face: Face, text: set[str], symbols: dict[str, str]
) -> tuple[Dictionary, dict[str, str], list[Dictionary]]:
    """Embed the part of a face that a letter uses, as Word does: twice.

    Once with one byte a character for what ASCII has, and once by glyph for the rest.

    Args:
        pdf: The letter.
        face: The face.
        text: The characters that are used.
        symbols: Characters of it that are drawn for another one, which is what a reader gets.

    Returns:
        The font for ASCII, the codes of the other characters, and the fonts for these: of text
        and of symbols.
    """
    part = face.part(text | set(symbols) | {" "})
    buffer = io.BytesIO()
    part.save(buffer)
    program = pdf.make_indirect(pikepdf.Stream(pdf, buffer.getvalue()))
    program.Length1 = len(buffer.getvalue())
    metrics, head, hhea = part["hmtx"], part["head"], part["hhea"]

    def descriptor(name: str, flags: int) -> pikepdf.Object:
        return pdf.make_indirect(
            Dictionary(
                Type=Name.FontDescriptor,
                FontName=Name("/" + name),
                Flags=flags,
                FontBBox=Array(
                    [round(side * face.scale) for side in (head.xMin, head.yMin, head.xMax)]
                    + [round(head.yMax * face.scale)]
                ),
                ItalicAngle=0,
                Ascent=round(hhea.ascent * face.scale),
                Descent=round(hhea.descent * face.scale),
                CapHeight=729,
                StemV=80,
                FontFile2=program,
            )
        )

    cmap = part.getBestCmap()
    ids = {chr(code): part.getGlyphID(glyph) for code, glyph in cmap.items()}
    widths = {character: round(metrics[cmap[ord(character)]][0] * face.scale) for character in ids}
    ascii_font = Dictionary(
        Type=Name.Font,
        Subtype=Name.TrueType,
        BaseFont=Name("/ABCDEE+" + face.name),
        Encoding=Name.WinAnsiEncoding,
        FirstChar=32,
        LastChar=126,
        Widths=Array([widths.get(chr(code), 0) for code in range(32, 127)]),
        FontDescriptor=descriptor("ABCDEE+" + face.name, 32),
    )
    fonts = []
    for name, meaning in (
        ("BCDEEE+" + face.name, {c: c for c in sorted(text) if not c.isascii()}),
        ("BCDFEE+SampleSymbols-Regular", symbols),
    ):
        lines = [f"<{ids[c]:04x}> <{ord(means):04x}>" for c, means in meaning.items()]
        to_unicode = (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap "
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def "
            "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
            f"{len(lines)} beginbfchar\n" + "\n".join(lines) + "\nendbfchar "
            "endcmap CMapName currentdict /CMap defineresource pop end end"
        )
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name("/" + name),
            CIDSystemInfo=Dictionary(
                Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0
            ),
            CIDToGIDMap=Name.Identity,
            DW=1000,
            W=Array([item for c in meaning for item in (ids[c], Array([widths[c]]))]),
            FontDescriptor=descriptor(name, 4),
        )
        fonts.append(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=Name("/" + name),
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([pdf.make_indirect(descendant)]),
                ToUnicode=pdf.make_indirect(pikepdf.Stream(pdf, to_unicode.encode())),
            )
        )
    return ascii_font, {character: f"{number:04x}" for character, number in ids.items()}, fonts


# --- Paragraphs, lines and pages ---


@dataclass(eq=False)
class Node:
    """An element of the tag tree. A kid is an element, (page, marked content id) or a link."""

    tag: str
    kids: "list[Node | tuple[int, int] | Link]" = field(default_factory=list)
    parent: "Node | None" = None

    def attach(self) -> None:
        """Put an element that belongs within a paragraph's words at the end of its parent."""
        if self.parent is not None:
            self.parent.attach()
            self.parent.kids.append(self)
            self.parent = None

    def add(self, *tags: str) -> "Node":
        """A new element at the end of this one, at the foot of a new chain of `tags`."""
        node = self
        for tag in tags:
            kid = Node(tag)
            node.kids.append(kid)
            node = kid
        return node


@dataclass(eq=False)
class Link:
    """A link on a page: to an address, or to nothing, as Word's footnote marks."""

    target: str | None
    page: int = 0
    box: tuple[float, float, float, float] = (0, 0, 0, 0)


@dataclass(frozen=True)
class Run:
    """Words in one style."""

    text: str
    bold: bool = False
    size: float = 12.0
    rise: float = 0.0
    node: Node | None = None
    link: Link | None = None
    symbol: str = ""


@dataclass(frozen=True)
class Line:
    """A line: where it starts, and its runs."""

    x: float
    runs: tuple[Run, ...]


@dataclass
class Paragraph:
    """What is set as one paragraph.

    Attributes:
        kind: What it is.
        runs: Its words.
        node: Its element.
        before: Space above it, in points.
        indent: Of its lines, in points.
        mark: Its bullet's mark or its number, which stands to the left of the indent.
        outdent: By how much it does, in points.
        note: The paragraph at the page's foot that a mark in this one points to.
        hidden: Whether it is clipped away: no page shows it, and it takes no room.
        left: Where its column begins, in points.
        right: Where its column ends.
        row: The row of a table in which it stands; what has one row stands on one page, and what
            has another left edge beside the others. 0 outside tables.
    """

    kind: str
    runs: list[Run]
    node: Node
    before: float = 0.0
    indent: float = 0.0
    mark: Run | None = None
    outdent: float = 18.0
    note: "Paragraph | None" = None
    hidden: bool = False
    left: float = LEFT
    right: float = RIGHT
    row: int = 0


class Typesetter:
    """Breaks paragraphs into lines and lines into pages, as Word does."""

    def __init__(self, regular: Face, bold: Face) -> None:
        self.faces = (regular, bold)

    def width(self, run: Run, text: str) -> float:
        """The width of `text` in the style of `run`, in points."""
        return self.faces[run.bold].width(text, run.size)

    def lines(self, paragraph: Paragraph) -> list[Line]:
        """The lines of a paragraph. A line that ends in a space keeps it."""
        left = paragraph.left + paragraph.indent
        lines: list[list[Run]] = [[]]
        x = left
        for run in paragraph.runs:
            for piece in re.findall(r"[^ \-\u2013\u00ad]*[ \-\u2013\u00ad]?", run.text):
                soft = piece.endswith("\u00ad")
                bare = piece.removesuffix("\u00ad")
                needed = bare.rstrip(" ") + ("-" if soft else "")
                if x + self.width(run, needed) > paragraph.right and lines[-1]:
                    last = lines[-1][-1]
                    if last.text.endswith("\u00ad"):
                        lines[-1][-1] = _with_text(last, last.text[:-1] + "-")
                    lines.append([])
                    x = left
                if lines[-1] and lines[-1][-1].text.endswith("\u00ad"):
                    lines[-1][-1] = _with_text(lines[-1][-1], lines[-1][-1].text[:-1])
                lines[-1].append(_with_text(run, piece))
                x += self.width(run, bare)
        return [Line(left, tuple(_merged(line))) for line in lines]

    def pages(self, paragraphs: Sequence[Paragraph], last: float) -> "list[list[Placed]]":
        """The paragraphs, or parts of them, on each page, whose last baseline is `last`."""
        pages: list[list[Placed]] = [[]]
        y, floor = FIRST_BASELINE + PITCH, last
        row = 0
        for index, paragraph in enumerate(paragraphs):
            if paragraph.row:
                if paragraph.row != row:
                    row = paragraph.row
                    columns = _columns(p for p in paragraphs[index:] if p.row == row)
                    height = max(map(self.height, columns))
                    if y - height < floor:
                        pages.append([])
                        y, floor = NEXT_BASELINE + PITCH, last
                    pages[-1] += [part for column in columns for part in self.column(column, y)]
                    y -= height
                continue
            if paragraph.kind == "break":
                pages.append([])
                y, floor = NEXT_BASELINE + PITCH, last
                continue
            lines = self.lines(paragraph)
            if paragraph.hidden:
                pages[-1].append(Placed(paragraph, lines, y - PITCH))
                continue
            if pages[-1]:
                y -= paragraph.before
            note = len(self.lines(paragraph.note)) * NOTE_PITCH + 12 if paragraph.note else 0
            after = 0.0
            if paragraph.kind == "heading":  # keeps with two lines of what follows
                following = paragraphs[index + 1 : index + 3]
                after = PITCH * (2 + any(other.kind == "blank" for other in following[:1]))
            first = True
            while lines:
                room = int((y - floor - note - after) / PITCH)
                count = min(room, len(lines))
                if count < len(lines):
                    count = min(count, len(lines) - 2)
                    if count < 2:
                        count = 0
                if count <= 0:
                    pages.append([])
                    y, floor = NEXT_BASELINE + PITCH, last
                    continue
                pages[-1].append(Placed(paragraph, lines[:count], y - PITCH, first))
                floor += note
                y -= PITCH * count
                lines, first, note = lines[count:], False, 0
                if lines:
                    pages.append([])
                    y, floor = NEXT_BASELINE + PITCH, last
        return pages

    def height(self, column: Sequence[Paragraph]) -> float:
        """How much room the paragraphs of a cell take, in points."""
        return sum(p.before + PITCH * len(self.lines(p)) for p in column)

    def column(self, column: Sequence[Paragraph], y: float) -> "Iterator[Placed]":
        """The paragraphs of a cell that begins at a height."""
        for paragraph in column:
            lines = self.lines(paragraph)
            y -= paragraph.before
            yield Placed(paragraph, lines, y - PITCH)
            y -= PITCH * len(lines)


def _columns(row: Iterable[Paragraph]) -> list[list[Paragraph]]:
    """The paragraphs of a table's row, cell by cell."""
    columns: dict[float, list[Paragraph]] = {}
    for paragraph in row:
        columns.setdefault(paragraph.left, []).append(paragraph)
    return list(columns.values())


@dataclass(frozen=True)
class Placed:
    """The part of a paragraph that stands on a page; `y` is its first baseline."""

    paragraph: Paragraph
    lines: list[Line]
    y: float
    first: bool = True


def _with_text(run: Run, text: str) -> Run:
    return Run(text, run.bold, run.size, run.rise, run.node, run.link, run.symbol)


def _merged(line: Iterable[Run]) -> Iterator[Run]:
    held: Run | None = None
    for run in line:
        if held is None:
            held = run
        elif _with_text(held, "") == _with_text(run, ""):
            held = _with_text(held, held.text + run.text)
        else:
            yield held
            held = run
    if held is not None:
        yield _with_text(held, held.text.removesuffix("\u00ad"))


def _chunks(text: str) -> Iterator[str]:
    """Cut `text` where Word starts a new text object: at what ASCII lacks, and now and then."""
    for part in re.findall(r"[ -~]+|[^ -~]", text):
        lead = len(part) - len(part.lstrip(" "))
        if lead:
            yield part[:lead]
        yield from re.findall(r".{30,45}?\S(?=\S)|.+", part[lead:])


def inline(text: str, bold: bool, size: float, node: Node) -> tuple[list[Run], Node | None]:
    """The runs of a paragraph's text, and the link element of the footnote's mark in it."""
    runs: list[Run] = []
    mark: Node | None = None
    for part in re.split(r"(\[\^\d\]|\[[^\]]+\]\([^)]+\))", text):
        if not part:
            continue
        if note := re.fullmatch(r"\[\^(\d)\]", part):
            link = Link(None)
            mark = Node("Link", [link], node)
            runs.append(Run(note[1], bold, size * 2 / 3, size / 3, Node("Span", parent=mark), link))
        elif to := re.fullmatch(r"\[([^\]]+)\]\(([^)]+)\)", part):
            link = Link(to[2])
            element = Node("Span", parent=Node("Link", [link], node))
            runs.append(Run(to[1], bold, size, 0, element, link))
        else:
            runs.append(Run(part, bold, size, 0, node))
    return runs, mark


def compose_letter(letter: Letter) -> tuple[Node, list[Paragraph], Node]:
    """The letter's tag tree, its paragraphs in order, and the element for its letterhead."""
    look, facts = look_of(letter), letter.facts
    root = Node(look.root)
    letterhead = root.add(*look.table[:-1]) if look.tagged_letterhead else Node("TR")
    table = root.add(*look.table[:-2])
    cell = table.add("TR", "TD")
    paragraphs: list[Paragraph] = []

    def add(text: str, kind: str = "paragraph", bold: bool = False, gap: bool = True) -> Paragraph:
        before = 0.0 if look.blank_lines or not gap else 12.0
        if look.blank_lines and gap and paragraphs:
            blank = cell.add("P")
            paragraphs.append(Paragraph("blank", [Run(" ", False, 12, 0, blank)], blank))
        wrong = facts.get("wrongly_tagged_as_heading")
        tagged = kind == "heading" or (wrong is not None and text.startswith(wrong))
        node = cell.add(look.heading_tag if tagged else "P")
        size = look.heading_size if kind == "heading" else 12.0
        runs, mark = inline(text + " ", bold or kind == "heading", size, node)
        paragraph = Paragraph(kind, runs, node, before)
        if mark is not None:
            number = runs[-2].text
            at_foot = Node("P", parent=Node("Footnote", parent=mark))
            words, _ = inline(letter.notes[number] + " ", False, 10, at_foot)
            figure = Run(number, False, 6.5, 3.5, at_foot)
            paragraph.note = Paragraph("note", [figure, Run(" ", False, 10), *words], at_foot)
        paragraphs.append(paragraph)
        return paragraph

    if "stray_start" in facts:
        body = cell.add("L", "LI", "LBody")
        paragraphs.append(Paragraph("stray", [Run(facts["stray_start"] + " ", node=body)], body))
    add(written_date(letter.day), "date")
    cell = table.add("TR", "TD")
    for index, line in enumerate(facts["address"]):
        add(line, "address", gap=index == 0)
    if "hidden" in facts:
        add(facts["hidden"], "hidden", gap=False).hidden = True
    cell = table.add("TR", "TD") if look.all_in_table else root
    add(facts["dear"], "dear").before += facts.get("space_after_address", 0)
    add(facts["subject"], "subject", bold=True)
    previous = ""
    for block in letter.blocks:
        if block.kind in ("bullet", "subbullet"):
            _add_bullet(add, cell, look, block, follows=previous)
        else:
            add(block.text, block.kind)
        previous = block.kind
    if signoff := facts.get("signoff", "Yours sincerely"):
        add(signoff, "signoff")
    add(facts["signature"][0], "signatory")
    add(facts["signature"][1], "title", bold=look.bold_title, gap=False)
    if look.all_in_table:  # Word ends such a letter with a paragraph of one point
        last = root.add("P")
        text = facts.get("stray_end", "") + " "
        paragraphs.append(Paragraph("stray_end", [Run(text, False, 1, 0, last)], last))
    return root, paragraphs, letterhead


def _add_bullet(add: Any, cell: Node, look: Look, block: Block, follows: str) -> None:
    """Add a bullet; Word's tree is flat, with a list for each level and after each blank line."""
    level = 0 if block.kind == "bullet" else 1
    short = "improve" in block.section
    paragraph: Paragraph = add(block.text, block.kind, gap=not (short and follows == block.kind))
    cell.kids.pop()
    last = cell.kids[-1] if cell.kids else None
    joins = follows == block.kind and isinstance(last, Node) and last.tag == "L"
    item = (last if joins and isinstance(last, Node) else cell.add("L")).add("LI")
    mark_node = item.add("Lbl") if look.label else None
    paragraph.node.tag = "LBody"
    item.kids.append(paragraph.node)
    glyph = ("\u25a0", "\u2013")[level]
    paragraph.mark = Run(
        glyph, node=mark_node or paragraph.node, symbol=look.bullets[level], size=10 - level
    )
    paragraph.indent = 18.0 * (level + 1)


Composer = Callable[[Letter], tuple[Node, list[Paragraph], Node]]


# --- The PDF ---


class Page:
    """A page's content stream while it is written."""

    def __init__(self, number: int, tagged: bool) -> None:
        self.number, self.tagged = number, tagged
        self.content: list[str] = []
        self.owners: list[Node] = []
        self.open: Node | None = None
        self.links: list[Link] = []

    def begin(self, node: Node | None) -> None:
        """Go on with the marked content of `node`, unless it is what is open."""
        if node is self.open or not self.tagged:
            return
        self.end()
        if node is not None:
            node.attach()
            self.content.append(f"/P <</MCID {len(self.owners)}/Lang (en-GB)>> BDC")
            node.kids.append((self.number, len(self.owners)))
            self.owners.append(node)
            self.open = node

    def end(self) -> None:
        """End what is open."""
        if self.open is not None:
            self.content.append("EMC")
            self.open = None

    def artifact(self, what: str, content: Iterable[str]) -> None:
        """Write what is no content of the letter."""
        self.end()
        if self.tagged:
            self.content.append(f"/Artifact <</Type/Pagination{what}>> BDC")
        self.content.extend(content)
        if self.tagged:
            self.content.append("EMC")


class Writer:
    """Writes one letter."""

    def __init__(
        self, letter: Letter, regular: Face, bold: Face, compose: Composer | None = None
    ) -> None:
        self.letter, self.tagged = letter, letter.facts["form"] == "tagged"
        self.compose = compose or compose_letter
        self.faces = (regular, bold)
        self.setter = Typesetter(regular, bold)
        self.codes: tuple[dict[str, str], dict[str, str]] = ({}, {})

    def text(self, run: Run, x: float, y: float) -> Iterator[str]:
        """Operators for a run. Word starts a new text object wherever it likes, also in a word."""
        colour = "0 0 1 rg" if run.link and run.link.target else "0 g"
        for chunk in _chunks(run.text):
            if run.symbol:
                font, shown = "/F5", f"<{self.codes[0][chunk]}>"
            elif chunk.isascii():
                escaped = re.sub(r"([\\()])", r"\\\1", chunk)
                font, shown = ("/F1", "/F3")[run.bold], f"({escaped})"
            else:
                font, shown = ("/F2", "/F4")[run.bold], f"<{self.codes[run.bold][chunk]}>"
            yield (
                f"q BT {font} {run.size:.4g} Tf 1 0 0 1 {x:.2f} {y + run.rise:.2f} Tm "
                f"{colour} [{shown}] TJ ET Q"
            )
            x += self.faces[run.bold].width(chunk, run.size)

    def line(self, page: Page, line: Line, y: float, owner: Node) -> None:
        """Write a line."""
        x = line.x
        for run in line.runs:
            page.begin(run.node or owner)
            page.content.extend(self.text(run, x, y))
            width = self.setter.width(run, run.text)
            if run.link is not None:
                run.link.page, run.link.box = page.number, (x, y - 2, x + width, y + 9)
                page.links.append(run.link)
            x += width

    def placed(self, page: Page, placed: Placed) -> None:
        """Write the part of a paragraph that stands on a page."""
        paragraph, y = placed.paragraph, placed.y
        if paragraph.hidden:  # lies below the cell that it is clipped to
            page.begin(paragraph.node)
            page.content.append(f"q {LEFT} {y + 16:.2f} 453 200 re W* n")
        if paragraph.mark is not None and placed.first:
            page.begin(paragraph.mark.node)
            x = paragraph.left + paragraph.indent - paragraph.outdent
            page.content.extend(self.text(paragraph.mark, x, y))
            space = Run(" ", node=paragraph.mark.node)
            page.content.extend(self.text(space, x + 9, y))
        for line in placed.lines:
            self.line(page, line, y, paragraph.node)
            y -= PITCH
        if paragraph.hidden:
            page.content.append("Q")

    def letterhead(self, page: Page, row: Node) -> None:
        """Write the letterhead: as content drawn last, or as an artifact drawn first."""
        look = look_of(self.letter)
        artifact: list[str] = []
        for column, (x, lines) in enumerate(zip((LEFT, 166.0), LETTERHEAD, strict=True)):
            node = row.add("TD")
            for index, words in enumerate(lines):
                run = Run(words + " ", size=9)
                y = 790.0 - 11 * (index + column)
                if look.tagged_letterhead:
                    self.line(page, Line(x, (run,)), y, node.add("P"))
                else:
                    artifact.extend(self.text(run, x, y))
        if artifact:
            page.artifact("/Subtype/Header/Attached [/Top]", artifact)

    def page(self, number: int, placed: Sequence[Placed], row: Node) -> Page:
        """Write a page: its foot and letterhead first, as Word does."""
        page, look = Page(number, self.tagged), look_of(self.letter)
        page.artifact("/Subtype/Header/Attached [/Top]", ["q 1 0 0 1 424 776 cm /Mark Do Q"])
        foot = []
        if number or look.number_first_page:
            foot = [*self.text(Run(str(number + 1)), 517, 59), *self.text(Run(" "), 524, 59)]
            for index, words in enumerate(self.letter.facts.get("foot", [])):
                foot += self.text(Run(words + " ", size=9), LEFT, 59 - 11 * index)
        page.artifact("/Subtype/Footer/Attached [/Bottom]", foot)
        if number == 0 and look.letterhead and not look.tagged_letterhead:
            self.letterhead(page, row)
        for part in placed:
            self.placed(page, part)
        page.end()
        for part in placed:
            note = part.paragraph.note
            if note is None or not part.first:
                continue
            lines = self.setter.lines(note)
            y = last_baseline(self.letter) + NOTE_PITCH * (len(lines) - 1) - 8
            page.artifact("/Subtype/Footer/Attached [/Bottom]", [f"{LEFT} {y + 15} 144 0.72 re f"])
            for line in lines:
                self.line(page, line, y, note.node)
                y -= NOTE_PITCH
        if number == 0 and look.tagged_letterhead:
            self.letterhead(page, row)
        page.end()
        return page

    def mark(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        """Where Ofsted's letters have a logo: that this is a sample, in outlines."""
        what = "LETTER" if look_of(self.letter).letterhead else "REPORT"
        shape = (
            f"0.35 g {self.faces[1].outline(f'SAMPLE {what}', 13)} "
            f"1 0 0 1 0 -12 cm {self.faces[0].outline('No such council exists', 9)}"
        )
        form = pikepdf.Stream(pdf, shape.encode())
        form.Type, form.Subtype = Name.XObject, Name.Form
        form.BBox = Array([0, -20, 130, 30])
        return pdf.make_indirect(form)

    def write(self) -> bytes:
        """The bytes of the letter's PDF."""
        pdf = pikepdf.new()
        root, paragraphs, row = self.compose(self.letter)
        laid_out = self.setter.pages(paragraphs, last_baseline(self.letter))
        resources = pdf.make_indirect(Dictionary(XObject=Dictionary(Mark=self.mark(pdf))))
        resources.Font = self.fonts(pdf, paragraphs)
        written = [self.page(number, placed, row) for number, placed in enumerate(laid_out)]
        for page in written:
            leaf = Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, int(PAGE_WIDTH), int(PAGE_HEIGHT)]),
                Resources=resources,
                Contents=pikepdf.Stream(pdf, "\n".join(page.content).encode()),
            )
            if self.tagged:
                leaf.StructParents, leaf.Tabs = page.number, Name.S
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(leaf)))
        annotations = self.annotations(pdf, written)
        if self.tagged:
            tag(pdf, root, written, annotations)
        stamp = f"D:{self.letter.day:%Y%m%d}090000Z"
        pdf.docinfo["/Title"] = String("Sample letter about a council that does not exist")
        pdf.docinfo["/Creator"] = pdf.docinfo["/Producer"] = String("make_sample.py")
        pdf.docinfo["/CreationDate"] = pdf.docinfo["/ModDate"] = String(stamp)
        out = io.BytesIO()
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
        )
        return out.getvalue()

    def fonts(self, pdf: pikepdf.Pdf, paragraphs: Sequence[Paragraph]) -> Dictionary:
        """The letter's fonts."""
        used: tuple[set[str], set[str]] = (set("0123456789-"), set("-"))
        used[0].update(*(line for column in LETTERHEAD for line in column))
        used[0].update(*self.letter.facts.get("foot", []))
        symbols = {}
        for paragraph in paragraphs:
            for part in (paragraph, *([paragraph.note] if paragraph.note else [])):
                for run in part.runs:
                    used[run.bold].update(run.text.replace("\u00ad", ""))
            if paragraph.mark is not None and paragraph.mark.symbol:
                symbols[paragraph.mark.text] = paragraph.mark.symbol
        plain, codes, (other, signs) = embed(pdf, self.faces[0], used[0], symbols)
        bold, bold_codes, (bold_other, _) = embed(pdf, self.faces[1], used[1], {})
        self.codes = (codes, bold_codes)
        fonts = {"/F1": plain, "/F2": other, "/F3": bold, "/F4": bold_other, "/F5": signs}
        return Dictionary({name: pdf.make_indirect(font) for name, font in fonts.items()})

    def annotations(
        self, pdf: pikepdf.Pdf, pages: Sequence[Page]
    ) -> list[tuple[Link, pikepdf.Object]]:
        """Put the links on their pages."""
        made: list[tuple[Link, pikepdf.Object]] = []
        for page in pages:
            leaf = pdf.pages[page.number]
            for link in dict.fromkeys(page.links):
                if link.target is None:
                    action = Dictionary(S=Name.GoTo, D=Array([leaf.obj, Name.XYZ, 71, 110, 0]))
                else:
                    action = Dictionary(S=Name.URI, URI=String(link.target))
                annotation = pdf.make_indirect(
                    Dictionary(
                        Type=Name.Annot,
                        Subtype=Name.Link,
                        Rect=Array([round(side, 2) for side in link.box]),
                        Border=Array([0, 0, 0]),
                        F=4,
                        A=action,
                    )
                )
                if "/Annots" not in leaf:
                    leaf.Annots = Array([])
                leaf.Annots.append(annotation)
                made.append((link, annotation))
        return made


def tag(
    pdf: pikepdf.Pdf,
    root: Node,
    pages: Sequence[Page],
    annotations: Sequence[tuple[Link, pikepdf.Object]],
) -> None:
    """Write the tag tree, and what leads from marked content back to it."""
    by_link = {id(link): annotation for link, annotation in annotations}
    elements: dict[int, pikepdf.Object] = {}
    link_parents: dict[int, pikepdf.Object] = {}

    def element(node: Node, parent: pikepdf.Object) -> pikepdf.Object:
        made = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name("/" + node.tag), P=parent))
        elements[id(node)] = made
        kids: list[Any] = []
        own = next((kid[0] for kid in node.kids if isinstance(kid, tuple)), None)
        if own is not None:
            made.Pg = pdf.pages[own].obj
        for kid in node.kids:
            if isinstance(kid, Node):
                kids.append(element(kid, made))
            elif isinstance(kid, Link):
                link_parents[id(kid)] = made
                page = pdf.pages[kid.page].obj
                kids.append(Dictionary(Type=Name.OBJR, Pg=page, Obj=by_link[id(kid)]))
            elif kid[0] == own:
                kids.append(kid[1])
            else:
                page = pdf.pages[kid[0]].obj
                kids.append(Dictionary(Type=Name.MCR, Pg=page, MCID=kid[1]))
        if kids:
            made.K = kids[0] if len(kids) == 1 else Array(kids)
        return made

    top = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    top.RoleMap = Dictionary(Footnote=Name.Note)
    top.K = element(root, top)
    numbers: list[Any] = []
    for page in pages:
        owners = Array([elements[id(owner)] for owner in page.owners])
        numbers += [page.number, pdf.make_indirect(owners)]
    for key, (link, annotation) in enumerate(annotations, start=len(pages)):
        annotation.StructParent = key
        numbers += [key, link_parents[id(link)]]
    top.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(numbers)))
    top.ParentTreeNextKey = len(numbers) // 2
    pdf.Root.StructTreeRoot = top
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.Lang = String("en-GB")
