"""Runs killed at any moment: what was published stays readable, and the next run completes."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assets.letters.sources import SAMPLE
from tests.pipelines.conftest import NEW_YEAR, tables

#: While it fetches and reads; while it makes and checks tables; while it publishes.
KILLS = 3
#: Longer than a run takes after the last kill, shorter than a person's patience.
LONGEST = 120.0


def start(source: Path, out: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(NEW_YEAR)}
    environment.pop("DAGSTER_HOME", None)
    command = [sys.executable, "-m", "pipelines", "run", "--source", str(source), "--out", str(out)]
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
    assert start(letters, whole).wait(LONGEST) == 0
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
    assert start(letters, out).wait(LONGEST) == 0
    assert tables(out) == expected
    assert killed
    for group in killed:
        wait_until_gone(group)
