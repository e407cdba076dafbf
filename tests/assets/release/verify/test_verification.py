"""A release is verified: a whole one holds, and what is wrong with one is told with its place."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assets.letters.store import place
from assets.model import Listing
from assets.proof.letter import QUOTING
from assets.release.checksums import CHECKSUMS_FILE, write_checksums
from assets.release.release_info import NAME
from assets.release.store import LIST_FILE, PARQUET
from assets.release.verify import (
    verification,
    verify_files,
    verify_forms,
    verify_letters,
    verify_rules,
    verify_tables,
    verify_values,
)
from assets.release.verify.problems import Check, Problem, ReleaseUnderTest
from assets.release.verify.verification import Report, verify_letters_in_background
from assets.release.verify.verification import verify as verify_beside
from assets.tables.coverage import coverage_rows
from assets.tables.letter_rows import finding_key
from expectations.rule import Rule
from tests.in_this_process import InThisProcess
from warehouse.files import file_sha256
from warehouse.parquet import read_table, write_table
from warehouse.schema import SCHEMA
from warehouse.schema_description import tables_of

VERSION = "1.0.0"
DATABASE, WORKBOOK = f"{NAME}-sample.duckdb", f"{NAME}-sample.xlsx"
Row = dict[str, Any]


@pytest.fixture(scope="module")
def release(released: Path) -> Path:
    """A release of the sample letters, in a store; not to be changed."""
    return released / "releases" / VERSION


class Damage:
    """A copy of a release and its archive, to be damaged."""

    def __init__(self, release: Path, archive: Path, to: Path) -> None:
        self.release = to / "releases" / release.name
        self.archive = to / "archive"
        shutil.copytree(release.parent, to / "releases", symlinks=True)
        shutil.copytree(archive, self.archive)
        tables = release / "parquet"
        self.findings = read_table(tables, "findings").to_dicts()
        self.letters = read_table(tables, "letters").to_dicts()
        #: A finding of a PDF whose text is neither the first nor the last of its paragraph.
        self.number, self.finding = next(
            (number, row)
            for number, row in enumerate(self.findings)
            if row["page"] and row["sentence"] == 2 and row["section_type"] == "main_findings"
        )
        letter_ids = dict(read_table(tables, "visits").select("visit_id", "letter_id").iter_rows())
        letter_id = letter_ids[self.finding["visit_id"]]
        self.first_visit = read_table(tables, "visits")["visit_id"][0]
        self.letter = next(row for row in self.letters if row["letter_id"] == letter_id)
        self.other_letters = [one for one in letter_ids.values() if one != letter_id][:2]

    @property
    def letter_path(self) -> Path:
        return self.archive / place(self.letter["sha256"])

    def change(self, table: str, change: Callable[[list[Row]], object]) -> None:
        """Change the rows of a table, and nothing else."""
        import polars as pl

        from warehouse.frames import polars_schema

        rows = read_table(self.release / "parquet", table).to_dicts()
        change(rows)
        frame = pl.DataFrame(rows, schema=polars_schema(SCHEMA[table]))
        write_table(frame, table, self.release / "parquet")

    def change_finding(self, **values: Any) -> None:
        self.change("findings", lambda rows: rows[self.number].update(values))

    def change_text(self, file: str, old: str, new: str) -> None:
        path = self.release / file
        text = path.read_bytes().decode()
        assert old in text
        path.write_bytes(text.replace(old, new, 1).encode())

    def change_database(self, sql: str) -> None:
        import duckdb

        with duckdb.connect(str(self.release / DATABASE)) as connection:
            connection.execute(sql)

    def sum_up(self) -> None:
        """Make the checksums those of the damaged files, so that they give nothing away."""
        write_checksums(self.release)
        record = json.loads((self.release / "release.json").read_bytes())
        listed = {name: record[name] for name in ("previous", "source", "row_counts")}
        sha256 = file_sha256(self.release / CHECKSUMS_FILE)
        self.change_list(lambda one: one | listed | {"sha256sums": sha256})

    def change_list(self, change: Callable[[Row], Row] | None) -> None:
        """Change what the list of releases says of the release; or take that out of the list."""
        path = self.release.parent / LIST_FILE
        whole = json.loads(path.read_bytes())
        whole["releases"] = [change(one) for one in whole["releases"]] if change else []
        path.write_text(json.dumps(whole))


@pytest.fixture
def damage(release: Path, published: Path, tmp_path: Path) -> Damage:
    return Damage(release, published / "archive", tmp_path)


def verify(
    release: Path,
    archive: Path | None,
    *,
    jobs: int = 2,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    with verify_letters_in_background(release, archive, jobs=jobs) as letters:
        return verify_beside(release, letters, progress=progress)


def wrong(report: Report) -> dict[str, list[str]]:
    return {check.name: [*map(str, check.problems)] for check in report.checks if check.problems}


def test_a_whole_release_holds(release: Path, published: Path) -> None:
    done: list[tuple[int, int]] = []
    report = verify(
        release, published / "archive", progress=lambda now, total: done.append((now, total))
    )
    assert wrong(report) == {}
    assert report.passed
    quoted = [read_table(release / "parquet", name).height for name in QUOTING]
    assert report.proven == sum(quoted) > 100
    assert len(report.checks) == len({check.name for check in report.checks})
    assert [what.split()[0] for what in report.not_looked_at] == ["what", "the"]
    assert done[-1] == (15, 15)


def test_what_was_not_looked_at_is_said(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_CHECKS", ())
    monkeypatch.setattr(verification, "verify_rules", lambda _: ((), ()))
    alone = tmp_path / "downloaded"
    shutil.copytree(release, alone)
    report = verify(alone, None)
    assert report.passed
    assert report.proven == 0
    assert "letters" not in [check.name for check in report.checks]
    said = "\n".join(report.lines())
    assert "not looked at: the letters" in said
    assert "not looked at: the list of releases" in said


def changed_word(on: Damage) -> None:
    """In the finding, its key and its section alike, so that only the letter tells."""
    old = on.finding
    words = old["text"].split()
    text = " ".join([*words[:2], "seldom", *words[2:]])
    key = finding_key(old["visit_id"], text, 1)

    def in_section(rows: list[Row]) -> None:
        for row in rows:
            if row["section_id"] == old["section_id"]:
                row["text"] = row["text"].replace(old["text"], text)
                row["word_count"] += 1

    def in_visit(rows: list[Row]) -> None:
        for row in rows:
            row["word_count"] += row["visit_id"] == old["visit_id"]

    def in_topics(rows: list[Row]) -> None:
        for row in rows:
            if row["finding_id"] == old["finding_id"]:
                row["finding_id"] = key
        rows.sort(key=lambda row: (row["finding_id"], row["position"]))

    on.change_finding(text=text, finding_id=key)
    on.change("sections", in_section)
    on.change("visits", in_visit)
    on.change("visit_versions", in_visit)
    on.change("finding_topics", in_topics)


def another_page(on: Damage) -> None:
    on.change_finding(page=on.finding["page"] + (1 if on.finding["page"] == 1 else -1))


def moved_box(on: Damage) -> None:
    on.change_finding(y0=on.finding["y0"] + 15, y1=on.finding["y1"] + 15)


def no_place(on: Damage) -> None:
    on.change_finding(page=None, x0=None, y0=None, x1=None, y1=None)


def same_key_twice(on: Damage) -> None:
    on.change("findings", lambda rows: rows.insert(on.number, dict(rows[on.number])))


def dangling_key(on: Damage) -> None:
    on.change_finding(section_id=on.finding["section_id"][:-2] + "99")


def unknown_code(on: Damage) -> None:
    on.change_finding(valence_code="splendid")


def unknown_list(on: Damage) -> None:
    on.change("codes", lambda rows: rows[0].update(code="made_up"))


def null_in_key(on: Damage) -> None:
    on.change("visits", lambda rows: rows[-1].update(visit_id=None))


def null_in_value(on: Damage) -> None:
    on.change("visits", lambda rows: rows[0].update(start_date=None))


def empty_text(on: Damage) -> None:
    on.change("visits", lambda rows: rows[0].update(addressee_role=" "))


def wrong_count(on: Damage) -> None:
    on.change("visits", lambda rows: rows[0].update(finding_count=rows[0]["finding_count"] + 1))


def later_version(on: Damage) -> None:
    on.change("visit_versions", lambda rows: rows[0].update(known_to=date(2026, 1, 1)))


def wrong_coverage(on: Damage) -> None:
    on.change("coverage", lambda rows: rows[0].update(visit_count=55))


def wrong_inspector(on: Damage) -> None:
    on.change("inspectors", lambda rows: rows[0].update(visit_count=77))


def missing_topic(on: Damage) -> None:
    def without_first(rows: list[Row]) -> None:
        owner = next(row["finding_id"] for row in rows if row["position"] == 2)
        rows.remove(next(row for row in rows if row["finding_id"] == owner))

    on.change("finding_topics", without_first)


def wrong_form(on: Damage) -> None:
    on.change("visits", lambda rows: rows[0].update(previous_inspection="May 2019"))


def too_small(on: Damage) -> None:
    on.change("sections", lambda rows: rows[0].update(position=0))


def unsorted(on: Damage) -> None:
    on.change("sections", lambda rows: rows.reverse())


def page_beyond(on: Damage) -> None:
    on.change("sections", lambda rows: rows[-1].update(page_end=99))


def other_key(on: Damage) -> None:
    on.change_finding(finding_id=on.finding["finding_id"][:-8] + "00000000")


def cut_short(on: Damage) -> None:
    on.change_finding(text=on.finding["text"].rpartition(" ")[0])


def missing_column(on: Damage) -> None:
    import polars as pl

    path = on.release / "parquet" / "visit_themes.parquet"
    pl.read_parquet(path).drop("theme_code").write_parquet(path)


def other_type(on: Damage) -> None:
    import polars as pl

    path = on.release / "parquet" / "visit_themes.parquet"
    pl.read_parquet(path).with_columns(pl.col("position").cast(pl.Int64)).write_parquet(path)


def no_table(on: Damage) -> None:
    (on.release / "parquet" / "sections.parquet").unlink()


def no_parquet(on: Damage) -> None:
    (on.release / "parquet" / "letters.parquet").write_bytes(b"PAR1 and no more")


def more_rows(on: Damage) -> None:
    on.change("quarantine", lambda rows: rows.append({**rows[-1], "file_name": "zzz.pdf"}))


def in_csv_only(on: Damage) -> None:
    on.change_text("csv/inspectors.csv", '\n"', '\n"young-')


def null_in_csv_only(on: Damage) -> None:
    on.change_text("csv/visits.csv", '"ILACS"', "")


def number_in_csv_only(on: Damage) -> None:
    on.change_text("csv/authority_neighbours.csv", ",1,", ",one,")


def number_for_nothing(on: Damage) -> None:
    path = on.release / "csv" / "letters.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        names, *rows = csv.reader(lines)
    at = names.index("page_count")
    next(row for row in rows if not row[at])[at] = "many"
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([names, *rows])


def no_csv(on: Damage) -> None:
    (on.release / "csv" / "codes.csv").unlink()


def in_database_only(on: Damage) -> None:
    key = on.finding["finding_id"]
    on.change_database(f"UPDATE findings SET page = page + 1 WHERE finding_id = '{key}'")


def row_of_database(on: Damage) -> None:
    on.change_database("DELETE FROM visit_themes WHERE position = 1")


def table_of_database(on: Damage) -> None:
    on.change_database("DROP TABLE corrections CASCADE")


def no_database(on: Damage) -> None:
    (on.release / DATABASE).write_bytes(b"no database" * 1000)


def no_workbook(on: Damage) -> None:
    (on.release / WORKBOOK).write_bytes(b"no workbook")


def repack(on: Damage, change: Callable[[str, str], str]) -> None:
    """Pack the workbook otherwise, and change what is in it by its name and text."""
    path = on.release / WORKBOOK
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as book:
        for name, text in parts.items():
            book.writestr(name, change(name, text))


def other_cell(on: Damage) -> None:
    repack(on, lambda _, text: text.replace("Focused visit", "Fully visited"))


def changed_letter(on: Damage) -> None:
    content = bytearray(on.letter_path.read_bytes())
    content[-1] ^= 1
    on.letter_path.write_bytes(content)


def no_letter(on: Damage) -> None:
    on.letter_path.unlink()


def broken_letter(on: Damage) -> None:
    on.letter_path.write_bytes(on.letter_path.read_bytes()[:900])


def other_pages(on: Damage) -> None:
    key = on.letter["letter_id"]

    def change(rows: list[Row]) -> None:
        for row in rows:
            if row["letter_id"] == key:
                row["page_count"] += 1

    on.change("letters", change)
    on.change("visits", change)


def record_of_another(on: Damage) -> None:
    on.change_text("release.json", '"visits": ', '"visits": 9')


def sentence_left_out(on: Damage) -> None:
    on.change_finding(sentence=7)


def no_topic(on: Damage) -> None:
    key = on.finding["finding_id"]
    on.change(
        "finding_topics",
        lambda rows: [rows.remove(row) for row in list(rows) if row["finding_id"] == key],
    )


def other_cues(on: Damage) -> None:
    on.change_finding(cues="splendid beyond words")


def other_newest_visit(on: Damage) -> None:
    def change(rows: list[Row]) -> None:
        some = [row for row in rows if row["newest_visit_id"]]
        other = next(one for one in some if one["authority_id"] != some[0]["authority_id"])
        some[0]["newest_visit_id"] = other["newest_visit_id"]

    on.change("coverage", change)


def empty_view(on: Damage) -> None:
    on.change_database("CREATE OR REPLACE VIEW themes_by_year AS SELECT 1 AS year WHERE false")


def no_macro(on: Damage) -> None:
    on.change_database("DROP MACRO TABLE visits_as_of")


def topic_twice(on: Damage) -> None:
    def change(rows: list[Row]) -> None:
        second = next(row for row in rows if row["position"] == 2)
        first = next(row for row in rows if row["finding_id"] == second["finding_id"])
        second["topic_code"] = first["topic_code"]

    on.change("finding_topics", change)


def other_quantifier(on: Damage) -> None:
    on.change_finding(quantifier_code="some", quantifier_words="in splendid numbers")


def other_word_count(on: Damage) -> None:
    on.change("sections", lambda rows: rows[0].update(word_count=rows[0]["word_count"] + 1))


def early_letter(on: Damage) -> None:
    on.change("visits", lambda rows: rows[0].update(letter_date=date(2001, 1, 1)))


def no_visit_of_it(on: Damage) -> None:
    def change(rows: list[Row]) -> None:
        [row for row in rows if row["status"] != "parsed"][-1]["status"] = "parsed"

    on.change("letters", change)


def no_reason(on: Damage) -> None:
    key = next(row["letter_id"] for row in on.letters if row["status"] != "parsed")

    def hold(rows: list[Row]) -> None:
        next(row for row in rows if row["letter_id"] == key)["status"] = "quarantined"

    def forget(rows: list[Row]) -> None:
        rows[:] = [row for row in rows if row["letter_id"] != key]

    on.change("letters", hold)
    on.change("quarantine", forget)


def its_own_successor(on: Damage) -> None:
    on.change("letters", lambda rows: rows[0].update(superseded_by=rows[0]["letter_id"]))


def known_before(on: Damage) -> None:
    on.change("visit_versions", lambda rows: rows[0].update(known_from=date(2001, 1, 1)))


def withdrawn_when_listed(on: Damage) -> None:
    on.change("visit_versions", lambda rows: rows[0].update(withdrawn_date=date(2026, 1, 1)))


def more_unread(on: Damage) -> None:
    def change(rows: list[Row]) -> None:
        rows[0]["unread_count"] += 1
        rows[0]["letter_count"] += 1

    on.change("coverage", change)


def less_coverage(on: Damage) -> None:
    on.change("coverage", lambda rows: rows.pop())


def more_unfetched(on: Damage) -> None:
    on.change("coverage", lambda rows: rows[0].update(unfetched_count=1))


def year_of_nothing(on: Damage) -> None:
    def change(rows: list[Row]) -> None:
        rows.append(rows[-1] | {"year": 1999, "newest_visit_id": None, "newest_visit_date": None})

    on.change("coverage", change)


def other_label(on: Damage) -> None:
    on.change("codes", lambda rows: rows[0].update(label="Splendid"))


def more_codes(on: Damage) -> None:
    on.change("codes", lambda rows: rows.append(rows[-1] | {"code": "zzz", "position": 99}))


def less_codes(on: Damage) -> None:
    on.change("codes", lambda rows: rows.pop())


def corrected(on: Damage, **values: Any) -> None:
    row = dict.fromkeys(SCHEMA["corrections"].column_names) | {
        "table_name": "findings",
        "row_key": on.finding["finding_id"],
        "field": "framework_reference",
        "visit_id": on.finding["visit_id"],
        "new_value": "Splendid 1",
        "status_code": "applied",
        "reason": "A slip.",
        "found_by": "M. E.",
    }
    on.change("corrections", lambda rows: rows.append(row | values))


def correction_undone(on: Damage) -> None:
    corrected(on)


def row_corrected_gone(on: Damage) -> None:
    corrected(on, row_key=on.finding["visit_id"] + "-00000000")


def topic_corrected_undone(on: Damage) -> None:
    key = f"{on.finding['finding_id']}/1"
    corrected(on, table_name="finding_topics", row_key=key, field="topic_code", new_value="none")


def topic_taken_out_there(on: Damage) -> None:
    key = on.finding["finding_id"]
    topics = read_table(on.release / "parquet", "finding_topics").to_dicts()
    topic = next(row["topic_code"] for row in topics if row["finding_id"] == key)
    corrected(
        on,
        table_name="finding_topics",
        row_key=f"{key}/1",
        field="topic_code",
        old_value=topic,
        new_value=None,
    )


def no_such_column(on: Damage) -> None:
    corrected(on, field="splendour")


def other_version(on: Damage) -> None:
    on.change_text("release.json", '"version": "1.0.0"', '"version": "1.0.1"')


def other_package(on: Damage) -> None:
    on.change_text("datapackage.json", '"version": "1.0.0"', '"version": "7.0.0"')


def package_of_nothing(on: Damage) -> None:
    (on.release / "datapackage.json").write_text("[]")


def other_bytes_described(on: Damage) -> None:
    path = on.release / "croissant.json"
    said = json.loads(path.read_bytes())
    said["distribution"][0]["sha256"] = "0" * 64
    del said["distribution"][1]
    path.write_text(json.dumps(said))


def citation_of_nothing(on: Damage) -> None:
    (on.release / "CITATION.cff").write_text("a: b: c")


def other_citation(on: Damage) -> None:
    on.change_text("CITATION.cff", "version: 1.0.0", "version: 7.0.0")


def no_schema(on: Damage) -> None:
    (on.release / "schema.json").write_text("{}")


def damaged(on: Damage) -> ReleaseUnderTest:
    described, _ = verify_files.check_schema(on.release)
    frames, _ = verify_tables.check_columns(on.release / PARQUET, tables_of(described))
    return ReleaseUnderTest(on.release, described, frames)


def told_by(check: str, on: Damage) -> list[str]:
    """What one check finds; of letters, in the one of the finding damaged and a few others."""
    if check == "columns":
        _, problems = verify_tables.check_columns(on.release / PARQUET, SCHEMA)
        return [*map(str, problems)]
    if check == "schema":
        return [*map(str, verify_files.check_schema(on.release)[1])]
    if check == "letters":
        return told_by_letters(on, on.letter["letter_id"], *on.other_letters)
    return [*map(str, CHECKS[check](damaged(on)))]


def told_by_letters(on: Damage, *only: str) -> list[str]:
    """What the letters tell, all of them or some."""
    frames = dict(damaged(on).frames)
    if only:
        letters = frames["letters"]
        frames["letters"] = letters.filter(letters["letter_id"].is_in(only))
    with InThisProcess() as workers:
        return [*map(str, verify_letters.check_letters(on.archive, frames, workers))]


def told_of(table: str, on: Damage) -> list[str]:
    """What the rules of one table find."""
    checks, _ = verified_rules(on, {table})
    return [str(problem) for check in checks for problem in check.problems]


def verified_rules(on: Damage, tables: set[str]) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """What comes of the rules of some tables."""
    every = verify_rules._rules

    def some(under: ReleaseUnderTest) -> dict[str, list[Rule]]:
        return {name: rules for name, rules in every(under).items() if name in tables}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify_rules, "_rules", some)
        return verify_rules.verify_rules(damaged(on))


CHECKS: dict[str, Callable[[ReleaseUnderTest], Iterable[Problem]]] = {
    "checksums": verify_files.check_checksums,
    "release list": verify_files.check_release_list,
    "record": verify_files.check_record,
    "descriptions": verify_files.check_descriptions,
    "code texts": verify_files.check_code_texts,
    "order": verify_tables.check_order,
    "made values": verify_values.check_made_values,
    "csv": verify_forms.check_csv,
    "database": verify_forms.check_database,
    "views": verify_forms.check_views,
    "workbook": verify_forms.check_workbook,
}

#: The check that tells, what is done, and what its message holds; `{…}` is of the finding damaged.
#: What is planted for one check is planted together; with a number, apart from what it would hide.
PLANTED: list[tuple[str, Callable[[Damage], None], str]] = [
    ("letters", changed_word, "parquet/findings.parquet, row {key}, column text: "),
    ("letters", changed_word, " seldom "),
    ("letters", other_pages, "parquet/letters.parquet, row {letter}, column page_count: "),
    ("letters 2", another_page, "row {id}, column page: {other_page}; should be {page}, by arch"),
    ("letters 3", moved_box, "row {id}, column x0, y0, x1, y1: ("),
    ("letters 4", no_place, "row {id}, column page: NULL; should be the place of its words"),
    ("letters 5", changed_letter, "{file}, row {letter}, column sha256: the SHA-256 "),
    ("letters 6", no_letter, "{file}, row {letter}: cannot be read (No such file"),
    ("letters 7", broken_letter, "{file}, row {letter}, column byte_count: 900 bytes; should be"),
    ("code texts", unknown_list, "/made_up: there; should be no row, by schema.json"),
    ("code texts 2", other_label, ", column label: 'Splendid'; should be "),
    ("code texts 2", less_codes, ": missing; should be a row"),
    ("code texts 2", more_codes, "/zzz: there; should be no row, by schema.json"),
    ("order", unsorted, "parquet/sections.parquet, row "),
    ("made values", other_key, "column finding_id: '{visit}-00000000'; should be '{id}'"),
    ("made values 2", cut_short, "row {id}, column finding_id: '{id}'; should be "),
    ("views", empty_view, f"{DATABASE}, view or macro themes_by_year: "),
    ("views", no_macro, f"{DATABASE}: no view or macro visits_as_of; should be there"),
    ("schema", no_schema, "schema.json: "),
    ("columns", missing_column, "parquet/visit_themes.parquet, column theme_code: missing;"),
    ("columns", no_table, "parquet/sections.parquet: missing; should be a table of the schema"),
    ("columns", no_parquet, "parquet/letters.parquet: unreadable ("),
    ("columns 2", other_type, "column position: the type Int64; should be Int32"),
    ("record", more_rows, "release.json: "),
    ("record", other_cell, f"{WORKBOOK}: the content "),
    ("record", record_of_another, "release.json: 9"),
    ("record 2", other_version, "release.json, column version: '1.0.1'; should be '1.0.0', as "),
    ("csv", more_rows, "csv/quarantine.csv, row "),
    ("csv", in_csv_only, "csv/inspectors.csv, row "),
    ("csv", in_csv_only, "row young-"),
    ("csv", null_in_csv_only, "column framework: NULL; should be 'ILACS', as parquet/visits"),
    ("csv", number_in_csv_only, "/NULL: there, with 'one'; should be no row, as parquet/"),
    ("csv", number_for_nothing, ": 'many'; should be no value, as parquet/letters"),
    ("csv", no_csv, "csv/codes.csv: cannot be read"),
    ("database", in_database_only, f"{DATABASE}, table findings, row {{id}}, column page: "),
    ("database", row_of_database, f"{DATABASE}, table visit_themes, row "),
    ("database", table_of_database, f"{DATABASE}: no table corrections; should be that of"),
    ("database 2", no_database, f"{DATABASE}: cannot be read ("),
    ("workbook", no_workbook, f"{WORKBOOK}: cannot be read ("),
    ("descriptions", other_package, "datapackage.json, column version: '7.0.0'; should be '1.0.0'"),
    ("descriptions", other_bytes_described, "croissant.json: the SHA-256 0000"),
    ("descriptions", other_bytes_described, "croissant.json: nothing of parquet/"),
    ("descriptions", other_citation, "CITATION.cff, column version: '7.0.0'; should be '1.0.0'"),
    ("descriptions 2", package_of_nothing, "datapackage.json: cannot be read ("),
    ("descriptions 2", citation_of_nothing, "CITATION.cff: cannot be read ("),
]

#: What is done, the rule that tells, and what its message holds. Those of one list are planted
#: together, as none has to do with another.
RULES_BROKEN: list[list[tuple[Callable[[Damage], None], str, str]]] = [
    [
        (no_place, "findings.page_known", "row {id}: page_known=False, page_expected=True; "),
        (unknown_code, "findings.valence_code_listed", "row {id}, column valence_code: 'splendid'"),
        (sentence_left_out, "findings.sentence_gapless", "row {id}: sentence=7, place="),
        (no_topic, "findings.topics", "row {id}: topic_rows=0; "),
        (other_cues, "findings.words_in_text", "row {id}: words_not_in_text=splendid beyond words"),
        (null_in_value, "visits.required_values_there", ": start_date=NULL; "),
        (empty_text, "visits.values_well_formed", ": addressee_role is blank; "),
        (wrong_count, "visits.finding_count_counted", "row {first}: finding_count="),
        (wrong_count, "visit_versions.as_in_visits", "parquet/visit_versions.parquet, row "),
        (
            wrong_form,
            "visits.previous_inspection_well_formed",
            "column previous_inspection: 'May 2",
        ),
        (wrong_inspector, "inspectors.visit_count_counted", ": visit_count=77, visit_rows="),
        (missing_topic, "finding_topics.position_gapless", ": position=2, place=1; "),
        (page_beyond, "sections.pages_in_letter", "page_end=99"),
        (too_small, "sections.values_well_formed", ": position=0; "),
        (too_small, "sections.id_of_its_place", ": section_id="),
        (other_newest_visit, "coverage.newest_visit_found", ": newest_visit_or_none="),
        (wrong_coverage, "coverage.visit_count_counted", ": visit_count=55, visit_rows="),
    ],
    [
        (
            same_key_twice,
            "findings.key_unique",
            "row {id}, column finding_id: '{id}'; should be as",
        ),
        (null_in_key, "visits.required_values_there", "row NULL: visit_id=NULL; "),
        (later_version, "visit_versions.replaced_if_superseded", ": has_known_to=True, is_"),
        (later_version, "visits.version_there", ": has_version=False; "),
        (topic_twice, "finding_topics.topic_once", "parquet/finding_topics.parquet, row "),
        (other_word_count, "sections.words", ": word_count="),
        (no_reason, "letters.reason_if_quarantined", ": has_reason=False; "),
        (more_unfetched, "coverage.unfetched_in_quarantine", "=0, unfetched_in_all=1; "),
        (no_such_column, "corrections.field_known", "{id}/splendour: is_field_known=False; "),
    ],
    [
        (
            dangling_key,
            "findings.references_known",
            "row {id}: section_id={visit}-99; ",
        ),
        (other_quantifier, "findings.words_in_text", "row {id}: words_not_in_text=in splendid num"),
        (early_letter, "visits.days_to_letter_of_focused_visit", ": days_to_letter="),
        (no_visit_of_it, "letters.visit_if_parsed", ": is_parsed=True, has_visit=False; "),
        (its_own_successor, "letters.replaced_by_another", ": letter_id="),
        (known_before, "visit_versions.known_when_published", ": known_from=2001-01-01, known_fro"),
        (withdrawn_when_listed, "visit_versions.gone_if_withdrawn", ": is_gone=False; "),
        (more_unread, "coverage.letter_count_counted", ": letter_count="),
        (less_coverage, "coverage.no_authority_left_out", ": rows_of_year="),
        (year_of_nothing, "coverage.no_authority_too_many", "/1999: is_to_be_covered=False; "),
        (correction_undone, "corrections.new_value_stands", "{id}/framework_reference: held_inst"),
        (row_corrected_gone, "corrections.new_value_stands", ": held_instead=no such row; "),
        (topic_corrected_undone, "corrections.new_value_stands", "{id}/1/topic_code: held_instea"),
    ],
    [(topic_taken_out_there, "corrections.new_value_stands", "{id}/1/topic_code: held_instead=")],
]

#: What is done to a release, each by a check of its own.
TOLD_ONCE: dict[str, Callable[[Damage], None]] = {
    "letters": moved_box,
    "agreement": wrong_count,
    "csv": in_csv_only,
    "database": in_database_only,
}


def filled_in(message: str, on: Damage) -> str:
    old = on.finding
    words = old["text"].split()
    return message.format(
        id=old["finding_id"],
        key=finding_key(old["visit_id"], " ".join([*words[:2], "seldom", *words[2:]]), 1),
        visit=old["visit_id"],
        first=on.first_visit,
        page=old["page"],
        other_page=old["page"] + (1 if old["page"] == 1 else -1),
        letter=on.letter["letter_id"],
        file=f"archive/{place(on.letter['sha256'])}",
    )


@pytest.mark.parametrize("group", dict.fromkeys(group for group, *_ in PLANTED))
def test_what_is_planted_is_told_with_its_place(group: str, damage: Damage) -> None:
    planted = [one for one in PLANTED if one[0] == group]
    for plant in dict.fromkeys(plant for _, plant, _ in planted):
        plant(damage)
    told = told_by(group.rstrip(" 234567"), damage)
    for _, plant, message in planted:
        expected = filled_in(message, damage)
        assert any(expected in problem for problem in told), (plant.__name__, told)


@pytest.mark.parametrize(
    "planted", RULES_BROKEN, ids=[f"{len(some)} rules" for some in RULES_BROKEN]
)
def test_rules_that_are_broken_are_told_with_the_place(
    planted: list[tuple[Callable[[Damage], None], str, str]], damage: Damage
) -> None:
    for plant in dict.fromkeys(plant for plant, *_ in planted):
        plant(damage)
    tables = {rule.partition(".")[0] for _, rule, _ in planted}
    checks, not_asked = verified_rules(damage, tables)
    told = [str(problem) for check in checks for problem in check.problems]
    untold = [
        (plant.__name__, rule, [one for one in told if f"as {rule} says" in one])
        for plant, rule, message in planted
        if not any(
            filled_in(message, damage) in one and f"should be as {rule} says: " in one
            for one in told
        )
    ]
    assert untold == []
    assert not_asked == ()


def test_a_fault_is_told_once(damage: Damage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "LocalWorkers", InThisProcess)
    for plant in TOLD_ONCE.values():
        plant(damage)
    no_letter(damage)
    damage.sum_up()
    report = verify(damage.release, damage.archive, jobs=1)
    # Other forms were not made anew, and are described as they were.
    assert wrong(report).keys() - {"descriptions", "workbook"} == TOLD_ONCE.keys()
    assert not report.passed


def unlisted(on: Damage) -> None:
    (on.release / "csv" / "notes.txt").write_text("by hand")


def lost(on: Damage) -> None:
    (on.release / "csv" / "README.txt").unlink()


def altered(on: Damage) -> None:
    on.change_text("csv/README.txt", "UTF-8", "UTF-9")


def no_sums(on: Damage) -> None:
    (on.release / CHECKSUMS_FILE).unlink()


def forged_sums(on: Damage) -> None:
    altered(on)
    write_checksums(on.release)


@pytest.mark.parametrize(
    ("plant", "check", "message"),
    [
        (unlisted, "checksums", "csv/notes.txt: there, though SHA256SUMS does not list it; should"),
        (lost, "checksums", "csv/README.txt: missing; should be there, as SHA256SUMS lists it"),
        (altered, "checksums", "csv/README.txt: the SHA-256 {readme}; should be "),
        (no_sums, "checksums", "SHA256SUMS: cannot be read ("),
        (no_sums, "release list", "SHA256SUMS: the SHA-256 no checksum (No such file"),
        (forged_sums, "release list", "SHA256SUMS: the SHA-256 {sums}; should be "),
    ],
)
def test_files_are_those_of_the_release(
    plant: Callable[[Damage], None], check: str, message: str, damage: Damage
) -> None:
    plant(damage)
    told = told_by(check, damage)

    def sha256(name: str) -> str:
        path = damage.release / name
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""

    expected = message.format(readme=sha256("csv/README.txt"), sums=sha256(CHECKSUMS_FILE))
    assert any(expected in problem for problem in told), told


@pytest.mark.parametrize(
    ("field", "value", "column"),
    [
        ("date", "2001-01-01", "released"),
        ("source", "somewhere", "source"),
        ("previous", "0.9.0", "previous"),
        ("row_counts", {"visits": 1}, "row_counts"),
    ],
)
def test_the_list_says_of_a_release_what_it_says_of_itself(
    field: str, value: object, column: str, damage: Damage
) -> None:
    damage.change_list(lambda one: one | {field: value})
    (problem,) = told_by("release list", damage)
    assert problem.startswith(f"release.json, column {column}: ")
    assert problem.endswith("by ../releases.json")


def test_a_release_that_its_list_leaves_out(damage: Damage) -> None:
    damage.change_list(None)
    told = told_by("release list", damage)
    assert told == ["../releases.json: no entry for 1.0.0; should be one"]
    damage.release = damage.release.rename(damage.release.with_name(".new-1.0.0"))
    assert told_by("release list", damage) == []


def listing(**values: Any) -> Listing:
    return Listing(source="ofsted", file_name="unfetched.pdf", **values)


@pytest.mark.parametrize("of", ["an unknown authority", "a known one", "a visit's own address"])
def test_a_file_that_could_not_be_had_does_not_make_the_coverage_wrong(
    of: str, release: Path, damage: Damage
) -> None:
    tables = damage.release / "parquet"
    rows = {name: read_table(tables, name).to_dicts() for name in ("letters", "visits")}
    rows["authorities"] = read_table(tables, "authorities").to_dicts()
    number = next(row["ofsted_urn"] for row in rows["authorities"] if row["ofsted_urn"])
    day = date(2031, 2, 3)
    unfetched = {
        "an unknown authority": listing(ofsted_urn="0", published_date=day),
        "a known one": listing(ofsted_urn=number, published_date=day),
        "a visit's own address": listing(
            ofsted_urn=number, published_date=day, source_url=rows["visits"][0]["source_url"]
        ),
    }[of]
    made = list(coverage_rows(lambda name, *_: rows[name], [unfetched]))
    damage.change("coverage", lambda rows: rows.__setitem__(slice(None), made))
    # Of such a file nothing is known then; one that is in no cell changes none.
    is_counted = any(row["unfetched_count"] for row in made)
    assert bool(told_of("coverage", damage)) is is_counted
    damage.change(
        "quarantine", lambda rows: rows.append({**rows[0], "letter_id": None, "source_url": "x"})
    )
    assert told_of("coverage", damage) == []


def test_what_was_taken_out_of_one_place_may_be_put_into_another(damage: Damage) -> None:
    themes = read_table(damage.release / "parquet", "visit_themes").to_dicts()
    second = next(row for row in themes if row["position"] == 2)
    key = second["visit_id"]
    first = next(row for row in themes if row["visit_id"] == key and row["position"] == 1)
    for position, old, new in (
        (1, first["theme_code"], second["theme_code"]),
        (2, second["theme_code"], None),
    ):
        corrected(
            damage,
            table_name="visit_themes",
            row_key=f"{key}/{position}",
            visit_id=key,
            field="theme_code",
            old_value=old,
            new_value=new,
        )
    damage.change("visit_themes", lambda rows: rows.remove(first))
    damage.change(
        "visit_themes",
        lambda rows: next(row for row in rows if row["visit_id"] == key).update(position=1),
    )
    assert told_of("corrections", damage) == []


@pytest.mark.parametrize("name", ["2026-download", "ofsted", "1.0"])
def test_a_copy_may_be_called_anything(name: str, damage: Damage) -> None:
    damage.release = damage.release.rename(damage.release.with_name(name))
    for check in ("checksums", "release list", "record", "descriptions"):
        assert told_by(check, damage) == []


def test_a_link_that_leads_nowhere_is_told(damage: Damage) -> None:
    (damage.release / "csv" / "README.txt").unlink()
    (damage.release / "csv" / "README.txt").symlink_to("nowhere")
    told = told_by("checksums", damage)
    assert told[0].startswith("csv/README.txt: unreadable (No such file")


def test_a_workbook_with_bytes_changed_within_is_told(damage: Damage) -> None:
    path = damage.release / WORKBOOK
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40] = bytes(byte ^ 0xFF for byte in content[middle : middle + 40])
    path.write_bytes(content)
    told = told_by("workbook", damage)
    assert any(problem.startswith(f"{WORKBOOK}: cannot be read (") for problem in told)


def test_a_workbook_that_is_packed_otherwise_has_the_same_content(damage: Damage) -> None:
    repack(damage, lambda _, text: text)
    write_checksums(damage.release)
    # Its bytes are others, and so is what describes them; what is in it is the same.
    of_files = ("checksums", "release list", "record", "descriptions", "workbook")
    told = {check for check in of_files if told_by(check, damage)}
    assert told == {"release list", "descriptions"}


def test_a_workbook_may_write_its_characters_as_numbers(damage: Damage) -> None:
    def as_numbers(name: str, text: str) -> str:
        return text.replace("’", "&#8217;").replace("‘", "&#x2018;") if "sheet" in name else text

    repack(damage, as_numbers)
    assert told_by("workbook", damage) == []


@pytest.mark.parametrize(("kept", "in_one"), [(0, True), (3, True), (-1, False)])
def test_an_archive_of_other_letters_is_told_in_one(
    kept: int, in_one: bool, damage: Damage
) -> None:
    tables = damage.release / "parquet"
    read = read_table(tables, "letters").filter(
        read_table(tables, "letters")["letter_id"].is_in(
            read_table(tables, "visits")["letter_id"].to_list()
        )
    )
    for sha256 in read["sha256"][kept:]:
        (damage.archive / place(sha256)).unlink()
    told = told_by_letters(damage)
    problems = [problem for problem in told if problem.startswith("archive: ")]
    assert bool(problems) is in_one
    if in_one:
        assert "--without-letters" in problems[0]
        assert f"{read.height - kept} of " in problems[0]
    assert told


def test_of_many_rows_at_fault_some_are_told_and_all_are_counted(damage: Damage) -> None:
    def shift(rows: list[Row]) -> None:
        for row in rows:
            row["valence_code"] = "splendid"

    damage.change("findings", shift)
    told = [one for one in told_of("findings", damage) if "valence_code" in one]
    told = [one for one in told if "valence_code_listed" in one or "more rows" in one]
    assert len(told) == 21
    assert f"{len(damage.findings) - 20:,} more rows with this fault" in told[-1]


@pytest.mark.parametrize("table", ["visits", "sections", "letters"])
def test_rules_that_ask_for_a_table_that_is_not_there_are_left_out(
    table: str, release: Path
) -> None:
    described, _ = verify_files.check_schema(release)
    frames, _ = verify_tables.check_columns(release / PARQUET, tables_of(described))
    frames.pop(table)
    checks, not_asked = verify_rules.verify_rules(ReleaseUnderTest(release, described, frames))
    assert [problem for check in checks for problem in check.problems] == []
    assert not_asked


def test_what_xml_has_no_character_for_is_read_back() -> None:
    part = b"<c><is><t>_x005F_x0041_ b&amp;_x000D_</t></is></c>"
    assert verify_forms._strings(part) == {"_x0041_ b&\r"}
