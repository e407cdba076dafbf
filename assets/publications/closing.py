"""The end of a letter: where it begins, and who signed.

General to every letter. The stock phrases stand in `closing.csv`: those of part `paragraph` are the
closing wherever they stand behind the last heading, those of part `adjoining` only right before it,
be it in the paragraph that ends the findings. In some letters `Yours sincerely`
is a picture and missing from the text; then a name above an inspector's title is the signature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from assets.documents.model import Block
from assets.language.people import ACCESSION, bare_name, find_titles, is_name, person_key
from assets.language.sentences import sentence_spans
from assets.publications.opening import printed_lines
from assets.publications.tables import matches, patterns

# What may follow a name on its line: another's, or a post.
_AND_MORE = re.compile(r"\s+and\s+|\s*&\s*|\s*[,;]\s+|\s*\(|\s+[–-]\s+|\s{3,}")
_ON_BEHALF = re.compile(r"^\s*(?:pp\.?|p\.p\.|for)\s+", re.IGNORECASE)


class Signature(NamedTuple):
    """Who signed, and the title under the name, spelt out."""

    name: str
    title: str | None


def part_closing(blocks: Sequence[Block], after: int) -> tuple[list[Block], list[Block]]:
    """Part a document before its closing.

    Args:
        blocks: The document's blocks.
        after: Index from which the closing can begin, behind the last section's heading.

    Returns:
        What stands before the closing, and the closing.
    """
    start = _stock_start(blocks, after)
    while start > after:
        last = blocks[start - 1]
        at = _adjoining_start(last.text)
        if at == len(last.text):
            break
        if at > 0:
            findings, closing = last.parted(at)
            return [*blocks[: start - 1], findings], [closing, *blocks[start:]]
        start -= 1
    return list(blocks[:start]), list(blocks[start:])


def _stock_start(blocks: Sequence[Block], after: int) -> int:
    """Index of the first block that begins with a phrase which only the closing has."""
    for index in range(after, len(blocks)):
        text = blocks[index].text
        if any(matches("closing", text, part=part) for part in ("paragraph", "valediction")):
            return index
        if is_name(text) and index + 1 < len(blocks) and _is_title(blocks[index + 1].text):
            return index
    return len(blocks)


def _adjoining_start(text: str) -> int:
    """Where the sentences of the closing begin at the end of a text; its length if there are none.

    Sentences are looked at from the last one back.
    """
    at = len(text)
    for start, end in reversed(sentence_spans(text)):
        sentence = text[start:end]
        if not any(matches("closing", sentence, part=part) for part in ("paragraph", "adjoining")):
            break
        at = start
    return at


def _is_title(text: str) -> bool:
    """Whether a text is nothing but an inspector's title."""
    titles = find_titles(text, ACCESSION)  # whose inspector it is matters not here
    return bool(titles) and titles[0].start <= 1 and titles[0].end >= len(text.strip()) - 2


def read_signature(blocks: Sequence[Block], on: date, team: Sequence[str] = ()) -> Signature | None:
    """Find who signed.

    Args:
        blocks: The blocks of the closing.
        on: The letter's date.
        team: The names of the visit's inspectors: of several names, theirs is the signature.

    Returns:
        The signature, or `None` where no name stands there.
    """
    lines = [line for block in blocks for line in printed_lines(block)]
    starts = [
        index for index, line in enumerate(lines) if matches("closing", line, part="valediction")
    ]
    signed = []
    for index in range(starts[-1] if starts else 0, len(lines)):
        if starts and matches("opening", lines[index], part="copy"):
            break
        found = _signature_at(lines, index, on)
        # Where a picture took the valediction's place, a name counts only with a title.
        if found and (starts or found.title):
            signed.append(found)
    keys = {person_key(name) for name in team}
    of_team = (found for found in signed if person_key(found.name) in keys)
    return next(of_team, signed[0] if signed else None)


def _signature_at(lines: Sequence[str], index: int, on: date) -> Signature | None:
    """The name on one line, with the title beside, below or above it."""
    line = _without_valediction(lines[index])
    titles = find_titles(line, on)
    name, *rest = _AND_MORE.split(line[: titles[0].start] if titles else line, maxsplit=1)
    name = bare_name(_ON_BEHALF.sub("", name))
    if not is_name(name) or (rest and line.endswith(".")):
        return None
    if not titles and index + 1 < len(lines):
        titles = [title for title in find_titles(lines[index + 1], on) if title.start <= 1]
    if not titles and index and _is_title(lines[index - 1]):
        titles = find_titles(lines[index - 1], on)
    return Signature(name, titles[0].text if titles else None)


def _without_valediction(line: str) -> str:
    for pattern, _ in patterns("closing", part="valediction"):
        line = pattern.sub("", line)
    return line.lstrip(" ,")
