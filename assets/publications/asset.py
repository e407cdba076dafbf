"""The asset `parsed_letters`: every document read as a letter."""

from assets.documents.asset import documents
from assets.letters.stage_asset import stage_asset

parsed_letters = stage_asset(
    "parsed_letters",
    "assets.publications",
    documents,
    {"json"},
    "Every document as a letter: who visited which authority, when and why, and its sections. A "
    "document that is no letter carries the reason instead.",
)
