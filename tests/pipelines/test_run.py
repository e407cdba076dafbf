"""The whole job: first run, second run, what changes in between, what is wrong with the input."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from assets.findings import lexicon
from assets.letters.archive import Archive
from assets.letters.sources import SAMPLE, open_source
from assets.running.cluster import open_workers
from assets.tables import candidate
from assets.tables.corrections_file import FIELDS, read_corrections
from assets.tables.derived import AllRows
from assets.tables.rows import Making, no_rows
from pipelines.releasing import NotReleased, make_release
from pipelines.report import last
from pipelines.run import NOT_PUBLISHED, PUBLISHED, WRONG_USAGE
from tests import bad_inputs
from tests.in_this_process import InThisProcess
from tests.pipelines.conftest import SOME, Ran, Run, everything, reasons, tables
from warehouse.ours import claim

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def letter_id(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def test_the_sample(
    run: Run, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Ran(PUBLISHED, shutil.copytree(published, tmp_path / "one", symlinks=True), "", "")
    files = (path for path in SAMPLE.rglob("*.*") if path.suffix != ".csv")
    letters = sorted(path.relative_to(SAMPLE).as_posix() for path in files)
    assert first.summary.outcome == "published"
    assert sorted(first.summary.new) == letters
    assert sorted(row["file_name"] for row in first.rows("letters")) == letters
    assert len(first.rows("visits")) == first.summary.letters_by_status["parsed"] >= 16
    assert {row["source"] for row in first.rows("letters")} == {"sample"}
    for name in ("warehouse.duckdb", "quality/index.html", "quality/summary.md"):
        assert (first.out / name).is_file()

    # The same input gives the same bytes.
    again = run("sample", tmp_path / "two")
    assert again.status == PUBLISHED
    assert again.printed.startswith("Published ")
    assert tables(again.out) == tables(first.out)

    # An unchanged source is not read: nothing that could read is even started.
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("started although there is nothing to do")

    monkeypatch.setattr(InThisProcess, "start", refuse)
    monkeypatch.setattr("assets.tables.verdict.validated", refuse)
    before = everything(first.out)
    second = run("sample", tmp_path / "one", day=1)
    assert second.status == PUBLISHED
    assert second.printed.startswith("Nothing new: ")
    assert second.summary.outcome == "unchanged"
    assert (second.summary.new, second.summary.read) == ((), 0)
    assert second.summary.row_counts == first.summary.row_counts
    assert everything(first.out) == before


def test_only_new_and_changed_files_are_opened(run: Run, letters: Path, out: Path) -> None:
    for name in SOME:  # other bytes, which only opening the file could tell
        path = letters / name
        status = path.stat()
        path.write_bytes(b"x" * status.st_size)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    before = tables(out)
    assert run(letters, out, day=1).summary.outcome == "unchanged"
    assert tables(out) == before
    third = run(letters, out, day=1, full=True)
    assert third.summary.changed == SOME
    assert third.summary.read == 2 * len(SOME), "all are read again, the old ones as well"


def test_new_changed_and_removed_files(run: Run, letters: Path, out: Path) -> None:
    kept, removed, changed = SOME
    added = "9900003_2019-05-24.pdf"
    ids = {name: letter_id(letters / name) for name in SOME}

    removed_bytes = (letters / removed).read_bytes()
    (letters / removed).unlink()
    shutil.copy2(SAMPLE / added, letters)
    text = (letters / changed).read_text(encoding="utf-8")
    (letters / changed).write_text(text + "\n", encoding="utf-8")
    second = run(letters, out, day=1)
    assert second.status == PUBLISHED
    assert second.summary.new == (added,)
    assert second.summary.changed == (changed,)
    assert second.summary.gone == (removed,)
    assert second.summary.read == 2
    assert len(second.rows("visits")) == 4, "the removed letter's visit stays"
    rows = {row["letter_id"]: row for row in second.rows("letters")}
    new_id = letter_id(letters / changed)
    assert {
        key: (row["first_seen_at"].day, row["last_seen_at"].day) for key, row in rows.items()
    } == {
        ids[kept]: (1, 2),
        ids[removed]: (1, 1),
        ids[changed]: (1, 1),
        new_id: (2, 2),
        letter_id(letters / added): (2, 2),
    }
    # Under one name, other bytes are another version of the letter.
    assert rows[ids[changed]]["superseded_by"] == new_id
    assert rows[new_id]["status"] == "parsed"

    (letters / removed).write_bytes(removed_bytes)
    third = run(letters, out, day=2)
    assert (third.summary.returned, third.summary.new) == ((removed,), ())
    assert "There again" in third.printed
    assert third.summary.read == 0, "its bytes were read before"
    row = next(row for row in third.rows("letters") if row["letter_id"] == ids[removed])
    assert (row["first_seen_at"].day, row["last_seen_at"].day) == (1, 3)


def test_what_is_listed_of_a_letter_can_change(run: Run, letters: Path, out: Path) -> None:
    name = SOME[0]
    manifest = letters / "manifest.csv"
    manifest.write_text(f"file,published\n{name},2018-02-18\n", encoding="utf-8")
    ran = run(letters, out, day=18)
    (row,) = (row for row in ran.rows("letters") if row["file_name"] == name)
    assert (row["published_date"].day, row["first_seen_at"].day) == (18, 1)
    assert (ran.summary.relisted, ran.summary.new, ran.summary.changed) == ((name,), (), ())
    # The letter's own word wins, and the difference is told.
    assert "Published date disagrees" in ran.printed


def test_a_first_run_on_bad_input_loses_nothing(run: Run, letters: Path, tmp_path: Path) -> None:
    for name, make in bad_inputs.QUARANTINED.items():
        (letters / f"{name}.pdf").write_bytes(make())
    (letters / "not utf8.txt").write_bytes(bad_inputs.not_utf8_text())
    (letters / "cyclic.pdf").write_bytes(bad_inputs.cyclic_tags_pdf())
    (letters / "nowhere.pdf").symlink_to(letters / "missing")
    (letters / "sub folder").mkdir()
    shutil.copy(letters / SOME[0], letters / "sub folder" / "Zwölf, drei.PDF")
    (letters / "manifest.csv").write_text("file,urn,published,sha256\nabsent.pdf,x,y,z\n")
    ran = run(letters, tmp_path / "out")

    assert ran.status == PUBLISHED
    assert len(ran.rows("visits")) == len(SOME)
    found = reasons(ran)
    assert found.pop("cyclic.pdf") == "superseded", "another file of a letter that is read"
    assert found == {
        "empty.pdf": "empty_file",
        "html.pdf": "html_page",
        "random.pdf": "not_a_pdf",
        "truncated.pdf": "truncated",
        "header only.pdf": "truncated",
        "encrypted.pdf": "encrypted",
        "many pages.pdf": "too_many_pages",
        "zero pages.pdf": "damaged",
        "minutes.pdf": "not_a_letter",
        "school letter.pdf": "not_childrens_services",
        "scan.pdf": "needs_ocr",
        "not utf8.txt": "not_utf8",
        "nowhere.pdf": "unreadable",
        "sub folder/Zwölf, drei.PDF": "duplicate_file",
    }
    # Every bad file has its line, with the reason.
    lines = [" ".join(line.split()) for line in ran.printed.splitlines()]
    for name, reason in found.items():
        assert any(line.startswith(f"{name}: {reason}. ") for line in lines), name
    assert {row["status"] for row in ran.rows("letters")} == {"parsed", "quarantined", "superseded"}
    assert run(letters, tmp_path / "out", day=1).summary.read == 0


def test_a_run_without_a_single_usable_letter_fails(run: Run, tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "empty.pdf").write_bytes(b"")
    ran = run(letters, tmp_path / "out")
    assert ran.status == NOT_PUBLISHED
    assert ran.printed.startswith("Nothing was published")
    assert "Not one letter can be published: 1 quarantined. In quarantine: 1 empty_file; " in (
        " ".join(ran.printed.split())
    )
    assert [file.file_name for file in ran.summary.quarantine] == ["empty.pdf"]
    # Why can be queried; a release cannot be made of it, and the next run tries again.
    assert [row["reason_code"] for row in ran.rows("quarantine")] == ["empty_file"]
    with pytest.raises(NotReleased, match="Not one letter is published"):
        make_release(tmp_path / "out", jobs=1)
    assert run(letters, tmp_path / "out", day=1).status == NOT_PUBLISHED


def spoil(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Let the rows be made with a fault."""

    class Spoilt(Making):
        def batches(self, made: AllRows) -> Iterator[dict[str, list[dict[str, Any]]]]:
            for some in super().batches(made):
                rows = no_rows() | some
                change(rows)
                yield rows

    monkeypatch.setattr(candidate, "Making", Spoilt)


