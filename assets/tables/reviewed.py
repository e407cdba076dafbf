"""Tables of decisions that a person has made, each row with its reason: how they are read."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def read_reviewed(name: str) -> tuple[dict[str, str], ...]:
    """Read a CSV table of this folder.

    Args:
        name: File name without `.csv`.

    Returns:
        One mapping a row.
    """
    with files("assets.tables").joinpath(f"{name}.csv").open(encoding="utf-8") as table:
        return tuple(csv.DictReader(table))
