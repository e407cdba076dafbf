"""The asset `documents`: every archived file as pages, blocks and their boxes."""

from assets.letters.asset import archived_files
from assets.letters.stage_asset import stage_asset

documents = stage_asset(
    "documents",
    "assets.documents",
    archived_files,
    {"pdf", "json"},
    "Every file as a document: its paragraphs, headings and list items in reading order, each with "
    "its page and box. PDFs are read by their tags or, without tags, by their layout.",
)
