"""Runs become lines, and lines become the text of a block.

Here: which runs stand on one printed line, where a blank belongs, which hyphen at a line's end is
the author's, and what characters mean. Which lines make up a block is decided in `tagged` (by the
tag tree) and `layout` (by position).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from msgspec import structs

from assets.documents.footnote_marks import without_marks
from assets.documents.marks import enumerated, is_mark, split_mark
from assets.documents.model import Block, BlockKind, Cell, Line
from assets.documents.runs import NO_ROOM, WIDE_GAP, PageText, Run
from assets.documents.vocabulary import DocumentWords
from assets.language.typography import LIGATURES

# PDFium gives U+0002 or U+FFFE for a hyphen at a line's end; U+2011 only keeps a line together.
_HYPHENS = dict.fromkeys(map(ord, "\x02\ufffe\u2010\u2011"), "-")
# Blanks of other widths are typesetting; zero-width characters and the soft hyphen are not text.
_BLANKS = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\t\r\n"), " ")
_NOTHING = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None)
HIDDEN_HYPHENS = ("\u00ad", "\u00ac")  # the soft hyphen, and what OCR writes for one
_CHARACTERS = {**_HYPHENS, **_BLANKS, **_NOTHING, **LIGATURES}
_CHANGED = re.compile(f"[{''.join(map(chr, _CHARACTERS))}]")

_FOOTNOTE_MARK = re.compile(r"^\s*(\d{1,2}|\*{1,3}|[†‡])\s*$")

_WATERMARK_SIZE = 1.5  # times the size of the text
_WATERMARK_POINTS = 18.0  # and at least so many
_COVERED = 0.2  # of the height of a line that a watermark lies over; neighbours hardly touch
_END = "\0"  # stands in no text
_SAME_LINE = 0.5  # ems between two baselines within which a raised or lowered run is on the line
_SMALL_CAPITAL = 0.6  # of the size of a capital; less is a mark of another kind
LONGEST_HEADING = 150  # characters; heading tags now and then wrap a paragraph
_SURELY = 2.0  # a word's width is only known from the average of its line
_MARK_SIZE = 0.8  # a footnote mark is set smaller than this share of the text around it


class PrintedLine(NamedTuple):
    """Runs that stand beside each other on one page."""

    page: int
    text: str
    runs: tuple[Run, ...]

    @property
    def baseline(self) -> float:
        """Where the line stands, in points from the top."""
        return self.runs[0].baseline

    @property
    def is_bold(self) -> bool:
        """Whether every word is bold."""
        runs = [run for run in self.runs if any(map(str.isalpha, run.text))]
        return bool(runs) and all(run.is_bold for run in runs)

    def has_room_for(self, text: str, right: float) -> bool:
        """Whether the first word of a text would surely have fitted behind this line."""
        left, _, end, _ = self.box
        width = (end - left) / max(len(self.text.strip()), 1)
        return end + _SURELY * width * (len(text.split(" ", 1)[0]) + 1) <= right

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, upper, right and lower edge of the ink in points from the top left."""
        inked = [run[3:7] for run in self.runs if not run.text.isspace()]
        x0, y0, x1, y1 = zip(*(inked or (run[3:7] for run in self.runs)), strict=True)
        return min(x0), min(y0), max(x1), max(y1)


def clean_characters(text: str) -> str:
    """Unicode NFC, one kind of blank and of hyphen, no ligatures, no invisible characters."""
    if text.isascii() and text.isprintable():
        return text  # as most lines are
    # Few characters are: to translate all would take many times as long.
    text = _CHANGED.sub(lambda found: found[0].translate(_CHARACTERS), text)
    return unicodedata.normalize("NFC", text)


def on_one_line(one: Run, other: Run) -> bool:
    """Whether two runs stand on the same line, one perhaps a little raised."""
    return abs(one.baseline - other.baseline) <= _SAME_LINE * max(one.size, other.size)


def _without_hidden(runs: Sequence[Run]) -> Sequence[Run]:
    """Leave out what PDFium gives as blanks and has no room: hyphens that a word hides."""
    hidden = {
        index
        for index in range(1, len(runs) - 1)
        if runs[index].text == " "
        and abs(runs[index + 1].x0 - runs[index - 1].x1) < NO_ROOM * runs[index].size
    }
    return [run for index, run in enumerate(runs) if index not in hidden] if hidden else runs


def _has_small_capitals(runs: Sequence[Run]) -> bool:
    """Whether small letters are drawn as capitals of less size: some follow a large one closely."""
    return any(
        _SMALL_CAPITAL < run.size / max(before.size, 1.0) < 1
        and run.text[:1].isupper()
        and before.text[-1:].isupper()
        and run.x0 - before.x1 < NO_ROOM * before.size
        for before, run in pairwise(runs)
    ) and not any(map(str.islower, "".join(run.text for run in runs)))


