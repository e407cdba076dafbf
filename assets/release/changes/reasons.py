"""The reasons for which a row is there, gone or another one, in the words of `reasons.csv`.

How the reason of a difference is found is in `reasons.sql`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from assets.language.patterns import read_table


class Reason(NamedTuple):
    """A reason.

    Attributes:
        label: What a person would say.
        is_summarised: Whether its differences tell a person no more than that, and how many, they
            are.
    """

    label: str
    is_summarised: bool


@cache
def reasons() -> Mapping[str | None, Reason]:
    """The reasons by code, the most specific first; `None` is the code where none is known."""
    rows = read_table("assets.release.changes", "reasons")
    known: dict[str | None, Reason] = {
        row["code"]: Reason(row["label"], row["is_summarised"] == "true") for row in rows
    }
    return known | {None: Reason("Reason not known", is_summarised=False)}
