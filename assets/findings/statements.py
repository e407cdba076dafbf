"""A letter's sections become statements.

Each point of a list of improvements or priority actions is one statement, whole; the headline and
main findings are split into sentences. What stands under a list's heading and is no point (the line
that introduces it) is none. Quantifiers are the table `quantifiers.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from assets.findings.model import Statement
from assets.rule_tables import read_table
from assets.sentences import sentence_spans
from assets.visits.model import Letter, Paragraph

_LISTS = frozenset({"improvements", "priority_actions"})
_FINDINGS = frozenset({"headline_findings", "main_findings"})
# The tag at the end of a point, from July 2025: (outcome 3, national framework).
_FRAMEWORK = re.compile(
    r"\(\s*(outcome|enabler|principle)s?\s+(\d+)\b[^()]*\bnational\s+framework\s*\)", re.IGNORECASE
)


class _Quantifier(NamedTuple):
    code: str
    word: str
    pattern: re.Pattern[str]


@cache
def _quantifiers() -> tuple[_Quantifier, ...]:
    return tuple(
        _Quantifier(row["code"], row["word"], re.compile(row["pattern"], re.IGNORECASE))
        for row in read_table("assets.findings", "quantifiers")
    )


def quantifier_code(text: str) -> str | None:
    """How many of those it speaks of a statement means: its first quantifier.

    Where two begin at the same word, the row that stands first in the table wins.
    """
    folded = text.lower()
    found = [
        (match.start(), row, quantifier.code)
        for row, quantifier in enumerate(_quantifiers())
        # Most statements have none; the word alone tells so far more quickly than the pattern.
        if quantifier.word in folded and (match := quantifier.pattern.search(text))
    ]
    return min(found)[2] if found else None


def framework_reference(text: str) -> str | None:
    """The part of the national framework that a point is tied to, such as `outcome 3`."""
    found = _FRAMEWORK.search(text)
    return f"{found[1].lower()} {int(found[2])}" if found else None


def letter_statements(letter: Letter) -> tuple[Statement, ...]:
    """Split a letter into its statements.

    Args:
        letter: The letter.

    Returns:
        The statements in the letter's order.
    """
    return tuple(_statements(letter))


def _statements(letter: Letter) -> Iterator[Statement]:
    for index, section in enumerate(letter.sections):
        for number, paragraph in enumerate(section.paragraphs, start=1):
            if section.section_type in _LISTS:
                spans = [(0, len(paragraph.text))] if paragraph.is_point else []
            elif section.section_type in _FINDINGS:
                spans = sentence_spans(paragraph.text)
            else:
                spans = []
            for position, (start, end) in enumerate(spans, start=1):
                text = paragraph.text[start:end]
                page, box = _place(paragraph, start, end)
                yield Statement(
                    section=index,
                    paragraph=number,
                    sentence=position,
                    text=text,
                    quantifier_code=quantifier_code(text),
                    framework_reference=framework_reference(text),
                    page=page,
                    box=box,
                )


def _place(
    paragraph: Paragraph, start: int, end: int
) -> tuple[int | None, tuple[float, float, float, float] | None]:
    """The page on which a part of a paragraph begins, and the box of its lines there."""
    if not paragraph.lines:
        return None, None
    ends = [line.start for line in paragraph.lines[1:]] + [len(paragraph.text)]
    lines = [
        line
        for line, line_end in zip(paragraph.lines, ends, strict=True)
        if line.start < end and line_end > start
    ]
    page = lines[0].page
    here = [line for line in lines if line.page == page]
    return page, (
        min(line.x0 for line in here),
        min(line.y0 for line in here),
        max(line.x1 for line in here),
        max(line.y1 for line in here),
    )
