"""A kind of document is one module and rows: one that is made for this test goes all the way.

`new_kind/` holds what adds it: its module, and rows for the tables by kind. They are put into a
copy of the project, where a process of its own reads twenty-one of its documents. Nothing else is
touched, so what says of kinds what these tables say already would be found here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
NEW = HERE / "new_kind"
ROOMS = ("pipelines", "assets", "expectations", "warehouse")

KIND = "progress_review"
COUNCILS = ("Barrowmere", "Nethershire", "Quillham")
READ = 21  # of fewer than twenty no share of filled values is asked


def add_kind(project: Path) -> None:
    """Adds the kind to a copy of the project: files that are there get rows, others are new."""
    for path in NEW.rglob("*"):
        to = project / path.relative_to(NEW)
        if path.is_file() and path.parent != NEW and path.suffix in (".csv", ".py"):
            before = to.read_text(encoding="utf-8") if to.exists() else ""
            to.write_text(before + path.read_text(encoding="utf-8"), encoding="utf-8")


def write_samples(folder: Path) -> None:
    """Documents of the kind; the last asks for more than such a document can."""
    text = (NEW / "sample.md").read_text(encoding="utf-8")
    for number in range(READ):
        first = date(2024, 1, 9) + timedelta(weeks=number)
        words = "plans reviews visits supervision records".split()
        asked = words if number == READ - 1 else words[: 1 + number % 3]
        (folder / f"{number:02}.md").write_text(
            text.format(
                authority=COUNCILS[number % len(COUNCILS)],
                days=f"{first:%-d %B} to {first + timedelta(days=2):%-d %B %Y}",
                points="\n\n".join(f"- The timeliness of {word}." for word in asked),
            ),
            encoding="utf-8",
        )


def go_through(folder: Path) -> dict[str, Any]:
    """Reads a folder's documents up to what is exported, in the project that has the kind."""
    from assets.documents.read import read_document
    from assets.evaluation.gold import Gold
    from assets.evaluation.measures import evaluate
    from assets.findings.splitting import split_findings
    from assets.letters.folder import FolderSource
    from assets.model import ArchivedFile
    from assets.publications.model import Publication
    from assets.publications.parse import parse_letter
    from assets.release.formats.export import export
    from assets.release.formats.export_filter import ExportFilter, ExportFormat
    from assets.release.release_info import ReleaseInfo
    from assets.tables.files import ReadFile
    from expectations.sql_reader import ask
    from expectations.validation import validate
    from tests.assets.reading import archived
    from tests.built_tables import build_rows
    from warehouse.frames import build_frame
    from warehouse.parquet import write_tables
    from warehouse.reference import reference_rows
    from warehouse.schema_description import describe_schema, read_description
    from warehouse.schema_versions import compare_schemas, next_version

    read = []
    for entry in FolderSource(folder / "letters").list_files().entries:
        path = Path(entry.locator)
        file: ArchivedFile = archived(path.read_bytes(), entry.listing)
        document = read_document(path, letter_id=file.letter_id, file_name=file.file_name)
        result = parse_letter(document, file)  # type: ignore[arg-type]
        assert isinstance(result, Publication), result
        read.append(ReadFile(file, result, split_findings(result)))
    reference = reference_rows(ROOT / "assets/letters/sample/authorities.csv")
    tables = build_rows(read, reference, parser_version="test")
    frames = {name: build_frame(name, rows) for name, rows in tables.rows.items()}
    write_tables(frames, folder / "tables")
    report, _ = validate(ask, folder / "tables")
    changes = compare_schemas(read_description(folder / "schema.json"), describe_schema())
    info = ReleaseInfo(
        "2.1.0", date(2026, 1, 1), "folder", {name: of.height for name, of in frames.items()}
    )
    wanted = ExportFilter(kinds=("Progress review",))
    to = folder / "export"
    measured = evaluate(Gold({"00": {"document_kind": KIND}}, ()), frames)
    return {
        "visits": tables.rows["visits"],
        "signals": [str(signal) for signal, _ in tables.signals],
        "coverage": [row for row in tables.rows["coverage"] if row["visit_count"]],
        "covered": [(row["document_kind"], row["year"]) for row in tables.rows["coverage"]],
        "at_fault": list(report.letters_to_quarantine().values()),
        "failed": [f"{one.table}.{one.name}" for one in report.results if not one.success],
        "asked": {one.name: one.observed for one in report.results if KIND in one.name},
        "changes": [(change.kind, change.place, change.level) for change in changes],
        "version": next_version("2.0.0", changes, rows_changed=True),
        "exported": export(
            folder / "tables", info, wanted, ExportFormat.CSV, to, force=False
        ).finding_count,
        "exported_kinds": (to / "visits.csv").read_text(encoding="utf-8").count(KIND),
        "measured": measured.measure("visits", "document_kind", "exact_match", document_kind=KIND),
    }


