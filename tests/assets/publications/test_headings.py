"""Headings, with the marks and slips that they come with."""

from __future__ import annotations

import pytest

from assets.documents.model import Block
from assets.publications.headings import divides_body, is_heading, known_form, without_mark
from tests.assets.reading import block

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
        ("Main findings", "main_findings", True),
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
        (block("Findings", "list_item"), False, False),
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
