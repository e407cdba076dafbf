"""Reports of ILACS inspections: whole ones, invented, in both layouts."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec import structs

from assets.documents.model import Document
from assets.documents.plain_text import read_text
from assets.language.dates import Span
from assets.model import Rejection
from assets.publications.grades_agree import grades_agree
from assets.publications.inspections.ilacs import parse
from assets.publications.kinds import document_kind
from assets.publications.model import Publication
from tests.assets.publications.inspections.pages import document

COVER = """
# Inspection of Tarnshire County Council local authority children’s services

Inspection dates: 23 February to 6 March 2026

Lead inspector: Ann Vale, His Majesty’s Inspector

# Judgement

# Grade
"""
OLD_COVER = """
Tarnshire County Council

# Inspection of children’s social care services

# Inspection dates: 1 October 2018 to 12 October 2018

# Lead inspector:

# Ann Vale

# Her Majesty’s Inspector

# Judgement

# Grade
"""
TABLE = """
= The impact of leaders on social work practice with children and families | Good

= The experiences and progress of children who need help and protection | Inadequate

= The experiences and progress of children in care and care leavers | Good

= Overall effectiveness | Requires improvement to be good
"""
BODY = """
Services have changed much since the last inspection, when they were judged to be inadequate in all
areas; leaders know what is left to do and say so.

# What needs to improve?

- ◼ The timeliness of plans. (Outcome three)

- ◼ The records of supervision. (enabler: the workforce is effective, national framework)

# The experiences and progress of children who need help and protection: inadequate

- 1. Plans are late. Visits are made.

- 2. Adoption is outstanding, as inspectors saw.

# Children in need

- 3. Few wait.

# The experiences and progress of children in care and care leavers is good.

- 4. Children live in good homes. All of them are

- 25. Some are older.

# The impact of leaders on social work practice with children and families are: good

- 5. Leaders know their service.

The Office for Standards in Education, Children’s Services and Skills (Ofsted) regulates.

