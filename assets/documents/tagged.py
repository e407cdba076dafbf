"""Blocks by the tag tree: what Word wrote down about its own paragraphs, lists and footnotes.

The tree (PDF 32000-1, 14.7) names every paragraph and list item once, even where a page break cuts
it, and leaves out what Word marked as an artifact: letterhead, page numbers, running feet. It is
read with pikepdf; the words come from `runs`, matched by page and marked-content number.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pikepdf

from assets.documents.lines import (
    gather_lines,
    make_block,
    on_one_line,
    without_footnote_marks,
)
from assets.documents.model import Block, BlockKind, Cell
from assets.documents.runs import NO_ROOM, Run
from assets.documents.vocabulary import DocumentWords

_MAXIMUM_DEPTH = 100  # deeper than any document; a damaged tree can contain itself
_MAXIMUM_NODES = 200_000

# Which element makes a block of its own, and of what kind; all others only hold or decorate.
_BLOCK_KINDS: dict[str, BlockKind] = {
    "P": "paragraph",
    "H": "heading",
    **{f"H{level}": "heading" for level in range(1, 7)},
    "Title": "heading",
    "LI": "list_item",
    "Caption": "paragraph",
    "BlockQuote": "paragraph",
    "Note": "footnote",
}
_NOTE = "Note"
_LIST_ITEM = "LI"
_LABEL = "Lbl"
_TABLE, _ROW = "Table", "TR"
_CELLS = frozenset({"TD", "TH"})
# Words, and no number of a list: neither `viii.` nor `Step 1`.
_WORD = re.compile(
    r"^(?!\W*[^\W\d_]+\s?\d+\W*$).*\b(?![ivxlc]+\b)[^\W\d_]{3}", re.IGNORECASE | re.DOTALL
)


_Key = tuple[int, int]  # by which pikepdf knows an object
_UNNAMED: _Key = (-1, -1)
# By page, stream (`None` for the page's own content) and number of the marked content.
_RunsByPlace = dict[tuple[int, _Key | None, int], list[Run]]


class DamagedTree(Exception):
    """The tag tree cannot be what Word wrote; the page has to be read by its layout."""


class _Context(NamedTuple):
    """Where in the tree a node stands: its page, and the innermost block element around it."""

    page: int | None = None
    block: int = 0
    kind: BlockKind = "paragraph"
    level: int = 0
    is_note: bool = False
    is_label: bool = False
    cell: Cell | None = None


class _Content(NamedTuple):
    """A piece of marked content and its context.

    Attributes:
        context: Where in the tree it is named.
        page: Its page.
        stream: The form that holds it, as pikepdf knows it; `None` for the page's own content.
        marked_content: Its number there.
    """

    context: _Context
    page: int
    stream: _Key | None
    marked_content: int

    @property
    def place(self) -> tuple[int, _Key | None, int]:
        """Where its runs are found."""
        return self.page, self.stream, self.marked_content


class _Tree:
    """One walk over the tag tree of one document."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        root = pdf.Root.StructTreeRoot
        self._pages: dict[Any, int] = {
            page.objgen: number for number, page in enumerate(pdf.pages, start=1)
        }
        role_map = root.get("/RoleMap")
        roles = role_map.items() if role_map is not None else ()
        self._roles = {str(key)[1:]: str(value)[1:] for key, value in roles}
        self._kids = root.get("/K")
        self._blocks = 0
        self._nodes = 0
        self._counts: Counter[tuple[int, ...]] = Counter()  # tables, rows and cells so far

    def contents(self) -> list[_Content]:
        """Every piece of marked content, in the order of the tree.

        Raises:
            DamagedTree: The tree is deeper or larger than any letter's, or holds itself.
        """
        contents: list[_Content] = []
        if self._kids is not None:
            self._walk(self._kids, _Context(), 0, contents)
        return contents

    def _walk(
        self,
        node: Any,
        context: _Context,
        depth: int,
        contents: list[_Content],
        stream: _Key | None = None,
    ) -> None:
        self._nodes += 1
        if depth > _MAXIMUM_DEPTH or self._nodes > _MAXIMUM_NODES:
            raise DamagedTree
        if isinstance(node, int):
            if context.page is not None:
                contents.append(_Content(context, context.page, stream, node))
        elif isinstance(node, pikepdf.Array):
            for kid in node:
                if isinstance(kid, int) and context.page is not None:
                    contents.append(_Content(context, context.page, None, kid))
                else:
                    self._walk(kid, context, depth + 1, contents)
        elif isinstance(node, pikepdf.Dictionary):
            page = node.get("/Pg")
            if page is not None:
                number = self._pages.get(page.objgen, context.page)
                if number != context.page:
                    context = context._replace(page=number)
            kids = node.get("/K")
            role = node.get("/S")
            if kids is not None and role is not None:
                self._walk(kids, self._enter(str(role)[1:], context), depth + 1, contents)
            elif "/MCID" in node:
                form = node.get("/Stm")
                key = None if form is None else form.objgen
                self._walk(int(node["/MCID"]), context, depth + 1, contents, key)

    def _enter(self, role: str, context: _Context) -> _Context:
        """The context inside an element of this role."""
        role = role if role in _BLOCK_KINDS else self._roles.get(role, role)
        is_note = context.is_note or role == _NOTE
        is_label = context.is_label or role == _LABEL
        level = context.level + (role == _LIST_ITEM)
        # A list item is one block with its label and all its paragraphs. Word sometimes hangs words
        # directly on a table row; they are a block of their own.
        in_item = context.level > 0 and not is_note and role != _LIST_ITEM
        cell = self._cell(role, context.cell)
        if in_item or (role not in _BLOCK_KINDS and role not in _CELLS and role != _ROW):
            return _Context(
                context.page, context.block, context.kind, level, is_note, is_label, cell
            )
        self._blocks += 1
        kind = "footnote" if is_note else _BLOCK_KINDS.get(role, "paragraph")
        return _Context(context.page, self._blocks, kind, level, is_note, is_label, cell)

    def _cell(self, role: str, around: Cell | None) -> Cell | None:
        """The cell inside an element of this role."""
        if role == _TABLE:
            return Cell(self._next(), 0, 0)
        if around and role == _ROW:
            return Cell(around.table, self._next(around.table), 0)
        if around and role in _CELLS:
            return Cell(around.table, around.row, self._next(around.table, around.row))
        return around

    def _next(self, *within: int) -> int:
        self._counts[within] += 1
        return self._counts[within]


