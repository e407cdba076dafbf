"""Which lines of a letter are headings, and what kind of section each opens.

The variants stand in `headings.csv`; those of place `body` divide every letter, those of place
`within` divide the findings of some. A line that is set as a heading and is not in the table is a
heading within the findings all the same, and is reported.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from assets.documents.model import Block
from assets.publications.model import SectionType
from assets.publications.tables import compile_pattern, read_table

_TRAILING_MARK = re.compile(r"(?:(?<=[?:.’')]|[^\W\d])[\d¹²³*†]{1,2}|(?<=\?)\s+\d|\s*\[\d{1,2}\])$")
_LONGEST_PLAIN_HEADING = 80  # characters of a known heading that nothing but its words gives away
_LONGEST_UNKNOWN_HEADING = 50  # characters of one that is not known


class HeadingForm(NamedTuple):
    """A row of `headings.csv`.

    Attributes:
        pattern: The whole heading.
        section_type: What it opens.
        divides_body: Whether it divides every letter, not only the findings of some.
        beside_improvements: What it opens where another heading opens what needs to improve.
    """

    pattern: re.Pattern[str]
    section_type: SectionType
    divides_body: bool
    beside_improvements: SectionType | None


@cache
def _forms() -> tuple[HeadingForm, ...]:
    return tuple(
        HeadingForm(
            compile_pattern(rf"^(?:{row['pattern']})\W*$"),
            row["section_type"],  # type: ignore[arg-type]
            row["place"] == "body",
            row["beside_improvements"] or None,  # type: ignore[arg-type]
        )
        for row in read_table("headings")
    )


def without_mark(text: str) -> str:
    """A heading without the footnote mark that text extraction glues to it (`practice?1`)."""
    return _TRAILING_MARK.sub("", text.strip()).strip()


def known_form(block: Block) -> HeadingForm | None:
    """The row that a block's words match, or `None` for words never met as a heading."""
    heading = without_mark(block.text)
    return next((form for form in _forms() if form.pattern.match(heading)), None)


def is_heading(block: Block) -> bool:
    """Whether a block of the body is a heading: set as one, or one by its words alone.

    Plain text and some letters do not set their headings apart; there a known heading counts, and a
    few words without a full stop.
    """
    text = block.text
    if not text[:1].isupper() and not text[:1].isdigit():
        return False
    if block.kind == "heading":
        return True
    is_short = len(text) <= _LONGEST_PLAIN_HEADING and text[-1] not in ".,;:!…’”)"
    return (
        block.kind == "paragraph"
        and is_short
        and (known_form(block) is not None or len(text) <= _LONGEST_UNKNOWN_HEADING)
    )


def divides_body(block: Block) -> bool:
    """Whether a block is one of the headings that divide every letter."""
    if block.kind not in ("heading", "paragraph") or len(block.text) > _LONGEST_PLAIN_HEADING:
        return False
    form = known_form(block)
    return bool(form and form.divides_body and block.text[:1].isupper())
