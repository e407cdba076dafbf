"""Charts: where their marks stand. They are drawn as SVG by `templates/charts.html.j2`.

Across, all places are in per cent, so that a chart is as wide as its page and its words are not
made smaller; down, they are in pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from assets.portal.counting import Count
from assets.portal.reading import Row
from warehouse.kinds import eras_by_kind

_LANE = 46  # pixels
_BAND = 26
_LEFT, _WIDTH = 1.0, 98.0  # per cent
_LATE = 80.0
_TALL = 140  # pixels: a bar of all
_SHORT_GRADES = {"requires_improvement": "Requires improvement"}


def timeline(
    lanes: Mapping[str, Sequence[Row]], grades: Sequence[Row], until: date, labels: Any
) -> dict[str, Any]:
    """The visits of an authority by kind, with the overall grade that it held.

    Args:
        lanes: Its visits by the label of their kind.
        grades: Its rows of `grades_held` of overall effectiveness.
        until: The day at which the line ends: the newest of the release.
        labels: Gives the label of a grade.
    """
    days = [visit["start_date"] for visits in lanes.values() for visit in visits]
    days += [grade["from_date"] for grade in grades]
    first, last = min(days).year, max(until, *days).year + 1

    def across(day: date) -> float:
        begin, end = date(first, 1, 1).toordinal(), date(last, 1, 1).toordinal()
        return round(_LEFT + _WIDTH * (day.toordinal() - begin) / (end - begin), 2)

    top = 2 * _BAND if grades else 0
    return {
        "height": top + len(lanes) * _LANE + 24,
        "bands": [
            {
                "x": across(grade["from_date"]),
                "width": round(across(grade["to_date"] or until) - across(grade["from_date"]), 2),
                "label": _SHORT_GRADES.get(grade["grade_code"])
                or labels("judgement_grade", grade["grade_code"]),
                # The last one, where there is no room in it and some before it.
                "is_beside": grade is grades[-1] and across(grade["from_date"]) > _LATE,
            }
            for grade in grades
        ],
        "lanes": [
            {
                "label": label,
                "y": top + number * _LANE,
                "dots": [across(visit["start_date"]) for visit in visits],
            }
            for number, (label, visits) in enumerate(lanes.items())
        ],
        "axis": top + len(lanes) * _LANE,
        "years": [(year, across(date(year, 1, 1))) for year in range(first, last)],
    }


def breaks_between(kind: str, first: int, last: int) -> list[dict[str, Any]]:
    """When documents of a kind took another form, from the year `first` to `last`."""
    return [
        {"day": day, "era": era}
        for day, era in eras_by_kind().get(kind, ())
        if date(first, 1, 1) < day < date(last + 1, 1, 1)
    ]


def by_year(counts: Mapping[int, Count], kind: str, least: int) -> dict[str, Any]:
    """A bar a year: the share of the year's visits, where there were enough of them.

    Args:
        counts: What is counted, by year.
        kind: The kind of document, whose changes of form are marked.
        least: Of fewer visits no share is drawn.
    """
    first, step = min(counts), _WIDTH / len(counts)

    def across(year: float) -> float:
        return round(_LEFT + step * (year - first), 2)

    breaks = [
        one | {"x": across(one["day"].year + (one["day"].timetuple().tm_yday - 1) / 365)}
        for one in breaks_between(kind, first, max(counts))
    ]
    bars = [
        {
            "year": year,
            "x": across(year + 0.15),
            "middle": across(year + 0.5),
            "width": round(0.7 * step, 2),
            "height": round(_TALL * count.share, 1),
            "has_share": count.total >= least,
            "percent": f"{100 * count.share:.0f}%",
            "total": count.total,
        }
        for year, count in counts.items()
    ]
    return {"height": _TALL + 62, "base": _TALL + 36, "bars": bars, "breaks": breaks}
