"""A release, read once into plain rows: what all pages are made of.

Here belongs the reading, by the queries of `queries/`, and what leads from one row to another. What
a page tells of them is in `pages/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slugify import slugify

from assets.release.formats.in_memory import open_in_memory
from assets.release.release_info import ReleaseInfo
from assets.release.store import Release, reading

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]

_QUERIES = Path(__file__).with_name("queries")


@dataclass(frozen=True)
class Book:
    """What a release holds, for whoever makes pages of it.

    Attributes:
        release: The release.
        authorities: Every local authority by its id, in the alphabet's order.
        visits: Every visit by its id, in the order of days, with its `sections` and their
            `findings`, and with the `authority` that it is of.
        codes: The codes of a list, by list and code, in their order.
        as_of: The newest day of anything in the release.
        follow_ups: What later documents say of points, by their ids.
        looked_at: The day of the last run that found anything new at the letters' source.
    """

    release: Release
    authorities: Mapping[str, Row]
    visits: Mapping[str, Row]
    codes: Mapping[str, Mapping[str, Row]]
    follow_ups: Mapping[str, list[Row]]
    as_of: date
    looked_at: date

    @property
    def info(self) -> ReleaseInfo:
        """The release as it speaks of itself."""
        return self.release.record.info

    def label(self, code_list: str, code: str | None) -> str:
        """What a code is called; nothing where there is none."""
        return "" if code is None else str(self.codes[code_list][code]["label"])

    @cached_property
    def visits_of(self) -> Mapping[str, list[Row]]:
        """The visits of each authority that has any, in the order of days."""
        return grouped(self.visits.values(), "authority_id")

    @cached_property
    def points(self) -> list[Row]:
        """Points to improve and areas for priority action, in the order of days and of reading."""
        return [
            finding
            for visit in self.visits.values()
            for finding in findings_of(visit)
            if is_point(finding)
        ]

    @cached_property
    def topics(self) -> Mapping[str, Row]:
        """The topics that say what something is about."""
        return {code: row for code, row in self.codes["topic"].items() if code != "other"}


def read_book(release: Release) -> Book:
    """Read a release.

    Raises:
        ReleaseError: If a table of it is missing, or cannot be read.
    """
    with reading(release.tables), open_in_memory(release.tables, guarded=False) as tables:
        authorities = {row["authority_id"]: row for row in _rows(tables, "authorities")}
        visits = {row["visit_id"]: row for row in _rows(tables, "visits")}
        sections = grouped(_rows(tables, "sections"), "visit_id")
        codes = _codes(tables)
        later = _rows(tables, "follow_ups")
        replaced = grouped(_rows(tables, "replaced"), "visit_id")
        [seen] = _rows(tables, "seen")
    _name_addresses(authorities)
    for visit in visits.values():
        visit["authority"] = authorities[visit["authority_id"]]
        visit["sections"] = sections.get(visit["visit_id"], [])
        visit["replaced"] = replaced.get(visit["visit_id"], [])
        visit["amended"] = [one for one in visit["replaced"] if one["is_amended"]]
        # Of a letter without an address of its own, its publisher's page on the authority.
        visit["letter_url"] = visit["source_url"] or visit["authority"]["ofsted_url"]
        for finding in findings_of(visit):
            finding["visit"] = visit
    _join_evidence(later, visits)
    return Book(
        release=release,
        authorities=authorities,
        visits=visits,
        codes=codes,
        follow_ups=grouped(later, "finding_id"),
        as_of=seen["as_of"],
        looked_at=seen["looked_at"],
    )


def findings_of(visit: Row) -> Iterator[Row]:
    """The findings of a visit, in the order of reading."""
    for section in visit["sections"]:
        for finding in section["findings"]:
            finding["section"] = section
            yield finding


def is_point(finding: Row) -> bool:
    """Whether it is a point to improve or an area for priority action."""
    return bool(finding["is_improvement"] or finding["is_priority_action"])


def grouped(rows: Iterable[Row], key: str | Callable[[Row], Any]) -> dict[Any, list[Row]]:
    """Rows by the value of a column, or by what is asked of each, in their order."""
    ask = itemgetter(key) if isinstance(key, str) else key
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(ask(row), []).append(row)
    return groups


def _rows(tables: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    answer = tables.execute((_QUERIES / f"{query}.sql").read_text(encoding="utf-8"))
    columns = [name for name, *_ in answer.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def _codes(tables: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Row]]:
    answer = tables.execute(
        "SELECT list, code, label, definition FROM codes ORDER BY list, position"
    )
    codes: dict[str, dict[str, Row]] = {}
    for code_list, code, label, definition in answer.fetchall():
        row = {"code": code, "label": label, "definition": definition}
        codes.setdefault(code_list, {})[code] = row
    return codes


def _name_addresses(authorities: Mapping[str, Row]) -> None:
    """Give each authority its `slug`: its name, else until when it was, else its id."""
    taken: set[str] = set()
    for row in sorted(
        authorities.values(), key=lambda row: (row["valid_to"] is not None, row["name"])
    ):
        name = slugify(row["name"])
        until = f"{name}-until-{row['valid_to'].year}" if row["valid_to"] else name
        slugs = (name, until, row["authority_id"])
        row["slug"] = next(one for one in slugs if one and one not in taken)
        taken.add(row["slug"])


def _join_evidence(follow_ups: list[Row], visits: Mapping[str, Row]) -> None:
    """Put the sentences that decide in the place of their ids."""
    findings = {one["finding_id"]: one for visit in visits.values() for one in findings_of(visit)}
    for row in follow_ups:
        row["evidence"] = [findings[one] for one in row["evidence"] or ()]