Piccadilly Gate
"""


def report(text: str) -> Publication:
    return read(document(text))


def read(of: Document) -> Publication:
    read = parse(of)
    assert isinstance(read, Publication), read
    return read


@pytest.mark.parametrize(("cover", "crown", "day"), [(COVER, "His", 23), (OLD_COVER, "Her", 1)])
def test_the_cover_of_both_layouts_is_read(cover: str, crown: str, day: int) -> None:
    read = report(cover + TABLE + BODY)
    assert document_kind(document(cover).blocks) == "ilacs_inspection"
    assert read.authority_names == ("Tarnshire County Council",)
    assert read.start_date.day == day
    assert [(one.name, one.title, one.role_code) for one in read.people] == [
        ("Ann Vale", f"{crown} Majesty's Inspector", "lead")
    ]
    assert [(one.judgement_code, one.grade_code) for one in read.judgements] == [
        ("impact_of_leaders", "good"),
        ("help_and_protection", "inadequate"),
        ("in_care_and_care_leavers", "good"),
        ("overall_effectiveness", "requires_improvement"),
    ]


def test_the_body_is_divided_with_numbers_grades_and_points() -> None:
    read = report(COVER + TABLE + BODY)
    sections = [
        (one.section_type, one.heading, one.grade_code, [part.label for part in one.paragraphs])
        for one in read.sections
    ]
    experiences = "The experiences and progress of children"
    assert sections == [
        ("headline_findings", None, None, [None]),
        ("improvements", "What needs to improve?", None, [None, None]),
        (
            "main_findings",
            f"{experiences} who need help and protection",
            "inadequate",
            ["1", "2"],
        ),
        ("main_findings", "Children in need", None, ["3"]),
        ("main_findings", f"{experiences} in care and care leavers", "good", ["4"]),
        (
            "main_findings",
            "The impact of leaders on social work practice with children and families",
            "good",
            ["5"],
        ),
    ]
    assert [part.is_point for part in read.sections[1].paragraphs] == [True, True]
    assert read.sections[4].paragraphs[0].text.endswith("All of them are 25. Some are older.")
    assert read.signals == ()


@pytest.mark.parametrize(
    ("written", "people"),
    [
        ("Lead inspector: Ann Vale HMI", ["Ann Vale"]),
        ("Lead inspector\n\nDr Ann Vale, HMI", ["Ann Vale"]),
        ("Lead inspectors: Ann Vale HMI and Ben Marsh HMI", ["Ann Vale", "Ben Marsh"]),
        ("Joint lead inspectors:\n\nAnn Vale\n\nBen Marsh\n\nHMIs", ["Ann Vale", "Ben Marsh"]),
    ],
)
def test_one_or_two_lead_the_inspection(written: str, people: list[str]) -> None:
    read = report(COVER.replace(COVER.split("\n\n")[2], written) + TABLE + BODY)
    assert [(one.name, one.title, one.role_code) for one in read.people] == [
        (name, "His Majesty's Inspector", "lead") for name in people
    ]


@pytest.mark.parametrize(
    "written",
    [
        "Inspection date(s): 23 February to 6 March 2026",
        "Inspection dates\n\n23 February to 6 March 2026",
        "23 February – 6 March 2026",
        "Inspection dates – 23 February to 6 March 2026",
    ],
)
def test_days_are_found_however_they_are_labelled(written: str) -> None:
    read = report(COVER.replace(COVER.split("\n\n")[1], written) + TABLE + BODY)
    assert read.windows == (Span(date(2026, 2, 23), date(2026, 3, 6)),)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Inspection of Tarnshire children’s services", ("Tarnshire",)),
        ("Inspection of the City of Tarn’s local authority children’s services", ("City of Tarn",)),
        (
            "Inspection of Tarnshire Council (Tarn Children’s Trust) children’s services",
            ("Tarnshire Council", "Tarn Children’s Trust"),
        ),
        ("Inspection of Tarn Children First children’s services", ("Tarn Children First",)),
    ],
)
def test_the_title_names_the_council_or_its_trust(title: str, names: tuple[str, ...]) -> None:
    cover = COVER.replace(COVER.split("\n")[1], f"# {title}")
    assert report(cover + TABLE + BODY).authority_names == names


def test_without_an_overall_grade_none_is_made_up() -> None:
    overall = "= Overall effectiveness | Requires improvement to be good"
    newest = COVER.replace("February to 6 March", "June to 3 July") + TABLE.replace(overall, "")
    read = report(newest + BODY)
    assert len(read.judgements) == 3
    assert "no_overall_effectiveness" not in {signal.code for signal in read.signals}
    earlier = report(COVER + TABLE.replace(overall, "") + BODY)
    assert "no_overall_effectiveness" in {signal.code for signal in earlier.signals}


def test_where_no_table_can_be_read_the_headings_state_the_grades() -> None:
    read = report(COVER.partition("# Judgement")[0] + BODY)
    assert read.sections[0].section_type == "headline_findings"
    assert [one.judgement_code for one in read.judgements] == [
        "help_and_protection",
        "in_care_and_care_leavers",
        "impact_of_leaders",
    ]
    assert "judgement_in_heading_alone" in {signal.code for signal in read.signals}


def test_what_the_table_judges_apart_is_not_added_from_a_heading_that_judges_it_together() -> None:
    whole = "= The experiences and progress of children in care and care leavers | Good"
    parts = (
        f"{whole.replace(' and care leavers', '')}\n\n{whole.replace('children in care and ', '')}"
    )
    read = report(COVER + TABLE.replace(whole, parts) + BODY)
    assert [one.judgement_code for one in read.judgements][2:4] == ["in_care", "care_leavers"]
    assert len(read.judgements) == 5
    signals = {signal.code for signal in grades_agree(read).signals}  # type: ignore[union-attr]
    assert "heading_grade_unlisted" in signals


def test_a_summary_may_name_what_is_judged() -> None:
    summary = "Care leavers\n\nThey are seen.\n\n# What needs"
    read = report(COVER + TABLE + BODY.replace("# What needs", summary))
    assert [part.text[:12] for part in read.sections[0].paragraphs] == [
        "Services hav",
        "Care leavers",
        "They are see",
    ]


def test_a_heading_that_contradicts_the_table_is_no_report() -> None:
    result = grades_agree(
        report(COVER + TABLE + BODY.replace("protection: inadequate", "protection: good"))
    )
    assert isinstance(result, Rejection)
    assert result.reason_code == "judgements_disagree"
    assert "inadequate" in result.detail
    assert "good" in result.detail


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (COVER + TABLE, "no_findings"),
        (
            COVER.replace("dates: 23 February to 6 March 2026", "dates:") + TABLE + BODY,
            "no_visit_date",
        ),
        (
            COVER
            + BODY.replace(": inadequate", "").replace(" is good.", "").replace(" are: good", ""),
            "no_judgements",
        ),
    ],
)
def test_what_every_report_has_is_missed(text: str, reason: str) -> None:
    result = parse(document(text))
    assert isinstance(result, Rejection)
    assert result.reason_code == reason


def test_other_days_at_the_foot_are_reported_and_the_cover_counts() -> None:
    foot = "Inspection of Tarnshire 9 to 20 March 2026"
    read_ = read(structs.replace(document(COVER + TABLE + BODY), furniture=(foot,)))
    assert read_.windows == (Span(date(2026, 2, 23), date(2026, 3, 6)),)
    assert "dates_disagree" in {signal.code for signal in read_.signals}


def test_a_report_as_text_is_read_too() -> None:
    text = (COVER + TABLE + BODY).replace("# ", "").replace("= ", "").replace("- ◼", "- ")
    text = text.replace("- 1", "1").replace("- 2", "2").replace("- 3", "3").replace("- 4", "4")
    plain = read_text(text.replace("- 5", "5").encode(), "00000000000000aa")
    assert isinstance(plain, Document)
    expected, found = report(COVER + TABLE + BODY), read(plain)
    assert [one.grade_code for one in found.judgements] == [
        one.grade_code for one in expected.judgements
    ]
    assert [(one.heading, one.grade_code) for one in found.sections] == [
        (one.heading, one.grade_code) for one in expected.sections
    ]
    assert (found.people, found.windows) == (expected.people, expected.windows)
