"""All letters become rows: keys, counts, versions, and what becomes of every file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import msgspec
import pytest

from assets.findings.model import Classification, Finding
from assets.findings.splitting import split_findings
from assets.model import Listing, Rejection, Signal, Unarchived, Unsupported
from assets.publications.model import Publication
from assets.tables.files import ReadFile
from tests.assets.reading import PARTS, archived, letter_of
from tests.built_tables import Tables, build_rows
from warehouse.codes import code_list
from warehouse.frames import build_frame
from warehouse.schema import SCHEMA

EARLY = datetime(2022, 3, 4, tzinfo=UTC)
LATE = datetime(2022, 5, 4, tzinfo=UTC)


def authority(authority_id: str, name: str, urn: str) -> dict[str, Any]:
    return dict.fromkeys(SCHEMA["authorities"].column_names) | {
        "authority_id": authority_id,
        "name": name,
        "ofsted_urn": urn,
        "region_code": "E12000002",
        "region": "North West",
        "authority_type": "county",
    }


REFERENCE: dict[str, list[dict[str, Any]]] = {
    "authorities": [
        authority("X1", "Tarnshire", "101"),
        authority("X2", "Lowmoor, City of", "102"),
    ],
    "authority_successors": [],
    "authority_neighbours": [],
}


@cache
def letter_and_findings(**parts: str) -> tuple[Publication, tuple[Finding, ...]]:
    """A plain letter with some parts changed: tests ask for the same few again and again."""
    letter = letter_of(**parts)
    assert isinstance(letter, Publication), letter
    return letter, split_findings(letter)


def outcome(
    name: str = "a.pdf",
    *,
    facts: dict[str, Any] | None = None,
    values: dict[str, Any] | None = None,
    result: Rejection | Unsupported | None = None,
    seen: datetime = EARLY,
    other_names: tuple[str, ...] = (),
    **parts: str,
) -> ReadFile:
    """What became of a file: a plain letter, with what a test changes of it."""
    file = archived(
        name.encode(),
        Listing(source="folder", file_name=name, **(facts or {})),
        first_seen_at=seen,
        last_seen_at=seen,
        other_names=other_names,
    )
    if result is not None:
        return ReadFile(file, result)
    letter, findings = letter_and_findings(**parts)
    values = dict(values or {})
    details = letter.details | values.pop("details", {})
    letter = msgspec.structs.replace(letter, letter_id=file.letter_id, details=details, **values)
    return ReadFile(file, letter, split_findings(letter) if values else findings)


def build(*outcomes: ReadFile, **options: Any) -> Tables:
    tables = build_rows(outcomes, REFERENCE, parser_version="test", **options)
    for name, rows in tables.rows.items():
        build_frame(name, rows)  # every row has exactly its table's columns, in their types
    return tables


def column(tables: Tables, table: str, name: str) -> list[Any]:
    return [row[name] for row in tables.rows[table]]


def only(tables: Tables, table: str) -> dict[str, Any]:
    (row,) = tables.rows[table]
    return row


def test_one_letter_in_all_tables() -> None:
    facts = {
        "ofsted_urn": "101",
        "published_date": date(2022, 3, 3),
        "source_url": "https://example.org/1",
    }
    tables = build(outcome(facts=facts))
    visit = only(tables, "visits")
    assert visit["visit_id"] == "tarnshire-focused-visit-2022-02-01"
    assert visit["authority_id"] == "X1"
    assert visit["authority_name_as_written"] == "Tarnshire"
    assert visit["published_date"] == date(2022, 3, 3)
    assert visit["source_url"] == "https://example.org/1"
    assert visit["primary_theme_code"] == "care_leavers"
    assert visit["signatory_id"] == "ann-vale"
    assert visit["lead_inspector_id"] is None
    assert (visit["has_priority_action"], visit["improvement_count"]) == (False, 1)
    assert visit["finding_count"] == len(tables.rows["findings"]) == 5
    assert [row["name_as_written"] for row in tables.rows["visit_inspectors"]] == [
        "Ann Vale",
        "Ben Marsh",
    ]
    assert column(tables, "visit_inspectors", "is_signatory") == [True, False]
    assert column(tables, "sections", "position") == [1, 2, 3, 4, 5]
    assert column(tables, "visit_themes", "theme_code") == ["care_leavers"]
    assert only(tables, "letters")["status"] == "parsed"
    assert tables.rows["quarantine"] == []
    assert tables.signals == ()


def test_a_council_whose_name_the_statistics_office_turns_round() -> None:
    tables = build(outcome(facts={"ofsted_urn": "102"}, values={"authority_names": ("Lowmoor",)}))
    assert only(tables, "visits")["visit_id"] == "lowmoor-focused-visit-2022-02-01"


# --- files ---

REJECTED = Rejection(stage="read", reason_code="damaged", detail="It is torn.")
OTHER_KIND = Unsupported(document_kind="jtai", detail="Recognised by its title; not read yet.")


def test_every_file_is_a_letter_whatever_became_of_it() -> None:
    tables = build(
        outcome("a.pdf"),
        outcome("b.pdf", result=REJECTED),
        outcome("c.pdf", result=OTHER_KIND),
        outcome("d.pdf", values={"authority_names": ("Nowhere",)}),
    )
    letters = {row["file_name"]: row for row in tables.rows["letters"]}
    assert {name: row["status"] for name, row in letters.items()} == {
        "a.pdf": "parsed",
        "b.pdf": "quarantined",
        "c.pdf": "unsupported",
        "d.pdf": "quarantined",
    }
    assert letters["c.pdf"]["document_kind"] == "jtai"
    assert letters["a.pdf"]["text_method"] == "tags"
    # A file that could not be read was parsed by no version.
    assert {name: row["parser_version"] for name, row in letters.items()} == {
        "a.pdf": "test",
        "b.pdf": None,
        "c.pdf": "test",
        "d.pdf": "test",
    }
    assert letters["d.pdf"]["page_count"] == letters["a.pdf"]["page_count"]
    assert {
        (row["file_name"], row["stage"], row["reason_code"]) for row in tables.rows["quarantine"]
    } == {("b.pdf", "read", "damaged"), ("d.pdf", "parse", "unknown_authority")}
    assert len(tables.rows["visits"]) == 1


def test_the_same_bytes_under_two_names_are_read_once() -> None:
    tables = build(outcome(other_names=("copy of a.pdf",)))
    row = only(tables, "quarantine")
    assert (row["file_name"], row["reason_code"]) == ("copy of a.pdf", "duplicate_file")
    assert row["letter_id"] == only(tables, "letters")["letter_id"]
    assert "a.pdf" in row["detail"]
    assert len(tables.rows["visits"]) == 1


def test_a_letter_that_breaks_a_rule_is_held_back() -> None:
    held = outcome("a.pdf")
    reason = Rejection(stage="validate", reason_code="invalid", detail="It has no findings.")
    tables = build(
        held, outcome("b.pdf", date="4 March 2022"), held_back={held.file.letter_id: reason}
    )
    assert only(tables, "visits")["letter_date"] == date(2022, 3, 4)
    row = only(tables, "quarantine")
    assert (row["file_name"], row["stage"], row["reason_code"]) == ("a.pdf", "validate", "invalid")
    assert sorted(column(tables, "letters", "status")) == ["parsed", "quarantined"]


def test_what_could_not_be_fetched_is_in_quarantine_without_a_key() -> None:
    missing = Unarchived(
        listing=Listing(source="ofsted", file_name="x.pdf", source_url="https://example.org/x"),
        rejection=Rejection(stage="fetch", reason_code="html_page", detail="It is gone."),
        seen_at=LATE,
    )
    row = only(build(outcome(), unarchived=[missing]), "quarantine")
    assert (row["letter_id"], row["file_name"], row["stage"]) == (None, "x.pdf", "fetch")
    assert row["seen_at"] == LATE


def test_letters_taken_one_by_one_give_the_same_rows() -> None:
    body = "# What needs to improve?\n\n- Supervision.\n\n# Main findings\n\nPlans are late."
    later = PARTS["announcement"].replace("1 and 2 February", "8 and 9 February")
    letters = [
        outcome("a.pdf", body=body),
        outcome("b.pdf", date="4 March 2022"),  # takes the place of the first
        outcome("c.pdf", announcement=later, body=body),
        outcome("d.pdf", values={"authority_names": ("Lowmoor",)}, body=body),
        outcome("e.txt", result=Rejection(stage="read", reason_code="empty_file", detail="Empty.")),
    ]
    whole, parted = build(*letters), build(*letters, batch=1)
    assert {"follow_ups", "inspectors", "coverage", "quarantine"} <= {
        name for name, rows in whole.rows.items() if rows
    }
    assert whole.signals == parted.signals
    for name, rows in whole.rows.items():
        assert build_frame(name, rows).equals(build_frame(name, parted.rows[name])), name


# --- versions ---


#: Of two versions the older and the newer, as the files that `outcome` makes of them.
VERSIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    # The letter's own date; then that of publication.
    "date": ({"name": "z.pdf", "seen": LATE}, {"date": "4 March 2022"}),
    "published": (
        {"name": "z.pdf", "facts": {"published_date": date(2022, 3, 3)}},
        {"facts": {"published_date": date(2022, 3, 9)}},
    ),
    "published, and not": ({"name": "z.pdf"}, {"facts": {"published_date": date(2022, 3, 9)}}),
    # Then how surely the words were read.
    "text": (
        {"name": "z.txt", "values": {"text_method": "text"}, "seen": LATE},
        {"values": {"text_method": "layout"}},
    ),
    "layout": (
        {"name": "z.pdf", "values": {"text_method": "layout"}, "seen": LATE},
        {"values": {"text_method": "tags"}},
    ),
    # Then which came last; then the name.
    "seen": ({"name": "z.pdf"}, {"seen": LATE}),
    "name": ({}, {"name": "z.pdf"}),
}


@pytest.mark.parametrize("case", VERSIONS)
def test_of_two_versions_the_later_counts(case: str) -> None:
    older, newer = (outcome(**file) for file in VERSIONS[case])
    tables = build(older, newer)
    assert tables == build(newer, older)
    assert only(tables, "visits")["letter_id"] == newer.file.letter_id
    letters = {row["letter_id"]: row for row in tables.rows["letters"]}
    assert letters[newer.file.letter_id]["status"] == "parsed"
    assert letters[newer.file.letter_id]["superseded_by"] is None
    assert letters[older.file.letter_id]["status"] == "superseded"
    assert letters[older.file.letter_id]["superseded_by"] == newer.file.letter_id
    row = only(tables, "quarantine")
    assert (row["letter_id"], row["reason_code"]) == (older.file.letter_id, "superseded")
    # Nothing of the older one is in any other table.
    assert {row["visit_id"] for row in tables.rows["sections"]} == {
        only(tables, "visits")["visit_id"]
    }
    assert len(tables.rows["findings"]) == len(newer.findings)
    assert all(row["visit_count"] == 1 for row in tables.rows["inspectors"])


def test_a_letter_without_a_date_is_no_later_version() -> None:
    dated, undated = outcome("a.pdf"), outcome("z.pdf", date="Our reference 12", seen=LATE)
    tables = build(undated, dated)
    assert only(tables, "visits")["letter_id"] == dated.file.letter_id
    alone = only(build(undated), "visits")
    assert (alone["letter_date"], alone["start_date"]) == (None, date(2022, 2, 1))


def test_all_older_versions_are_superseded_by_the_newest() -> None:
    outcomes = [outcome(f"{day}.pdf", date=f"{day} March 2022") for day in (3, 4, 5)]
    letters = {row["file_name"]: row for row in build(*outcomes).rows["letters"]}
    newest = letters["5.pdf"]["letter_id"]
    assert [letters[f"{day}.pdf"]["superseded_by"] for day in (3, 4, 5)] == [newest, newest, None]


OTHER_DAYS = {"announcement": PARTS["announcement"].replace("1 and 2 February", "8 and 9 February")}


def test_visits_on_other_days_or_of_other_councils_are_no_versions() -> None:
    tables = build(
        outcome("a.pdf"),
        outcome("b.pdf", **OTHER_DAYS),
        outcome("c.pdf", values={"authority_names": ("Lowmoor",)}),
    )
    assert len(tables.rows["visits"]) == 3
    assert set(column(tables, "letters", "status")) == {"parsed"}


# --- what a publisher put in a letter's place ---


def replaced(old: ReadFile, *by: ReadFile) -> ReadFile:
    """The same file, in whose place its publisher put others, the newest first."""
    versions = tuple(version.file.sha256 for version in by)
    file = msgspec.structs.replace(old.file, replaced_by=versions, is_listed=False)
    return old._replace(file=file)


UNREAD = "newer_version_unread"


def test_a_version_with_other_days_supersedes_the_one_in_whose_place_it_stands() -> None:
    new = outcome("new.pdf", seen=LATE, **OTHER_DAYS)
    old = replaced(outcome("old.pdf"), new)
    tables = build(old, new)
    assert tables == build(new, old)
    assert only(tables, "visits")["visit_id"] == "tarnshire-focused-visit-2022-02-08"
    letters = {row["file_name"]: row for row in tables.rows["letters"]}
    assert (letters["old.pdf"]["status"], letters["new.pdf"]["status"]) == ("superseded", "parsed")
    assert letters["old.pdf"]["superseded_by"] == new.file.letter_id
    assert (letters["old.pdf"]["is_listed"], letters["new.pdf"]["is_listed"]) == (False, True)
    row = only(tables, "quarantine")
    assert (row["file_name"], row["reason_code"]) == ("old.pdf", "superseded")
    assert "new.pdf" in row["detail"]
    assert len(tables.rows["findings"]) == len(new.findings)
    assert column(tables, "inspectors", "visit_count") == [1, 1]
    assert tables.signals == ()


def test_what_stands_in_its_place_counts_even_with_an_earlier_date() -> None:
    new = outcome("new.pdf", date="1 March 2022")
    old = replaced(outcome("old.pdf", date="9 March 2022", seen=LATE), new)
    tables = build(old, new)
    assert only(tables, "visits")["letter_date"] == date(2022, 3, 1)
    letters = {row["file_name"]: row["status"] for row in tables.rows["letters"]}
    assert letters == {"old.pdf": "superseded", "new.pdf": "parsed"}


@pytest.mark.parametrize(
    ("old", "new", "statuses"),
    [
        ({"result": OTHER_KIND}, {}, ("unsupported", "parsed")),
        ({"result": OTHER_KIND}, {"result": OTHER_KIND}, ("superseded", "unsupported")),
        ({}, {"result": OTHER_KIND}, ("parsed", "unsupported")),
        (
            {},
            {"facts": {"ofsted_urn": "102"}, "values": {"authority_names": ("Lowmoor",)}},
            ("parsed", "parsed"),
        ),
        ({"result": REJECTED}, {}, ("superseded", "parsed")),
    ],
    ids=[
        "a letter for another kind",
        "another kind twice",
        "another kind for a letter",
        "another council's",
        "unread",
    ],
)
def test_a_version_takes_the_place_of_what_is_of_its_authority_and_kind(
    old: dict[str, Any], new: dict[str, Any], statuses: tuple[str, str]
) -> None:
    newer = outcome("new.pdf", **new)
    older = replaced(outcome("old.pdf", **old), newer)
    tables = build(older, newer)
    letters = {row["file_name"]: row for row in tables.rows["letters"]}
    assert (letters["old.pdf"]["status"], letters["new.pdf"]["status"]) == statuses
    assert len(tables.rows["visits"]) == statuses.count("parsed")
    is_superseded = statuses[0] == "superseded"
    assert letters["old.pdf"]["superseded_by"] == (newer.file.letter_id if is_superseded else None)
    assert letters["new.pdf"]["superseded_by"] is None
    told = [(signal.code, files) for signal, files in tables.signals]
    assert told == ([] if is_superseded else [("another_letter_in_its_place", ("old.pdf",))])


@pytest.mark.parametrize("parts", [OTHER_DAYS, {}], ids=["another visit's", "another version"])
def test_in_a_folder_another_letter_under_a_name_is_told_and_both_stay(
    parts: dict[str, str],
) -> None:
    old, new = outcome("old.pdf"), outcome("new.pdf", seen=LATE, **parts)
    listing = msgspec.structs.replace(old.file.listing, file_name="new.pdf")
    old = old._replace(file=msgspec.structs.replace(old.file, listing=listing, is_listed=False))
    tables = build(old, new)
    told = [(signal.code, files) for signal, files in tables.signals]
    assert told == ([("another_letter_in_its_place", ("new.pdf",))] if parts else [])
    assert len(tables.rows["visits"]) == (2 if parts else 1)


def test_what_could_not_be_read_and_is_replaced_is_in_quarantine_no_more() -> None:
    old, new = outcome("old.pdf", result=REJECTED), outcome("new.pdf")
    assert only(build(old), "quarantine")["reason_code"] == "damaged"
    assert build(replaced(old, new), new).rows["quarantine"] == []


@pytest.mark.parametrize(
    "new",
    [
        outcome("new.pdf", result=REJECTED, seen=LATE),
        outcome("new.pdf", values={"authority_names": ("Nowhere",)}, seen=LATE, **OTHER_DAYS),
    ],
    ids=["torn", "of nowhere"],
)
@pytest.mark.parametrize("is_read", [True, False])
def test_while_the_new_version_cannot_be_read_the_old_one_counts(
    new: ReadFile, is_read: bool
) -> None:
    old = replaced(outcome("old.pdf", result=None if is_read else OTHER_KIND), new)
    tables = build(old, new)
    letters = {row["file_name"]: row for row in tables.rows["letters"]}
    assert letters["old.pdf"]["status"] == ("parsed" if is_read else "unsupported")
    assert letters["old.pdf"]["superseded_by"] is None
    assert letters["new.pdf"]["status"] == "quarantined"
    assert len(tables.rows["visits"]) == is_read
    told = [(signal.code, files) for signal, files in tables.signals]
    assert (UNREAD, ("old.pdf",)) in told


def test_a_new_version_that_is_held_back_does_not_count_yet() -> None:
    new = outcome("new.pdf", **OTHER_DAYS)
    old = replaced(outcome("old.pdf"), new)
    reason = Rejection(stage="validate", reason_code="invalid", detail="It has no findings.")
    tables = build(old, new, held_back={new.file.letter_id: reason})
    assert only(tables, "visits")["start_date"] == date(2022, 2, 1)
    assert [signal.code for signal, _ in tables.signals] == [UNREAD]


def test_a_new_version_whose_bytes_are_not_there_does_not_count_yet() -> None:
    tables = build(replaced(outcome("old.pdf"), outcome("new.pdf")))
    assert only(tables, "letters")["status"] == "parsed"
    assert [signal.code for signal, _ in tables.signals] == [UNREAD]


def test_all_earlier_versions_are_superseded_by_the_one_that_stands_there() -> None:
    newest = outcome("3.pdf", seen=LATE, **OTHER_DAYS)
    first, second = (replaced(outcome(f"{number}.pdf"), newest) for number in (1, 2))
    tables = build(first, second, newest)
    assert only(tables, "visits")["letter_id"] == newest.file.letter_id
    superseded = {row["file_name"]: row["superseded_by"] for row in tables.rows["letters"]}
    by = newest.file.letter_id
    assert superseded == {"1.pdf": by, "2.pdf": by, "3.pdf": None}


def test_of_two_earlier_versions_one_counts_while_the_newest_cannot_be_read() -> None:
    """They stood at one address, one after the other: they are one letter, whatever their days."""
    newest = outcome("3.pdf", result=REJECTED, seen=LATE)
    second = replaced(outcome("2.pdf", seen=LATE, **OTHER_DAYS), newest)
    first = replaced(outcome("1.pdf"), newest, second)
    tables = build(first, second, newest)
    assert only(tables, "visits")["letter_id"] == second.file.letter_id


def test_a_version_replaced_is_no_rival_to_another_letter_of_the_same_visit() -> None:
    new = outcome("new.pdf", **OTHER_DAYS)
    old = replaced(outcome("old.pdf", date="9 March 2022", seen=LATE), new)
    other = outcome("other.pdf")
    tables = build(old, new, other)
    assert {row["letter_id"] for row in tables.rows["visits"]} == {
        new.file.letter_id,
        other.file.letter_id,
    }


def test_what_is_said_of_listing_stands_in_the_table() -> None:
    facts = {"event_date": date(2022, 2, 1), "etag": '"1"', "last_modified": "then"}
    row = only(build(outcome(facts=facts)), "letters")
    assert (row["event_date"], row["etag"], row["last_modified"]) == tuple(facts.values())
    assert row["is_listed"] is True


# --- people ---


def test_an_inspector_is_one_person_across_letters() -> None:
    tables = build(
        outcome("a.pdf"),
        outcome("b.pdf", team="The inspectors were ANN VALE HMI and Cy Dale HMI.", **OTHER_DAYS),
        outcome("c.pdf", values={"authority_names": ("Lowmoor",)}),
    )
    people = {row["inspector_id"]: row for row in tables.rows["inspectors"]}
    assert set(people) == {"ann-vale", "ben-marsh", "cy-dale"}
    ann = people["ann-vale"]
    assert ann["name"] == "Ann Vale"
    assert (ann["first_visit_date"], ann["last_visit_date"]) == (date(2022, 2, 1), date(2022, 2, 8))
    assert (ann["visit_count"], ann["authority_count"]) == (3, 2)
    assert people["cy-dale"]["visit_count"] == 1
    written = {row["name_as_written"] for row in tables.rows["visit_inspectors"]}
    assert {"ANN VALE", "Ann Vale"} <= written


def test_two_forms_of_a_name_in_one_letter_are_one_member() -> None:
    tables = build(
        outcome(
            team="The inspectors were Seán Marsh HMI and Sean Marsh HMI.",
            closing="Yours sincerely\n\nSean Marsh\n\nHMI",
        )
    )
    (member,) = tables.rows["visit_inspectors"]
    assert (member["inspector_id"], member["position"]) == ("sean-marsh", 1)
    assert only(tables, "visits")["inspector_count"] == 1


def test_a_signatory_who_is_not_on_the_team_is_an_inspector_and_reported() -> None:
    tables = build(outcome(closing="Yours sincerely\n\nDee Hart\n\nHMI"))
    assert only(tables, "visits")["signatory_id"] == "dee-hart"
    assert "dee-hart" in column(tables, "inspectors", "inspector_id")
    signed = tables.rows["visit_inspectors"][-1]
    assert (signed["name_as_written"], signed["role_code"]) == ("Dee Hart", "signatory")
    assert signed["title"] == "Her Majesty's Inspector"
    assert column(tables, "visit_inspectors", "is_signatory") == [False, False, True]
    assert tables.signals == ((Signal("signatory_not_in_team", "Signed by Dee Hart."), ("a.pdf",)),)


def test_a_letter_that_nobody_signed() -> None:
    tables = build(outcome(closing="Yours sincerely"))
    assert only(tables, "visits")["signatory_id"] is None
    assert [signal.code for signal, _ in tables.signals] == ["no_signatory"]


@pytest.mark.parametrize(
    ("team", "lead"),
    [
        ("The lead inspector was Ann Vale, HMI.", "ann-vale"),
        ("The visit was led by Ann Vale HMI. The team inspector was Ben Marsh HMI.", "ann-vale"),
        ("The lead inspectors were Ann Vale and Ben Marsh, HMIs.", None),
        ("The inspectors were Ann Vale and Ben Marsh, HMIs.", None),
    ],
)
def test_the_lead_is_the_one_of_whom_it_is_said(team: str, lead: str | None) -> None:
    assert only(build(outcome(team=team)), "visits")["lead_inspector_id"] == lead


def test_likely_doubles_are_reported_with_their_letters() -> None:
    tables = build(
        outcome("a.pdf", team="The inspectors were Andy Marsh HMI and Ann Vale HMI."),
        outcome(
            "b.pdf", team="The inspectors were Andrew Marsh HMI and Ann Vale HMI.", **OTHER_DAYS
        ),
        outcome(
            "c.pdf",
            values={"authority_names": ("Lowmoor",)},
            team="The inspector was Ann Vale HMI.",
        ),
    )
    assert tables.signals == (
        (
            Signal("inspector_double_likely", "Andrew Marsh and Andy Marsh"),
            ("a.pdf", "b.pdf"),
        ),
    )


# --- sections and findings ---

BODY = """# Headline findings

