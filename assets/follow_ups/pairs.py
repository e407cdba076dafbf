"""Which documents are held against which: each against all later ones on its authority.

Here belongs what `later` and `the same authority` mean: a later document begins after the earlier
one ended, and is on the same authority or on one that took its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Row = dict[str, Any]

_SUCCESSION = ("authority_id", "successor_id")


class Pair(NamedTuple):
    """An earlier and a later document.

    Attributes:
        earlier_id: The key of the earlier visit.
        later_id: The key of the later one.
        days_between: From the last day of the one to the first of the other.
    """

    earlier_id: str
    later_id: str
    days_between: int


def pairs(visits: Sequence[Row], successors: Sequence[Row]) -> Iterator[Pair]:
    """All pairs of documents, those of a later document together.

    Args:
        visits: The rows of that table.
        successors: The rows of `authority_successors`.
    """
    before = _predecessors(successors)
    of_authority: dict[str, list[Row]] = defaultdict(list)
    for visit in visits:
        of_authority[visit["authority_id"]].append(visit)
    for later in sorted(visits, key=lambda visit: visit["visit_id"]):
        authorities = {later["authority_id"], *before.get(later["authority_id"], ())}
        for authority in sorted(authorities):
            for earlier in of_authority[authority]:
                days = (later["start_date"] - earlier["end_date"]).days
                if days > 0:
                    yield Pair(earlier["visit_id"], later["visit_id"], days)


def families(successors: Sequence[Row]) -> Mapping[str, str]:
    """One name for all authorities that documents are held against each other of.

    Args:
        successors: The rows of `authority_successors`.

    Returns:
        The name by authority; those that are not named are each by itself.
    """
    family: dict[str, str] = {}
    for row in successors:
        one, other = (family.setdefault(row[name], row[name]) for name in _SUCCESSION)
        family |= {key: one for key, name in family.items() if name == other}
    return family


def _predecessors(successors: Sequence[Row]) -> Mapping[str, set[str]]:
    """All authorities whose place each took, at first or second hand."""
    direct: dict[str, set[str]] = defaultdict(set)
    for row in successors:
        direct[row["successor_id"]].add(row["authority_id"])
    found: dict[str, set[str]] = {}
    for authority in direct:
        left = [authority]
        all_before: set[str] = set()
        while left:
            new = direct.get(left.pop(), set()) - all_before
            all_before |= new
            left += new
        found[authority] = all_before
    return found
