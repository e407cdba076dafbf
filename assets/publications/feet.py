"""What the feet of a report's pages say of its days: a second witness beside the cover."""

from __future__ import annotations

from collections.abc import Sequence

from assets.documents.model import Document
from assets.language.dates import Span, windows
from assets.model import Signal


def doubts_on_dates(document: Document, inspected: Sequence[Span]) -> list[Signal]:
    """Whether the days at the foot of the pages are others than those of the cover, which count.

    Args:
        document: The report.
        inspected: The periods as the cover has them.
    """
    latest = max(span.end for span in inspected)
    for line in dict.fromkeys(document.furniture):
        at_foot = windows(line, latest)
        if at_foot and [span[:2] for span in at_foot] != [span[:2] for span in inspected]:
            return [Signal("dates_disagree", f"The cover has other days than the foot: {line!r}.")]
    return []
