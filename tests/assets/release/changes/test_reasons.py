"""Each reason is planted in tables that have no other difference, and found."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.language.patterns import read_table
from assets.release.changes.differences import compare
from assets.release.changes.reasons import belongings, belongs_to, reason_labels, told_by
from tests.expectations.clean_tables import Tables, clean_tables, complete, copied, write_tables
from warehouse.schema import SCHEMA

Row = dict[str, Any]
Spoil = Callable[[Tables], object]
#: Table, change, column and reason.
Told = tuple[str, str, str | None, str | None]

#: The visit that is spoilt; there are no corrections to it.
VISIT = "cold-fenby-focused-visit-2019-01-22"
FINDING = f"{VISIT}-05-1-1"
LATER = dt.datetime(2026, 3, 1, 6, tzinfo=dt.UTC)
OF_A_VISIT = ("visits", "visit_themes", "visit_inspectors", "sections", "findings")


def row_of(tables: Tables, table: str, column: str, value: object) -> Row:
    return next(row for row in tables[table] if row[column] == value)


def visit(tables: Tables) -> Row:
    return row_of(tables, "visits", "visit_id", VISIT)


def letter(tables: Tables) -> Row:
    return row_of(tables, "letters", "letter_id", visit(tables)["letter_id"])


def take_out(tables: Tables, table: str, column: str, start: str) -> None:
    tables[table] = [row for row in tables[table] if not str(row[column]).startswith(start)]


def take_out_visit(tables: Tables) -> None:
    for table in (*OF_A_VISIT, "corrections"):
        take_out(tables, table, "visit_id", VISIT)
    take_out(tables, "finding_topics", "finding_id", VISIT)


def without_letter(tables: Tables) -> None:
    of_visit = letter(tables)
    take_out_visit(tables)
    tables["letters"].remove(of_visit)
    take_out(tables, "visit_versions", "letter_id", of_visit["letter_id"])


def add_version(tables: Tables) -> str:
    """A later version of the visit's letter, which supersedes it."""
    before = letter(tables)
    sha256 = hashlib.sha256(b"amended").hexdigest()
    tables["letters"].append(before | {"sha256": sha256, "letter_id": sha256[:16]})
    before |= {"status": "superseded", "superseded_by": sha256[:16], "is_listed": False}
    tables["quarantine"].append(
        complete(
            "quarantine",
            letter_id=before["letter_id"],
            stage="parse",
            reason_code="superseded",
            seen_at=LATER,
        )
    )
    return sha256[:16]


def amend(tables: Tables) -> None:
    visit(tables)["letter_id"] = add_version(tables)
    row_of(tables, "findings", "finding_id", FINDING)["text"] = "Amended."
    tables["sections"].append(
        row_of(tables, "sections", "section_id", f"{VISIT}-05")
        | {"section_id": f"{VISIT}-09", "position": 9}
    )


def rename_visit(tables: Tables, start: dt.date) -> None:
    key = f"cold-fenby-focused-visit-{start}"
    for table in (*OF_A_VISIT, "finding_topics"):
        for row in tables[table]:
            for column in ("visit_id", "section_id", "finding_id"):
                if str(row.get(column)).startswith(VISIT):
                    row[column] = key + row[column].removeprefix(VISIT)
    row_of(tables, "visits", "visit_id", key)["start_date"] = start


def amend_with_other_days(tables: Tables) -> None:
    visit(tables)["letter_id"] = add_version(tables)
    rename_visit(tables, dt.date(2019, 1, 23))


def quarantine(tables: Tables) -> None:
    letter(tables)["status"] = "quarantined"
    tables["quarantine"].append(
        complete(
            "quarantine",
            letter_id=letter(tables)["letter_id"],
            stage="validate",
            reason_code="rule_broken",
            seen_at=LATER,
        )
    )
    take_out_visit(tables)


