"""What visits asked for, counted: always visits, never sentences, and within one kind.

Here belongs the counting. Shares are given by the templates, and only of groups of ten visits or
more; inspectors choose where they look, so a group is no sample.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from assets.portal.reading import Book, Row, findings_of, is_point
from warehouse.kinds import SAFEGUARDING_BOARD

#: What is about a board, or asked of it, is not the council's; it counts where the board itself was
#: reviewed.
_OF_BOARDS = "lscb_review"
_NOT_REVISITED, _NO_LATER = "not_revisited", "none"


class Count(NamedTuple):
    """So many of a group of visits.

    Attributes:
        number: How many of them it is true of.
        total: How many there are.
        visits: Those that it is true of, in the order of days.
    """

    number: int
    total: int
    visits: tuple[Row, ...]

    @property
    def share(self) -> float:
        """The count as a share of the total, 0 to 1."""
        return self.number / self.total if self.total else 0.0


def asked_topics(visit: Row) -> Counter[str]:
    """The topics of what a visit asked to improve, each with its number of points."""
    if "asked" not in visit:
        visit["asked"] = Counter(
            topic for finding in points_of(visit) for topic in finding["topics"] if topic != "other"
        )
    asked: Counter[str] = visit["asked"]
    return asked


def counted_findings(visit: Row) -> list[Row]:
    """The findings of a visit that its counts hold: not those of a safeguarding board."""
    is_of_board = visit["document_kind"] == _OF_BOARDS
    return [one for one in findings_of(visit) if is_of_board or not _is_boards(one)]


def points_of(visit: Row) -> list[Row]:
    """What a visit asked the council, or the partners of the area, to improve."""
    return [one for one in counted_findings(visit) if is_point(one)]


def _is_boards(finding: Row) -> bool:
    is_asked = finding["responsible_body"] == SAFEGUARDING_BOARD
    return bool(is_asked or finding["section"]["section_type"] == "lscb")


def points_of_board(visit: Row) -> int:
    """How many points of a visit are asked of a safeguarding board, not of the council."""
    return sum(map(is_point, findings_of(visit))) - len(points_of(visit))


def became(book: Book, points: Iterable[Row]) -> list[tuple[str, int]]:
    """What became of points: each counted by the last document that comes back to it.

    Returns:
        Labels of statuses in the order of their list, with their numbers; none that has no point.
    """
    counts = Counter(_last_status(book.follow_ups.get(one["finding_id"], ())) for one in points)
    statuses = book.codes["follow_up_status"].items()
    told = [(code, row["label"].lower()) for code, row in statuses]
    labels = [*told, (None, "cannot be told"), (_NO_LATER, "no later document here")]
    return [(label, counts[code]) for code, label in labels if counts[code]]


def _last_status(follow_ups: Sequence[Row]) -> str | None:
    codes: list[str | None] = [one["status_code"] for one in follow_ups] or [_NO_LATER]
    return ([code for code in codes if code != _NOT_REVISITED] or codes)[-1]


def asking(visits: Iterable[Row], topic: str) -> Count:
    """Of these visits, those that asked to improve something of a topic."""
    every = tuple(visits)
    those = tuple(visit for visit in every if asked_topics(visit)[topic])
    return Count(len(those), len(every), those)


def most_asked(book: Book, visits: Iterable[Row]) -> list[tuple[Row, Count]]:
    """The topics that these visits asked to improve, most visits first, then by their names."""
    every = tuple(visits)
    counts = [(topic, asking(every, code)) for code, topic in book.topics.items()]
    found = [(topic, count) for topic, count in counts if count.number]
    return sorted(found, key=lambda one: (-one[1].number, one[0]["label"]))


def kinds_of(book: Book, visits: Iterable[Row]) -> dict[str, list[Row]]:
    """Visits by their kind, in the order of the code list; no kind without a visit."""
    groups: dict[str, list[Row]] = {kind: [] for kind in book.codes["document_kind"]}
    for visit in visits:
        groups[visit["document_kind"]].append(visit)
    return {kind: group for kind, group in groups.items() if group}


def years_of(visits: Iterable[Row]) -> dict[int, list[Row]]:
    """Visits by the year of their first day, years without any among them."""
    every = tuple(visits)
    years = [visit["start_date"].year for visit in every]
    groups: dict[int, list[Row]] = {year: [] for year in range(min(years), max(years) + 1)}
    for visit in every:
        groups[visit["start_date"].year].append(visit)
    return groups
