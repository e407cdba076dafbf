"""What a joint letter says of its inspection."""

from __future__ import annotations

from datetime import date

import pytest

from assets.language.dates import Span
from assets.publications.joint.inspectorates import bodies, inspectorates
from assets.publications.joint.introduction import (
    authority_names,
    find_theme,
    find_windows,
    summary_start,
)
from tests.assets.reading import blocks_of


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Joint targeted area inspection of Tarnshire", "Tarnshire"),
        ("Joint targeted area inspection of the Isle of Tarn", "Isle of Tarn"),
        (
            "Joint targeted area inspection of the multi-agency response to sexual abuse in the "
            "family in Tarn City Council.",
            "Tarn City Council",
        ),
        (
            "Joint targeted area inspection of the multi-agency response to neglect in the London "
            "Borough of Tarn and Fell",
            "London Borough of Tarn and Fell",
        ),
    ],
)
def test_the_area_is_the_last_thing_in_the_title(title: str, name: str) -> None:
    assert authority_names(title, "Dear local partnership", ()) == (name,)


def test_the_salutation_may_name_the_area_and_the_introduction_else() -> None:
    salutation = "Dear Tarn Borough Local Safeguarding Partnership"
    assert authority_names(None, salutation, ()) == ("Tarn Borough",)
    sentence = "Ofsted undertook a joint inspection of neglect in Tarn Borough."
    assert authority_names(None, "Dear Safeguarding Partnership", [sentence]) == ("Tarn Borough",)


def test_the_days_may_have_their_year_from_the_letter() -> None:
    sentences = [
        "In May 2015 the board had changed.",
        "Between 20 and 24 June, Ofsted and the CQC undertook a joint inspection of neglect.",
    ]
    span = Span(date(2016, 6, 20), date(2016, 6, 24))
    assert find_windows(sentences, date(2016, 8, 2)) == (span,)


@pytest.mark.parametrize(
    ("sentence", "code", "words"),
    [
        (
            "This inspection included a ‘deep dive’ focus on the response to children living with "
            "domestic abuse.",
            "domestic_abuse",
            "the response to children living with domestic abuse",
        ),
        (
            "This letter summarises the findings of the joint targeted area inspection (JTAI) of "
            "the multi-agency response to children and families who need help in Upper Tarn.",
            "early_help",
            "the multi-agency response to children and families who need help",
        ),
        (
            "It tells of the joint targeted area inspection (JTAI) of early help in Tarnshire.",
            "early_help",
            "early help",
        ),
        (
            "This letter is on the joint targeted area inspection (JTAI) of the multi-agency "
            "response to identification of initial need and risk in Tarnshire.",
            "front_door",
            "the multi-agency response to identification of initial need and risk",
        ),
        ("This inspection took place in May 2023.", None, None),
    ],
)
def test_the_theme(sentence: str, code: str | None, words: str | None) -> None:
    assert find_theme("Joint targeted area inspection of Tarnshire", [sentence]) == (code, words)


def test_the_title_names_the_theme_where_the_deep_dive_names_none() -> None:
    title = (
        "Joint targeted area inspection of the multi-agency response to abuse and neglect in Tarn"
    )
    sentence = "A ‘deep dive’ focus on older children was included."
    assert find_theme(title, [sentence]).code == "abuse_and_neglect"


def test_where_the_summary_begins() -> None:
    blocks = blocks_of(
        "Between 1 and 5 May 2017, Ofsted undertook a joint inspection.\n\n"
        "This letter to all the service leaders outlines our findings.\n\n"
        "This JTAI included an evaluation of the front door.\n\n"
        "Leaders work well together.\n\nThe inspection identified strengths."
    )
    assert summary_start(blocks) == 3


def test_inspectorates_by_name_and_abbreviation() -> None:
    text = (
        "Ofsted, the Care Quality Commission (CQC), HMI Constabulary and Fire & Rescue Services "
        "(HMICFRS) and His Majesty’s Inspectorate of Probation (HMIP)"
    )
    assert inspectorates(text) == ("ofsted", "cqc", "hmicfrs", "hmiprobation")
    assert inspectorates("HMIP and HMI Prisons (HMIP)") == ("hmiprobation", "hmiprisons")


def test_a_text_of_nothing_but_bodies() -> None:
    assert bodies("HMI Constabulary HMI Probation") == ["HMI Constabulary", "HMI Probation"]
    assert bodies("Chief Inspector of Health Care, CQC") == []
