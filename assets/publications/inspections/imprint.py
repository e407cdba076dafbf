"""The imprint: what Ofsted says of itself and of a report's use on the last page."""

from __future__ import annotations

from collections.abc import Sequence

from assets.documents.model import Block
from assets.publications.inspections.tables import matches


def part_imprint(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Part a report before its imprint, which ends it.

    Returns:
        What stands before the imprint, and the imprint, empty where there is none.
    """
    start = next(
        (index for index, block in enumerate(blocks) if matches("imprint", block.text)), len(blocks)
    )
    return list(blocks[:start]), list(blocks[start:])