Work is sound. Work is sound.

# Areas for priority action

- Thresholds.

# What needs to improve in this area of social work practice?

- The timeliness of plans. (outcome 3, national framework)

- Reviews.

# Main findings

# Care leavers

Most plans are clear. Work is sound."""


def test_counts_are_those_of_the_rows() -> None:
    tables = build(outcome(body=BODY), outcome("b.pdf", **OTHER_DAYS))
    for visit in tables.rows["visits"]:
        findings = [row for row in tables.rows["findings"] if row["visit_id"] == visit["visit_id"]]
        sections = [row for row in tables.rows["sections"] if row["visit_id"] == visit["visit_id"]]
        assert visit["finding_count"] == len(findings)
        assert visit["improvement_count"] == sum(row["is_improvement"] for row in findings)
        assert visit["priority_action_count"] == sum(row["is_priority_action"] for row in findings)
        assert visit["has_priority_action"] is (visit["priority_action_count"] > 0)
        valences = [row["valence_code"] for row in findings]
        assert visit["strength_count"] == valences.count("strength")
        assert visit["concern_count"] == valences.count("concern")
        assert visit["word_count"] == sum(row["word_count"] for row in sections)
        assert visit["inspector_count"] == len(
            [row for row in tables.rows["visit_inspectors"] if row["visit_id"] == visit["visit_id"]]
        )
        for section in sections:
            assert section["word_count"] == len((section["text"] or "").split())
            paragraphs = (section["text"] or "").split("\n\n") if section["text"] else []
            assert section["paragraph_count"] == len(paragraphs)


def test_findings_belong_to_their_sections() -> None:
    tables = build(outcome(body=BODY))
    sections = {row["section_id"]: row for row in tables.rows["sections"]}
    assert len(sections) == 7
    assert [
        (sections[row["section_id"]]["heading"], row["paragraph"], row["sentence"])
        for row in tables.rows["findings"]
    ] == [
        ("Headline findings", 1, 1),
        ("Headline findings", 1, 2),
        ("Areas for priority action", 1, 1),
        ("What needs to improve in this area of social work practice?", 1, 1),
        ("What needs to improve in this area of social work practice?", 2, 1),
        ("Care leavers", 1, 1),
        ("Care leavers", 1, 2),
    ]
    for row in tables.rows["findings"]:
        section = sections[row["section_id"]]
        assert row["section_type"] == section["section_type"]
        assert row["is_improvement"] is (row["section_type"] == "improvements")
        assert row["is_priority_action"] is (row["section_type"] == "priority_actions")
        assert row["text"] in section["text"].split("\n\n")[row["paragraph"] - 1]
        assert row["page"] == 1
        assert row["x0"] < row["x1"]
        assert row["valence_code"] in code_list("valence")
        assert 0 <= row["valence_score"] <= 1
        if row["is_improvement"] or row["is_priority_action"]:
            assert row["valence_code"] == "concern"
    assert column(tables, "findings", "framework_reference")[3] == "outcome 3"
    empty = [row for row in sections.values() if row["heading"] == "Main findings"]
    assert [(row["text"], row["paragraph_count"], row["page_end"]) for row in empty] == [
        (None, 0, 1)
    ]


def test_what_a_statement_reports_is_in_its_finding_and_its_topics() -> None:
    made = outcome(body=BODY)
    judgements = [
        Classification("strength", 0.9, ("health", "assessment"), ("sound", "Work")),
        Classification("mixed", 0.625, ("other",)),
        *(Classification("concern", 1.0, ("workforce", "leadership", "health"), ("late",)),) * 5,
    ]
    findings = tuple(
        msgspec.structs.replace(finding, judged=judgement)
        for finding, judgement in zip(made.findings, judgements, strict=True)
    )
    tables = build(made._replace(findings=findings))
    assert [
        (row["valence_code"], row["valence_score"], row["cues"]) for row in tables.rows["findings"]
    ] == [
        ("strength", 0.9, "sound; Work"),
        ("mixed", 0.625, None),
        *(("concern", 1.0, "late"),) * 5,
    ]
    topics: dict[str, list[str]] = {row["finding_id"]: [] for row in tables.rows["findings"]}
    for row in tables.rows["finding_topics"]:
        topics[row["finding_id"]].append(row["topic_code"])
        assert row["position"] == len(topics[row["finding_id"]])
    assert [tuple(codes) for codes in topics.values()] == [one.topic_codes for one in judgements]
    visit = only(tables, "visits")
    assert (visit["strength_count"], visit["concern_count"]) == (1, 5)


def test_what_a_statement_mentions_is_in_its_finding() -> None:
    tables = build(outcome(body=BODY.replace("Most plans", "Most care leavers’ plans")))
    found = [row for row in tables.rows["findings"] if row["quantifier_code"]]
    assert [
        (row["quantifier_code"], row["quantifier_words"], row["cohort_code"]) for row in found
    ] == [("most", "Most", "care_leavers")]


def test_measures_are_published_as_they_were_taken() -> None:
    measure = {
        "table_name": "findings",
        "field": "valence_code",
        "era": "all",
        "metric": "accuracy",
        "value": 0.95,
        "low": 0.9,
        "high": 0.97,
        "n": 120,
        "code": "all",
        "basis": "gold",
        "document_kind": "focused_visit",
    }
    assert build(outcome(), evaluation=[measure]).rows["evaluation"] == [measure]
    assert build(outcome()).rows["evaluation"] == []


def test_findings_have_keys_of_their_own_even_where_words_come_again() -> None:
    tables = build(outcome(body=BODY), outcome("b.pdf", body=BODY, **OTHER_DAYS))
    ids = column(tables, "findings", "finding_id")
    assert len(set(ids)) == len(ids) == 14
    assert all(row["finding_id"].startswith(row["visit_id"]) for row in tables.rows["findings"])


def test_a_findings_key_is_made_of_visit_and_text_alone() -> None:
    by_text = {
        row["text"]: row["finding_id"]
        for row in build(outcome(body=BODY)).rows["findings"]
        if row["text"] != "Work is sound."
    }
    # Other sentences, sections and files around it change nothing.
    changed = BODY.replace("Work is sound. Work", "Some work is sound. Staff listen. Work").replace(
        "- Reviews.", "- Audits.\n\n- Reviews."
    )
    again = build(outcome("another name.pdf", body=changed, date="9 March 2022"))
    found = {row["text"]: row["finding_id"] for row in again.rows["findings"]}
    assert {text: found[text] for text in by_text} == by_text


def test_the_key_of_a_finding_never_changes() -> None:
    """Users keep these keys: another way to make them is a breaking change."""
    ids = column(build(outcome()), "findings", "finding_id")
    assert ids[0] == "tarnshire-focused-visit-2022-02-01-77b59a2d"


# --- what is listed ---


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({}, []),
        ({"listed_kind": "focused_visit", "published_date": date(2022, 3, 3)}, []),
        ({"listed_kind": "jtai"}, ["kind_disagrees"]),
        ({"published_date": date(2022, 3, 4)}, ["published_date_disagrees"]),
        ({"ofsted_urn": "102"}, ["authority_disagrees"]),
        ({"ofsted_urn": "999"}, ["urn_never_met"]),
    ],
)
def test_what_is_listed_and_not_so_is_reported(facts: dict[str, Any], codes: list[str]) -> None:
    tables = build(outcome(facts=facts))
    assert [signal.code for signal, _ in tables.signals] == codes
    assert all(files == ("a.pdf",) for _, files in tables.signals)
    visit = only(tables, "visits")
    assert (visit["authority_id"], visit["document_kind"]) == ("X1", "focused_visit")
    assert visit["letter_date"] == date(2022, 3, 3)


def test_one_signal_names_all_its_files() -> None:
    tables = build(
        outcome("b.pdf", closing="Yours sincerely"),
        outcome("a.pdf", closing="Yours sincerely", **OTHER_DAYS),
    )
    assert tables.signals == (
        (Signal("no_signatory", "No name stands under the closing."), ("a.pdf", "b.pdf")),
    )


def test_the_order_of_files_changes_nothing() -> None:
    outcomes: Sequence[ReadFile] = [
        outcome("a.pdf", body=BODY),
        outcome("b.pdf", **OTHER_DAYS),
        outcome("c.pdf", date="4 March 2022"),
        outcome("d.pdf", result=REJECTED),
    ]
    assert build(*outcomes) == build(*reversed(outcomes))


def test_no_files_are_no_rows() -> None:
    tables = build()
    filled = Counter({name: len(rows) for name, rows in tables.rows.items() if rows})
    assert filled.keys() == {"authorities", "codes"}
    assert set(tables.rows) == set(SCHEMA)
