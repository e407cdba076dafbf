"""The history of visits: which version of a letter counted when, and what it said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from assets.model import Rejection
from assets.tables.corrections_file import Correction
from assets.tables.files import ReadFile
from tests.assets.tables.test_rows import (
    OTHER_DAYS,
    OTHER_KIND,
    REJECTED,
    build,
    only,
    outcome,
    replaced,
)
from tests.built_tables import Tables
from warehouse.schema import SCHEMA

MARCH = date(2022, 3, 3)  # the plain letter's own date
VISIT = "tarnshire-focused-visit-2022-02-01"

Spans = dict[str, tuple[str, str | None]]


def seen(month: int, day: int = 5) -> datetime:
    return datetime(2022, month, day, 6, tzinfo=UTC)


def published(month: int, day: int = 3) -> dict[str, Any]:
    return {"published_date": date(2022, month, day)}


def spans(tables: Tables) -> Spans:
    """From when until when each file counted, by its name."""
    names = {row["letter_id"]: row["file_name"] for row in tables.rows["letters"]}
    return {
        names[row["letter_id"]]: (
            f"{row['known_from']:%m-%d}",
            row["known_to"] and f"{row['known_to']:%m-%d}",
        )
        for row in tables.rows["visit_versions"]
    }


def gone(one: ReadFile, at: datetime) -> ReadFile:
    """The same file, that its source has not any more."""
    file = msgspec.structs.replace(one.file, is_listed=False, last_seen_at=at)
    return one._replace(file=file)


@pytest.mark.parametrize(
    ("values", "day"),
    [
        ({"facts": published(3, 9)}, date(2022, 3, 9)),
        ({}, MARCH),
        ({"date": "Our reference 12", "seen": seen(7)}, date(2022, 7, 5)),
    ],
    ids=["published", "the letter's date", "first seen"],
)
def test_a_letter_is_known_from_its_publication(values: dict[str, Any], day: date) -> None:
    row = only(build(outcome(**values)), "visit_versions")
    assert (row["known_from"], row["known_to"], row["withdrawn_date"]) == (day, None, None)


def test_the_version_that_counts_says_what_visits_says() -> None:
    old, new = outcome("old.pdf"), outcome("new.pdf", seen=seen(6), **OTHER_DAYS)
    correction = Correction(
        place="line 2",
        visit_id="tarnshire-focused-visit-2022-02-08",
        table_name="visits",
        row_key="tarnshire-focused-visit-2022-02-08",
        field="start_date",
        old_value=date(2022, 2, 8),
        new_value=date(2022, 2, 7),
        reason="So it says.",
        found_by="M. E.",
    )
    tables = build(replaced(old, new), new, corrections=[correction])
    visit = only(tables, "visits")
    assert visit["visit_id"] == "tarnshire-focused-visit-2022-02-07"
    versions = {row["letter_id"]: row for row in tables.rows["visit_versions"]}
    assert len(versions) == 2
    assert versions[new.file.letter_id].items() >= visit.items()
    # The old one says what it said, with its own counts, whatever was corrected of the new one.
    alone = only(build(old), "visits")
    assert versions[old.file.letter_id].items() >= alone.items()
    assert (alone["visit_id"], alone["finding_count"], alone["inspector_count"]) == (VISIT, 5, 2)


# --- what a publisher put in a letter's place ---


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # A later day of publication; the same one, or an earlier: the day it was first seen.
        (published(3, 3), published(3, 9), ("03-03", "03-09")),
        (published(3, 3), published(3, 3), ("03-03", "06-05")),
        (published(3, 9), published(3, 3), ("03-09", "06-05")),
        ({}, published(3, 9), ("03-03", "03-09")),
        ({}, {}, ("03-03", "06-05")),
        # Never before the one it replaced.
        (published(8), {}, ("08-03", "08-03")),
    ],
)
def test_an_amended_letter_counts_from_the_day_it_could_be_known(
    old: dict[str, Any], new: dict[str, Any], expected: tuple[str, str]
) -> None:
    later = outcome("new.pdf", facts=new, seen=seen(6), **OTHER_DAYS)
    earlier = replaced(outcome("old.pdf", facts=old, seen=seen(4)), later)
    tables = build(earlier, later)
    assert spans(tables) == {"old.pdf": expected, "new.pdf": (expected[1], None)}
    assert {row["visit_id"] for row in tables.rows["visit_versions"]} == {
        VISIT,
        "tarnshire-focused-visit-2022-02-08",
    }


def test_three_versions_count_one_after_the_other() -> None:
    """All that were replaced are superseded by the newest, but the second one came between."""
    third = outcome("3.pdf", seen=seen(9))
    second = replaced(outcome("2.pdf", seen=seen(6), **OTHER_DAYS), third)
    first = replaced(outcome("1.pdf", seen=seen(4)), third, second)
    tables = build(first, second, third)
    assert tables == build(third, second, first)
    assert spans(tables) == {
        "1.pdf": ("03-03", "06-05"),
        "2.pdf": ("06-05", "09-05"),
        "3.pdf": ("09-05", None),
    }


def test_a_version_that_cannot_be_read_is_left_out() -> None:
    third = outcome("3.pdf", seen=seen(9))
    second = replaced(outcome("2.pdf", result=REJECTED, seen=seen(6)), third)
    first = replaced(outcome("1.pdf", seen=seen(4)), third, second)
    assert spans(build(first, second, third)) == {
        "1.pdf": ("03-03", "09-05"),
        "3.pdf": ("09-05", None),
    }


def test_a_letter_of_another_kind_in_its_place_ends_none() -> None:
    report = outcome("2.pdf", result=OTHER_KIND, seen=seen(6))
    tables = build(replaced(outcome("1.pdf", seen=seen(4)), report), report)
    assert spans(tables) == {"1.pdf": ("03-03", None)}


def test_a_letter_of_another_kind_between_two_versions_is_none_of_them() -> None:
    third = outcome("3.pdf", seen=seen(9))
    second = replaced(outcome("2.pdf", result=OTHER_KIND, seen=seen(6)), third)
    first = replaced(outcome("1.pdf", seen=seen(4)), third, second)
    assert spans(build(first, second, third)) == {
        "1.pdf": ("03-03", "09-05"),
        "3.pdf": ("09-05", None),
    }


# --- the same letter twice ---


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        # Beside each other from the first: the one never counted.
        ({"values": {"text_method": "text"}}, ("03-03", "03-03")),
        ({"values": {"text_method": "text"}, "seen": seen(9)}, ("03-03", "03-03")),
        # It was there alone for a while.
        ({"values": {"text_method": "text"}, "seen": seen(2)}, ("03-03", "04-05")),
        # By its publisher's days it was, though both were seen at once.
        ({"facts": published(3, 1), "date": "1 March 2022"}, ("03-01", "03-03")),
    ],
    ids=["at once", "later", "earlier", "published earlier"],
)
def test_the_same_letter_in_other_bytes_counts_only_while_it_is_alone(
    other: dict[str, Any], expected: tuple[str, str]
) -> None:
    facts = published(3, 3) if "facts" in other else {}
    best = outcome("best.pdf", seen=seen(4), facts=facts)
    tables = build(outcome("other.pdf", **{"seen": seen(4)} | other), best)
    assert only(tables, "visits")["letter_id"] == best.file.letter_id
    from_day = expected[1] if expected[0] != expected[1] else "03-03"
    assert spans(tables) == {"other.pdf": expected, "best.pdf": (from_day, None)}


def test_of_letters_beside_each_other_one_at_a_time_counts() -> None:
    newest = outcome("new.pdf", seen=seen(9))
    amended = replaced(outcome("amended.pdf", seen=seen(4), **OTHER_DAYS), newest)
    beside = outcome("beside.pdf", seen=seen(6), values={"text_method": "text"})
    tables = build(newest, amended, beside)
    by_start = sorted(spans(tables).values())
    for (_, end), (start, _) in pairwise(by_start):
        assert end is not None
        assert end <= start
    assert spans(tables)["new.pdf"] == ("09-05", None)


@pytest.mark.parametrize(
    ("day_of_return", "expected"),
    [
        (None, {"old.pdf": ("03-03", None), "between.pdf": ("03-03", "03-03")}),
        (published(7), {"old.pdf": ("07-03", None), "between.pdf": ("06-03", "07-03")}),
    ],
    ids=["without a day", "published again"],
)
def test_a_letter_that_was_put_back_has_one_span(
    day_of_return: dict[str, Any] | None, expected: Spans
) -> None:
    """As the description of the table says: there is no row for the days before it was replaced."""
    facts = published(6) if day_of_return else None
    old = outcome("old.pdf", seen=seen(4), facts=day_of_return)
    between = outcome("between.pdf", seen=seen(6), facts=facts, **OTHER_DAYS)
    assert spans(build(old, replaced(between, old))) == expected


# --- what is gone ---


def test_a_letter_that_is_gone_was_withdrawn_after_it_was_last_seen() -> None:
    tables = build(gone(outcome(), seen(8)))
    row = only(tables, "visit_versions")
    assert (row["known_from"], row["known_to"]) == (MARCH, None)
    assert row["withdrawn_date"] == date(2022, 8, 5)
    assert only(tables, "visits")["letter_id"] == row["letter_id"]


@pytest.mark.parametrize("result", [REJECTED, None], ids=["unread", "read"])
def test_what_another_took_the_place_of_was_not_withdrawn(result: Rejection | None) -> None:
    new = outcome("new.pdf", result=result, seen=seen(6), **OTHER_DAYS)
    old = gone(replaced(outcome("old.pdf"), new), seen(5))
    tables = build(old, new)
    assert [row["withdrawn_date"] for row in tables.rows["visit_versions"]] == (
        [None] if result else [None, None]
    )


def test_letters_that_took_each_others_place_are_told_without_end() -> None:
    """It cannot be told which came last: none is said to count."""
    one, two = outcome("1.pdf"), outcome("2.pdf", seen=seen(6))
    tables = build(replaced(one, two), replaced(two, one))
    assert tables.rows["visits"] == []
    assert spans(tables) == {"1.pdf": ("03-03", "03-03"), "2.pdf": ("03-03", "03-03")}


def test_a_version_has_every_column() -> None:
    new = outcome("new.pdf", seen=seen(6))
    for row in build(replaced(outcome("old.pdf"), new), new).rows["visit_versions"]:
        assert row.keys() == set(SCHEMA["visit_versions"].column_names)


@pytest.mark.parametrize("is_replaced", [True, False])
def test_an_earlier_version_that_breaks_a_rule_has_no_history(is_replaced: bool) -> None:
    new = outcome("new.pdf", seen=seen(6))
    old = outcome("old.pdf", values={"text_method": "text"}, seen=seen(4))
    reason = Rejection(stage="validate", reason_code="invalid", detail="It has no name.")
    tables = build(
        replaced(old, new) if is_replaced else old, new, held_back={old.file.letter_id: reason}
    )
    assert spans(tables) == {"new.pdf": ("03-03", None)}
