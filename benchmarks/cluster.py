"""What reading on a cluster costs, and what is left of a run whose workers and schedulers die.

    python benchmarks/cluster.py OUT [cost | kills | faults ...] [--count 1000] [--seed 1]

OUT is a folder that letters are published in; so many are made of them, as in `growth`. They are
published by two processes of this machine and by a scheduler and two workers, each a process of its
own, on loopback, with TLS and the settings of `deploy/`:

- `cost`: the same bytes, and how much processor time of all processes together.
- `kills`: 20 workers and 3 schedulers are ended by SIGKILL while letters are read, half of the
  workers with the processes that they began, and each is started again. The same bytes.
- `faults`: one file ends the process that opens it, and one hangs. After one run both are in
  quarantine for a while, after three for good, and all else is as before.

It needs Linux. It is no test: it prints lines for a person to judge, and stops where bytes differ.
"""

import argparse
import ctypes
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import polars as pl
from growth import assert_visits, make, originals
from run_time import PR_SET_CHILD_SUBREAPER, wait_for_orphans

from assets.letters.archive import Archive

STAGES = ("documents", "parsed_letters", "statements", "proofs")
ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
KILLED_WORKERS, KILLED_SCHEDULERS = 20, 3
#: Imported by each Python that is started with it: what opens these files by their content ends, or
#: hangs, where it is a process that only reads.
FAULTS = """
import multiprocessing, os, signal, sys, time
def at_open(event, found):
    if event == "open" and multiprocessing.current_process().name != "MainProcess":
        if {crashing!r} in str(found[0]):
            os.kill(os.getpid(), signal.SIGKILL)
        if {hanging!r} in str(found[0]):
            time.sleep(1000)
sys.addaudithook(at_open)
"""


