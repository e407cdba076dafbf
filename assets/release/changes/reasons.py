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
from assets.tables.corrections_file import FOLLOWING, KEY_SEPARATOR, is_code_in_place
from assets.tables.derived import VISIT_KEY_PARTS
from warehouse.schema import SCHEMA

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


def new_corrections(before: Frames, after: Frames) -> pl.DataFrame:
    """Corrections that were applied on one side only: made since, or taken back since.

    Returns:
        Rows of the table `corrections`, with a column `is_made`.
    """
    import polars as pl

    old, new = (
        _columns(frames, "corrections", _CORRECTION_COLUMNS)
        .filter(pl.col("status_code") == "applied")
        .unique(["table_name", "row_key", "field"], keep="first", maintain_order=True)
        for frames in (before, after)
    )
    value = ["table_name", "row_key", "field", "new_value"]
    made = new.join(old, on=value, how="anti", nulls_equal=True).with_columns(is_made=True)
    # Where a correction was corrected, the newer one is told.
    taken_back = (
        old.join(new, on=value, how="anti", nulls_equal=True)
        .join(made, on=value[:-1], how="anti")
        .with_columns(is_made=False)
    )
    return pl.concat([made, taken_back]).sort("table_name", "row_key", "field")


def with_reasons(rows: pl.DataFrame, before: Frames, after: Frames) -> pl.DataFrame:
    """Adds the column `reason_code` to differences.

    Args:
        rows: Differences, with the columns of `differences.DIFFERENCES` but that one.
        before: The tables on the one side.
        after: The tables on the other.
    """
    import polars as pl

    corrected = new_corrections(before, after)
    letters = _letters(before, after)
    visits = _visits(before, after, letters, corrected)
    joined = (
        rows.with_row_index("place")
        .join(letters, on="letter_id", how="left")
        .join(visits, on="visit_id", how="left")
        .join(_belongs(rows), on=["table_name", "field"], how="left", nulls_equal=True)
        .join(
            corrected.select("table_name", "row_key", "field", is_corrected=True),
            on=["table_name", "row_key", "field"],
            how="left",
        )
        .join(
            corrected.select("table_name", "row_key", is_corrected_row=True).unique(),
            on=["table_name", "row_key"],
            how="left",
        )
        # A visit's version that counts says what the visit says.
        .join(
            corrected.filter(pl.col("table_name") == "visits")
            .select("visit_id", "field", is_corrected_twin=True)
            .unique(),
            on=["visit_id", "field"],
            how="left",
        )
        .join(_corrected_owners(corrected), on=["table_name", "owner"], how="left")
        .sort("place")
    )
    return rows.drop("owner").with_columns(joined.select(reason_code=_reason()).to_series())


def _reason() -> pl.Expr:
    """The reason of a difference, from what was joined to it; the first that applies."""
    import polars as pl

    belongs = pl.col("belongs_to")
    of_file, of_listing = belongs == "file", belongs == "listing"
    of_counts = (pl.col("table_name") == "visit_versions") & pl.col("field").is_in(
        sorted(FOLLOWING["visits"])
    )
    is_twin = (pl.col("table_name") == "visit_versions") & pl.col("is_corrected_twin")
    became_superseded = pl.col("letter_reason") == "amended_letter"
    return (
        pl.when(pl.col("row_key").is_null() | (belongs == "codes"))
        .then(pl.lit("schema"))
        .when(
            pl.col("is_corrected")
            | (pl.col("is_corrected_owner") & pl.col("visit_reason").is_null())
        )
        .then(pl.lit("correction"))
        .when(belongs == "reference")
        .then(pl.lit("reference_data"))
        .when(belongs == "counted")
        .then(pl.lit("follows"))
        # Another letter on the same file: before, or instead of, what was read of it.
        .when(of_file & (pl.col("change") != "changed"))
        .then(pl.coalesce("letter_reason", _if("listing", pl.col("letter_id").is_null())))
        .when(belongs == "look")
        .then(pl.lit("looked_at_again"))
        .when((belongs == "listed") & became_superseded)
        .then(pl.lit("amended_letter"))
        .when((belongs == "listed") & pl.col("is_withdrawn"))
        .then(pl.lit("withdrawn_letter"))
        .when((belongs == "listed") | (of_listing & pl.col("table_name").is_in(_file_tables())))
        .then(pl.lit("listing"))
        .when(of_file)
        .then(
            pl.coalesce(
                "letter_reason",
                _if("correction", pl.col("is_corrected_visit") & (of_counts | is_twin)),
                _if("follows", of_counts),
            )
        )
        .when(pl.col("visit_reason").is_not_null())
        .then(pl.col("visit_reason"))
        .when(belongs == "corrections")
        .then(pl.lit("correction"))
        .when(of_listing)
        .then(pl.lit("listing"))
        .when(pl.col("is_reread"))
        .then(pl.lit("parser_version"))
        # What follows from a corrected value, or stood beside it and was of the old one. Another
        # value of the same visit is not explained by that.
        .when(pl.col("is_corrected_row") | ((belongs == "follows") & pl.col("is_corrected_visit")))
        .then(pl.lit("correction"))
        .when(belongs == "follows")
        .then(pl.lit("follows"))
    )