def correct(tables: Tables, table: str, key: str, field: str, **values: Any) -> None:
    tables["corrections"].append(
        complete(
            "corrections",
            table_name=table,
            row_key=key,
            field=field,
            visit_id=VISIT,
            status_code="applied",
            reason="The letter says so.",
            found_by="M. E.",
        )
        | values
    )


def correct_valence(tables: Tables) -> None:
    correct(tables, "findings", FINDING, "valence_code", old_value="strength", new_value="mixed")
    finding = row_of(tables, "findings", "finding_id", FINDING)
    finding |= {"valence_code": "mixed", "valence_score": None, "cues": None}
    visit(tables)["strength_count"] -= 1


def addressed_otherwise(tables: Tables) -> None:
    visit(tables)["addressee_role"] = "Somebody Else"


def leave_valence_stale(tables: Tables) -> None:
    correct_valence(tables)
    row_of(tables, "corrections", "row_key", FINDING)["status_code"] = "stale"
    finding = row_of(tables, "findings", "finding_id", FINDING)
    finding |= {"valence_code": "strength", "valence_score": 0.94, "cues": "Most"}
    visit(tables)["strength_count"] += 1


def correct_topic(tables: Tables) -> None:
    """The first of two topics is taken out, and the second takes its place."""
    first, second = (row for row in tables["finding_topics"] if row["finding_id"] == FINDING)
    correct(tables, "finding_topics", f"{FINDING}/1", "topic_code", old_value=first["topic_code"])
    first["topic_code"] = second["topic_code"]
    tables["finding_topics"].remove(second)


def correct_neighbour(tables: Tables) -> None:
    """The first neighbour of two is taken out, and the second takes its place."""
    first, second = tables["authority_neighbours"]
    key = f"{first['authority_id']}/1"
    correct(
        tables,
        "authority_neighbours",
        key,
        "neighbour_id",
        visit_id=None,
        old_value=first["neighbour_id"],
    )
    first["neighbour_id"] = second["neighbour_id"]
    tables["authority_neighbours"].remove(second)


def correct_key(tables: Tables) -> None:
    rename_visit(tables, dt.date(2019, 1, 23))
    correct(
        tables,
        "visits",
        "cold-fenby-focused-visit-2019-01-23",
        "start_date",
        visit_id="cold-fenby-focused-visit-2019-01-23",
        old_value="2019-01-22",
        new_value="2019-01-23",
    )


def read_again(tables: Tables) -> None:
    letter(tables)["parser_version"] = "2"
    finding = row_of(tables, "findings", "finding_id", FINDING)
    finding |= {"valence_code": "concern", "valence_score": 0.7}
    visit(tables)["strength_count"] -= 1
    visit(tables)["focus"] = "Read better."


def read_again_and_corrected(tables: Tables) -> None:
    read_again(tables)
    correct(tables, "findings", FINDING, "valence_code", old_value="strength", new_value="concern")


def list_otherwise(tables: Tables) -> None:
    letter(tables).update(published_date=dt.date(2020, 1, 1), last_seen_at=LATER, etag='"1"')
    visit(tables)["published_date"] = dt.date(2020, 1, 1)
    tables["quarantine"].append(
        complete(
            "quarantine",
            file_name="lost.pdf",
            stage="fetch",
            reason_code="not_found",
            seen_at=LATER,
        )
    )


def withdraw(tables: Tables) -> None:
    letter(tables)["is_listed"] = False


def change_reference(tables: Tables) -> None:
    tables["authorities"][0]["name"] = "Ashmere and Vale"
    tables["authority_neighbours"].pop()
    tables["authority_successors"].clear()


def recount(tables: Tables) -> None:
    tables["inspectors"][0]["visit_count"] += 1
    tables["evaluation"][0]["value"] = 0.91
    visit(tables)["finding_count"] += 1


def change_unseen(tables: Tables) -> None:
    row_of(tables, "findings", "finding_id", FINDING)["text"] = "Nobody knows why."


def add_code(tables: Tables) -> None:
    tables["codes"].append(
        {"list": "theme", "code": "zz", "label": "Z", "definition": "Z.", "position": 99}
    )
    tables["codes"][0]["label"] = "Other words"


