"""Why a row is there, gone or another one: what is known of letters, corrections and programs.

Here belongs how a reason is found. A reason's words stand in `reasons.csv`, what each table and
column belongs to in `belongings.csv`; how differences themselves are found, in `differences`.

Where several reasons apply, the most specific is given; where none is known, none is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from assets.language.patterns import read_table
from assets.tables.corrections_file import FOLLOWING

if TYPE_CHECKING:
    import polars as pl

    #: The tables of a folder by name.
    Frames = Mapping[str, pl.DataFrame]

_PACKAGE = "assets.release.changes"
#: Stands for all columns of a table that have no line of their own.
_ALL = "*"

_LETTER_COLUMNS = ("letter_id", "status", "superseded_by", "parser_version", "is_listed")
_CORRECTION_COLUMNS = (
    "table_name",
    "row_key",
    "field",
    "visit_id",
    "old_value",
    "new_value",
    "status_code",
    "reason",
    "found_by",
)


@cache
def reason_labels() -> Mapping[str, str]:
    """The reasons by code, the most specific first, as a person would say them."""
    return {row["code"]: row["label"] for row in read_table(_PACKAGE, "reasons")}


@cache
def told_in_sum() -> frozenset[str]:
    """The reasons whose differences tell a person no more than that, and how many, they are."""
    is_single = {"true": True, "false": False}
    rows = read_table(_PACKAGE, "reasons")
    return frozenset(row["code"] for row in rows if not is_single[row["is_told_singly"]])


@cache
def belongings() -> Mapping[tuple[str, str], str]:
    """What tables and columns belong to; the column `*` stands for all others of its table."""
    return {
        (row["table_name"], row["field"]): row["belongs_to"]
        for row in read_table(_PACKAGE, "belongings")
    }


def told_by(table: str) -> str | None:
    """The column by which a person knows a row of a table, where its key tells little."""
    rows = (row for row in read_table(_PACKAGE, "belongings") if row["field"] == _ALL)
    return next((row["told_by"] or None for row in rows if row["table_name"] == table), None)


def belongs_to(table: str, field: str | None) -> str | None:
    """What a column of a table belongs to, or without one, its rows; `None` for unknown tables."""
    lines = belongings()
    own = lines.get((table, field or _ALL)) or lines.get((table, _ALL))
    return "follows" if own == "letter" and field in FOLLOWING.get(table, ()) else own
