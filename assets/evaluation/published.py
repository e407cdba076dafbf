"""The measures that are published with the tables.

Here belongs the reading of `measured.csv`, which `tools/measure.py` writes. Labels are of letters
that are no part of the project, so a run cannot measure anew: it publishes what was measured last.
A test holds the file against the labels wherever these are at hand.
"""

from __future__ import annotations

from typing import Any

from assets.rule_tables import read_table


def measured_rows() -> list[dict[str, Any]]:
    """The rows of the table `evaluation`."""
    return [
        {
            **row,
            **{name: float(row[name]) for name in ("value", "low", "high")},
            "n": int(row["n"]),
        }
        for row in read_table("assets.evaluation", "measured")
    ]
