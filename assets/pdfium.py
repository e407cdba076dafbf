"""PDFium's functions as they are called many thousand times: with addresses in place of pointers.

pypdfium2 makes a Python object of every pointer that it takes or gives, and of every value that a
function writes. Here an address is a plain number, 0 for none, and what is written is unpacked at
once. What is asked of a page is the business of who asks.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator
from typing import Any

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

    What was read of a letter is proven next, and to load the pages takes half as long as the proof.

    Raises:
        PdfiumError: It cannot be opened.
    """
    if not _open or _open[0].content != content:
        _open[:] = [OpenPdf(content)]
    return _open[0]


def address(pointer: Any) -> int:
    """The address that a pointer of pypdfium2 holds."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def by_address(function: Any) -> Any:
    """A function of `pypdfium2.raw` that takes and gives addresses."""
    kinds = [
        ctypes.c_void_p if hasattr(kind, "contents") else kind
        for kind in (function.restype, *function.argtypes)
    ]
    return ctypes.PYFUNCTYPE(*kinds)(address(function))


class Rows:
    """Room for the values that functions write of many objects: floats, unsigned numbers.

    Attributes:
        columns: For each value, where it is written of each object.
    """

    def __init__(self, form: str, count: int) -> None:
        """Make room.

        Args:
            form: How the values of one object are laid out, as `struct` writes it, all of one size.
            count: The number of objects.
        """
        layout = struct.Struct(form)
        self._room = ctypes.create_string_buffer(layout.size * count)
        self._unpack = layout.iter_unpack
        first, end = ctypes.addressof(self._room), ctypes.addressof(self._room) + len(self._room)
        step = layout.size // len(layout.unpack(bytes(layout.size)))
        self.columns = tuple(
            range(at, end, layout.size) for at in range(first, first + layout.size, step)
        )

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """What was written, object by object."""
        return self._unpack(self._room)


class Values:
    """Room for the values that a function writes: floats, doubles, unsigned numbers.

    Attributes:
        addresses: Where each of them is written.
    """

    def __init__(self, form: str) -> None:
        """Make room.

        Args:
            form: How the values are laid out, as `struct` writes it: `4f`.
        """
        layout = struct.Struct(form)
        self._room = ctypes.create_string_buffer(layout.size)
        self._unpack = layout.unpack_from
        count = len(layout.unpack(bytes(layout.size)))
        first = ctypes.addressof(self._room)
        self.addresses = tuple(first + at * (layout.size // count) for at in range(count))

    def __call__(self) -> tuple[Any, ...]:
        """What was written."""
        return self._unpack(self._room)
