"""Corrections: which lines are sound, when they apply, and what becomes of the tables."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import msgspec
import pytest

from assets.findings.model import Classification
from assets.model import Rejection
from assets.publications.model import Correspondent
from assets.tables.corrections_file import (
    CORRECTIONS_FILE,
    FIELDS,
    Correction,
    CorrectionError,
    as_text,
    read_corrections,
    row_key,
)
from assets.tables.files import ReadFile
from tests.assets.tables.test_rows import OTHER_DAYS, REFERENCE, build, column, only, outcome
from tests.built_tables import Tables, build_rows
from warehouse.schema import SCHEMA

VISIT = "tarnshire-focused-visit-2022-02-01"
LATER = "tarnshire-focused-visit-2022-02-02"
MOVED = "lowmoor-focused-visit-2022-02-01"

JUDGED = Classification("strength", 0.9, ("assessment", "health"), ("sound",))


def letter(
    name: str = "a.pdf", *topics: str, judgement: Classification = JUDGED, **parts: Any
) -> ReadFile:
    """A letter all of whose findings were judged alike."""
    made = outcome(name, **parts)
    judgement = msgspec.structs.replace(judgement, topic_codes=topics or judgement.topic_codes)
    findings = (msgspec.structs.replace(finding, judged=judgement) for finding in made.findings)
    return made._replace(findings=tuple(findings))


def finding(words: str, tables: Tables) -> dict[str, Any]:
    (row,) = (row for row in tables.rows["findings"] if row["text"] == words)
    return row


#: The key of the finding `Plans are late.`
LATE_PLANS = finding("Plans are late.", build(letter()))["finding_id"]


def cells(**values: str) -> dict[str, str]:
    """The cells of a line: a council's addressee, and what a test changes of it."""
    return {
        "visit_id": VISIT,
        "table_name": "visits",
        "row_key": "",
        "field": "addressee_name",
        "old_value": "Una Hale",
        "new_value": "Una Vale",
        "reason": "A slip of the reader.",
        "found_by": "M. E.",
    } | values


