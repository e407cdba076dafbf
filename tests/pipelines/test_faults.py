"""Damage, faults that pass and letters that are not proven: what a run makes of them."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from assets.letters.archive import Archive
from assets.model import Rejection
from assets.tables import candidate, held_back, proofs, rows
from assets.tables.corrections_file import CorrectionError
from assets.tables.files import ReadFile
from pipelines.run import NOT_PUBLISHED, PUBLISHED
from tests.pipelines.conftest import SOME, Run, reasons, tables
from warehouse import states
from warehouse.query import status


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def test_a_damaged_state_is_told_and_made_anew(run: Run, letters: Path, out: Path) -> None:
    whole = states.whole(out)
    before = tables(out)
    for file in ("warehouse.duckdb", "parquet/visits.parquet", "state.json"):
        path = out / "current" / file
        kept = path.read_bytes()
        halve(path)
        with pytest.raises(states.DamagedState, match=f"{file} .*`ofsted-letters run` makes it an"):
            status(out, datetime.now(UTC))
        if file != "state.json":
            path.write_bytes(kept)
    ran = run(letters, out)
    assert ran.status == PUBLISHED
    assert ran.printed.startswith("Published ")
    assert "damaged" in ran.complained
    assert tables(out) == before
    assert whole
    assert states.whole(out).state_id == whole.state_id
    assert run(letters, out).printed.startswith("Nothing new")


def test_a_state_of_a_newer_version_is_left_alone(run: Run, letters: Path, out: Path) -> None:
    path = (out / "current").resolve() / "state.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2}))
    ran = run(letters, out)
    assert ran.status == NOT_PUBLISHED
    assert "published by a newer version of this program" in ran.complained


def test_a_clock_that_was_ahead_does_not_stay_in_the_state(
    run: Run, letters: Path, out: Path
) -> None:
    path = (out / "current").resolve() / "state.json"
    ahead = {"published_at": "2199-01-01T00:00:00+00:00"}
    path.write_text(json.dumps(json.loads(path.read_text()) | ahead))
    run(letters, out, day=1, full=True)
    published = states.whole(out)
    assert published
    assert published.published_at.year == 2026


def test_an_archived_file_with_other_bytes_is_not_read(run: Run, letters: Path, out: Path) -> None:
    name = SOME[0]
    (file,) = (one for one in Archive(out / "archive").files() if one.file_name == name)
    path = out / "archive" / file.path
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + b"x" + whole[-8:])
    (letters / name).unlink()
    ran = run(letters, out, day=1, full=True)
    assert ran.status == PUBLISHED
    assert reasons(ran) == {name: "altered"}
    (row,) = ran.rows("quarantine")
    assert f"archive/{file.path} is not the file that was archived" in row["detail"]
    path.write_bytes(whole)
    assert reasons(run(letters, out, day=2, full=True)) == {}


def test_a_run_goes_on_where_a_fault_may_have_passed(
    run: Run, letters: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = candidate._read

    def ended(*arguments: object) -> ReadFile:
        found = read(*arguments)  # type: ignore[arg-type]
        if found.file.file_name != SOME[0]:
            return found
        return ReadFile(
            found.file,
            Rejection(stage="read", reason_code="reader_crashed", detail="Out.", is_passing=True),
        )

    with monkeypatch.context() as fault:
        fault.setattr(candidate, "_read", ended)
        assert reasons(run(letters, out, anew=True)) == {SOME[0]: "reader_crashed"}
    again = run(letters, out)
    assert again.printed.startswith("Published ")
    assert reasons(again) == {}


def unproven(names: tuple[str, ...]) -> Callable[..., ReadFile]:
    read = candidate._read

    def make(*arguments: object) -> ReadFile:
        found = read(*arguments)  # type: ignore[arg-type]
        told = ("“Plans are clear.”, page 2, text: other words; should be these.",)
        return found._replace(unproven=told) if found.file.file_name in names else found

    return make


def test_a_letter_that_does_not_say_what_is_quoted_of_it_is_not_published(
    run: Run, letters: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidate, "_read", unproven(SOME[:1]))
    ran = run(letters, out, anew=True)
    assert ran.status == PUBLISHED
    assert len(ran.rows("visits")) == 2
    (row,) = ran.rows("quarantine")
    assert (row["file_name"], row["stage"], row["reason_code"]) == (SOME[0], "validate", "invalid")
    assert "“Plans are clear.”, page 2" in row["detail"]


def test_where_far_too_many_are_not_proven_it_is_the_programs_fault(
    run: Run, letters: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidate, "_read", unproven(SOME))
    monkeypatch.setattr(
        proofs, "Tolerance", lambda: msgspec.defstruct("T", [], namespace={"of": lambda *_: 2})()
    )
    before = tables(out)
    ran = run(letters, out, full=True)
    assert ran.status == NOT_PUBLISHED
    assert "3 of 3 letters do not say what is quoted of them" in " ".join(ran.printed.split())
    assert "Traceback" not in ran.printed
    assert tables(out) == before


def test_what_no_letter_is_at_fault_for_is_told_by_its_rule(
    run: Run, letters: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = [row | {"label": None} for row in rows.code_rows()]
    monkeypatch.setattr(rows, "code_rows", lambda: without)
    before = tables(out)
    ran = run(letters, out, full=True, has_database=True)  # which does not hold such rows either
    assert ran.status == NOT_PUBLISHED
    assert "codes.required_values_there" in ran.printed
    assert tables(out) == before


def test_a_letter_is_held_back_by_hand(
    run: Run, letters: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (letter_id,) = (
        one.letter_id for one in Archive(out / "archive").files() if one.file_name == SOME[0]
    )
    file = tmp_path / "held_back.csv"
    file.write_text(f"letter_id,reason,found_by\n{letter_id},It is a draft.,RT\n")
    monkeypatch.setattr(candidate, "read_held_back", lambda: held_back.read_held_back(file))
    ran = run(letters, out, anew=True)
    assert ran.status == PUBLISHED
    (row,) = ran.rows("quarantine")
    assert (row["letter_id"], row["stage"], row["reason_code"], row["detail"]) == (
        letter_id,
        "validate",
        "held_back",
        "It is a draft.",
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0123456789abcdef,,RT", "line 2: letter, reason and who found it must all be given"),
        ("0123456789abcdef,Why", "line 2: not as many cells as the first line has"),
        ("a.pdf,It is a draft.,RT", "line 2: a.pdf is no letter_id of the table letters"),
        ("0123456789abcdef,One.,RT\n0123456789abcdef,Two.,RT", "line 3: 0123456789abcdef is held"),
    ],
)
def test_a_line_that_holds_back_nothing_is_refused(tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "held_back.csv"
    file.write_text(f"letter_id,reason,found_by\n{line}\n")
    with pytest.raises(CorrectionError, match=words):
        held_back.read_held_back(file)


def test_an_emptied_manifest_takes_no_letter_away(run: Run, letters: Path, out: Path) -> None:
    (letters / SOME[0]).unlink()
    run(letters, out, day=1)
    before = tables(out)
    manifest = out / "archive" / "manifest.jsonl"
    kept = shutil.copy2(manifest, letters.parent)
    manifest.write_bytes(b"")
    ran = run(letters, out, day=2)
    assert ran.status == NOT_PUBLISHED
    assert "does not list all files of the archive" in " ".join(ran.printed.split())
    assert tables(out) == before
    shutil.copy2(kept, manifest)
    assert run(letters, out, day=2).status == PUBLISHED
