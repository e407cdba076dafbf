"""The history of visits: which version of a letter counted when, and what it said.

Here belongs the order of a letter's versions in time, and the rows of the table `visit_versions`.
Here does not belong which version counts now (`rows`), nor how a letter becomes rows
(`letter_rows`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from assets.tables.derived import derive
from assets.tables.letter_rows import Visit, add_visit
from assets.tables.versions import Versions
from warehouse.schema import SCHEMA

Row = dict[str, Any]


class _Version(NamedTuple):
    """When a version of a letter can have been known.

    Attributes:
        letter_id: The letter in that version.
        published: The publisher's day of publication.
        written: The letter's date.
        seen_at: When it was first seen.
    """

    letter_id: str
    published: date | None
    written: date | None
    seen_at: datetime

    @property
    def seen(self) -> date:
        """The day on which it was first seen."""
        return _day(self.seen_at)

    @property
    def known(self) -> date:
        """The day from which it could be known, had there been no other."""
        return self.published or self.written or self.seen

    def came_before(self, other: _Version) -> bool:
        """Whether it was there before another, by the publisher's days or by when it was seen."""
        if self.published and other.published and self.published < other.published:
            return True
        return self.seen_at < other.seen_at


class _Span(NamedTuple):
    """The days on which a version counted: from the first up to, and without, the last."""

    known_from: date
    known_to: date | None


class History:
    """The rows of `visit_versions`, batch by batch.

    A letter that stands alone tells its own history; the others wait for those that came before or
    after it.
    """

    def __init__(self, versions: Versions) -> None:
        """Take what became of the versions of letters."""
        followed_by = versions.followed_by
        superseded = (visit.file.letter_id for visit in versions.superseded)
        self._versions = versions
        self._in_order = {*followed_by, *followed_by.values(), *superseded}
        self._letters: list[Row] = []
        self._visits: list[Row] = []

    def add(self, letters: Sequence[Row], visits: Sequence[Row]) -> list[Row]:
        """The rows of those visits that stand alone.

        Args:
            letters: Rows of that table, those of the visits among them.
            visits: Rows of that table, when they are finished.
        """
        self._letters += (row for row in letters if row["letter_id"] in self._in_order)
        self._visits += (row for row in visits if row["letter_id"] in self._in_order)
        alone = [row for row in visits if row["letter_id"] not in self._in_order]
        return version_rows(letters, alone, (), {}, self._versions.replaced)

    def rest(self, superseded: Iterable[Visit]) -> list[Row]:
        """The rows of all others.

        Args:
            superseded: The letters that another took the place of, with all that was read in them.
        """
        versions = self._versions
        return version_rows(
            self._letters, self._visits, superseded, versions.followed_by, versions.replaced
        )


def version_rows(
    letters: Iterable[Row],
    visits: Iterable[Row],
    superseded: Iterable[Visit],
    followed_by: Mapping[str, str],
    replaced: Collection[str],
) -> list[Row]:
    """Make the rows of `visit_versions`: of all letters, or of some and of all that follow them.

    Args:
        letters: The rows of that table.
        visits: The rows of that table.
        superseded: The letters that were read into a visit, and that another took the place of.
        followed_by: By `letter_id`, the version that came after it: also of letters that are no
            visits.
        replaced: Letters in whose place the publisher put another file, even one that cannot be
            read.

    Returns:
        One row for each letter of `visits` and each one superseded.
    """
    of_letter = {row["letter_id"]: row for row in letters}
    stated = {row["letter_id"]: row for row in visits}
    stated |= {visit.file.letter_id: _stated(visit) for visit in superseded}
    versions = {
        letter_id: _version(of_letter[letter_id], stated.get(letter_id))
        for letter_id in sorted({*stated, *followed_by, *followed_by.values()})
    }
    spans = {version.letter_id: _never(version) for version in versions.values()}
    for succession in _successions(versions, followed_by):
        spans |= _spans(succession)
    return [
        row
        | spans[letter_id]._asdict()
        | {"withdrawn_date": _withdrawn(of_letter[letter_id], replaced)}
        for letter_id, row in stated.items()
    ]


def _stated(visit: Visit) -> Row:
    """What `visits` would say if that version counted."""
    rows: dict[str, list[Row]] = {name: [] for name in SCHEMA}
    add_visit(rows, visit)
    derive(rows)
    (row,) = rows["visits"]
    return row


def _version(letter: Row, visit: Row | None) -> _Version:
    return _Version(
        letter_id=letter["letter_id"],
        published=visit["published_date"] if visit else letter["published_date"],
        written=visit["letter_date"] if visit else None,
        seen_at=letter["first_seen_at"],
    )


def _successions(
    versions: Mapping[str, _Version], followed_by: Mapping[str, str]
) -> Iterator[list[_Version]]:
    """The versions of each letter, the one that counts now last."""
    before: dict[str, list[str]] = defaultdict(list)
    for earlier, later in followed_by.items():
        before[later].append(earlier)
    for letter_id, version in versions.items():
        if letter_id in followed_by:
            continue
        succession, generation = [version], before[letter_id]
        while generation:
            # Those that were followed by one and the same file stood beside each other.
            beside = sorted((versions[one] for one in generation), key=_order, reverse=True)
            succession += beside
            generation = [earlier for one in beside for earlier in before[one.letter_id]]
        yield succession[::-1]


def _order(version: _Version) -> tuple[date, datetime, str]:
    return version.known, version.seen_at, version.letter_id


def _spans(succession: Sequence[_Version]) -> dict[str, _Span]:
    """When each version counted of those that ever did."""
    counted: list[_Version] = []
    for version in reversed(succession):
        if not counted or version.came_before(counted[-1]):
            counted.append(version)
    days: list[date] = []
    for version in reversed(counted):
        if not days:
            days.append(version.known)
        elif version.published and version.published > days[-1]:
            days.append(version.published)
        else:
            days.append(max(version.seen, days[-1]))
    ends = [*days[1:], None]
    return {
        version.letter_id: _Span(day, end)
        for version, day, end in zip(reversed(counted), days, ends, strict=True)
    }


def _never(version: _Version) -> _Span:
    """The days on which a version counted that never did."""
    return _Span(version.known, version.known)


def _withdrawn(letter: Row, replaced: Collection[str]) -> date | None:
    """The last day on which a letter was found that is gone, with nothing in its place."""
    is_gone = not letter["is_listed"] and letter["superseded_by"] is None
    return _day(letter["last_seen_at"]) if is_gone and letter["letter_id"] not in replaced else None


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
