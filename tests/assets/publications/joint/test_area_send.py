"""Area SEND reports: the cover, the outcome, lists in tables, the team in columns."""

from __future__ import annotations

from datetime import date

import pytest

from assets.documents.model import Block, BlockKind, Cell, Document, Line
from assets.model import Rejection
from assets.publications.joint.area_send import parse
from assets.publications.joint.area_send_lists import as_points
from assets.publications.joint.area_send_team import read_columns
from assets.publications.model import Publication

BODY, ACTIONS = 60.0, 220.0  # left edges of the columns
COUNCIL, BOARD = "Tarnbury City Council", "NHS Tarnbury Integrated Care Board"


def block(
    text: str,
    kind: BlockKind = "paragraph",
    *,
    x: float = BODY,
    page: int = 1,
    cell: tuple[int, int, int] | None = None,
) -> Block:
    """What stands on one line, 100 points wide."""
    line = Line(0, page, x, 100.0, x + 100.0, 110.0)
    is_item = kind == "list_item"
    return Block(
        kind,
        text,
        (line,),
        level=int(is_item),
        has_bullet=is_item,
        cell=Cell(*cell) if cell else None,
    )


def heading(text: str, **where: object) -> Block:
    return block(text, "heading", **where)  # type: ignore[arg-type]


def report(*blocks: Block, furniture: tuple[str, ...] = ()) -> Document:
    return Document("0" * 16, "tags", 8, ((595.0, 842.0),) * 8, blocks, furniture=furniture)


COVER = (
    block("Area SEND inspection of Tarnbury Local Area Partnership"),
    block("Inspection dates:"),
    block("5 to 9 February 2024", x=ACTIONS),
    block("Dates of previous inspection: 30 June to 4 July 2016"),
    heading("Inspection outcome"),
    block(
        "The local area partnership’s arrangements lead to inconsistent experiences and outcomes "
        "for children. The partnership must make improvements."
    ),
)
QUESTIONS = (
    heading("What is it like to be a child or young person with SEND"),
    heading("in this area?"),
    block("Most children are well known to those who help them."),
    heading("What does the area partnership need to do better?"),
    block("Plans are late.", "list_item"),
)
LIST = (
    heading("Areas for improvement"),
    heading("Areas for improvement", cell=(5, 1, 1)),
    block("Leaders should write plans in time.", cell=(5, 2, 1)),
)
TEAM = (
    heading("Inspection team"),
    heading("Ofsted"),
    heading("Care Quality Commission", x=300),
    block("Una Hale HMI, Ofsted lead inspector"),
    block("Bo Rask, CQC lead inspector", x=300),
    block("Eli Dunn, Ofsted Inspector"),
    block("If you are not happy with the inspection or the report, you can complain."),
)


def parsed(*blocks: Block, **document: object) -> Publication:
    found = parse(report(*blocks, **document), date(2024, 4, 2))  # type: ignore[arg-type]
    assert isinstance(found, Publication), found
    return found


def test_a_report_is_read() -> None:
    found = parsed(*COVER, *QUESTIONS, *LIST, *TEAM)
    assert found.authority_names == ("Tarnbury",)
    assert [window[:2] for window in found.windows] == [(date(2024, 2, 5), date(2024, 2, 9))]
    assert found.details == {"previous_inspection": "2016-06"}
    assert [(s.section_type, s.heading, len(s.paragraphs)) for s in found.sections] == [
        ("other", "Inspection outcome", 1),
        (
            "main_findings",
            "What is it like to be a child or young person with SEND in this area?",
            1,
        ),
        ("main_findings", "What does the area partnership need to do better?", 1),
        ("improvements", "Areas for improvement", 1),
        ("about", "Inspection team", 5),
    ]
    assert [(p.name, p.title, p.role_code, p.organisation_code) for p in found.people] == [
        ("Una Hale", "His Majesty's Inspector", "lead", "ofsted"),
        ("Eli Dunn", "Ofsted Inspector", "team", "ofsted"),
        ("Bo Rask", None, "lead", "cqc"),
    ]
    assert found.signals == ()


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("Its arrangements typically lead to positive experiences.", "positive_experiences"),
        ("Its arrangements lead to inconsistent experiences.", "inconsistent_experiences"),
        ("Its arrangements lead to inconsistent outcomes.", "inconsistent_experiences"),
        ("There are widespread and/or systemic failings.", "systemic_failings"),
    ],
)
def test_the_outcome_is_a_sentence(sentence: str, outcome: str) -> None:
    text = block(f"This is what inspectors found. {sentence} Leaders act.")
    found = parsed(*COVER[:5], text, *QUESTIONS, *LIST, *TEAM)
    assert [(j.grade_code, j.grade_as_written) for j in found.judgements] == [(outcome, sentence)]


