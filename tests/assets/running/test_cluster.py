"""A cluster's workers: what comes back, what a file costs there, and who may not take part."""

import logging
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import dask
import pytest
from distributed import Future, KilledWorker, LocalCluster, Security

from assets.letters.archive import Archive
from assets.model import Rejection
from assets.running import cluster
from assets.running.cluster import ClusterError, ClusterWorkers, check_address
from assets.running.stages import Folders, unfit
from assets.running.workers import WorkerFailure
from pipelines.settings import PRELOAD
from pipelines.stages import STAGES
from tests.assets.running.test_stages import STAGE, Text, archived
from tests.assets.running.test_workers import double, refuse_three

ROOT = Path(cluster.__file__).parents[2]
TIMEOUT = 2  # seconds


def cluster_of(workers: int) -> LocalCluster:
    """A scheduler with so many workers; these are threads, with processes of theirs."""
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=False,
        protocol="tcp://",
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
    )


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler with two workers, whose processes end with it."""
    pools = set()

    def processes(*asked):
        pools.add(pool := begun(*asked))
        return pool

    begun = cluster._processes
    with pytest.MonkeyPatch.context() as patch, cluster_of(2) as local:
        patch.setattr(cluster, "_processes", processes)
        yield local.scheduler_address
        for pool in pools:
            pool._end_processes()  # not their server: it waits for all of them


@pytest.fixture
def workers(scheduler: str) -> Iterator[ClusterWorkers]:
    with ClusterWorkers(scheduler, PRELOAD, TIMEOUT) as workers:
        yield workers


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    (tmp_path / "archive").mkdir()
    return Folders(archive=tmp_path / "archive", work=tmp_path / "work")


def test_results_come_in_the_order_of_the_tasks(workers: ClusterWorkers) -> None:
    assert list(workers.map(double, range(500))) == [2 * number for number in range(500)]
    assert list(workers.map(double, [])) == []


def test_an_exception_is_the_callers(workers: ClusterWorkers) -> None:
    with pytest.raises(ValueError, match="three"):
        list(workers.map(refuse_three, [1, 3]))


def test_files_that_end_or_hang_their_process_cost_themselves_and_for_this_run_only(
    folders: Folders, workers: ClusterWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_FEWEST_BATCHES", 1)  # all in one batch
    texts = ("a", "b", "crash", "slow", "c", "")
    files = [archived(folders, text) for text in texts]
    told = []
    STAGE.run(files, folders, workers, progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 6) for done in range(1, 7)]
    results = [STAGE.load(file, folders) for file in files]
    passing = {one.reason_code: one.is_passing for one in results if isinstance(one, Rejection)}
    assert passing == {"reader_crashed": True, "timed_out": True, "empty_file": False}
    assert [one.text for one in results if isinstance(one, Text)] == ["a", "b", "c"]
    assert STAGE.run(files[:3], folders, workers) == (2, Counter(Rejection=1))
    assert STAGE.run(files[:3], folders, workers) == (3, Counter())


def test_a_batch_that_ends_worker_after_worker_is_tried_file_by_file(
    workers: ClusterWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = cluster._made

    def killed(future):  # as the scheduler says it after the fourth worker
        if future.key[1] in (0, 2):  # all of them, and then the last but one by itself
            future = SimpleNamespace(status="error", exception=lambda: KilledWorker("a", None, 3))
        return made(future)

    monkeypatch.setattr(cluster, "_made", killed)
    monkeypatch.setattr(cluster, "_FEWEST_BATCHES", 1)
    assert list(workers.map(double, range(5))) == [0, 2, 4, WorkerFailure.CRASHED, 8]


def test_what_a_scheduler_forgot_is_sent_again_but_for_what_is_known(
    workers: ClusterWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = cluster._made
    # Two tasks are a batch.
    monkeypatch.setattr(cluster, "_made", lambda one: made(one) if one.key[1] != 3 else None)
    known = {7: "known"}.get
    outcomes = list(workers.map(double, range(100), known=known))
    assert outcomes == ["known" if number == 7 else 2 * number for number in range(100)]


def test_what_was_with_a_scheduler_that_is_gone_is_sent_to_the_next(
    workers: ClusterWorkers,
) -> None:
    client = workers.start()
    outcomes = workers.map(double, range(500))
    made = [next(outcomes)]
    client.loop.add_callback(client.scheduler_comm.comm.abort)
    assert made + list(outcomes) == [2 * number for number in range(500)]


def test_what_is_sent_while_a_connection_breaks_is_sent_again(
    workers: ClusterWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = workers.start()
    submit = client.submit

    # As Dask does if all that is with the scheduler is forgotten just then.
    def lose(*_, key, **__):
        monkeypatch.setattr(client, "submit", submit)
        future = Future(key, client)
        client.futures.pop(future.key)
        client.loop.add_callback(client.scheduler_comm.comm.abort)
        return future

    monkeypatch.setattr(client, "submit", lose)
    monkeypatch.setattr(cluster, "_QUIET_SECONDS", 0.1)
    assert list(workers.map(double, range(100))) == [2 * number for number in range(100)]


def test_a_client_that_fails_by_itself_is_followed_by_another(
    workers: ClusterWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail() -> None:
        raise RuntimeError

    monkeypatch.setattr(cluster, "_QUIET_SECONDS", 0.1)
    client = workers.start()
    outcomes = workers.map(double, range(500))
    made = [next(outcomes)]
    monkeypatch.setattr(client, "_reconnect", fail)
    client.loop.add_callback(client.scheduler_comm.comm.abort)
    assert made + list(outcomes) == [2 * number for number in range(500)]
    assert workers.start() is not client
    assert client.status == "closed"


def test_a_scheduler_that_does_not_come_again_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    with cluster_of(1) as local:
        workers = ClusterWorkers(local.scheduler_address)
        workers.start()
    with workers, pytest.raises(ClusterError, match="it has been gone for long"):
        list(workers.map(double, range(100)))


def test_nothing_is_told_by_dask_itself(
    workers: ClusterWorkers, caplog: pytest.LogCaptureFixture
) -> None:
    workers.start()
    logging.getLogger("distributed.client").error("pages")
    assert not caplog.messages


def test_a_worker_refuses_another_version_and_another_folder(
    folders: Folders, workers: ClusterWorkers
) -> None:
    files = [archived(folders, "a")]
    other = replace(STAGE)
    other.__dict__["version"] = "of another program"
    with pytest.raises(ClusterError, match=r"another version of texts .* install the same version"):
        other.run(files, folders, workers)
    after = replace(STAGE, name="later", after=other)
    _ = after.version
    assert "another version of later" in (unfit([after], folders) or "")
    assert f"has no folder {folders.archive}x" in (
        unfit([STAGE], Folders(archive=Path(f"{folders.archive}x"), work=folders.work)) or ""
    )


def test_results_are_those_that_are_made_here(
    published: Path, tmp_path: Path, scheduler: str
) -> None:
    here = Folders(archive=published / "archive", work=published / "work")
    there = Folders(archive=published / "archive", work=tmp_path)
    files = Archive(here.archive).files()
    onwards = {stage: Counter[str]() for stage in STAGES[1:]}
    with ClusterWorkers(scheduler, PRELOAD) as workers:
        run = STAGES[0].run(files, there, workers, onwards=onwards)
    assert run.built.total() == len(files)
    for stage in STAGES:
        made = {path.name: path.read_bytes() for path in (there.work / stage.name).iterdir()}
        kept = {path.name: path.read_bytes() for path in (here.work / stage.name).iterdir()}
        assert made == kept, stage.name


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:8786", "tcp://localhost:8786", "tcp://[::1]:8786", "tls://a.b:1"]
)
def test_a_scheduler_here_or_with_tls_may_be_used(address: str) -> None:
    check_address(address)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("tcp://scheduler:8786", r"another machine's.*certificates.*tls://scheduler:8786\."),
        ("tcp://192.0.2.1:8786", "another machine's"),
        ("127.0.0.1:8786", "no address of a scheduler"),
        ("http://127.0.0.1:8786", "no address of a scheduler"),
        ("tls://", "no address of a scheduler"),
        ("tls://a.b", "no address of a scheduler"),
        ("tcp://127.0.0.1:port", "no address of a scheduler"),
        ("tcp://[::1", "no address of a scheduler"),
    ],
)
def test_any_other_is_refused_with_what_to_do(address: str, why: str) -> None:
    with pytest.raises(ClusterError, match=why):
        ClusterWorkers(address)


def test_a_scheduler_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_FIRST_WAIT", 0.5)
    with pytest.raises(ClusterError, match=r"tcp://127\.0\.0\.1:9 does not answer"):
        ClusterWorkers("tcp://127.0.0.1:9").start()


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl")
def test_with_tls_only_who_has_the_certificate_is_let_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = [ROOT / "deploy" / "certificate.sh", tmp_path]
    subprocess.run(make, check=True, capture_output=True)
    tls = {"ca-file": tmp_path / "cert.pem"} | {
        f"{role}.{part}": tmp_path / f"{part}.pem"
        for role in ("scheduler", "worker", "client")
        for part in ("cert", "key")
    }
    tls = {f"distributed.comm.tls.{name}": str(path) for name, path in tls.items()}
    monkeypatch.setattr(cluster, "_FIRST_WAIT", 2)
    with (
        dask.config.set(tls),
        LocalCluster(
            n_workers=1,
            processes=False,
            protocol="tls://",
            security=Security(),
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
        ) as local,
    ):
        with ClusterWorkers(local.scheduler_address) as workers:
            assert list(workers.map(double, [1, 2])) == [2, 4]
        with (
            dask.config.set(dict.fromkeys(tls)),
            pytest.raises(ClusterError, match="does not answer as it should"),
        ):
            ClusterWorkers(local.scheduler_address).start()


def test_nothing_of_dask_is_imported_where_none_is_used() -> None:
    code = "import sys, pipelines.cli, pipelines.run; print('distributed' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
