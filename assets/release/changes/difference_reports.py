"""Differences as a person reads them, on a terminal or in Markdown, and as a file for programs.

Here belongs which differences are shown, and how a value is cut; the pages are
`templates/changes.md.j2` and `changes.txt.j2`. What differs is found in `differences`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from assets.release.changes.differences import DIFFERENCES, Differences
from assets.release.changes.reasons import reasons
from assets.release.formats.parquet_files import about_file
from assets.release.release_info import ReleaseInfo
from assets.release.templating import code_span, render
from warehouse.output import write_table
from warehouse.shown import folded

if TYPE_CHECKING:
    import polars as pl

#: So many differences of one table, kind and reason are shown, and how many more there are is said.
SHOWN = 10

#: A longer value is cut: the text of a section would fill pages.
_LONGEST = 72
#: So much is left of what both values begin with, that it is seen where they part.
_LEAD = 16

#: So many columns are named above the values that changed in them.
_FIELDS_NAMED = 8

_NULL = "(nothing)"
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_COUNTED = ("table", "before", "after", "added", "removed", "changed")


@dataclass(frozen=True, slots=True)
class _Group:
    """Differences of one kind in one table, as far as they are shown.

    Attributes:
        change: What happened: added, removed or changed.
        reason: Why, in words.
        count: How many there are.
        is_whole: Whether these are tables or columns as a whole.
        fields: The columns whose values changed, with how many did.
        rows: Those that are shown, a line each.
    """

    change: str
    reason: str
    count: int
    is_whole: bool
    fields: tuple[tuple[str, int], ...]
    rows: tuple[str, ...]

    @property
    def heading(self) -> str:
        noun = "value" if self.change == "changed" else "row"
        if self.is_whole:
            noun = "table or column" if self.count == 1 else "tables or columns"
        elif self.count != 1:
            noun += "s"
        heading = f"{self.reason}: {self.count:,} {noun} {self.change}"
        if not self.fields or (self.rows and len(self.fields) < 2):
            return heading
        named = [f"{count:,} {field}" for field, count in self.fields[:_FIELDS_NAMED]]
        more = ["…"] if len(self.fields) > _FIELDS_NAMED else []
        return f"{heading} ({', '.join([*named, *more])})"

    @property
    def rest(self) -> int:
        return self.count - len(self.rows) if self.rows else 0

    @property
    def sign(self) -> str:
        return _SIGNS[self.change]


def text_report(
    differences: Differences, before: str, after: str, *, shown: int | None = SHOWN
) -> str:
    """The differences for a terminal.

    Args:
        differences: What differs.
        before: What to call the older side.
        after: What to call the newer one.
        shown: How many of each table, kind and reason are shown; `None` for all but those of
            which nothing is worth telling but how many there are.
    """
    counts, counted_reasons = io.StringIO(), io.StringIO()
    write_table(_COUNTED, _counts(differences), counts, width=None)
    write_table(("reason", "differences"), _reasons(differences), counted_reasons, width=None)
    return render(
        "changes.txt.j2",
        before=before,
        after=after,
        counts=counts.getvalue(),
        reasons=counted_reasons.getvalue(),
        tables=_tables(differences, shown, folded),
    )


def markdown_report(
    differences: Differences,
    before: str,
    after: str,
    *,
    shown: int | None = SHOWN,
    info: ReleaseInfo | None = None,
) -> str:
    """The differences as a page of Markdown.

    Args:
        differences: What differs.
        before: What to call the older side.
        after: What to call the newer one.
        shown: How many of each table, kind and reason are shown; `None` for all.
        info: The release that the page is a file of, to be named with its attribution.
    """
    return render(
        "changes.md.j2",
        before=before,
        after=after,
        info=info,
        counts=_counts(differences),
        reasons=_reasons(differences),
        tables=_tables(differences, shown, code_span),
    )


def write_differences(
    differences: Differences, path: Path, info: ReleaseInfo | None = None
) -> None:
    """Writes all differences as Parquet, the same bytes for the same differences.

    Args:
        differences: What differs.
        path: The file.
        info: The release that it is a file of, to be named in its metadata.
    """
    import pyarrow.parquet as pq

    from warehouse.parquet import arrow_schema

    schema = arrow_schema(DIFFERENCES)
    if info is not None:
        schema = schema.with_metadata({**(schema.metadata or {}), **about_file(info)})
    pq.write_table(differences.rows.to_arrow().cast(schema), path, compression="zstd")


def is_report(path: Path) -> bool:
    """Whether a file is differences as they are written here, in one form or another."""
    with path.open("rb") as file:
        beginning = file.read(1000)
    if not beginning.startswith(b"PAR1"):
        return re.match(rb"(# )?From .+ to .+\n\n", beginning) is not None
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return bool(pq.read_schema(path).names == list(DIFFERENCES.column_names))
    except pa.ArrowException:
        return False


def count_reasons(differences: Differences) -> dict[str | None, int]:
    """How many differences there are of each reason, in its order; those without one last."""
    found = dict(differences.rows["reason_code"].value_counts().iter_rows())
    return {code: found[code] for code in reasons() if code in found}


def _counts(differences: Differences) -> list[tuple[str | int | None, ...]]:
    return [
        (one.table_name, one.before, one.after, one.added, one.removed, one.changed)
        for one in differences.counts
        if one.before != one.after or one.added or one.removed or one.changed
    ]


def _reasons(differences: Differences) -> list[tuple[str, int]]:
    return [(reasons()[code].label, count) for code, count in count_reasons(differences).items()]


def _tables(
    differences: Differences, shown: int | None, show: Callable[[str], str]
) -> list[tuple[str, list[_Group]]]:
    """The tables that differ, with their differences by kind and reason, the most telling first."""
    return [
        (str(table), list(_groups(rows, shown, show)))
        for (table,), rows in differences.rows.group_by(["table_name"], maintain_order=True)
    ]


def _groups(rows: pl.DataFrame, shown: int | None, show: Callable[[str], str]) -> Iterator[_Group]:
    import polars as pl

    found = rows.partition_by("reason_code", "change", as_dict=True)
    for code, reason in reasons().items():
        for change in _SIGNS:
            if (code, change) not in found:
                continue
            group = found[code, change]
            most = 0 if reason.is_summarised else shown
            fields = (
                group["field"]
                .drop_nulls()
                .value_counts()
                .sort(pl.col("count"), "field", descending=[True, False])
            )
            yield _Group(
                change,
                reason.label,
                group.height,
                group["row_key"].null_count() > 0,
                tuple(fields.iter_rows()),
                tuple(
                    _line(row, show)
                    for row in group.head(group.height if most is None else most).to_dicts()
                ),
            )


def _line(row: dict[str, str | None], show: Callable[[str], str]) -> str:
    """One difference in a line; `show` brings names and values into the report's form."""

    def quoted(value: str | None) -> str:
        return _NULL if value is None else show(value)

    field, old, new = row["field"], row["old_value"], row["new_value"]
    if row["row_key"] is None:
        what = f"the column {quoted(field)}" if field else "the table"
        types = " → ".join(show(value) for value in (old, new) if value)
        return f"{what} ({types})" if types else what
    key = quoted(_cut(row["row_key"], 2 * _LONGEST))
    if row["change"] != "changed":
        told = _cut(new if row["change"] == "added" else old, _LONGEST)
        return key if told is None else f"{key}: {quoted(told)}"
    return f"{key} {quoted(field)}: " + " → ".join(map(quoted, _parted(old, new)))


def _parted(old: str | None, new: str | None) -> tuple[str | None, str | None]:
    """Two values, cut to where they begin to differ if they are long."""
    if old is not None and new is not None and max(len(old), len(new)) > _LONGEST:
        alike = takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))
        skipped = sum(1 for _ in alike) - _LEAD
        if skipped > 0:
            old, new = f"…{old[skipped:]}", f"…{new[skipped:]}"
    return _cut(old, _LONGEST), _cut(new, _LONGEST)


def _cut(value: str | None, longest: int) -> str | None:
    return value if value is None or len(value) <= longest else f"{value[: longest - 1]}…"
