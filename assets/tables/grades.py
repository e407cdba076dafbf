"""Which grade an authority held when: the table `grades_held`, worked out from judgements.

Here belongs for how long a grade holds, as the table's description says it. Which grades can be
compared is said in docs/grades.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from warehouse.kinds import kinds

Row = dict[str, Any]

#: Judgements that are none of an authority's, or of nothing that is told apart.
_LEFT_OUT = frozenset({"lscb", "other"})
_NO_GRADE = "not_judged"


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
        inspections.sort(key=lambda visit: (publication_day(visit), visit["start_date"]))
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


def publication_day(visit: Row) -> date:
    """The day an inspection was published, as near as its row tells."""
    day: date = visit["published_date"] or visit["letter_date"] or visit["end_date"]
    return day
