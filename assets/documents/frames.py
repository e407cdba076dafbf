"""From a page's own co-ordinates to the places where a viewer shows what stands there.

A page may be cropped, its boxes may begin anywhere, it may be turned (`/Rotate`), and a part of it
may be drawn through the matrix of a form (PDF 32000-1, 8.3.3 and 14.11.2). Places are given in
points from the top left of the page as a viewer shows it. A page whose words run up or down, or
stand on their heads, is read as if it were turned upright.
"""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

Box = tuple[float, float, float, float]


class Matrix(NamedTuple):
    """A change of co-ordinates, as PDF writes one: `x' = ax + cy + e`, `y' = bx + dy + f`."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def then(self, after: Matrix) -> Matrix:
        """This change, and another one after it."""
        return Matrix(
            self.a * after.a + self.b * after.c,
            self.a * after.b + self.b * after.d,
            self.c * after.a + self.d * after.c,
            self.c * after.b + self.d * after.d,
            self.e * after.a + self.f * after.c + after.e,
            self.e * after.b + self.f * after.d + after.f,
        )

    def box(self, box: Box) -> Box:
        """The upright rectangle around a rectangle."""
        left, bottom, right, top = box
        xs = [self.a * x + self.c * y + self.e for x in (left, right) for y in (bottom, top)]
        ys = [self.b * x + self.d * y + self.f for x in (left, right) for y in (bottom, top)]
        return min(xs), min(ys), max(xs), max(ys)

    def boxes(self, boxes: np.ndarray) -> np.ndarray:
        """The same of many rectangles: rows of left, lower, right and upper edge."""
        left, bottom, right, top = boxes.T
        xs = (self.a * left, self.a * right), (self.c * bottom, self.c * top)
        ys = (self.b * left, self.b * right), (self.d * bottom, self.d * top)
        lower, upper = (
            [ends(*along) + ends(*across) for along, across in (xs, ys)]
            for ends in (np.minimum, np.maximum)
        )
        changed: np.ndarray = np.array((*lower, *upper)).T
        changed += (*self[4:], *self[4:])
        return changed

    def behind(self, matrices: np.ndarray) -> np.ndarray:
        """Many changes of co-ordinates, rows of six numbers, each with this one after it."""
        turn = np.array((self[:2], self[2:4]))
        changes: np.ndarray = (matrices.reshape(-1, 2) @ turn).reshape(-1, 6)
        changes[:, 4:] += self[4:]
        return changes


class Frame(NamedTuple):
    """How a viewer shows a page.

    Attributes:
        matrix: From the page's own co-ordinates to points from the top left.
        width: The width shown in points.
        height: The height shown in points.
    """

    matrix: Matrix
    width: float
    height: float


def page_frame(page: Any) -> Frame:
    """The frame of a raw PDFium page."""
    rectangle = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(rectangle))
    left, right = sorted((rectangle.left, rectangle.right))
    bottom, top = sorted((rectangle.bottom, rectangle.top))
    width, height = right - left, top - bottom
    match pdfium.FPDFPage_GetRotation(page):
        case 1:
            return Frame(Matrix(0, 1, 1, 0, -bottom, -left), height, width)
        case 2:
            return Frame(Matrix(-1, 0, 0, 1, right, -bottom), width, height)
        case 3:
            return Frame(Matrix(0, -1, -1, 0, top, right), height, width)
        case _:
            return Frame(Matrix(1, 0, 0, -1, -left, top), width, height)


def turned(quarters: int, width: float, height: float) -> Frame:
    """A shown page turned clockwise by so many quarters.

    Args:
        quarters: From 0 to 3.
        width: The page's width as shown.
        height: The page's height as shown.
    """
    match quarters:
        case 1:
            return Frame(Matrix(0, 1, -1, 0, height, 0), height, width)
        case 2:
            return Frame(Matrix(-1, 0, 0, -1, width, height), width, height)
        case 3:
            return Frame(Matrix(0, -1, 1, 0, 0, width), height, width)
        case _:
            return Frame(Matrix(1, 0, 0, 1, 0, 0), width, height)
