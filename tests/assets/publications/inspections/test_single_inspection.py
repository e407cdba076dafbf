"""Reports of single inspections, of re-inspections and of a board alone: whole ones, invented."""

from __future__ import annotations

import re
from datetime import date

import pytest

from assets.language.dates import Span
from assets.model import Rejection
from assets.publications.grades_agree import grades_agree
from assets.publications.inspections.single_inspection import parse
from assets.publications.model import Publication
from tests.assets.publications.inspections.pages import document
from warehouse.kinds import SAFEGUARDING_BOARD

COVER = """
Tarnshire County Council

# Inspection of services for children in need of help and protection, children looked after and

# Review of the effectiveness of the Local Safeguarding Children Board

# Inspection date: 3 March – 25 March 2015

# Report published: 13 May 2015

# The overall judgement is that children’s services require improvement

Leaders know too little of what goes on.

It is Ofsted’s expectation that all children receive good help.

= 1. Children who need help and protection | Requires improvement

= 2. Children looked after and achieving permanence | Good

= 2.1 Adoption performance | Outstanding

= 2.2 Experiences and progress of care leavers | Not judged

= 3. Leadership, management and governance | Requires improvement
"""
BODY = """
Contents The local authority 3 Summary of findings 3

# The local authority

# Summary of findings

# Children’s services in Tarnshire require improvement because:

Leadership, management and governance

- Too few audits are made.

# What does the local authority need to improve?

# Priority and immediate action

There are no areas for priority and immediate action.

# Areas for improvement

Care leavers

- 1. Plan earlier for those who leave care:

- with the young people

- with their carers.

# Information about this local authority area

# Other Ofsted inspections

- At the last inspection services were judged inadequate.

# The experiences and progress of children who need help and protection

# Requires improvement

# Summary

Work is sound.

- 2. Plans are late. There were
25. That is too many.

- 3. Visits are made.

# The graded judgement for adoption performance is that it is outstanding

- 4. Children wait for weeks.

# The Local Safeguarding Children Board (LSCB)

# The Local Safeguarding Children Board is good

# What does the LSCB need to improve?

# Priority and immediate action

- 5. The inspection did not find any areas for priority and immediate action.

# Areas for improvement

- 6. Meet more often.

# Inspection judgement about the LSCB

- 7. The board is led well.

# What the inspection judgements mean

# The LSCB

A good board meets often.

# Information about this inspection

The inspection team consisted of Her Majesty’s Inspectors.

# The inspection team

Lead inspector: Ann Poe HMI

Quality assurance manager: Bo Loe, Senior HMI Any complaints about the inspection or the report
"""


def read(text: str) -> Publication:
    report = parse(document(text), date(2015, 5, 13))
    assert isinstance(report, Publication), report
    return report


def grades(report: Publication) -> list[tuple[str, str]]:
    return [(one.judgement_code, one.grade_code) for one in report.judgements]


@pytest.fixture(scope="module")
def report() -> Publication:
    return read(COVER + BODY)


def test_the_cover_is_read(report: Publication) -> None:
    assert report.document_kind == "sif_inspection"
    assert report.authority_names[0] == "Tarnshire County Council"
    assert report.windows == (Span(date(2015, 3, 3), date(2015, 3, 25)),)
    assert report.letter_date == date(2015, 5, 13)


def test_the_council_may_stand_beneath_the_titles() -> None:
    name = "Tarnshire County Council\n\n"
    text = (
        COVER.strip().removeprefix(name).replace("# Inspection date: ", f"{name}Inspection date ")
    )
    beneath = read(text + BODY)
    assert beneath.authority_names[0] == "Tarnshire County Council"
    assert beneath.windows == (Span(date(2015, 3, 3), date(2015, 3, 25)),)


def test_the_board_may_be_a_sub_heading_of_the_councils_points() -> None:
    points = "Care leavers\n"
    assert points in BODY
    sections = read(COVER + BODY.replace(points, "Local Safeguarding Children Board\n")).sections
    (own,) = [s for s in sections if s.heading == "Local Safeguarding Children Board"]
    assert own.section_type == "improvements"
    assert own.paragraphs[0].responsible_body == SAFEGUARDING_BOARD
    assert [s.section_type for s in sections if s.heading == "Summary"] == ["main_findings"]


