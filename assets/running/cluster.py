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
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import cache
from itertools import count
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
#: After so long without a result, the scheduler is asked whether anybody is at work (seconds).
_QUIET_SECONDS = 10.0

#: Whose loggers are silenced: Dask's own, and that of the loop it runs in.
_TALKATIVE = frozenset({"distributed", "tornado"})

_LOG = logging.getLogger(__name__)


class ClusterError(Exception):
    """The cluster cannot be used; the message says what may help."""


class _Job(NamedTuple):
    """What is to be done with each task of a batch, and how."""

    function: Callable[[Any], Any]
    check: Check | None
    preload: tuple[str, ...]
    timeout_seconds: float


class _Sent(NamedTuple):
    """A batch that is with the scheduler.

    Attributes:
        numbers: Its tasks.
        connection: What it was sent by.
    """

    numbers: Sequence[int]
    connection: object


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
        self._wait_seconds = _FIRST_WAIT

    def __enter__(self) -> "ClusterWorkers":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Turn away from the scheduler; the next use turns to it again."""
        if self._client is not None:
            if _is_deaf(self._client):  # to close it would raise what its listener failed by
                self._client._handle_report_task = None
            with suppress(TimeoutError):
                self._client.close(timeout=2)
            self._client = None

    @property
    def page(self) -> str | None:
        """The address of the pages that show the cluster at work, once it was turned to."""
        return str(self._client.dashboard_link) if self._client else None

    def start(self) -> "Client":
        """Turn to the scheduler, if that is not done yet.

        Raises:
            ClusterError: If it does not answer, or has no workers.
        """
        if self._client is None:
            self._client = self._connected()
        return self._client

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
        from distributed import KilledWorker

        name, sent = f"{function.__name__}-{uuid.uuid4().hex}", count()
        job = _Job(function, check, self._preload, self._timeout_seconds)
        waiting = deque(_batches(range(len(tasks))))
        under_way: dict[Future[Any], _Sent] = {}
        ended: SimpleQueue[Future[Any]] = SimpleQueue()
        outcomes: dict[int, Result | WorkerFailure] = {}
        told = 0
        while told < len(tasks):
            client = self.start()
            while waiting and len(under_way) < _BATCHES_AT_ONCE:
                numbers = waiting.popleft()
                # As bytes: in anything else Dask would look for work of its own.
                batch = pickle.dumps((job, [tasks[number] for number in numbers]))
                connection = client.scheduler_comm
                future = self._send(client, batch, (name, next(sent)))
                under_way[future] = _Sent(numbers, connection)
                future.add_done_callback(ended.put)
            future = self._next(client, ended, under_way)
            if future not in under_way:  # told of twice, or held for lost and sent again
                continue
            numbers = under_way.pop(future).numbers
            try:
                made = _made(future)
            except KilledWorker:
                # One of them may have ended worker after worker; or somebody else did.
                if len(numbers) > 1:
                    waiting.extendleft([number] for number in numbers)
                    continue
                made = [WorkerFailure.CRASHED]
            if made is None:
                outcomes |= {n: one for n in numbers if (one := known(tasks[n])) is not None}
                if left := [number for number in numbers if number not in outcomes]:
                    waiting.appendleft(left)
            else:
                outcomes |= zip(numbers, made, strict=True)
            while told in outcomes:
                yield outcomes.pop(told)
                told += 1

    def _send(self, client: "Client", batch: bytes, key: tuple[str, int]) -> "Future[Any]":
        """Give the scheduler a batch; it comes to the next one if this one is gone.

        Raises:
            ClusterError: If it is gone for long.
        """
        from distributed.client import ClosedClientError

        try:
            return client.submit(_work, batch, key=key, retries=_RETRIES)
        except ClosedClientError as error:
            raise self._silent("it has been gone for long") from error

    def _next(
        self,
        client: "Client",
        ended: "SimpleQueue[Future[Any]]",
        under_way: "Mapping[Future[Any], _Sent]",
    ) -> "Future[Any]":
        """The next batch that is done, or will not be.

        Nobody may ever tell what became of one that was sent while a connection broke, nor of any
        if Dask, while it turned to the scheduler again, failed by an error of its own.

        Raises:
            ClusterError: If the scheduler or all workers are gone for long.
        """
        while client.status != "closed":
            with suppress(Empty):
                return ended.get(timeout=_QUIET_SECONDS)
            try:
                if client.status != "closed" and _is_deaf(client):
                    self.end()
                    client = self.start()
                if not client.nthreads():
                    _LOG.warning(
                        "The scheduler at %s has no workers; waiting for one for %d minutes.",
                        self._address,
                        _PATIENCE // 60,
                    )
                self._wait_for_workers(client, _PATIENCE)
                for future, sent in under_way.items():
                    if sent.connection is not client.scheduler_comm:
                        ended.put(future)
            except OSError:  # the client itself turns to the next one
                _LOG.warning("The scheduler at %s is not there; waiting for it.", self._address)
        raise self._silent("it has been gone for long")

    def _connected(self) -> "Client":
        """Turn to the scheduler, once it has answered and has a worker."""
        try:
            from distributed import Client
        except ImportError as error:
            raise ClusterError(
                "A cluster needs `distributed`: install this program with its extra `cluster`."
            ) from error
        # What it says of a lost connection are pages, and here it is a sentence. It gives some of
        # its loggers a level of their own.
        for name in list(logging.root.manager.loggerDict):
            if name.partition(".")[0] in _TALKATIVE:
                logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            with Client(self._address, timeout=self._wait_seconds, set_as_default=False) as first:
                self._wait_for_workers(first, self._wait_seconds)
            self._wait_seconds = _PATIENCE
            # So long this one waits, too, whenever the scheduler is gone.
            return Client(self._address, timeout=_PATIENCE, set_as_default=False)
        except (ImportError, OSError, RuntimeError, TypeError) as error:
            raise self._silent(error) from error

    def _wait_for_workers(self, client: "Client", seconds: float) -> None:
        from distributed.exceptions import WorkerStartTimeoutError

        try:
            client.wait_for_workers(1, timeout=seconds)
        except WorkerStartTimeoutError as error:
            raise ClusterError(
                f"The scheduler at {self._address} has no workers. Start some: docs/cluster.md."
            ) from error

    def _silent(self, why: object) -> ClusterError:
        return ClusterError(
            f"The scheduler at {self._address} does not answer as it should: {why}. See that it "
            "runs, and has the same certificates: docs/cluster.md."
        )


def _is_deaf(client: "Client") -> bool:
    """Whether nobody listens any more to what the scheduler tells; no public way asks that."""
    listener = client._handle_report_task
    return listener is not None and listener.done()


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


def _made(future: "Future[Any]") -> Sequence[Any] | None:
    """What became of the tasks of a batch; `None` if nobody knows.

    Raises:
        KilledWorker: It was with worker after worker that ended.
        ClusterError: A worker refused it.
    """
    if future.status in ("pending", "cancelled"):
        return None
    if future.status == "error":
        raise future.exception()
    try:
        made: list[Any] | str = future.result(timeout=_PATIENCE)
    except (CancelledError, OSError):  # of a scheduler that is gone, or a worker with its result
        return None
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