class Cluster:
    """A scheduler and two workers, each started again when it has ended."""

    def __init__(self, environment: dict[str, str], room: Path) -> None:
        certificate = room / "certificate"
        subprocess.run([DEPLOY / "certificate.sh", certificate], check=True, capture_output=True)
        settings = (DEPLOY / "dask.yaml").read_text().replace("/certificate/", f"{certificate}/")
        (room / "dask.yaml").write_text(settings)
        environment["DASK_CONFIG"] = str(room / "dask.yaml")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tls://127.0.0.1:{port}"
        near = ["--protocol", "tls", "--host", "127.0.0.1"]
        near += ["--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
        dask = [sys.executable, "-m", "dask"]
        worker = [*dask, "worker", self.address, *near, "--no-nanny", "--nthreads", "1"]
        self._commands = [[*dask, "scheduler", "--port", str(port), *near], worker, worker]
        self._environment = environment
        self._is_over = threading.Event()
        self.started = 0

    def __enter__(self) -> "Cluster":
        self.processes = [self._start(command) for command in self._commands]
        self._keeper = threading.Thread(target=self._keep)
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._keeper.join()
        for process in reversed(self.processes):
            process.terminate()
            process.wait()

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        self.started += 1
        return subprocess.Popen(
            command,
            cwd=self._environment["TMPDIR"],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _keep(self) -> None:
        while not self._is_over.wait(0.5):
            for place, process in enumerate(self.processes):
                if process.poll() is not None:
                    self.processes[place] = self._start(self._commands[place])


@contextmanager
def kills(cluster: Cluster, out: Path, count: int, chance: random.Random) -> Iterator[list[str]]:
    """Meanwhile, workers and schedulers are killed, each when so many letters are read."""
    whom = ["worker"] * KILLED_WORKERS + ["scheduler"] * KILLED_SCHEDULERS
    chance.shuffle(whom)
    plan = sorted(zip((chance.uniform(0.01, 0.95) * count for _ in whom), whom, strict=True))
    done: list[str] = []
    is_over = threading.Event()

    def kill() -> None:
        for after, who in plan:
            while not is_over.is_set():
                with suppress(FileNotFoundError):
                    if sum(1 for _ in (out / "work" / "documents").iterdir()) >= after:
                        break
                time.sleep(0.05)
            process = cluster.processes[0 if who == "scheduler" else chance.choice([1, 2])]
            if is_over.is_set():
                return
            with suppress(ProcessLookupError):
                if chance.random() < 0.5:
                    os.killpg(process.pid, signal.SIGKILL)
                else:
                    os.kill(process.pid, signal.SIGKILL)
                done.append(who)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield done
    finally:
        is_over.set()
        killer.join()


class Bench:
    """Letters, and the runs on them."""

    def __init__(self, room: Path, letters: Path, count: int) -> None:
        self.room, self.letters, self.count = room, letters, count
        self.environment = {
            **os.environ,
            "SOURCE_DATE_EPOCH": "1767225600",
            "PYTHONDONTWRITEBYTECODE": "",
            "TMPDIR": str(room),
        }

    def run(self, out: Path, *more: str) -> None:
        """One run to its end."""
        command = [sys.executable, "-m", "pipelines", "run", "--jobs", "2"]
        done = subprocess.run(
            [*command, "--source", str(self.letters), "--out", str(out), *more],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"A run ended with status {done.returncode}: {done.stderr[-3000:]}")

    def plain(self) -> Path:
        """What is published by processes of this machine."""
        out = self.room / "plain"
        if not out.exists():
            with costs("by two processes of this machine"):
                self.run(out)
            assert_visits(out, self.count)
        return out

    def cost(self, _: random.Random) -> None:
        """Runs in both ways."""
        out = self.room / "cluster"
        expected = tables(self.plain())
        with (
            costs("by a scheduler and two workers"),
            Cluster(self.environment, self.room) as cluster,
        ):
            self.run(out, "--cluster", cluster.address)
        same(tables(out), expected)

    def kills(self, chance: random.Random) -> None:
        """A run whose cluster dies again and again."""
        out = self.room / "killed"
        expected = tables(self.plain())
        with costs("while they are killed"), Cluster(self.environment, self.room) as cluster:
            with kills(cluster, out, self.count, chance) as done:
                self.run(out, "--cluster", cluster.address)
            killed = {who: done.count(who) for who in sorted({*done})}
            print(f"killed: {killed}; processes of Dask's started: {cluster.started}")
        same(tables(out), expected)

    def faults(self, _: random.Random) -> None:
        """Three runs with two files at fault, in both ways."""
        files = [file.sha256 for file in Archive(self.plain() / "archive").files()]
        crashing, hanging = files[len(files) // 3], files[len(files) // 2]
        hook = self.room / "hook"
        hook.mkdir()
        (hook / "sitecustomize.py").write_text(FAULTS.format(crashing=crashing, hanging=hanging))
        before = self.environment.get("PYTHONPATH", "")
        self.environment["PYTHONPATH"] = f"{hook}{os.pathsep}{before}"
        out = self.room / "faulty"
        plain = pl.read_parquet(self.plain() / "parquet" / "visits.parquet")
        with Cluster(self.environment, self.room) as cluster:
            for number in range(3):
                self.run(out, "--cluster", cluster.address)
                visits = pl.read_parquet(out / "parquet" / "visits.parquet")
                print(f"run {number + 1}: {visits.height} visits, in quarantine:")
                quarantine = pl.read_parquet(out / "parquet" / "quarantine.parquet")
                for row in quarantine.iter_rows(named=True):
                    print(f"  {row['reason_code']}: {row['detail']}", flush=True)
        left = plain.filter(pl.col("letter_id").is_in(visits["letter_id"].implode()))
        if not left.equals(visits) or plain.height - visits.height != 2:
            raise SystemExit("Other visits.")
        results = made(out, {crashing, hanging}), made(self.plain(), {crashing, hanging})
        same(*results)


@contextmanager
def costs(what: str) -> Iterator[None]:
    """Print how much processor time it took, with all processes that were started and ended."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    yield
    wait_for_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{what}: {cpu:.1f} s of processor time, {time.monotonic() - began:.0f} s", flush=True)


def tables(out: Path) -> dict[str, bytes]:
    """What is published."""
    return {path.name: path.read_bytes() for path in sorted((out / "parquet").iterdir())}


def made(out: Path, but: set[str]) -> dict[str, bytes]:
    """What was made of the letters, but for those with these contents."""
    letters = {file.letter_id for file in Archive(out / "archive").files() if file.sha256 in but}
    stages = [out / "work" / name for name in STAGES]
    return {
        f"{path.parent.name}/{path.name}": path.read_bytes()
        for stage in stages
        for path in stage.glob("*.json")
        if path.stem not in letters
    }


def same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Stop where they differ."""
    differing = [name for name in expected if found.get(name) != expected[name]]
    if differing or found.keys() != expected.keys():
        raise SystemExit(f"Other bytes: {', '.join(differing) or 'other tables'}")
    print("the same bytes")


def main() -> None:
    """Make letters, run and print."""
    measures = ("cost", "kills", "faults")
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path, help="a folder that letters are published in")
    parser.add_argument("measures", nargs="*", choices=[*measures, []], default=[])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    # Processes whose parent has ended come to this one, so that their cost is counted.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    with tempfile.TemporaryDirectory(prefix="cluster-") as temporary:
        room = Path(temporary)
        make(list(originals(arguments.out)), arguments.count, room / "letters")
        bench = Bench(room, room / "letters", arguments.count)
        for measure in arguments.measures or measures:
            getattr(bench, measure)(random.Random(arguments.seed))


if __name__ == "__main__":
    main()
