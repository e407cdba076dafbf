"""Whether the values of a release are those that the program makes of other values.

Here belongs what no rule can say, as it takes the code that made the values: keys, shown names,
eras, and that findings are the paragraphs of their sections.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from assets.release.verify.problems import (
    Problem,
    ReleaseUnderTest,
    Row,
    first_of_many,
    row_key,
    show,
    show_difference,
    table_file,
)
from warehouse.kinds import era_of, sections_of

if TYPE_CHECKING:
    import polars as pl


def check_made_values(on: ReleaseUnderTest) -> Iterator[Problem]:
    """That keys, eras and shown names are those made of the values beside them."""
    making = {
        "visits": _of_visits,
        "findings": _of_findings,
        "visit_inspectors": _of_teams,
        "inspectors": _of_inspectors,
    }
    for name, made in making.items():
        if name in on.frames:
            yield from first_of_many(_unlike(on, name, made))


def _unlike(
    on: ReleaseUnderTest, name: str, made: Callable[..., Iterator[Row]]
) -> Iterator[Problem]:
    rows = on.frames[name].to_dicts()
    for row, values in zip(rows, made(on, rows), strict=True):
        for column, value in values.items():
            if column in row and row[column] != value:
                key = row_key(on.schema[name], row)
                yield Problem(table_file(name), show(row[column]), show(value), key, column)


def _of_visits(on: ReleaseUnderTest, rows: list[Row]) -> Iterator[Row]:
    from assets.tables.derived import visit_key

    names = {}
    if "authorities" in on.frames:
        names = dict(on.frames["authorities"].select("authority_id", "name").iter_rows())
    for row in rows:
        name, kind, start = names.get(row["authority_id"]), row["document_kind"], row["start_date"]
        made: Row = {}
        if name and kind and start:
            made["visit_id"] = visit_key(name, kind, start)
        day = row["letter_date"] or row["end_date"]
        if kind and day:
            made["era"] = era_of(kind, day)
        yield made


def _of_findings(on: ReleaseUnderTest, rows: list[Row]) -> Iterator[Row]:
    from assets.tables.letter_rows import finding_key

    occurrences: Counter[tuple[str, str]] = Counter()
    for row in rows:
        visit_id, text = row["visit_id"], row["text"]
        occurrences[visit_id, text] += 1
        is_whole = visit_id is not None and text is not None
        key = finding_key(visit_id, text, occurrences[visit_id, text]) if is_whole else None
        yield {"finding_id": key} if is_whole else {}


def _of_teams(on: ReleaseUnderTest, rows: list[Row]) -> Iterator[Row]:
    from assets.tables.inspectors import inspector_id

    for row in rows:
        name = row["name_as_written"]
        yield {"inspector_id": inspector_id(name)} if name else {}


def _of_inspectors(on: ReleaseUnderTest, rows: list[Row]) -> Iterator[Row]:
    from assets.tables.inspectors import display_names

    written: list[str] = []
    if "visit_inspectors" in on.frames:
        written = on.frames["visit_inspectors"]["name_as_written"].drop_nulls().to_list()
    shown = display_names(written)
    for row in rows:
        key = row["inspector_id"]
        yield {"name": shown[key]} if key in shown else {}


def check_paragraphs(on: ReleaseUnderTest) -> Iterator[Problem]:
    """That the findings of a section are, one after the other, its paragraphs; none is left out."""
    import polars as pl

    if not on.frames.keys() >= {"findings", "sections"}:
        return
    table = on.schema["findings"]
    findings = on.frames["findings"]
    in_list = pl.col("section_type").is_in(sorted(sections_of("points")))
    # What introduces a list is no point of it.
    is_introduction = pl.col("joined").is_null() & pl.col("in_list") & (pl.col("paragraph") == 1)
    paragraphs = (
        on.frames["sections"]
        .unique("section_id", keep="first", maintain_order=True)
        .filter(
            pl.col("section_type").is_in(sorted(sections_of("sentences") | sections_of("points")))
        )
        .select("section_id", pl.col("text").str.split("\n\n").alias("whole"), in_list=in_list)
        .explode("whole", empty_as_null=False)
        .drop_nulls()
        .with_columns(paragraph=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("section_id"))
    )
    joined = (
        findings.sort("section_id", "paragraph", "sentence", maintain_order=True)
        .group_by("section_id", "paragraph", maintain_order=True)
        .agg(pl.col("finding_id").first(), pl.col("text").str.join(" ").alias("joined"))
    )
    wrong = joined.join(
        paragraphs, on=["section_id", "paragraph"], how="full", coalesce=True, maintain_order="left"
    ).filter(_without_blanks("joined").ne_missing(_without_blanks("whole")) & ~is_introduction)
    yield from first_of_many(
        Problem(
            table_file(table.name),
            found,
            f"{expected}, the paragraph {row['paragraph']} of the section {row['section_id']}",
            row["finding_id"] or "(none)",
            "text",
        )
        for row in wrong.iter_rows(named=True)
        for found, expected in [show_difference(row["joined"], row["whole"])]
    )


def _without_blanks(name: str) -> pl.Expr:
    import polars as pl

    return pl.col(name).str.replace_all(r"\s", "")
