"""Whether the rows of a release agree with each other: counts, keys made of values, texts in texts.

Here belongs what follows from other rows. The rules themselves are those by which the rows are made
(`assets.tables.derived`), and in `agreements.csv`: each gives the value that a column should have.
What a single column may hold is in `verify_tables`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assets.language.patterns import read_table
from assets.release.verify.problems import (
    Problem,
    Subject,
    first_of_many,
    row_key,
    show,
    show_difference,
    table_file,
)
from warehouse.schema import Table

if TYPE_CHECKING:
    import polars as pl

# Nothing follows from these, and they are most of the data.
_NOTHING_FOLLOWS = {
    "sections": frozenset("text heading page_start page_end".split()),
    "findings": frozenset(
        "text cues quantifier_words quantifier_code cohort_code framework_reference valence_score "
        "paragraph sentence page x0 y0 x1 y1".split()
    ),
}
# A visit whose own key is wrong would make all these wrong.
_KEYS_OF_VISITS = frozenset({"visit_id", "section_id", "finding_id", "row_key"})


def check_counts(on: Subject) -> Iterator[Problem]:
    """That counts, dates, main themes and all else that follows from other rows is what follows."""
    from assets.tables.derived import derive

    if on.frames.keys() != on.schema.keys():
        return
    sound = _sound(on)
    rows = {
        name: frame.drop(_NOTHING_FOLLOWS.get(name, ())).to_dicts() for name, frame in sound.items()
    }
    derive(rows)
    for name, frame in sound.items():
        table = on.schema[name]
        if not table.primary_key:
            continue
        yield from first_of_many(_unlike(table, frame, rows[name]))


def _sound(on: Subject) -> dict[str, pl.DataFrame]:
    """The rows from which others can follow: with required values, and with keys that resolve."""
    import polars as pl

    sound = dict(on.frames)
    while True:
        before = {name: frame.height for name, frame in sound.items()}
        for name, table in on.schema.items():
            conditions = [
                pl.col(column.name).is_not_null() for column in table.columns if not column.nullable
            ]
            for column in table.columns:
                other, _, key = (column.references or "").partition(".")
                # Inspectors are what follows, so they are no ground for anything.
                if other and other != "inspectors" and not column.nullable:
                    conditions.append(pl.col(column.name).is_in(sound[other][key].implode()))
            if name != "inspectors" and conditions:
                sound[name] = sound[name].filter(pl.all_horizontal(conditions))
        if before == {name: frame.height for name, frame in sound.items()}:
            return sound


def _unlike(table: Table, frame: pl.DataFrame, derived: list[dict[str, Any]]) -> Iterator[Problem]:
    """Where rows are not what follows."""
    file = table_file(table.name)
    if table.name == "inspectors":
        key = table.primary_key[0]
        found = {row[key]: row for row in frame.iter_rows(named=True)}
        expected = {row[key]: row for row in derived}
        for name in sorted(found.keys() | expected.keys(), key=str):
            if name not in expected:
                yield Problem(file, "there", "nobody, as no letter names the person", str(name))
            elif name not in found:
                yield Problem(file, "missing", f"a row, as letters name {name}", str(name))
            else:
                yield from _unlike_row(table, found[name], expected[name], 0)
        return
    for number, (row, should) in enumerate(
        zip(frame.iter_rows(named=True), derived, strict=True), start=1
    ):
        if not should.items() <= row.items():
            yield from _unlike_row(table, row, should, number)


def _unlike_row(
    table: Table, row: dict[str, Any], should: dict[str, Any], number: int
) -> Iterator[Problem]:
    for column, value in should.items():
        if row[column] != value and (table.name == "visits" or column not in _KEYS_OF_VISITS):
            key = row_key(table, row, number)
            yield Problem(table_file(table.name), show(row[column]), show(value), key, column)


def check_agreement(on: Subject) -> Iterator[Problem]:
    """That values agree with those of other columns and tables, as `agreements.csv` says."""
    import duckdb

    with duckdb.connect() as connection:
        for name, frame in on.frames.items():
            connection.register(name, frame.to_arrow())
        for rule in read_table("assets.release.verify", "agreements"):
            table = on.schema.get(rule["table"])
            if table is None or not on.frames.keys() >= {
                "visits",
                "letters",
                "sections",
                table.name,
            }:
                continue
            keys = ", ".join(f'here."{name}"' for name in table.primary_key)
            column = rule["column"]
            query = (
                f'SELECT {keys}, here."{column}" AS found, ({rule["value"]}) AS expected '
                f'FROM "{table.name}" AS here WHERE found IS DISTINCT FROM expected ORDER BY ALL'
            )
            yield from first_of_many(
                Problem(
                    table_file(table.name),
                    show(found),
                    f"{show(expected)} ({rule['why'].rstrip('.')})",
                    "/".join(map(str, key)),
                    column,
                )
                for *key, found, expected in connection.execute(query).fetchall()
            )


def check_history(on: Subject) -> Iterator[Problem]:
    """That the version of a letter that counts says of its visit what the visit's row says."""
    if not on.frames.keys() >= {"visits", "visit_versions"}:
        return
    table = on.schema["visits"]
    versions = {
        row["letter_id"]: row
        for row in on.frames["visit_versions"].iter_rows(named=True)
        if row["known_to"] is None
    }

    def unlike() -> Iterator[Problem]:
        for row in on.frames["visits"].iter_rows(named=True):
            version = versions.get(row["letter_id"])
            if version is None:
                file = table_file("visit_versions")
                yield Problem(file, "missing", "a version that counts", str(row["letter_id"]))
                continue
            for column in table.column_names:
                if column in version and version[column] != row[column]:
                    found, expected = show_difference(row[column], version[column])
                    yield Problem(
                        table_file(table.name),
                        found,
                        f"{expected}, as {table_file('visit_versions')} has",
                        str(row["visit_id"]),
                        column,
                    )

    yield from first_of_many(unlike())


def check_finding_keys(on: Subject) -> Iterator[Problem]:
    """That the key of each finding is made from its visit and its text."""
    from assets.tables.letter_rows import finding_key

    def wrong() -> Iterator[Problem]:
        table = on.schema["findings"]
        occurrences: Counter[tuple[str, str]] = Counter()
        columns = on.frames["findings"].select("finding_id", "visit_id", "text")
        for finding_id, visit_id, text in columns.iter_rows():
            if visit_id is None or text is None:
                continue
            occurrences[visit_id, text] += 1
            key = finding_key(visit_id, text, occurrences[visit_id, text])
            if finding_id != key:
                yield Problem(
                    table_file(table.name),
                    show(finding_id),
                    f"{show(key)}, by its visit and text",
                    str(finding_id),
                    "finding_id",
                )

    if "findings" in on.frames:
        yield from first_of_many(wrong())


def check_paragraphs(on: Subject) -> Iterator[Problem]:
    """That the findings of a section are, one after the other, its paragraphs; none is left out."""
    import polars as pl

    from assets.findings.judging import LISTS
    from assets.findings.statements import SECTIONS_OF_FINDINGS

    if not on.frames.keys() >= {"findings", "sections"}:
        return
    table = on.schema["findings"]
    findings = on.frames["findings"]
    in_list = pl.col("section_type").is_in(sorted(LISTS))
    # What introduces a list is no point of it.
    is_introduction = pl.col("joined").is_null() & pl.col("in_list") & (pl.col("paragraph") == 1)
    paragraphs = (
        on.frames["sections"]
        .unique("section_id", keep="first", maintain_order=True)
        .filter(pl.col("section_type").is_in(sorted(SECTIONS_OF_FINDINGS | LISTS)))
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
