"""Small PDFs for the tests of quotations: lines of words where a test says, in a plain letter."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import NamedTuple

import pikepdf

from assets.documents.runs import page_text
from assets.proof.letter_pages import PdfLetter, Rectangle, bounds, open_letter

WIDTH, HEIGHT = 595, 842
LEFT, PITCH, SIZE = 72.0, 14.0, 11.0


class Words(NamedTuple):
    """Words on a page; `top` is that of their baseline, in points from the page's top."""

    text: str
    top: float
    left: float = LEFT
    size: float = SIZE


def make_pdf(*pages: Sequence[Words]) -> bytes:
    """A PDF that draws words in the order given."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    for page in pages:
        added = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
        added.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        drawn = b"\n".join(
            b"BT /F1 %.1f Tf 1 0 0 1 %.1f %.1f Tm (%s) Tj ET"
            % (words.size, words.left, HEIGHT - words.top, _escaped(words.text))
            for words in page
        )
        added.Contents = pdf.make_stream(drawn)
    file = io.BytesIO()
    pdf.save(file, deterministic_id=True)
    return file.getvalue()


def _escaped(text: str) -> bytes:
    encoded = text.encode("cp1252")
    return encoded.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def opened(*pages: Sequence[Words]) -> PdfLetter:
    letter = open_letter(make_pdf(*pages))
    assert isinstance(letter, PdfLetter)
    return letter


def box_of(letter: PdfLetter, page: int, *tops: float) -> Rectangle:
    """The box of whole lines, as those read it who read letters into tables."""
    open_page = letter.pdf[page - 1]  # is closed when nobody holds it any more
    runs = page_text(open_page, open_page.get_textpage()).runs
    return bounds(
        Rectangle(run.x0, run.y0, run.x1, run.y1)
        for run in runs
        if run.text.strip() and any(abs(run.baseline - top) < 1 for top in tops)
    )
