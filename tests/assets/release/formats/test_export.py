"""Parts of a release: what is chosen, what the files hold, and what is said where none is made."""

import csv
import errno
import json
import os
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from assets.language.patterns import read_table as read_rules
from assets.release.formats import export as exporting
from assets.release.formats import workbook
from assets.release.formats.codebook import CODE_NAMES
from assets.release.formats.export import ExportError, export, file_name
from assets.release.formats.export_filter import (
    ExportFilter,
    ExportFormat,
    FilterError,
    chosen_form,
)
from assets.release.formats.in_memory import (
    CHOSEN_VISITS,
    COUNTED_OVER_PART,
    EVERYTHING,
    FINDINGS_VIEW,
    OVER_PART,
    VISITS_VIEW,
    open_in_memory,
)
from assets.release.formats.workbook import CONTENTS
from assets.release.release_info import ReleaseInfo
from assets.release.store import ReleaseError
from warehouse.codes import code_list, code_lists
from warehouse.parquet import read_table, row_counts, table_path

SOME = ExportFilter(authorities=("Tallow Green",), where=("is_improvement", "page > 0"))

#: Puts the part `SOME` into a place.
Made = Callable[[ExportFormat, Path], None]


#: Folders with tables, and the memory that holds those of each for all tests.
InMemory = dict[Path, duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def in_memory() -> Iterator[InMemory]:
    """Tables that are taken into memory once; at the beginning of each part, all is chosen."""
    kept: InMemory = {}

    @contextmanager
    def open_again(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        if folder not in kept:
            with open_in_memory(folder) as other:
                yield other
            return
        for name, rows in EVERYTHING.items():
            kept[folder].execute(f"CREATE OR REPLACE TABLE {name} AS {rows}")
        yield kept[folder]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exporting, "open_in_memory", open_again)
        yield kept


@pytest.fixture(scope="module")
def tables(published: Path, in_memory: InMemory) -> Iterator[Path]:
    """The tables of the sample."""
    folder = published / "parquet"
    with open_in_memory(folder) as in_memory[folder]:
        yield folder


@pytest.fixture(scope="module")
def made(tables: Path, info: ReleaseInfo, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Each form is written once."""
    folder = tmp_path_factory.mktemp("made")

    def put(form: ExportFormat, to: Path) -> None:
        kept = folder / form
        if not kept.exists():
            assert export(tables, info, SOME, form, folder / f"part.{form}", force=False)
            (folder / f"part.{form}").rename(kept)
        (shutil.copytree if kept.is_dir() else shutil.copy2)(kept, to)

    return put


@pytest.fixture(scope="module")
def info(tables: Path) -> ReleaseInfo:
    return ReleaseInfo("1.2.0", date(2026, 1, 5), "sample", row_counts(tables))


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


def exported(
    tables: Path, info: ReleaseInfo, wanted: ExportFilter, to: Path
) -> list[dict[str, object]]:
    export(tables, info, wanted, ExportFormat.JSON, to, force=False)
    rows: list[dict[str, object]] = json.loads(to.read_text(encoding="utf-8"))["findings"]
    return rows


def test_of_each_kind_one_must_hold_and_all_kinds_must(
    tables: Path, info: ReleaseInfo, tmp_path: Path
) -> None:
    name = "Tallow Green"
    other = "Wenlow and Tarn"
    here, in_2020 = findings_of(tables, name=name), findings_of(tables, year=2020)
    cases = (
        (ExportFilter(authorities=(name,)), here),
        (ExportFilter(authorities=(name.upper(), other)), here | findings_of(tables, name=other)),
        (ExportFilter(topics=("leadership",)), with_topic(tables, "leadership")),
        (ExportFilter(topics=("Leadership", "workforce")),
         with_topic(tables, "leadership", "workforce")),
        (ExportFilter(kinds=("jtai", "monitoring_visit,Focused visit"), years=("2020",)), in_2020),
        (ExportFilter(years=("2020",)), in_2020),
        (ExportFilter(years=("2019-2020",)), in_2020 | findings_of(tables, year=2019)),
        (ExportFilter(where=("is_improvement OR is_priority_action",)),
         findings_of(tables, is_improvement=True) | findings_of(tables, is_priority_action=True)),
        (ExportFilter(authorities=(name,), where=("is_improvement",)),
         here & findings_of(tables, is_improvement=True)),
        (ExportFilter(where=("is_improvement OR page > 0 -- any", f"authority = '{name}'")), here),
        (ExportFilter(where=(f"authority = '{name}'", "is_improvement", "page > 0 OR page < 1")),
         here & findings_of(tables, is_improvement=True)),
    )  # fmt: skip
    for number, (wanted, expected) in enumerate(cases):
        rows = exported(tables, info, wanted, tmp_path / f"{number}.json")
        assert {row["finding_id"] for row in rows} == expected, str(wanted)
        assert 0 < len(expected) == len(rows)


def test_authorities_are_known_by_code_and_number_too(
    tables: Path, info: ReleaseInfo, tmp_path: Path
) -> None:
    row = pl.read_parquet(tables / "authorities.parquet").filter(pl.col("name") == "Tallow Green")
    for number, name in enumerate((row["authority_id"][0], row["ofsted_urn"][0])):
        found = exported(
            tables, info, ExportFilter(authorities=(name,)), tmp_path / f"{number}.json"
        )
        assert {one["finding_id"] for one in found} == findings_of(tables, name="Tallow Green")


def test_neighbours_come_with_an_authority_and_what_has_nothing_is_told(
    tables: Path, info: ReleaseInfo, tmp_path: Path
) -> None:
    wanted = ExportFilter(authorities=("Barrowmere",), years=("2021",), has_neighbours=True)
    to = tmp_path / "part.json"
    told = export(tables, info, wanted, ExportFormat.JSON, to, force=False)
    with duckdb.connect() as connection:
        asked = connection.sql(f"""
            SELECT name, authorities.authority_id IN (
                SELECT authority_id FROM '{tables}/visits.parquet' WHERE year(start_date) = 2021
            )
            FROM '{tables}/authorities.parquet' AS authorities
            WHERE name = 'Barrowmere' OR authority_id IN (
                SELECT neighbour_id FROM '{tables}/authority_neighbours.parquet'
                JOIN '{tables}/authorities.parquet' USING (authority_id) WHERE name = 'Barrowmere'
            )
        """).fetchall()
    visits = json.loads(to.read_text(encoding="utf-8"))["visits"]
    found = {name for name, has_visits in asked if has_visits}
    assert len(found) > 1
    assert {visit["authority"] for visit in visits} == found
    assert told.visit_count == len(visits)
    added = ", ".join(sorted(name for name, _ in asked if name != "Barrowmere"))
    notes = " ".join(told.notes)
    assert f"Statistical neighbours added: {added}." in notes
    for name, has_visits in asked:
        assert (name in notes.replace(added, "")) != has_visits


def test_follow_ups_are_points_with_what_became_of_each(
    tables: Path, info: ReleaseInfo, tmp_path: Path
) -> None:
    wanted = ExportFilter(has_follow_ups=True)
    to = tmp_path / "points.json"
    written = export(tables, info, wanted, ExportFormat.JSON, to, force=False)
    part = json.loads(to.read_text(encoding="utf-8"))
    findings = pl.read_parquet(tables / "findings.parquet")
    points = findings.filter(pl.col("is_improvement") | pl.col("is_priority_action"))
    of_points = set(points["finding_id"])
    assert {row["finding_id"] for row in part["findings"]} == of_points
    assert {row["finding_id"] for row in part["follow_ups"]} == of_points
    judged = pl.read_parquet(tables / "follow_ups.parquet")
    assert sum(row["later_visit_id"] is not None for row in part["follow_ups"]) == judged.height > 0
    assert written.follow_up_count == judged.height
    assert {row["table"] for row in part["codebook"]} >= {"follow_ups"}


def test_since_a_day_is_by_the_day_of_publication(
    tables: Path, info: ReleaseInfo, tmp_path: Path
) -> None:
    days = pl.read_parquet(tables / "visits.parquet")["published_date"].drop_nulls().sort()
    day = days[len(days) // 2]
    wanted = ExportFilter(since=(str(day),))
    export(tables, info, wanted, ExportFormat.JSON, tmp_path / "new.json", force=False)
    visits = json.loads((tmp_path / "new.json").read_text(encoding="utf-8"))["visits"]
    # Those whose day of publication is not known were first seen today.
    dated = [visit for visit in visits if visit["published_date"]]
    assert len(dated) == len(days.filter(days >= day))
    assert all(visit["published_date"] >= str(day) for visit in dated)
    export(tables, info, wanted, ExportFormat.XLSX, tmp_path / "new.xlsx", force=False)
    sheets = load_workbook(tmp_path / "new.xlsx", read_only=True)
    assert len([row for row in sheets["New"].values if row[0]]) == len(visits) + 1
    cover = [value for row in sheets["Cover"].values for value in row]
    assert any(f"published or amended since {day}, the" in str(value) for value in cover)


def test_what_has_nothing_in_a_part_is_told_apart_from_what_has_nothing_at_all(
    gaps: Path, info: ReleaseInfo, tmp_path: Path
) -> None:
    visits = read_table(gaps, "visits").join(read_table(gaps, "authorities"), on="authority_id")
    never = min({*read_table(gaps, "authorities")["name"]} - {*visits["name"]})
    of = dict(visits.group_by("name").agg(pl.col("start_date").dt.year()).iter_rows())
    year = str(min(set(of[NEXT]) - set(of[HERE])))
    wanted = ExportFilter(authorities=(HERE, NEXT, never), years=(year,))
    told = export(gaps, info, wanted, ExportFormat.JSON, tmp_path / "a.json", force=False)
    nothing, old = told.notes
    assert nothing == f"The release has nothing of {never}."
    assert old.startswith(f"Nothing that was asked for was found of {HERE} (newest: 20")


def test_counts_of_a_part_are_those_of_the_part_and_say_so(
    tables: Path, info: ReleaseInfo, tmp_path: Path
) -> None:
    export(tables, info, SOME, ExportFormat.JSON, tmp_path / "part.json", force=False)
    part = json.loads((tmp_path / "part.json").read_text(encoding="utf-8"))
    found = Counter(row["visit_id"] for row in part["findings"])
    assert {row["visit_id"]: row["finding_count"] for row in part["visits"]} == found
    assert {row["visit_id"]: row["improvement_count"] for row in part["visits"]} == found
    (said,) = [
        row["definition"]
        for row in part["codebook"]
        if (row["table"], row["column"]) == ("visits", "finding_count")
    ]
    assert said.endswith(OVER_PART)


def test_counts_over_everything_are_those_of_the_letters(tables: Path) -> None:
    columns = ", ".join(sorted(COUNTED_OVER_PART))
    with open_in_memory(tables, guarded=False) as connection:
        assert not connection.sql(
            f"(SELECT visit_id, {columns} FROM {CHOSEN_VISITS}) EXCEPT ALL "
            f"(SELECT visit_id, {columns} FROM {VISITS_VIEW})"
        ).fetchall()
        assert len(connection.sql(f"FROM {CHOSEN_VISITS}")) == len(connection.sql("FROM visits"))


@pytest.mark.parametrize("form", ExportFormat)
def test_every_form_has_rows_codebook_citation_and_what_was_chosen(
    tables: Path, info: ReleaseInfo, tmp_path: Path, form: ExportFormat
) -> None:
    to = tmp_path / file_name(info, SOME, form)
    count = export(tables, info, SOME, form, to, force=False).finding_count
    expected = findings_of(tables, name="Tallow Green", is_improvement=True)
    assert count == len(expected)
    match form:
        case ExportFormat.JSON:
            whole = json.loads(to.read_text(encoding="utf-8"))
            said = json.dumps(whole["about"], ensure_ascii=False) + whole["chosen"]
            found = {row["finding_id"] for row in whole["findings"]}
            visits = len(whole["visits"])
            codes = whole["codes"]
            codebook = {(row["table"], row["column"]) for row in whole["codebook"]}
            assert {("findings", name) for name in whole["findings"][0]} <= codebook
        case ExportFormat.XLSX:
            book = load_workbook(to, read_only=True)
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
                with (to / "codes.csv").open(encoding="utf-8-sig", newline="") as file:
                    codes = list(csv.DictReader(file))
                visits = len((to / "visits.csv").read_text(encoding="utf-8").splitlines()) - 1
            else:
                rows_of = pq.read_table(to / "findings.parquet")
                found = set(rows_of["finding_id"].to_pylist())
                assert rows_of.schema.metadata[b"citation"].decode() == info.citation
                assert rows_of.schema.field("cues").metadata[b"description"]
                codes = pq.read_table(to / "codes.parquet").to_pylist()
                visits = pq.read_table(to / "visits.parquet").num_rows
    assert found == expected
    if form is not ExportFormat.XLSX:
        assert {tuple(row) for row in codes} == {CODE_NAMES}
        of_lists = {row["list"] for row in codes}
        assert {"topic", "valence", "section_type", "theme"} <= of_lists < set(code_lists())
        assert {row["code"] for row in codes if row["list"] == "topic"} == set(code_list("topic"))
    assert visits == len({finding_id.rsplit("-", 1)[0] for finding_id in expected}) > 1
    said = " ".join(said.split())
    for sentence in (info.citation, info.attribution, str(SOME)):
        assert sentence in said


@pytest.mark.parametrize(
    ("wanted", "problem", "said"),
    [
        (ExportFilter(authorities=("Talow Green",)), FilterError, "Is it Tallow Green?"),
        (ExportFilter(authorities=("Xyzzy",)), FilterError, "There is no authority Xyzzy."),
        (
            ExportFilter(kinds=("leaflet",)),
            FilterError,
            "There is no kind leaflet. There are focused_visit, monitoring_visit,",
        ),
        (ExportFilter(kinds=("focused_visit,",)), FilterError, "There is no kind . There are"),
        (ExportFilter(kinds=("focusd visit",)), FilterError, "Is it focused_visit?"),
        (
            ExportFilter(kinds=("jtai",), years=("2019",)),
            ExportError,
            "given the kind jtai",
        ),
        (ExportFilter(topics=("leadershp",)), FilterError, "Is it leadership?"),
        (ExportFilter(topics=("caseloads",)), FilterError, "The definition of workforce speaks"),
        (ExportFilter(years=("23",)), FilterError, "write 2023, or 2021-2023"),
        (ExportFilter(years=("2023-2021",)), FilterError, "write 2023, or 2021-2023"),
        (ExportFilter(years=("1999",)), ExportError, "There is no finding for the year 1999."),
        (
            ExportFilter(since=("2999-01-01",)),
            ExportError,
            "for what was published or amended since 2999-01-01. The newest letter of the ",
        ),
        (
            ExportFilter(authorities=("Tallow Green",), years=("1999",)),
            ExportError,
            "given the authority Tallow Green",
        ),
        (
            ExportFilter(where=("is_improvement", "NOT is_improvement")),
            ExportError,
            "for the condition NOT is_improvement, given the condition is_improvement",
        ),
        (
            ExportFilter(where=("is_improvement) OR (true",)),
            FilterError,
            "not one condition in SQL",
        ),
        (
            ExportFilter(where=("page > 0", "true) OR (true")),
            FilterError,
            "not one condition in SQL",
        ),
        (ExportFilter(where=("colour = 'red'",)), FilterError, "There are: authority, "),
        (
            ExportFilter(where=("page > 0", "colour = 'red'")),
            FilterError,
            "--where colour = 'red' ",
        ),
        (ExportFilter(where=("finding",)), FilterError, "cannot be asked"),
        (
            ExportFilter(where=("EXISTS (FROM read_text('/etc/hostname'))",)),
            FilterError,
            "cannot be asked",
        ),
    ],
)
def test_what_cannot_be_made_is_told(
    tables: Path,
    info: ReleaseInfo,
    tmp_path: Path,
    wanted: ExportFilter,
    problem: type[Exception],
    said: str,
) -> None:
    to = tmp_path / "part.json"
    with pytest.raises(problem) as told:
        export(tables, info, wanted, ExportFormat.JSON, to, force=False)
    assert said in str(told.value)
    assert not to.exists()


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("authority", {"authorities": ("Barrowmere", " ")}),
        ("topic", {"topics": ("",)}),
        ("kind", {"kinds": ("",)}),
        ("year", {"years": ("2020", "")}),
        ("since", {"since": ("",)}),
        ("where", {"where": ("",)}),
    ],
)
def test_an_option_that_says_nothing_is_told(
    option: str, values: dict[str, tuple[str, ...]]
) -> None:
    with pytest.raises(FilterError, match=f"--{option} is given and empty"):
        ExportFilter(**values)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"since": ("yesterday",)}, "write --since 2024-03-31"),
        ({"has_neighbours": True}, "--neighbours needs an --authority"),
    ],
)
def test_an_option_that_cannot_be_meant_is_told(options: dict[str, Any], said: str) -> None:
    with pytest.raises(FilterError, match=said):
        ExportFilter(**options)


@pytest.mark.parametrize("form", ExportFormat)
def test_what_is_there_is_replaced_only_if_one_says_so(
    tables: Path, info: ReleaseInfo, tmp_path: Path, made: Made, form: ExportFormat
) -> None:
    to = tmp_path / file_name(info, SOME, form)
    made(form, to)
    with pytest.raises(ExportError, match="--force"):
        export(tables, info, SOME, form, to, force=False)
    before = contents(to)
    other = ExportFilter(authorities=("Wenlow and Tarn",))
    export(tables, info, other, form, to, force=True)
    after = contents(to)
    assert after.keys() == before.keys()
    assert after != before
    assert list(tmp_path.iterdir()) == [to]


def test_what_a_killed_export_left_is_cleared(
    tables: Path, info: ReleaseInfo, tmp_path: Path, made: Made
) -> None:
    to = tmp_path / "part"
    made(ExportFormat.CSV, to)
    before = contents(to)
    room = tmp_path / ".new-part-abcdefgh"
    room.mkdir()
    to.rename(room / "before")  # and then it was killed
    others = [tmp_path / ".new-part-b-abcdefgh", tmp_path / ".new-part-my notes"]
    for other in others:
        (other / "before").mkdir(parents=True)
    for folder in (room, *others):
        os.utime(folder, (0, 0))
    with pytest.raises(ExportError, match="--force"):
        export(tables, info, SOME, ExportFormat.CSV, to, force=False)
    assert sorted(tmp_path.iterdir()) == sorted([to, *others])
    assert contents(to).keys() == before.keys()


def contents(path: Path) -> dict[str, bytes]:
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    return {str(file): file.read_bytes() for file in files if file.is_file()}


def add(name: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return change


def a_link_among_them(folder: Path) -> None:
    (folder / "visits.csv").rename(folder.parent / "kept.csv")
    (folder / "visits.csv").symlink_to(folder.parent / "kept.csv")


def a_folder_within(folder: Path) -> None:
    (folder / "visits.csv").unlink()
    (folder / "visits.csv").mkdir()
    (folder / "visits.csv" / "thesis.txt").write_text("years of work", encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        add("thesis.txt", "years of work"),
        add("findings.parquet", "of another form"),
        add("README.txt", "My own notes on some visits."),
        a_link_among_them,
        a_folder_within,
    ],
)
def test_a_folder_with_anything_else_in_it_is_never_replaced(
    tables: Path,
    info: ReleaseInfo,
    tmp_path: Path,
    made: Made,
    change: Callable[[Path], None],
) -> None:
    to = tmp_path / "part"
    made(ExportFormat.CSV, to)
    change(to)
    before = contents(tmp_path)
    with pytest.raises(ExportError, match="is not replaced"):
        export(tables, info, SOME, ExportFormat.CSV, to, force=True)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("form", ExportFormat)
def test_what_is_not_ours_is_never_replaced(
    tables: Path, info: ReleaseInfo, tmp_path: Path, form: ExportFormat
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "README.txt").write_text("What I have here.", encoding="utf-8")
    files = [tmp_path / f"mine.{form}", tmp_path / f"zip.{form}"]
    files[0].write_text("years of work", encoding="utf-8")
    with zipfile.ZipFile(files[1], "w") as book:
        book.writestr("docProps/core.xml", "<creator>Somebody else</creator>")
    before = contents(tmp_path)
    for to in (folder, *files):
        with pytest.raises(ExportError, match="is not replaced"):
            export(tables, info, SOME, form, to, force=True)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("record", ["release.json", "state.json"])
@pytest.mark.parametrize("force", [False, True])
def test_releases_and_states_are_never_changed(
    tables: Path, info: ReleaseInfo, tmp_path: Path, made: Made, record: str, force: bool
) -> None:
    whole = tmp_path / "whole"
    (whole / "parquet").mkdir(parents=True)
    made(ExportFormat.CSV, whole / "csv")
    (whole / record).write_text("{}", encoding="utf-8")
    (tmp_path / "link").symlink_to(whole / "csv")
    (tmp_path / "latest").symlink_to(whole)
    before = contents(tmp_path)
    for to in (whole, whole / "csv", whole / "new", tmp_path / "link", tmp_path / "latest" / "csv"):
        with pytest.raises(ExportError, match="is never changed"):
            export(tables, info, SOME, ExportFormat.CSV, to, force=force)
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("fault", "form"),
    [
        ("nothing found", ExportFormat.JSON),
        ("disk full", ExportFormat.XLSX),
        ("disk full", ExportFormat.JSON),
        ("disk full", ExportFormat.CSV),
        ("not put", ExportFormat.JSON),
        ("not put", ExportFormat.CSV),
    ],
)
def test_what_was_there_stays_if_anything_goes_wrong(
    tables: Path,
    info: ReleaseInfo,
    tmp_path: Path,
    made: Made,
    monkeypatch: pytest.MonkeyPatch,
    form: ExportFormat,
    fault: str,
) -> None:
    to = tmp_path / f"part.{form}"
    made(form, to)
    before = contents(tmp_path)
    rename = Path.rename
    renamed: list[Path] = []

    def fail(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    def fail_at_the_second(old: Path, new: Path) -> Path:
        renamed.append(old)
        return fail() if len(renamed) == 2 else rename(old, new)

    wanted = SOME
    match fault:
        case "nothing found":
            wanted = ExportFilter(years=("1999",))
        case "disk full" if form is ExportFormat.XLSX:
            monkeypatch.setattr(zipfile.ZipFile, "write", fail)
        case "disk full":
            monkeypatch.setattr(Path, "write_text", fail)
        case _ if to.is_dir():
            # What was there is aside by then, and has to come back.
            monkeypatch.setattr(Path, "rename", fail_at_the_second)
        case _:
            monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ExportError) as told:
        export(tables, info, wanted, form, to, force=True)
    monkeypatch.undo()
    assert contents(tmp_path) == before
    if fault != "nothing found":
        assert f"{to} cannot be written: No space left on device." in str(told.value)


def test_a_place_that_cannot_be_is_told(tables: Path, info: ReleaseInfo, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for name in ("file/part.json", "circle/part.json", f"{'x' * 300}.json"):
        with pytest.raises(ExportError, match="cannot be written"):
            export(tables, info, SOME, ExportFormat.JSON, tmp_path / name, force=False)


def test_a_damaged_release_is_told(tables: Path, info: ReleaseInfo, tmp_path: Path) -> None:
    damaged = tmp_path / "tables"
    shutil.copytree(tables, damaged)
    path = damaged / "findings.parquet"
    data = path.read_bytes()
    for broken in (b"", b"not at all Parquet", data[:100] + bytes(len(data) - 200) + data[-100:]):
        path.write_bytes(broken)
        with pytest.raises(ReleaseError, match=r"cannot be read: .* `ofsted-letters verify`"):
            export(damaged, info, SOME, ExportFormat.JSON, tmp_path / "a.json", force=False)
    assert not (tmp_path / "a.json").exists()


def test_a_name_tells_what_was_chosen(info: ReleaseInfo) -> None:
    named = ExportFilter(authorities=("Tallow Green",), years=("2019-2020",))
    assert file_name(info, named, ExportFormat.XLSX) == (
        "ofsted-letters-sample-1.2.0-authority-tallow-green-year-2019-2020.xlsx"
    )
    assert file_name(info, ExportFilter(), ExportFormat.CSV) == (
        "ofsted-letters-sample-1.2.0-everything"
    )
    of_letters = ReleaseInfo("1.2.0", info.released, "folder", {})
    assert (
        file_name(of_letters, ExportFilter(), ExportFormat.CSV) == "ofsted-letters-1.2.0-everything"
    )


def test_no_two_filters_have_one_name(info: ReleaseInfo) -> None:
    filters = (
        *(
            ExportFilter(where=(f"valence_score {sign} 0.5",))
            for sign in ("<", ">", "<=", ">=", "=")
        ),
        ExportFilter(where=("page > 1", "page < 9")),
        ExportFilter(where=("page < 9", "page > 1")),
        *(
            ExportFilter(topics=("leadership",) * 12 + (last,))
            for last in ("workforce", "leadership")
        ),
        ExportFilter(where=("finding ILIKE '%é%'",)),
        ExportFilter(where=("finding ILIKE '%e%'",)),
        ExportFilter(authorities=("東",)),
        ExportFilter(authorities=("Tallow Green",)),
    )
    names = [file_name(info, wanted, ExportFormat.JSON) for wanted in filters]
    assert len(set(names)) == len(filters)
    assert all(len(name) < 150 for name in names)


def test_a_condition_may_end_with_a_comment(
    tables: Path, info: ReleaseInfo, tmp_path: Path
) -> None:
    wanted = ExportFilter(
        authorities=("Tallow Green",), where=("is_improvement -- to be acted on",)
    )
    rows = exported(tables, info, wanted, tmp_path / "part.json")
    assert {row["finding_id"] for row in rows} == findings_of(
        tables, name="Tallow Green", is_improvement=True
    )


def test_the_page_beside_parquet_tells_of_parquet(tmp_path: Path, made: Made) -> None:
    for form, says, not_this in (
        (ExportFormat.PARQUET, "carry their types", "byte order mark"),
        (ExportFormat.CSV, "byte order mark", "The files are Parquet"),
    ):
        made(form, tmp_path / form)
        page = (tmp_path / form / "README.txt").read_text(encoding="utf-8")
        assert says in page
        assert not_this not in page
        assert f"    findings.{form}\n" in page


def test_codes_are_called_as_the_release_calls_them(
    tables: Path, info: ReleaseInfo, tmp_path: Path
) -> None:
    older = tmp_path / "older"
    shutil.copytree(tables, older)
    codes = pl.read_parquet(older / "codes.parquet")
    is_strength = (pl.col("list") == "valence") & (pl.col("code") == "strength")
    label = pl.when(is_strength).then(pl.lit("Praise")).otherwise("label")
    codes.with_columns(label=label).write_parquet(older / "codes.parquet")
    export(older, info, SOME, ExportFormat.JSON, tmp_path / "part.json", force=False)
    part = json.loads((tmp_path / "part.json").read_text(encoding="utf-8"))
    labels = {row["code"]: row["label"] for row in part["codes"] if row["list"] == "valence"}
    assert labels["strength"] == "Praise"
    export(older, info, SOME, ExportFormat.XLSX, tmp_path / "part.xlsx", force=False)
    sheet = load_workbook(tmp_path / "part.xlsx", read_only=True)["Codes"]
    assert "Praise" in {cell for row in sheet.values for cell in row}


@pytest.mark.parametrize(
    ("form", "output", "meant"),
    [
        (None, None, "xlsx"),
        (None, "part", "does not end in .xlsx, as a part as xlsx does. Write --output part.xlsx"),
        (None, "part.xlsx", "xlsx"),
        (None, "PART.JSON", "json"),
        (None, "release-1.0.0", "Write --output release-1.0.0.xlsx, or name another --format."),
        ("csv", "release-1.0.0", "csv"),
        ("json", "part.json", "json"),
        ("json", "part.txt", "part.txt does not end in .json"),
        ("csv", "part", "csv"),
        ("parquet", None, "parquet"),
        (None, "in/part.csv", "a folder of several. Write --format csv --output in/part."),
        (None, "part.parquet", "Write --format parquet --output part."),
        ("csv", "part.csv", "a folder of several. Write --format csv --output part."),
        ("csv", "part.xlsx", "Write --format csv --output part, or --format xlsx."),
        ("parquet", "part.csv", "Write --format parquet --output part."),
        ("xlsx", "part.json", "--format is xlsx. Write --output part.xlsx, or --format json."),
        ("json", "part.csv", "ends in .csv, and --format is json. Write --output part.json."),
    ],
)
def test_an_ending_tells_the_form_and_must_not_contradict_it(
    form: str | None, output: str | None, meant: str
) -> None:
    asked = (form and ExportFormat(form), output and Path(output))
    if meant in list(ExportFormat):
        assert chosen_form(*asked) == meant
    else:
        with pytest.raises(FilterError) as told:
            chosen_form(*asked)
        assert meant in str(told.value)


def test_a_part_of_before_there_were_codes_can_be_replaced(
    tables: Path, info: ReleaseInfo, tmp_path: Path, made: Made
) -> None:
    to = tmp_path / "part"
    made(ExportFormat.CSV, to)
    (to / "codes.csv").unlink()
    export(tables, info, SOME, ExportFormat.CSV, to, force=True)
    assert (to / "codes.csv").is_file()


def test_the_codebook_names_the_list_of_each_column_of_codes_or_their_labels(tables: Path) -> None:
    labels = {name: {code.label for code in codes.values()} for name, codes in code_lists().items()}
    given = {
        (row["view"], row["column"]): row["code_list"]
        for row in read_rules("assets.release.formats", "labels")
    }
    with open_in_memory(tables) as connection:
        for view in (VISITS_VIEW, FINDINGS_VIEW):
            for column, values in connection.sql(f"FROM {view}").pl().to_dict().items():
                texts = values.drop_nulls().cast(pl.String).str.split("; ").explode().unique()
                fitting = [name for name, known in labels.items() if set(texts) <= known]
                stated = given.get((view, column))
                if stated or (len(texts) and fitting):
                    assert stated in fitting, f"{view}.{column}"


def gaps_of(
    tables: Path, info: ReleaseInfo, wanted: ExportFilter, to: Path
) -> tuple[str, set[object]]:
    """What the cover says, and the first two cells of the rows of Coverage and Quarantine."""
    with pytest.MonkeyPatch.context() as patch:  # the others would take most of the time
        looked_at = {name: CONTENTS[name] for name in ("Coverage", "Quarantine")}
        patch.setattr(workbook, "CONTENTS", looked_at)
        export(tables, info, wanted, ExportFormat.XLSX, to, force=False)
    book = load_workbook(to, read_only=True)
    cover = " ".join(str(value) for row in book["Cover"].values for value in row if value)
    coverage = {row[:2] for row in list(book["Coverage"].values)[1:]}
    return cover, coverage | {row[0] for row in list(book["Quarantine"].values)[1:]}


HERE, NEXT = "Tallow Green", "Wenlow and Tarn"
#: Files in quarantine: of these two authorities, and of one that is not known.
NAMES = ("here", "next", "unknown")


@pytest.fixture(scope="module")
def gaps(
    tables: Path, in_memory: InMemory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The tables with a few files in quarantine, and the coverage of a few authorities."""
    folder = shutil.copytree(tables, tmp_path_factory.mktemp("gaps") / "tables")
    authorities = read_table(folder, "authorities").select("authority_id", "name", "ofsted_urn")
    numbers = dict(authorities.select("name", "ofsted_urn").iter_rows())
    letters = read_table(folder, "letters").head(3)
    listed = pl.DataFrame(
        {
            "letter_id": letters["letter_id"],
            "document_kind": ["focused_visit", "jtai", None],
            "ofsted_urn": [numbers[HERE], numbers[NEXT], None],
            "event_date": [date(2021, 5, 4), date(2020, 3, 2), None],
            "published_date": [None, None, None],
            "superseded_by": [None, None, None],
        },
        schema_overrides=letters.schema,
    )
    read_table(folder, "letters").update(listed, on="letter_id", include_nulls=True).write_parquet(
        table_path(folder, "letters")
    )
    pl.DataFrame(
        [
            {"letter_id": letter_id, "file_name": name, "stage": "read", "reason_code": "needs_ocr",
             "seen_at": datetime(2026, 1, 5, tzinfo=UTC)}
            for letter_id, name in zip(letters["letter_id"], NAMES, strict=True)
        ],
        schema=read_table(folder, "quarantine").schema,
    ).write_parquet(table_path(folder, "quarantine"))  # fmt: skip
    few = authorities.filter(pl.col("name").is_in([HERE, NEXT, "Barrowmere"]))["authority_id"]
    coverage = read_table(folder, "coverage").filter(pl.col("authority_id").is_in(few.implode()))
    # An authority of which there are letters of two kinds counts once on the cover.
    other = coverage.head(1).with_columns(document_kind=pl.lit("jtai"), newest_visit_id=None)
    pl.concat([coverage, other], how="vertical_relaxed").write_parquet(
        table_path(folder, "coverage")
    )
    with open_in_memory(folder) as in_memory[folder]:
        yield folder


@pytest.mark.parametrize(
    ("wanted", "authorities", "years", "files", "said"),
    [
        (ExportFilter(authorities=(HERE,)), {HERE}, None, {"here", "unknown"},
         "are of the authorities chosen"),
        (ExportFilter(authorities=(HERE, NEXT)), {HERE, NEXT}, None, {"here", "next", "unknown"},
         "are of the authorities chosen"),
        (ExportFilter(years=("2019-2020",)), None, {2019, 2020}, {"next", "unknown"},
         "are of the years chosen"),
        (ExportFilter(authorities=(HERE,), years=("2020",)), {HERE}, {2020}, {"unknown"},
         "are of the authorities and years chosen"),
        (ExportFilter(topics=("leadership",)), None, None, {"here", "next", "unknown"},
         "are of the whole release, not only of this part"),
        (ExportFilter(kinds=("focused_visit",)), None, None, {"here", "unknown"},
         "are of the kinds of document chosen"),
        (ExportFilter(authorities=(HERE,), kinds=("focused_visit",), years=("2019-2022",)),
         {HERE}, {2019, 2020, 2021, 2022}, {"here", "unknown"},
         "are of the authorities, kinds of document and years chosen"),
        (ExportFilter(), None, None, {"here", "next", "unknown"}, None),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_of_the_authorities_and_years_chosen(
    gaps: Path,
    info: ReleaseInfo,
    tmp_path: Path,
    wanted: ExportFilter,
    authorities: set[str] | None,
    years: set[int] | None,
    files: set[str],
    said: str | None,
) -> None:
    every = read_table(gaps, "coverage").join(read_table(gaps, "authorities"), on="authority_id")
    expected = {
        (authority_id, name, year)
        for authority_id, name, year, kind in every.select(
            "authority_id", "name", "year", "document_kind"
        ).iter_rows()
        if name in (authorities or {name})
        and year in (years or {year})
        and kind in (wanted.kinds or {kind})
    }
    cover, found = gaps_of(gaps, info, wanted, tmp_path / "part.xlsx")
    assert found == {*(place[1:] for place in expected), *files}
    assert f"{len(files):,} file" in cover
    assert f" of {len(expected):,}. That may be" in cover
    if said:
        assert said in cover
        assert str(wanted) in cover
    else:
        assert "Not the whole release" not in cover
        assert "only of this part" not in cover
