"""Worker processes: what dies or hangs costs one task, and nothing outlives the run."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver
from pathlib import Path

import pytest

from assets.documents.read import read_document
from assets.running.workers import MEMORY_BYTES, LocalWorkers, WorkerFailure, WorkersEnded
from pipelines.report import PLAIN_ERRORS
from tests.bad_inputs import unpacks_to


def double(number: int) -> int:
    return 2 * number


def crash_on_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    return double(number)


def hang_on_three(number: int) -> int:
    if number == 3:
        time.sleep(600)
    return double(number)


def refuse_three(number: int) -> int:
    if number == 3:
        raise ValueError("three")
    return double(number)


def test_results_come_in_the_order_of_the_tasks() -> None:
    with LocalWorkers(2) as workers:
        assert list(workers.map(double, range(50))) == [2 * number for number in range(50)]
        assert list(workers.map(double, [])) == []


@pytest.mark.parametrize(
    ("work", "fault"),
    [(crash_on_three, WorkerFailure.CRASHED), (hang_on_three, WorkerFailure.TIMED_OUT)],
)
def test_a_process_that_dies_or_hangs_costs_one_task(work, fault: WorkerFailure) -> None:
    with LocalWorkers(2, timeout_seconds=5) as workers:
        results = list(workers.map(work, [1, 2, 3, 4, 5]))
        assert results == [2, 4, fault, 8, 10]
        assert list(workers.map(work, [1])) == [2], "the pool is still of use"


def process_number(_: int) -> int:
    return os.getpid()


def test_processes_that_are_killed_before_they_have_a_task_cost_none() -> None:
    with LocalWorkers(2) as workers:
        for pid in set(workers.map(process_number, range(20))):
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.5)
        assert list(workers.map(double, [1, 2, 3])) == [2, 4, 6]


def test_processes_that_are_ended_again_and_again_are_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise BrokenProcessPool

    monkeypatch.setattr(LocalWorkers, "start", broken)
    with pytest.raises(WorkersEnded, match="memory is short: give the run more"):
        list(LocalWorkers(2).map(double, [1]))
    assert WorkersEnded.__name__ in PLAIN_ERRORS


def how_read(path: Path) -> str:
    return type(read_document(path, letter_id="a", file_name="a.pdf")).__name__


@pytest.mark.skipif(sys.platform != "linux", reason="kept by Linux only")
def test_a_small_file_that_unpacks_to_a_huge_one_costs_itself_only(tmp_path: Path) -> None:
    for name, byte_count in (("small", 10 << 20), ("huge", MEMORY_BYTES)):
        (tmp_path / name).write_bytes(unpacks_to(byte_count))
    with LocalWorkers(1) as workers:
        results = list(workers.map(how_read, [tmp_path / "huge", tmp_path / "small"]))
    assert results == [WorkerFailure.CRASHED, "Rejection"]


def test_an_exception_is_the_callers() -> None:
    with LocalWorkers(1) as workers, pytest.raises(ValueError, match="three"):
        list(workers.map(refuse_three, [1, 3]))


def test_nothing_is_started_for_nothing() -> None:
    with LocalWorkers(2) as workers:
        assert list(workers.map(double, [])) == []
        assert workers._pool is None


PARENT = """
import os, time
from assets.running.workers import LocalWorkers
if __name__ == "__main__":
    with LocalWorkers(2, timeout_seconds=1) as workers:
        print(*set(workers.map(os.getpgid, [0] * 4)), flush=True)
        for _ in workers.map(time.sleep, [600, 600]): pass
"""


def test_a_killed_run_leaves_no_processes(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, start_new_session=True
    ) as parent:
        assert parent.stdout is not None
        group = int(parent.stdout.readline())
        time.sleep(0.3)
        parent.kill()
        parent.wait()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
            time.sleep(0.1)
        os.killpg(group, signal.SIGKILL)
        pytest.fail("worker processes outlived the run")


def server_number(_: int) -> int:
    return os.getppid()


@pytest.mark.skipif(sys.platform == "win32", reason="has no server to fork from")
def test_let_go_they_hold_no_memory_and_come_again() -> None:
    with LocalWorkers(1) as workers:
        [server] = workers.map(server_number, [0])
        assert server != os.getpid()
        # What else was forked from the server holds this open; it is not waited for.
        held = os.dup(forkserver._forkserver._forkserver_alive_fd)
        workers.end()
        os.close(held)
        with pytest.raises(ProcessLookupError):
            os.kill(server, 0)
        assert list(workers.map(double, [1, 2])) == [2, 4]


def niceness(_: int) -> int:
    return os.nice(0)


def test_workers_that_give_way_stand_behind_this_process() -> None:
    own = os.nice(0)
    with LocalWorkers(1) as workers:
        assert list(workers.map(niceness, [0])) == [own]
    with LocalWorkers(1, low_priority=True) as workers:
        assert list(workers.map(niceness, [0])) == [min(own + 10, 19)]