def test_the_outcome_may_be_set_in_bold() -> None:
    sentence = "There are widespread and/or systemic failings in all of the area."
    found = parsed(*COVER[:5], heading(sentence), *QUESTIONS, *LIST, *TEAM)
    assert [j.grade_as_written for j in found.judgements] == [sentence]


def test_what_every_report_has_is_asked_for() -> None:
    no_outcome = parse(report(*COVER[:5], *QUESTIONS))
    no_dates = parse(report(COVER[0], *COVER[4:], *QUESTIONS))
    assert [r.reason_code for r in (no_outcome, no_dates) if isinstance(r, Rejection)] == [
        "no_judgements",
        "no_visit_date",
    ]


def test_the_cover_counts_and_the_foot_is_held_against_it() -> None:
    foot = "Area SEND inspection report: Tarnbury, 5 to 8 February 2024 2"
    found = parsed(*COVER, *QUESTIONS, *LIST, *TEAM, furniture=("", foot))
    assert found.end_date == date(2024, 2, 9)
    assert [signal.code for signal in found.signals] == ["dates_disagree"]


def points(*blocks: Block) -> list[tuple[str | None, str, bool]]:
    return [(p.responsible_body, p.text, p.is_point) for p in as_points(blocks)]


HEAD = heading("Responsible body")


def test_each_cell_and_each_item_in_it_is_a_point() -> None:
    assert points(
        HEAD,
        block(COUNCIL),
        block("Leaders should improve:", x=ACTIONS),
        block("plans", "list_item", x=ACTIONS + 18),
        block("They should also listen.", x=ACTIONS),
        block(BOARD),
        block("Leaders should act.", x=ACTIONS),
    ) == [
        (COUNCIL, "Leaders should improve:", True),
        (COUNCIL, "plans", True),
        (COUNCIL, "They should also listen.", True),
        (BOARD, "Leaders should act.", True),
    ]


def test_a_page_break_parts_a_row() -> None:
    assert points(
        HEAD,
        block(f"{COUNCIL} and", cell=(1, 2, 1)),
        block("Leaders should write plans in", x=ACTIONS, cell=(1, 2, 2)),
        block(BOARD, page=2, cell=(2, 1, 1)),
        block("time.", x=ACTIONS, page=2, cell=(2, 1, 2)),
        block("Leaders should listen.", x=ACTIONS, page=2, cell=(2, 1, 2)),
    ) == [
        (f"{COUNCIL} and {BOARD}", "Leaders should write plans in time.", True),
        (f"{COUNCIL} and {BOARD}", "Leaders should listen.", True),
    ]


def test_a_table_without_heads_names_bodies_in_the_first_of_two_cells() -> None:
    assert points(
        block(COUNCIL, cell=(1, 1, 1)),
        block("Leaders should act.", x=ACTIONS, cell=(1, 1, 2)),
    ) == [(COUNCIL, "Leaders should act.", True)]


def test_what_asks_for_nothing_is_no_point() -> None:
    assert points(
        block("The partnership should act on these:"),
        block("Leaders should act."),
        block("There are no areas for priority action."),
    ) == [
        (None, "The partnership should act on these:", False),
        (None, "Leaders should act.", True),
        (None, "There are no areas for priority action.", False),
    ]


@pytest.mark.parametrize(
    ("line", "title", "role"),
    [
        ("Una Hale HMI, lead", "His Majesty's Inspector", "lead"),
        ("Una Hale, Ofsted Lead Inspector, HMI", "His Majesty's Inspector", "lead"),
        ("Una Hale – Ofsted lead inspector", None, "lead"),
        ("Lead inspector: Una Hale HMI", "His Majesty's Inspector", "lead"),
        ("Una Hale CQC Inspector", None, "team"),
        ("Una Hale, Ofsted HMI (shadow)", "His Majesty's Inspector", "shadow"),
        ("Una Hale, OI", "Ofsted Inspector", "team"),
    ],
)
def test_a_person_is_told_by_what_follows_the_name(line: str, title: str | None, role: str) -> None:
    people, signals = read_columns((heading("Ofsted"), block(line)), date(2024, 4, 2))
    assert [(p.name, p.title, p.role_code, p.organisation_code) for p in people] == [
        ("Una Hale", title, role, "ofsted")
    ]
    assert not signals


def test_columns_beneath_each_other_are_told_by_their_heads() -> None:
    people, signals = read_columns(
        (
            heading("Ofsted"),
            block("Una Hale HMI"),
            heading("Care Quality Commission"),
            block("Bo Rask, CQC inspector"),
            block("to be confirmed"),
        ),
        date(2024, 4, 2),
    )
    assert [(p.name, p.organisation_code) for p in people] == [
        ("Una Hale", "ofsted"),
        ("Bo Rask", "cqc"),
    ]
    assert [signal.code for signal in signals] == ["team_words_never_met"]