@pytest.fixture(scope="module")
def gone_through(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of the documents of the new kind."""
    from warehouse.schema_description import describe_schema, write_description

    folder = tmp_path_factory.mktemp("new_kind")
    project = folder / "project"
    for room in ROOMS:
        shutil.copytree(ROOT / room, project / room)
    add_kind(project)
    (folder / "schema.json").write_text(write_description(describe_schema()), encoding="utf-8")
    (folder / "letters").mkdir()
    write_samples(folder / "letters")
    done = subprocess.run(
        [sys.executable, __file__, str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(project), str(ROOT)))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_it_is_read_into_visits_of_its_own(gone_through: dict[str, Any]) -> None:
    visits = gone_through["visits"]
    assert len(visits) == READ
    assert {row["document_kind"] for row in visits} == {KIND}
    first = min(visits, key=lambda row: row["start_date"])
    assert {
        name: first[name] for name in ("visit_id", "framework", "end_date", "era", "focus")
    } == {
        "visit_id": "barrowmere-progress-review-2024-01-09",
        "framework": "ILACS",
        "end_date": "2024-01-11",
        "era": None,
        "focus": None,
    }
    assert (first["finding_count"], first["improvement_count"]) == (6, 1)
    assert first["lead_inspector_id"] == "ann-vale"
    assert gone_through["signals"] == []


def test_its_rows_are_asked_what_its_own_rows_of_the_tables_say(
    gone_through: dict[str, Any],
) -> None:
    assert gone_through["failed"] == ["visits.improvement_count_of_progress_review"]
    (reason,) = gone_through["at_fault"]
    assert "A progress review asks for between one and four things." in reason
    assert "not asked" not in gone_through["asked"]["letter_date_filled_in_progress_review"]


def test_it_is_covered_since_it_began(gone_through: dict[str, Any]) -> None:
    covered = gone_through["covered"]
    assert {kind for kind, _ in covered} >= {KIND, "focused_visit"}
    assert sorted({year for kind, year in covered if kind == KIND}) == [2022, 2023, 2024]
    assert sorted({year for kind, year in covered if kind == "focused_visit"}) == [
        *range(2018, 2025)
    ]
    assert sum(row["visit_count"] for row in gone_through["coverage"]) == READ


def test_it_makes_a_minor_version_and_is_exported_and_measured_by_its_kind(
    gone_through: dict[str, Any],
) -> None:
    assert gone_through["changes"] == [
        ["code_added", f"codes.document_kind.{KIND}", "minor"],
    ]
    assert gone_through["version"] == "2.1.0"
    findings = sum(row["finding_count"] for row in gone_through["visits"])
    assert gone_through["exported"] == findings
    assert gone_through["exported_kinds"] >= READ
    assert gone_through["measured"]["n"] == 1


if __name__ == "__main__":
    print(json.dumps(go_through(Path(sys.argv[1])), default=str))