def nothing(tables: Tables) -> None:
    """The side that is as it was."""


def all_rows(reason: str, change: str = "added") -> set[Told]:
    """A whole visit with its letter."""
    return {(table, change, None, reason) for table in (*OF_A_VISIT, "finding_topics")}


#: What is done before, what after, and all that must be told.
CASES: dict[str, tuple[Spoil, Spoil, set[Told]]] = {
    "new letter": (
        without_letter,
        nothing,
        {("letters", "added", None, "new_letter"), *all_rows("new_letter")},
    ),
    "corrected new letter": (
        without_letter,
        correct_valence,
        {
            ("letters", "added", None, "new_letter"),
            ("corrections", "added", None, "new_letter"),
            *all_rows("new_letter"),
        },
    ),
    "letter not held any more": (
        nothing,
        without_letter,
        {
            ("letters", "removed", None, "letter_no_longer_counts"),
            *all_rows("letter_no_longer_counts", "removed"),
        },
    ),
    "amended letter": (
        nothing,
        amend,
        {
            ("letters", "added", None, "amended_letter"),
            ("letters", "changed", "status", "amended_letter"),
            ("letters", "changed", "superseded_by", "amended_letter"),
            ("letters", "changed", "is_listed", "amended_letter"),
            ("quarantine", "added", None, "amended_letter"),
            ("visits", "changed", "letter_id", "amended_letter"),
            ("sections", "added", None, "amended_letter"),
            ("findings", "changed", "text", "amended_letter"),
        },
    ),
    "amended letter with other days": (
        nothing,
        amend_with_other_days,
        {
            ("letters", "added", None, "amended_letter"),
            ("letters", "changed", "status", "amended_letter"),
            ("letters", "changed", "superseded_by", "amended_letter"),
            ("letters", "changed", "is_listed", "amended_letter"),
            ("quarantine", "added", None, "amended_letter"),
            *all_rows("amended_letter"),
            *all_rows("amended_letter", "removed"),
        },
    ),
    "letter in quarantine": (
        nothing,
        quarantine,
        {
            ("letters", "changed", "status", "letter_no_longer_counts"),
            ("quarantine", "added", None, "letter_no_longer_counts"),
            *all_rows("letter_no_longer_counts", "removed"),
        },
    ),
    "withdrawn letter": (
        nothing,
        withdraw,
        {("letters", "changed", "is_listed", "withdrawn_letter")},
    ),
    "letter listed again": (
        withdraw,
        nothing,
        {("letters", "changed", "is_listed", "listing")},
    ),
    "correction": (
        nothing,
        correct_valence,
        {
            ("corrections", "added", None, "correction"),
            ("findings", "changed", "valence_code", "correction"),
            ("findings", "changed", "valence_score", "correction"),
            ("findings", "changed", "cues", "correction"),
            ("visits", "changed", "strength_count", "correction"),
        },
    ),
    "correction taken back": (
        correct_valence,
        leave_valence_stale,
        {
            ("corrections", "changed", "status_code", "correction"),
            ("findings", "changed", "valence_code", "correction"),
            ("findings", "changed", "valence_score", "correction"),
            ("findings", "changed", "cues", "correction"),
            ("visits", "changed", "strength_count", "correction"),
        },
    ),
    "correction of a code in its place": (
        nothing,
        correct_topic,
        {
            ("corrections", "added", None, "correction"),
            ("finding_topics", "changed", "topic_code", "correction"),
            ("finding_topics", "removed", None, "correction"),
        },
    ),
    "correction of a visit's key": (
        nothing,
        correct_key,
        {
            ("corrections", "added", None, "correction"),
            *all_rows("correction"),
            *all_rows("correction", "removed"),
        },
    ),
    "correction beside a change that nobody knows of": (
        nothing,
        lambda tables: (correct_valence(tables), addressed_otherwise(tables)),
        {
            ("corrections", "added", None, "correction"),
            ("findings", "changed", "valence_code", "correction"),
            ("findings", "changed", "valence_score", "correction"),
            ("findings", "changed", "cues", "correction"),
            ("visits", "changed", "strength_count", "correction"),
            ("visits", "changed", "addressee_role", None),
        },
    ),
    "correction that stood before": (
        correct_valence,
        lambda tables: (correct_valence(tables), change_unseen(tables)),
        {("findings", "changed", "text", None)},
    ),
    "other reading": (
        nothing,
        read_again,
        {
            ("letters", "changed", "parser_version", "parser_version"),
            ("findings", "changed", "valence_code", "parser_version"),
            ("findings", "changed", "valence_score", "parser_version"),
            ("visits", "changed", "strength_count", "parser_version"),
            ("visits", "changed", "focus", "parser_version"),
        },
    ),
    "other reading of a key": (
        nothing,
        lambda tables: (read_again(tables), rename_visit(tables, dt.date(2019, 1, 23))),
        {
            ("letters", "changed", "parser_version", "parser_version"),
            *all_rows("parser_version"),
            *all_rows("parser_version", "removed"),
        },
    ),
    "read at last": (
        quarantine,
        lambda tables: letter(tables).update(parser_version="2"),
        {
            ("letters", "changed", "status", "parser_version"),
            ("letters", "changed", "parser_version", "parser_version"),
            ("quarantine", "removed", None, "parser_version"),
            *all_rows("parser_version"),
        },
    ),
    "other reading, and a correction": (
        nothing,
        read_again_and_corrected,
        {
            ("letters", "changed", "parser_version", "parser_version"),
            ("corrections", "added", None, "correction"),
            ("findings", "changed", "valence_code", "correction"),
            ("findings", "changed", "valence_score", "parser_version"),
            ("visits", "changed", "strength_count", "parser_version"),
            ("visits", "changed", "focus", "parser_version"),
        },
    ),
    "other reading, and a correction of a code in its place": (
        nothing,
        lambda tables: (letter(tables).update(parser_version="2"), correct_topic(tables)),
        {
            ("letters", "changed", "parser_version", "parser_version"),
            ("corrections", "added", None, "correction"),
            ("finding_topics", "changed", "topic_code", "correction"),
            ("finding_topics", "removed", None, "correction"),
        },
    ),
    "correction of reference data": (
        nothing,
        correct_neighbour,
        {
            ("corrections", "added", None, "correction"),
            ("authority_neighbours", "changed", "neighbour_id", "correction"),
            ("authority_neighbours", "removed", None, "correction"),
        },
    ),
    "listing": (
        nothing,
        list_otherwise,
        {
            ("letters", "changed", "published_date", "listing"),
            ("letters", "changed", "last_seen_at", "looked_at_again"),
            ("letters", "changed", "etag", "listing"),
            ("visits", "changed", "published_date", "listing"),
            ("quarantine", "added", None, "listing"),
        },
    ),
    "listing, and another reading": (
        nothing,
        lambda tables: (list_otherwise(tables), letter(tables).update(parser_version="2")),
        {
            ("letters", "changed", "parser_version", "parser_version"),
            ("letters", "changed", "published_date", "listing"),
            ("letters", "changed", "last_seen_at", "looked_at_again"),
            ("letters", "changed", "etag", "listing"),
            ("visits", "changed", "published_date", "listing"),
            ("quarantine", "added", None, "listing"),
        },
    ),
    "reference data": (
        nothing,
        change_reference,
        {
            ("authorities", "changed", "name", "reference_data"),
            ("authority_neighbours", "removed", None, "reference_data"),
            ("authority_successors", "removed", None, "reference_data"),
        },
    ),
    "counts": (
        nothing,
        recount,
        {
            ("inspectors", "changed", "visit_count", "follows"),
            ("evaluation", "changed", "value", "follows"),
            ("visits", "changed", "finding_count", "follows"),
        },
    ),
    "codes": (
        nothing,
        add_code,
        {("codes", "added", None, "schema"), ("codes", "changed", "label", "schema")},
    ),
    "unknown": (nothing, change_unseen, {("findings", "changed", "text", None)}),
}


