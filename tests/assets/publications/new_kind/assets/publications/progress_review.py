"""How a progress review is read: its title, its days, who led it, and its sections."""

from __future__ import annotations

import re
from datetime import date

from assets.documents.model import Document
from assets.language.dates import visit_span
from assets.language.people import find_names, find_titles
from assets.model import Rejection
from assets.publications.model import Person, Publication
from assets.publications.sections import body_headings, read_sections
from warehouse.kinds import kinds

_KIND = "progress_review"
_TITLE = re.compile(r"^Progress review of (?P<name>.+?) children[’']s services$")


def parse(document: Document, published: date | None = None) -> Publication | Rejection:
    """Read a progress review; its days are printed on a line of their own."""
    texts = [block.text for block in document.blocks]
    title = next(found for text in texts if (found := _TITLE.match(text)))
    days = next(text for text in texts if text.startswith("Review dates:"))
    span = visit_span(days, published)
    if span is None:
        return Rejection(stage="parse", reason_code="no_visit_date", detail=f"It says {days!r}.")
    lead = next((text for text in texts if text.startswith("Lead reviewer:")), "")
    people = [
        Person(name, titles[0].text if (titles := find_titles(lead, span.end)) else None, "lead")
        for *_, name in find_names(lead.removeprefix("Lead reviewer:"))[:1]
    ]
    start = body_headings(document.blocks, 0)[0]
    sections, signals = read_sections(document.blocks[start:])
    return Publication(
        letter_id=document.letter_id,
        document_kind=_KIND,
        framework=kinds()[_KIND].framework,
        authority_names=(title["name"],),
        windows=(span,),
        letter_date=published or span.end,
        people=tuple(people),
        sections=tuple(sections),
        page_count=document.page_count,
        text_method=document.text_method,
        signals=tuple(signals),
    )
