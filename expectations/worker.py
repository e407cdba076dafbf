"""The worker: the process that imports Great Expectations and validates on request.

`service.py` starts it as `python -m expectations.worker` and speaks with it in lines of JSON over
its standard input and output. It ends when its input does.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import msgspec

from expectations.report import Tolerance, ValidationReport


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What to validate.

    Attributes:
        folder: The tables.
        previous: The tables published before, if there are any.
        docs_folder: Where Data Docs and results are written.
        tolerance: What may be lost.
    """

    folder: str
    previous: str | None
    docs_folder: str
    tolerance: Tolerance


class Failure(msgspec.Struct, frozen=True, tag=True):
    """A request that could not be answered, with the traceback."""

    message: str


class Answer(msgspec.Struct, frozen=True, tag=True):
    """What came of a request."""

    report: ValidationReport


def main() -> None:
    """Answers requests until there are no more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not stand among the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    # Imported before the first request, which comes when the tables are there.
    from expectations.docs import write_docs
    from expectations.runner import Runner
    from expectations.validation import validate

    runner = Runner()
    for line in sys.stdin.buffer:
        answer: Answer | Failure
        try:
            request = msgspec.json.decode(line, type=Request)
            previous = None if request.previous is None else Path(request.previous)
            report, documented = validate(
                runner.ask, Path(request.folder), previous, request.tolerance
            )
            write_docs(Path(request.docs_folder), report, documented)
            answer = Answer(report)
        except Exception:  # noqa: BLE001 - whatever it is, the caller is to hear of it
            answer = Failure(traceback.format_exc())
        answers.write(msgspec.json.encode(answer) + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
