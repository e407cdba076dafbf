"""Processes on other machines for what is done letter by letter: a cluster of Dask's.

Here belongs how work is sent there, and what becomes of it when a part of the cluster dies. What a
file costs that ends or hangs its process is the business of `LocalWorkers`, there as here: a thread
of a Dask worker has a process of its own.

A batch of tasks is one of Dask's, and what comes back is what became of each; results lie in the
store. A scheduler that was started again knows nothing of what it was given: what was under way is
sent again, but for what the store has by then. Nothing of Dask is imported before it is used.
"""

import logging
import multiprocessing
import pickle
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import cache
from itertools import chain, count
from queue import Empty, SimpleQueue
from threading import get_ident
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from assets.running.workers import (
    TIMEOUT_SECONDS,
    Check,
    LocalWorkers,
    Result,
    Task,
    WorkerFailure,
    Workers,
    WorkersEnded,
)
from warehouse.hosts import is_loopback
from warehouse.shown import shown

if TYPE_CHECKING:
    from distributed import Client, Future

#: So many tasks are sent at once, a second or two of work; fewer where there would be fewer batches
#: than these, so that every machine has some.
_MOST_IN_A_BATCH, _FEWEST_BATCHES = 20, 40
#: So many batches are with the scheduler, which has all of them in memory.
_BATCHES_AT_ONCE = 400
#: How often a batch is tried again that failed by no file's fault, as where a disk was not there.
_RETRIES = 2
#: How long to wait for a first answer, and for a scheduler or workers that are gone (seconds).
_FIRST_WAIT, _PATIENCE = 30.0, 300.0
#: After so long without a result, the scheduler is asked whether it is still the same (seconds).
_QUIET_SECONDS = 10.0

_LOG = logging.getLogger(__name__)


class ClusterError(Exception):
    """The cluster cannot be used; the message says what may help."""


class _LostError(Exception):
    """The scheduler knows nothing any more of what it was given."""


class _Job(NamedTuple):
    """What is to be done with each task of a batch, and how."""

    function: Callable[[Any], Any]
    check: Check | None
    preload: tuple[str, ...]
    timeout_seconds: float


