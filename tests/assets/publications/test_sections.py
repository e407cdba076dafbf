"""The body of a letter under its headings, and the points of its lists."""

from __future__ import annotations

import pytest

from assets.model import Signal
from assets.publications.model import Section
from assets.publications.sections import body_headings, points, read_sections, running_texts
from tests.assets.reading import blocks_of

IMPROVE = "What needs to improve in this area of social work practice?"
PRIORITY = "Areas for priority action"


def sections_of(text: str) -> list[Section]:
    return read_sections(blocks_of(text))[0]


def outline(text: str) -> list[tuple[str, str | None, list[str]]]:
    return [
        (section.section_type, section.heading, [part.text for part in section.paragraphs])
        for section in sections_of(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"# Overview\n\nFine.\n\n# {IMPROVE}\n\n- Plans.\n\n# Findings\n\n- Good.\n\n- Late.",
            [
                ("headline_findings", "Overview", ["Fine."]),
                ("improvements", IMPROVE, ["Plans."]),
                ("main_findings", "Findings", ["Good.", "Late."]),
            ],
        ),
        # The improvement list behind the findings.
        (
            f"# Findings\n\n- Good.\n\n# {IMPROVE}1\n\n- Plans.",
            [
                ("main_findings", "Findings", ["Good."]),
                ("improvements", IMPROVE, ["Plans."]),
            ],
        ),
        # Headings within the findings.
        (
            "# Main findings\n\nAll.\n\n# Children in care\n\nGood.\n\n# Care leavers\n\nLate.",
            [
                ("main_findings", "Main findings", ["All."]),
                ("main_findings", "Children in care", ["Good."]),
                ("main_findings", "Care leavers", ["Late."]),
            ],
        ),
        # A heading that no paragraph follows.
        (
            "# Main findings\n\n# Children in care\n\nGood.",
            [
                ("main_findings", "Main findings", []),
                ("main_findings", "Children in care", ["Good."]),
            ],
        ),
        # Beside a list of what needs to improve, `Areas for improvement` is a part of the findings.
        (
            f"# {IMPROVE}\n\n- Plans.\n\n# Findings\n\nGood.\n\n# Areas for improvement\n\nLate.",
            [
                ("improvements", IMPROVE, ["Plans."]),
                ("main_findings", "Findings", ["Good."]),
                ("main_findings", "Areas for improvement", ["Late."]),
            ],
        ),
        (
            "# Findings\n\nGood.\n\n# Areas for improvement\n\n- Plans.",
            [
                ("main_findings", "Findings", ["Good."]),
                ("improvements", "Areas for improvement", ["Plans."]),
            ],
        ),
        # Headings that are not set as such.
        (
            "Headline findings\n\nFine.\n\nMain findings\n\nGood.",
            [
                ("headline_findings", "Headline findings", ["Fine."]),
                ("main_findings", "Main findings", ["Good."]),
            ],
        ),
    ],
)
def test_sections_are_what_stands_under_a_heading(
    text: str, expected: list[tuple[str, str | None, list[str]]]
) -> None:
    assert outline(text) == expected


@pytest.mark.parametrize(
    ("before", "section_type"),
    [("Main findings", "main_findings"), ("Overview", "headline_findings")],
)
def test_a_heading_never_met_is_reported_and_kept(before: str, section_type: str) -> None:
    text = f"# {before}\n\nFine.\n\n# The view from the hill\n\nWide.\n\n# Care leavers\n\nLate."
    sections, signals = read_sections(blocks_of(text))
    assert signals == [Signal("heading_never_met", "The view from the hill")]
    assert [section.section_type for section in sections][1:] == [section_type, "main_findings"]
    assert sections[1].heading == "The view from the hill"


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ("- Plans.\n\n- Reviews.", ["Plans.", "Reviews."]),
        # The line that introduces a list is no point.
        ("Leaders should improve:\n\n- plans\n\n- reviews", ["plans", "reviews"]),
        # Sub-points are points of their own.
        (
            "- Plans, which should be:\n\n- clear\n\n- short",
            ["Plans, which should be:", "clear", "short"],
        ),
        # Lists without bullets.
        (
            "The clarity of plans.\n\nThe length of reviews.",
            ["The clarity of plans.", "The length of reviews."],
        ),
        ("Leaders should improve:\n\nplans\n\nreviews", ["plans", "reviews"]),
        (
            "The clarity of plans\n\nThe length of reviews",
            ["The clarity of plans", "The length of reviews"],
        ),
        # Nothing to improve.
        ("Inspectors did not identify any areas for improvement.", []),
        ("There were no areas for improvement.", []),
        ("", []),
    ],
)
def test_points_to_improve(listed: str, found: list[str]) -> None:
    sections = sections_of(f"# {IMPROVE}\n\n{listed}".strip())
    assert [point.text for point in points(sections, "improvements")] == found


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ("- Thresholds.", ["Thresholds."]),
        (
            "The council needs to take swift action on thresholds.",
            ["The council needs to take swift action on thresholds."],
        ),
        # One says there are none, one that earlier ones remain.
        ("There are no areas for priority action.", []),
        ("No areas for priority action were identified at this visit.", []),
        ("Inspectors have not identified any priority actions.", []),
        ("The areas for priority action raised in May 2019 remain.", []),
        ("The area for priority action continues to apply.", []),
        ("Priority actions identified at the last inspection in May remain in place.", []),
    ],
)
def test_points_to_act_on(listed: str, found: list[str]) -> None:
    sections = sections_of(f"# {PRIORITY}\n\n{listed}\n\n# Main findings\n\nNo plan was late.")
    assert [point.text for point in points(sections, "priority_actions")] == found
    # Only what is a point is left out, not the words.
    assert [part.text for part in sections[0].paragraphs] == listed.replace("- ", "").split("\n\n")


def test_bullets_of_findings_are_no_points() -> None:
    sections = sections_of("# Findings\n\n- Good.\n\n- Late.")
    assert not any(part.is_point for part in sections[0].paragraphs)


def test_places_are_kept() -> None:
    blocks = blocks_of("# Findings\n\n- Good\nor bad.")
    (section,), _ = read_sections(blocks)
    assert section.page_start == 1
    assert section.paragraphs[0].lines == blocks[1].lines
    assert section.paragraphs[0].level == 1


def test_headings_of_the_body_and_running_texts() -> None:
    text = (
        f"# Focused visit\n\nIntro.\n\n# Overview\n\nFine.\n\n# {IMPROVE}\n\nThey are:\n\n- Plans."
        "\n\n# Findings\n\nGood."
    )
    blocks = blocks_of(text)
    assert body_headings(blocks, 1) == [2, 4, 7]
    assert running_texts(read_sections(blocks[2:])[0]) == ["Fine.", "They are:", "Good."]


def test_a_heading_never_met_begins_the_body_behind_the_announcement() -> None:
    blocks = blocks_of("# Title\n\nIntro.\n\n# In short\n\nFine.\n\n# Findings\n\nGood.")
    assert body_headings(blocks, 1) == [2, 4]
    assert body_headings(blocks, 3) == [4]
