"""Headings that state a grade."""

from __future__ import annotations

import pytest
from msgspec import structs

from assets.documents.model import Block
from assets.publications.inspections.graded_headings import part_headings, with_grades
from assets.publications.model import Section
from tests.assets.reading import block

CARE = "The experiences and progress of children in care"
LEADERS = "The impact of leaders on social work practice with children and families"


@pytest.mark.parametrize(
    ("printed", "heading", "grade"),
    [
        (f"{CARE}: good", CARE, "good"),
        (f"{CARE}: Requires improvement to be good.", CARE, "requires_improvement"),
        (f"{CARE} is outstanding", CARE, "outstanding"),
        (f"{CARE} are: Inadequate", CARE, "inadequate"),
        (f"{LEADERS} is: inadequate", LEADERS, "inadequate"),
        (f"{CARE} are requires improvement to be good", CARE, "requires_improvement"),
        (f"{CARE} requires improvement to be good", CARE, "requires_improvement"),
        (f"{CARE} – good", CARE, "good"),
        (f"{CARE} (good)", CARE, "good"),
        (f"{CARE} remains good", CARE, "good"),
        (f"{CARE} good", CARE, "good"),
        ("Fostering: good", "Fostering", "good"),
        ("What is good", "What is good", None),
        ("Making practice good", "Making practice good", None),
        (CARE, CARE, None),
    ],
)
def test_the_grade_is_parted_from_the_heading(
    printed: str, heading: str, grade: str | None
) -> None:
    parted = part_headings([block(printed, "heading")])
    assert [one.text for one in parted.blocks] == [heading]
    assert parted.grades.get(heading) == grade


def test_what_is_judged_is_known_with_the_lines_of_the_grade() -> None:
    parted = part_headings([block(f"{CARE}:\nrequires improvement", "heading")])
    (judgement,) = parted.judgements
    assert (judgement.judgement_code, judgement.grade_as_written) == (
        "in_care",
        "requires improvement",
    )
    assert len(judgement.lines) == 1


def test_a_heading_in_two_blocks_is_one() -> None:
    parted = part_headings([block(CARE, "heading"), block("requires improvement", "heading")])
    assert [one.text for one in parted.blocks] == [CARE]


def test_a_heading_that_is_not_set_as_one_is_told_by_its_words() -> None:
    text = block(f"{CARE}: good")
    sentence = block("The support for children in care is good.")
    parted = part_headings([text, sentence])
    assert [one.kind for one in parted.blocks] == ["heading", "paragraph"]


def test_plain_text_may_run_a_heading_into_the_text_before_it() -> None:
    parted = part_headings([Block("list_item", f"Plans are late. {CARE}: good", label="17.")])
    assert [(one.kind, one.text, one.label) for one in parted.blocks] == [
        ("list_item", "Plans are late.", "17."),
        ("heading", CARE, None),
    ]


def test_sections_have_the_grades_of_their_headings() -> None:
    section = Section("main_findings", CARE, ())
    assert with_grades([section, structs.replace(section, heading=None)], {CARE: "good"}) == (
        structs.replace(section, grade_code="good", judgement_code="in_care"),
        structs.replace(section, heading=None),
    )