class ClusterWorkers:
    """The workers of a Dask scheduler, to be used as a context manager."""

    def __init__(
        self,
        address: str,
        preload: Sequence[str] = (),
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """Take note of where the scheduler is; nothing is asked of it before the first use.

        Args:
            address: Where it is: `tcp://127.0.0.1:8786` or `tls://host:8786`.
            preload: The modules that the work needs.
            timeout_seconds: The longest that one task may take.

        Raises:
            ClusterError: If it may not be used.
        """
        check_address(address)
        self._address = address
        self._preload = tuple(preload)
        self._timeout_seconds = timeout_seconds
        self._client: Client | None = None
        self._scheduler: str | None = None

    def __enter__(self) -> "ClusterWorkers":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def page(self) -> str | None:
        """The address of the pages that show the cluster at work, once it was turned to."""
        return str(self._client.dashboard_link) if self._client else None

    def start(self) -> "Client":
        """Turn to the scheduler, if that is not done yet.

        Raises:
            ClusterError: If it does not answer, or has no workers.
        """
        return self._client or self._connect(_FIRST_WAIT)

    def map(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        *,
        check: Check | None = None,
        known: Callable[[Task], Result | None] = lambda task: None,
    ) -> Iterator[Result | WorkerFailure]:
        """Apply a module's function to every task; yields in the order of the tasks.

        Raises:
            Exception: Whatever the function raises, again and again.
            ClusterError: If the cluster is gone for long, or one of its workers refuses the work.
        """
        job = _Job(function, check, self._preload, self._timeout_seconds)
        waiting = deque(_batches(range(len(tasks))))
        outcomes: dict[int, Result | WorkerFailure] = {}
        told = 0
        while told < len(tasks):
            for number, outcome in self._outcomes(job, tasks, waiting, known):
                outcomes[number] = outcome
                while told in outcomes:
                    yield outcomes.pop(told)
                    told += 1

    def _outcomes(
        self,
        job: _Job,
        tasks: Sequence[Task],
        waiting: deque[Sequence[int]],
        known: Callable[[Task], Result | None],
    ) -> Iterator[tuple[int, Result | WorkerFailure]]:
        """What becomes of waiting tasks, with their numbers, until a scheduler is done or lost.

        What was with one that is lost waits again, but for what is known of it.
        """
        client, name = self.start(), f"{job.function.__name__}-{secrets.token_hex(16)}"
        under_way: dict[Future[Any], Sequence[int]] = {}
        ended: SimpleQueue[Future[Any]] = SimpleQueue()
        sent = count()
        try:
            while waiting or under_way:
                while waiting and len(under_way) < _BATCHES_AT_ONCE:
                    numbers = waiting.popleft()
                    # As bytes: in anything else Dask would look for work of its own.
                    batch = pickle.dumps((job, [tasks[number] for number in numbers]))
                    future = client.submit(_work, batch, key=(name, next(sent)), retries=_RETRIES)
                    under_way[future] = numbers
                    future.add_done_callback(ended.put)
                future = self._next(ended)
                made = _made(future, under_way[future])
                numbers = under_way.pop(future)
                if made is None:
                    waiting.extendleft([number] for number in numbers)
                else:
                    yield from zip(numbers, made, strict=True)
        except _LostError:
            _LOG.warning(
                "The scheduler at %s is not there any more; waiting for it.", self._address
            )
            self._connect_again()
            left = []
            for number in chain.from_iterable(under_way.values()):
                result = known(tasks[number])
                if result is None:
                    left.append(number)
                else:
                    yield number, result
            waiting.extendleft(_batches(left))

    def _next(self, ended: "SimpleQueue[Future[Any]]") -> "Future[Any]":
        """The next batch that is done, or will not be.

        Raises:
            _LostError: If the scheduler is not the one that was given work.
            ClusterError: If all workers are gone for long.
        """
        while True:
            try:
                return ended.get(timeout=_QUIET_SECONDS)
            except Empty:
                self._look()

    def _look(self) -> None:
        """Make sure that somebody is at work."""
        try:
            said = self._identity()
            if said["id"] != self._scheduler:
                raise _LostError
            if not said["n_workers"]:
                self._wait_for_workers(_PATIENCE)
        except OSError as error:
            raise _LostError from error

    def _connect(self, seconds: float) -> "Client":
        """Turn to the scheduler, and wait for it and for a worker as long as this."""
        try:
            from distributed import Client
        except ImportError as error:
            raise ClusterError(
                "A cluster needs `distributed`: install this program with its extra `cluster`."
            ) from error
        # What it says of a lost connection are pages, and here it is a sentence.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            client = self._client = Client(self._address, timeout=seconds, set_as_default=False)
            self._scheduler = self._identity()["id"]
            self._wait_for_workers(seconds)
        except (ImportError, OSError, RuntimeError, TypeError) as error:
            self.end()
            raise ClusterError(
                f"The scheduler at {self._address} does not answer as it should: {error}. See that "
                "it runs, and has the same certificates: docs/cluster.md."
            ) from error
        return client

    def _connect_again(self) -> None:
        """Turn to a scheduler that was lost, and may be so again before it has answered."""
        last = time.monotonic() + _PATIENCE
        while True:
            self.end()
            try:
                self._connect(_PATIENCE)
            except ClusterError:
                if time.monotonic() > last:
                    raise
                time.sleep(1)
            else:
                return

    def _wait_for_workers(self, seconds: float) -> None:
        try:
            self.start().wait_for_workers(1, timeout=seconds)
        except TimeoutError as error:
            raise ClusterError(
                f"The scheduler at {self._address} has no workers. Start some: docs/cluster.md."
            ) from error

    def _identity(self) -> dict[str, Any]:
        """What the scheduler says of itself."""
        client = self.start()
        scheduler: Any = client.scheduler
        said: dict[str, Any] = client.sync(scheduler.identity, n_workers=0)
        return said

    def end(self) -> None:
        """Turn away from the scheduler; the next use turns to it again."""
        if self._client is not None:
            with suppress(TimeoutError):
                self._client.close(timeout=2)
            self._client = None


def open_workers(cluster: str | None, jobs: int, preload: Sequence[str]) -> Workers:
    """The workers of a cluster, by its scheduler's address, or else processes of this machine.

    Raises:
        ClusterError: If that scheduler may not be used.
    """
    if cluster:
        return ClusterWorkers(cluster, preload)
    return LocalWorkers(jobs, preload)


def check_address(address: str) -> None:
    """Refuse a scheduler that is open to others: whoever reaches one runs code on it.

    Raises:
        ClusterError: If the address is none of Dask's, or another machine's without TLS.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname if parts.port else None
    except ValueError:
        host = None
    if not host or parts.scheme not in ("tcp", "tls"):
        raise ClusterError(
            f"{shown(address)} is no address of a scheduler: give tcp://127.0.0.1:8786 for one on "
            "this machine, or tls://HOST:8786."
        )
    if parts.scheme == "tcp" and not is_loopback(host):
        raise ClusterError(
            f"{shown(address)} is another machine's, and whoever reaches a scheduler without TLS "
            "runs code on it. Start it with certificates, as docs/cluster.md shows, and give "
            f"tls://{shown(parts.netloc)}."
        )


def _batches(numbers: Sequence[int]) -> list[Sequence[int]]:
    """The numbers of tasks, in parts that are sent as one."""
    size = min(_MOST_IN_A_BATCH, len(numbers) // _FEWEST_BATCHES) or 1
    return [numbers[start : start + size] for start in range(0, len(numbers), size)]


def _made(future: "Future[Any]", numbers: Sequence[int]) -> Sequence[Any] | None:
    """What became of the tasks of a batch; `None` if each has to be tried by itself.

    Raises:
        _LostError: If nobody knows.
        ClusterError: If a worker refused it.
    """
    from distributed import KilledWorker

    if future.status == "error":
        error = future.exception()
        if not isinstance(error, KilledWorker):
            raise error
        # One of them may have ended worker after worker; or somebody else did.
        return [WorkerFailure.CRASHED] if len(numbers) == 1 else None
    try:
        made: list[Any] | str = future.result()
    except (CancelledError, OSError) as error:
        raise _LostError from error
    if isinstance(made, str):
        raise ClusterError(made)
    return made


def _work(batch: bytes) -> list[Any] | str:
    """Do a batch, in a worker; what became of each task, or why the worker refuses."""
    from distributed import get_worker

    me = f"The worker at {get_worker().address}"
    if multiprocessing.current_process().daemon:
        return (
            f"{me} may have no processes of its own. Start it with --no-nanny, or with "
            "DASK_DISTRIBUTED__WORKER__DAEMON=False in its environment."
        )
    try:
        job, tasks = pickle.loads(batch)
    except (AttributeError, ImportError, TypeError) as error:
        return f"{me} has another version of this program: {error}. Install the same on all."
    if job.check and (why := job.check()):
        return f"{me} {why}"
    workers = _processes(get_ident(), job.preload, job.timeout_seconds)
    try:
        return list(workers.map(job.function, tasks))
    except WorkersEnded as error:
        raise ClusterError(f"{me}: {error}") from None


@cache
def _processes(thread: int, preload: tuple[str, ...], timeout_seconds: float) -> LocalWorkers:
    """The process of a thread's own, as long as the worker is there."""
    return LocalWorkers(1, preload, timeout_seconds)
