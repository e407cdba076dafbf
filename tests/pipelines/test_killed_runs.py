"""Runs killed or told to end at any moment: what was published stays, the next run completes."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from assets.letters.sources import SAMPLE
from pipelines import report
from tests.pipelines.conftest import NEW_YEAR, Run, tables
from tests.site import Site, Slow

#: While it fetches and reads; while it makes and checks tables; while it publishes.
KILLS = 3
#: Longer than a run takes after the last kill, shorter than a person's patience.
LONGEST = 120.0
INTERRUPTED = 130


#: The command line, with DuckDB as the only reader of rules.
QUICK = """
from pipelines import __main__, run
from tests.pipelines.conftest import ByDuckDB
run.Validator = ByDuckDB
__main__.main()
"""


def start(
    source: Path | str, out: Path | str, *program: str, **settings: str
) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(NEW_YEAR), **settings}
    environment.pop("DAGSTER_HOME", None)
    command = [sys.executable, *(program or ("-m", "pipelines")), "run"]
    command += ["--source", str(source), "--out", str(out)]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )


def wait_until_gone(group: int) -> None:
    """Wait until no process of the group is left."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    pytest.fail("processes outlived a killed run")


def test_a_killed_run_loses_nothing(letters: Path, out: Path, tmp_path: Path) -> None:
    published = tables(out)
    for name in ("9900003_2019-05-24.pdf", "9900004_2020-03-06.pdf"):
        shutil.copy2(SAMPLE / name, letters)
    whole = tmp_path / "whole"
    shutil.copytree(out, whole, symlinks=True)
    began = time.monotonic()
    assert start(letters, whole, "-c", QUICK).wait(LONGEST) == 0
    seconds = time.monotonic() - began
    expected = tables(whole)
    assert expected != published

    moments = random.Random(3)
    killed = []
    for number in range(KILLS):
        # One kill in each part of the run, at another moment every time.
        process = start(letters, out)
        try:
            process.wait(seconds * (number + moments.random()) / KILLS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed.append(process.pid)
        assert tables(out) in (published, expected), "half a state was published"
    assert start(letters, out, "-c", QUICK).wait(LONGEST) == 0
    assert tables(out) == expected
    assert killed
    for group in killed:
        wait_until_gone(group)


@pytest.mark.parametrize(
    ("stop", "while_at"), [(signal.SIGINT, "/provider/"), (signal.SIGTERM, "/v1/file/")]
)
def test_who_waits_for_a_site_ends_at_once_when_told_to(
    tmp_path: Path, stop: signal.Signals, while_at: str
) -> None:
    with Site() as site:
        site.fail(while_at, Slow(LONGEST))
        process = start("live", tmp_path / "out", OFSTED_LETTERS_SITE_URL=site.url)
        deadline = time.monotonic() + LONGEST
        while not any(while_at in request.path for request in site.requests):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(stop)
        began = time.monotonic()
        assert process.wait(LONGEST) == INTERRUPTED
        assert time.monotonic() - began < 5
    told = report.last(tmp_path / "out")
    assert told is not None
    assert told.problems == ("It was stopped.",)


def test_a_run_that_is_stopped_between_two_steps_is_no_success(
    letters: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(event: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    def log(dagster: Any) -> None:
        dagster.event_log_storage.store_event = stop

    monkeypatch.setattr("pipelines.run._log_little", log)
    with pytest.raises(KeyboardInterrupt):
        run(letters, tmp_path / "out")
    told = report.last(tmp_path / "out")
    assert told is not None
    assert (told.outcome, told.problems) == ("failed", ("It was stopped.",))
