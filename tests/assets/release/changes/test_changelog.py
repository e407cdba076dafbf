"""The changelog tells what a release brought."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from assets.release.changes.changelog import changelog, changelog_entry
from assets.release.changes.differences import Differences, compare
from assets.release.release_info import ReleaseInfo
from tests.expectations.clean_tables import Tables, clean_tables, complete, copied, write_tables
from warehouse.schema_versions import BreakingChange, SchemaChange

COUNTS = {"visits": 1024, "findings": 60000, "letters": 1100}
EDITION = ReleaseInfo("1.1.0", dt.date(2026, 3, 1), "folder", COUNTS)

ASHMERE, BRACKWATER, COLD_FENBY, DUNMARSH = (
    "ashmere-focused-visit-2019-01-08",
    "brackwater-focused-visit-2019-01-15",
    "cold-fenby-focused-visit-2019-01-22",
    "dunmarsh-focused-visit-2019-01-29",
)


def without(tables: Tables, visit_id: str) -> Tables:
    """The tables without a visit and its letter."""
    left = copied(tables)
    letter = row_of(left, "visits", visit_id)["letter_id"]
    for table, rows in left.items():
        left[table] = [
            row
            for row in rows
            if row.get("visit_id") != visit_id
            and row.get("letter_id") != letter
            and not str(row.get("finding_id")).startswith(visit_id)
        ]
    return left


def row_of(tables: Tables, table: str, visit_id: str) -> dict[str, Any]:
    return next(row for row in tables[table] if row["visit_id"] == visit_id)


def letter_of(tables: Tables, visit_id: str) -> dict[str, Any]:
    key = row_of(tables, "visits", visit_id)["letter_id"]
    return next(row for row in tables["letters"] if row["letter_id"] == key)


@pytest.fixture(scope="module")
def differences(tmp_path_factory: pytest.TempPathFactory) -> Differences:
    """One visit new, one amended, one withdrawn, one gone, one value corrected, and a count."""
    after = clean_tables(visits=4) | {"coverage": [], "visit_versions": []}
    for row in after["letters"]:
        row["is_listed"] = True
    before = without(after, ASHMERE)
    before["corrections"] = []

    old = letter_of(after, BRACKWATER)
    new = old | {"letter_id": "a" * 16, "sha256": "a" * 64}
    old |= {"status": "superseded", "superseded_by": "a" * 16, "is_listed": False}
    after["letters"].append(new)
    row_of(after, "visits", BRACKWATER)["letter_id"] = "a" * 16

    letter_of(after, COLD_FENBY)["is_listed"] = False
    finding = row_of(after, "findings", COLD_FENBY)
    after["corrections"] = [
        complete(
            "corrections",
            table_name="findings",
            row_key=finding["finding_id"],
            field="cohort_code",
            visit_id=COLD_FENBY,
            new_value="staff",
            status_code="applied",
            reason="It is about social workers.",
            found_by="M. E.",
        )
    ]
    finding["cohort_code"] = "staff"

    letter_of(after, DUNMARSH)["status"] = "quarantined"
    kept = letter_of(after, DUNMARSH)
    after = without(after, DUNMARSH)
    after["letters"].append(kept)
    (inspection,) = (row for row in after["letters"] if row["file_name"] == "inspection.pdf")
    inspection["is_listed"] = False
    after["letters"].append(
        kept | {"letter_id": "b" * 16, "sha256": "b" * 64, "status": "unsupported"}
    )
    folder: Path = tmp_path_factory.mktemp("sides")
    return compare(write_tables(before, folder / "a"), write_tables(after, folder / "b"))


@pytest.fixture(scope="module")
def entry(differences: Differences) -> str:
    return changelog_entry(EDITION, differences)


def test_an_entry_opens_with_version_and_date(entry: str) -> None:
    assert entry.startswith("## 1.1.0 (2026-03-01)\n\n### Visits and letters\n\n- ")
    assert entry.endswith(".\n")


@pytest.mark.parametrize(
    "line",
    [
        "- New: 1 visit: Ashmere 2019-01-08.",
        "- Letter amended: 1 visit: Brackwater 2019-01-15.",
        "- Letter withdrawn from its source, and kept here: 1 visit: Cold Fenby 2019-01-22.",
        "- Not here any more (letter no longer counts): 1 visit: Dunmarsh 2019-01-29.",
        "- Files withdrawn that are no visit: 1.",
        "- Files archived that are no visit: 1.",
        "### Corrections",
        f"- `findings.cohort_code` of `{COLD_FENBY}-02-1-1`: nothing → `staff`. "
        "It is about social workers. (M. E.)",
        "### Besides",
    ],
)
def test_what_an_entry_tells(entry: str, line: str) -> None:
    assert line in entry.splitlines()


def test_what_was_told_is_not_counted_again(entry: str) -> None:
    assert entry.partition("### Besides\n\n")[2] == "- Letter no longer counts: 55 differences.\n"


def test_a_correction_that_was_taken_back(tmp_path: Path) -> None:
    before = clean_tables(visits=2)
    after = copied(before)
    taken = after["corrections"].pop(0)
    entry = changelog_entry(
        EDITION,
        compare(write_tables(before, tmp_path / "a"), write_tables(after, tmp_path / "b")),
    )
    assert (
        f"- `findings.valence_code` of `{taken['row_key']}`: `strength` → `mixed` was taken back."
    ) in entry.splitlines()


def test_what_somebody_else_wrote_stays_words(tmp_path: Path) -> None:
    before = clean_tables(visits=2)
    after = copied(before)
    new = dict(after["corrections"][0])
    after["corrections"].append(
        new
        | {
            "field": "text",
            "new_value": "a `word`",
            "old_value": None,
            "reason": "Read *again*\n\n# and again",
            "found_by": "<script>",
        }
    )
    entry = changelog_entry(
        EDITION,
        compare(write_tables(before, tmp_path / "a"), write_tables(after, tmp_path / "b")),
    )
    assert (
        f"- `findings.text` of `{new['row_key']}`: nothing → `` a `word` ``. "
        "Read \\*again\\* # and again (\\<script\\>)"
    ) in entry.splitlines()


def test_changes_of_the_schema_are_told_with_their_reasons() -> None:
    changes = (
        SchemaChange("column_removed", "visits.focus", "major", "the column is gone"),
        SchemaChange("column_added", "visits.scope", "minor", "a column more"),
        SchemaChange("column_described", "visits.visit_id", "patch", "described anew"),
        SchemaChange("view_query", "places", "patch", "it is asked in another way"),
    )
    declared = [BreakingChange(2, "visits.focus", "column_removed", "It was never filled.")]
    info = ReleaseInfo("2.0.0", EDITION.released, "folder", COUNTS)
    entry = changelog_entry(info, nothing_differs(), changes, declared)
    assert entry == (
        "## 2.0.0 (2026-03-01)\n\n"
        "### Tables, columns and codes\n\n"
        "- **Breaking.** `visits.focus`: the column is gone. Why: It was never filled.\n"
        "- `visits.scope`: a column more.\n"
        "- Views asked in another way, whose rows may be others: `places`.\n"
        "- Descriptions, labels and examples made better: 1.\n"
    )


def nothing_differs() -> Differences:
    import polars as pl

    from assets.release.changes.differences import DIFFERENCES

    names = [column.name for column in DIFFERENCES.columns]
    visits = {"visit_id": pl.String, "authority": pl.String, "start_date": pl.Date}
    return Differences(
        pl.DataFrame(schema=dict.fromkeys(names, pl.String)),
        (),
        pl.DataFrame(schema=visits),
        pl.DataFrame(),
    )


def test_the_first_release_is_told_by_its_rows() -> None:
    assert changelog_entry(EDITION, None) == (
        "## 1.1.0 (2026-03-01)\n\n"
        "The first release: 1,024 visits, 60,000 findings, 1,100 letters.\n"
    )


def test_a_changelog_keeps_the_entries_before_its_own() -> None:
    def info(version: str, day: int) -> ReleaseInfo:
        return ReleaseInfo(version, dt.date(2026, 3, day), "folder", COUNTS)

    text = None
    for day, version in enumerate(("1.0.0", "1.0.1", "1.1.0"), 1):
        entry = f"## {version} (2026-03-0{day})\n\n### Besides\n\n- Of {version}.\n"
        text = changelog(info(version, day), entry, text)
    assert text is not None
    assert text.count("# Changelog: ") == 1
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["## 1.1.0 (2026-03-03)", "## 1.0.1 (2026-03-02)", "## 1.0.0 (2026-03-01)"]
    assert [line for line in text.splitlines() if line.startswith("- ")] == [
        "- Of 1.1.0.",
        "- Of 1.0.1.",
        "- Of 1.0.0.",
    ]
    assert text.endswith("- Of 1.0.0.\n")
    assert "\n\n\n" not in text
