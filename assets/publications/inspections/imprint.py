"""The imprint: what Ofsted says of itself and of a report's use on the last page."""

from __future__ import annotations

from assets.documents.model import Block, Document
from assets.publications.inspections.tables import patterns


def report_blocks(document: Document) -> list[Block]:
    """What a report says: without footnotes, and without the imprint, which ends it.

    It may begin within a block, behind the last name of the team.
    """
    blocks = [block for block in document.blocks if block.kind != "footnote"]
    for index, block in enumerate(blocks):
        starts = [
            found.start()
            for pattern, _ in patterns("imprint")
            if (found := pattern.search(block.text))
        ]
        if starts:
            before = block.parted(min(starts))[0]
            return [*blocks[:index], *([before] if before.text else [])]
    return blocks
