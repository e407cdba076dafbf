"""The pages of visits and inspections: each document, section by section, finding by finding."""

from __future__ import annotations

from typing import Any

from assets.portal.reading import Book, Row, findings_of
from assets.portal.site import Site
from assets.portal.words import visit_address

#: What every document says alike.
_STOCK = frozenset({"about", "closing"})
#: In a longer document a script adds the link of each finding: the first view is to be light.
_MOST_LINKS = 400
#: Stand in for the page and the id of a finding until a script knows which is meant.
_PAGE, _ID = "{page}", "{id}"


def write(site: Site, book: Book) -> None:
    """Write them."""
    for visits in book.visits_of.values():
        for number, visit in enumerate(visits):
            site.page(
                visit_address(visit),
                "visit",
                visit=visit,
                sections=[one for one in visit["sections"] if one["section_type"] not in _STOCK],
                has_links=visit["finding_count"] < _MOST_LINKS,
                before=visits[number - 1] if number else None,
                after=visits[number + 1] if number + 1 < len(visits) else None,
                forms=_forms(site, visit),
            )


def _forms(site: Site, visit: Row) -> dict[str, str]:
    """How a finding of the visit is cited, with a place for its page and id."""
    first = next(findings_of(visit), None)
    if first is None:
        return {}
    forms: dict[str, str] = site.common["citation"](visit, first)
    told: dict[str, Any] = {}
    for name, text in forms.items():
        text = text.replace(first["finding_id"], _ID)
        for words in ("page ", "p. ", "pages = {"):
            text = text.replace(f"{words}{first['page']}", f"{words}{_PAGE}")
        told[name] = text
    return told
