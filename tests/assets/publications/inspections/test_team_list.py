"""Teams printed as lists: whose label, title and organisation a name has."""

from datetime import date

import pytest

from assets.publications.inspections.team_list import read_team

HMI = "Her Majesty's Inspector"
ON = date(2016, 5, 16)


def _team(*texts: str) -> list[tuple[str, str | None, str | None]]:
    return [(p.name, p.title, p.role_code) for p in read_team(texts, ON)[0]]


@pytest.mark.parametrize(
    "texts",
    [
        ("Lead inspector: Ann Poe HMI", "Deputy lead inspector Bo Loe-Lee, HMI"),
        ("Lead inspector: Ann Poe HMI  Deputy lead inspector: HMI Bo Loe-Lee",),
        ("Lead inspector: Ann Poe HMI Deputy Lead Inspector Bo Loe-Lee HMI.",),
        ("Lead inspector", "Ann Poe HMI", "Deputy lead inspector", "Bo Loe-Lee (HMI)"),
        ("Ann Poe HMI, lead inspector", "Bo Loe-Lee, HMI, deputy lead inspector"),
    ],
)
def test_a_label_is_read_with_or_without_its_colon_wherever_it_stands(texts):
    assert _team(*texts) == [("Ann Poe", HMI, "lead"), ("Bo Loe-Lee", HMI, "deputy_lead")]


def test_a_title_is_that_of_the_name_it_stands_with():
    found = _team(
        "Team inspectors: Ann Poe, Bo Loe HMI (designate), Cy Roe SCRI and Di Toe.",
        "Associate inspector: Ed Moe",
        "Shadow inspectors: Flo Joe HMI",
        "Senior data analysts: Gus Coe, Hal Noe Quality assurance manager: Ida Foe Senior HMI",
    )
    assert found == [
        ("Ann Poe", None, "team"),
        ("Bo Loe", f"{HMI} designate", "team"),
        ("Cy Roe", "Social Care Regulatory Inspector", "team"),
        ("Di Toe", None, "team"),
        ("Ed Moe", "Associate Inspector", "team"),
        ("Flo Joe", HMI, "shadow"),
        ("Gus Coe", None, "data_analyst"),
        ("Hal Noe", None, "data_analyst"),
        ("Ida Foe", f"Senior {HMI}", "quality_assurance"),
    ]


def test_a_title_may_wrap_or_be_that_of_one_of_them():
    found = _team(
        "Lead inspectors: Ann Poe, one of Her Majesty’s Inspectors, and Bo Loe, Her", HMI[4:]
    )
    assert found == [("Ann Poe", HMI, "lead"), ("Bo Loe", HMI, "lead")]


def test_what_follows_the_list_is_no_part_of_it():
    text = (
        "Quality assurance manager: Ann Poe, Senior HMI Any complaints should be made, in writing."
    )
    assert _team(text) == [("Ann Poe", f"Senior {HMI}", "quality_assurance")]


def test_prose_on_the_team_names_nobody():
    assert _team("The inspection team consisted of nine of Her Majesty’s Inspectors.") == []


def test_the_organisation_stands_behind_the_name():
    people, _ = read_team(["Ann Poe HMI, Ofsted lead inspector", "Bo Loe, CQC inspector"], ON)
    assert [(p.name, p.role_code, p.organisation_code) for p in people] == [
        ("Ann Poe", "lead", "ofsted"),
        ("Bo Loe", "team", "cqc"),
    ]


def test_a_word_among_the_names_that_is_none_is_told():
    assert [s.detail for s in read_team(["Lead inspector: Poe"], ON)[1]] == ["Poe"]