def test_judgements_are_of_sentence_list_and_boards_heading(report: Publication) -> None:
    assert [(j.judgement_code, j.grade_code, j.grade_as_written) for j in report.judgements] == [
        ("overall_effectiveness", "requires_improvement", "require improvement"),
        ("help_and_protection", "requires_improvement", "Requires improvement"),
        ("looked_after_and_permanence", "good", "Good"),
        ("adoption", "outstanding", "Outstanding"),
        ("care_leavers", "not_judged", "Not judged"),
        ("leadership_management_governance", "requires_improvement", "Requires improvement"),
        ("lscb", "good", "good"),
    ]
    assert all(judgement.lines for judgement in report.judgements)


def test_headings_are_parted_from_grades_and_have_the_type_of_their_part(
    report: Publication,
) -> None:
    of_area, experiences = (
        "context",
        "The experiences and progress of children who need help and protection",
    )
    because = "Children’s services in Tarnshire require improvement because:"
    assert [(s.section_type, s.heading, s.grade_code) for s in report.sections if s.heading] == [
        ("main_findings", "The local authority", None),
        ("headline_findings", "Summary of findings", None),
        ("headline_findings", because, None),
        ("headline_findings", "Leadership, management and governance", None),
        ("improvements", "What does the local authority need to improve?", None),
        ("priority_actions", "Priority and immediate action", None),
        ("improvements", "Areas for improvement", None),
        ("improvements", "Care leavers", None),
        (of_area, "Information about this local authority area", None),
        (of_area, "Other Ofsted inspections", None),
        ("main_findings", experiences, "requires_improvement"),
        ("main_findings", "Summary", None),
        ("main_findings", "The graded judgement for adoption performance", "outstanding"),
        ("lscb", "The Local Safeguarding Children Board (LSCB)", None),
        ("lscb", "The Local Safeguarding Children Board", "good"),
        ("improvements", "What does the LSCB need to improve?", None),
        ("priority_actions", "Priority and immediate action", None),
        ("improvements", "Areas for improvement", None),
        ("lscb", "Inspection judgement about the LSCB", None),
        ("about", "Information about this inspection", None),
        ("about", "The inspection team", None),
    ]


def test_points_have_their_number_and_whom_they_are_addressed_to(report: Publication) -> None:
    found = [
        (part.label, part.text, part.responsible_body)
        for section in report.sections
        for part in section.paragraphs
        if part.is_point
    ]
    assert found == [
        ("1", "Plan earlier for those who leave care:", None),
        (None, "with the young people", None),
        (None, "with their carers.", None),
        ("6", "Meet more often.", SAFEGUARDING_BOARD),
    ]


def test_paragraphs_are_numbered_through_the_report(report: Publication) -> None:
    labels = [part.label for s in report.sections for part in s.paragraphs if part.label]
    assert labels == ["1", "2", "3", "4", "5", "6", "7"]


def test_contents_and_imprint_belong_to_no_section(report: Publication) -> None:
    texts = " ".join(part.text for s in report.sections for part in s.paragraphs)
    assert "Contents" not in texts
    assert "complaints" not in texts
    assert "A good board meets often." in texts


def test_the_summary_of_the_cover_has_no_stock_phrases(report: Publication) -> None:
    first = report.sections[0]
    assert (first.section_type, first.heading) == ("headline_findings", None)
    assert [part.text for part in first.paragraphs] == ["Leaders know too little of what goes on."]


def test_the_team_is_that_of_the_list(report: Publication) -> None:
    assert [(p.name, p.title, p.role_code) for p in report.people] == [
        ("Ann Poe", "Her Majesty's Inspector", "lead"),
        ("Bo Loe", "Senior Her Majesty's Inspector", "quality_assurance"),
    ]


def test_the_list_may_lack_its_numbers(report: Publication) -> None:
    plain = read(re.sub(r"= [\d.]+ ", "= ", COVER) + BODY)
    assert grades(plain) == grades(report)


def test_label_and_grade_may_stand_in_one_paragraph(report: Publication) -> None:
    row = "= 2. Children looked after and achieving permanence | Good"
    assert row in COVER
    text = COVER.replace(row, "- 2. Children looked after and achieving\npermanence Good")
    assert grades(read(text + BODY)) == grades(report)