class TaggedText(NamedTuple):
    """What the tag tree names (`None` for an empty paragraph), and what it leaves out."""

    blocks: list[Block | None]
    untagged: list[tuple[int, Run]]


def tagged_blocks(pdf: pikepdf.Pdf, pages: list[list[Run]], words: DocumentWords) -> TaggedText:
    """Build the blocks of a tagged PDF.

    Args:
        pdf: The document, open.
        pages: The visible runs of each page.
        words: The document's words.

    Returns:
        Blocks in the order of the tree, and the runs (with their page) that it does not name,
        among them what Word marked as artifacts.

    Raises:
        DamagedTree: The tree cannot be walked.
    """
    contents = _Tree(pdf).contents()
    by_place = _by_place(pdf, [_own_streams(runs) for runs in pages], contents)
    grouped: dict[int, list[_Content]] = defaultdict(list)
    for content in contents:
        grouped[content.context.block].append(content)
    if any(content.context.is_label for content in contents):
        _take_words_out_of_labels(contents, grouped, by_place)

    blocks = [_make(contents, by_place, words) for contents in grouped.values() if contents]
    untagged = [(place[0], run) for place, runs in by_place.items() for run in runs]
    return TaggedText(blocks, untagged)


def _own_streams(runs: list[Run]) -> list[Run]:
    """Tell apart contents that whoever stamped a page put one behind the other in it.

    A number is used once in a stream; where one comes again, another stream's begin. The one with
    most text is the page's own; of the others it is only known that they are not.
    """
    parts = [0]
    seen: set[int] = set()
    last = -1
    for index, run in enumerate(runs):
        number = run.marked_content
        if number != last and number >= 0 and not run.stream:
            if number in seen:
                parts.append(index)
                seen.clear()
            seen.add(number)
            last = number
    if len(parts) == 1:
        return runs
    streams = [runs[first:end] for first, end in pairwise([*parts, len(runs)])]
    own = max(streams, key=lambda stream: sum(len(run.text) for run in stream))
    return [
        run if stream is own or run.stream else run._replace(marked_content=-1)
        for stream in streams
        for run in stream
    ]