@pytest.fixture(scope="module")
def tables() -> Tables:
    # What follows from all the others has its own cases; here it would come with each.
    tables = clean_tables(visits=3) | {"coverage": [], "visit_versions": []}
    for row in tables["letters"]:
        row["is_listed"] = True
    return tables


@pytest.mark.parametrize("case", CASES)
def test_the_reason_that_was_planted_is_found(case: str, tables: Tables, tmp_path: Path) -> None:
    spoil_before, spoil_after, expected = CASES[case]
    sides = []
    for name, spoil in (("before", spoil_before), ("after", spoil_after)):
        side = copied(tables)
        spoil(side)
        sides.append(write_tables(side, tmp_path / name))
    rows = compare(*sides).rows
    assert set(rows.select("table_name", "change", "field", "reason_code").rows()) == expected


def test_every_reason_is_planted() -> None:
    planted = {told[3] for _, _, expected in CASES.values() for told in expected}
    assert planted == {*reason_labels(), None}


@pytest.fixture
def versions(tables: Tables) -> Tables:
    """The tables with a history: each visit's letter as its only version."""
    rows = [
        dict.fromkeys(SCHEMA["visit_versions"].column_names)
        | row
        | {"known_from": row["letter_date"]}
        for row in tables["visits"]
    ]
    return tables | {"visit_versions": rows}


