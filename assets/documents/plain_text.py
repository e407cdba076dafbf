"""Text and Markdown files as documents: letters typed, pasted or left by an OCR engine.

Blank lines part blocks, and so does a line that ends early: the next word would have fitted on it.
Markdown marks for headings, bold print and lists are read and taken off, and so are the running
heads and feet of an export by pages. A page break that an OCR engine left as blank lines in the
middle of a sentence is mended. Plain text has no pages and no places.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from assets.documents.footnote_marks import without_marks
from assets.documents.lines import HIDDEN_HYPHENS, clean_characters, join_lines
from assets.documents.marks import begins_item, enumerated, is_mark, split_mark
from assets.documents.model import Block, BlockKind, Document
from assets.documents.pieces import SHORTEST_PROSE, is_cut, is_left_open
from assets.documents.trust import doubts
from assets.documents.vocabulary import DocumentWords, in_words
from assets.language.notation import with_signs, without_notation
from assets.language.sentences import ends_with
from assets.model import Rejection

_ROOM = 0.85  # share of the usual length up to which a line with the next word ends early
_LINE_OF_PROSE = (
    45  # characters; a shorter paragraph is an address or a heading, not half a sentence
)
_HEADING_MARK = re.compile(r"^#{1,6}\s+")
_BOLD = re.compile(r"(\*\*|__)(?P<words>.+?)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])(?P<words>[^*_]+)(?<=\S)\1(?![\w*])")
_UNDERLINE = re.compile(r"^(=+|-{2,})\s*$")
_NOTE = re.compile(r"^\[\^[^\]\s]+\]:\s*")
_FURNITURE = 3  # lines at a page's head or foot that may be on others as well
_LONGEST_FURNITURE = 100  # characters of such a line
_RULE = re.compile(r"^\s*([-*_=]\s*){3,}$|^\s*<!--.*-->\s*$|^\f$")
_LIST_MARK = re.compile(r"^\s*(?:[-*+](?:\s+\[[ xX]\])?|\d{1,2}[.)])\s+")
_BOLD_MARK = re.compile(r"^(\s*)(\*\*|__)([(\[]?\w{1,4}[.)\]])\2(?=\s)")
_NEW_LINE = re.compile(r"\r\n?|[\u2028\x85]")
_PAGE_MARK = re.compile(r"^\s*(page\s+)?\d{1,3}(\s+of\s+\d{1,3})?\s*$", re.IGNORECASE)
_FEWEST_APART = 8  # letters of a line that is set with blanks between them
_FEWEST_CHARACTERS = 200  # no letter is shorter


@dataclass
class _Group:
    """Lines that make up a block.

    Attributes:
        lines: The lines.
        is_numbered: Whether they begin with a number that others of its list confirm.
    """

    lines: list[str] = field(default_factory=list)
    is_numbered: bool = False


def read_text(content: bytes, letter_id: str) -> Document | Rejection:
    """Read a text or Markdown file.

    Args:
        content: The file's bytes; UTF-8, with or without a byte order mark.
        letter_id: The key of the letter.

    Returns:
        The document; or why it could not be read: `not_utf8`, `empty_file`.
    """
    try:
        text = content.decode("utf-8-sig")
        odd = text.find("\0")  # which no text has, though UTF-8 may
    except UnicodeDecodeError as error:
        text, odd = "", error.start
    if odd >= 0:
        return Rejection(
            stage="read",
            reason_code="not_utf8",
            detail=f"Byte {odd} is not of a text in UTF-8; save the text as UTF-8.",
        )
    if len(text.strip()) < _FEWEST_CHARACTERS:
        return Rejection(
            stage="read",
            reason_code="empty_file",
            detail=f"The text has {len(text.strip())} characters, too few for a letter.",
        )
    lines = [
        part.rstrip()
        for line in _without_furniture(_pages(_NEW_LINE.sub("\n", text.replace("\u2029", "\n\n"))))
        for part in map(_unspaced, without_notation(_BOLD_MARK.sub(r"\1\3", line)))
    ]
    words = DocumentWords(lambda: map(clean_characters, lines))
    blocks: list[Block] = []
    for group in _groups(lines):
        block = _block(group, words)
        if not block.text:
            continue
        if blocks and _goes_on(blocks[-1], block):
            joined, _ = join_lines([blocks[-1].text, block.text], words)
            blocks[-1] = msgspec.structs.replace(blocks[-1], text=joined)
        else:
            blocks.append(block)
    doubted = doubts(block.text for block in blocks)
    if doubted.is_unbelievable:
        return Rejection(
            stage="read",
            reason_code="unreliable_text",
            detail=f"Its words are not those of a letter: {doubted}. Correct the text.",
        )
    return Document(letter_id, "text", None, (), tuple(blocks))


def _unspaced(line: str) -> str:
    """A line whose letters are set apart, as one reads it.

    Two blanks part its words; where only one does, the list of words has to tell.
    """
    signs = line.strip(" #*_").split()
    if len(signs) < _FEWEST_APART or sum(len(sign) > 1 for sign in signs) > len(signs) // 10:
        return line
    mark = line[: len(line) - len(line.lstrip(" #*_"))]
    words = re.split(r"\s{2,}", line.strip(" #*_"))
    joined = ["".join(word.split()) for word in words]
    return mark + " ".join(joined if len(joined) > 1 else in_words(joined[0]))


def _pages(text: str) -> list[list[str]]:
    """The lines of each page, as far as form feeds or page numbers part them."""
    if "\f" in text:
        return [page.split("\n") for page in text.split("\f")]
    pages: list[list[str]] = [[]]
    for line in text.split("\n"):
        pages[-1].append(line)
        if _PAGE_MARK.match(line):
            pages.append([])
    return pages


def _without_furniture(pages: list[list[str]]) -> Iterator[str]:
    """The lines of all pages but those at their heads and feet that stand on several."""
    edges = [_edges(lines) for lines in pages]
    seen = Counter(
        text
        for lines, places in zip(pages, edges, strict=True)
        for text in {_numberless(lines[place]) for place in places}
    )
    for lines, places in zip(pages, edges, strict=True):
        for place, line in enumerate(lines):
            if place not in places or seen[_numberless(line)] == 1:
                yield line
        if len(pages) > 1:
            yield from ("", "")


def _edges(lines: list[str]) -> set[int]:
    """The first and the last lines of a page, but for its number."""
    filled = [place for place, line in enumerate(lines) if line.strip()]
    filled = [place for place in filled if not _PAGE_MARK.match(lines[place])]
    edges = {*filled[:_FURNITURE], *filled[-_FURNITURE:]}
    return {place for place in edges if len(lines[place]) <= _LONGEST_FURNITURE}


def _numberless(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _groups(lines: list[str]) -> list[_Group]:
    """Lines that make up a block each."""
    lengths = sorted(len(line) for line in lines if len(line) > _LINE_OF_PROSE)
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    numbered = enumerated(lines)
    groups = [_Group()]
    marks: list[str] = []  # that stand above their words, perhaps several above those of several
    for index, line in enumerate(lines):
        group = groups[-1].lines
        last = group[-1] if group else ""
        if is_mark(line):
            marks.append(line.strip())
            groups.append(_Group())
        elif last and _UNDERLINE.match(line) and len(group) == 1:
            groups[-1] = _Group([f"# {last.strip()}"])
            groups.append(_Group())
        elif not line.strip() or _RULE.match(line) or _PAGE_MARK.match(line):
            groups.append(_Group())
        elif _HEADING_MARK.match(line):
            groups += [_Group([line]), _Group()]
        elif index in numbered:
            groups.append(_Group([line], is_numbered=True))
        elif last and _goes_on_in_item(group[0], line):
            group.append(line)
        elif (
            not last
            or _begins_item(line, last)
            or _ends_early(last, line, usual)
            or _stands_alone(last, line, usual)
        ):
            groups.append(_Group([f"{marks.pop(0)} {line.strip()}" if marks else line]))
        else:
            group.append(line)
    return [group for group in groups if group.lines]


_NUMBER = re.compile(r"^\s*\(?\d")


def _goes_on_in_item(first: str, line: str) -> bool:
    """Whether a line is set in below the words of a list item, and begins none itself."""
    mark = _LIST_MARK.match(first)
    indent = len(line) - len(line.lstrip())
    return mark is not None and indent >= len(mark.group()) and not _LIST_MARK.match(line)


def _begins_item(line: str, before: str) -> bool:
    """Whether a line begins a list item; one with a number only behind a text that ended."""
    if begins_item(line, before):
        return True
    return bool(_LIST_MARK.match(line)) and (
        not _NUMBER.match(line) or not before or ends_with(before)
    )


def _ends_early(line: str, following: str, usual: int) -> bool:
    """Whether the first word of the following line would have fitted on a line."""
    is_short = len(line) + 1 + len(following.split(" ", 1)[0]) <= _ROOM * usual
    return is_short and not line.endswith(HIDDEN_HYPHENS)


def _stands_alone(before: str, line: str, usual: int) -> bool:
    """Whether a short line without a full stop follows the end of a sentence: a heading."""
    is_short = len(line) <= _ROOM * usual and line[:1].isupper()
    return is_short and ends_with(before) and line[-1] not in ".,;"


def _block(group: _Group, words: DocumentWords) -> Block:
    lines = group.lines
    joined = join_lines([_HEADING_MARK.sub("", line) for line in lines], words)
    text, _ = without_marks(*joined)
    level, rest = split_mark(text, is_item=group.is_numbered, is_numbered=group.is_numbered)
    list_mark = _LIST_MARK.match(lines[0])
    if list_mark:
        level, rest = 1, text.removeprefix(list_mark.group().strip()).lstrip()
    label = text[: len(text) - len(rest)].strip() or None
    note = _NOTE.match(rest)
    if note:
        return Block("footnote", with_signs(rest[note.end() :]).strip())
    bare = with_signs(_EMPHASIS.sub(r"\g<words>", _BOLD.sub(r"\g<words>", rest))).strip()
    is_bold = _BOLD.fullmatch(rest.strip()) is not None
    kind: BlockKind = "paragraph"
    if level:
        kind = "list_item"
    elif _HEADING_MARK.match(lines[0]) or is_bold:
        kind = "heading"
    return Block(kind, bare, bold=is_bold, level=level, has_bullet=level > 0, label=label)


def _goes_on(before: Block, after: Block) -> bool:
    """Whether a page break or an edit cut a sentence in two."""
    is_open = is_left_open(before)
    shortest = SHORTEST_PROSE if is_open else _LINE_OF_PROSE
    return (
        before.kind in ("paragraph", "list_item")
        and after.kind == "paragraph"
        and not ends_with(before.text)
        and (
            (after.text[:1].islower() and len(before.text) >= shortest)
            or (is_open and is_cut(before, after, is_open=True))
        )
    )
