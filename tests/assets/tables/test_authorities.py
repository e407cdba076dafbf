"""Councils are found by number and by name, in the forms in which letters write it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assets.model import Rejection, Signal
from assets.tables.authorities import AuthorityIndex, Resolved, bare_authority_name
from warehouse.reference import reference_rows

DAY = date(2022, 2, 1)


def authority(
    authority_id: str,
    name: str,
    urn: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> dict[str, Any]:
    return {
        "authority_id": authority_id,
        "name": name,
        "ofsted_urn": urn,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


INDEX = AuthorityIndex(
    [
        authority("X1", "Tarnshire", "101"),
        authority("X2", "Lowmoor", "102"),
        authority("X3", "Tarn, Fell and Beck", "103"),
        authority("X4", "Harbourton, City of", "104"),
        authority("X5", "St Aldric-on-Sea", "105"),
        authority("X6", "Kingsferry upon Ouze", "106"),
        authority("X7", "County Mardale", "107"),
        authority("X8", "Oldmarch", "108", valid_to=date(2021, 3, 31)),
        authority("X9", "Oldmarch", "109", valid_from=date(2021, 4, 1)),
        authority("X10", "Gone", "110", valid_to=date(2021, 3, 31)),
        authority("X11", "Twinham", None),
        authority("X12", "Twinham", None),
        # One that exists: the reviewed aliases name those.
        authority("E06000010", "Kingston upon Hull, City of", "201"),
        authority("E09000001", "City of London", "202"),
    ]
)


@pytest.mark.parametrize(
    ("written", "authority_id"),
    [
        ("Tarnshire", "X1"),
        ("TARNSHIRE", "X1"),
        ("Tarnshire County Council", "X1"),
        ("Tarnshire council", "X1"),
        ("Tarnshire Council’s", "X1"),
        ("the Tarnshire local authority", "X1"),
        ("Tarnshire children’s services", "X1"),
        ("Tarnshire local authority's children's social care", "X1"),
        ("London Borough of Lowmoor", "X2"),
        ("the London Borough of Lowmoor", "X2"),
        ("Royal Borough of Lowmoor", "X2"),
        ("Lowmoor Metropolitan Borough Council", "X2"),
        ("Lowmoor Metropolitan Borough", "X2"),
        ("Lowmoor City Council", "X2"),
        ("Lowmoor Borough Council’s", "X2"),
        ("Lowmoor unitary authority", "X2"),
        ("City of Lowmoor Council", "X2"),
        ("City of Lowmoor Metropolitan District Council", "X2"),
        ("Tarn, Fell & Beck", "X3"),
        ("Tarn Fell and Beck Council", "X3"),
        ("Harbourton", "X4"),
        ("Harbourton City Council", "X4"),
        ("City of Harbourton", "X4"),
        ("St. Aldric on Sea", "X5"),
        ("St Aldric-on-Sea Borough Council", "X5"),
        ("Kingsferry-upon-Ouze", "X6"),
        ("Hull", "E06000010"),
        ("Hull City Council", "E06000010"),
        ("Kingston upon Hull", "E06000010"),
        ("City of London", "E09000001"),
        ("City of London Corporation", "E09000001"),
        # Of one name, the one that existed.
        ("Oldmarch", "X9"),
        # None, gone, or two.
        ("Gone", None),
        ("Twinham", None),
        ("Tarn", None),
        ("Council", None),
        ("", None),
    ],
)
def test_a_council_is_found_by_its_name(written: str, authority_id: str | None) -> None:
    assert INDEX.by_name(written, DAY) == authority_id


@pytest.mark.parametrize(
    ("day", "name", "urn"),
    [
        (date(2021, 3, 31), "X8", None),
        (date(2021, 4, 1), "X9", "X9"),
    ],
)
def test_a_council_exists_from_its_first_to_its_last_day(
    day: date, name: str, urn: str | None
) -> None:
    assert INDEX.by_name("Oldmarch", day) == name
    assert INDEX.by_urn("109", day) == urn


@pytest.mark.parametrize(
    ("names", "urn", "authority_id", "codes"),
    [
        (["Tarnshire"], "101", "X1", []),
        (["Tarnshire"], None, "X1", []),
        (["Tarnshire County", "Tarnshire"], "101", "X1", []),
        # The publisher's number where the words say nothing.
        ([], "101", "X1", []),
        (["Tarnfordshire"], "101", "X1", ["authority_never_met"]),
        (["Twinham"], "101", "X1", ["authority_never_met"]),
        # The letter's word wins.
        (["Lowmoor"], "101", "X2", ["authority_disagrees"]),
        (["Lowmoor"], "999", "X2", ["urn_never_met"]),
        # The number of a council that was gone by then decides nothing.
        (["Oldmarch"], "108", "X9", ["authority_disagrees"]),
        # The first name that is known counts.
        (["Nowhere", "Lowmoor"], None, "X2", ["authority_never_met"]),
        (["Lowmoor", "Tarnshire"], None, "X2", ["authority_disagrees"]),
    ],
)
def test_words_and_number_are_brought_together(
    names: list[str], urn: str | None, authority_id: str, codes: list[str]
) -> None:
    resolved = INDEX.resolve(names, urn, DAY)
    assert isinstance(resolved, Resolved)
    assert resolved.authority_id == authority_id
    assert [signal.code for signal in resolved.signals] == codes


def test_a_disagreement_names_both() -> None:
    resolved = INDEX.resolve(["Lowmoor"], "101", DAY)
    assert isinstance(resolved, Resolved)
    assert resolved.signals == (
        Signal(
            "authority_disagrees",
            "Listed under Tarnshire, but the letter is to Lowmoor; the letter's word counts.",
        ),
    )


@pytest.mark.parametrize(
    ("names", "urn", "words"),
    [
        (["Tarnfordshire"], None, "Tarnfordshire (close to Tarnshire)"),
        (["Xyz", "Zyx"], "999", "Xyz, Zyx"),
        ([], None, "2022-02-01"),
        (["Gone"], "110", "Gone"),
    ],
)
def test_an_unknown_council_is_rejected_with_what_comes_near(
    names: list[str], urn: str | None, words: str
) -> None:
    rejection = INDEX.resolve(names, urn, DAY)
    assert isinstance(rejection, Rejection)
    assert (rejection.stage, rejection.reason_code) == ("parse", "unknown_authority")
    assert words in rejection.detail


def test_every_known_council_is_found_by_its_own_name() -> None:
    rows = reference_rows()["authorities"]
    index = AuthorityIndex(rows)
    for row in rows:
        for day in (row["valid_from"], row["valid_to"], DAY):
            if day and (row["valid_from"] or day) <= day <= (row["valid_to"] or day):
                assert index.by_name(row["name"], day) == row["authority_id"], row["name"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tarn & Fell", "Tarn and Fell"),
        ("Tarn’s", "Tarn's"),
        ("Tärn", "Tarn"),
        ("Tarn-on-Sea", "Tarn on Sea"),
    ],
)
def test_spellings_of_a_name_are_folded(one: str, other: str) -> None:
    assert bare_authority_name(one) == bare_authority_name(other)
