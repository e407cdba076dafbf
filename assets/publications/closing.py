"""The end of a letter: where it begins, and who signed.

General to every letter. The stock phrases stand in `closing.csv`. In some letters `Yours sincerely`
is a picture and missing from the text; then a name above an inspector's title is the signature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from assets.documents.model import Block
from assets.language.people import ACCESSION, bare_name, find_titles, is_name
from assets.publications.opening import printed_lines
from assets.publications.tables import matches

_ON_BEHALF = re.compile(r"^\s*(?:pp\.?|p\.p\.|for)\s+", re.IGNORECASE)


class Signature(NamedTuple):
    """Who signed, and the title under the name, spelt out."""

    name: str
    title: str | None


def closing_start(blocks: Sequence[Block], after: int) -> int:
    """Index of the first block of the closing.

    Args:
        blocks: The document's blocks.
        after: Index from which the closing can begin, behind the last section's heading.

    Returns:
        The index; the number of blocks where there is no closing.
    """
    for index in range(after, len(blocks)):
        text = blocks[index].text
        if any(matches("closing", text, part=part) for part in ("paragraph", "valediction")):
            return index
        if is_name(text) and index + 1 < len(blocks) and _is_title(blocks[index + 1].text):
            return index
    return len(blocks)


def _is_title(text: str) -> bool:
    """Whether a text is nothing but an inspector's title."""
    titles = find_titles(text, ACCESSION)  # whose inspector it is matters not here
    return bool(titles) and titles[0].start <= 1 and titles[0].end >= len(text.strip()) - 2


def read_signature(blocks: Sequence[Block], on: date) -> Signature | None:
    """Find who signed.

    Args:
        blocks: The blocks of the closing.
        on: The letter's date.

    Returns:
        The signature, or `None` where no name stands there.
    """
    lines = [line for block in blocks for line in printed_lines(block)]
    for index, line in enumerate(lines):
        titles = find_titles(line, on)
        name = line[: titles[0].start] if titles else line
        if matches("closing", name, part="valediction"):
            name = name.split(" ", 2)[-1] if len(name.split()) > 2 else ""
        name = bare_name(_ON_BEHALF.sub("", name))
        if not is_name(name):
            continue
        if not titles and index + 1 < len(lines):
            titles = find_titles(lines[index + 1], on)
        return Signature(name, titles[0].text if titles else None)
    return None
