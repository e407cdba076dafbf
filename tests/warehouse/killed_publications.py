"""Publishes the same tables again and again, each time killed a little later; run by test_states.

Usage: killed_publications.py CANDIDATE TEMPLATE RESULTS STRIDE

For every kill, TEMPLATE (a folder with published states) is copied to RESULTS/<number>, and a
process that publishes CANDIDATE there kills itself at its <number>th step: a line of the module
`states`, or a call of the standard library's in between, while files are copied or removed. Of
these steps it is killed at one in STRIDE.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections import Counter
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import pyarrow.parquet  # noqa: F401  (once, rather than in each process)

from warehouse import database, states

#: What `states` does line by line, and `shutil` call by call, can be stopped in between.
EVENTS = {states.__file__: "line", shutil.__file__: "call"}
#: A line that runs for each of many files is a step for the first of them, and for the next.
TIMES_A_LINE_IS_A_STEP = 2


def build_stand_in(folder: Path, path: Path) -> None:
    """A DuckDB file takes long to build, and its builder knows nothing of publishing."""
    path.write_text(f"made from {len(list(folder.iterdir()))} tables")


def publish_until_killed(candidate: Path, out: Path, step: int) -> None:
    """Publishes, and kills this very process at a step."""
    steps = count(1)
    times: Counter[tuple[str, int]] = Counter()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        file_name = frame.f_code.co_filename
        if file_name not in EVENTS:
            return None
        if event == EVENTS[file_name]:
            line = (file_name, frame.f_lineno)
            times[line] += 1
            if times[line] <= TIMES_A_LINE_IS_A_STEP and next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    states.publish(candidate, out, {}, at=datetime(2026, 2, 4, tzinfo=UTC))


def main(candidate: Path, template: Path, results: Path, stride: int) -> None:
    """Publishes with one kill after the other, until one comes too late."""
    database.build_database = build_stand_in
    for step in count(1, stride):
        out = results / str(step)
        shutil.copytree(template, out, symlinks=True)
        child = os.fork()
        if child == 0:
            publish_until_killed(candidate, out, step)
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            return


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), stride=int(sys.argv[4]))
