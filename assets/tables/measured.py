"""The measures that are published with the tables.

Here belongs the reading of what was measured last: on gold labels (`measured.csv`, written by
`tools/measure.py`) and while learning (`learnt.csv`, by `tools/learn_findings.py`, and
`learnt_follow_ups_by_kind.csv`, by `tools/learn_follow_ups.py`). The labels are of letters that are
no part of the project, so a run cannot measure anew. A test holds the first file against the labels
wherever these are at hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assets.language.patterns import read_table

MEASURED_FILE = Path(__file__).with_name("measured.csv")


def measured_rows() -> list[dict[str, Any]]:
    """The rows of the table `evaluation`."""
    return [
        {
            **row,
            **{name: float(row[name]) for name in ("value", "low", "high")},
            "n": int(row["n"]),
        }
        for name in ("measured", "learnt", "learnt_follow_ups_by_kind")
        for row in read_table("assets.tables", name)
    ]
