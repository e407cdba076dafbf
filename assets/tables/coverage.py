"""What is known to be missing: the table `coverage`, worked out from the other tables.

Here belongs which letters count for which authority, kind and year, and how old the newest visit
was.
No clock is asked: the days come from the letters, so the same letters give the same rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from assets.model import Listing
from assets.tables.derived import AllRows
from warehouse.kinds import kinds, known_kind

Row = dict[str, Any]

#: An authority, a kind of document and a year.
_Cell = tuple[str, str, int]
#: The first day of a visit, and its key.
_Day = tuple[date, str]

_VISIT_DAYS = ("end_date", "letter_date", "published_date")
_LETTER_DAYS = ("event_date", "published_date")
_LISTED = (*_LETTER_DAYS, "ofsted_urn", "source_url")


def coverage_rows(made: AllRows, unfetched: Iterable[Listing]) -> Iterator[Row]:
    """Make the rows of `coverage`.

    Args:
        made: Reads the rows of the other tables, when they are finished.
        unfetched: What is listed of files whose bytes could not be had.

    Yields:
        One row an authority, kind and year; none where no letter tells of these.
    """
    of_kind: dict[tuple[str, str], list[_Day]] = defaultdict(list)
    for row in made("visits", "authority_id", "document_kind", "start_date", "visit_id"):
        day = row["start_date"], row["visit_id"]
        of_kind[row["authority_id"], row["document_kind"]].append(day)
    visits = Counter(
        (*of, start_date.year) for of, days in of_kind.items() for start_date, _ in days
    )
    authorities = {row["authority_id"]: row for row in made("authorities")}
    places = _Places(made, authorities.values())
    unread = Counter(places.unread(made))
    missing = Counter(places.missing(unfetched))
    cells = {*visits, *unread, *missing}
    if not cells:
        return
    newest_day = max(_days(made, unfetched))
    last_year = max(year for *_, year in cells)
    cells |= _expected(authorities.values(), last_year)
    for cell in sorted(cells):
        authority_id, kind, year = cell
        last_day = authorities[authority_id]["valid_to"] or date.max
        as_of = min(date(year, 12, 31), newest_day, last_day)
        yield {
            "authority_id": authority_id,
            "document_kind": kind,
            "year": year,
            "letter_count": visits[cell] + unread[cell],
            "visit_count": visits[cell],
            "unread_count": unread[cell],
            "unfetched_count": missing[cell],
            "as_of_date": as_of,
        } | _newest(of_kind[authority_id, kind], as_of)


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


class _Places:
    """Where letters belong that became no visit, and which need not be counted."""

    def __init__(self, made: AllRows, authorities: Iterable[Row]) -> None:
        self._by_number = {
            row["ofsted_urn"]: row["authority_id"] for row in authorities if row["ofsted_urn"]
        }
        read = [*made("visits", "letter_id", "source_url")]
        self._read = {row["letter_id"] for row in read}
        # What else stands where the letter on a visit does is a version of the same letter.
        self._addresses = {row["source_url"] for row in read if row["source_url"]}

    def unread(self, made: AllRows) -> Iterator[_Cell]:
        """The cell of each letter that became no visit and that no other took the place of."""
        for letter in made("letters", "letter_id", "status", "document_kind", *_LISTED):
            if letter["letter_id"] not in self._read and letter["status"] != "superseded":
                yield from self._cell(letter, letter["document_kind"])

    def missing(self, unfetched: Iterable[Listing]) -> Iterator[_Cell]:
        """The cell of each listed file that could not be had."""
        for listing in unfetched:
            listed = {name: getattr(listing, name) for name in _LISTED}
            yield from self._cell(listed, known_kind(listing.listed_kind))

    def _cell(self, listed: Row, kind: str | None) -> Iterator[_Cell]:
        authority_id = self._by_number.get(listed["ofsted_urn"])
        day = listed["event_date"] or listed["published_date"]
        if authority_id and kind and day and listed["source_url"] not in self._addresses:
            yield authority_id, kind, day.year


def _days(made: AllRows, unfetched: Iterable[Listing]) -> Iterator[date]:
    """Every day of a visit, a letter or its publication that is known."""
    for table, columns in (("visits", ("start_date", *_VISIT_DAYS)), ("letters", _LETTER_DAYS)):
        rows = made(table, *columns)
        yield from (row[column] for row in rows for column in columns if row[column])
    for listing in unfetched:
        yield from (day for day in (listing.event_date, listing.published_date) if day)


def _existed(authority: Row, year: int) -> bool:
    first, last = authority["valid_from"] or date.min, authority["valid_to"] or date.max
    return bool(first.year <= year <= last.year)


def _newest(days: Iterable[_Day], as_of: date) -> Row:
    """The newest of an authority's visits up to a day, with its age on that day."""
    newest_day, newest = max((day for day in days if day[0] <= as_of), default=(None, None))
    return {
        "newest_visit_id": newest,
        "newest_visit_date": newest_day,
        "newest_visit_age_days": newest_day and (as_of - newest_day).days,
    }