def _join_runs(runs: Sequence[Run]) -> str:
    if len(runs) == 1:
        return runs[0].text
    runs = _without_hidden(runs)
    if any(run.size != runs[0].size for run in runs) and _has_small_capitals(runs):
        large = max(run.size for run in runs)
        runs = [run if run.size == large else run._replace(text=run.text.lower()) for run in runs]
    text = runs[0].text
    for before, run in pairwise(runs):
        gap = run.x0 - before.x1
        em = max(before.size, run.size, 1.0)
        if gap > WIDE_GAP * em and text[-1:] != " " and run.text[:1] != " ":
            text += " "
        text += run.text
    return text


def gather_lines(page: int, runs: Iterable[Run]) -> list[PrintedLine]:
    """Put runs that follow each other on the same height into lines, in the order given."""
    groups: list[list[Run]] = []
    for run in runs:
        if groups and on_one_line(groups[-1][0], run):
            groups[-1].append(run)
        else:
            groups.append([run])
    return [PrintedLine(page, _join_runs(group), tuple(group)) for group in groups]


def dominant_size(runs: Iterable[Run]) -> float:
    """The font size of most characters, in points."""
    sizes: dict[float, int] = {}
    for run in runs:
        sizes[run.size] = sizes.get(run.size, 0) + len(run.text)
    return max(sizes, key=sizes.__getitem__, default=0.0)


def without_watermarks(pages: Sequence[PageText]) -> list[PageText]:
    """Keep apart words that are set larger than the text and have text over them.

    What is set in the same words and size elsewhere is a watermark too.
    """
    large = [[run for run in page.runs if run.size >= _WATERMARK_POINTS] for page in pages]
    if not any(large):
        return list(pages)
    usual = dominant_size([run for page in pages for run in page.runs if run.text.strip()])
    least = max(_WATERMARK_SIZE * usual, _WATERMARK_POINTS)
    marks = {
        (mark.text, mark.size)
        for page, marks in zip(pages, large, strict=True)
        for mark in marks
        if mark.size >= least and _has_text_over(mark, page.runs, least)
    }
    if not marks:
        return list(pages)
    return [
        page._replace(
            runs=[run for run in page.runs if (run.text, run.size) not in marks],
            aside=(*page.aside, *(run for run in page.runs if (run.text, run.size) in marks)),
        )
        for page in pages
    ]


def _has_text_over(mark: Run, runs: Sequence[Run], least: float) -> bool:
    """Whether what may be a watermark covers a part of a line of text."""
    return any(
        min(mark.y1, run.y1) - max(mark.y0, run.y0) > _COVERED * (run.y1 - run.y0)
        and run.text.strip()
        for run in runs
        # By far the most stand above or below.
        if run.y0 < mark.y1 and mark.y0 < run.y1 and run.x0 < mark.x1 and mark.x0 < run.x1
        if run.size < least
    )


def without_footnote_marks(runs: Sequence[Run]) -> list[Run]:
    """Leave out the small raised numbers that point at a footnote."""
    size = dominant_size(runs)
    return [
        run for run in runs if not (run.size < _MARK_SIZE * size and _FOOTNOTE_MARK.match(run.text))
    ]


def joins_without_blank(line: str, following: str) -> bool:
    """Whether a line's last word runs on into the next line.

    A hyphen at the end of a line is the author's (`decision-` / `making`) in all but a handful of
    cases, and then no blank follows it; a suspended hyphen (`short- and long-term`) keeps its
    blank.
    """
    if line.endswith("/"):
        return True
    if not line.endswith("-") or line.endswith(" -"):
        return False
    first = following.split(" ", 1)[0].rstrip(",.;:")
    return first.lower() not in {"and", "or", "to", "nor"} and first[:1].isalnum()


def join_lines(texts: Sequence[str], words: DocumentWords) -> tuple[str, list[int]]:
    """Join printed lines to running text.

    Args:
        texts: The lines' texts, cleaned or not.
        words: The document's words. A hyphen at a line's end is dropped where it only breaks one.

    Returns:
        The text, and the offset at which each line begins in it.
    """
    text = ""
    starts = []
    is_broken = False
    for raw in texts:
        ends_within_word = raw.rstrip().endswith(HIDDEN_HYPHENS)
        if ends_within_word:
            raw = raw.rstrip()[:-1]
        line = " ".join(clean_characters(raw).split())
        if text and line and not is_broken:
            if not joins_without_blank(text, line):
                text += " "
            elif text.endswith("-") and words.is_broken(text, line):
                text = text[:-1]
        starts.append(len(text))
        text += line
        if line:
            is_broken = ends_within_word
    return text, starts


def _roughly(pages: Sequence[Sequence[Run]]) -> Iterator[str]:
    """The text of all runs with a sign between lines: quicker than to gather the lines."""
    for runs in pages:
        baseline = right = 0.0
        for run in runs:
            if abs(run.baseline - baseline) > _SAME_LINE * run.size:
                yield _END
            elif run.x0 - right > WIDE_GAP * run.size:
                yield " "
            baseline, right = run.baseline, run.x1
            yield run.text


