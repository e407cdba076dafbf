"""A file becomes a document, whatever it is: the one entry to this stage.

Here: telling by its bytes what a file is, and the limits on what is read. Which reader does what
is in `pdf` and `plain_text`.
"""

from __future__ import annotations

import re
from pathlib import Path

from assets.documents.model import Document
from assets.documents.pdf import read_pdf
from assets.documents.plain_text import read_text
from assets.model import LARGEST_BYTES, Rejection

TEXT_SUFFIXES = frozenset({".txt", ".md"})
_HEADER = 1024  # PDF readers look for %PDF- within so many bytes
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def read_document(path: Path, *, letter_id: str, file_name: str) -> Document | Rejection:
    """Read a file.

    Args:
        path: Where it lies.
        letter_id: The key of the letter.
        file_name: The name under which it was listed, which tells text from PDF.

    Returns:
        The document, or why it could not be read.

    Raises:
        OSError: The file cannot be opened.
    """

    def refuse(reason_code: str, detail: str) -> Rejection:
        return Rejection(stage="read", reason_code=reason_code, detail=detail)

    size = path.stat().st_size
    if size == 0:
        return refuse("empty_file", "The file is empty; fetch it again.")
    if size > LARGEST_BYTES:
        return refuse("too_large", f"The file has {size:,} bytes, more than any letter.")
    content = path.read_bytes()
    beginning = content[:_HEADER]
    if b"%PDF-" in beginning:
        return read_pdf(path, content, letter_id)
    if _HTML.search(beginning):
        return refuse(
            "html_page",
            "The file is a web page, not a PDF: the publisher answers so for a file that it has "
            "withdrawn.",
        )
    if Path(file_name).suffix.lower() in TEXT_SUFFIXES:
        return read_text(content, letter_id)
    return refuse("not_a_pdf", "The file does not begin like a PDF (%PDF-); fetch it again.")
