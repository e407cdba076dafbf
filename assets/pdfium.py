"""PDFium's functions as they are called many thousand times: with addresses in place of pointers.

pypdfium2 makes a Python object of every pointer that it takes or gives, and of every value that a
function writes. Here an address is a plain number, 0 for none, and what is written is unpacked at
once. What is asked of a page is the business of who asks.
"""

from __future__ import annotations

import ctypes
import struct
from typing import Any

import numpy as np


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


def addresses(values: np.ndarray, column: int = 0) -> range:
    """Where a column of values is written, for a function that writes one row's at a time."""
    down, across = values.strides
    first = values.ctypes.data + column * across
    return range(first, first + down * len(values), down)


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
