"""The changelog of releases: what each brought, written from its differences to the one before.

Here belongs which differences are told, and in what words. All of them stand in the file of
differences that each release carries; those of the code are told in the project's own changelog.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from assets.release.changes.difference_reports import count_reasons
from assets.release.changes.differences import Differences
from assets.release.changes.reasons import reasons
from assets.release.release_info import ReleaseInfo
from assets.release.templating import code_span
from assets.release.wording import counted
from warehouse.schema_versions import BreakingChange, SchemaChange, reasons_of
from warehouse.shown import cell

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
    # Visits and files of letters by what happened to them, and why.
    found: dict[tuple[str, str, str | None], list[str | None]] = defaultdict(list)
    columns = ("table_name", "change", "reason_code", "row_key", "visit_id")
    for table, change, reason, key, visit in differences.rows.select(columns).iter_rows():
        if table in ("visits", "letters") and key is not None:
            found[table, change, reason].append(visit)
    amended = "amended_letter"
    told = [
        ("New", found["visits", "added", "new_letter"]),
        ("Letter amended", found["visits", "added", amended] + found["visits", "changed", amended]),
    ]
    for code, reason in reasons().items():
        label = reason.label.lower()
        if code not in ("new_letter", amended):
            told.append((f"Not here before ({label})", found["visits", "added", code]))
        told.append((f"Not here any more ({label})", found["visits", "removed", code]))
    withdrawn = found["letters", "changed", "withdrawn_letter"]
    told.append(("Letter withdrawn from its source, and kept here", withdrawn))
    for label, visits in told:
        yield from _visits(differences, label, {visit for visit in visits if visit})
    if elsewhere := withdrawn.count(None):
        yield f"Files withdrawn that are no visit: {elsewhere:,}."
    archived = [found["letters", "added", code].count(None) for code in reasons()]
    if sum(archived):
        yield f"Files archived that are no visit: {sum(archived):,}."


def _visits(differences: Differences, label: str, visits: set[str]) -> Iterator[str]:
    """A line that names visits by authority and first day."""
    import polars as pl

    named = differences.visits.filter(pl.col("visit_id").is_in(visits))
    if named.is_empty():
        return
    days: dict[str, list[str]] = defaultdict(list)
    for row in named.sort("authority", "start_date", "visit_id").head(_VISITS_NAMED).to_dicts():
        days[row["authority"]].append(row["start_date"].isoformat())
    listed = "; ".join(f"{cell(authority)} {', '.join(of)}" for authority, of in days.items())
    rest = named.height - _VISITS_NAMED
    authorities = named["authority"].n_unique()
    where = f" to {authorities} authorities" if authorities > 1 else ""
    more = f"; and {rest:,} more" if rest > 0 else ""
    yield f"{label}: {counted(named.height, 'visit')}{where}: {listed}{more}."


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
    patches = [change for change in changes if change.level == "patch"]
    asked = [change for change in patches if change.kind == "view_query"]
    if asked:
        names = ", ".join(f"`{change.place}`" for change in asked)
        yield f"Views asked in another way, whose rows may be others: {names}."
    if len(patches) > len(asked):
        better = len(patches) - len(asked)
        yield f"Descriptions, labels and examples made better: {better:,}."


def _besides(differences: Differences) -> Iterator[str]:
    """How many differences there are of the reasons that no line told of."""
    for code, count in count_reasons(differences).items():
        if code not in _TOLD:
            yield f"{reasons()[code].label}: {counted(count, 'difference')}."