def written(folder: Path, *lines: dict[str, str]) -> Path:
    path = folder / "corrections.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(lines)
    return path


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Reads lines as if they stood in the file."""
    return lambda *lines: read_corrections(written(tmp_path, *lines))


def topics(tables: Tables, finding_id: str = LATE_PLANS) -> list[tuple[int, str]]:
    return sorted(
        (row["position"], row["topic_code"])
        for row in tables.rows["finding_topics"]
        if row["finding_id"] == finding_id
    )


def topic(position: int, old: str, new: str, **values: str) -> dict[str, str]:
    """A line about a topic of `Plans are late.`"""
    return cells(
        table_name="finding_topics",
        row_key=f"{LATE_PLANS}/{position}",
        field="topic_code",
        old_value=old,
        new_value=new,
        **values,
    )


def theme(position: int, old: str, new: str) -> dict[str, str]:
    return cells(
        table_name="visit_themes",
        row_key=f"{VISIT}/{position}",
        field="theme_code",
        old_value=old,
        new_value=new,
    )


def of_finding(field: str, old: str, new: str, key: str = LATE_PLANS) -> dict[str, str]:
    return cells(table_name="findings", row_key=key, field=field, old_value=old, new_value=new)


def statuses(tables: Tables) -> list[str]:
    return column(tables, "corrections", "status_code")


# --- what makes a line sound ---


def test_the_file_that_ships_is_sound() -> None:
    corrections = read_corrections()
    assert CORRECTIONS_FILE.name == "corrections.csv"
    with CORRECTIONS_FILE.open(encoding="utf-8", newline="") as file:
        assert len(corrections) == len(list(csv.DictReader(file)))


def test_a_line_is_read(read: Any) -> None:
    assert read(
        cells(), cells(field="start_date", old_value="2022-02-01", new_value="2022-02-02")
    ) == (
        Correction(
            "corrections.csv, line 2",
            VISIT,
            "visits",
            VISIT,
            "addressee_name",
            "Una Hale",
            "Una Vale",
            "A slip of the reader.",
            "M. E.",
        ),
        Correction(
            "corrections.csv, line 3",
            VISIT,
            "visits",
            VISIT,
            "start_date",
            date(2022, 2, 1),
            date(2022, 2, 2),
            "A slip of the reader.",
            "M. E.",
        ),
    )


LETTER = {"visit_id": "", "table_name": "letters", "row_key": "0123456789abcdef"}
NEIGHBOUR = {
    "visit_id": "",
    "table_name": "authority_neighbours",
    "row_key": "E06999001/2",
    "field": "neighbour_id",
}
FINDING = {"table_name": "findings", "row_key": LATE_PLANS}


@pytest.mark.parametrize(
    ("values", "old", "new"),
    [
        ({}, "Una Hale", "Una Vale"),
        ({"new_value": ""}, "Una Hale", None),
        ({"old_value": ""}, None, "Una Vale"),
        ({"old_value": "  Una Hale "}, "Una Hale", "Una Vale"),
        ({"new_value": "Zoe\u0308 Hale"}, "Una Hale", "Zoë Hale"),
        ({"field": "page_count", "old_value": "4", "new_value": "5"}, 4, 5),
        (
            LETTER | {"field": "byte_count", "old_value": "9000000000", "new_value": "1"},
            9 * 10**9,
            1,
        ),
        (FINDING | {"field": "x0", "old_value": "72.0", "new_value": "72.5"}, 72.0, 72.5),
        ({"field": "is_covid_adapted", "old_value": "true", "new_value": "false"}, True, False),
        (
            {"field": "end_date", "old_value": "2022-02-01", "new_value": "2022-02-28"},
            date(2022, 2, 1),
            date(2022, 2, 28),
        ),
        (
            LETTER
            | {
                "field": "first_seen_at",
                "old_value": "2022-02-01T06:00:00Z",
                "new_value": "2022-02-01T08:00:00+01:00",
            },
            datetime(2022, 2, 1, 6, tzinfo=UTC),
            datetime(2022, 2, 1, 7, tzinfo=UTC),
        ),
    ],
    ids=lambda value: value.get("field") if isinstance(value, dict) else None,
)
def test_values_of_every_type_are_read(
    values: dict[str, str], old: Any, new: Any, read: Any
) -> None:
    (correction,) = read(cells(**values))
    assert (correction.old_value, correction.new_value) == (old, new)
    assert (type(correction.old_value), type(correction.new_value)) == (type(old), type(new))


def test_every_type_of_the_schema_is_among_those_above() -> None:
    mark = test_values_of_every_type_are_read.pytestmark[0]
    types = set()
    for values, *_ in mark.args[1]:
        line = cells(**values)
        types.add(SCHEMA[line["table_name"]].column(line["field"]).dtype)
    assert types == {column.dtype for table in SCHEMA.values() for column in table.columns}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"table_name": ""}, "table_name is empty"),
        ({"field": ""}, "field is empty"),
        ({"reason": " "}, "reason is empty"),
        ({"found_by": ""}, "found_by is empty"),
        ({"table_name": "visit"}, "there is no table visit with a key"),
        ({"table_name": "quarantine"}, "there is no table quarantine with a key"),
        ({"field": "addressee"}, "the table visits has no column addressee"),
        (
            {"field": "finding_count"},
            "visits.finding_count follows from other values; correct those",
        ),
        (FINDING | {"field": "cues"}, "findings.cues follows from other values"),
        (FINDING | {"field": "text"}, "values were made from findings.text; correct the rules"),
        (
            {"table_name": "sections", "row_key": f"{VISIT}-03", "field": "section_type"},
            "values were made from sections.section_type",
        ),
        (FINDING | {"field": "valence_score"}, "findings.valence_score follows"),
        (
            {"visit_id": "", "table_name": "authorities", "row_key": "E1", "field": "name"},
            "other values were made from authorities.name; correct the reference data, "
            "by a line in warehouse/reference/corrections.csv",
        ),
        (
            {"table_name": "sections", "row_key": f"{VISIT}-03", "field": "position"},
            "sections.position follows from other values",
        ),
        (LETTER | {"field": "sha256"}, "letters.sha256; correct the file in its place"),
        ({"table_name": "evaluation", "field": "value"}, "evaluation.value follows"),
        (FINDING | {"field": "finding_id"}, "findings.finding_id is the key of the row"),
        (
            {"table_name": "visit_themes", "row_key": f"{VISIT}/1", "field": "position"},
            "visit_themes.position is the key of the row",
        ),
        # Keys.
        (FINDING | {"row_key": "", "field": "page"}, "row_key is not of the form finding_id"),
        (topic(1, "health", "") | {"row_key": LATE_PLANS}, "not of the form finding_id/position"),
        (topic(1, "health", "") | {"row_key": f"{LATE_PLANS}/"}, "not of the form"),
        (topic(1, "health", "") | {"row_key": f"{LATE_PLANS}/1/2"}, "not of the form"),
        (topic(1, "health", "") | {"row_key": f"{LATE_PLANS}/one"}, "one is no int32"),
        (topic(1, "health", "") | {"row_key": f"{LATE_PLANS}/01"}, "01 is not how finding_topics"),
        (topic(4, "", "health"), "4 is out of the bounds of finding_topics.position, 1 to 3"),
        (theme(0, "", "other"), "0 is out of the bounds of visit_themes.position, 1 to …"),
        (FINDING | {"visit_id": "", "field": "page"}, "visit_id is empty, and findings is about"),
        (FINDING | {"visit_id": MOVED, "field": "page"}, f"is not one of the visit {MOVED}"),
        (
            FINDING | {"row_key": f"{VISIT}1-77b59a2d", "field": "page"},
            f"is not one of the visit {VISIT}",
        ),
        ({"row_key": LATER}, f"the row {LATER} is not one of the visit {VISIT}"),
        ({"visit_id": "Tarnshire"}, "Tarnshire is not of the form"),
        # Values.
        (
            {"field": "end_date", "old_value": "2022-02-01", "new_value": ""},
            "visits.end_date always has a value",
        ),
        (
            {"field": "end_date", "old_value": "1 May 2022", "new_value": "2022-05-01"},
            "1 May 2022 is no date, as visits.end_date is",
        ),
        (
            {"field": "page_count", "old_value": "4", "new_value": "four"},
            "four is no int32, as visits.page_count is",
        ),
        (
            {"field": "is_covid_adapted", "old_value": "true", "new_value": "no"},
            "no is no bool, as visits.is_covid_adapted is",
        ),
        (FINDING | {"field": "x0", "old_value": "1.5", "new_value": "nan"}, "nan is no float64"),
        (
            FINDING | {"field": "x0", "old_value": "1.5", "new_value": "-1"},
            "-1 is out of the bounds",
        ),
        (
            LETTER | {"field": "last_seen_at", "old_value": "2022-02-01T06:00:00", "new_value": ""},
            "2022-02-01T06:00:00 is no timestamp",
        ),
        (
            of_finding("valence_code", "strength", "bad"),
            "bad is no code of the list valence",
        ),
        (
            of_finding("valence_code", "good", "mixed"),
            "good is no code of the list valence",
        ),
        (
            {"field": "previous_inspection", "old_value": "2019", "new_value": "May 2019"},
            "May 2019 is not of the form",
        ),
        ({"new_value": "Una Hale"}, "old and new value are the same"),
        (topic(1, "", ""), "old and new value are the same"),
        (
            LETTER
            | {
                "field": "last_seen_at",
                "old_value": "2022-02-01T06:00:00Z",
                "new_value": "2022-02-01T07:00:00+01:00",
            },
            "old and new value are the same",
        ),
    ],
)
def test_a_line_that_cannot_be_right_is_told(
    values: dict[str, str], message: str, read: Any
) -> None:
    with pytest.raises(CorrectionError) as told:
        read(cells(field="addressee_role", new_value=""), cells(**values))
    assert str(told.value).startswith("corrections.csv, line 3: ")
    assert message in str(told.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the first line must be visit_id,table_name,row_key,field"),
        (b"visit_id,table_name\n", "the first line must be"),
        (f"{','.join(FIELDS)}\n{VISIT},visits\n".encode(), "line 2: not as many cells"),
        (f"{','.join(FIELDS)}\n{',' * 8}\n".encode(), "line 2: not as many cells"),
        (f"{','.join(FIELDS)}\nJos\xe9,,,,,,,\n".encode("latin-1"), "is not a CSV file in UTF-8"),
        (f'{",".join(FIELDS)}\n"a"b,,,,,,,\n'.encode(), "is not a CSV file in UTF-8"),
    ],
    ids=["empty", "other columns", "too few", "too many", "another encoding", "a stray quote"],
)
def test_a_file_that_is_none_is_told(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    path.write_bytes(content)
    with pytest.raises(CorrectionError, match=message):
        read_corrections(path)


def test_a_file_from_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, cells())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_corrections(path)) == 1


def test_two_lines_on_one_value_are_told(read: Any) -> None:
    with pytest.raises(CorrectionError) as told:
        read(cells(), cells(field="addressee_role"), cells(row_key=VISIT, new_value="Una Dale"))
    assert (
        str(told.value)
        == "corrections.csv, line 4: corrects the same value as corrections.csv, line 2"
    )


# --- applied, stale, passed over ---


def test_a_value_is_put_right_and_the_change_is_told(read: Any) -> None:
    tables = build(letter(), corrections=read(cells()))
    assert only(tables, "visits")["addressee_name"] == "Una Vale"
    assert only(tables, "corrections") == {
        "table_name": "visits",
        "row_key": VISIT,
        "field": "addressee_name",
        "visit_id": VISIT,
        "old_value": "Una Hale",
        "new_value": "Una Vale",
        "status_code": "applied",
        "found_value": None,
        "reason": "A slip of the reader.",
        "found_by": "M. E.",
    }
    assert tables.signals == ()


@pytest.mark.parametrize(
    ("line", "table", "place", "value"),
    [
        (cells(new_value=""), "visits", VISIT, None),
        (cells(field="delivery_mode", old_value="", new_value="remote"), "visits", VISIT, "remote"),
        (
            cells(field="is_covid_adapted", old_value="false", new_value="true"),
            "visits",
            VISIT,
            True,
        ),
        (
            cells(field="end_date", old_value="2022-02-02", new_value="2022-02-03"),
            "visits",
            VISIT,
            date(2022, 2, 3),
        ),
        (of_finding("page", "1", "2"), "findings", LATE_PLANS, 2),
        (of_finding("x0", "72.0", "80.5"), "findings", LATE_PLANS, 80.5),
        (
            cells(
                table_name="sections",
                row_key=f"{VISIT}-02",
                field="heading",
                old_value="Headline findings",
                new_value="Overview",
            ),
            "sections",
            f"{VISIT}-02",
            "Overview",
        ),
        (
            cells(
                table_name="visit_inspectors",
                row_key=f"{VISIT}/2",
                field="role_code",
                old_value="",
                new_value="lead",
            ),
            "visit_inspectors",
            f"{VISIT}/2",
            "lead",
        ),
        (
            cells(
                visit_id="",
                table_name="letters",
                row_key=letter().file.letter_id,
                field="first_seen_at",
                old_value="2022-03-04T00:00:00Z",
                new_value="2022-03-03T00:00:00Z",
            ),
            "letters",
            letter().file.letter_id,
            datetime(2022, 3, 3, tzinfo=UTC),
        ),
        (
            cells(
                visit_id="",
                table_name="authorities",
                row_key="X99999999",
                field="dfe_code",
                old_value="",
                new_value="123",
            ),
            "authorities",
            "X99999999",
            "123",
        ),
    ],
    ids=lambda value: value["field"] if isinstance(value, dict) else None,
)
def test_values_of_every_table_can_be_put_right(
    line: dict[str, str], table: str, place: str, value: Any, read: Any
) -> None:
    authorities = REFERENCE["authorities"]
    other = authorities[0] | {"authority_id": "X99999999", "name": "Brack", "ofsted_urn": None}
    reference = REFERENCE | {"authorities": [*authorities, other]}
    tables = build_rows([letter()], reference, parser_version="test", corrections=read(line))
    assert statuses(tables) == ["applied"]
    (row,) = (row for row in tables.rows[table] if row_key(SCHEMA[table], row) == place)
    assert row[line["field"]] == value
    assert tables.signals == ()


STALE = "correction_stale"


@pytest.mark.parametrize(
    ("line", "found", "told"),
    [
        (
            cells(old_value="Una Dale", new_value="Una Vale"),
            "Una Hale",
            f"visits.addressee_name of {VISIT} was Una Dale when it was corrected, and it is Una "
            "Hale now: look at the letter again.",
        ),
        (
            cells(old_value="Una Dale", new_value=""),
            "Una Hale",
            f"visits.addressee_name of {VISIT} was Una Dale when it was corrected, and it is Una "
            "Hale now: look at the letter again.",
        ),
        (
            cells(old_value="Una Dale", new_value="Una Hale"),
            "Una Hale",
            f"visits.addressee_name of {VISIT} was Una Dale when it was corrected, and it is read "
            "rightly now: delete the line.",
        ),
        (
            cells(field="delivery_mode", old_value="remote", new_value="hybrid"),
            None,
            f"visits.delivery_mode of {VISIT} was remote when it was corrected, and it is empty "
            "now: look at the letter again.",
        ),
        (
            cells(field="delivery_mode", old_value="remote", new_value=""),
            None,
            f"visits.delivery_mode of {VISIT} was remote when it was corrected, and it is read "
            "rightly now: delete the line.",
        ),
        (
            of_finding("cohort_code", "", "leaders", f"{VISIT}-00000000"),
            None,
            f"findings.cohort_code of {VISIT}-00000000 was empty when it was corrected, and no "
            "such row is there any more.",
        ),
        (
            topic(2, "education_employment_training", "other"),
            "health",
            f"finding_topics.topic_code of {LATE_PLANS}/2 was education_employment_training when "
            "it was corrected, and it is health now: look at the letter again.",
        ),
        # To add: the place is taken.
        (
            topic(2, "", "other"),
            "health",
            f"finding_topics.topic_code of {LATE_PLANS}/2 was empty when it was corrected, and it "
            "is health now: look at the letter again.",
        ),
        # To add, or to put in place of another: it stands there already, by itself.
        (
            topic(3, "", "health"),
            None,
            f"finding_topics.topic_code of {LATE_PLANS}/3 was empty when it was corrected, and "
            f"health stands at {LATE_PLANS}/2 now: look at the letter again.",
        ),
        (
            topic(1, "assessment", "health"),
            "assessment",
            f"finding_topics.topic_code of {LATE_PLANS}/1 was assessment when it was corrected, "
            f"and health stands at {LATE_PLANS}/2 now: look at the letter again.",
        ),
        # To take out: it is gone.
        (
            topic(3, "other", ""),
            None,
            f"finding_topics.topic_code of {LATE_PLANS}/3 was other when it was corrected, and it "
            "is read rightly now: delete the line.",
        ),
        # To add to a finding that is not there any more.
        (
            topic(3, "", "other") | {"row_key": f"{VISIT}-00000000/3"},
            None,
            f"finding_topics.topic_code of {VISIT}-00000000/3 was empty when it was corrected, "
            "and no such row is there any more.",
        ),
    ],
)
def test_a_correction_of_what_is_not_there_any_more_is_told(
    line: dict[str, str], found: str | None, told: str, read: Any
) -> None:
    before = build(letter())
    tables = build(letter(), corrections=read(line))
    row = only(tables, "corrections")
    assert (row["status_code"], row["found_value"]) == ("stale", found)
    assert (row["old_value"] or "", row["new_value"] or "") == (
        line["old_value"],
        line["new_value"],
    )
    ((signal, files),) = tables.signals
    assert files == ("a.pdf",)
    assert signal.code == STALE
    assert signal.detail == f"corrections.csv, line 2, was not applied: {told}"
    assert before.rows | {"corrections": []} == tables.rows | {"corrections": []}


@pytest.mark.parametrize(
    "line",
    [
        cells(visit_id=MOVED),
        topic(3, "", "other") | {"visit_id": MOVED, "row_key": f"{MOVED}-00000000/3"},
        cells(**LETTER) | {"field": "etag", "old_value": "", "new_value": "1"},
        cells(**NEIGHBOUR) | {"old_value": "", "new_value": "E06999003"},
    ],
    ids=["another visit", "its finding", "another letter", "another authority"],
)
def test_what_is_about_other_letters_is_passed_over_and_counted(
    line: dict[str, str], read: Any
) -> None:
    tables = build(letter(), corrections=read(line))
    assert tables.rows == build(letter()).rows
    assert tables.rows["corrections"] == []
    ((signal, files),) = tables.signals
    assert (signal.code, files) == ("corrections_passed_over", ())
    assert signal.detail == (
        "One line of corrections.csv is about an authority or a letter of which nothing is here: "
        "line 2."
    )


def test_of_two_names_of_which_one_begins_the_other_the_longer_is_meant(read: Any) -> None:
    """Of Tarnshire there is a letter, of Tarnshire North there is none."""
    (tarnshire,) = (row for row in REFERENCE["authorities"] if row["authority_id"] == "X1")
    north = dict(tarnshire, authority_id="X9", name="Tarnshire North", ofsted_urn=None)
    for authorities in permutations([*REFERENCE["authorities"], north]):
        reference = REFERENCE | {"authorities": list(authorities)}
        lines = read(cells(visit_id=VISIT.replace("tarnshire", "tarnshire-north")), cells())
        tables = build_rows([letter()], reference, parser_version="test", corrections=lines)
        assert [signal.code for signal, _ in tables.signals] == ["corrections_passed_over"]
        assert statuses(tables) == ["applied"]


def test_all_that_is_passed_over_is_one_line(read: Any) -> None:
    lines = (cells(visit_id=MOVED), cells(), cells(visit_id=MOVED, field="addressee_role"))
    tables = build(letter(), corrections=read(*lines))
    assert statuses(tables) == ["applied"]
    ((signal, _),) = tables.signals
    assert signal.detail == (
        "2 lines of corrections.csv are about authorities or letters of which nothing is here: "
        "lines 2, 4."
    )


@pytest.mark.parametrize(
    "line",
    [
        cells(visit_id=LATER),
        cells(visit_id=LATER, old_value="Una Vale", new_value=""),
        topic(3, "", "other") | {"visit_id": LATER, "row_key": f"{LATER}-00000000/3"},
        of_finding("valence_code", "strength", "mixed", f"{LATER}-00000000") | {"visit_id": LATER},
        cells(visit_id=VISIT.replace("focused", "focussed")),
        cells(visit_id=VISIT.replace("tarnshire", "tarn")),
        cells(visit_id=VISIT.replace("tarnshire", "tarnshore")),
    ],
    ids=["day", "day, to be empty", "topic", "finding", "kind", "shorter name", "no such name"],
)
def test_a_visit_that_its_authority_does_not_have_is_told(line: dict[str, str], read: Any) -> None:
    """A slip in the name or the day, or a letter that is read with another day now."""
    tables = build(letter(), corrections=read(line))
    row = only(tables, "corrections")
    assert (row["status_code"], row["visit_id"], row["found_value"]) == ("stale", None, None)
    assert row["row_key"].startswith(line["visit_id"])
    ((signal, files),) = tables.signals
    assert (signal.code, files) == (STALE, ())
    assert signal.detail.endswith(
        "and no such visit is there: look for its key in the table visits."
    )
    assert build(letter()).rows | {"corrections": [row]} == tables.rows


def test_lines_about_a_letter_in_quarantine_are_told(read: Any) -> None:
    held = letter()
    reason = Rejection(stage="validate", reason_code="invalid", detail="It has no findings.")
    lines = read(cells(), renamed(of_finding("page", "1", "2"), LATER), FIRST_DAY)
    tables = build(held, corrections=lines, held_back={held.file.letter_id: reason})
    assert statuses(tables) == ["stale"] * 3
    assert column(tables, "corrections", "visit_id") == [None] * 3
    for signal, files in tables.signals:
        assert (signal.code, files) == (STALE, ("a.pdf",))
        assert signal.detail.endswith("and its letter is in quarantine now.")
    assert len(tables.signals) == 3
    assert tables.corrected == {}


def test_tables_know_which_letters_were_corrected(read: Any) -> None:
    of_letter = cells(**LETTER) | {
        "row_key": letter().file.letter_id,
        "field": "etag",
        "old_value": "",
        "new_value": "1",
    }
    lines = read(cells(), cells(field="focus", old_value="x", new_value="y"), FIRST_DAY, of_letter)
    tables = build(letter(), letter("b.pdf", **OTHER_DAYS), corrections=lines)
    assert tables.corrected == {
        letter().file.letter_id: tuple(f"corrections.csv, line {line}" for line in (2, 4, 5))
    }


def test_what_is_about_a_letter_that_does_not_count_is_passed_over(read: Any) -> None:
    """Corrections are of the letter that counts, whatever became of its versions."""
    older = letter("old.pdf", values={"addressees": (Correspondent("Una Dale"),)})
    newer = letter("new.pdf", date="4 March 2022")
    tables = build(older, newer, corrections=read(cells()))
    assert only(tables, "visits")["addressee_name"] == "Una Vale"
    assert statuses(tables) == ["applied"]
    tables = build(older, newer, corrections=read(cells(old_value="Una Dale")))
    assert [(signal.code, files) for signal, files in tables.signals] == [(STALE, ("new.pdf",))]


def test_stale_ones_without_a_visit_name_no_file(read: Any) -> None:
    line = cells(**LETTER) | {
        "row_key": letter().file.letter_id,
        "field": "etag",
        "old_value": "1",
        "new_value": "2",
    }
    ((signal, files),) = build(letter(), corrections=read(line)).signals
    assert (signal.code, files) == (STALE, ())


def test_the_same_rows_can_be_corrected_again(read: Any) -> None:
    """Tables are made anew when a letter is held back: what they are made from stays as it was."""
    line = cells(visit_id="", table_name="authorities", row_key="E06999001", field="region")
    corrections = read(line | {"old_value": "North West", "new_value": "North East"})
    one = corrections[0]._replace(row_key="X1")
    first, second = (build(letter(), corrections=(one,)) for _ in range(2))
    assert statuses(first) == ["applied"]
    assert first == second


def test_a_key_that_there_is_not_is_told(read: Any) -> None:
    line = cells(field="authority_id", old_value="X00000001", new_value="X00000009")
    one = read(line)[0]._replace(old_value="X1", new_value="X9")
    with pytest.raises(CorrectionError, match=r"line 2: there is no authorities\.authority_id X9"):
        build(letter(), corrections=(one,))


# --- rows that are a code in their place ---


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([topic(3, "", "other")], ["assessment", "health", "other"]),
        ([topic(1, "assessment", "")], ["health"]),
        ([topic(2, "health", "")], ["assessment"]),
        ([topic(1, "assessment", "other")], ["other", "health"]),
        ([topic(1, "assessment", "health"), topic(2, "health", "")], ["health"]),
        (
            [topic(1, "assessment", "health"), topic(2, "health", "assessment")],
            ["health", "assessment"],
        ),
        (
            [topic(1, "assessment", ""), topic(3, "", "other")],
            ["health", "other"],
        ),
        (
            [topic(1, "assessment", ""), topic(2, "health", "other"), topic(3, "", "assessment")],
            ["other", "assessment"],
        ),
    ],
)
def test_topics_are_added_taken_out_and_renumbered(
    lines: list[dict[str, str]], expected: list[str], read: Any
) -> None:
    for ordered in permutations(lines):
        tables = build(letter(), corrections=read(*ordered))
        assert topics(tables) == list(enumerate(expected, start=1))
        assert set(statuses(tables)) == {"applied"}
        assert len(tables.rows["corrections"]) == len(lines)
        other = finding("Work is sound.", tables)["finding_id"]
        assert topics(tables, other) == [(1, "assessment"), (2, "health")]


def test_a_place_left_free_is_closed(read: Any) -> None:
    """A finding that has come to have one topic only still gets the third that a line adds."""
    tables = build(letter("a.pdf", "assessment"), corrections=read(topic(3, "", "other")))
    assert topics(tables) == [(1, "assessment"), (2, "other")]


def test_the_last_topic_of_a_finding_cannot_be_taken(read: Any) -> None:
    both = (topic(1, "assessment", ""), topic(2, "health", ""))
    with pytest.raises(CorrectionError) as told:
        build(letter(), corrections=read(cells(), *both))
    assert str(told.value) == (
        f"corrections.csv, line 3: it takes the last topic_code from {LATE_PLANS}, which must have "
        "one"
    )
    with pytest.raises(CorrectionError, match="line 2: it takes the last topic_code"):
        build(letter("a.pdf", "assessment"), corrections=read(both[0]))


def test_the_main_theme_follows_from_the_themes(read: Any) -> None:
    tables = build(letter(), corrections=read(theme(2, "", "permanence")))
    assert column(tables, "visit_themes", "theme_code") == ["care_leavers", "permanence"]
    assert only(tables, "visits")["primary_theme_code"] == "care_leavers"
    both = read(theme(1, "care_leavers", ""), theme(2, "", "permanence"))
    tables = build(letter(), corrections=both)
    assert only(tables, "visit_themes") == {
        "visit_id": VISIT,
        "position": 1,
        "theme_code": "permanence",
    }
    assert only(tables, "visits")["primary_theme_code"] == "permanence"
    tables = build(letter(), corrections=read(theme(1, "care_leavers", "")))
    assert tables.rows["visit_themes"] == []
    assert only(tables, "visits")["primary_theme_code"] is None


def test_neighbours_are_renumbered_as_well(read: Any) -> None:
    authorities = REFERENCE["authorities"]
    reference = REFERENCE | {
        "authority_neighbours": [
            {"authority_id": "E06999001", "position": place, "neighbour_id": f"E0699900{place}"}
            for place in (1, 2)
        ],
        "authorities": [
            *authorities,
            *(authorities[0] | {"authority_id": f"E0699900{place}"} for place in (1, 2, 3)),
        ],
    }
    line = cells(**NEIGHBOUR)
    taken = line | {"row_key": "E06999001/1", "old_value": "E06999001", "new_value": ""}
    added = line | {"row_key": "E06999001/3", "old_value": "", "new_value": "E06999003"}
    tables = build_rows([], reference, parser_version="test", corrections=read(taken, added))
    assert statuses(tables) == ["applied", "applied"]
    assert column(tables, "authority_neighbours", "neighbour_id") == ["E06999002", "E06999003"]


# --- what follows ---


def test_a_corrected_valence_has_neither_score_nor_cues(read: Any) -> None:
    tables = build(letter(), corrections=read(of_finding("valence_code", "strength", "concern")))
    row = finding("Plans are late.", tables)
    assert (row["valence_code"], row["valence_score"], row["cues"]) == ("concern", None, None)
    other = finding("Work is sound.", tables)
    assert (other["valence_code"], other["valence_score"], other["cues"]) == (
        "strength",
        0.9,
        "sound",
    )


def test_counts_of_a_visit_follow(read: Any) -> None:
    tables = build(
        letter(),
        letter("b.pdf", **OTHER_DAYS),
        corrections=read(of_finding("valence_code", "strength", "concern")),
    )
    counts = {
        row["visit_id"]: (row["strength_count"], row["concern_count"], row["finding_count"])
        for row in tables.rows["visits"]
    }
    assert counts == {VISIT: (4, 1, 5), "tarnshire-focused-visit-2022-02-08": (5, 0, 5)}


FEW = finding("A few are not.", build(letter()))["finding_id"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("quantifier_code", "few", "small_number")], ("small_number", None)),
        ([("quantifier_code", "few", "")], (None, None)),
        ([("quantifier_words", "A few", "few")], ("few", "few")),
        (
            [("quantifier_code", "few", "small_number"), ("quantifier_words", "A few", "few")],
            ("small_number", "few"),
        ),
        # Words that are others now are not what the person meant.
        (
            [("quantifier_code", "few", "none"), ("quantifier_words", "Few", "few")],
            ("none", None),
        ),
    ],
)
def test_a_corrected_quantifier_has_no_words_but_the_corrected_ones(
    lines: list[tuple[str, str, str]], expected: tuple[str | None, str | None], read: Any
) -> None:
    for ordered in permutations(lines):
        corrections = read(*(of_finding(*line, FEW) for line in ordered))
        row = finding("A few are not.", build(letter(), corrections=corrections))
        assert (row["quantifier_code"], row["quantifier_words"]) == expected


def test_people_follow_from_their_names(read: Any) -> None:
    line = cells(
        table_name="visit_inspectors",
        row_key=f"{VISIT}/1",
        field="name_as_written",
        old_value="Ann Vale",
        new_value="Anne Dale",
    )
    tables = build(letter(), corrections=read(line))
    assert column(tables, "visit_inspectors", "inspector_id") == ["anne-dale", "ben-marsh"]
    assert only(tables, "visits")["signatory_id"] == "anne-dale"
    names = {row["inspector_id"]: row["name"] for row in tables.rows["inspectors"]}
    assert names == {"anne-dale": "Anne Dale", "ben-marsh": "Ben Marsh"}


# --- a visit under another key ---

FIRST_DAY = cells(field="start_date", old_value="2022-02-01", new_value="2022-02-02")


def to_lowmoor() -> Correction:
    """A visit to another authority; the keys of these tests are none of the statistics office."""
    return Correction(
        "corrections.csv, line 9",
        VISIT,
        "visits",
        VISIT,
        "authority_id",
        "X1",
        "X2",
        "A letter to its neighbour.",
        "M. E.",
    )


def all_keys(tables: Tables) -> Iterable[str]:
    for name in ("visits", "visit_themes", "visit_inspectors", "sections", "findings"):
        for row in tables.rows[name]:
            yield row["visit_id"]
            yield from (row[key] for key in ("section_id", "finding_id") if key in row)
    yield from column(tables, "finding_topics", "finding_id")
    for row in tables.rows["corrections"]:
        yield row["visit_id"]
        yield row["row_key"]


@pytest.mark.parametrize("is_day", [True, False], ids=["first day", "authority"])
def test_a_visit_that_moves_takes_everything_with_it(is_day: bool, read: Any) -> None:
    others = read(of_finding("valence_code", "strength", "mixed"), topic(2, "health", ""), cells())
    moving = read(FIRST_DAY)[0] if is_day else to_lowmoor()
    new = LATER if is_day else MOVED
    tables = build(letter(), corrections=(others[0], moving, *others[1:]))
    keys = list(all_keys(tables))
    assert len(keys) > 40
    assert all(key.startswith(new) for key in keys)
    assert set(statuses(tables)) == {"applied"}
    visit = only(tables, "visits")
    assert visit["visit_id"] == new
    assert visit["addressee_name"] == "Una Vale"
    assert (visit["finding_count"], visit["strength_count"]) == (5, 4)
    assert visit["start_date"] == date(2022, 2, 1 + is_day)
    assert visit["authority_id"] == ("X1" if is_day else "X2")
    row = finding("Plans are late.", tables)
    assert row["finding_id"] == LATE_PLANS.replace(VISIT, new)
    assert topics(tables, row["finding_id"]) == [(1, "assessment")]
    corrected = {(row["table_name"], row["row_key"]) for row in tables.rows["corrections"]}
    assert corrected == {
        ("visits", new),
        ("findings", row["finding_id"]),
        ("finding_topics", f"{row['finding_id']}/2"),
    }
    first = {row["first_visit_date"] for row in tables.rows["inspectors"]}
    assert first == {visit["start_date"]}


def test_a_visit_may_move_to_another_authority_and_day(read: Any) -> None:
    tables = build(letter(), corrections=(*read(FIRST_DAY), to_lowmoor()))
    assert only(tables, "visits")["visit_id"] == "lowmoor-focused-visit-2022-02-02"
    assert tables.signals == ()


def renamed(line: dict[str, str], new: str) -> dict[str, str]:
    return {name: value.replace(VISIT, new) for name, value in line.items()}


@pytest.mark.parametrize("key", [VISIT, LATER])
def test_other_lines_may_name_it_by_either_key(key: str, read: Any) -> None:
    lines = (of_finding("valence_code", "strength", "mixed"), topic(1, "assessment", ""), cells())
    tables = build(letter(), corrections=read(*(renamed(line, key) for line in lines), FIRST_DAY))
    assert set(statuses(tables)) == {"applied"}
    assert only(tables, "visits")["addressee_name"] == "Una Vale"
    assert topics(tables, LATE_PLANS.replace(VISIT, LATER)) == [(1, "health")]
    assert all(key.startswith(LATER) for key in all_keys(tables))


def test_once_it_is_read_rightly_the_others_still_apply(read: Any) -> None:
    later = letter(
        announcement="This letter summarises the findings of the focused visit to "
        "Tarnshire children’s services on 2 February 2022."
    )
    tables = build(later, corrections=read(FIRST_DAY, cells()))
    assert only(tables, "visits")["addressee_name"] == "Una Vale"
    assert {row["field"]: row["status_code"] for row in tables.rows["corrections"]} == {
        "start_date": "stale",
        "addressee_name": "applied",
    }
    ((signal, files),) = tables.signals
    assert (signal.code, files) == (STALE, ("a.pdf",))
    assert signal.detail.endswith("it is read rightly now: delete the line.")
    assert all(key.startswith(LATER) for key in all_keys(tables))


def test_a_stale_one_of_a_visit_that_moves_names_its_file(read: Any) -> None:
    tables = build(letter(), corrections=read(FIRST_DAY, cells(old_value="Una Dale")))
    ((signal, files),) = tables.signals
    assert (signal.code, files) == (STALE, ("a.pdf",))
    stale = [row for row in tables.rows["corrections"] if row["status_code"] == "stale"]
    assert [(row["visit_id"], row["row_key"]) for row in stale] == [(LATER, LATER)]


def test_a_value_named_by_both_keys_is_corrected_twice(read: Any) -> None:
    lines = read(cells(), FIRST_DAY, renamed(cells(new_value="Una Dale"), LATER))
    with pytest.raises(CorrectionError, match=r"line 4: corrects the same value as .* line 2"):
        build(letter(), corrections=lines)


def test_what_moves_a_visit_names_it_by_the_key_it_was_read_with(read: Any) -> None:
    with pytest.raises(CorrectionError, match=f"line 2: the visit {LATER} has another start_date"):
        build(letter(), corrections=read(renamed(FIRST_DAY, LATER)))


@pytest.mark.parametrize("is_day", [True, False], ids=["first day", "authority"])
def test_a_visit_cannot_get_the_key_of_another(is_day: bool, read: Any) -> None:
    moving = (
        read(cells(field="start_date", old_value="2022-02-01", new_value="2022-02-08"))[0]
        if is_day
        else to_lowmoor()
    )
    other = (
        letter("b.pdf", **OTHER_DAYS)
        if is_day
        else letter("b.pdf", facts={"ofsted_urn": "102"}, values={"authority_names": ("Lowmoor",)})
    )
    key = "tarnshire-focused-visit-2022-02-08" if is_day else MOVED
    with pytest.raises(CorrectionError) as told:
        build(letter(), other, corrections=(moving, *read(cells())))
    assert str(told.value) == (
        f"corrections.csv, line {2 if is_day else 9}: with it, the visit {VISIT} has the key {key} "
        "of another visit; look at both letters"
    )


def test_two_visits_can_change_places(read: Any) -> None:
    lines = [
        cells(visit_id=key, field="start_date", old_value=old, new_value=new)
        for key, old, new in (
            (VISIT, "2022-02-01", "2022-02-08"),
            ("tarnshire-focused-visit-2022-02-08", "2022-02-08", "2022-02-01"),
        )
    ]
    tables = build(letter(), letter("b.pdf", **OTHER_DAYS), corrections=read(*lines))
    assert set(statuses(tables)) == {"applied"}
    other = "tarnshire-focused-visit-2022-02-08"
    keys = {letter("a.pdf").file.letter_id: other, letter("b.pdf").file.letter_id: VISIT}
    assert {row["letter_id"]: row["visit_id"] for row in tables.rows["visits"]} == keys
    # Each keeps what is its own: the section lies in the same visit as the finding.
    for row in tables.rows["findings"]:
        assert row["finding_id"].startswith(f"{row['visit_id']}-")
        assert row["section_id"].startswith(f"{row['visit_id']}-")


# --- texts of values ---


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (72.5, "72.5"),
        (date(2022, 2, 1), "2022-02-01"),
        (datetime(2022, 2, 1, 6, tzinfo=UTC), "2022-02-01T06:00:00+00:00"),
        ("Una Hale", "Una Hale"),
    ],
)
def test_values_as_a_file_holds_them(value: Any, text: str | None) -> None:
    assert as_text(value) == text


def test_a_person_settles_what_became_of_a_point_and_no_score_stays(read: Any) -> None:
    body = "## What needs to improve?\n\n- Supervision.\n\n## Main findings\n\nPlans are late."
    pair = letter("a.pdf", body=body), letter("b.pdf", body=body, **OTHER_DAYS)
    first = build(*pair).rows["follow_ups"][0]
    key = f"{first['finding_id']}/{first['later_visit_id']}"
    line = cells(
        visit_id="",
        table_name="follow_ups",
        row_key=key,
        field="status_code",
        old_value=first["status_code"] or "",
        new_value="improved",
    )
    tables = build(*pair, corrections=read(line))
    row = tables.rows["follow_ups"][0]
    assert (row["status_code"], row["status_score"]) == ("improved", None)
    assert statuses(tables) == ["applied"]
    assert (
        row | {"status_code": first["status_code"], "status_score": first["status_score"]} == first
    )
    with pytest.raises(CorrectionError, match="follows from other values"):
        read(line | {"field": "nearness", "old_value": "0.5", "new_value": "0.6"})
    # Of a point that is written otherwise now, or a later letter that is gone, it is stale.
    assert statuses(build(pair[0], corrections=read(line))) == ["stale"]


def test_a_point_of_letters_that_are_given_to_another_authority_is_corrected(read: Any) -> None:
    body = "## What needs to improve?\n\n- Supervision.\n\n## Main findings\n\nPlans are late."
    pair = letter("a.pdf", body=body), letter("b.pdf", body=body, **OTHER_DAYS)
    keys = column(build(*pair), "visits", "visit_id")
    moves = [to_lowmoor()._replace(visit_id=key, row_key=key) for key in keys]
    first = build(*pair, corrections=moves).rows["follow_ups"][0]
    assert first["finding_id"].startswith(MOVED)
    line = cells(
        visit_id="",
        table_name="follow_ups",
        row_key=f"{first['finding_id']}/{first['later_visit_id']}",
        field="status_code",
        old_value=first["status_code"] or "",
        new_value="improved",
    )
    assert statuses(build(*pair, corrections=(*moves, *read(line)))) == ["applied"] * 3
