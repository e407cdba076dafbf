"""The pages of authorities: one each, and their list in the alphabet's order."""

from __future__ import annotations

from typing import Any

from assets.portal.charts import timeline
from assets.portal.counting import asking, became, kinds_of, points_of, points_of_board
from assets.portal.pages.home import by_letter
from assets.portal.reading import Book, Row
from assets.portal.site import Site
from assets.portal.words import authority_address

_HEADLINES = 3
_HEADLINE = "headline_findings"


def write(site: Site, book: Book) -> None:
    """Write them."""
    site.page("authorities/", "authorities", groups=by_letter(book.authorities.values()))
    for authority in book.authorities.values():
        visits = book.visits_of.get(authority["authority_id"], [])
        site.page(
            authority_address(authority),
            "authority",
            authority=authority,
            visits=visits,
            points=[(one, points_of(one), points_of_board(one)) for one in reversed(visits)],
            became=became(book, (point for one in visits for point in points_of(one))),
            predecessors=_authorities(book, authority["predecessors"]),
            successors=_authorities(book, authority["successors"]),
            neighbours=_authorities(book, authority["neighbours"]),
            held=_held(book, authority),
            chart=_chart(book, authority, visits) if visits else None,
            topics=_topics(book, authority, visits),
            headlines=[(visit, headlines(visit)) for visit in reversed(visits)],
        )


def headlines(visit: Row) -> list[Row]:
    """The first findings of a visit's summary, else of its findings, in the letter's order."""
    sections = [one for one in visit["sections"] if one["findings"]]
    told = [one for one in sections if one["section_type"] == _HEADLINE]
    of_all = [one for one in sections if one["section_type"] == "main_findings"]
    return [finding for section in told or of_all for finding in section["findings"]][:_HEADLINES]


def _authorities(book: Book, ids: list[str] | None) -> list[Row]:
    return [book.authorities[one] for one in ids or () if one in book.authorities]


def _held(book: Book, authority: Row) -> list[Row]:
    """The grades that it holds, in the order of frameworks and of what is judged."""
    order = list(book.codes["judgement"])
    held = [row for row in authority["grades"] or () if row["to_date"] is None]
    return sorted(held, key=lambda row: (row["framework"], order.index(row["judgement_code"])))


def _chart(book: Book, authority: Row, visits: list[Row]) -> dict[str, Any]:
    lanes = {
        book.label("document_kind", kind): group for kind, group in kinds_of(book, visits).items()
    }
    overall = [
        row for row in authority["grades"] or () if row["judgement_code"] == "overall_effectiveness"
    ]
    newest = max(visit["start_date"] for visit in visits)
    return timeline(lanes, overall, max(newest, book.as_of), book.label)


def _topics(book: Book, authority: Row, visits: list[Row]) -> list[dict[str, Any]]:
    """For each kind of visit what was asked, beside what others were asked in such visits."""
    neighbours = set(authority["neighbours"] or ())
    tables = []
    for kind, own in kinds_of(book, visits).items():
        every = [visit for visit in book.visits.values() if visit["document_kind"] == kind]
        groups = {
            "Neighbours": [one for one in every if one["authority_id"] in neighbours],
            authority["region"]: [
                one for one in every if one["authority"]["region_code"] == authority["region_code"]
            ],
            "England": every,
        }
        rows = [
            (topic, count, [asking(group, code) for group in groups.values()])
            for code, topic in sorted(book.topics.items(), key=lambda one: one[1]["label"])
            if (count := asking(own, code)).number
        ]
        if rows:
            names = {name: len(group) for name, group in groups.items()}
            tables.append({"kind": kind, "total": len(own), "groups": names, "rows": rows})
    return tables
