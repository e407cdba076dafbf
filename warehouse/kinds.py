"""What there is to know of kinds of document, of their templates, and of kinds of section.

Here belongs what `kinds.csv`, `eras.csv` and `section_types.csv` say beyond label and definition. A
kind that is added there with a parser is read, published, counted and checked; what is asked of its
rows stands in the tables by kind of the expectations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Literal

from warehouse.codes import LIST_FILES
from warehouse.csv_files import read_rows

#: What a section can hold: findings by the sentence, or points of a list to act on, each a finding.
Held = Literal["sentences", "points"]

#: The `responsible_body` of what a report on a council addresses to its safeguarding board.
SAFEGUARDING_BOARD = "Local Safeguarding Children Board"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document.

    Attributes:
        code: Its code of the list `document_kind`.
        framework: The framework under which it is made; `None` where that differs or is not known.
        parser: The module of `assets.publications` that reads it; `None` while none does.
        since: The day from which there can be visits of the kind; `None` where it is not known.
        until: The last day on which there can; `None` while there are any.
        listed_as: The kind under which its publisher lists it, where it has none of its own there.
        series: The series of full inspections that it is one of: its grades hold until the next one
            of that series is published. `None` of a kind that gives an authority no grade.
    """

    code: str
    framework: str | None
    parser: str | None
    since: date | None
    until: date | None
    listed_as: str | None
    series: str | None


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by their codes.

    Raises:
        ValueError: A kind has a parser, and no day from which its visits are counted.
    """
    found = {}
    for row in read_rows(LIST_FILES["document_kind"]):
        since, until = (
            date.fromisoformat(row[day]) if row[day] else None for day in ("since", "until")
        )
        if row["parser"] and since is None:
            raise ValueError(f"kinds.csv: {row['code']} has a parser; say since when there are any")
        found[row["code"]] = Kind(
            row["code"],
            row["framework"] or None,
            row["parser"] or None,
            since,
            until,
            row["listed_as"] or None,
            row["series"] or None,
        )
    return MappingProxyType(found)


def known_kind(listed: str | None) -> str | None:
    """The kind under which a publisher lists a file, where it is one of those known here."""
    return listed if listed in kinds() else None


def era_of(document_kind: str, day: date) -> str | None:
    """The template of a document of that day; `None` where those of its kind are not told apart."""
    eras = eras_by_kind().get(document_kind, ())
    # What is older than the first template known is counted to it.
    return next(
        (era for first, era in reversed(eras) if first <= day), eras[0][1] if eras else None
    )


def are_points_judged(era: str | None) -> bool:
    """Whether points to improve of a template may praise: then the list does not tell of each."""
    return era in _judged()


@cache
def _judged() -> frozenset[str]:
    rows = read_rows(LIST_FILES["era"])
    return frozenset(row["code"] for row in rows if row["points"] == "judged")


@cache
def eras_by_kind() -> Mapping[str, tuple[tuple[date, str], ...]]:
    """The templates of each kind by their first days."""
    eras: dict[str, tuple[tuple[date, str], ...]] = {}
    for row in read_rows(LIST_FILES["era"]):
        if kind := row["document_kind"]:
            first = (date.fromisoformat(row["first_day"]), row["code"])
            eras[kind] = tuple(sorted((*eras.get(kind, ()), first)))
    return MappingProxyType(eras)


@cache
def sections_of(held: Held) -> frozenset[str]:
    """The kinds of section that hold findings by the sentence, or points to act on."""
    rows = read_rows(LIST_FILES["section_type"])
    return frozenset(row["code"] for row in rows if row["holds"] == held)
