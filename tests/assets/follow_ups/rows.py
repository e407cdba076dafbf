"""Made-up visits with what they state: for tests of what became of points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from assets.follow_ups.statements import Statement

Rows = dict[str, list[dict[str, Any]]]


class Documents:
    """The rows of tables that follow-ups are made from; visits are added one by one."""

    def __init__(self) -> None:
        names = "visits visit_themes sections findings finding_topics authority_successors"
        self.rows: Rows = {name: [] for name in names.split()}

    def add(
        self,
        visit_id: str,
        day: dt.date,
        *findings: tuple[str, str, str],
        authority: str = "A",
        theme: str = "children_in_care",
        days: int = 2,
    ) -> str:
        """Adds a visit; a finding is its valence (`point` for one of the list), topic and text."""
        self.rows["visits"].append(
            {
                "visit_id": visit_id,
                "authority_id": authority,
                "document_kind": "focused_visit",
                "start_date": day,
                "end_date": day + dt.timedelta(days=days - 1),
            }
        )
        theme_row = {"visit_id": visit_id, "position": 1, "theme_code": theme}
        self.rows["visit_themes"].append(theme_row)
        self.rows["sections"].append({"section_id": f"{visit_id}-01", "heading": "Main findings"})
        for number, (valence, topic, text) in enumerate(findings, 1):
            finding_id = f"{visit_id}-{number}"
            self.rows["findings"].append(
                {
                    "finding_id": finding_id,
                    "visit_id": visit_id,
                    "section_id": f"{visit_id}-01",
                    "paragraph": 1,
                    "sentence": number,
                    "text": text,
                    "valence_code": "concern" if valence == "point" else valence,
                    "valence_score": 0.95,
                    "is_improvement": valence == "point",
                    "is_priority_action": False,
                }
            )
            topic_row = {"finding_id": finding_id, "position": 1, "topic_code": topic}
            self.rows["finding_topics"].append(topic_row)
        return visit_id


def statement(
    text: str, valence: str = "strength", *topics: str, place: Sequence[str] = ()
) -> Statement:
    """A statement of a document."""
    is_listed = valence == "point"
    return Statement(
        text[:20],
        text,
        "concern" if is_listed else valence,
        0.95,
        is_listed,
        ("section", 1),
        topics,
        "focused_visit",
        frozenset(place),
    )
