"""The notes of a release, its `README.md`: first what is missing, then what is new, then all else.

Here belongs what the notes count; the page that says it is `templates/notes.md.j2`. What is new is
told by `changelog`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.release.release_info import RESPONSIBLE_USE_FILE, ReleaseInfo
from assets.release.templating import render
from warehouse.codes import code_list
from warehouse.parquet import read_table
from warehouse.schema import SCHEMA

if TYPE_CHECKING:
    import polars as pl

NOTES_FILE = "README.md"

#: A newest visit that is older than this says little about today: as long as Ofsted's framework
#: lets pass between inspections of a council.
OLD_AFTER_DAYS = 3 * 365

#: So many files in quarantine are named; all are in the table.
_FILES_NAMED = 20

#: The measures that the notes give; all are in the table `evaluation`.
_MEASURES = (
    ("findings", "valence_code", "accuracy", "valence, right"),
    ("findings", "valence_code", "macro_f1", "valence, macro F1"),
    ("finding_topics", "topic_code", "f1", "topics, F1"),
    ("findings", "valence_score", "calibration_error", "score, calibration error"),
)


@dataclass(frozen=True, slots=True)
class Year:
    """What there is of a year: visits, authorities visited, and files that became no visit."""

    year: int
    visits: int
    authorities: int
    unread: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing.

    Attributes:
        as_of: The newest day that anything in the data is of; `None` if there is nothing.
        authorities: How many authorities there are today.
        without_visit: The names of those that no visit is known of.
        long_ago: Those whose newest visit is older than `OLD_AFTER_DAYS`, with its first day.
        years: What there is of each year.
        unread_kinds: Files of kinds that are recorded and not read, by kind.
        quarantine: Rows of `quarantine`, by reason.
        quarantined_files: Each of these files and why, as far as they are named.
        quarantined_more: How many more there are.
    """

    as_of: date | None
    authorities: int
    without_visit: tuple[str, ...]
    long_ago: tuple[tuple[str, date], ...]
    years: tuple[Year, ...]
    unread_kinds: tuple[tuple[str, int], ...]
    quarantine: tuple[tuple[str, int], ...]
    quarantined_files: tuple[tuple[str, str], ...]
    quarantined_more: int


def find_gaps(tables: Path) -> Gaps:
    """What is missing from a folder of tables, as its tables `coverage` and `quarantine` say."""
    import polars as pl

    coverage = read_table(tables, "coverage")
    letters = read_table(tables, "letters")
    quarantine = read_table(tables, "quarantine")
    names = read_table(tables, "authorities").select("authority_id", "name")
    last_year = coverage.filter(pl.col("year") == pl.col("year").max()).join(
        names, on="authority_id"
    )
    today = last_year.sort("name")
    long_ago = (
        today.filter(pl.col("newest_visit_age_days") > OLD_AFTER_DAYS)
        .select("name", "newest_visit_date")
        .sort("newest_visit_date", "name")
    )
    years = (
        coverage.group_by("year")
        .agg(
            visits=pl.col("visit_count").sum(),
            authorities=(pl.col("visit_count") > 0).sum(),
            unread=pl.col("unread_count").sum(),
        )
        .sort("year")
    )
    kinds = Counter(
        letters.filter(pl.col("status") == "unsupported")["document_kind"].drop_nulls().to_list()
    )
    reasons = Counter(quarantine["reason_code"].to_list())
    return Gaps(
        as_of=coverage["as_of_date"].max(),  # type: ignore[arg-type]
        authorities=today.height,
        without_visit=tuple(today.filter(pl.col("newest_visit_date").is_null())["name"]),
        long_ago=tuple(long_ago.rows()),
        years=tuple(Year(**row) for row in years.iter_rows(named=True)),
        unread_kinds=_labelled(kinds, "document_kind"),
        quarantine=_labelled(reasons, "reason"),
        quarantined_files=tuple(
            (row["file_name"] or row["source_url"] or row["letter_id"], row["detail"] or "")
            for row in quarantine.head(_FILES_NAMED).iter_rows(named=True)
        ),
        quarantined_more=max(0, quarantine.height - _FILES_NAMED),
    )


def write_notes(
    release: Path, tables: Path, info: ReleaseInfo, news: str, *, is_first: bool
) -> str:
    """Write the notes of a release, and return them.

    Args:
        release: The folder of the release in the making.
        tables: Its tables.
        info: What it says of itself.
        news: What is new in it, as Markdown under a heading of its own.
        is_first: Whether there is no release before it.
    """
    notes = render(
        "notes.md.j2",
        info=info,
        gaps=find_gaps(tables),
        news=news,
        is_first=is_first,
        tables=[SCHEMA[name] for name in SCHEMA],
        measures=_measures(read_table(tables, "evaluation")),
        responsible_use=RESPONSIBLE_USE_FILE,
        old_after_years=OLD_AFTER_DAYS // 365,
    )
    (release / NOTES_FILE).write_text(notes, encoding="utf-8")
    return notes


def _measures(evaluation: pl.DataFrame) -> list[dict[str, Any]]:
    import polars as pl

    rows = []
    for table, field, metric, label in _MEASURES:
        found = evaluation.filter(
            (pl.col("table_name") == table)
            & (pl.col("field") == field)
            & (pl.col("metric") == metric)
            & (pl.col("code") == "all")
            & (pl.col("era") == "all")
            & (pl.col("basis") != "fitted")
        )
        rows += [{"label": label, **row} for row in found.sort("basis").iter_rows(named=True)]
    return rows


def _labelled(counts: Counter[str], list_name: str) -> tuple[tuple[str, int], ...]:
    codes = code_list(list_name)
    return tuple((codes[code].label, count) for code, count in counts.most_common())
