"""What a reader of any kind of document reports of its dates and its pages."""

from __future__ import annotations

from collections.abc import Iterator

from assets.documents.model import Document
from assets.language.dates import Timing
from assets.model import Signal


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


def doubts_on_pages(document: Document) -> Iterator[Signal]:
    """Which lines are in no block, and which pages have no text."""
    for line in document.left_out:
        yield Signal("text_outside_tags", line)
    for page in document.empty_pages:
        detail = f"Page {page} has no text; if it is a picture, it needs OCR."
        yield Signal("page_without_text", detail)
