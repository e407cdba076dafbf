"""Runs become lines, and lines become the text of a block.

Here: which runs stand on one printed line, where a blank belongs, which hyphen at a line's end is
the author's, and what characters mean. Which lines make up a block is decided in `tagged` (by the
tag tree) and `layout` (by position).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from assets.documents.footnote_marks import without_marks
from assets.documents.model import Block, BlockKind, Cell, Line
from assets.documents.runs import Run

# PDFium gives U+0002 or U+FFFE for a hyphen at a line's end; U+2011 only keeps a line together.
_HYPHENS = dict.fromkeys(map(ord, "\x02\ufffe\u2010\u2011"), "-")
# Blanks of other widths are typesetting; zero-width characters and the soft hyphen are not text.
_BLANKS = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\t\r\n"), " ")
_NOTHING = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None)
_SOFT_HYPHEN = "\u00ad"
_CHARACTERS = {**_HYPHENS, **_BLANKS, **_NOTHING}

# Bullets as Word's fonts (Symbol, Wingdings, Courier) leave them in the text, by level of the list.
BULLETS = {
    **dict.fromkeys("\uf06e\u25fc\u25a0\uf0a7\uf0b7\u25aa\u2022\u25cf\uf0d8\u25fe\u2043\u25e6", 1),
    **dict.fromkeys("\uf02d\u2500\u2501\u2012\u2015\u0336\u2212\u23af\uf0be\u2013\u2014\u2e3a", 2),
}
_BULLET_START = re.compile(rf"^\s*([{re.escape(''.join(BULLETS))}])\s*")
# Numbered paragraphs: the number counts, it says nothing.
_NUMBER_START = re.compile(r"^\s*\(?\d{1,2}[.)]\s+(?=[‘“'\"(]?[A-Z])")
_FOOTNOTE_MARK = re.compile(r"^\s*(\d{1,2}|\*{1,3}|[†‡])\s*$")

_SAME_LINE = 0.5  # ems between two baselines within which a raised or lowered run is on the line
_WIDE_GAP = 0.6  # gap in ems that parts two words even where the file has no blank between them
LONGEST_HEADING = 150  # characters; heading tags now and then wrap a paragraph
_SURELY = 2.0  # a word's width is only known from the average of its line
_MARK_SIZE = 0.8  # a footnote mark is set smaller than this share of the text around it


# How often a document has each word (lower case) inside its lines.
WordCount = Callable[[], Counter[str]]


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
        inked = [run for run in self.runs if run.text.strip()] or self.runs
        return (
            min(run.x0 for run in inked),
            min(run.y0 for run in inked),
            max(run.x1 for run in inked),
            max(run.y1 for run in inked),
        )


def clean_characters(text: str) -> str:
    """Unicode NFC, one kind of blank and of hyphen, no invisible characters."""
    return unicodedata.normalize("NFC", text.translate(_CHARACTERS))


def split_bullet(text: str) -> tuple[int, str]:
    """Take the bullet or number off a list item.

    Returns:
        The level of the list (0 where there is neither), and the text without it.
    """
    found = _BULLET_START.match(text)
    if found:
        return BULLETS[found.group(1)], text[found.end() :]
    found = _NUMBER_START.match(text)
    return (1, text[found.end() :]) if found else (0, text)


_TEXT_END = re.compile(r"(?:^|[.!?:;][’”'\")\]]*)\s*$")


def begins_item(text: str, before: str) -> bool:
    """Whether a line begins a list item: with a bullet, or with a number behind a text that ended.

    A number alone may be the end of a sentence (`aged 18 to` / `25. They`).
    """
    if _BULLET_START.match(text):
        return True
    return bool(_NUMBER_START.match(text) and _TEXT_END.search(before))


def on_one_line(one: Run, other: Run) -> bool:
    """Whether two runs stand on the same line, one perhaps a little raised."""
    return abs(one.baseline - other.baseline) <= _SAME_LINE * max(one.size, other.size)


def _join_runs(runs: Sequence[Run]) -> str:
    text = runs[0].text
    for before, run in pairwise(runs):
        gap = run.x0 - before.x1
        em = max(before.size, run.size, 1.0)
        if gap > _WIDE_GAP * em and text[-1:] != " " and run.text[:1] != " ":
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
    sizes: Counter[float] = Counter()
    for run in runs:
        sizes[run.size] += len(run.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


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


def join_lines(texts: Sequence[str], words: WordCount) -> tuple[str, list[int]]:
    """Join printed lines to running text.

    Args:
        texts: The lines' texts, cleaned or not.
        words: The count of the document's words. A hyphen at a line's end is dropped where the
            document knows the word only without it.

    Returns:
        The text, and the offset at which each line begins in it.
    """
    text = ""
    starts = []
    is_broken = False
    for raw in texts:
        line = " ".join(clean_characters(raw).split())
        if text and line and not is_broken:
            if not joins_without_blank(text, line):
                text += " "
            elif text.endswith("-") and _is_soft(text, line, words):
                text = text[:-1]
        starts.append(len(text))
        text += line
        if line:
            is_broken = raw.rstrip().endswith(_SOFT_HYPHEN)
    return text, starts


_LAST_WORD = re.compile(r"([A-Za-z]+)-$")
_FIRST_WORD = re.compile(r"^([a-z]+)")


def _is_soft(text: str, line: str, words: WordCount) -> bool:
    """Whether the hyphen between two lines only breaks a word that has none."""
    before, after = _LAST_WORD.search(text), _FIRST_WORD.match(line)
    if not before or not after:
        return False
    left, right = before.group(1).lower(), after.group(1)
    known = words()
    return bool(known[left + right]) and not known[f"{left}-{right}"]


_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")


def count_words(lines: Iterable[str]) -> Counter[str]:
    """Count the words inside lines; a word broken at a line's end is not counted."""
    words: Counter[str] = Counter()
    for line in lines:
        words.update(_WORD.findall(clean_characters(line).rstrip().rstrip("-").lower()))
    return words