def _if(code: str, condition: pl.Expr) -> pl.Expr:
    import polars as pl

    return pl.when(condition).then(pl.lit(code))


def _letters(before: Frames, after: Frames) -> pl.DataFrame:
    """What became of each letter: `letter_reason`, and what it is drawn from."""
    import polars as pl

    old, new = (
        _columns(of, "letters", _LETTER_COLUMNS).unique(
            "letter_id", keep="first", maintain_order=True
        )
        for of in (before, after)
    )
    replacing = (
        new.join(old, on=["letter_id", "superseded_by"], how="anti", nulls_equal=True)
        .join(old, on="letter_id", how="semi")
        .select(letter_id="superseded_by", is_replacing=True)
        .drop_nulls()
        .unique()
    )
    was_held, is_held = pl.col("was_held").is_not_null(), pl.col("is_held").is_not_null()
    is_superseded = pl.col("status_after") == "superseded"
    is_reread = (
        was_held & is_held & pl.col("parser_version").ne_missing(pl.col("parser_version_after"))
    )
    return (
        old.with_columns(was_held=True)
        .join(
            new.with_columns(is_held=True),
            on="letter_id",
            how="full",
            coalesce=True,
            suffix="_after",
        )
        .join(replacing, on="letter_id", how="left")
        .with_columns(
            letter_reason=pl.when(~was_held & pl.col("is_replacing"))
            .then(pl.lit("amended_letter"))
            .when(~was_held)
            .then(pl.lit("new_letter"))
            .when(~is_held)
            .then(pl.lit("letter_no_longer_counts"))
            .when(is_superseded & pl.col("superseded_by").ne_missing(pl.col("superseded_by_after")))
            .then(pl.lit("amended_letter"))
            .when(
                (pl.col("status") == "parsed")
                & pl.col("status_after").is_in(["quarantined", "unsupported"])
            )
            .then(pl.lit("letter_no_longer_counts"))
            .when(is_reread)
            .then(pl.lit("parser_version")),
            is_reread=is_reread,
            is_withdrawn=pl.col("is_listed") & ~pl.col("is_listed_after"),
        )
        .select("letter_id", "letter_reason", "is_reread", "is_withdrawn")
    )


