"""Runs killed or told to end in any part: what was published stays, the next run completes."""

import os
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

pytestmark = pytest.mark.slow

#: Longer than a run takes, shorter than a person's patience.
LONGEST = 120.0
INTERRUPTED = 130


#: The command line, with DuckDB as the only reader of rules.
QUICK = """
from pipelines import __main__, run
from tests.pipelines.conftest import ByDuckDB
run.Validator = ByDuckDB
__main__.main()
"""

#: As QUICK, with a state that is never written through to the disk.
PUBLISHING_FOR_EVER = f"""
import time
from warehouse import states
states.sync = lambda path: time.sleep({2 * LONGEST} if states.NEW in str(path) else 0)
{QUICK}
"""


def start(
    source: Path | str, out: Path | str, *program: str, **settings: str
) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(NEW_YEAR), **settings}
    environment.pop("DAGSTER_HOME", None)
    command = [sys.executable, *program, "run"]
    command += ["--source", str(source), "--out", str(out)]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )


def wait_until_gone(group: int) -> None:
    """Wait until no process of the group is left."""
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    pytest.fail("processes outlived a killed run")


#: What shows that a run reads, that it checks its tables, that it publishes; the program. Only the
#: whole one has a process besides those that read. Publishing is over in no time, so it is held up.
PARTS = (
    ("work/documents/*.json", ("-c", QUICK)),
    ("work/candidate/parquet/visits.parquet", ("-m", "pipelines")),
    ("states/.new-*", ("-c", PUBLISHING_FOR_EVER)),
)


def test_a_killed_run_loses_nothing(letters: Path, out: Path, tmp_path: Path, run: Run) -> None:
    published = tables(out)
    for name in ("9900003_2019-05-24.pdf", "9900004_2020-03-06.pdf"):
        shutil.copy2(SAMPLE / name, letters)
    whole = shutil.copytree(out, tmp_path / "whole", symlinks=True)
    assert run(letters, whole).status == 0
    expected = tables(whole)
    assert expected != published
    shutil.rmtree(out / "work" / "candidate")
    for made, program in PARTS:
        before = set(out.glob(made))
        process = start(letters, out, *program)
        while process.poll() is None and set(out.glob(made)) <= before:
            time.sleep(0.02)
        process.kill()
        assert process.wait() == -signal.SIGKILL, f"it was over before {made} was there"
        wait_until_gone(process.pid)
        assert tables(out) in (published, expected), "half a state was published"
    assert run(letters, out).status == 0
    assert tables(out) == expected


@pytest.mark.parametrize(
    ("stop", "while_at"), [(signal.SIGINT, "/provider/"), (signal.SIGTERM, "/v1/file/")]
)
def test_who_waits_for_a_site_ends_at_once_when_told_to(
    tmp_path: Path, stop: signal.Signals, while_at: str
) -> None:
    with Site() as site:
        site.fail(while_at, Slow(LONGEST))
        process = start("live", tmp_path / "out", "-c", QUICK, OFSTED_LETTERS_SITE_URL=site.url)
        deadline = time.monotonic() + LONGEST
        while not any(while_at in request.path for request in site.requests):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(stop)
        began = time.monotonic()
        assert process.wait(LONGEST) == INTERRUPTED
        assert time.monotonic() - began < LONGEST / 2
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
