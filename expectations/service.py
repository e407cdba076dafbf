"""The service: validation by a process of its own, for callers that must not wait for its start.

Here belongs the caller's side only; it imports neither Great Expectations nor pandas.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec

from expectations.report import Tolerance, ValidationReport
from expectations.worker import Answer, Failure, Request

#: Seconds after which a validation is given up; one takes a second or two.
PATIENCE = 600.0

#: How much of what the process wrote to its standard error is shown when it has died.
ERROR_TAIL = 4000


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
            patience: Seconds after which a validation is given up.
        """
        self._tolerance = tolerance or Tolerance()
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Starts the process, unless it runs, and returns at once."""
        if self._process is not None:
            return
        # A file, as nobody reads along: a pipe could fill up and stop the process.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        # The process finds the rooms where this one found them.
        paths = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "expectations.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
        )

    def validate(
        self, candidate: Path, previous: Path | None, docs_folder: Path
    ) -> ValidationReport:
        """Tests all rules on a folder of tables and writes Data Docs.

        Args:
            candidate: The folder with the tables to be published.
            previous: The folder with the tables published before, if there are any.
            docs_folder: Where to write Data Docs and `results.json`; made if it is not there, and
                pages of an earlier validation are replaced.

        Raises:
            ValidatorError: The process failed, died or took too long.
        """
        self.start()
        request = Request(
            folder=str(candidate.resolve()),
            previous=None if previous is None else str(previous.resolve()),
            docs_folder=str(docs_folder.resolve()),
            tolerance=self._tolerance,
        )
        answer = self._ask(request)
        if isinstance(answer, Failure):
            raise ValidatorError(f"the validation failed:\n{answer.message}")
        return answer.report

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            # Reaps the process and closes its pipes.
            self._process.communicate()
            self._process = None
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def _ask(self, request: Request) -> Answer | Failure:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        # When the process is killed, its output ends, and so does the wait.
        alarm = threading.Timer(self._patience, process.kill)
        alarm.start()
        try:
            process.stdin.write(msgspec.json.encode(request) + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            waited = not alarm.is_alive()
            alarm.cancel()
        if line.endswith(b"\n"):
            return msgspec.json.decode(line, type=Answer | Failure)
        raise ValidatorError(self._why_dead(process, waited))

    def _why_dead(self, process: subprocess.Popen[bytes], waited: bool) -> str:
        if waited:
            return f"the validation was given up after {self._patience:g} seconds"
        assert self._errors is not None
        status = process.wait()
        end = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(end - ERROR_TAIL, 0))
        tail = self._errors.read().decode(errors="replace").strip()
        return f"the validating process ended with status {status}: {tail or 'it left no message'}"