def _visits(
    before: Frames, after: Frames, letters: pl.DataFrame, corrected: pl.DataFrame
) -> pl.DataFrame:
    """Why a visit is new, gone or of another letter; NULL where it is of the same one."""
    import polars as pl

    old, new = (
        _columns(of, "visits", ("visit_id", "letter_id")).unique(
            "visit_id", keep="first", maintain_order=True
        )
        for of in (before, after)
    )
    renamed = old.join(new, on="letter_id", suffix="_after").filter(
        pl.col("visit_id") != pl.col("visit_id_after")
    )
    keys_corrected = set(
        corrected.filter(
            (pl.col("table_name") == "visits") & pl.col("field").is_in(VISIT_KEY_PARTS)
        )["visit_id"].drop_nulls()
    )
    # Correct or not, a visit is named by either of its keys.
    is_key_corrected = pl.col("visit_id").is_in(keys_corrected) | pl.col("visit_id_after").is_in(
        keys_corrected
    )
    why_renamed = (
        renamed.join(letters, on="letter_id", how="left")
        .select(
            pl.concat_list("visit_id", "visit_id_after").alias("visit_id"),
            why_renamed=pl.when(is_key_corrected)
            .then(pl.lit("correction"))
            .when(pl.col("is_reread"))
            .then(pl.lit("parser_version"))
            .when(pl.lit(_differ(before, after, "authorities")))
            .then(pl.lit("reference_data")),
        )
        .explode("visit_id", empty_as_null=False)
        .unique("visit_id", keep="first", maintain_order=True)
    )
    reasons = letters.select("letter_id", "letter_reason")
    was, now = pl.col("letter_id").is_not_null(), pl.col("letter_id_after").is_not_null()
    return (
        old.join(new, on="visit_id", how="full", coalesce=True, suffix="_after")
        .join(reasons, on="letter_id", how="left")
        .join(
            reasons.rename({"letter_id": "letter_id_after", "letter_reason": "reason_after"}),
            on="letter_id_after",
            how="left",
        )
        .join(why_renamed, on="visit_id", how="left")
        .select(
            "visit_id",
            visit_reason=pl.when(was & now & (pl.col("letter_id") != pl.col("letter_id_after")))
            .then(pl.lit("amended_letter"))
            .when(was & now)
            .then(None)
            .otherwise(
                pl.coalesce(
                    "why_renamed", pl.when(was).then("letter_reason").otherwise("reason_after")
                )
            ),
            is_corrected_visit=pl.col("visit_id").is_in(set(corrected["visit_id"].drop_nulls())),
        )
    )


def _corrected_owners(corrected: pl.DataFrame) -> pl.DataFrame:
    """Whose codes in their places were corrected: the others of the same owner are renumbered."""
    import polars as pl

    tables = [table.name for table in SCHEMA.values() if is_code_in_place(table)]
    return (
        corrected.filter(pl.col("table_name").is_in(tables))
        .select(
            "table_name",
            owner=pl.col("row_key").str.split(KEY_SEPARATOR).list.first(),
            is_corrected_owner=True,
        )
        .unique()
    )


def _belongs(rows: pl.DataFrame) -> pl.DataFrame:
    """What each table and column that differs belongs to."""
    import polars as pl

    places = rows.select("table_name", "field").unique().rows()
    found = [(table, field, belongs_to(table, field)) for table, field in places]
    return pl.DataFrame(
        found,
        schema={"table_name": pl.String, "field": pl.String, "belongs_to": pl.String},
        orient="row",
    )


def told_by(table: str) -> str | None:
    """The column by which a person knows a row of a table, where its key tells little."""
    rows = (row for row in read_table(_PACKAGE, "belongings") if row["field"] == _ALL)
    return next((row["told_by"] or None for row in rows if row["table_name"] == table), None)


def belongs_to(table: str, field: str | None) -> str | None:
    """What a column of a table belongs to, or without one, its rows; `None` for unknown tables."""
    lines = belongings()
    own = lines.get((table, field or _ALL)) or lines.get((table, _ALL))
    return "follows" if own == "letter" and field in FOLLOWING.get(table, ()) else own


def _file_tables() -> list[str]:
    """Tables whose rows are files or their versions."""
    return [table for (table, field), of in belongings().items() if field == _ALL and of == "file"]


def _differ(before: Frames, after: Frames, table: str) -> bool:
    if table not in before or table not in after:
        return False
    return not before[table].equals(after[table])


def _columns(frames: Frames, table: str, names: tuple[str, ...]) -> pl.DataFrame:
    """Columns of a table; NULL where it has them not, and no row where there is no such table."""
    import polars as pl

    types = {"is_listed": pl.Boolean()}
    frame = frames.get(table, pl.DataFrame())
    return frame.select(
        pl.col(name).cast(types.get(name, pl.String()))
        if name in frame.columns
        else pl.lit(None, dtype=types.get(name, pl.String())).alias(name)
        for name in names
    )
