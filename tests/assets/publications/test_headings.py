"""Headings, with the marks and slips that they come with."""

from __future__ import annotations

import pytest

from assets.documents.model import Block, BlockKind
from assets.publications.headings import (
    divides_body,
    heading_of,
    is_heading,
    known_form,
    settle_headings,
    without_mark,
)
from assets.publications.tables import read_table
from tests.assets.reading import block
from warehouse.codes import code_list

IMPROVE = "What needs to improve in this area of social work practice"


@pytest.mark.parametrize(
    ("printed", "heading"),
    [
        ("Main findings", "Main findings"),
        (f"{IMPROVE}?1", f"{IMPROVE}?"),
        (f"{IMPROVE}1", IMPROVE),
        (f"{IMPROVE}?¹", f"{IMPROVE}?"),
        (f"{IMPROVE}? 1", f"{IMPROVE}?"),
        (f"{IMPROVE}?[1]", f"{IMPROVE}?"),
        (f"{IMPROVE}?12", f"{IMPROVE}?"),
        ("Main findings*", "Main findings"),
        (" Main findings ", "Main findings"),
        ("Main findings:", "Main findings:"),
        ("Main findings.", "Main findings."),
        ("Work under section 47", "Work under section 47"),
        ("The plan for 2021", "The plan for 2021"),
    ],
)
def test_a_footnote_mark_is_no_part_of_a_heading(printed: str, heading: str) -> None:
    assert without_mark(printed) == heading


@pytest.mark.parametrize(
    ("heading", "section_type", "divides"),
    [
        ("Overview", "headline_findings", True),
        ("Headline findings", "headline_findings", True),
        ("Headline Findings", "headline_findings", True),
        ("HEADLINE FINDINGS", "headline_findings", True),
        ("Headline finding", "headline_findings", True),
        ("Areas for priority action", "priority_actions", True),
        ("Area for priority action", "priority_actions", True),
        ("Priority action", "priority_actions", True),
        (IMPROVE, "improvements", True),
        (f"{IMPROVE}?", "improvements", True),
        (f"{IMPROVE}?1", "improvements", True),
        (f"{IMPROVE}:", "improvements", True),
        (f"{IMPROVE}.", "improvements", True),
        ("What needs to improve?", "improvements", True),
        ("What needs to improve in this area of practice?", "improvements", True),
        ("What needs to improve in work with care leavers?", "improvements", True),
        ("Areas for improvement", "improvements", True),
        ("What needs to improve in this area of social work practise?", "improvements", True),
        ("What needs to improve further", "improvements", True),
        ("What needs to be improved in this area of practice", "improvements", True),
        ("What needs improving", "improvements", True),
        ("What does Tarnshire need to improve?", "improvements", True),
        ("What the local authority needs to do to improve", "improvements", True),
        ("Area for improvement", "improvements", True),
        ("Areas for further improvement", "improvements", True),
        ("Areas requiring improvement", "improvements", True),
        ("Areas that need to improve", "improvements", True),
        ("Areas for development", "improvements", True),
        ("Recommendations", "improvements", True),
        ("Areas for immediate priority action", "priority_actions", True),
        ("Priority areas for action", "priority_actions", True),
        ("Areas of strength", "main_findings", True),
        ("Strengths", "main_findings", True),
        ("Key strengths", "main_findings", True),
        ("What is working well", "main_findings", True),
        ("Headlines", "headline_findings", True),
        ("Summary of findings", "headline_findings", True),
        ("Main findings", "main_findings", True),
        ("Main finding", "main_findings", True),
        ("Findings from this visit", "main_findings", True),
        ("Main findings.", "main_findings", True),
        ("Findings", "main_findings", True),
        ("Findings:", "main_findings", True),
        ("Helping and protecting children", "main_findings", False),
        ("Children in care", "main_findings", False),
        ("Care leavers", "main_findings", False),
        ("Next steps", "other", False),
    ],
)
def test_these_headings_are_known(heading: str, section_type: str, divides: bool) -> None:
    form = known_form(block(heading, "heading"))
    assert form is not None
    assert (form.section_type, form.divides_body) == (section_type, divides)


@pytest.mark.parametrize(
    "heading", ["The view from the hill", "Main findings of the audit", "Find", "Overview of work"]
)
def test_these_headings_were_never_met(heading: str) -> None:
    assert known_form(block(heading, "heading")) is None
    assert is_heading(block(heading, "heading"))
    # A few words without a full stop are one even where they are not set apart.
    assert is_heading(block(heading))
    assert not is_heading(block(f"{heading}."))
    assert not is_heading(block(heading, "list_item"))


@pytest.mark.parametrize(
    ("candidate", "heading", "divides"),
    [
        # Plain text and some letters do not set their headings apart.
        (block("Main findings"), True, True),
        (block("Findings"), True, True),
        (block("Children in care"), True, False),
        (block("Children in care", "heading"), True, False),
        # A line that goes on is no heading, whatever its words.
        (block("findings", "heading"), False, False),
        (block("main findings"), False, False),
        (block("Findings", "list_item"), True, True),
        (block("Supervision", "list_item"), False, False),
        (
            block("Overview of what inspectors found in the council, and of the next steps"),
            False,
            False,
        ),
        (block("What needs to improve in " + "very " * 20 + "long lists?"), False, False),
        (block("1 Next steps", "heading"), True, False),
    ],
)
def test_a_heading_is_told_from_text(candidate: Block, heading: bool, divides: bool) -> None:
    assert is_heading(candidate) is heading
    assert divides_body(candidate) is divides


