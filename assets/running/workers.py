"""Worker processes for what is done letter by letter.

Here belongs what is asked of them, wherever they are, and how work is spread over processes of this
machine; over those of others, it is in `cluster`. A process that dies or hangs on a file costs that
file, and no other. What the work is, is the stages' business.

Those of this machine are not forked from the running process, which may hold threads and a few
hundred megabytes of Dagster, but from a small server that has imported what reading needs and
nothing else: neither Dagster nor a data frame.
"""

import math
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as TimedOut
from concurrent.futures.process import BrokenProcessPool
from enum import Enum
from functools import partial
from typing import Any, Protocol, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from assets.running.memory import limit_memory
from warehouse.garbage import look_seldom

#: The longest that one file may take, in seconds; a letter takes a few hundredths.
TIMEOUT_SECONDS = 60.0

#: The most memory that a process may take, in bytes; a letter takes some ten megabytes.
MEMORY_BYTES = 1 << 30

#: So many tasks are with a pool, which has some kilobytes of each in memory.
_AT_ONCE = 1000

#: How often a pool is begun anew whose processes were ended from outside while they had no task.
_MOST_BROKEN_POOLS = 3

#: How far processes that give way stand behind others, as the command `nice` counts.
_NICENESS = 10

Task = TypeVar("Task")
Result = TypeVar("Result")

#: Asked where work is to be done: why it cannot be done there, if it cannot.
Check = Callable[[], str | None]


class WorkersEnded(Exception):
    """The processes cannot be started or kept; the message says what may help."""

    def __init__(self) -> None:
        super().__init__(
            "The processes that read letters were ended again and again before they had any work, "
            "or could not be started. Most often memory is short: give the run more of it, or let "
            "fewer processes read, with --jobs 1."
        )


class WorkerFailure(Enum):
    """Why there is no result for a task."""

    CRASHED = "crashed"
    TIMED_OUT = "timed_out"


class Workers(Protocol):
    """Processes that do what is done letter by letter, to be used as a context manager."""

    @property
    def page(self) -> str | None:
        """The address of pages that show them at work, if they are and there are any."""

    def __enter__(self) -> "Workers": ...

    def __exit__(self, *_: object) -> None: ...

    def start(self) -> object:
        """Make them ready before they are needed."""

    def end(self) -> None:
        """Let them go, with the memory that they hold; the next use makes them ready again."""

    def map(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        *,
        check: Check | None = None,
        known: Callable[[Task], Result | None] = lambda task: None,
    ) -> Iterator[Result | WorkerFailure]:
        """Apply a module's function to every task; yields in the order of the tasks.

        Args:
            function: What is done with a task.
            tasks: What it is done with.
            check: Asked on another machine before anything is done there.
            known: What became of a task, if that can be told without doing it: asked where whoever
                was given it does not know any more.

        Raises:
            Exception: Whatever the function raises, or what keeps them from work, in a sentence.
        """


class LocalWorkers:
    """A pool of worker processes on this machine.

    Attributes:
        jobs: The number of processes.
    """

    #: They have no pages.
    page: str | None = None

    def __init__(
        self,
        jobs: int,
        preload: Sequence[str] = (),
        timeout_seconds: float = TIMEOUT_SECONDS,
        *,
        low_priority: bool = False,
    ) -> None:
        """Prepare a pool; nothing is started before the first use.

        Args:
            jobs: The number of processes.
            preload: The modules that the work needs, to be imported once for all processes.
            timeout_seconds: The longest that one task may take.
            low_priority: Whether the processes take only what processor time others leave, as they
                should where the running process has more to do than to wait for them.
        """
        self.jobs = jobs
        self._preload = list(preload)
        self._timeout_seconds = timeout_seconds
        self._low_priority = low_priority
        self._pool: ProcessPool | None = None

    def __enter__(self) -> "LocalWorkers":
        return self

    def __exit__(self, *_: object) -> None:
        # Whoever leaves has all results, or does not want them any more.
        self._end_processes()

    def end(self) -> None:
        """End the processes, whatever they are doing, and their server; the next use starts others.

        No other pool of this process may be at work: it would lose its server.
        """
        self._end_processes()
        _end_server()

    def _end_processes(self) -> None:
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None

    def start(self) -> str:
        """Have the server import what the work needs, without waiting for it.

        Returns:
            How processes are started here.
        """
        # There is a process a processor: threads for products of matrices would only wait.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        if "forkserver" not in multiprocessing.get_all_start_methods():
            return "spawn"
        from multiprocessing import forkserver  # not everywhere

        multiprocessing.set_forkserver_preload(self._preload)
        forkserver.ensure_running()
        return "forkserver"

    def _processes(self) -> ProcessPool:
        """The processes, once the server is ready; others, if they were ended from outside."""
        if self._pool is not None and not self._pool.active:
            self._end_processes()
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self.jobs,
                context=multiprocessing.get_context(self.start()),
                initializer=_begin,
                initargs=(self._low_priority,),
            )
            if not self._pool.active:  # asking starts the pool
                raise WorkersEnded
        return self._pool

    def map(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        *,
        check: Check | None = None,
        known: Callable[[Task], Result | None] = lambda task: None,
    ) -> Iterator[Result | WorkerFailure]:
        """Apply a module's function to every task; yields in the order of the tasks.

        Nothing is checked, as they run the same program, and nobody forgets what they were given.

        Raises:
            Exception: Whatever the function raises.
            WorkersEnded: If the processes are ended again and again before they have a task.
        """
        limited = partial(_limited, function, math.ceil(self._timeout_seconds) + 2)
        done, broken_pools = 0, 0
        futures: deque[ProcessFuture[Result]] = deque()
        while done < len(tasks):
            outcome: Result | WorkerFailure
            try:
                if not futures:
                    pool = self._processes()
                    # Not `pool.map`, which waits for each no longer than a task may take, and so
                    # blames the next file for a process that hung and had to be begun anew.
                    futures.extend(
                        pool.schedule(limited, args=[task], timeout=self._timeout_seconds)
                        for task in tasks[done : done + _AT_ONCE]
                    )
                outcome = futures.popleft().result()
            except ProcessExpired:
                outcome = WorkerFailure.CRASHED
            except TimedOut:
                outcome = WorkerFailure.TIMED_OUT
            except BrokenProcessPool as error:
                # A process died that had no task: no file is at fault.
                broken_pools += 1
                if broken_pools > _MOST_BROKEN_POOLS:
                    raise WorkersEnded from error
                self._end_processes()
                futures.clear()
                continue
            yield outcome
            done += 1


def _end_server() -> None:
    """End the server that processes are forked from, if there is one: some 60 MB."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        from multiprocessing import forkserver  # not everywhere

        # There is no public way. The tests of Python itself take this one, which by itself waits
        # for whatever else was forked from the server, and so perhaps without end.
        server: Any = forkserver._forkserver
        if server._forkserver_pid is not None:
            os.kill(server._forkserver_pid, signal.SIGKILL)
        server._stop()


def _begin(low_priority: bool) -> None:
    """Keep to the limits: of memory, and on demand to the processor time that others leave."""
    limit_memory(MEMORY_BYTES)
    look_seldom()
    if low_priority and hasattr(os, "nice"):
        os.nice(_NICENESS)


def _limited(function: Callable[[Task], Result], seconds: int, task: Task) -> Result:
    """Do a task; end the process if it takes too long and nobody is left to end it."""
    if not hasattr(signal, "alarm"):
        return function(task)
    signal.alarm(seconds)
    try:
        return function(task)
    finally:
        signal.alarm(0)
