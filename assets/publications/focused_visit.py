"""How a focused visit letter is read, over all eras of its template.

The letter opens like any other (`opening`), introduces the visit (`introduction`, `background`),
has its findings under headings (`sections`), and closes (`closing`). The eras differ only in the
rows of the tables of variants.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assets.documents.model import Block, Document
from assets.language.dates import PartialDate, Span, earliest_from
from assets.language.sentences import split_sentences
from assets.model import Rejection, Signal
from assets.publications import background, introduction
from assets.publications.closing import closing_start, read_signature
from assets.publications.kinds import is_title
from assets.publications.model import Letter, Section
from assets.publications.opening import Opening, is_letterhead, read_opening
from assets.publications.sections import (
    as_paragraphs,
    body_headings,
    read_sections,
    running_texts,
)

_KIND = "focused_visit"
_STRAY = 2  # letters of a paragraph that says nothing


def parse_focused_visit(document: Document, published: date | None = None) -> Letter | Rejection:
    """Read a focused visit letter.

    Args:
        document: The document.
        published: The day of publication, where it is known.

    Returns:
        The letter, or a rejection that says which part every letter has is missing.
    """
    blocks = [block for block in document.blocks if block.kind != "footnote"]
    strays = [block for block in blocks if _is_stray(block)]
    blocks = [block for block in blocks if not _is_stray(block)]
    announcement = next(
        (i for i, block in enumerate(blocks) if introduction.announces(block.text)), len(blocks)
    )
    headings = body_headings(blocks, announcement)
    if not headings:
        return _reject("no_findings", "The letter has no heading of findings that is known here.")
    body_start = headings[0]
    end = closing_start(blocks, headings[-1] + 1)

    names = _authority_names(blocks[:body_start])
    opening = read_opening(blocks[:body_start], names)
    if opening is None:
        return _reject("not_a_letter", "The text has no salutation (Dear …).")

    introduced = blocks[opening.body : body_start]
    sentences = introduction.introduction_sentences(introduced)
    titles = [block.text for block in introduced if is_title(block)]
    dated = _dates(opening, [*sentences, *titles], published)
    if isinstance(dated, Rejection):
        return dated
    letter_date, span, signals = dated
    written = letter_date or published or span.end

    sections, heading_signals = read_sections(blocks[body_start:end])
    signature = read_signature(blocks[end:], written)
    focus = introduction.find_focus(sentences)
    team = introduction.find_team(sentences, written)
    findings = [sentence for text in running_texts(sections) for sentence in split_sentences(text)]
    previous = background.previous_inspection([*sentences, *findings], names)
    signals += heading_signals
    signals += [Signal("text_outside_tags", line) for line in document.left_out]
    signals += [
        Signal("page_without_text", f"Page {page} has no text; if it is a picture, it needs OCR.")
        for page in document.empty_pages
    ]
    signals += [Signal("stray_text", f"A paragraph of nothing but {s.text!r}.") for s in strays]
    signals += [
        Signal("inspector_title_never_met", f"No title that is known stands with {member.name}.")
        for member in team
        if member.title is None
    ]
    if not team:
        signals.append(Signal("no_inspectors", "The letter names no inspector."))
    if not signature:
        signals.append(Signal("no_signatory", "No name stands under the closing."))
    return Letter(
        letter_id=document.letter_id,
        document_kind=_KIND,
        framework=background.framework(sentences),
        authority_names=tuple(names),
        letter_date=letter_date,
        start_date=span.start,
        end_date=span.end,
        addressee_name=opening.addressee_name,
        addressee_role=opening.addressee_role,
        team=team,
        signatory=signature.name if signature else None,
        signatory_title=signature.title if signature else None,
        focus=focus,
        theme_codes=background.theme_codes(focus, sentences),
        delivery_mode=background.delivery_mode(sentences),
        is_covid_adapted=background.is_covid_adapted(sentences),
        previous_inspection=previous.when,
        previous_judgement_code=previous.judgement_code,
        sections=(
            _section("introduction", [block for block in introduced if not is_title(block)]),
            *sections,
            _section("closing", [block for block in blocks[end:] if not is_letterhead(block)]),
        ),
        page_count=document.page_count,
        text_method=document.text_method,
        signals=tuple(signals),
    )


def _is_stray(block: Block) -> bool:
    """Whether a block is a key struck by mistake: one or two characters alone."""
    return sum(map(str.isalnum, block.text)) <= _STRAY


def _reject(reason_code: str, detail: str) -> Rejection:
    return Rejection(stage="parse", reason_code=reason_code, detail=detail)


def _section(section_type: str, blocks: list[Block]) -> Section:
    """A section without a heading: introduction or closing."""
    page = next((block.lines[0].page for block in blocks if block.lines), None)
    return Section(
        section_type=section_type,  # type: ignore[arg-type]
        heading=None,
        paragraphs=tuple(as_paragraphs(blocks, section_type)),  # type: ignore[arg-type]
        page_start=page,
    )


def _authority_names(blocks: Sequence[Block]) -> list[str]:
    """The authority's name as subject line and announcement write it, each form once."""
    texts = [block.text for block in blocks if is_title(block)]
    texts += [block.text for block in blocks if introduction.announces(block.text)]
    names = [introduction.authority_name(text) for text in texts]
    return list(dict.fromkeys(name for name in names if name))


def _dates(
    opening: Opening, sentences: list[str], published: date | None
) -> tuple[date | None, Span, list[Signal]] | Rejection:
    """The letter's date and the visit's days, each completing a year that the other lacks.

    The day of publication serves only to complete the days of the visit: with few exceptions it is
    that of the letter.
    """
    printed = opening.date
    letter_date = _whole(printed) if printed else None
    span = introduction.find_span(sentences, letter_date or published)
    if span is None:
        return _reject("no_visit_date", "No sentence of the introduction says which days it was.")
    if letter_date is not None:
        return letter_date, span, []
    if printed is not None:
        letter_date = earliest_from(printed._replace(year=None), span.end)
    if letter_date is not None:
        detail = "The year at the letter's head is missing or misprinted."
        return letter_date, span, [Signal("letter_date_completed", detail)]
    return None, span, [Signal("no_letter_date", "No line at the letter's head is a date.")]


def _whole(day: PartialDate) -> date | None:
    try:
        return date(day.year, day.month, day.day) if day.year else None
    except ValueError:
        return None
