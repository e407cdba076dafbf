"""Parts of a release: what is chosen, what the files hold, and what is said where none is made."""

import csv
import json
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from assets.release.edition import Edition
from assets.release.forms.choice import Choice, ExportFormat
from assets.release.forms.export import ExportError, export, file_name
from warehouse.parquet import row_counts


@pytest.fixture(scope="module")
def tables(published: Path) -> Path:
    return published / "parquet"


@pytest.fixture(scope="module")
def edition(tables: Path) -> Edition:
    return Edition("1.2.0", date(2026, 1, 5), "sample", row_counts(tables))


def findings_of(tables: Path, **wanted: object) -> set[str]:
    visits = pl.read_parquet(tables / "visits.parquet").join(
        pl.read_parquet(tables / "authorities.parquet"), on="authority_id"
    )
    rows = pl.read_parquet(tables / "findings.parquet").join(
        visits.select("visit_id", "name", year=pl.col("start_date").dt.year()), on="visit_id"
    )
    for column, value in wanted.items():
        rows = rows.filter(pl.col(column) == value)
    return set(rows["finding_id"])


def with_topic(tables: Path, *codes: str) -> set[str]:
    topics = pl.read_parquet(tables / "finding_topics.parquet")
    return set(topics.filter(pl.col("topic_code").is_in(codes))["finding_id"])


def exported(tables: Path, edition: Edition, choice: Choice, to: Path) -> list[dict[str, object]]:
    export(tables, edition, choice, ExportFormat.JSON, to, force=False)
    rows: list[dict[str, object]] = json.loads(to.read_text(encoding="utf-8"))["findings"]
    return rows


def test_of_each_kind_one_must_hold_and_all_kinds_must(
    tables: Path, edition: Edition, tmp_path: Path
) -> None:
    name = "Tallow Green"
    other = "Wenlow and Tarn"
    here, in_2020 = findings_of(tables, name=name), findings_of(tables, year=2020)
    cases = (
        (Choice(authorities=(name,)), here),
        (Choice(authorities=(name.upper(), other)), here | findings_of(tables, name=other)),
        (Choice(topics=("leadership",)), with_topic(tables, "leadership")),
        (Choice(topics=("Leadership", "workforce")), with_topic(tables, "leadership", "workforce")),
        (Choice(years=("2020",)), in_2020),
        (Choice(years=("2019-2020",)), in_2020 | findings_of(tables, year=2019)),
        (Choice(where="is_improvement OR is_priority_action"),
         findings_of(tables, is_improvement=True) | findings_of(tables, is_priority_action=True)),
        (Choice(authorities=(name,), where="is_improvement"),
         here & findings_of(tables, is_improvement=True)),
    )  # fmt: skip
    for number, (choice, expected) in enumerate(cases):
        rows = exported(tables, edition, choice, tmp_path / f"{number}.json")
        assert {row["finding_id"] for row in rows} == expected, str(choice)
        assert 0 < len(expected) == len(rows)


def test_authorities_are_known_by_code_and_number_too(
    tables: Path, edition: Edition, tmp_path: Path
) -> None:
    row = pl.read_parquet(tables / "authorities.parquet").filter(pl.col("name") == "Tallow Green")
    for number, name in enumerate((row["authority_id"][0], row["ofsted_urn"][0])):
        found = exported(tables, edition, Choice(authorities=(name,)), tmp_path / f"{number}.json")
        assert {one["finding_id"] for one in found} == findings_of(tables, name="Tallow Green")


CHOICE = Choice(authorities=("Tallow Green",), where="is_improvement")


