"""What earlier releases had and this one has not: where its address leads now, or why it is gone.

Here belongs the finding of successors. An id that was ever published keeps its address, as far as
the releases that had it lie beside the one that is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rapidfuzz import fuzz, process

from assets.portal.pages.releases import known_releases
from assets.portal.reading import Book, Row, findings_of, grouped, is_point
from assets.portal.site import Site
from assets.portal.words import finding_address, visit_address
from assets.release.store import Release, reading
from warehouse.parquet import read_table

#: Of 100, as rapidfuzz counts: from here on a sentence is taken for another reading of one.
_LIKE = 75

_READ_ANEW = "The document was read again, by a better program or with a correction by a person."
_AMENDED = "Ofsted put another version of the document in the place of the one that had it."
_RENAMED = "The same document is now filed under another council, kind or day."
_NO_POINT = "It is not taken for a point to improve any more."
_UNUSED = "The document does not count any more: another one, or none, is used in its place."


def gone(book: Book) -> dict[str, list[Row]]:
    """Findings that are gone, or are no points any more, by the visit at whose address they stood.

    Each has its `finding_id`, `text`, `is_point`, whether it is gone itself (`is_gone`), the
    version of the last release that had it, why it is gone, and `now`: the finding that stands
    there instead, or `None`.
    """
    known = {one["finding_id"]: one for visit in book.visits.values() for one in findings_of(visit)}
    seen = set()
    letters = {visit["letter_id"]: visit for visit in book.visits.values()}
    told: list[Row] = []
    for release in known_releases(book.release)[1:]:
        for row in _findings(release):
            here = known.get(row["finding_id"])
            is_same = here and (is_point(here) or not row["is_point"])
            if not is_same and row["finding_id"] not in seen:
                seen.add(row["finding_id"])
                why = {"why": _NO_POINT, "now": here} if here else _explained(book, row, letters)
                told.append(row | why | {"is_gone": not here})
    return grouped(told, "visit_id")


def write(site: Site, book: Book) -> None:
    """Write pages at the addresses of visits and points that are gone."""
    for visit_id, findings in site.common["gone"].items():
        if visit_id not in book.visits:
            successor = findings[0]["successor"]
            site.page(
                f"visits/{visit_id}/",
                "gone",
                listed=False,
                title="A visit that is gone",
                why=findings[0]["why"],
                to=visit_address(successor) if successor else None,
                findings=findings,
            )
        for one in findings:
            if one["is_point"]:
                site.page(
                    f"points/{one['finding_id']}/",
                    "gone",
                    listed=False,
                    title="A point to improve that is gone",
                    why=one["why"],
                    to=finding_address(one["now"]) if one["now"] else None,
                    findings=[one],
                )


def _findings(release: Release) -> Iterator[Row]:
    """The findings of an earlier release, with the letters that they were of."""
    with reading(release.tables):
        findings = read_table(release.tables, "findings")
        visits = read_table(release.tables, "visits").select("visit_id", "letter_id")
        columns = ["finding_id", "visit_id", "text", "is_improvement", "is_priority_action"]
        rows = findings.select(columns).join(visits, on="visit_id")
    for row in rows.iter_rows(named=True):
        yield row | {"is_point": is_point(row), "version": release.record.version}


def _explained(book: Book, row: Row, letters: Mapping[str, Row]) -> dict[str, Any]:
    here, same = book.visits.get(row["visit_id"]), letters.get(row["letter_id"])
    if here is not None:
        why = _READ_ANEW if here["letter_id"] == row["letter_id"] else _AMENDED
    else:
        replaced = (
            visit
            for visit in book.visits.values()
            if any(one["letter_id"] == row["letter_id"] for one in visit["replaced"])
        )
        here = same or next(replaced, None)
        why = _RENAMED if same else _AMENDED if here else _UNUSED
    now = _closest(row["text"], findings_of(here)) if here else None
    return {"why": why, "now": now, "successor": here}


def _closest(text: str, findings: Iterable[Row]) -> Row | None:
    """The finding whose words are most like a text; `None` where none is like it."""
    every = list(findings)
    found = process.extractOne(
        text, [one["text"] for one in every], scorer=fuzz.ratio, score_cutoff=_LIKE
    )
    return every[found[2]] if found else None
