"""The visit's authority, days and focus, as introductions word them."""

from __future__ import annotations

from datetime import date

import pytest

from assets.language.dates import Span
from assets.language.sentences import split_sentences
from assets.publications.introduction import (
    announces,
    authority_name,
    find_focus,
    find_span,
    introduction_sentences,
    without_full_stop,
)
from tests.assets.reading import blocks_of

LETTER = date(2022, 3, 3)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Focused visit to Tarnshire children’s services", "Tarnshire"),
        ("Focused visit to Tarnshire children's services.", "Tarnshire"),
        ("Focused visit to Tarnshire childrens services", "Tarnshire"),
        ("Focused visit to Tarnshire Children’s Services", "Tarnshire"),
        ("Focused visit to Tarnshire children’s social care services", "Tarnshire"),
        ("Focused visit to Tarnshire children and young people’s services", "Tarnshire"),
        ("Focused visit to Tarnshire local authority children’s services", "Tarnshire"),
        ("Focused visit to Tarnshire", "Tarnshire"),
        ("Focused visit of Tarnshire", "Tarnshire"),
        ("Focused visit to Tarnshire Council’s children’s services", "Tarnshire Council"),
        (
            "Focused visit to the London Borough of Tarn children’s services",
            "London Borough of Tarn",
        ),
        ("Focused visit to Tarn, Fell and Beck children’s services", "Tarn, Fell and Beck"),
        ("Focused visit to Tarn & Beck children’s services", "Tarn & Beck"),
        ("Focused visit to St Aldric-on-Sea children’s services", "St Aldric-on-Sea"),
        (
            (
                "This letter summarises the findings of the focused visit to Tarnshire children’s "
                "services on 1 and 2 February 2022."
            ),
            "Tarnshire",
        ),
        (
            (
                "This letter summarises the findings of a focused visit to Tarnshire’s children’s "
                "services on 3 May 2021."
            ),
            "Tarnshire",
        ),
        (
            (
                "This letter summarises the findings of the focused visit to Tarnshire on 1 and 2 "
                "February 2022."
            ),
            "Tarnshire",
        ),
        (
            (
                "This letter summarises the findings of the focused visit on 1 and 2 February 2022 "
                "to Tarnshire children’s services."
            ),
            "Tarnshire",
        ),
        (
            (
                "This letter summarises the findings of the focused visit to the City of Tarn "
                "Council’s children’s services between 1 and 2 February 2022."
            ),
            "City of Tarn Council",
        ),
        ("Focused visit", None),
        ("Focused visit to children’s services", None),
        ("Inspectors looked at plans.", None),
    ],
)
def test_the_authority_is_named(text: str, name: str | None) -> None:
    assert authority_name(text) == name


@pytest.mark.parametrize(
    ("sentences", "days"),
    [
        (
            [
                "The council was last visited on 4 May 2021.",
                "This letter summarises the findings of the focused visit on 1 February 2022.",
            ],
            (date(2022, 2, 1), date(2022, 2, 1)),
        ),
        (
            [
                "This letter summarises the findings of the focused visit to Tarnshire.",
                "Inspectors visited the council from 1 to 3 February 2022.",
            ],
            (date(2022, 2, 1), date(2022, 2, 3)),
        ),
        # An earlier visit is not the one that the letter is about.
        (
            [
                "This letter summarises the findings of the focused visit to Tarnshire.",
                "The last focused visit was on 4 and 5 May 2021.",
                "This visit took place on 1 and 2 February.",
            ],
            (date(2022, 2, 1), date(2022, 2, 2)),
        ),
        (["The plan is of 1 February 2022."], None),
        (["This letter summarises the findings of the focused visit to Tarnshire."], None),
    ],
)
def test_the_days_are_those_of_this_visit(
    sentences: list[str], days: tuple[date, date] | None
) -> None:
    assert find_span(sentences, LETTER) == (Span(*days) if days else None)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("This letter summarises the findings of a focused visit.", True),
        ("This letter summarizes the findings of the visit.", True),
        ("This letter outlines the main findings.", True),
        ("This report sets out the outcome.", True),
        ("Inspectors looked at the findings of an audit.", False),
    ],
)
def test_a_letter_announces_its_findings(sentence: str, expected: bool) -> None:
    assert announces(sentence) is expected


def test_sentences_run_on_over_paragraphs_and_lists() -> None:
    blocks = blocks_of(
        "# Focused visit to Tarnshire\n\nThis letter is new. It summarises\n\nthe findings.\n\n"
        "Inspectors looked at:\n\n- the front door\n\n- early help.\n\nThey read records."
    )
    assert introduction_sentences(blocks) == [
        "This letter is new.",
        "It summarises the findings.",
        "Inspectors looked at: the front door; early help.",
        "They read records.",
    ]


@pytest.mark.parametrize(
    ("text", "sentences", "unfinished"),
    [
        (
            "The inspectors were Ann Vale and Ben Marsh\n\nInspectors looked at the front door.",
            ["The inspectors were Ann Vale and Ben Marsh", "Inspectors looked at the front door."],
            1,
        ),
        (
            "The inspectors were Ann Vale HMI and Ben Marsh HMI Inspectors looked at the front "
            "door This visit was carried out on site.",
            [
                "The inspectors were Ann Vale HMI and Ben Marsh HMI",
                "Inspectors looked at the front door",
                "This visit was carried out on site.",
            ],
            2,
        ),
        (
            "The inspectors were Ann Vale and Ben Marsh, Inspectors looked at the front door.",
            ["The inspectors were Ann Vale and Ben Marsh,", "Inspectors looked at the front door."],
            1,
        ),
        (
            "This letter summarises the findings on 3 May 2021\n\nThe inspectors were Ann Vale.",
            ["This letter summarises the findings on 3 May 2021", "The inspectors were Ann Vale."],
            1,
        ),
        # A sentence that goes on.
        (
            "The visit was carried out by\n\nHer Majesty’s Inspectors Ann Vale and Ben Marsh.",
            ["The visit was carried out by Her Majesty’s Inspectors Ann Vale and Ben Marsh."],
            0,
        ),
        (
            "The inspectors were Ann\n\nVale and Ben Marsh.",
            ["The inspectors were Ann Vale and Ben Marsh."],
            0,
        ),
        ("During this visit Inspectors looked at plans.", None, 0),
        ("Her Majesty’s Inspectors looked at plans. The Inspectors met staff.", None, 0),
    ],
)
def test_a_forgotten_full_stop_parts_sentences(
    text: str, sentences: list[str] | None, unfinished: int
) -> None:
    found = introduction_sentences(blocks_of(text))
    assert found == (split_sentences(text) if sentences is None else sentences)
    assert len(without_full_stop(found)) == unfinished