def words_of(pages: Sequence[Sequence[Run]]) -> DocumentWords:
    """The words of a document."""

    def lines() -> list[str]:
        return clean_characters("".join(_roughly(pages))).split(_END)

    return DocumentWords(lines)


def make_block(
    kind: BlockKind,
    lines: Sequence[PrintedLine],
    words: DocumentWords,
    level: int = 0,
    label: str | None = None,
    cell: Cell | None = None,
    *,
    is_numbered: bool = False,
) -> Block | None:
    """Make a block of printed lines.

    Args:
        kind: What the reader holds it to be. Bold print makes a heading of a short paragraph, and a
            bullet makes a list item of any; a heading that is too long for one is a paragraph.
        lines: The lines in reading order.
        words: The document's words, for hyphens at line ends.
        level: Depth of a list item, where the reader knows it.
        label: A bullet that stands apart from the text; empty if it is drawn without a character.
        cell: The cell of a table in which it stands.
        is_numbered: Whether it begins with a number that others of its list confirm.

    Returns:
        The block, or `None` where nothing but a bullet or blanks is left.
    """
    kept = [line for line in lines if line.text.strip()]
    text, starts = without_marks(*join_lines([line.text for line in kept], words))
    bullet_level, rest = split_mark(text, is_item=kind == "list_item", is_numbered=is_numbered)
    if not bullet_level and label is not None:
        # What the tag tree calls the label of a list item is its mark, whatever it looks like.
        bullet_level = split_mark(label)[0] or int(kind == "list_item")
    if not rest.strip():
        return None
    cut = len(text) - len(rest)
    runs = [run for line in kept for run in line.runs if any(map(str.isalnum, run.text))]
    bold = bool(runs) and all(run.is_bold for run in runs)
    if bullet_level and kind != "footnote":
        kind = "list_item"
    elif kind == "paragraph" and bold:
        kind = "heading"
    if kind == "heading" and len(rest) > LONGEST_HEADING:
        kind = "paragraph"
    # A bullet that is a shape is no character of the page: what stands there is the words.
    first = kept[0]._replace(runs=tuple(run for run in kept[0].runs if not run.is_shape))
    boxes = [line.box for line in (first if first.runs else kept[0], *kept[1:])]
    return Block(
        kind=kind,
        text=rest,
        lines=tuple(
            Line(max(start - cut, 0), line.page, *(round(edge, 1) for edge in box))
            for start, line, box in zip(starts, kept, boxes, strict=True)
        ),
        bold=bold,
        size=dominant_size(runs),
        level=max(level, bullet_level) if kind == "list_item" else 0,
        has_bullet=bullet_level > 0,
        label=clean_characters(label or text[:cut]).strip() or None,
        cell=cell,
    )


def part_at_marks(blocks: Sequence[Block | None]) -> list[Block | None]:
    """Part blocks that hold several items of a list, each on a line of its own."""
    return [part for block in blocks for part in (_items(block) if block else [None])]


def _items(block: Block) -> list[Block]:
    if not block.label or len(block.lines) < 2 or block.kind == "footnote":
        return [block]
    starts = [0, *(line.start for line in block.lines[1:])]
    texts = [block.text[start:] for start in starts]
    begins: Set[int]
    if is_mark(block.label):
        begins = {0, *(place for place, text in enumerate(texts) if text.startswith(block.label))}
    else:
        begins = enumerated([f"{block.label} {texts[0]}", *texts[1:]])
    items = [block]
    for place in sorted(begins - {0}, reverse=True) if 0 in begins else ():
        before, behind = items.pop().parted(starts[place])
        _, rest = split_mark(behind.text, is_item=True, is_numbered=True)
        if not rest or not before.text:
            return [block]
        items += [_as_item(structs.replace(behind, label=None), rest), before]
    return items[::-1]


def take_numbers_off(blocks: Sequence[Block | None]) -> list[Block | None]:
    """Make list items of paragraphs that begin with the numbers of a list (`a)`, `ii.`)."""
    places = [index for index, block in enumerate(blocks) if block and block.kind != "footnote"]
    numbers = enumerated([blocks[index].text for index in places])  # type: ignore[union-attr]
    changed = list(blocks)
    for index in (places[number] for number in numbers):
        block = blocks[index]
        if block is None or block.kind == "heading":
            continue
        _, rest = split_mark(block.text, is_item=True, is_numbered=True)
        if rest.strip():
            changed[index] = _as_item(block, rest)
    return changed


def _as_item(block: Block, rest: str) -> Block:
    cut = len(block.text) - len(rest)
    return structs.replace(
        block,
        kind="list_item",
        text=rest,
        lines=tuple(
            Line(max(line.start - cut, 0), line.page, line.x0, line.y0, line.x1, line.y1)
            for line in block.lines
        ),
        level=max(block.level, 1),
        has_bullet=True,
        label=block.label or clean_characters(block.text[:cut]).strip() or None,
    )
