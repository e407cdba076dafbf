"""The imprint: what Ofsted says of itself and of a report's use on the last page."""

from __future__ import annotations

from collections.abc import Sequence

from assets.documents.model import Block
from assets.publications.inspections.tables import patterns


def without_imprint(blocks: Sequence[Block]) -> list[Block]:
    """A report without its imprint, which ends it and belongs to no section.

    It may begin within a block, behind the last name of the team.
    """
    for index, block in enumerate(blocks):
        starts = [
            found.start()
            for pattern, _ in patterns("imprint")
            if (found := pattern.search(block.text))
        ]
        if starts:
            before = block.parted(min(starts))[0]
            return [*blocks[:index], *([before] if before.text else [])]
    return list(blocks)
