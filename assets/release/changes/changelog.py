"""The changelog of releases: what each brought, written from its differences to the one before.

Here belongs which differences are told, and in what words. All of them stand in the file of
differences that each release carries; those of the code are told in the project's own changelog.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from assets.release.changes.difference_reports import count_reasons
from assets.release.changes.differences import Differences
from assets.release.changes.reasons import reasons
from assets.release.release_info import ReleaseInfo
from assets.release.templating import cell, code_span
from assets.release.wording import counted
from warehouse.schema_versions import BreakingChange, SchemaChange, reasons_of

if TYPE_CHECKING:
    import polars as pl

_HEADING = "## "

#: So many visits are named in one line, and so many corrections and changes of the schema in all.
_VISITS_NAMED = 60
_LINES = 40

#: What is told of all other reasons is how many differences they have.
_TOLD = frozenset({"new_letter", "amended_letter", "withdrawn_letter", "correction", "schema"})


def changelog_entry(
    info: ReleaseInfo,
    differences: Differences | None,
    schema_changes: Sequence[SchemaChange] = (),
    declared: Sequence[BreakingChange] | None = None,
) -> str:
    """What a release brought, as Markdown under a heading with its version and date.

    Args:
        info: The release.
        differences: What differs from the release before; `None` for the first.
        schema_changes: What changed in the schema since that.
        declared: Breaking changes and why they were made; those of `breaking_changes.csv` if they
            are not given.
    """
    lines = [f"{_HEADING}{info.version} ({info.released.isoformat()})", ""]
    if differences is None:
        lines += _first(info)
    else:
        lines += _section("Visits and letters", _letters(differences))
        lines += _section("Corrections", _corrections(differences))
        reasons = reasons_of(info.version, schema_changes, declared)
        lines += _section("Tables, columns and codes", _schema(schema_changes, reasons))
        lines += _section("Besides", _besides(differences))
    return "\n".join(lines).rstrip() + "\n"


def changelog(info: ReleaseInfo, entry: str, before: str | None) -> str:
    """The whole changelog: a new entry, and those of the release before it.

    Args:
        info: The release.
        entry: What it brought, by `changelog_entry`.
        before: The changelog of the release before; `None` for the first.
    """
    _, _, earlier = (before or "").partition(f"\n{_HEADING}")
    opening = (
        f"# Changelog: {info.title}\n\n"
        "Versions are semantic: a rename, a removal or a retyping raises the first number; a "
        "table, column or code more the second; other rows alone the third.\n"
    )
    return f"{opening}\n{entry}" + (f"\n{_HEADING}{earlier}" if earlier else "")


def _first(info: ReleaseInfo) -> Iterator[str]:
    counts = info.row_counts
    told = ", ".join(
        f"{counts[table]:,} {table}"
        for table in ("visits", "findings", "letters")
        if table in counts
    )
    yield f"The first release: {told}."


def _section(title: str, items: Iterator[str]) -> Iterator[str]:
    found = list(items)
    if found:
        yield f"### {title}"
        yield ""
        yield from (f"- {item}" for item in found[:_LINES])
        if len(found) > _LINES:
            yield f"- … and {len(found) - _LINES:,} more."
        yield ""


def _letters(differences: Differences) -> Iterator[str]:
    import polars as pl

    visits = differences.rows.filter(
        (pl.col("table_name") == "visits") & pl.col("row_key").is_not_null()
    )
    rows = {
        change: visits.filter(pl.col("change") == change)
        for change in ("added", "removed", "changed")
    }
    is_amended = pl.col("reason_code") == "amended_letter"
    amended = pl.concat([rows["added"], rows["changed"]]).filter(is_amended)
    yield from _visits(
        differences, "New", rows["added"].filter(pl.col("reason_code") == "new_letter")
    )
    yield from _visits(differences, "Letter amended", amended)
    for code, reason in reasons().items():
        label = reason.label.lower()
        of_reason = pl.col("reason_code").eq_missing(pl.lit(code, dtype=pl.String))
        if code not in ("new_letter", "amended_letter"):
            added = rows["added"].filter(of_reason)
            yield from _visits(differences, f"Not here before ({label})", added)
        removed = rows["removed"].filter(of_reason)
        yield from _visits(differences, f"Not here any more ({label})", removed)
    withdrawn = differences.rows.filter(
        (pl.col("table_name") == "letters") & (pl.col("reason_code") == "withdrawn_letter")
    )
    yield from _visits(
        differences,
        "Letter withdrawn from its source, and kept here",
        withdrawn.drop_nulls("visit_id"),
    )
    elsewhere = withdrawn.filter(pl.col("visit_id").is_null())
    if elsewhere.height:
        yield f"Files withdrawn that are no visit: {elsewhere.height:,}."
    others = differences.rows.filter(
        (pl.col("table_name") == "letters") & (pl.col("change") == "added")
    ).filter(pl.col("visit_id").is_null())
    if others.height:
        yield f"Files archived that are no visit: {others.height:,}."


def _visits(differences: Differences, label: str, rows: pl.DataFrame) -> Iterator[str]:
    """A line that names the visits of some differences by authority and first day."""
    import polars as pl

    named = differences.visits.filter(pl.col("visit_id").is_in(set(rows["visit_id"].drop_nulls())))
    if named.is_empty():
        return
    days: dict[str, list[str]] = defaultdict(list)
    for row in named.sort("authority", "start_date", "visit_id").head(_VISITS_NAMED).to_dicts():
        days[row["authority"]].append(row["start_date"].isoformat())
    listed = "; ".join(f"{cell(authority)} {', '.join(of)}" for authority, of in days.items())
    rest = named.height - _VISITS_NAMED
    visits = counted(named.height, "visit")
    authorities = named["authority"].n_unique()
    where = f" to {authorities} authorities" if authorities > 1 else ""
    yield f"{label}: {visits}{where}: {listed}{f'; and {rest:,} more' if rest > 0 else ''}."


def _corrections(differences: Differences) -> Iterator[str]:
    for row in differences.corrections.to_dicts():
        column = f"{row['table_name']}.{row['field']}"
        place = f"{code_span(column)} of {code_span(row['row_key'])}"
        values = f"{_value(row, 'old_value')} → {_value(row, 'new_value')}"
        if row["is_made"]:
            yield f"{place}: {values}. {cell(row['reason'])} ({cell(row['found_by'])})"
        else:
            yield f"{place}: {values} was taken back."


def _value(row: dict[str, Any], column: str) -> str:
    return "nothing" if row[column] is None else code_span(row[column])


def _schema(changes: Sequence[SchemaChange], reasons: dict[SchemaChange, str]) -> Iterator[str]:
    for change in changes:
        if change.level != "patch":
            why = f" Why: {reasons[change]}" if change in reasons else ""
            breaks = "**Breaking.** " if change.level == "major" else ""
            yield f"{breaks}`{change.place}`: {cell(change.says)}.{why}"
    patches = sum(change.level == "patch" for change in changes)
    if patches:
        yield f"Descriptions, labels and examples made better: {patches:,}."


def _besides(differences: Differences) -> Iterator[str]:
    """How many differences there are of the reasons that no line told of."""
    for code, count in count_reasons(differences).items():
        if code not in _TOLD:
            yield f"{reasons()[code].label}: {counted(count, 'difference')}."