@pytest.mark.parametrize("row", ["Adoption performance | Good", "Adoption performance Good"])
def test_without_tags_the_list_is_known_by_places(row: str) -> None:
    line = "= 2.1 Adoption performance | Outstanding"
    assert line in COVER
    text = COVER.replace(line, f"= 2.1 {row}" if "|" in row else f"- 2.1 {row}")
    report = parse(document(text, without_tags=True))
    assert isinstance(report, Publication)
    grades = {j.judgement_code: j.grade_code for j in report.judgements}
    assert grades["adoption"] == "good"
    assert len(grades) == len(("overall", *COVER.split("= "))) - 1


def test_a_grade_amid_the_lines_of_a_heading_is_its_own() -> None:
    first, last = "# The experiences and progress of children", "who need help and protection"
    whole = f"{first} {last}\n\n# Requires improvement"
    assert whole in BODY
    parts = f"{first}\n\n# Requires improvement\n\n# {last}"
    for amid in (parts, parts.replace("improvement\n\n# who", "improvement who")):
        sections = read(COVER + BODY.replace(whole, amid)).sections
        assert [s.heading for s in sections if s.judgement_code == "help_and_protection"] == [
            "The experiences and progress of children who need help and protection"
        ]


def test_a_heading_that_states_another_grade_than_the_list_is_for_a_person() -> None:
    other = BODY.replace("# Requires improvement\n", "# Inadequate\n")
    result = grades_agree(read(COVER + other))
    assert isinstance(result, Rejection)
    assert result.reason_code == "judgements_disagree"


@pytest.mark.parametrize(
    "sentence",
    [
        "# Children’s services in Tarnshire are good",
        "The overall judgement is good.",
        "# Children’s services in the county of Tarnshire are\n\n# good",
        "# Tarnshire’s children’s services are judged to be good",
        "# Tarnshire is good",
    ],
)
def test_the_overall_grade_is_a_sentence_of_the_cover(sentence: str) -> None:
    plain = "# The overall judgement is that children’s services require improvement"
    assert plain in COVER
    first = read(COVER.replace(plain, sentence) + BODY).judgements[0]
    assert (first.judgement_code, first.grade_code) == ("overall_effectiveness", "good")


def test_a_report_without_an_overall_grade_is_rejected() -> None:
    result = parse(document(COVER.replace("require improvement", "are as they are") + BODY))
    assert isinstance(result, Rejection)
    assert result.reason_code == "no_judgements"


def test_the_boards_grade_may_stand_on_the_cover_as_in_2014() -> None:
    sentence = (
        "\n# The effectiveness of the Local Safeguarding Children Board (LSCB) is\ninadequate.\n"
    )
    body = BODY.replace("# The Local Safeguarding Children Board is good\n", "")
    board = read(COVER + sentence + body).judgements[-1]
    assert (board.judgement_code, board.grade_code) == ("lscb", "inadequate")


def test_an_earlier_grade_of_the_board_is_none_of_this_inspection() -> None:
    body = BODY.replace("# The Local Safeguarding Children Board is good\n", "")
    earlier = "The Local Safeguarding Children Board was judged to be inadequate.\n\n- At the last"
    codes = [
        j.judgement_code for j in read(COVER + body.replace("- At the last", earlier)).judgements
    ]
    assert "lscb" not in codes


def test_a_reinspection_may_say_so_in_its_summary_alone() -> None:
    cover = COVER.replace(
        "# Review of the effectiveness of the Local Safeguarding Children Board", ""
    )
    summary = "\n# Executive summary\n\nThis is a re-inspection of services that were inadequate.\n"
    assert read(cover + summary).document_kind == "sif_reinspection"


def test_the_review_of_a_board_is_the_boards() -> None:
    review = read(
        """
Tarnshire Safeguarding Children Board

# Review of the effectiveness of the Local Safeguarding Children Board

# Inspection date: 15 June 2015 – 17 June 2015

# The Local Safeguarding Children Board requires improvement

# Information about this area

# Executive summary

The board is led well.

# Recommendations

- Meet more often.

# Inspection findings

- 1. Minutes are kept.
"""
    )
    assert (review.document_kind, review.authority_names) == ("lscb_review", ("Tarnshire",))
    assert [(j.judgement_code, j.grade_code) for j in review.judgements] == [
        ("lscb", "requires_improvement")
    ]
    assert [(s.section_type, s.heading) for s in review.sections] == [
        ("context", "Information about this area"),
        ("lscb", "Executive summary"),
        ("improvements", "Recommendations"),
        ("lscb", "Inspection findings"),
    ]
    assert review.sections[2].paragraphs[0].responsible_body == SAFEGUARDING_BOARD
