"""Which kind of letter or report a document is, by its own words.

The variants stand in `document_kinds.csv`, other remits of Ofsted's in `other_remits.csv`. A title
line is surer than a phrase in the text, and only the beginning of a document is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce

from assets.documents.model import Block
from assets.publications.tables import likely, matches, patterns

_LONGEST_TITLE = 160  # characters
_PARTS_OF_A_TITLE = (2, 3)  # blocks that a layout or a text makes of its lines
_BEGINNING = 60  # blocks in which title and introduction of every kind stand


def document_kind(blocks: Sequence[Block]) -> str | None:
    """The kind of a document.

    Args:
        blocks: Its blocks.

    Returns:
        A code of the list `document_kind`, or `None` where it is none of them.
    """
    beginning = blocks[:_BEGINNING]
    for block in beginning:
        kind = _kind_in_title(block)
        if kind:
            return kind
    for block in beginning:
        for pattern, row in likely("document_kinds", block.text, where="sentence"):
            if pattern.search(block.text):
                return row["document_kind"]
    return None


def with_whole_title(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """A document's blocks, its title in one where only two or three that follow make one."""
    beginning = blocks[:_BEGINNING]
    if any(map(_kind_in_title, beginning)):
        return tuple(blocks)
    for count in _PARTS_OF_A_TITLE:
        for start in range(len(beginning) - count + 1):
            title = reduce(Block.joined, beginning[start : start + count])
            if _kind_in_title(title):
                return (*blocks[:start], title, *blocks[start + count :])
    return tuple(blocks)


def is_other_remit(blocks: Sequence[Block]) -> bool:
    """Whether a document is about another of Ofsted's remits, such as a school."""
    return any(matches("other_remits", block.text) for block in blocks[:_BEGINNING])


def is_title(block: Block) -> bool:
    """Whether a block is the line that says what kind of document this is."""
    return _kind_in_title(block) is not None


def _kind_in_title(block: Block) -> str | None:
    return None if len(block.text) > _LONGEST_TITLE else _kind_in(block.text)


@lru_cache(maxsize=256)  # a document's beginning is looked at several times
def _kind_in(title: str) -> str | None:
    for pattern, row in patterns("document_kinds", where="subject"):
        if pattern.search(title):
            return row["document_kind"]
    return None
