"""What is known of kinds, templates and sections is sound, and a slip in it is told."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from warehouse import codes
from warehouse import kinds as module
from warehouse.codes import KNOWN_LETTERS_FILE, LIST_FILES, code_list
from warehouse.csv_files import read_rows
from warehouse.kinds import era_of, kinds, known_kind, sections_of


def test_kinds_that_are_read_have_a_parser_and_a_beginning() -> None:
    read = [kind for kind in kinds().values() if kind.parser]
    assert read
    for kind in read:
        assert callable(import_module(f"assets.publications.{kind.parser}").parse)
        assert kind.since
        assert kind.framework in code_list("framework")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x,X,A kind.,,x,,,,\n", "x has a parser; say since when there are any"),
        ("x,X,A kind, with a comma.,,x,2018-01-01,,,\n", "line 2: not as many cells"),
    ],
)
def test_a_slip_in_the_table_of_kinds_is_an_error(
    row: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kinds.csv"
    path.write_text("code,label,definition,framework,parser,since,until,listed_as,series\n" + row)
    monkeypatch.setitem(codes.LIST_FILES, "document_kind", path)
    with pytest.raises(ValueError, match=message):
        module.kinds.__wrapped__()


@pytest.mark.parametrize(
    ("listed", "kind"), [("focused_visit", "focused_visit"), ("letter", None), (None, None)]
)
def test_a_kind_that_is_listed_may_be_known(listed: str | None, kind: str | None) -> None:
    assert known_kind(listed) == kind


def test_templates_follow_each_other_and_what_is_older_is_of_the_first() -> None:
    rows = [row for row in read_rows(LIST_FILES["era"]) if row["document_kind"] == "focused_visit"]
    days = [date.fromisoformat(row["first_day"]) for row in rows]
    assert days == sorted(days)
    assert era_of("focused_visit", date(2010, 1, 1)) == rows[0]["code"]
    assert [era_of("focused_visit", day) for day in days] == [row["code"] for row in rows]


def test_sections_hold_sentences_or_points_or_nothing() -> None:
    assert sections_of("sentences") == {"headline_findings", "main_findings", "lscb"}
    assert sections_of("points") == {"improvements", "priority_actions"}
    held = {row["holds"] for row in read_rows(LIST_FILES["section_type"])}
    assert held == {"sentences", "points", ""}


def test_the_letters_known_of_are_those_counted() -> None:
    rows = [row for row in read_rows(KNOWN_LETTERS_FILE) if row["document_kind"] == "focused_visit"]
    assert sum(int(row["letter_count"]) for row in rows) == 371
    assert len({(row["document_kind"], row["year"]) for row in rows}) == len(rows)
