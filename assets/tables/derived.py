"""What follows from other rows: counts, first and last, and keys that hold a date.

Here belongs every value that can be worked out from rows that are there already, so that it agrees
with them after corrections too. Here does not belong anything that is read in a letter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from slugify import slugify

from assets.tables.inspectors import display_names, inspector_id
from warehouse.kinds import SAFEGUARDING_BOARD, era_of
from warehouse.schema import SCHEMA

Row = dict[str, Any]

#: Reads the rows of a table that have been made so far, with some of their columns; as often as it
#: is asked, one after the other, since all of them may be more than memory holds.
AllRows = Callable[..., Iterable[Row]]

#: The columns of a visit that its key is made from.
VISIT_KEY_PARTS = ("authority_id", "document_kind", "start_date")

#: The kind of a document whose findings are all a safeguarding board's.
_BOARD_REVIEW = "lscb_review"


def visit_key(authority_name: str, document_kind: str, start_date: date) -> str:
    """The key of a visit: authority, kind and first day."""
    return "-".join(key_part(part) for part in (authority_name, document_kind, start_date))


def key_of(visit: Row, names: Mapping[str, str]) -> str:
    """The key that goes with the values of a visit.

    Args:
        visit: Its row.
        names: The names of authorities by their keys.
    """
    return visit_key(names[visit["authority_id"]], visit["document_kind"], visit["start_date"])


def key_part(value: str | date) -> str:
    """An authority's name, a kind or a day as it stands in a key."""
    # The statistics office turns names round: `Bristol, City of`.
    return slugify(str(value).removesuffix(", City of"))


def derive(rows: Mapping[str, list[Row]]) -> None:
    """Fill in, in place, what follows from the other rows of the same visits.

    Args:
        rows: The rows of some visits, of all tables; what follows from others left out or empty.
    """
    for table in SCHEMA.values():
        if table.is_ordered_list:
            _renumber(rows[table.name], table.primary_key[0])
    types = {row["section_id"]: row["section_type"] for row in rows["sections"]}
    for row in rows["findings"]:
        row["section_type"] = types[row["section_id"]]
        row["is_improvement"] = row["section_type"] == "improvements"
        row["is_priority_action"] = row["section_type"] == "priority_actions"
    for row in rows["visit_inspectors"]:
        row["inspector_id"] = inspector_id(row["name_as_written"])
    of_visit = {
        name: _by(rows[name], "visit_id")
        for name in ("visit_themes", "visit_inspectors", "sections", "findings")
    }
    for visit in rows["visits"]:
        visit["era"] = era_of(visit["document_kind"], visit["letter_date"] or visit["end_date"])
        visit |= _following(
            is_of_board=visit["document_kind"] == _BOARD_REVIEW,
            **{table: of.get(visit["visit_id"], []) for table, of in of_visit.items()},
        )


def _renumber(rows: list[Row], owner: str) -> None:
    """Close the gaps that rows taken out have left."""
    for owned in _by(rows, owner).values():
        for position, row in enumerate(sorted(owned, key=lambda row: row["position"]), start=1):
            row["position"] = position


def _by(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _following(
    *,
    is_of_board: bool,
    visit_themes: list[Row],
    visit_inspectors: list[Row],
    sections: list[Row],
    findings: list[Row],
) -> Row:
    """The columns of a visit that follow from its rows of other tables."""
    findings = [row for row in findings if is_of_board or not _is_boards(row)]
    valences = Counter(row["valence_code"] for row in findings)
    improvements = sum(row["is_improvement"] for row in findings)
    priority_actions = sum(row["is_priority_action"] for row in findings)
    leads = [row for row in visit_inspectors if row["role_code"] == "lead"]
    leads = [row for row in leads if row["organisation_code"] == "ofsted"] or leads
    signatories = [row["inspector_id"] for row in visit_inspectors if row["is_signatory"]]
    return {
        "primary_theme_code": next(
            (row["theme_code"] for row in visit_themes if row["position"] == 1), None
        ),
        "lead_inspector_id": leads[0]["inspector_id"] if len(leads) == 1 else None,
        "signatory_id": next(iter(signatories), None),
        "inspector_count": len(visit_inspectors),
        "has_priority_action": priority_actions > 0,
        "improvement_count": improvements,
        "priority_action_count": priority_actions,
        "finding_count": len(findings),
        "strength_count": valences["strength"],
        "concern_count": valences["concern"],
        "word_count": sum(row["word_count"] for row in sections),
    }


def _is_boards(finding: Mapping[str, str | None]) -> bool:
    """Whether a finding is about a safeguarding board, or addressed to it."""
    is_asked = finding["responsible_body"] == SAFEGUARDING_BOARD
    return is_asked or finding["section_type"] == "lscb"


def inspector_rows(made: AllRows) -> Iterator[Row]:
    """One row a person whom a letter names.

    Args:
        made: Reads the rows of the other tables.
    """
    visits = {
        row["visit_id"]: (row["start_date"], row["authority_id"])
        for row in made("visits", "visit_id", "start_date", "authority_id")
    }
    seen: dict[str, set[str]] = defaultdict(set)
    for row in made("visit_inspectors", "visit_id", "inspector_id"):
        seen[row["inspector_id"]].add(row["visit_id"])
    shown = display_names(
        row["name_as_written"] for row in made("visit_inspectors", "name_as_written")
    )
    for key, theirs in seen.items():
        days, authorities = zip(*(visits[visit_id] for visit_id in theirs), strict=True)
        yield {
            "inspector_id": key,
            "name": shown[key],
            "first_visit_date": min(days),
            "last_visit_date": max(days),
            "visit_count": len(theirs),
            "authority_count": len({*authorities}),
        }
