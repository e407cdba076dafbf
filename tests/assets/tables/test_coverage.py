"""What is known to be missing: authorities, kinds and years against the letters there are."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from assets.model import Listing, Rejection, Unarchived
from assets.tables.corrections_file import Correction
from tests.assets.tables.test_rows import (
    EARLY,
    LATE,
    OTHER_DAYS,
    OTHER_KIND,
    REFERENCE,
    REJECTED,
    authority,
    build,
    outcome,
    replaced,
)
from tests.built_tables import Tables, build_rows
from warehouse.frames import build_frame
from warehouse.kinds import kinds

Counts = dict[tuple[str, str, int], tuple[int, int, int, int]]

VISIT = "tarnshire-focused-visit-2022-02-01"


VISITS = "focused_visit"
OTHERS = "jtai"


def counts(tables: Tables) -> Counts:
    """Letters, visits, unread and unfetched letters, of the rows that have any."""
    names = ("letter_count", "visit_count", "unread_count", "unfetched_count")
    return {
        (row["authority_id"], row["document_kind"], row["year"]): found
        for row in tables.rows["coverage"]
        if any(found := tuple(row[name] for name in names))  # type: ignore[misc]
    }


def row_of(tables: Tables, authority_id: str, year: int) -> dict[str, Any]:
    (row,) = (
        row
        for row in tables.rows["coverage"]
        if (row["authority_id"], row["document_kind"], row["year"]) == (authority_id, VISITS, year)
    )
    return row


def listed(year: int | None = None, event: int | None = None, urn: str = "101") -> dict[str, Any]:
    """What is listed of a file: the years of its publication and of its event."""
    return {
        "ofsted_urn": urn,
        "published_date": year and date(year, 3, 3),
        "event_date": event and date(event, 9, 1),
        "listed_kind": VISITS,
    }


def test_every_authority_has_a_row_for_every_year() -> None:
    tables = build(
        outcome(), outcome("b.pdf", result=OTHER_KIND, facts=listed(2019)), outcome("c.pdf")
    )
    cells = sorted(
        (row["authority_id"], row["document_kind"], row["year"]) for row in tables.rows["coverage"]
    )
    # Of each kind that is read, while there were any.
    assert cells == sorted(
        (authority_id, kind.code, year)
        for authority_id in ("X1", "X2")
        for kind in kinds().values()
        for year in range(kind.since.year, min(2022, (kind.until or date.max).year) + 1)
    )
    assert ("X1", "sif_inspection", 2018) in cells
    assert ("X1", "sif_inspection", 2019) not in cells
    assert counts(tables) == {
        ("X1", OTHERS, 2019): (1, 0, 1, 0),
        ("X1", VISITS, 2022): (1, 1, 0, 0),
    }


def test_without_a_letter_nothing_is_told() -> None:
    assert build().rows["coverage"] == []
    assert build(outcome(result=REJECTED)).rows["coverage"] == []


@pytest.mark.parametrize(
    ("facts", "cell"),
    [
        (listed(2019), ("X1", VISITS, 2019)),
        (listed(2019, event=2018), ("X1", VISITS, 2018)),
        (listed(event=2018, urn="102"), ("X2", VISITS, 2018)),
        (listed(2019, urn="999"), None),
        (listed(), None),
    ],
    ids=["published", "event first", "event alone", "number never met", "no year"],
)
@pytest.mark.parametrize(
    ("result", "kind"),
    [(REJECTED, VISITS), (OTHER_KIND, OTHERS)],
    ids=["quarantined", "unsupported"],
)
def test_what_became_no_visit_is_counted_as_it_is_listed_or_says(
    facts: dict[str, Any], cell: tuple[str, str, int] | None, result: Any, kind: str
) -> None:
    tables = build(outcome(), outcome("b.pdf", result=result, facts=facts))
    unread = {(cell[0], kind, cell[2]): (1, 0, 1, 0)} if cell else {}
    assert counts(tables) == {("X1", VISITS, 2022): (1, 1, 0, 0)} | unread


def test_a_letter_whose_kind_nothing_tells_is_in_no_row() -> None:
    facts = listed(2019) | {"listed_kind": "letter"}
    tables = build(outcome(), outcome("b.pdf", result=REJECTED, facts=facts))
    assert counts(tables) == {("X1", VISITS, 2022): (1, 1, 0, 0)}
    assert len(tables.rows["quarantine"]) == 1


def test_a_visit_counts_by_its_own_days_and_authority() -> None:
    facts = listed(2023, event=2024, urn="102")
    assert counts(build(outcome(facts=facts))) == {("X1", VISITS, 2022): (1, 1, 0, 0)}


def test_versions_of_a_letter_count_once() -> None:
    new = outcome("new.pdf", seen=LATE, facts=listed(2022), **OTHER_DAYS)
    old = replaced(outcome("old.pdf", facts=listed(2022)), new)
    unread = replaced(outcome("torn.pdf", result=REJECTED, facts=listed(2022)), new)
    same = outcome("text.txt", values={"text_method": "text"}, **OTHER_DAYS)
    tables = build(old, unread, same, new, outcome("2.pdf", other_names=("3.pdf",)))
    assert counts(tables) == {("X1", VISITS, 2022): (2, 2, 0, 0)}


def test_a_version_that_cannot_be_read_is_no_further_letter() -> None:
    facts = listed(2022) | {"source_url": "https://files.example.org/1"}
    new = outcome("new.pdf", result=REJECTED, facts=facts)
    old = replaced(outcome("old.pdf", facts=facts), new)
    assert counts(build(old, new)) == {("X1", VISITS, 2022): (1, 1, 0, 0)}


def unfetched(**values: Any) -> Unarchived:
    return Unarchived(
        listing=Listing(source="ofsted", file_name="x.pdf", **values),
        rejection=Rejection(stage="fetch", reason_code="not_found", detail="It is gone."),
        seen_at=EARLY,
    )


def test_what_could_not_be_had_is_a_gap_as_well() -> None:
    address = "https://files.example.org/1"
    tables = build(
        outcome(facts={"source_url": address}),
        unarchived=[
            unfetched(**listed(2020)),
            unfetched(**listed(2022), source_url=address),  # a newer version of the letter
            unfetched(**listed(2020, urn="999")),
        ],
    )
    assert counts(tables) == {
        ("X1", VISITS, 2020): (0, 0, 0, 1),
        ("X1", VISITS, 2022): (1, 1, 0, 0),
    }


def test_how_old_the_newest_visit_is() -> None:
    tables = build(
        outcome(facts={"published_date": date(2022, 3, 3)}),
        outcome("b.pdf", result=OTHER_KIND, facts=listed(2024)),
        outcome("c.pdf", result=OTHER_KIND, facts=listed(2021)),
    )
    names = ("newest_visit_id", "newest_visit_date", "newest_visit_age_days", "as_of_date")
    told = {
        row["year"]: tuple(row[name] for name in names)
        for row in tables.rows["coverage"]
        if row["authority_id"] == "X1" and row["document_kind"] == VISITS and row["year"] > 2020
    }
    first_day = date(2022, 2, 1)
    assert told == {
        2021: (None, None, None, date(2021, 12, 31)),
        2022: (VISIT, first_day, 333, date(2022, 12, 31)),
        2023: (VISIT, first_day, 698, date(2023, 12, 31)),
        # Nothing is known beyond the newest letter.
        2024: (VISIT, first_day, 761, date(2024, 3, 3)),
    }
    assert all(
        row["newest_visit_id"] is None
        for row in tables.rows["coverage"]
        if row["authority_id"] == "X2"
    )


def test_a_letter_tells_of_days_after_its_visit() -> None:
    tables = build(outcome())
    assert row_of(tables, "X1", 2022)["as_of_date"] == date(2022, 3, 3)


@pytest.mark.parametrize(
    ("dates", "years"),
    [
        ({"valid_to": date(2021, 3, 31)}, [2018, 2019, 2020, 2021]),
        ({"valid_from": date(2021, 4, 1)}, [2021, 2022]),
        ({"valid_to": date(2017, 3, 31)}, []),
    ],
)
def test_an_authority_has_rows_while_it_existed(dates: dict[str, Any], years: list[int]) -> None:
    one, other = REFERENCE["authorities"]
    reference = REFERENCE | {"authorities": [one, other | dates]}
    tables = build_rows(
        [outcome(), outcome("b.pdf", result=OTHER_KIND, facts=listed(2019))],
        reference,
        parser_version="test",
    )
    found = [
        row
        for row in tables.rows["coverage"]
        if (row["authority_id"], row["document_kind"]) == ("X2", VISITS)
    ]
    assert [row["year"] for row in found] == years
    if "valid_to" in dates and found:
        assert found[-1]["as_of_date"] == date(2021, 3, 31)


def test_no_letter_is_left_out_as_its_authority_was_closed() -> None:
    closed = authority("X3", "Oldshire", "103") | {"valid_to": date(2019, 3, 31)}
    reference = REFERENCE | {"authorities": [*REFERENCE["authorities"], closed]}
    tables = build_rows(
        [outcome(), outcome("b.pdf", result=OTHER_KIND, facts=listed(2020, urn="103"))],
        reference,
        parser_version="test",
    )
    assert counts(tables)["X3", OTHERS, 2020] == (1, 0, 1, 0)
    (row,) = (
        row
        for row in tables.rows["coverage"]
        if (row["authority_id"], row["document_kind"], row["year"]) == ("X3", OTHERS, 2020)
    )
    assert row["as_of_date"] == date(2019, 3, 31)
    build_frame("coverage", tables.rows["coverage"])


def test_a_corrected_visit_is_counted_where_it_was() -> None:
    correction = Correction(
        place="line 2",
        visit_id=VISIT,
        table_name="visits",
        row_key=VISIT,
        field="start_date",
        old_value=date(2022, 2, 1),
        new_value=date(2021, 2, 1),
        reason="So it says.",
        found_by="M. E.",
    )
    tables = build(outcome(), corrections=[correction])
    assert counts(tables) == {("X1", VISITS, 2021): (1, 1, 0, 0)}
    newest = row_of(tables, "X1", 2021)["newest_visit_id"]
    assert newest == "tarnshire-focused-visit-2021-02-01"


def test_when_it_was_looked_is_no_matter() -> None:
    one = outcome(facts=listed(2022))
    file = msgspec.structs.replace(one.file, first_seen_at=LATE, last_seen_at=LATE)
    later = build(one._replace(file=file)).rows["coverage"]
    assert build(one).rows["coverage"] == later
