"""Runs in an object store, killed at any moment on machines that are gone: what is lost?

    python -m benchmarks.stores [--kills N] [--seed N]

The store is SeaweedFS, a server of S3's kind that the tests bring. Run after run is begun with a
few letters more, each on another machine (an empty working copy), and ended by SIGKILL, its
processes with it, at some moment of the time that a run takes; sometimes a second one is begun
beside it. After each kill,
what a reader finds must be one whole state. In the end a run may finish: it must publish the bytes
that a folder has when it reads all letters at once. It is no test: it takes minutes.

It proves nothing of a store whose conditional puts are not those of this server, nor of a store
that loses what it said it had.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from assets.letters.archive import Archive
from assets.letters.sources import SAMPLE
from tests import weed
from warehouse import leases, parquet, states
from warehouse.places import Place
from warehouse.working_copy import CACHE_SETTING, opened

STORE = f"s3://{weed.BUCKET}/killed"
#: A lock of a killed run ends so soon (seconds), here.
LOCK_SECONDS = 3
#: The rules asked by DuckDB alone: Great Expectations takes longer to start than all else.
PROGRAM = """
from pipelines import __main__, run
from tests.pipelines.conftest import ByDuckDB
run.Validator = ByDuckDB
__main__.main()
"""


def start(source: Path, out: str, cache: Path) -> subprocess.Popen[str]:
    """Begin a run in a session of its own."""
    command = [sys.executable, "-c", PROGRAM, "run", "--source", str(source), "--out", out]
    return subprocess.Popen(
        [*command, "--jobs", "2"],
        env={**os.environ, CACHE_SETTING: str(cache)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(source: Path, out: str, cache: Path) -> None:
    """A run that may finish, once the lock of the one before has ended."""
    while True:
        run = start(source, out, cache)
        _, said = run.communicate()
        if run.returncode == 0:
            return
        if "Another run" not in said:
            raise SystemExit(f"A run failed: {said}")
        time.sleep(1)


def read(cache: Path) -> str:
    """The fingerprint of what a reader on another machine finds, which must be whole."""
    os.environ[CACHE_SETTING] = str(cache)
    state = states.whole(opened(STORE))
    assert state is not None, "nothing is published any more"
    assert parquet.fingerprint(state.parquet) == state.fingerprint, "half a state"
    return state.fingerprint


def kill(run: subprocess.Popen[str]) -> str:
    """End a run and its processes; what it had come to by then."""
    if run.poll() is None:
        os.killpg(run.pid, signal.SIGKILL)
    said = run.communicate()[1]
    if run.returncode == -signal.SIGKILL:
        return "killed"
    if run.returncode == 0:
        return "finished before it was killed"
    if "Another run" in said:
        return "refused, as another run was at work"
    raise SystemExit(f"A run failed: {said}")


def main(kills: int, seed: int, work: Path) -> None:
    """Kill, look, and in the end compare."""
    moments, letters = random.Random(seed), work / "letters"
    letters.mkdir()
    shutil.copy2(SAMPLE / "authorities.csv", letters)
    left = sorted(path for path in SAMPLE.rglob("*") if path.suffix in (".pdf", ".txt", ".md"))
    moments.shuffle(left)
    shutil.copy2(left.pop(), letters)
    began = time.monotonic()
    finish(letters, STORE, work / "first")
    seconds = time.monotonic() - began
    came: Counter[str] = Counter()
    seen = {read(work / "reader")}
    share = max(1, len(left) // max(1, kills))
    for number in range(kills):
        for path in [left.pop() for _ in range(min(share, len(left)))]:
            shutil.copy2(path, letters)
        runs = [start(letters, STORE, work / f"machine-{number}")]
        if number % 4 == 3:
            runs.append(start(letters, STORE, work / f"machine-{number}-beside"))
        time.sleep(1.2 * seconds * moments.random())
        came.update(kill(run) for run in runs)
        seen.add(read(work / "reader"))
    for path in left:
        shutil.copy2(path, letters)
    finish(letters, STORE, work / "last")
    finish(letters, str(work / "folder"), work)

    os.environ[CACHE_SETTING] = str(work / "judge")
    out = opened(STORE)
    state = states.whole(out)
    assert state is not None
    differing = [
        path.name
        for path in sorted((work / "folder" / "parquet").iterdir())
        if path.read_bytes() != (state.parquet / path.name).read_bytes()
    ]
    archived = {file.sha256 for file in Archive(out / "archive").files()}
    place = Place(STORE)
    there = {path[3:] for path in place.sizes("archive") if "manifest" not in path}
    folders = {path.partition("/")[0] for path in place.sizes("states")}
    for what, count in sorted(came.items()):
        print(f"{count:4}  runs {what}")
    print(f"{len(seen):4}  states that readers found meanwhile, each whole")
    print(f"{len(archived):4}  files archived; {len(there - archived)} put and not noted")
    print(f"{len(folders):4}  states in the store at the end, of which 2 are kept")
    print(f"{len(differing):4}  tables differ from those of a folder {differing or ''}")
    if differing or archived - there or len(folders) > 2:
        raise SystemExit(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "server").mkdir()
        with weed.s3_server(Path(folder) / "server") as url:
            os.environ |= {
                "AWS_ACCESS_KEY_ID": weed.KEY,
                "AWS_SECRET_ACCESS_KEY": weed.SECRET,
                "AWS_ENDPOINT_URL": url,
                leases.SETTING: str(LOCK_SECONDS),
                "SOURCE_DATE_EPOCH": "1767225600",
            }
            main(chosen.kills, chosen.seed, Path(folder))
