"""Validation by a process of its own: its answers, and its deaths.

DuckDB stands in for Great Expectations there, which takes seconds to begin; that the process begins
with it too is seen where the sample is published.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from expectations import service
from expectations.report import Tolerance, ValidationReport
from expectations.rule import LETTER_TABLES
from expectations.service import Validator, ValidatorError
from expectations.sql_reader import ask
from tests.conftest import SOON
from tests.expectations.clean_tables import Tables, copied, cover, write_tables


def at_once() -> None:
    """In place of the import."""


validate_all = service.validate_all


def by_duckdb(*task: Any) -> ValidationReport:
    """In the process, which is nobody else's: DuckDB in place of what has the last word."""
    service._runner = lambda: SimpleNamespace(ask=ask)  # type: ignore
    sys.modules["expectations.docs"] = SimpleNamespace(write_docs=write_page)  # type: ignore
    return validate_all(*task)


def write_page(folder: Path, *_: object) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "index.html").touch()


@pytest.fixture(scope="module")
def validator() -> Iterator[Validator]:
    with (
        pytest.MonkeyPatch.context() as patch,
        Validator(Tolerance(share=0.5)) as validator,
    ):
        patch.setattr(service, "_warm_up", at_once)
        patch.setattr(service, "validate_all", by_duckdb)
        validator.start()
        yield validator


def test_letter_is_taken_out_and_the_rest_passes(
    validator: Validator, clean: Tables, tmp_path: Path
) -> None:
    tables = copied(clean)
    bad = tables["visits"][5]
    bad["letter_date"] = bad["start_date"]
    folder = write_tables(tables, tmp_path / "tables")

    report = validator.validate(folder, folder, tmp_path / "quality", gone=())
    at_fault = report.letters_to_quarantine()

    assert not report.is_whole
    assert not (tmp_path / "quality").exists()
    assert list(at_fault) == [bad["letter_id"]]
    assert "days_to_letter" in at_fault[bad["letter_id"]]

    for letter in tables["letters"]:
        if letter["letter_id"] == bad["letter_id"]:
            letter["status"] = "quarantined"
    reason = tables["quarantine"][0] | {"letter_id": bad["letter_id"], "reason_code": "invalid"}
    tables["quarantine"].append(reason)
    for name in LETTER_TABLES - {"finding_topics"}:
        tables[name] = [row for row in tables[name] if row["visit_id"] != bad["visit_id"]]
    findings = {row["finding_id"] for row in tables["findings"]}
    tables["finding_topics"] = [
        row for row in tables["finding_topics"] if row["finding_id"] in findings
    ]
    for inspector in tables["inspectors"]:
        named = [
            r for r in tables["visit_inspectors"] if inspector["inspector_id"] == r["inspector_id"]
        ]
        inspector["visit_count"] = len(named)
    cover(tables)
    folder = write_tables(tables, folder)
    report = validator.validate(folder, folder, tmp_path / "quality", gone=())

    assert report.is_whole
    assert report.why_blocked() == ()
    assert report.letter_count == 23
    assert report.tolerance.share == 0.5
    assert (tmp_path / "quality" / "index.html").exists()


def test_failure_is_told_and_the_next_request_answered(
    validator: Validator, tmp_path: Path
) -> None:
    empty, in_the_way = tmp_path / "empty", tmp_path / "quality"
    in_the_way.write_text("a file where the folder should be")

    with pytest.raises(ValidatorError, match="FileExistsError"):
        validator.validate(empty, None, in_the_way)

    assert not validator.validate(empty, None, tmp_path / "elsewhere").success


def killed(*_: object) -> None:
    os.write(2, b"out of memory")
    os.kill(os.getpid(), signal.SIGKILL)


def left(*_: object) -> None:
    os._exit(3)


def asleep(*_: object) -> None:
    time.sleep(60)


@pytest.mark.parametrize(
    ("stand_in", "message"),
    [
        (left, "ended with status 3: it left no message"),
        (killed, "ended with status -9: out of memory"),
        (asleep, r"given up after 0\.2 seconds"),
    ],
)
def test_death_is_an_error(
    stand_in: Callable[..., None],
    message: str,
    clean_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "validate_all", stand_in)
    monkeypatch.setattr(service, "_warm_up", at_once)
    begin = time.monotonic()

    with (
        Validator(patience=0.2 if stand_in is asleep else 60) as validator,
        pytest.raises(ValidatorError, match=message),
    ):
        validator.validate(clean_folder, None, tmp_path / "quality")

    assert time.monotonic() - begin < SOON


def test_close_does_not_wait_for_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_warm_up", asleep)
    validator = Validator()
    begin = time.monotonic()

    validator.start()
    validator.close()

    assert time.monotonic() - begin < SOON
    validator.close()
