"""Which grade an authority held when: the table `grades_held`, worked out from judgements.

Here belongs for how long a grade holds, as the table's description says it. Which grades can be
compared is said in docs/grades.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from assets.model import Signal
from warehouse.kinds import kinds

Row = dict[str, Any]

#: Judgements that are none of an authority's, or of nothing that is told apart.
_LEFT_OUT = frozenset({"lscb", "other"})
_NO_GRADE = "not_judged"

#: What is asked of the rows of `visits`: of inspections, and of what letters say of grades.
INSPECTION = (
    "visit_id authority_id document_kind start_date end_date letter_date published_date"
).split()
SAYING = ("letter_id authority_id start_date previous_inspection previous_judgement_code").split()
#: What is asked of the rows of `judgements`.
GRADE = ("visit_id", "judgement_code", "grade_code")


def grades_held(visits: Iterable[Row], judgements: Iterable[Row]) -> list[Row]:
    """Make the rows of `grades_held`.

    Args:
        visits: The rows of that table.
        judgements: The rows of that table.
    """
    of_visit: dict[str, list[Row]] = defaultdict(list)
    for judgement in judgements:
        if judgement["judgement_code"] not in _LEFT_OUT and judgement["grade_code"] != _NO_GRADE:
            of_visit[judgement["visit_id"]].append(judgement)
    series: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for visit in visits:
        if (of := kinds()[visit["document_kind"]].series) is not None:
            series[visit["authority_id"], of].append(visit)
    held = []
    for inspections in series.values():
        inspections.sort(
            key=lambda visit: (publication_day(visit), visit["start_date"], visit["visit_id"])
        )
        ends = [publication_day(visit) - timedelta(days=1) for visit in inspections[1:]]
        for visit, to_date in zip(inspections, [*ends, None], strict=True):
            if to_date and to_date < publication_day(visit):
                continue  # another was published on the same day: it was held for none
            held += [
                {
                    "authority_id": visit["authority_id"],
                    "judgement_code": judgement["judgement_code"],
                    "framework": kinds()[visit["document_kind"]].framework,
                    "grade_code": judgement["grade_code"],
                    "from_date": publication_day(visit),
                    "to_date": to_date,
                    "visit_id": visit["visit_id"],
                }
                for judgement in of_visit[visit["visit_id"]]
            ]
    return held


def doubts_on_grades(visits: Iterable[Row], held: Iterable[Row]) -> Iterator[tuple[Signal, str]]:
    """Hold the grade that a letter says the authority held against the one that it did hold.

    Args:
        visits: The rows of that table.
        held: The rows of `grades_held`.

    Yields:
        Where they disagree, with the `letter_id`. What a letter says of an inspection that is not
        in these tables cannot be told.
    """
    overall: dict[str, list[Row]] = defaultdict(list)
    for row in held:
        if row["judgement_code"] == "overall_effectiveness":
            overall[row["authority_id"]].append(row)
    for visit in visits:
        if visit["previous_judgement_code"] is None:
            continue
        for row in overall[visit["authority_id"]]:
            is_then = row["from_date"] <= visit["start_date"] <= (row["to_date"] or date.max)
            if is_then and _is_other(visit, row):
                yield (
                    Signal(
                        "grade_held_disagrees",
                        f"The letter says {visit['previous_judgement_code']}"
                        f"{_of(visit['previous_inspection'])}; the inspection published on "
                        f"{row['from_date']} gave {row['grade_code']}.",
                    ),
                    visit["letter_id"],
                )


def _is_other(visit: Row, held: Row) -> bool:
    """Whether a letter states another grade, and not that of an inspection after the one known."""
    said_of = visit["previous_inspection"] or ""
    is_later = said_of > held["from_date"].isoformat()[: len(said_of)]
    return bool(visit["previous_judgement_code"] != held["grade_code"] and not is_later)


def _of(inspection: str | None) -> str:
    return f" of the inspection of {inspection}" if inspection else ""


def publication_day(visit: Row) -> date:
    """The day an inspection was published, as near as its row tells."""
    day: date = visit["published_date"] or visit["letter_date"] or visit["end_date"]
    return day
