"""What earlier releases had and this one has not: where its address leads now, or why it is gone.

Here belongs the finding of successors. An id that was ever published keeps its address: each
release says which ones it lacks, those of all releases before it among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rapidfuzz import fuzz, process

from assets.portal.pages.releases import known_releases
from assets.portal.reading import Book, Row, findings_of, grouped
from assets.portal.site import Site
from assets.portal.words import finding_address, visit_address
from assets.release.changes.gone import read_gone

#: Of 100, as rapidfuzz counts: from here on a sentence is taken for another reading of one.
_LIKE = 75

_READ_ANEW = "The document was read again, by a better program or with a correction by a person."
_AMENDED = "Ofsted put another version of the document in the place of the one that had it."
_RENAMED = "The same document is now filed under another council, kind or day."
_NO_POINT = "It is not taken for a point to improve any more."
_UNUSED = "The document does not count any more: another one, or none, is used in its place."


def gone(book: Book) -> dict[str, list[Row]]:
    """Findings that are gone, or are no points any more, by the visit at whose address they stood.

    Each has its `finding_id` (nothing for a visit that had none), `text`, `is_point`, whether it is
    gone itself (`is_gone`), the version of the last release that had it, why it is gone, and `now`:
    the finding that stands there instead, or `None`.
    """
    known = {one["finding_id"]: one for visit in book.visits.values() for one in findings_of(visit)}
    letters = {visit["letter_id"]: visit for visit in book.visits.values()}
    replaced = {
        one["letter_id"]: visit for visit in book.visits.values() for one in visit["replaced"]
    }
    told: list[Row] = []
    for row in read_gone(book.release, known_releases(book.release)[:0:-1]).iter_rows(named=True):
        here = known.get(row["finding_id"])
        why = (
            {"why": _NO_POINT, "now": here}
            if here
            else _explained(book.visits.get(row["visit_id"]), row, letters, replaced)
        )
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
                findings=[one for one in findings if one["finding_id"]],
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


def _explained(
    here: Row | None, row: Row, letters: Mapping[str, Row], replaced: Mapping[str, Row]
) -> dict[str, Any]:
    """Why a finding is gone, what stands there now, and in which visit.

    Args:
        here: What has the id of its visit now.
        row: The finding.
        letters: Visits by the letters that they are of.
        replaced: Visits by the letters that theirs took the place of.
    """
    same = letters.get(row["letter_id"])
    if here is not None:
        why = _READ_ANEW if here is same else _AMENDED
    else:
        here = same or replaced.get(row["letter_id"])
        why = _RENAMED if same else _AMENDED if here else _UNUSED
    now = _closest(row["text"], findings_of(here)) if here and row["text"] else None
    return {"why": why, "now": now, "successor": here}


def _closest(text: str, findings: Iterable[Row]) -> Row | None:
    """The finding whose words are most like a text; `None` where none is like it."""
    every = list(findings)
    found = process.extractOne(
        text, [one["text"] for one in every], scorer=fuzz.ratio, score_cutoff=_LIKE
    )
    return every[found[2]] if found else None