TAILS = [
    ":",
    ".",
    "?",
    "?1",
    "1",
    " 1",
    "? 1",
    ".1",
    "’",
    "*",
    "†",
    "!",
    " *",
    "_",
    " –",
    "? a",
    "[1]",
]


LEADS = ["1. ", "2) ", "1 ", "A. ", "• ", ". ", "_"]


@pytest.mark.parametrize(
    ("lead", "tail"), [*(("", tail) for tail in TAILS), *((lead, "") for lead in LEADS)]
)
@pytest.mark.parametrize("heading", [IMPROVE, "Main findings"])
@pytest.mark.parametrize("kind", ["heading", "paragraph", "list_item"])
def test_what_stands_around_a_known_heading_is_no_matter(
    heading: str, lead: str, tail: str, kind: BlockKind
) -> None:
    printed = block(f"{lead}{heading}{tail}", kind)
    assert is_heading(printed)
    assert divides_body(printed)
    assert heading_of(printed).rstrip(".:?") == heading


@pytest.mark.parametrize(
    "text",
    [
        "Supervision.",
        "Care leavers:",
        "The findings",
        "Main findings of the audit are shared.",
        "Areas for improvement are known to leaders.",
        "What needs to improve is known to leaders and is part of their plan for the next year.",
    ],
)
def test_a_text_is_no_heading_for_a_few_of_its_words(text: str) -> None:
    assert not divides_body(block(text))
    assert not is_heading(block(text)) or not text.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "Challenges in keeping a stable workforce are evident. Caseloads are too high.",
        "Children are safe.",
        "Leaders know themselves well.",
        "Most care leavers are in touch",
        "The council and its partners in health, together, for each child.",
        "Inspectors found that most children in the care of the council live in homes that suit",
    ],
)
def test_a_sentence_is_no_heading_however_it_is_set(text: str) -> None:
    assert [part.kind for part in settle_headings([block(text, "heading")])] == ["paragraph"]


@pytest.mark.parametrize(
    "text",
    [
        "Care leavers",
        "Leadership and management.",
        "Children who go missing",
        "Children who are looked after",
        "Those that have left care",
        "Leaders and what is done by them",
        "How well are children helped?",
        "The experiences and progress of children who need help and protection from the council",
        f"{IMPROVE}.",
    ],
)
def test_a_heading_is_no_sentence(text: str) -> None:
    assert [part.kind for part in settle_headings([block(text, "heading")])] == ["heading"]


@pytest.mark.parametrize(
    ("texts", "headings"),
    [
        (["What needs to improve in this area of", "social work practice"], [IMPROVE]),
        (["Main", "findings"], ["Main findings"]),
        # Two of them, and one that is whole.
        (["Main findings", "Care leavers"], ["Main findings", "Care leavers"]),
        (["Headline findings", IMPROVE], ["Headline findings", IMPROVE]),
        (["The view", "from the hill"], ["The view", "from the hill"]),
    ],
)
def test_a_heading_in_two_blocks_is_one(texts: list[str], headings: list[str]) -> None:
    settled = settle_headings(block(text, "heading") for text in texts)
    assert [part.text for part in settled] == headings


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        ("Main findings\nPlans are clear.", ["# Main findings", "Plans are clear."]),
        ("Plans are clear.\nMain findings", ["Plans are clear.", "# Main findings"]),
        (
            "Plans are clear.\nMain findings\nReviews are\nlate.",
            ["Plans are clear.", "# Main findings", "Reviews are late."],
        ),
        (
            "What needs to improve in this area of\nsocial work practice\nPlans.",
            [f"# {IMPROVE}", "Plans."],
        ),
        # A line of a sentence.
        ("They are told of the\nmain findings\nof audits.", None),
        ("Leaders publish the\nFindings.", None),
        ("Findings\nof audits are shared.", None),
    ],
)
def test_a_heading_that_runs_into_text_is_parted(printed: str, parts: list[str] | None) -> None:
    settled = settle_headings([block(printed)])
    seen = [f"{'# ' * (part.kind == 'heading')}{part.text}" for part in settled]
    assert seen == (parts or [printed.replace("\n", " ")])
    for part in settled:
        assert part.lines[0].start == 0
        assert [line.start for line in part.lines] == sorted(line.start for line in part.lines)
    assert len({line.y0 for part in settled for line in part.lines}) == printed.count("\n") + 1


def test_every_row_says_what_there_is() -> None:
    types = code_list("section_type")
    for row in read_table("headings"):
        assert row["section_type"] in types, row
        assert row["place"] in {"body", "within"}, row
        assert row["beside_improvements"] in {"", *types}, row
