"""Which kind of letter or report a document is, by its own words.

The variants stand in `document_kinds.csv`. A title line is surer than a phrase in the text, and only
the beginning of a document is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

from assets.documents.model import Block
from assets.visits.tables import patterns

_BEGINNING = 60  # blocks in which title and introduction of every kind stand


def document_kind(blocks: Sequence[Block]) -> str | None:
    """The kind of a document.

    Args:
        blocks: Its blocks.

    Returns:
        A code of the list `document_kind`, or `None` where it is none of them.
    """
    texts = [block.text.lstrip("#*■ ") for block in blocks[:_BEGINNING]]
    for where in ("subject", "sentence"):
        for text in texts:
            if where == "subject" and len(text) > 160:
                continue
            for pattern, row in patterns("document_kinds", where=where):
                if pattern.search(text):
                    return row["document_kind"]
    return None
