"""A publication's sections become findings.

Each point of a list of improvements or priority actions is one finding, whole; the headline and
main findings are split into sentences. What stands under a list's heading and is no point (the line
that introduces it) is none. What a finding mentions is found in `mentions`, what it reports is
judged in `judging`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assets.findings.judging import Passage, judge
from assets.findings.mentions import cohort, quantifier
from assets.findings.model import Finding
from assets.language.sentences import sentence_spans
from assets.publications.model import Paragraph, Publication
from assets.publications.places import first_place
from warehouse.kinds import are_points_judged, era_of, sections_of

_NUMBERS = "one two three four five six seven eight nine ten".split()
# The tag at the end of a point, from 2025: `(outcome 3, national framework)`, `(Outcome three)`,
# `(enabler: the workforce is equipped and effective, national framework)`.
_TAG = re.compile(
    r"[(\[]\s*(?P<name_first>national\s+framework\W+)?(?P<part>outcome|enabler|principle)s?\b"
    rf"(?:\s*(?P<number>\d{{1,2}}|{'|'.join(_NUMBERS)})\b|(?P<colon>\s*:))?"
    r"[^()\[\]]*?(?P<name>\bnational\s+framework\s*)?[)\]](?P<end>\W*$)?",
    re.IGNORECASE,
)


class _Location(NamedTuple):
    """Where a finding stands in a letter."""

    section: int
    number: int
    sentence: int
    paragraph: Paragraph
    start: int
    end: int


def framework_reference(text: str) -> str | None:
    """The part of the national framework that a point is tied to, such as `outcome 3`.

    `enabler` alone where no number is printed; none is inferred from its words.
    """
    for tag in _TAG.finditer(text):
        number = (tag["number"] or "").lower()
        is_named = tag["name_first"] or tag["name"]
        if not (is_named or (tag["end"] is not None and (number or tag["colon"]))):
            continue
        if number in _NUMBERS:
            number = str(_NUMBERS.index(number) + 1)
        return " ".join(filter(None, (tag["part"].lower(), number.lstrip("0"))))
    return None


def split_findings(publication: Publication) -> tuple[Finding, ...]:
    """Split a publication into its findings.

    Args:
        publication: The letter or report.

    Returns:
        The findings in its order.
    """
    return tuple(_findings(publication))


def _findings(publication: Publication) -> Iterator[Finding]:
    spans = list(_spans(publication))
    era = era_of(publication.document_kind, publication.letter_date or publication.end_date)
    judgements = judge(
        [
            Passage(
                paragraph.text[start:end],
                publication.sections[section].section_type,
                publication.sections[section].heading,
                section,
                number,
            )
            for section, number, _, paragraph, start, end in spans
        ],
        publication.document_kind,
        are_points_judged=are_points_judged(era),
    )
    for (section, number, sentence, paragraph, start, end), judged in zip(
        spans, judgements, strict=True
    ):
        text = paragraph.text[start:end]
        page, box = _place(paragraph, start, end)
        how_many, whom = quantifier(text), cohort(text)
        yield Finding(
            section=section,
            paragraph=number,
            sentence=sentence,
            text=text,
            judged=judged,
            quantifier_code=how_many.code if how_many else None,
            quantifier_words=how_many.words if how_many else None,
            cohort_code=whom.code if whom else None,
            framework_reference=framework_reference(text),
            paragraph_number=_number(paragraph.label),
            responsible_body=paragraph.responsible_body,
            page=page,
            box=box,
        )


def _spans(publication: Publication) -> Iterator[_Location]:
    for section, of in enumerate(publication.sections):
        for number, paragraph in enumerate(of.paragraphs, start=1):
            if of.section_type in sections_of("points"):
                spans = [(0, len(paragraph.text))] if paragraph.is_point else []
            elif of.section_type in sections_of("sentences"):
                spans = sentence_spans(paragraph.text)
            else:
                spans = []
            for sentence, (start, end) in enumerate(spans, start=1):
                yield _Location(section, number, sentence, paragraph, start, end)


def _number(label: str | None) -> int | None:
    """The number that a paragraph is labelled with; `None` of a bullet."""
    digits = (label or "").rstrip(".)")
    return int(digits) if digits.isdecimal() else None


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
    return first_place(lines)