@pytest.mark.parametrize("form", ExportFormat)
def test_every_form_has_rows_codebook_citation_and_what_was_chosen(
    tables: Path, edition: Edition, tmp_path: Path, form: ExportFormat
) -> None:
    to = tmp_path / file_name(edition, CHOICE, form)
    count = export(tables, edition, CHOICE, form, to, force=False)
    expected = findings_of(tables, name="Tallow Green", is_improvement=True)
    assert count == len(expected)
    match form:
        case ExportFormat.JSON:
            whole = json.loads(to.read_text(encoding="utf-8"))
            said = json.dumps(whole["about"], ensure_ascii=False) + whole["chosen"]
            found = {row["finding_id"] for row in whole["findings"]}
            visits = len(whole["visits"])
            codebook = {(row["table"], row["column"]) for row in whole["codebook"]}
            assert {("findings", name) for name in whole["findings"][0]} <= codebook
        case ExportFormat.XLSX:
            book = load_workbook(to)
            said = "\n".join(
                str(value) for row in book.worksheets[0].values for value in row if value
            )
            rows = [row for row in book["Findings"].values if row[0]]
            found = {str(value) for row in rows for value in row} & expected
            assert len(rows) == len(expected) + 1
            visits = len([row for row in book["Visits"].values if row[0]]) - 1
            assert "Codebook" in book.sheetnames
        case _:
            said = (to / "README.txt").read_text(encoding="utf-8")
            assert (to / f"codebook.{form}").is_file()
            if form is ExportFormat.CSV:
                with (to / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
                    found = {row["finding_id"] for row in csv.DictReader(file)}
                assert (to / "findings.csv").read_bytes().startswith(b"\xef\xbb\xbf")
                visits = len((to / "visits.csv").read_text(encoding="utf-8").splitlines()) - 1
            else:
                rows_of = pq.read_table(to / "findings.parquet")
                found = set(rows_of["finding_id"].to_pylist())
                assert rows_of.schema.metadata[b"citation"].decode() == edition.citation
                assert rows_of.schema.field("cues").metadata[b"description"]
                visits = pq.read_table(to / "visits.parquet").num_rows
    assert found == expected
    assert visits == len({finding_id.rsplit("-", 1)[0] for finding_id in expected}) > 1
    said = " ".join(said.split())
    for sentence in (edition.citation, edition.attribution, str(CHOICE)):
        assert sentence in said


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Choice(authorities=("Talow Green",)), "Is it Tallow Green?"),
        (Choice(authorities=("Xyzzy",)), "There is no authority Xyzzy."),
        (Choice(topics=("leadershp",)), "Is it leadership?"),
        (Choice(years=("23",)), "write 2023, or 2021-2023"),
        (Choice(years=("2023-2021",)), "write 2023, or 2021-2023"),
        (Choice(years=("1999",)), "There is no finding for the year 1999."),
        (
            Choice(authorities=("Tallow Green",), years=("1999",)),
            "given the authority Tallow Green",
        ),
        (Choice(where="is_improvement) OR (true"), "not one condition in SQL"),
        (Choice(where="colour = 'red'"), "There are: authority, "),
        (Choice(where="finding"), "cannot be asked"),
        (Choice(where="EXISTS (FROM read_text('/etc/hostname'))"), "cannot be asked"),
    ],
)
def test_what_cannot_be_made_is_told(
    tables: Path, edition: Edition, tmp_path: Path, choice: Choice, said: str
) -> None:
    to = tmp_path / "part.json"
    with pytest.raises(ExportError) as told:
        export(tables, edition, choice, ExportFormat.JSON, to, force=False)
    assert said in str(told.value)
    assert not to.exists()


@pytest.mark.parametrize("form", [ExportFormat.JSON, ExportFormat.CSV])
def test_what_is_there_is_replaced_only_if_one_says_so(
    tables: Path, edition: Edition, tmp_path: Path, form: ExportFormat
) -> None:
    to = tmp_path / file_name(edition, CHOICE, form)
    export(tables, edition, CHOICE, form, to, force=False)
    with pytest.raises(ExportError, match="--force"):
        export(tables, edition, CHOICE, form, to, force=False)
    export(tables, edition, CHOICE, form, to, force=True)


def test_what_is_not_ours_is_never_replaced(tables: Path, edition: Edition, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    for form in ExportFormat:
        with pytest.raises(ExportError, match="is not replaced"):
            export(tables, edition, CHOICE, form, mine, force=True)
    assert (mine / "thesis.txt").exists()


def test_a_name_tells_what_was_chosen(edition: Edition) -> None:
    assert file_name(edition, CHOICE, ExportFormat.XLSX) == (
        "ofsted-letters-1.2.0-authority-tallow-green-where-is-improvement.xlsx"
    )
    assert file_name(edition, Choice(), ExportFormat.CSV) == "ofsted-letters-1.2.0-everything"