@pytest.mark.parametrize(
    ("items", "read"),
    [
        (["plans", "reviews"], "plans; reviews"),
        (["plans", "reviews."], "plans; reviews."),
        (["Plans", "Reviews"], "Plans; Reviews"),
        (["plans;", "reviews; and", "visits."], "plans; reviews; and visits."),
        (["plans,", "reviews and", "visits."], "plans, reviews and visits."),
        (["plans, including", "reviews"], "plans, including reviews"),
        (["plans"], "plans"),
    ],
)
def test_the_items_of_a_list_stand_apart(items: list[str], read: str) -> None:
    for mark in ("- ", "o ", "➢ ", ""):
        listed = "\n\n".join(f"{mark}{item}" for item in items)
        blocks = blocks_of(f"Inspectors looked at:\n\n{listed}\n\nThe visit was short.")
        assert introduction_sentences(blocks) == [
            f"Inspectors looked at: {read}",
            "The visit was short.",
        ]


@pytest.mark.parametrize(
    ("lead_in", "read"),
    [
        ("Inspectors looked at the following areas", "Inspectors looked at the following areas:"),
        ("They looked at care leavers", "They looked at care leavers"),
    ],
)
def test_a_list_may_lack_the_colon_before_it(lead_in: str, read: str) -> None:
    blocks = blocks_of(f"{lead_in}\n\n- plans\n- reviews")
    assert introduction_sentences(blocks)[0].startswith(read)
    assert (len(introduction_sentences(blocks)) == 1) == read.endswith(":")


FRONT_DOOR = "Inspectors looked at the local authority’s arrangements for the front door."


@pytest.mark.parametrize(
    ("focus", "around"),
    [
        ([FRONT_DOOR], ([], [])),
        ([FRONT_DOOR], (["This letter is new."], ["They read records.", "Thanks are due."])),
        (
            [FRONT_DOOR, "They also considered the quality of leadership."],
            ([], ["Inspectors spoke to staff."]),
        ),
        (
            [FRONT_DOOR, "This included early help.", "Specifically, they tested thresholds."],
            ([], []),
        ),
        (
            [FRONT_DOOR, "Inspectors also evaluated the impact of managers."],
            (["The team was small."], ["The visit was carried out in line with the framework."]),
        ),
        # A list belongs to the sentence that leads to it, records among the things looked at.
        (
            ["Inspectors looked at: thresholds; case records; decisions."],
            ([], ["A range of evidence was considered."]),
        ),
        (["During this visit, inspectors evaluated work with care leavers."], ([], [])),
        (["This visit looked at work with care leavers."], ([], [])),
        (
            [FRONT_DOOR, "The visit included looking at early help and thresholds."],
            ([], ["They read records."]),
        ),
        ([FRONT_DOOR, "The visit also covered early help."], ([], ["They read records."])),
        ([FRONT_DOOR, "Consideration was given to early help."], ([], ["They read records."])),
        ([FRONT_DOOR, "As part of this, they tested thresholds."], ([], ["Thanks are due."])),
        ([FRONT_DOOR, "It extended to early help."], ([], ["They read records."])),
        (["The focus of this visit was work with care leavers."], ([], [])),
        (["Inspectors’ findings were considered."][:0], (["This letter is new."], [])),
        # Behind a sentence on something else, only one that looks at more.
        (
            [FRONT_DOOR, "Inspectors also looked at supervision."],
            ([], ["Thanks are due."]),
        ),
    ],
)
def test_the_focus_is_what_inspectors_looked_at(
    focus: list[str], around: tuple[list[str], list[str]]
) -> None:
    before, after = around
    assert find_focus([*before, *focus, *after]) == (" ".join(focus) or None)


def test_a_list_without_a_full_stop_is_parted_from_what_follows() -> None:
    listed, also = "Inspectors looked at: plans; reviews", "They also looked at visits."
    assert find_focus([listed, also]) == f"{listed}. {also}"
    assert find_focus([listed]) == listed


def test_a_sentence_on_something_else_is_passed_over() -> None:
    also = "Inspectors also looked at supervision."
    assert find_focus([FRONT_DOOR, "The council has changed.", also]) == f"{FRONT_DOOR} {also}"


@pytest.mark.parametrize(
    "sentence",
    [
        "Inspectors looked at a range of evidence, including case records.",
        "Inspectors considered a range of evidence, including case discussions.",
        "Inspectors looked at performance management and quality assurance information.",
        "Inspectors evaluated children’s case records.",
        "Inspectors considered the council’s self-evaluation.",
        "This visit was carried out in line with the framework.",
    ],
)
def test_evidence_and_method_are_no_focus(sentence: str) -> None:
    assert find_focus([sentence]) is None
    assert find_focus([FRONT_DOOR, sentence]) == FRONT_DOOR
