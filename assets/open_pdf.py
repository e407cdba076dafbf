"""The PDF that is open: what has been read of a letter is proven next, and its pages stay loaded.

To load the pages takes half as long as the proof. What is read of them is the business of who asks.
"""

from __future__ import annotations

import pypdfium2

_MOST_PAGES = 64  # that are kept loaded; the longest report known has 58


class OpenPdf:
    """A PDF that PDFium has open; its pages and their texts are loaded once.

    Attributes:
        content: The file's bytes.
        pdf: The document, as pypdfium2 has it.
    """

    def __init__(self, content: bytes) -> None:
        """Open a PDF.

        Raises:
            PdfiumError: It cannot be opened.
        """
        self.content = content
        self.pdf = pypdfium2.PdfDocument(content)
        self._pages: dict[int, tuple[pypdfium2.PdfPage, pypdfium2.PdfTextPage]] = {}

    def page(self, index: int) -> tuple[pypdfium2.PdfPage, pypdfium2.PdfTextPage]:
        """A page, from 0, and its text.

        Raises:
            IndexError: There is none of that number.
            PdfiumError: It cannot be opened.
        """
        if index not in self._pages:
            if len(self._pages) == _MOST_PAGES:
                self._pages.clear()
            page = self.pdf[index]
            self._pages[index] = page, page.get_textpage()
        return self._pages[index]


_open: list[OpenPdf] = []


def open_pdf(content: bytes) -> OpenPdf:
    """Open a PDF, which stays open until another one is opened and nobody uses it any more.

    Raises:
        PdfiumError: It cannot be opened.
    """
    if not _open or _open[0].content != content:
        _open[:] = [OpenPdf(content)]
    return _open[0]