@pytest.mark.parametrize(
    ("spoil", "column", "value", "reason"),
    [
        (amend, "known_to", dt.date(2026, 3, 1), "amended_letter"),
        (withdraw, "withdrawn_date", dt.date(2026, 3, 1), "withdrawn_letter"),
        (read_again, "focus", "Read better.", "parser_version"),
        (correct_valence, "strength_count", 0, "correction"),
        (correct_valence, "focus", "Nobody knows why.", None),
        (nothing, "strength_count", 0, "follows"),
        (nothing, "published_date", dt.date(2026, 3, 1), "listing"),
        (nothing, "focus", "Nobody knows why.", None),
    ],
)
def test_a_version_differs_for_its_letters_reason(
    versions: Tables,
    tmp_path: Path,
    spoil: Spoil,
    column: str,
    value: object,
    reason: str | None,
) -> None:
    changed = copied(versions)
    version = row_of(changed, "visit_versions", "letter_id", visit(changed)["letter_id"])
    spoil(changed)
    version[column] = value
    rows = compare(
        write_tables(versions, tmp_path / "before"), write_tables(changed, tmp_path / "after")
    ).rows
    of_versions = rows.filter(pl.col("table_name") == "visit_versions")
    assert of_versions.select("field", "reason_code").rows() == [(column, reason)]


def test_every_table_belongs_to_something() -> None:
    assert {table for table, _ in belongings()} == set(SCHEMA)
    assert {table for table, field in belongings() if field == "*"} == set(SCHEMA)
    known = "reference codes file listing look listed letter corrections counted"
    assert set(belongings().values()) == set(known.split())


def test_belongings_are_told_of_columns_that_there_are() -> None:
    for table, field in belongings():
        assert field == "*" or field in SCHEMA[table].column_names
    assert len(belongings()) == len(read_table("assets.release.changes", "belongings"))
    for table in SCHEMA:
        told = told_by(table)
        assert told is None or told in SCHEMA[table].column_names


@pytest.mark.parametrize(
    ("table", "field", "expected"),
    [
        ("visits", "focus", "letter"),
        ("visits", "published_date", "listing"),
        ("visits", "strength_count", "follows"),
        ("visits", None, "letter"),
        ("findings", "section_type", "follows"),
        ("inspectors", "name", "counted"),
        ("unknown", "a", None),
    ],
)
def test_what_a_column_belongs_to(table: str, field: str | None, expected: str | None) -> None:
    assert belongs_to(table, field) == expected
