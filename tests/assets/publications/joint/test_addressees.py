"""Whom a joint letter is addressed to, in the forms in which such lists have been met."""

from __future__ import annotations

import pytest

from assets.model import Signal
from assets.publications.joint.addressees import read_addressees


def people(*paragraphs: str) -> list[tuple[str | None, str | None]]:
    found, signals = read_addressees([paragraph.split("\n") for paragraph in paragraphs])
    assert signals == []
    return [(one.name, one.role_as_written) for one in found]


@pytest.mark.parametrize(
    ("line", "name", "role"),
    [
        ("Una Hale, Chief Executive, Tarnshire", "Una Hale", "Chief Executive, Tarnshire"),
        (
            "Una Hale Designated Nurse for NHS Tarnshire",
            "Una Hale",
            "Designated Nurse for NHS Tarnshire",
        ),
        ("Ms Una Hale – Accountable Officer", "Una Hale", "Accountable Officer"),
        (
            "Una Hale OBE, Police and Crime Commissioner",
            "Una Hale",
            "Police and Crime Commissioner",
        ),
        ("Una Hale QPM Chief Constable", "Una Hale", "Chief Constable"),
        ("Una Hale , Deputy Director , Probation.", "Una Hale", "Deputy Director, Probation"),
        (
            "Una Hale, Tarnshire Clinical Commissioning Group",
            "Una Hale",
            "Tarnshire Clinical Commissioning Group",
        ),
        # A rank is the post only where no other is given.
        ("Chief Superintendent Una Hale, Commander, Tarnside", "Una Hale", "Commander, Tarnside"),
        ("Chief Superintendent Una Hale", "Una Hale", "Chief Superintendent"),
        ("T/ACC Una Hale, Tarnshire Police", "Una Hale", "T/ACC, Tarnshire Police"),
        # A post before the name, or alone.
        (
            "Director of Children’s Services: Una Hale",
            "Una Hale",
            "Director of Children’s Services",
        ),
        ("Chief Executive, Tarnshire", None, "Chief Executive, Tarnshire"),
    ],
)
def test_a_line_on_one_person(line: str, name: str | None, role: str) -> None:
    assert people(line) == [(name, role)]


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("Una Hale, Head of Nursing, Tarnshire", "Ben Marsh, Chief Constable"),
        ("Una Hale, Head of Nursing, Tarnshire\nBen Marsh, Chief Constable",),
        ("Una Hale, Head of Nursing, Tarnshire Mr Ben Marsh,\nChief Constable",),
        ("Una Hale, Head of Nursing,\nTarnshire; Ben Marsh, Chief Constable",),
        ("Una Hale, Head of\nNursing, Tarnshire", "Ben Marsh", "Chief Constable"),
    ],
)
def test_where_a_person_ends(paragraphs: tuple[str, ...]) -> None:
    assert people(*paragraphs) == [
        ("Una Hale", "Head of Nursing, Tarnshire"),
        ("Ben Marsh", "Chief Constable"),
    ]


def test_two_on_a_line_behind_an_organisation() -> None:
    line = "Una Hale, Head of Nursing, Tarn Trust Ben Marsh, Chief Constable"
    assert people(line)[1] == ("Ben Marsh", "Chief Constable")


def test_a_wrapped_organisation_is_no_person() -> None:
    assert people(
        "Una Hale, Designated Nurse for Upper Tarn and\nLower Tarn, Chief Nurse of both",
        "Ben Marsh, Head of Unit, National\nProbation Service, South Division",
        "Cai Rowe, Accountable Officer, Tarn\nRehabilitation Company",
    ) == [
        ("Una Hale", "Designated Nurse for Upper Tarn and Lower Tarn, Chief Nurse of both"),
        ("Ben Marsh", "Head of Unit, National Probation Service, South Division"),
        ("Cai Rowe", "Accountable Officer, Tarn Rehabilitation Company"),
    ]


def test_what_is_no_person_is_reported() -> None:
    found, signals = read_addressees([["By email"], ["Una Hale, Chief Executive"]])
    assert [one.name for one in found] == ["Una Hale"]
    assert signals == [Signal("address_never_met", "By email")]
