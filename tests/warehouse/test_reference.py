"""Authorities: the published facts with their corrections, and further ones beside them."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from warehouse import reference
from warehouse.frames import build_frame
from warehouse.reference import FIELDS, ReferenceDataError, reference_rows

ASHMERE = {
    "gss_code": "E06999001",
    "ofsted_urn": "80991",
    "name": "Ashmere",
    "region_code": "E12000002",
    "region": "North West",
    "authority_type": "Unitary Authority",
    "valid_from": "2021-04-01",
    "statistical_neighbours": "E06999002 E08000038",
}
OLD_ASHMERE = ASHMERE | {
    "gss_code": "E06999002",
    "ofsted_urn": "",
    "name": "Old Ashmere",
    "valid_from": "",
    "valid_to": "2021-03-31",
    "successor_gss_codes": "E06999001",
    "statistical_neighbours": "",
}


def write_csv(path: Path, *records: dict[str, str]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, restval="")
        writer.writeheader()
        writer.writerows(records)
    return path


def test_the_authorities_of_england_fit_their_tables() -> None:
    rows = reference_rows()
    frames = {name: build_frame(name, table) for name, table in rows.items()}
    assert frames["authorities"].height == 158
    assert frames["authority_neighbours"].height == 153 * 10
    assert frames["authorities"]["neighbours_edition"].count() == 153
    assert (
        frames["authorities"]["ofsted_url"].count() == frames["authorities"]["ofsted_urn"].count()
    )
    assert frames["authority_successors"].rows() == [
        ("E06000028", "E06000058"),
        ("E06000029", "E06000058"),
        ("E10000006", "E06000063"),
        ("E10000006", "E06000064"),
        ("E10000009", "E06000058"),
        ("E10000009", "E06000059"),
        ("E10000021", "E06000061"),
        ("E10000021", "E06000062"),
    ]


def test_closed_authorities_have_a_last_day_and_successors() -> None:
    rows = reference_rows()
    closed = {row["authority_id"] for row in rows["authorities"] if row["valid_to"]}
    assert closed == {row["authority_id"] for row in rows["authority_successors"]}
    assert not closed & {row["authority_id"] for row in rows["authority_neighbours"]}


def test_neighbours_stand_under_the_codes_of_today() -> None:
    neighbours = {row["neighbour_id"] for row in reference_rows()["authority_neighbours"]}
    assert {"E08000038", "E08000039"} <= neighbours
    assert not {"E08000016", "E08000019"} & neighbours


def test_an_authority_with_a_unitary_code_is_a_unitary_authority() -> None:
    for row in reference_rows()["authorities"]:
        if row["authority_id"].startswith("E06"):
            assert row["authority_type"] == "unitary_authority", row["name"]


def test_further_authorities_stand_beside_those_of_england(tmp_path: Path) -> None:
    rows = reference_rows(write_csv(tmp_path / "extra.csv", ASHMERE, OLD_ASHMERE))
    assert len(rows["authorities"]) == 160
    assert rows["authorities"][-2:] == [
        {
            "authority_id": "E06999001",
            "ofsted_urn": "80991",
            "dfe_code": None,
            "name": "Ashmere",
            "region_code": "E12000002",
            "region": "North West",
            "authority_type": "unitary_authority",
            "valid_from": dt.date(2021, 4, 1),
            "valid_to": None,
            "ofsted_url": None,
            "neighbours_edition": None,
        },
        {
            "authority_id": "E06999002",
            "ofsted_urn": None,
            "dfe_code": None,
            "name": "Old Ashmere",
            "region_code": "E12000002",
            "region": "North West",
            "authority_type": "unitary_authority",
            "valid_from": None,
            "valid_to": dt.date(2021, 3, 31),
            "ofsted_url": None,
            "neighbours_edition": None,
        },
    ]
    assert rows["authority_successors"][-1] == {
        "authority_id": "E06999002",
        "successor_id": "E06999001",
    }
    assert rows["authority_neighbours"][-2:] == [
        {"authority_id": "E06999001", "position": 1, "neighbour_id": "E06999002"},
        {"authority_id": "E06999001", "position": 2, "neighbour_id": "E08000038"},
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"gss_code": "E08000038"}, "two authorities have the gss_code E08000038"),
        ({"ofsted_urn": "80426"}, "two authorities have the ofsted_urn 80426"),
        ({"dfe_code": "301"}, "two authorities have the dfe_code 301"),
        ({"name": ""}, "authority E06999001 has no name"),
        ({"region_code": "E12000010"}, "'E12000010' is not in the code list region"),
        ({"valid_from": "1 April 2023"}, "'1 April 2023' in valid_from is no date"),
        ({"authority_type": "Duchy"}, "'duchy' is not in the code list authority_type"),
        ({"successor_gss_codes": "E06999009"}, "E06999009 in successor_gss_codes is no known"),
        ({"statistical_neighbours": "E08000016"}, "E08000016 in statistical_neighbours is no"),
    ],
)
def test_a_contradiction_is_an_error(tmp_path: Path, change: dict[str, str], message: str) -> None:
    extra = write_csv(tmp_path / "extra.csv", OLD_ASHMERE, ASHMERE)
    reference_rows(extra)
    with pytest.raises(ReferenceDataError, match=message):
        reference_rows(write_csv(extra, OLD_ASHMERE, ASHMERE | change))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code,name\nE06999001,Ashmere\n", r"extra\.csv: the first line must be gss_code,"),
        (f"{','.join(FIELDS)}\nE06999001,1\n", r"extra\.csv, line 2: not as many cells"),
    ],
)
def test_a_file_of_another_form_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "extra.csv"
    path.write_text(text)
    with pytest.raises(ReferenceDataError, match=message):
        reference_rows(path)


def test_a_correction_that_corrects_nothing_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "corrections.csv"
    path.write_text("authority_id,field,written,meant,reason\nE06000063,name,Cumberlnd,x,typo\n")
    monkeypatch.setattr(reference, "CORRECTIONS_FILE", path)
    with pytest.raises(ReferenceDataError, match="no name holds 'Cumberlnd' any more"):
        reference_rows()
