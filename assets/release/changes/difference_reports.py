"""Differences as a person reads them, on a terminal or in Markdown, and as a file for programs.

Here belongs how they are shown. What they are is found in `differences`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from assets.release.changes.differences import DIFFERENCES, Differences
from assets.release.changes.reasons import reason_labels, told_in_sum
from assets.release.edition import Edition
from assets.release.formats.parquet_files import about_file
from assets.release.templating import cell, code_span
from warehouse.output import write_table

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
_UNKNOWN = "Reason not known"
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_COUNTED = ("table", "before", "after", "added", "removed", "changed")


@dataclass(frozen=True, slots=True)
class _Group:
    """Differences of one kind in one table, as far as they are shown.

    Attributes:
        change: What happened: added, removed or changed.
        reason: Why, in words.
        count: How many there are.
        fields: The columns whose values changed, with how many did.
        rows: Those that are shown, with the columns of `DIFFERENCES`.
    """

    change: str
    reason: str
    count: int
    fields: tuple[tuple[str, int], ...]
    rows: tuple[dict[str, str | None], ...]

    @property
    def heading(self) -> str:
        noun = "value" if self.change == "changed" else "row"
        if any(row["row_key"] is None for row in self.rows):
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
        return self.count - len(self.rows)


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
    to = io.StringIO()
    to.write(f"From {before} to {after}\n\n")
    if not differences:
        to.write("Nothing differs.\n")
        return to.getvalue()
    write_table(_COUNTED, _counts(differences), to, width=None)
    to.write("\n")
    write_table(("reason", "differences"), _reasons(differences), to, width=None)
    for table, groups in _tables(differences, shown):
        to.write(f"\n{table}\n")
        for group in groups:
            to.write(f"  {group.heading}\n")
            for row in group.rows:
                to.write(f"    {_SIGNS[group.change]} {_line(row)}\n")
            if group.rest and group.rows:
                to.write(f"    … and {group.rest:,} more\n")
    return to.getvalue()


def markdown_report(
    differences: Differences,
    before: str,
    after: str,
    *,
    shown: int | None = SHOWN,
    edition: Edition | None = None,
) -> str:
    """The differences as a page of Markdown.

    Args:
        differences: What differs.
        before: What to call the older side.
        after: What to call the newer one.
        shown: How many of each table, kind and reason are shown; `None` for all.
        edition: The release that the page is a file of, to be named with its attribution.
    """
    lines = [f"# From {cell(before)} to {cell(after)}", ""]
    if edition is not None:
        lines += [f"{edition.citation}", "", f"{edition.attribution} <{edition.licence.url}>", ""]
    if not differences:
        return "\n".join([*lines, "Nothing differs.", ""])
    lines += _markdown_table(_COUNTED, _counts(differences))
    lines += ["", *_markdown_table(("reason", "differences"), _reasons(differences))]
    for table, groups in _tables(differences, shown):
        lines += ["", f"## {cell(table)}"]
        for group in groups:
            lines += ["", f"**{cell(group.heading)}**"]
            if group.rows:
                lines += ["", *(f"- {_line(row, code_span)}" for row in group.rows)]
                if group.rest:
                    lines.append(f"- … and {group.rest:,} more")
    return "\n".join([*lines, ""])


def write_differences(differences: Differences, path: Path, edition: Edition | None = None) -> None:
    """Writes all differences as Parquet, the same bytes for the same differences.

    Args:
        differences: What differs.
        path: The file.
        edition: The release that it is a file of, to be named in its metadata.
    """
    import pyarrow.parquet as pq

    from warehouse.parquet import arrow_schema

    schema = arrow_schema(DIFFERENCES)
    if edition is not None:
        schema = schema.with_metadata({**(schema.metadata or {}), **about_file(edition)})
    pq.write_table(differences.rows.to_arrow().cast(schema), path, compression="zstd")


def count_reasons(differences: Differences) -> dict[str | None, int]:
    """How many differences there are of each reason, in its order; those without one last."""
    found = dict(differences.rows["reason_code"].value_counts().iter_rows())
    return {code: found[code] for code in (*reason_labels(), None) if code in found}


def _counts(differences: Differences) -> list[tuple[str | int | None, ...]]:
    return [
        (one.table_name, one.before, one.after, one.added, one.removed, one.changed)
        for one in differences.counts
        if one.before != one.after or one.added or one.removed or one.changed
    ]


def _reasons(differences: Differences) -> list[tuple[str, int]]:
    return [(_label(code), count) for code, count in count_reasons(differences).items()]


def _label(code: str | None) -> str:
    return _UNKNOWN if code is None else reason_labels()[code]


def _tables(
    differences: Differences, shown: int | None
) -> Iterator[tuple[str, tuple[_Group, ...]]]:
    """The tables that differ, with their differences by kind and reason, the most telling first."""
    for (table,), rows in differences.rows.group_by(["table_name"], maintain_order=True):
        yield str(table), tuple(_groups(rows, shown))


def _groups(rows: pl.DataFrame, shown: int | None) -> Iterator[_Group]:
    import polars as pl

    order = [*reason_labels(), None]
    for reason in order:
        of_reason = rows.filter(pl.col("reason_code").eq_missing(pl.lit(reason, dtype=pl.String)))
        for change in _SIGNS:
            found = of_reason.filter(pl.col("change") == change)
            if found.height:
                most = 0 if reason in told_in_sum() else shown
                some = found if most is None else found.head(most)
                fields = (
                    found["field"]
                    .drop_nulls()
                    .value_counts()
                    .sort(pl.col("count"), "field", descending=[True, False])
                )
                yield _Group(
                    change,
                    _label(reason),
                    found.height,
                    tuple(fields.iter_rows()),
                    tuple(some.to_dicts()),
                )


def _folded(value: str) -> str:
    return " ".join(value.split())


def _line(row: dict[str, str | None], show: Callable[[str], str] = _folded) -> str:
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


def _markdown_table(
    names: Sequence[str], rows: Sequence[Sequence[str | int | None]]
) -> Iterator[str]:
    """A table of which the first column is text, and the others are numbers."""
    yield f"| {' | '.join(names)} |"
    yield f"| --- |{' ---: |' * (len(names) - 1)}"
    for row in rows:
        cells = (
            "" if value is None else f"{value:,}" if isinstance(value, int) else cell(value)
            for value in row
        )
        yield f"| {' | '.join(cells)} |"
