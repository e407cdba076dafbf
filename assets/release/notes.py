"""The notes of a release, its `README.md`: first what is missing, then what is new, then all else.

Here belongs what the notes count; the page that says it is `templates/notes.md.j2`. What is new is
told by `changelog`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.release.release_info import RESPONSIBLE_USE_FILE, ReleaseInfo
from assets.release.templating import render
from warehouse.codes import KNOWN_LETTERS_FILE, code_list, read_rows
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
    """What there is of a kind and a year: visits, authorities visited, files that became none."""

    kind: str
    year: int
    visits: int
    authorities: int
    unread: int


@dataclass(frozen=True, slots=True)
class Published:
    """How many letters of a kind the publisher is known to have put out in a year.

    Attributes:
        kind: The kind, by name.
        year: The year.
        known: How many are known of.
        as_of: The day on which they were counted.
        here: How many visits here have a letter of that year, up to that day.
    """

    kind: str
    year: int
    known: int
    as_of: date
    here: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing.

    Attributes:
        as_of: The newest day that anything in the data is of; `None` if there is nothing.
        authorities: How many authorities there are today.
        without_visit: The names of those that no visit is known of.
        long_ago: Those whose newest visit is older than `OLD_AFTER_DAYS`, with its first day.
        years: What there is of each kind and year.
        published: What the publisher is known to have put out, of the kinds that are here.
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
    published: tuple[Published, ...]
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
    # Of all kinds together: the newest visit of whatever kind.
    today = (
        coverage.filter(pl.col("year") == pl.col("year").max())
        .group_by("authority_id")
        .agg(pl.col("newest_visit_date").max(), pl.col("newest_visit_age_days").min())
        .join(names, on="authority_id")
        .sort("name")
    )
    long_ago = (
        today.filter(pl.col("newest_visit_age_days") > OLD_AFTER_DAYS)
        .select("name", "newest_visit_date")
        .sort("newest_visit_date", "name")
    )
    years = (
        coverage.group_by(kind="document_kind", year="year")
        .agg(
            visits=pl.col("visit_count").sum(),
            authorities=(pl.col("visit_count") > 0).sum(),
            unread=pl.col("unread_count").sum(),
        )
        .sort("kind", "year")
    )
    labels = {code.code: code.label for code in code_list("document_kind").values()}
    kinds = Counter(
        letters.filter(pl.col("status") == "unsupported")["document_kind"].drop_nulls().to_list()
    )
    reasons = Counter(quarantine["reason_code"].to_list())
    return Gaps(
        as_of=coverage["as_of_date"].max(),  # type: ignore[arg-type]
        authorities=today.height,
        without_visit=tuple(today.filter(pl.col("newest_visit_date").is_null())["name"]),
        long_ago=tuple(long_ago.rows()),
        years=tuple(
            Year(**row | {"kind": labels[row["kind"]]}) for row in years.iter_rows(named=True)
        ),
        published=tuple(_published(read_table(tables, "visits"), labels)),
        unread_kinds=_labelled(kinds, "document_kind"),
        quarantine=_labelled(reasons, "reason"),
        quarantined_files=tuple(
            (row["file_name"] or row["source_url"] or row["letter_id"], row["detail"] or "")
            for row in quarantine.head(_FILES_NAMED).iter_rows(named=True)
        ),
        quarantined_more=max(0, quarantine.height - _FILES_NAMED),
    )


def _published(visits: pl.DataFrame, labels: Mapping[str, str]) -> Iterator[Published]:
    """What is known of each year, beside the letters here that were published by then."""
    days = [
        (row["document_kind"], row["published_date"] or row["letter_date"])
        for row in visits.iter_rows(named=True)
    ]
    for row in read_rows(KNOWN_LETTERS_FILE):
        kind, year, as_of = row["document_kind"], int(row["year"]), date.fromisoformat(row["as_of"])
        if any(kind == other for other, _ in days):
            here = sum(
                kind == other and day is not None and day.year == year and day <= as_of
                for other, day in days
            )
            yield Published(labels[kind], year, int(row["letter_count"]), as_of, here)


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
    several = evaluation["document_kind"].n_unique() > 1
    for table, field, metric, label in _MEASURES:
        found = evaluation.filter(
            (pl.col("table_name") == table)
            & (pl.col("field") == field)
            & (pl.col("metric") == metric)
            & (pl.col("code") == "all")
            & (pl.col("era") == "all")
            & (pl.col("basis") != "fitted")
        )
        kinds = code_list("document_kind")
        for row in found.sort("document_kind", "basis").iter_rows(named=True):
            # Which kind it is of is said where there are several.
            of_kind = f" ({kinds[row['document_kind']].label})" if several else ""
            rows.append({**row, "label": label + of_kind})
    return rows


def _labelled(counts: Counter[str], list_name: str) -> tuple[tuple[str, int], ...]:
    codes = code_list(list_name)
    return tuple((codes[code].label, count) for code, count in counts.most_common())
