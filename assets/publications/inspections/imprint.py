"""The imprint: what Ofsted says of itself and of a report's use on the last page."""

from __future__ import annotations

from collections.abc import Sequence

from assets.documents.model import Block
from assets.publications.inspections.tables import matches


def without_imprint(blocks: Sequence[Block]) -> list[Block]:
    """A report without its imprint, which ends it and belongs to no section."""
    start = next(
        (index for index, block in enumerate(blocks) if matches("imprint", block.text)), None
    )
    return list(blocks[:start])
