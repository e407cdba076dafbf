"""Tables of judgements, as tags, places or words alone tell them."""

from __future__ import annotations

import pytest
from msgspec import structs

from assets.documents.model import Block, Line
from assets.publications.inspections.judgements import judgement_of, read_judgements
from tests.assets.publications.inspections.pages import document

TABLE = """
# Judgement

# Grade

= The impact of leaders on social work practice with children and families | Good

= The experiences and progress of children who need help and protection | Inadequate

= The experiences and progress of children in care | Outstanding

= The experiences and progress of care leavers | Requires improvement to be good

= Overall effectiveness | Requires improvement
"""
GRADES = [
    ("impact_of_leaders", "good", "Good"),
    ("help_and_protection", "inadequate", "Inadequate"),
    ("in_care", "outstanding", "Outstanding"),
    ("care_leavers", "requires_improvement", "Requires improvement to be good"),
    ("overall_effectiveness", "requires_improvement", "Requires improvement"),
]


def line(text: str, top: float, left: float) -> Block:
    """A printed line that is a block of its own."""
    place = Line(0, 1, left, top, left + 6.0 * len(text), top + 12.0)
    return Block("paragraph", text, (place,), size=12.0)


def graded(*blocks: Block) -> list[tuple[str, str, str]]:
    return [
        (one.judgement_code, one.grade_code, one.grade_as_written)
        for one in read_judgements(blocks)
    ]


@pytest.mark.parametrize("without_tags", [False, True])
def test_a_table_is_read_by_its_cells_and_by_its_places(without_tags: bool) -> None:
    blocks = document(TABLE, without_tags=without_tags).blocks
    assert graded(*blocks) == GRADES
    assert all(judgement.lines for judgement in read_judgements(blocks))


def test_a_label_of_two_lines_and_a_grade_centred_beside_it_are_one_row() -> None:
    rows = [
        line("The impact of leaders on social work practice with", 100.0, 70.0),
        line("Requires improvement", 100.0, 400.0),
        line("children and families", 114.0, 70.0),
        line("to be good", 114.0, 400.0),
        line("The experiences and progress of children in", 140.0, 70.0),
        line("Good", 147.0, 400.0),
        line("care and care leavers", 154.0, 70.0),
        # A sentence of the summary whose last line is a grade.
        line("Services for children in care remain", 200.0, 70.0),
        line("inadequate", 214.0, 70.0),
    ]
    assert graded(*rows) == [
        ("impact_of_leaders", "requires_improvement", "Requires improvement to be good"),
        ("in_care_and_care_leavers", "good", "Good"),
    ]


def test_plain_text_is_read_by_its_words_wherever_the_grade_stands() -> None:
    texts = (
        "Judgement Grade",
        "The impact of leaders on social work Requires improvement to be good practice with "
        "children and families",
        "The experiences and progress of children in care",
        "Good",
        "Overall effectiveness Outstanding",
    )
    assert graded(*(Block("paragraph", text) for text in texts)) == [
        ("impact_of_leaders", "requires_improvement", "Requires improvement to be good"),
        ("in_care", "good", "Good"),
        ("overall_effectiveness", "outstanding", "Outstanding"),
    ]


def test_a_cell_may_hold_its_words_in_several_paragraphs() -> None:
    label, grade = document("= The experiences and progress of care | Requires").blocks
    more = [structs.replace(label, text="leavers"), structs.replace(grade, text="improvement")]
    assert graded(label, more[0], grade, more[1]) == [
        ("care_leavers", "requires_improvement", "Requires improvement")
    ]


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Children in care and care leavers", "in_care_and_care_leavers"),
        ("The experiences and progress of children and young people in care", "in_care"),
        ("The experiences and progress of care-experienced young people", "care_leavers"),
        ("The impact of leaders on practice with children and families", "impact_of_leaders"),
        ("Help and protection", "help_and_protection"),
        ("2.1 Adoption", "adoption"),
        ("3. Leadership, management & governance", "leadership_management_governance"),
        ("What needs to improve", None),
        ("Children in care are well supported by all. " * 4, None),
    ],
)
def test_what_is_judged_is_told_by_the_label(label: str, code: str | None) -> None:
    assert judgement_of(label) == code


def test_where_no_table_stands_there_are_no_judgements() -> None:
    assert graded(Block("paragraph", "Services for children in care are good and improving.")) == []
