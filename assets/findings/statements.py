"""A letter's sections become statements.

Each point of a list of improvements or priority actions is one statement, whole; the headline and
main findings are split into sentences. What stands under a list's heading and is no point (the line
that introduces it) is none. What a statement mentions is found in `mentions`, what it reports is
judged in `judging`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assets.findings.judging import LISTS, Passage, judge
from assets.findings.mentions import cohort, quantifier
from assets.findings.model import Statement
from assets.language.sentences import sentence_spans
from assets.publications.model import Letter, Paragraph

SECTIONS_OF_FINDINGS = frozenset({"headline_findings", "main_findings"})
# The tag at the end of a point, from July 2025: (outcome 3, national framework).
_FRAMEWORK = re.compile(
    r"\(\s*(outcome|enabler|principle)s?\s+(\d+)\b[^()]*\bnational\s+framework\s*\)", re.IGNORECASE
)


class _Span(NamedTuple):
    """Where a statement stands in a letter."""

    section: int
    number: int
    sentence: int
    paragraph: Paragraph
    start: int
    end: int


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
    spans = list(_spans(letter))
    judgements = judge(
        [
            Passage(
                paragraph.text[start:end],
                letter.sections[section].section_type,
                letter.sections[section].heading,
                section,
                number,
            )
            for section, number, _, paragraph, start, end in spans
        ]
    )
    for (section, number, sentence, paragraph, start, end), judgement in zip(
        spans, judgements, strict=True
    ):
        text = paragraph.text[start:end]
        page, box = _place(paragraph, start, end)
        how_many, whom = quantifier(text), cohort(text)
        yield Statement(
            section=section,
            paragraph=number,
            sentence=sentence,
            text=text,
            judgement=judgement,
            quantifier_code=how_many.code if how_many else None,
            quantifier_words=how_many.words if how_many else None,
            cohort_code=whom.code if whom else None,
            framework_reference=framework_reference(text),
            page=page,
            box=box,
        )


def _spans(letter: Letter) -> Iterator[_Span]:
    for section, of in enumerate(letter.sections):
        for number, paragraph in enumerate(of.paragraphs, start=1):
            if of.section_type in LISTS:
                spans = [(0, len(paragraph.text))] if paragraph.is_point else []
            elif of.section_type in SECTIONS_OF_FINDINGS:
                spans = sentence_spans(paragraph.text)
            else:
                spans = []
            for sentence, (start, end) in enumerate(spans, start=1):
                yield _Span(section, number, sentence, paragraph, start, end)


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
