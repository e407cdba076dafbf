"""The pages of visits and inspections: each document finding by finding, and how to cite it."""

from __future__ import annotations

from collections import Counter

from assets.portal.counting import counted_findings, points_of_board
from assets.portal.reading import Book, Row, findings_of, grouped
from assets.portal.site import Site
from assets.portal.words import visit_address

#: What every document says alike.
_STOCK = frozenset({"about", "closing"})
#: In a longer document the link to a finding's citation leads to its page: the first view is to be
#: light, and ids cannot be packed.
_MOST_IDS = 400


def write(site: Site, book: Book) -> None:
    """Write them."""
    for visits in book.visits_of.values():
        for number, visit in enumerate(visits):
            gone = [one for one in site.common["gone"].get(visit["visit_id"], ()) if one["is_gone"]]
            here = [one for one in gone if one["now"] and one["now"]["visit"] is visit]
            site.page(
                visit_address(visit),
                "visit",
                visit=visit,
                sections=[one for one in visit["sections"] if one["section_type"] not in _STOCK],
                of_board=_of_board(visit),
                of_valence=Counter(one["valence"] for one in counted_findings(visit)),
                cites_by_id=visit["finding_count"] < _MOST_IDS,
                formerly=grouped(here, lambda one: one["now"]["finding_id"]),
                gone_for_good=[one for one in gone if one not in here],
                before=visits[number - 1] if number else None,
                after=visits[number + 1] if number + 1 < len(visits) else None,
            )
            site.page(
                f"{visit_address(visit)}cite/",
                "cite",
                listed=False,
                visit=visit,
                pages=_by_page(visit),
            )


def _of_board(visit: Row) -> dict[str, int]:
    """How much of it is about a safeguarding board, which its counts leave out."""
    return {
        "findings": len(list(findings_of(visit))) - visit["finding_count"],
        "points": points_of_board(visit),
    }


def _by_page(visit: Row) -> dict[int | None, list[Row]]:
    """The findings of a document by the page on which they begin; those without one last."""
    pages = grouped(findings_of(visit), lambda one: one["page"])
    return dict(sorted(pages.items(), key=lambda one: (one[0] is None, one[0])))
