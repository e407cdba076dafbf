"""The service: validation by a process of its own, for callers that must not wait for its start.

Here belongs the caller's side, which imports neither Great Expectations nor pandas, and what is
called in that process.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import tempfile
from collections.abc import Collection
from concurrent.futures import TimeoutError as TimedOut
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pebble import ProcessExpired, ProcessPool

from expectations.report import Tolerance, ValidationReport
from warehouse.garbage import look_seldom

if TYPE_CHECKING:
    from expectations.gx_reader import GreatExpectationsReader

#: Seconds after which a validation of small tables is given up; one takes a second or two.
PATIENCE = 600.0

#: Tables of more bytes may take as much longer.
SMALL_BYTES = 20_000_000

#: How far the process stands behind others, as the command `nice` counts: as far as can be.
_NICENESS = 19

#: How much of what the process wrote to its standard error is shown when it has died.
_ERROR_TAIL = 4000


class ValidatorError(RuntimeError):
    """The tables could not be validated; nothing is known of them."""


class Validator:
    """Validates tables in a process that imports Great Expectations.

    A context manager. Start it early, as the import takes seconds, and while other work is done.
    """

    def __init__(self, tolerance: Tolerance | None = None, patience: float = PATIENCE) -> None:
        """Starts nothing yet.

        Args:
            tolerance: How much may be lost; by default, what `Tolerance` says.
            patience: Seconds after which a validation of small tables is given up.
        """
        self._tolerance = tolerance or Tolerance()
        self._patience = patience
        self._pool: ProcessPool | None = None
        self._said: Path | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Starts the process, unless it runs, and returns at once."""
        self._started()

    def validate(
        self,
        candidate: Path,
        previous: Path | None,
        docs_folder: Path,
        gone: Collection[str] | None = None,
    ) -> ValidationReport:
        """Tests all rules on a folder of tables and writes Data Docs.

        Args:
            candidate: The folder with the tables to be published.
            previous: The folder with the tables published before, if there are any.
            docs_folder: Where to write Data Docs and `results.json`; made if it is not there, and
                pages of an earlier validation are replaced.
            gone: Letters that their source has no more. If it is given, DuckDB is asked first which
                letters are to be taken out, and where there are any, the report is on no more.

        Raises:
            ValidatorError: The process failed, died or took too long.
        """
        size = sum(path.stat().st_size for path in candidate.glob("*.parquet"))
        patience = self._patience * max(1, size / SMALL_BYTES)
        task = candidate, previous, docs_folder, self._tolerance, gone
        try:
            asked = self._started().schedule(validate_all, task, timeout=patience)
            report: ValidationReport = asked.result()
        except TimedOut as error:
            raise ValidatorError(
                f"the validation was given up after {patience:g} seconds"
            ) from error
        except ProcessExpired as error:
            raise ValidatorError(
                f"the validating process ended with status {error.exitcode}: {self._last_words()}"
            ) from error
        except Exception as error:
            raise ValidatorError(f"the validation failed: {error!r}") from error
        return report

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None
        if self._said is not None:
            self._said.unlink(missing_ok=True)
            self._said = None

    def _started(self) -> ProcessPool:
        if self._pool is None:
            handle, name = tempfile.mkstemp(prefix="validator-")
            os.close(handle)
            self._said = Path(name)
            # Not forked from what reads letters, which would then hold Great Expectations as well.
            self._pool = ProcessPool(
                max_workers=1,
                context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(name,),
            )
            self._pool.schedule(_warm_up, timeout=self._patience)
        return self._pool

    def _last_words(self) -> str:
        said = self._said.read_bytes() if self._said is not None else b""
        return said[-_ERROR_TAIL:].decode(errors="replace").strip() or "it left no message"


def _begin(said: str) -> None:
    """Gives way to the reading of letters, and sends what libraries print to a file.

    It would stand among what the program itself shows.
    """
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    file = os.open(said, os.O_WRONLY | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(file, stream)


@cache
def _runner() -> GreatExpectationsReader:
    """Imports Great Expectations, and makes what validates."""
    gc.disable()  # nearly all that an import makes stays
    from expectations.gx_reader import GreatExpectationsReader

    reader = GreatExpectationsReader()
    look_seldom()
    gc.enable()
    return reader


def _warm_up() -> None:
    _runner()


def validate_all(
    candidate: Path,
    previous: Path | None,
    docs_folder: Path,
    tolerance: Tolerance,
    gone: Collection[str] | None = None,
) -> ValidationReport:
    """Tests all rules on a folder of tables, in this process; see `Validator.validate`."""
    from expectations.docs import write_docs
    from expectations.prepare import PreparedTables
    from expectations.sql_reader import report_on_letters
    from expectations.validation import ask_all

    with PreparedTables(candidate, previous=previous, tolerance=tolerance) as tables:
        if gone is not None:
            on_letters = report_on_letters(tables)
            if on_letters.letters_to_quarantine(gone):
                return on_letters
        report, outcomes = ask_all(_runner().ask, tables)
    write_docs(docs_folder, report, outcomes)
    return report
