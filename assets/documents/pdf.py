"""A PDF file becomes a document: by its tag tree where that holds the text, else by its layout.

Here: opening the file, telling what is wrong with it, and choosing the reader. How the blocks are
built is in `tagged` and `layout`.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NoReturn

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from msgspec import structs

from assets.documents.frames import turned
from assets.documents.layout import layout_blocks
from assets.documents.lines import (
    gather_lines,
    part_at_marks,
    take_numbers_off,
    without_watermarks,
    words_of,
)
from assets.documents.model import Block, Document, Line, TextMethod
from assets.documents.order import in_their_places
from assets.documents.pieces import join_pieces
from assets.documents.runs import PageText, Run, page_text
from assets.documents.tagged import DamagedTree, TaggedText, tagged_blocks
from assets.documents.trust import doubts
from assets.documents.vocabulary import DocumentWords
from assets.model import Rejection
from assets.open_pdf import OpenPdf, open_pdf

MAXIMUM_PAGES = 200  # the longest report known has 58 pages
# A scan of a page has at most a stamp or a page number as text.
_CHARACTERS_A_PAGE = 40
# Artifacts (letterhead, page numbers) are a small part of a letter; where the tree leaves out more
# than this share of the visible text, it is not the whole letter.
_UNTAGGED_SHARE = 0.15
_LONGEST_FURNITURE = 60  # characters of a line of letterhead, or of a head or foot of one page
_DIGITS = re.compile(r"\d+")  # in which the feet of pages differ


class _Unreadable(Exception):
    """Carries the reason why a PDF cannot be read."""

    def __init__(self, reason_code: str, detail: str) -> None:
        super().__init__(detail)
        self.rejection = Rejection(stage="read", reason_code=reason_code, detail=detail)


def read_pdf(path: Path, content: bytes, letter_id: str) -> Document | Rejection:
    """Read a PDF.

    Args:
        path: Where the file lies.
        content: The file's bytes, beginning with `%PDF-` within the first kilobyte.
        letter_id: The key of the letter.

    Returns:
        The document; or why it could not be read: `encrypted`, `damaged`, `truncated`,
        `too_many_pages`, `needs_ocr`, `unreliable_text`.
    """
    try:
        return _read(path, content, letter_id)
    except _Unreadable as error:
        return error.rejection


def _read(path: Path, content: bytes, letter_id: str) -> Document:
    try:
        opened = open_pdf(content)
    except pypdfium2.PdfiumError as error:
        _refuse(content, error)
    page_count = len(opened.pdf)
    if page_count == 0:
        raise _Unreadable("damaged", "The PDF has no pages; fetch the file again.")
    if page_count > MAXIMUM_PAGES:
        raise _Unreadable(
            "too_many_pages",
            f"The PDF has {page_count} pages, more than the {MAXIMUM_PAGES} of any letter.",
        )
    document = _document(_read_pages(opened), path, letter_id)
    doubted = doubts(block.text for block in document.blocks)
    if doubted.is_spaced:
        joined = _document(_read_pages(opened, by_gaps=True), path, letter_id)
        doubted_again = doubts(block.text for block in joined.blocks)
        if doubted.outnumber(doubted_again):
            document, doubted = joined, doubted_again
    if doubted.is_unbelievable:
        raise _Unreadable(
            "unreliable_text",
            f"Its words are not those that the pages show: {doubted}. Recognise its text (OCR), "
            "and add the letter as a .txt or .md file.",
        )
    return document


def _document(shown: list[PageText], path: Path, letter_id: str) -> Document:
    pages = [page.runs for page in shown]
    words = words_of(pages)
    characters = sum(len(run.text) for runs in pages for run in runs)
    if characters < _CHARACTERS_A_PAGE * len(pages):
        raise _Unreadable(
            "needs_ocr",
            f"{len(pages)} page(s) hold {characters} characters of text: a scan without a text "
            "layer. Recognise its text (OCR), and add the letter as a .txt or .md file.",
        )
    method: TextMethod = "tags"
    tagged = _tagged(path, pages, words)
    left_out: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()
    if tagged is None:
        method = "layout"
        drawn = [[*page.runs, *page.bullets] for page in shown]
        blocks = layout_blocks(drawn, [page.upright.height for page in shown], words)
    else:
        blocks = in_their_places(tagged.blocks)
        outside = _outside(tagged.untagged, len(pages))
        left_out = _long_lines(outside)
        furniture = tuple(" ".join(lines) for lines in outside)
    left_out += tuple(
        filter(_is_long, (" ".join(run.text for run in page.aside) for page in shown))
    )
    return Document(
        letter_id,
        method,
        len(pages),
        tuple((round(page.width, 1), round(page.height, 1)) for page in shown),
        tuple(_as_shown(join_pieces(take_numbers_off(part_at_marks(blocks)), words), shown)),
        left_out,
        tuple(
            number
            for number, runs in enumerate(pages[:-1], start=1)
            if sum(len(run.text) for run in runs) < _CHARACTERS_A_PAGE
        ),
        furniture,
    )


def _read_pages(opened: OpenPdf, *, by_gaps: bool = False) -> list[PageText]:
    pages: list[PageText] = []
    for number in range(len(opened.pdf)):
        try:
            page, text = opened.page(number)
        except pypdfium2.PdfiumError as error:
            raise _Unreadable(
                "damaged",
                f"Page {number + 1} of {len(opened.pdf)} cannot be opened ({error}).",
            ) from error
        usual = pages[-1].quarters if pages else 0
        pages.append(page_text(page, text, usual, by_gaps=by_gaps))
    return without_watermarks(pages)


def _as_shown(blocks: list[Block], pages: list[PageText]) -> list[Block]:
    """The blocks with their lines where a viewer shows them, of pages that were turned to read."""
    if not any(page.quarters for page in pages):
        return blocks
    return [
        structs.replace(
            block, lines=tuple(_line_as_shown(line, pages[line.page - 1]) for line in block.lines)
        )
        for block in blocks
    ]


def _line_as_shown(line: Line, page: PageText) -> Line:
    frame = page.upright
    back = turned(-page.quarters % 4, frame.width, frame.height).matrix
    box = back.box((line.x0, line.y0, line.x1, line.y1))
    return Line(line.start, line.page, *(round(edge, 1) for edge in box))


def _tagged(path: Path, pages: list[list[Run]], words: DocumentWords) -> TaggedText | None:
    """What the tag tree names, or `None` where the tree is missing, damaged or not the whole."""
    try:
        with pikepdf.open(path) as pdf:
            if "/StructTreeRoot" not in pdf.Root:
                return None
            tagged = tagged_blocks(pdf, pages, words)
    except (pikepdf.PdfError, DamagedTree, AttributeError, TypeError, ValueError):
        return None
    all_characters = sum(len(run.text) for runs in pages for run in runs)
    left_out = sum(len(run.text) for _, run in tagged.untagged)
    return tagged if left_out <= _UNTAGGED_SHARE * all_characters else None


def _outside(untagged: list[tuple[int, Run]], page_count: int) -> list[list[str]]:
    """The lines of each page that its tag tree does not name."""
    runs: list[list[Run]] = [[] for _ in range(page_count)]
    for page, run in untagged:
        runs[page - 1].append(run)
    return [
        [" ".join(line.text.split()) for line in gather_lines(page, of_page) if line.text.strip()]
        for page, of_page in enumerate(runs, start=1)
    ]


def _long_lines(outside: list[list[str]]) -> tuple[str, ...]:
    """Lines longer than those of a letterhead that are no head or foot of several pages."""
    pages = Counter(_DIGITS.sub("0", line) for lines in outside for line in set(lines))
    return tuple(
        line
        for lines in outside
        for line in lines
        if _is_long(line) and pages[_DIGITS.sub("0", line)] == 1
    )


def _is_long(line: str) -> bool:
    return len(line) > _LONGEST_FURNITURE


def _refuse(content: bytes, error: pypdfium2.PdfiumError) -> NoReturn:
    """Say why PDFium did not open a file."""
    # PDFium remembers its last error beyond the file that caused it, so the file must say so too.
    if b"/Encrypt" in content and pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
        raise _Unreadable(
            "encrypted", "The PDF opens only with a password; ask for a copy without one."
        ) from error
    if b"%%EOF" not in content[-2048:]:
        raise _Unreadable(
            "truncated",
            f"The PDF breaks off after {len(content):,} bytes (no %%EOF); fetch it again.",
        ) from error
    raise _Unreadable("damaged", f"The PDF cannot be opened ({error}).") from error
