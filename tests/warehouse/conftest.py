"""A small warehouse of made-up rows, consistent in itself, that the tests of this room share."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from warehouse import database
from warehouse.codes import code_rows
from warehouse.frames import build_frame
from warehouse.parquet import write_tables
from warehouse.schema import SCHEMA

Rows = dict[str, list[dict[str, Any]]]

SEEN = dt.datetime(2026, 2, 3, 6, tzinfo=dt.UTC)

#: The topics of the made-up findings, the most central first.
TOPICS = {
    "Most care leavers have a plan.": ("plans_and_reviews", "transition_to_adulthood"),
    "The timeliness of plans.": ("plans_and_reviews",),
    "Supervision.": ("management_oversight", "workforce"),
    "Management oversight.": ("management_oversight",),
}


def complete(table_name: str, /, **values: Any) -> dict[str, Any]:
    """A row with NULL in every column that is not given."""
    return dict.fromkeys(SCHEMA[table_name].column_names) | values


def add_visit(rows: Rows, authority: dict[str, Any], day: dt.date, points: list[str]) -> str:
    """Adds a visit with its letter, people, sections and findings."""
    slug = str(authority["name"]).lower().replace(" ", "-")
    visit_id = f"{slug}-focused-visit-{day}"
    sha256 = hashlib.sha256(visit_id.encode()).hexdigest()
    rows["letters"].append(
        complete(
            "letters",
            letter_id=sha256[:16],
            sha256=sha256,
            byte_count=1000,
            page_count=2,
            document_kind="focused_visit",
            source="sample",
            file_name=f"{visit_id}.pdf",
            first_seen_at=SEEN,
            last_seen_at=SEEN,
            status="parsed",
            text_method="tags",
            parser_version="1",
            event_date=day,
            is_listed=True,
        )
    )
    rows["visits"].append(
        complete(
            "visits",
            visit_id=visit_id,
            letter_id=sha256[:16],
            authority_id=authority["authority_id"],
            authority_name_as_written=f"{authority['name']} Council",
            document_kind="focused_visit",
            framework="ILACS",
            start_date=day,
            end_date=day + dt.timedelta(days=1),
            letter_date=day + dt.timedelta(days=35),
            primary_theme_code="care_leavers",
            is_covid_adapted=False,
            era="headline_findings",
            signatory_id="morgan-ellery",
            inspector_count=2,
            previous_judgement_code="good" if points else None,
            has_priority_action=False,
            improvement_count=len(points),
            priority_action_count=0,
            finding_count=len(points) + 1,
            strength_count=1,
            concern_count=len(points),
            word_count=60,
            page_count=2,
        )
    )
    for position, theme in enumerate(("care_leavers", "front_door"), 1):
        rows["visit_themes"].append(
            {"visit_id": visit_id, "position": position, "theme_code": theme}
        )
    for position, person in enumerate(("Morgan Ellery", "Zoë Farrant"), 1):
        rows["visit_inspectors"].append(
            complete(
                "visit_inspectors",
                visit_id=visit_id,
                position=position,
                inspector_id=person.lower().replace(" ", "-").replace("ë", "e"),
                name_as_written=person,
                title="His Majesty's Inspector",
                is_signatory=position == 1,
            )
        )
    sections = {
        "Main findings": ["Most care leavers have a plan."],
        "What needs to improve": points,
    }
    for position, (heading, texts) in enumerate(sections.items(), 1):
        is_improvement = heading == "What needs to improve"
        section_type = "improvements" if is_improvement else "main_findings"
        section_id = f"{visit_id}-{position:02}"
        rows["sections"].append(
            complete(
                "sections",
                section_id=section_id,
                visit_id=visit_id,
                position=position,
                heading=heading,
                section_type=section_type,
                page_start=1,
                page_end=2,
                paragraph_count=len(texts),
                word_count=sum(len(text.split()) for text in texts),
                text="\n\n".join(texts) or None,
            )
        )
        for paragraph, text in enumerate(texts, 1):
            finding_id = f"{visit_id}-{position}{paragraph}"
            is_most = text.startswith("Most")
            rows["findings"].append(
                complete(
                    "findings",
                    finding_id=finding_id,
                    visit_id=visit_id,
                    section_id=section_id,
                    section_type=section_type,
                    paragraph=paragraph,
                    sentence=1,
                    text=text,
                    valence_code="concern" if is_improvement else "strength",
                    valence_score=0.94,
                    valence_set="concern" if is_improvement else "strength",
                    is_improvement=is_improvement,
                    is_priority_action=False,
                    quantifier_code="most" if is_most else None,
                    quantifier_words="Most" if is_most else None,
                    cohort_code="care_leavers" if "care leavers" in text else None,
                    page=1,
                    x0=72.0,
                    y0=100.5,
                    x1=520.0,
                    y1=114.25,
                )
            )
            rows["finding_topics"] += [
                {"finding_id": finding_id, "position": place, "topic_code": code}
                for place, code in enumerate(TOPICS[text], 1)
            ]
    return visit_id


def small_rows() -> Rows:
    """Rows for every table: two authorities, three visits, one correction and what is measured."""
    rows: Rows = {table_name: [] for table_name in SCHEMA}
    rows["codes"] = code_rows()
    for number, name in enumerate(("Ashmere", "Wexcombe Vale"), 1):
        rows["authorities"].append(
            complete(
                "authorities",
                authority_id=f"E0699900{number}",
                ofsted_urn=f"8099{number}",
                name=name,
                region_code="E12000002",
                region="North West",
                authority_type="unitary_authority",
            )
        )
    for position, (one, other) in enumerate((("E06999001", "E06999002"),), 1):
        rows["authority_neighbours"].append(
            {"authority_id": one, "position": position, "neighbour_id": other}
        )
    ashmere, wexcombe = rows["authorities"]
    add_visit(rows, ashmere, dt.date(2021, 10, 26), ["The timeliness of plans.", "Supervision."])
    corrected_visit = add_visit(rows, ashmere, dt.date(2024, 3, 5), [])
    add_visit(rows, wexcombe, dt.date(2024, 6, 11), ["Management oversight."])
    for inspector_id, name in (("morgan-ellery", "Morgan Ellery"), ("zoe-farrant", "Zoë Farrant")):
        rows["inspectors"].append(
            {
                "inspector_id": inspector_id,
                "name": name,
                "first_visit_date": dt.date(2021, 10, 26),
                "last_visit_date": dt.date(2024, 6, 11),
                "visit_count": 3,
                "authority_count": 2,
            }
        )
    corrected = next(row for row in rows["findings"] if row["visit_id"] == corrected_visit)
    corrected["valence_score"] = corrected["valence_set"] = None
    rows["corrections"].append(
        complete(
            "corrections",
            table_name="findings",
            row_key=corrected["finding_id"],
            field="valence_code",
            visit_id=corrected_visit,
            old_value="context",
            new_value="strength",
            status_code="applied",
            reason="To have a plan is what the visit was about.",
            found_by="M. E.",
        )
    )
    rows["evaluation"].append(
        complete(
            "evaluation",
            table_name="findings",
            field="valence_code",
            era="all",
            metric="accuracy",
            value=0.95,
            low=0.91,
            high=0.97,
            n=120,
            code="all",
            document_kind="focused_visit",
            basis="gold",
        )
    )
    for visit in rows["visits"]:
        rows["visit_versions"].append(
            complete("visit_versions", **visit, known_from=visit["letter_date"])
        )
        rows["coverage"].append(
            complete(
                "coverage",
                authority_id=visit["authority_id"],
                document_kind="focused_visit",
                year=visit["start_date"].year,
                letter_count=1,
                visit_count=1,
                unread_count=0,
                unfetched_count=0,
                newest_visit_id=visit["visit_id"],
                newest_visit_date=visit["start_date"],
                newest_visit_age_days=7,
                as_of_date=visit["start_date"] + dt.timedelta(days=7),
            )
        )
    rows["quarantine"].append(
        complete(
            "quarantine",
            file_name="empty.pdf",
            stage="read",
            reason_code="empty_file",
            detail="0 bytes",
            seen_at=SEEN,
        )
    )
    return rows


@pytest.fixture
def rows() -> Rows:
    """The rows of the small warehouse, to be changed."""
    return small_rows()


def write_rows(rows: Rows, folder: Path) -> Path:
    """Writes rows into a folder of tables, and returns it."""
    write_tables({table: build_frame(table, rows[table]) for table in SCHEMA}, folder)
    return folder


@pytest.fixture(scope="session")
def small_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small warehouse as a folder of tables, for tests that only read it."""
    return write_rows(small_rows(), tmp_path_factory.mktemp("small"))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Rows, str], Path]:
    """A function that writes rows into a folder of tables under `tmp_path`."""

    return lambda rows, name: write_rows(rows, tmp_path / name)


@pytest.fixture
def candidate(rows: Rows, write: Callable[[Rows, str], Path]) -> Path:
    """The small warehouse as a folder of tables."""
    return write(rows, "candidate")


@pytest.fixture
def candidates(rows: Rows, write: Callable[[Rows, str], Path]) -> list[Path]:
    """Four folders of tables, each with a letter less in quarantine's detail."""
    folders = []
    for number in range(4):
        rows["quarantine"][0]["detail"] = f"{number} bytes"
        folders.append(write(rows, f"candidate-{number}"))
    return folders


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishing with a stand-in for the DuckDB file, where its content does not matter."""

    def build_stand_in(folder: Path, path: Path) -> None:
        path.write_text(f"made from {len(list(folder.iterdir()))} tables")

    monkeypatch.setattr(database, "build_database", build_stand_in)
