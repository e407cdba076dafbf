"""What the tests of this room share: clean tables, and one Great Expectations for all of them.

Rules are asked by DuckDB, which takes a hundredth of the time. That Great Expectations says the
same of every class of expectation is tested in `test_sql_reader`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from expectations.prepare import PreparedTables, key_columns
from expectations.report import Result
from expectations.rule import Rule
from expectations.sql_reader import ask
from expectations.validation import results_of
from tests.expectations.clean_tables import Tables, clean_tables, copied, write_tables
from warehouse.frames import polars_schema
from warehouse.schema import SCHEMA

if TYPE_CHECKING:
    from expectations.gx_reader import GreatExpectationsReader

#: Runs one rule on tables that were spoilt.
RunRule = Callable[[Rule, Callable[[Tables], None]], Result]


@pytest.fixture(scope="session")
def runner() -> GreatExpectationsReader:
    # Importing it takes seconds: only when a test needs it.
    from expectations.gx_reader import GreatExpectationsReader

    return GreatExpectationsReader()


@pytest.fixture(scope="session")
def clean() -> Tables:
    return clean_tables()


@pytest.fixture(scope="session")
def clean_folder(clean: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tables(clean, tmp_path_factory.mktemp("clean"))


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


@pytest.fixture(scope="session")
def loaded(clean_folder: Path) -> Iterator[PreparedTables]:
    """The clean tables as DuckDB has them; whoever changes them rolls that back."""
    with PreparedTables(clean_folder) as tables:
        tables.load()
        yield tables


@pytest.fixture
def run_rule(clean: Tables, loaded: PreparedTables) -> RunRule:
    def run(rule: Rule, spoil: Callable[[Tables], None]) -> Result:
        spoilt, keys = copied(clean), key_columns(rule.suite)
        spoil(spoilt)
        loaded.connection.begin()
        try:
            for name, rows in spoilt.items():
                if rows != clean[name]:
                    # Not by `build_frame`, which refuses some of what rules are to find.
                    frame = pl.DataFrame(rows, schema=polars_schema(SCHEMA[name]))
                    loaded.connection.register("spoilt", frame.to_arrow())
                    loaded.connection.execute(f"CREATE OR REPLACE TABLE {name} AS FROM spoilt")
            # Prepared once: a rule that is broken is asked again which rows break it.
            prepared = f"CREATE TABLE prepared_{rule.suite} AS FROM ({loaded.sql(rule.suite)})"
            loaded.connection.execute(prepared)
            loaded._made.add(rule.suite)
            (result,) = results_of(ask(loaded, rule.suite, [rule], keys), keys)
        finally:
            loaded.connection.rollback()
            loaded._made.clear()
        return result

    return run
