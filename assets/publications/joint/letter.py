"""How a letter on a joint targeted area inspection is read, of 2016 to 2020 and since 2022.

It is addressed to the heads of all services of an area (`addressees`) and says what was inspected
(`introduction`). Its findings stand under headings, in lists and boxes (`body`), and a person of
each inspectorate signs it (`signatories`). The periods differ in rows of the tables of variants.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assets.documents.model import Block, Document
from assets.language.dates import Span, Timing, is_a_year_off, settle_years, whole_date
from assets.language.people import is_name
from assets.language.sentences import sentence_spans
from assets.model import Rejection, Signal
from assets.publications.doubts import doubts_on_dates, doubts_on_pages, rejected
from assets.publications.headings import known_form
from assets.publications.joint.addressees import read_addressees
from assets.publications.joint.body import as_section, read_body
from assets.publications.joint.headings import opens_section, settled
from assets.publications.joint.inspectorates import bodies, inspectorates
from assets.publications.joint.introduction import (
    authority_names,
    find_theme,
    find_windows,
    sentences_of,
    summary_start,
)
from assets.publications.joint.signatories import read_signatories
from assets.publications.kinds import is_title
from assets.publications.model import Publication
from assets.publications.opening import Head, find_salutation, read_head
from assets.publications.tables import matches

_KIND = "jtai"
_TAIL = 80  # characters of a text that a signal quotes
_FOOTNOTE = re.compile(r"\d{1,2}\s?[A-Z]")
_SMALLER = 1.5  # points by which a footnote is smaller than the text


def parse(document: Document, published: date | None = None) -> Publication | Rejection:
    """Read a letter on a joint targeted area inspection, as `publications.parse` asks for it."""
    blocks = settled(_without_footnotes(document.blocks))
    title, start, begin = _title(blocks)
    salutation = find_salutation(blocks)
    if salutation is not None:
        start, begin = salutation, max(begin, salutation + 1)
    head = read_head([block for block in blocks[:start] if not is_title(block)])
    greeting = blocks[salutation].text if salutation is not None else None
    blocks, signed = _part_signatures(blocks)
    body = next((i for i in range(begin, len(blocks)) if opens_section(blocks[i])), None)
    if body is None:
        return rejected("no_findings", "The letter has no heading of findings.")

    introduced = blocks[begin:body]
    sentences = sentences_of(introduced)
    dated = _dates(head, sentences, published)
    if dated is None:
        detail = "No sentence of the introduction says when the inspection took place."
        return rejected("no_visit_date", detail)
    windows, timing = dated

    sections, signals = read_body(blocks[body:])
    told = len(introduced)
    if not any(section.section_type == "headline_findings" for section in sections):
        told = summary_start(introduced)
        summary = introduced[told:]
        sections = [*([as_section("headline_findings", summary)] if summary else []), *sections]
    theme = find_theme(title, sentences)
    addressees, address_signals = read_addressees(head.address)
    signatories = read_signatories(signed)
    took_part = inspectorates(" ".join(sentences)) or inspectorates(
        " ".join(one.organisation or "" for one in signatories)
    )
    signals += address_signals
    signals += doubts_on_dates(timing)
    signals += doubts_on_pages(document)
    has_points = any(part.is_point for section in sections for part in section.paragraphs)
    every_letter_has = (
        (addressees, "no_addressee", "No name stands in the address."),
        (signatories, "no_signatory", "No name stands under the closing."),
        (len(took_part) > 1, "no_inspectorates", "No second inspectorate is named."),
        (has_points, "list_without_points", "No list says what needs to improve."),
        (theme.is_known, "no_theme", f"No theme that is known: {(theme.words or '')[:_TAIL]}"),
    )
    signals += [Signal(code, detail) for part, code, detail in every_letter_has if not part]
    return Publication(
        letter_id=document.letter_id,
        document_kind=_KIND,
        framework="JTAI",
        authority_names=authority_names(title, greeting, sentences),
        windows=windows,
        letter_date=timing.letter_date,
        addressees=addressees,
        signatories=signatories,
        inspectorates=took_part,
        theme_codes=(theme.code,) if theme.code else (),
        sections=(
            as_section("introduction", introduced[:told]),
            *sections,
            as_section("closing", signed),
        ),
        page_count=document.page_count,
        text_method=document.text_method,
        details={"focus": theme.words},
        signals=tuple(signals),
    )


def _without_footnotes(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without footnotes, those among them that the reader takes for paragraphs."""
    sizes = sorted(block.size for block in blocks)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    return [
        block
        for block in blocks
        if block.kind != "footnote"
        and not (block.size <= usual - _SMALLER and _FOOTNOTE.match(block.text))
    ]


def _title(blocks: Sequence[Block]) -> tuple[str | None, int, int]:
    """The title, perhaps of several headings, its index and that of the first block behind it."""
    start = next((index for index, block in enumerate(blocks) if is_title(block)), None)
    if start is None:
        return None, 0, 0
    end = start + 1
    while end < len(blocks) and blocks[end].kind == "heading" and not known_form(blocks[end]):
        end += 1
    return " ".join(block.text for block in blocks[start:end]), start, end


def _part_signatures(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Part a letter before its valediction, or before its signatures where there is none."""
    for index in reversed(range(len(blocks))):
        start = _valediction(blocks[index])
        if start is not None:
            before, behind = blocks[index].parted(start)
            last = [before] if before.text else []
            return [*blocks[:index], *last], [behind, *blocks[index + 1 :]]
    last_heading = max((i for i, block in enumerate(blocks) if opens_section(block)), default=0)
    for index in range(last_heading, len(blocks)):
        if bodies(blocks[index].text) or is_name(blocks[index].text):
            return list(blocks[:index]), list(blocks[index:])
    return list(blocks), []


def _valediction(block: Block) -> int | None:
    """Where the valediction begins in a block: with a line, or in plain text with a sentence."""
    starts = [line.start for line in block.lines] or [at for at, _ in sentence_spans(block.text)]
    texts = ((start, block.text[start:]) for start in starts)
    return next((at for at, text in texts if matches("closing", text, part="valediction")), None)


def _dates(
    head: Head, sentences: Sequence[str], published: date | None
) -> tuple[tuple[Span, ...], Timing] | None:
    """The periods of the inspection, and how they and the letter's date settle each other."""
    written = whole_date(head.date) if head.date else None
    limits = [written, published]
    if written is None or (published and is_a_year_off(written, published)):
        limits.reverse()
    found = (find_windows(sentences, day) for day in (*limits, None))
    windows = next((periods for periods in found if periods), None)
    if windows is None:
        return None
    first, last = min(one.start for one in windows), max(one.end for one in windows)
    span = Span(first, last, any(one.is_mended for one in windows))
    timing = settle_years(head.date, span, published)
    is_moved = (timing.span.start, timing.span.end) != (first, last)
    return ((timing.span,) if is_moved else windows), timing
