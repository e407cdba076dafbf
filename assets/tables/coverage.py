"""What is known to be missing: the table `coverage`, worked out from the other tables.

Here belongs which letters count for which authority, kind and year, and how old the newest visit
was.
No clock is asked: the days come from the letters, so the same letters give the same rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from assets.model import Listing
from warehouse.kinds import kinds, known_kind

Row = dict[str, Any]

#: An authority, a kind of document and a year.
_Cell = tuple[str, str, int]

_VISIT_DAYS = ("end_date", "letter_date", "published_date")
_LETTER_DAYS = ("event_date", "published_date")


def coverage_rows(rows: Mapping[str, list[Row]], unfetched: Iterable[Listing]) -> list[Row]:
    """Make the rows of `coverage`.

    Args:
        rows: The rows of the other tables, when they are finished.
        unfetched: What is listed of files whose bytes could not be had.

    Returns:
        One row an authority, kind and year; none where no letter tells of these.
    """
    visits = Counter(
        (row["authority_id"], row["document_kind"], row["start_date"].year)
        for row in rows["visits"]
    )
    unread = Counter(_unread(rows))
    missing = Counter(_missing(rows, unfetched))
    cells = {*visits, *unread, *missing}
    if not cells:
        return []
    newest_day = max(_days(rows, unfetched))
    authorities = {row["authority_id"]: row for row in rows["authorities"]}
    last_year = max(year for *_, year in cells)
    cells |= _expected(authorities.values(), last_year)
    of_kind: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for visit in rows["visits"]:
        of_kind[visit["authority_id"], visit["document_kind"]].append(visit)
    found = []
    for cell in sorted(cells):
        authority_id, kind, year = cell
        last_day = authorities[authority_id]["valid_to"] or date.max
        as_of = min(date(year, 12, 31), newest_day, last_day)
        found.append(
            {
                "authority_id": authority_id,
                "document_kind": kind,
                "year": year,
                "letter_count": visits[cell] + unread[cell],
                "visit_count": visits[cell],
                "unread_count": unread[cell],
                "unfetched_count": missing[cell],
                "as_of_date": as_of,
            }
            | _newest(of_kind[authority_id, kind], as_of)
        )
    return found


def _expected(authorities: Iterable[Row], last_year: int) -> set[_Cell]:
    """Where there may be visits of the kinds that are read: while there are any."""
    return {
        (authority["authority_id"], kind.code, year)
        for kind in kinds().values()
        if kind.parser and kind.since
        for authority in authorities
        for year in range(kind.since.year, min(last_year, (kind.until or date.max).year) + 1)
        if _existed(authority, year)
    }


def _unread(rows: Mapping[str, list[Row]]) -> Iterator[_Cell]:
    """The cell of each letter that became no visit and that no other took the place of."""
    authorities = _by_number(rows)
    read = {row["letter_id"] for row in rows["visits"]}
    addresses = _addresses(rows)
    for letter in rows["letters"]:
        if letter["letter_id"] in read or letter["status"] == "superseded":
            continue
        authority_id = authorities.get(letter["ofsted_urn"])
        day = letter["event_date"] or letter["published_date"]
        kind = letter["document_kind"]
        if authority_id and kind and day and letter["source_url"] not in addresses:
            yield authority_id, kind, day.year


def _missing(rows: Mapping[str, list[Row]], unfetched: Iterable[Listing]) -> Iterator[_Cell]:
    """The cell of each listed file that could not be had."""
    authorities, addresses = _by_number(rows), _addresses(rows)
    for listing in unfetched:
        authority_id = authorities.get(listing.ofsted_urn)
        day = listing.event_date or listing.published_date
        kind = known_kind(listing.listed_kind)
        if authority_id and kind and day and listing.source_url not in addresses:
            yield authority_id, kind, day.year


def _by_number(rows: Mapping[str, list[Row]]) -> dict[str | None, str]:
    """The authorities by the publisher's number."""
    return {
        row["ofsted_urn"]: row["authority_id"] for row in rows["authorities"] if row["ofsted_urn"]
    }


def _addresses(rows: Mapping[str, list[Row]]) -> set[str]:
    """Where letters on visits stand: what else stands there is a version of the same letter."""
    return {row["source_url"] for row in rows["visits"] if row["source_url"]}


def _days(rows: Mapping[str, list[Row]], unfetched: Iterable[Listing]) -> Iterator[date]:
    """Every day of a visit, a letter or its publication that is known."""
    of_rows = ((rows["visits"], ("start_date", *_VISIT_DAYS)), (rows["letters"], _LETTER_DAYS))
    for table, columns in of_rows:
        yield from (row[column] for row in table for column in columns if row[column])
    for listing in unfetched:
        yield from (day for day in (listing.event_date, listing.published_date) if day)


def _existed(authority: Row, year: int) -> bool:
    first, last = authority["valid_from"] or date.min, authority["valid_to"] or date.max
    return bool(first.year <= year <= last.year)


def _newest(visits: Iterable[Row], as_of: date) -> Row:
    """The newest of an authority's visits up to a day, with its age on that day."""
    known = [row for row in visits if row["start_date"] <= as_of]
    newest = max(known, key=lambda row: (row["start_date"], row["visit_id"]), default=None)
    return {
        "newest_visit_id": newest and newest["visit_id"],
        "newest_visit_date": newest and newest["start_date"],
        "newest_visit_age_days": newest and (as_of - newest["start_date"]).days,
    }
