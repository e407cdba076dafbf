"""What the tests of this room share: clean tables, and one Great Expectations for all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from expectations.prepare import PreparedTables
from expectations.report import Result, Tolerance, ValidationReport
from expectations.rule import Rule
from tests.expectations.clean_tables import Tables, clean_tables, copied, write_tables

if TYPE_CHECKING:
    from expectations.runner import Runner

#: Runs one rule on tables that were spoilt.
RunRule = Callable[[Rule, Callable[[Tables], None]], Result]


@pytest.fixture(scope="session")
def runner() -> Runner:
    # Importing it takes seconds: only when a test needs it.
    from expectations.runner import Runner

    return Runner()


@pytest.fixture(scope="session")
def clean() -> Tables:
    return clean_tables()


@pytest.fixture(scope="session")
def clean_folder(clean: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tables(clean, tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="session")
def clean_report(runner: Runner, clean_folder: Path) -> ValidationReport:
    report, _ = runner.validate(clean_folder, None, Tolerance())
    return report


@pytest.fixture(scope="session")
def spoilt_folder(
    clean: Tables, clean_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Callable[[Tables], None]], Path]:
    def make(spoil: Callable[[Tables], None]) -> Path:
        tables = copied(clean)
        spoil(tables)
        folder = tmp_path_factory.mktemp("spoilt")
        for path in clean_folder.iterdir():
            (folder / path.name).symlink_to(path)
        for name, rows in tables.items():
            if rows != clean[name]:
                (folder / f"{name}.parquet").unlink()
                write_tables({name: rows}, folder)
        return folder

    return make


@pytest.fixture
def run_rule(runner: Runner, spoilt_folder: Callable[[Callable[[Tables], None]], Path]) -> RunRule:
    from expectations.runner import result_of

    def run(rule: Rule, spoil: Callable[[Tables], None]) -> Result:
        with PreparedTables(spoilt_folder(spoil), None, Tolerance()) as tables:
            tables.load()
            (outcome,) = runner.run(rule.suite, tables.table(rule.suite), [rule])
        return result_of(outcome)

    return run