def test_a_letter_that_breaks_a_rule_is_held_back(
    run: Run, letters: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def visit_on_a_sunday(rows: dict[str, list[dict[str, Any]]]) -> None:
        for visit in rows["visits"]:
            if visit["start_date"].year == 2023:
                visit["start_date"] = visit["end_date"] = date(2023, 10, 29)

    spoil(monkeypatch, visit_on_a_sunday)
    ran = run(letters, out, anew=True)
    assert ran.status == PUBLISHED
    (row,) = ran.rows("quarantine")
    assert (row["file_name"], row["stage"], row["reason_code"]) == (SOME[2], "validate", "invalid")
    assert "day" in row["detail"]
    assert len(ran.rows("visits")) == 2
    assert {row["status"] for row in ran.rows("letters")} == {"parsed", "quarantined"}


def test_a_fault_in_a_table_blocks_publication(
    run: Run, letters: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables(out)
    shutil.copy2(SAMPLE / "9900003_2019-05-24.pdf", letters)
    with monkeypatch.context() as fault:
        spoil(fault, lambda rows: rows["codes"].extend(rows["codes"][:1]))
        second = run(letters, out, day=1)
    assert second.status == NOT_PUBLISHED
    assert second.printed.startswith("Nothing was published")
    assert second.summary.outcome == "blocked"
    assert any(problem.startswith("codes, keys: ") for problem in second.summary.problems)
    assert tables(out) == before


def test_a_fault_of_the_program_is_told_with_its_trace(
    run: Run, letters: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(monkeypatch, lambda rows: rows.pop("visits"))
    ran = run(letters, out, anew=True)
    assert ran.status == NOT_PUBLISHED
    assert ran.summary.outcome == "failed"
    assert "Stack Trace" in ran.printed
    assert not (out / "current").exists()


def test_an_archive_that_cannot_be_written_is_told_plainly(
    run: Run, letters: Path, tmp_path: Path
) -> None:
    claim(tmp_path / "out")
    (tmp_path / "out" / "archive").mkdir()
    (tmp_path / "out" / "archive" / ".incoming").write_text("in the way")
    ran = run(letters, tmp_path / "out")
    assert ran.status == NOT_PUBLISHED
    assert "cannot be written" in ran.printed
    assert "Stack Trace" not in ran.printed


def correct(monkeypatch: pytest.MonkeyPatch, path: Path, *lines: str) -> None:
    """Let runs take their corrections from another file."""
    path.write_text("\n".join([",".join(FIELDS), *lines, ""]), encoding="utf-8")
    for module in ("pipelines.run", "assets.tables.candidate"):
        monkeypatch.setattr(f"{module}.read_corrections", partial(read_corrections, path))


def test_corrections_are_applied_and_others_told(
    run: Run, letters: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Ran(PUBLISHED, out, "", "")
    finding = next(row for row in first.rows("findings") if row["valence_code"] == "strength")
    visit = finding["visit_id"]
    (before,) = (row for row in first.rows("visits") if row["visit_id"] == visit)
    slip = f"{visit[:-1]}{(int(visit[-1]) + 1) % 10}"
    correct(
        monkeypatch,
        tmp_path / "corrections.csv",
        f"{visit},findings,{finding['finding_id']},valence_code,strength,mixed,It is both.,A. V.",
        f"{visit},visits,,delivery_mode,hybrid,remote,It was remote.,A. V.",
        f"{slip},visits,,delivery_mode,hybrid,remote,It was remote.,A. V.",
        "darlington-focused-visit-2021-10-26,visits,,focus,,All.,It is said.,A. V.",
    )
    second = run(letters, out, anew=True)
    assert second.status == PUBLISHED
    (corrected,) = (
        row for row in second.rows("findings") if row["finding_id"] == finding["finding_id"]
    )
    assert (corrected["valence_code"], corrected["valence_score"]) == ("mixed", None)
    (after,) = (row for row in second.rows("visits") if row["visit_id"] == visit)
    assert after["strength_count"] == before["strength_count"] - 1
    assert [
        (row["field"], row["status_code"], row["row_key"], row["visit_id"])
        for row in second.rows("corrections")
    ] == [
        ("valence_code", "applied", finding["finding_id"], visit),
        *(("delivery_mode", "stale", *key) for key in sorted([(visit, visit), (slip, None)])),
    ]
    printed = " ".join(second.printed.split())
    assert "corrections.csv, line 3, was not applied" in printed
    assert "Corrections: 1 applied, 2 stale" in printed
    # Of a visit that there is none of, and of an authority of other letters.
    assert (
        f"visits.delivery_mode of {slip} was hybrid when it was corrected, and no such" in printed
    )
    assert "One line of corrections.csv is about an authority" in printed
    assert "is here: line 5." in printed


def test_a_letter_that_breaks_a_rule_once_corrected_says_so(
    run: Run, letters: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Ran(PUBLISHED, out, "", "")
    visit = min(first.rows("visits"), key=lambda row: row["visit_id"])
    sunday = visit["start_date"] - timedelta(days=(visit["start_date"].weekday() + 1) % 7)
    correct(
        monkeypatch,
        tmp_path / "corrections.csv",
        f"{visit['visit_id']},visits,,start_date,{visit['start_date']},{sunday},A slip.,A. V.",
    )
    second = run(letters, out, anew=True)
    assert second.status == PUBLISHED
    (row,) = (row for row in second.rows("quarantine") if row["letter_id"] == visit["letter_id"])
    assert row["detail"].startswith("After corrections.csv, line 2: ")
    (corrected,) = second.rows("corrections")
    assert corrected["status_code"] == "stale"
    printed = " ".join(second.printed.split())
    assert "After corrections.csv, line 2: " in printed
    assert "and its letter is in quarantine now." in printed


@pytest.mark.parametrize("what", ["corrections", "lexicon"])
def test_a_line_that_cannot_be_right_is_told_before_all_else(
    what: str,
    run: Run,
    letters: Path,
    out: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = everything(out)
    if what == "corrections":
        line = "x,visits,x,delivery_mode,remote,by post,No.,A."
        correct(monkeypatch, tmp_path / "corrections.csv", line)
        told = "corrections.csv, line 2: by post is no code of the list delivery_mode"
    else:
        lexicon._lexicon.cache_clear()
        monkeypatch.setattr(
            lexicon, "numbered_rows", lambda *_: [(2, {"words": "Murky", "kind": "shortfall"})]
        )
        told = "lexicon.csv, line 2: 'Murky' has capitals"
    ran = run(letters, out, day=1, full=True)
    assert ran.status == NOT_PUBLISHED
    assert told in " ".join(ran.printed.split())
    assert "Nothing was published" in ran.printed
    # It is reported as any run is, and nothing else has changed.
    assert told in ran.summary.problems[0]
    assert told in max((out / "reports").glob("*.md")).read_text(encoding="utf-8")
    assert everything(out) == before
    last_run = last(out)
    assert last_run is not None
    assert last_run.outcome == "failed"


def test_a_fault_of_the_lexicon_is_told_once_and_not_of_each_letter(
    run: Run, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a run of Dagster's, which begins with the assets."""
    monkeypatch.setattr("pipelines.run.check_lexicon", lambda: None)
    lexicon._lexicon.cache_clear()
    monkeypatch.setattr(lexicon, "numbered_rows", lambda *_: [(2, {"words": "", "kind": "good"})])
    ran = run(letters, tmp_path / "out")
    assert ran.status == NOT_PUBLISHED
    assert ran.summary.problems == ("lexicon.csv, line 2: there are no words in it",)


@pytest.mark.parametrize(("held", "asked"), [("letters", "sample"), ("sample", "letters")])
def test_two_worlds_are_not_mixed(
    run: Run, letters: Path, tmp_path: Path, held: str, asked: str
) -> None:
    sources = {"letters": str(letters), "sample": "sample"}
    Archive(tmp_path / "out" / "archive").take(open_source(sources[held]), now=NEW_YEAR)
    ran = run(sources[asked], tmp_path / "out")
    assert ran.status == WRONG_USAGE
    assert "Name another folder with --out" in ran.complained


def test_a_source_that_is_not_there_leaves_no_trace(run: Run, tmp_path: Path) -> None:
    ran = run(tmp_path / "nowhere", tmp_path / "out")
    assert ran.status == WRONG_USAGE
    assert ran.complained == f"There is no folder {tmp_path}/nowhere.\n"
    assert not ran.out.exists()


def test_a_cluster_that_is_open_leaves_no_trace_and_one_that_is_down_a_report(
    run: Run, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.run.open_workers", open_workers)
    ran = run(letters, tmp_path / "out", cluster="tcp://192.0.2.1:8786")
    assert ran.status == WRONG_USAGE
    assert "whoever reaches a scheduler without TLS runs code on it" in ran.complained
    assert not ran.out.exists()
    monkeypatch.setattr("assets.running.cluster._FIRST_WAIT", 0.5)
    ran = run(letters, tmp_path / "out", cluster="tcp://127.0.0.1:9")
    assert ran.status == NOT_PUBLISHED
    assert "does not answer" in ran.summary.problems[0]
