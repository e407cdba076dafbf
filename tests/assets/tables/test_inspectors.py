"""Inspectors are one person by rule or by review; what only looks so is reported."""

from __future__ import annotations

import pytest

from assets.language.patterns import read_table
from assets.language.people import person_key
from assets.model import Signal
from assets.tables import inspectors
from assets.tables.inspectors import display_names, inspector_id, likely_doubles


def test_a_reviewed_alias_gives_the_persons_key() -> None:
    for row in read_table("assets.tables", "inspector_aliases"):
        assert inspector_id(row["alias"]) == inspector_id(row["name"]) == person_key(row["name"])


@pytest.mark.parametrize("table", ["inspector_aliases", "authority_aliases"])
def test_every_reviewed_alias_has_a_reason_and_stands_once(table: str) -> None:
    rows = read_table("assets.tables", table)
    assert rows
    for row in rows:
        assert all(value and value == value.strip() for value in row.values())
    assert len({person_key(row["alias"]) for row in rows}) == len(rows)


def test_no_alias_leads_to_another() -> None:
    rows = read_table("assets.tables", "inspector_aliases")
    assert not {person_key(row["alias"]) for row in rows} & {
        person_key(row["name"]) for row in rows
    }


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (["Ann Vale"], {"ann-vale": "Ann Vale"}),
        (["ANN VALE", "Ann Vale", "Ann Vale"], {"ann-vale": "Ann Vale"}),
        # Of two that are written as often, the first in the alphabet.
        (["Seán Marsh", "Sean Marsh"], {"sean-marsh": "Sean Marsh"}),
        (["Seán Marsh", "Sean Marsh", "Seán Marsh"], {"sean-marsh": "Seán Marsh"}),
        (["Mary-Jane Fox", "Mary Jane Fox", "Mary-Jane Fox"], {"mary-jane-fox": "Mary-Jane Fox"}),
        (["Ann Vale", "Ben Marsh"], {"ann-vale": "Ann Vale", "ben-marsh": "Ben Marsh"}),
        ([], {}),
    ],
)
def test_the_form_that_is_written_most_is_shown(written: list[str], shown: dict[str, str]) -> None:
    assert display_names(written) == shown


def test_the_name_shown_gives_the_key() -> None:
    for row in read_table("assets.tables", "inspector_aliases"):
        shown = display_names([row["alias"], row["alias"], row["name"]])
        assert shown == {person_key(row["name"]): row["name"]}
        # Where only the alias was ever written, it is all there is.
        assert display_names([row["alias"]]) == {person_key(row["name"]): row["alias"]}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Andy Marsh", "Andrew Marsh", True),
        ("Ann Vale", "Anne Vale", True),
        ("Tobias Wren", "Tobias J Wren", True),
        ("Siobhan Laycey", "Siobhan Lacey", True),
        ("Rosalind Petty", "Rosalinde Petty", True),
        ("Cath Heron-Vale", "Catherine Heron-Vale", True),
        ("Ann Vale", "Ben Vale", False),
        ("Ann Vale", "Ann Marsh", False),
        ("Ann Vale", "Jo Petty", False),
    ],
)
def test_likely_doubles_are_reported(one: str, other: str, alike: bool) -> None:
    names = display_names([one, other])
    signal = Signal("inspector_double_likely", " and ".join(names[key] for key in sorted(names)))
    assert likely_doubles(names) == ([(signal, tuple(sorted(names)))] if alike else [])


def test_likely_doubles_are_found_among_more_than_are_looked_at_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inspectors, "_AT_ONCE", 2)
    names = ["Andy Marsh", "Siobhan Laycey", "Ann Vale", "Andrew Marsh", "Siobhan Lacey"]
    pairs = [pair for _, pair in likely_doubles(display_names(names))]
    assert pairs == [("andrew-marsh", "andy-marsh"), ("siobhan-lacey", "siobhan-laycey")]