def words_within_lines(pages: Sequence[Sequence[Run]]) -> WordCount:
    """The count of a document's words, made when a hyphen first asks for it."""
    return cache(
        lambda: count_words(
            line.text
            for number, runs in enumerate(pages, start=1)
            for line in gather_lines(number, runs)
        )
    )


def make_block(
    kind: BlockKind,
    lines: Sequence[PrintedLine],
    words: WordCount,
    level: int = 0,
    label: str = "",
    cell: Cell | None = None,
) -> Block | None:
    """Make a block of printed lines.

    Args:
        kind: What the reader holds it to be. Bold print makes a heading of a short paragraph, and a
            bullet makes a list item of any; a heading that is too long for one is a paragraph.
        lines: The lines in reading order.
        words: The document's words, for hyphens at line ends.
        level: Depth of a list item, where the reader knows it.
        label: A bullet or number that stands apart from the text.
        cell: The cell of a table in which it stands.

    Returns:
        The block, or `None` where nothing but a bullet or blanks is left.
    """
    kept = [line for line in lines if line.text.strip()]
    text, starts = without_marks(*join_lines([line.text for line in kept], words))
    bullet_level, rest = split_bullet(text)
    bullet_level = bullet_level or split_bullet(label)[0]
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
    return Block(
        kind=kind,
        text=rest,
        lines=tuple(
            Line(max(start - cut, 0), line.page, *(round(edge, 1) for edge in line.box))
            for start, line in zip(starts, kept, strict=True)
        ),
        bold=bold,
        size=dominant_size(runs),
        level=max(level, bullet_level) if kind == "list_item" else 0,
        has_bullet=bullet_level > 0,
        label=clean_characters(label or text[:cut]).strip() or None,
        cell=cell,
    )
