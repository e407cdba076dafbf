"""What a statement is: one point or sentence of a letter's findings, with its place."""

from __future__ import annotations

import msgspec


class Statement(msgspec.Struct, frozen=True, omit_defaults=True):
    """One statement.

    Attributes:
        section: Index of its section in `Letter.sections`, from 0.
        paragraph: Its paragraph within the section, from 1.
        sentence: Its sentence within the paragraph, from 1; a point of a list is one, whole.
        text: Its words.
        quantifier_code: A code of the list `quantifier`; `None` without one.
        framework_reference: `outcome 3`; `None` without one.
        page: The page on which it begins, from 1; `None` for plain text, like its box.
        box: Left, upper, right and lower edge, in points from the page's top left, of the printed
            lines that hold it on that page.
    """

    section: int
    paragraph: int
    sentence: int
    text: str
    quantifier_code: str | None = None
    framework_reference: str | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
