"""What a reader of any kind of document reports of its dates and its pages, and why it is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assets.documents.model import Document
from assets.language.dates import Span, Timing, windows
from assets.model import Rejection, Signal


def rejected(reason_code: str, detail: str) -> Rejection:
    """Why a document cannot be read as one of its kind: a code of `quarantine_reason`, in words."""
    return Rejection(stage="parse", reason_code=reason_code, detail=detail)


def doubts_on_dates(timing: Timing) -> Iterator[Signal]:
    """What of a document's dates is missing, was put right, or does not agree."""
    if timing.letter_date is None:
        yield Signal("no_letter_date", "No line at the letter's head is a date.")
    if timing.is_letter_mended:
        detail = "The year at the letter's head is missing or misprinted."
        yield Signal("letter_date_completed", detail)
    if timing.span.is_mended:
        yield Signal("visit_dates_completed", "The year of the visit's days is misprinted.")
    if not timing.agrees:
        yield Signal("dates_disagree", "The letter is not of the months after the visit.")


def doubts_on_report(document: Document, inspected: Sequence[Span]) -> Iterator[Signal]:
    """What a report tells of itself that is not as it should be.

    The feet of its pages are a second witness of the days beside the cover, which counts.

    Args:
        document: The report.
        inspected: The periods as the cover has them.
    """
    if any(span.is_mended for span in inspected):
        yield Signal("visit_dates_completed", "A year on the cover is misprinted.")
    latest = max(span.end for span in inspected)
    for line in dict.fromkeys(document.furniture):
        at_foot = windows(line, latest)
        if at_foot and [span[:2] for span in at_foot] != [span[:2] for span in inspected]:
            yield Signal("dates_disagree", f"The cover has other days than the foot: {line!r}.")
            break
    yield from doubts_on_pages(document)


def doubts_on_pages(document: Document) -> Iterator[Signal]:
    """Which lines are in no block, and which pages have no text."""
    for line in document.left_out:
        yield Signal("text_outside_tags", line)
    for page in document.empty_pages:
        detail = f"Page {page} has no text; if it is a picture, it needs OCR."
        yield Signal("page_without_text", detail)
