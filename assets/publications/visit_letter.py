"""How the letter on a focused or a monitoring visit is read, over all eras of its template.

The letter opens like any other (`opening`), introduces the visit (`introduction`, `background`),
has its findings under headings (`sections`), and closes (`closing`). The eras differ only in the
rows of the tables of variants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice, pairwise

from msgspec import structs

from assets.documents.model import Block, Document
from assets.language.dates import Span, is_a_year_off, settle_years, whole_date
from assets.language.people import person_key
from assets.language.sentences import split_sentences
from assets.model import Rejection, Signal
from assets.publications import background, introduction
from assets.publications.closing import Signature, part_closing, read_signature
from assets.publications.doubts import doubts_on_dates, doubts_on_pages, rejected
from assets.publications.headings import heading_of, opens_introduction, settle_headings
from assets.publications.kinds import document_kind, is_title
from assets.publications.model import Correspondent, Person, Publication, Section
from assets.publications.opening import Opening, is_letterhead, read_opening
from assets.publications.previous_inspection import previous_inspection
from assets.publications.sections import (
    body_headings,
    read_sections,
    running_texts,
    untitled,
)
from assets.publications.shape import doubts_on_shape
from assets.publications.team import cut_names, find_team, with_title
from assets.publications.themes import theme_codes

_FOCUSED, _MONITORING = "focused_visit", "monitoring_visit"
_TAIL = 80  # characters of a text that a signal quotes
_STRAY = 2  # letters of a paragraph that says nothing


def parse(document: Document, published: date | None = None) -> Publication | Rejection:
    """Read the letter on a focused or a monitoring visit, as `publications.parse` asks for it."""
    blocks = settle_headings(block for block in document.blocks if block.kind != "footnote")
    kind = _MONITORING if document_kind(document.blocks) == _MONITORING else _FOCUSED
    strays = [block for block in blocks if _is_stray(block)]
    blocks = [block for block in blocks if not _is_stray(block)]
    announcement = next(
        (i for i, block in enumerate(blocks) if introduction.announces(block.text)), len(blocks)
    )
    headings = body_headings(blocks, announcement)
    if not headings:
        return rejected("no_findings", "The letter has no heading of findings that is known here.")
    body_start = headings[0]
    body, closing = part_closing(blocks, headings[-1] + 1)

    names = _authority_names(blocks[:body_start])
    opening = read_opening(blocks[:body_start], names)
    if opening is None:
        return rejected("not_a_letter", "The text has no salutation (Dear …).")

    introduced = blocks[opening.body : body_start]
    titles = [block.text for block in introduced if is_title(block)]
    introduced = [block for block in introduced if not is_title(block)]
    sentences = introduction.introduction_sentences(introduced)
    dated = _dates(opening, [*sentences, *titles], published)
    if isinstance(dated, Rejection):
        return dated
    letter_date, span, signals = dated
    written = letter_date or published or span.end

    sections, heading_signals = read_sections(body[body_start:])
    focus = introduction.find_focus(sentences)
    team = find_team(sentences, written)
    signature = read_signature(closing, written, [member.name for member in team])
    team = with_title(team, *(signature or (None, None)))
    findings = [sentence for text in running_texts(sections) for sentence in split_sentences(text)]
    previous = previous_inspection([*sentences, *findings], names)
    is_covid_adapted = background.is_covid_adapted(sentences)
    if not any(section.section_type == "headline_findings" for section in sections):
        start = introduction.summary_start(introduced)
        summary = introduced[start:]
        introduced = introduced[:start]
        sections = [*([untitled("headline_findings", summary)] if summary else []), *sections]
    sections = [
        *_introduction(introduced),
        *sections,
        untitled("closing", [block for block in closing if not is_letterhead(block)]),
    ]
    signals += heading_signals
    signals += doubts_on_shape(blocks, sections, focus, is_covid=is_covid_adapted)
    signals += doubts_on_pages(document)
    signals += [Signal("stray_text", f"A paragraph of nothing but {s.text!r}.") for s in strays]
    signals += [
        Signal("inspector_title_never_met", f"No title that is known stands with {member.name}.")
        for member in team
        if member.title is None
    ]
    signals += [
        Signal("full_stop_missing", sentence[-_TAIL:])
        for sentence in introduction.without_full_stop(sentences)
    ]
    signals += [Signal("name_cut", word) for word in cut_names(sentences, written)]
    themes = theme_codes(focus, sentences)
    every_letter_has = (
        (opening.addressee_name, "no_addressee", "No name stands in the address."),
        (team, "no_inspectors", "The letter names no inspector."),
        (themes or not focus, "no_theme", f"No theme that is known: {(focus or '')[:_TAIL]}"),
        (signature, "no_signatory", "No name stands under the closing."),
    )
    signals += [Signal(code, detail) for part, code, detail in every_letter_has if not part]
    return Publication(
        letter_id=document.letter_id,
        document_kind=kind,
        framework=background.framework(sentences),
        authority_names=tuple(names),
        windows=(span,),
        letter_date=letter_date,
        people=_people(team, signature),
        addressees=(Correspondent(opening.addressee_name, opening.addressee_role),),
        theme_codes=themes,
        sections=tuple(sections),
        page_count=document.page_count,
        text_method=document.text_method,
        details={
            "focus": focus,
            "delivery_mode": background.delivery_mode(sentences),
            "is_covid_adapted": is_covid_adapted,
            "previous_inspection": previous.when,
            "previous_judgement_code": previous.judgement_code,
        },
        signals=tuple(signals),
    )


def _is_stray(block: Block) -> bool:
    """Whether a block is a key struck by mistake: one or two characters alone."""
    return sum(1 for _ in islice(filter(str.isalnum, block.text), _STRAY + 1)) <= _STRAY


def _people(team: Sequence[Person], signature: Signature | None) -> tuple[Person, ...]:
    """The team with who signed marked, or set behind it where the letter names that person last."""
    if signature is None:
        return tuple(team)
    key = person_key(signature.name)
    if any(person_key(member.name) == key for member in team):
        return tuple(
            structs.replace(member, is_signatory=person_key(member.name) == key) for member in team
        )
    return (*team, Person(signature.name, signature.title, "signatory", is_signatory=True))


def _introduction(blocks: Sequence[Block]) -> Iterator[Section]:
    """The introduction, and what stands under headings within it."""
    starts = [index for index, block in enumerate(blocks) if opens_introduction(block)]
    for first, end in pairwise([0, *starts, len(blocks)]):
        if first in starts:
            section = untitled("introduction", blocks[first + 1 : end])
            yield structs.replace(section, heading=heading_of(blocks[first]))
        else:
            yield untitled("introduction", blocks[first:end])


def _authority_names(blocks: Sequence[Block]) -> list[str]:
    """The authority's name as subject line and announcement write it, each form once."""
    texts = [block.text for block in blocks if is_title(block)]
    texts += [block.text for block in blocks if introduction.announces(block.text)]
    names = [introduction.authority_name(text) for text in texts]
    return list(dict.fromkeys(name for name in names if name))


def _dates(
    opening: Opening, sentences: list[str], published: date | None
) -> tuple[date | None, Span, list[Signal]] | Rejection:
    """The letter's date and the visit's days, and what of them is not as written."""
    printed = opening.date
    letter_date = whole_date(printed) if printed else None
    limits = [letter_date, published]
    if letter_date is None or (published and is_a_year_off(letter_date, published)):
        limits.reverse()
    span = next(filter(None, (introduction.find_span(sentences, day) for day in limits)), None)
    if span is None:
        return rejected("no_visit_date", "No sentence of the introduction says which days it was.")
    timing = settle_years(printed, span, published)
    return timing.letter_date, timing.span, list(doubts_on_dates(timing))