def _by_place(pdf: pikepdf.Pdf, pages: list[list[Run]], contents: list[_Content]) -> _RunsByPlace:
    """The runs of each piece of marked content, by page, stream and number.

    Whoever puts a page into a form, to scale it or to stamp it, leaves the tree as it was: of a
    page whose own content has nothing that the tree names, the form that has most of it is meant.
    """
    by_place: _RunsByPlace = defaultdict(list)
    drawn: dict[tuple[int, int, int], list[Run]] = defaultdict(list)
    for number, runs in enumerate(pages, start=1):
        for run in runs:
            if run.stream:
                drawn[number, run.stream, run.marked_content].append(run)
            else:
                by_place[number, None, run.marked_content].append(run)
    if not drawn:
        return by_place
    keys: dict[tuple[int, int], _Key | None] = {}
    named = {(content.page, content.marked_content) for content in contents if not content.stream}
    for number in {page for page, _, _ in drawn}:
        if any(content.stream for content in contents if content.page == number):
            forms = enumerate(_forms(pdf.pages[number - 1].obj), start=1)
            keys |= {(number, form): key for form, key in forms}
        if any(page == number and (page, at) in named for page, _, at in by_place):
            continue
        counts = Counter(form for page, form, at in drawn if page == number and (page, at) in named)
        if counts:
            keys[number, min(counts, key=lambda form: (-counts[form], form))] = None
    for (page, form, marked_content), runs in drawn.items():
        by_place[page, keys.get((page, form), _UNNAMED), marked_content] += runs
    return by_place


def _forms(holder: Any, inherited: Any = None, depth: int = 0) -> Iterator[_Key]:
    """The forms that a page or a form draws, those inside forms included, in drawing order."""
    if depth > _MAXIMUM_DEPTH:
        raise DamagedTree
    resources = holder.get("/Resources", inherited)
    forms = resources.get("/XObject") if resources is not None else None
    for drawing in pikepdf.parse_content_stream(holder, "Do"):
        form = forms.get(str(drawing.operands[0])) if forms is not None else None
        if form is not None and form.get("/Subtype") == "/Form":
            yield form.objgen
            yield from _forms(form, resources, depth + 1)


def _take_words_out_of_labels(
    contents: list[_Content], grouped: dict[int, list[_Content]], by_place: _RunsByPlace
) -> None:
    """Put words that are tagged as the label of a list item back where they are drawn.

    What changes a tagged file may name words amid an item, or amid another one, as a label. A label
    is drawn before its item, and is a sign, a letter or a number.
    """
    order = {place: rank for rank, place in enumerate(by_place)}
    drawn = sorted((c for c in contents if c.place in order), key=lambda c: order[c.place])
    begun: set[tuple[int, int]] = set()  # items of which something was drawn, with the page
    changed: set[int] = set()
    for index, content in enumerate(drawn):
        own = content.context.block
        if not content.context.is_label:
            begun.add((own, content.page))
        elif (
            (own, content.page) in begun
            or _is_prose(by_place[content.place])
            or any(
                _runs_on(by_place[content.place], by_place[c.place]) for c in drawn[index + 1 :][:1]
            )
        ):
            around = {
                other.context.block
                for other in (*drawn[max(index - 1, 0) : index], *drawn[index + 1 : index + 2])
            }
            block = around.pop() if len(around) == 1 else own
            grouped[own].remove(content)
            context = content.context._replace(is_label=False)
            grouped[block].append(content._replace(context=context))
            changed.add(block)
    for block in changed:
        grouped[block].sort(key=lambda c: order.get(c.place, 0))


def _runs_on(label: list[Run], following: list[Run]) -> bool:
    """Whether a label is the first letters of the word behind it."""
    before, after = label[-1], following[0]
    return (
        before.text[-1:].isalpha()
        and after.text[:1].islower()
        and on_one_line(before, after)
        and after.x0 - before.x1 < NO_ROOM * before.size
    )


def _is_prose(runs: list[Run]) -> bool:
    return bool(_WORD.search("".join(run.text for run in runs)))


def _make(
    contents: list[_Content],
    by_place: _RunsByPlace,
    words: DocumentWords,
) -> Block | None:
    """Make one block, taking the runs that it uses out of `by_place`."""
    label: str | None = None
    by_page: dict[int, list[Run]] = defaultdict(list)
    for content in contents:
        runs = by_place.pop(content.place, [])
        if content.context.is_label:
            label = (label or "") + "".join(run.text for run in runs)
        else:
            by_page[content.page] += runs
    drawn = [run for runs in by_page.values() for run in runs]
    kept = {id(run) for run in without_footnote_marks(drawn)}
    lines = [
        line
        for page, runs in by_page.items()
        for line in gather_lines(page, [run for run in runs if id(run) in kept])
    ]
    context = contents[0].context
    return make_block(context.kind, lines, words, context.level, label, context.cell)
