"""Runs, releases and exports that are killed, or run out of room or memory: what is left of them.

    python benchmarks/faults.py [kills | room | memory ...] [--times 50] [--seed 1]

Works on the sample letters in a folder of its own. Each command is begun again and again, and ended
by SIGKILL, with all its processes, at a random moment of the time that it takes (`kills`); or it
may write no file longer than a random size (`room`), or take no more than a random amount of memory
(`memory`). After each time, what is published, archived, released and exported has to be whole, as
it was before or as it should be after; and in the end, the command has to come to what it comes to
undisturbed. Rules are asked by DuckDB alone, as Great Expectations takes longer than all the rest.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from assets.letters.archive import Archive  # noqa: E402
from assets.release.checksums import read_checksums  # noqa: E402
from assets.release.store import read_list, release_folders  # noqa: E402
from warehouse import states  # noqa: E402

COMMANDS = ("run", "release", "export")
BEGIN = """
import sys
from pipelines import run, __main__
from tests.pipelines.conftest import ByDuckDB
run.Validator = ByDuckDB
__main__.main()
"""
LARGEST_FILE = 8_000_000  # bytes; the largest that is written has less
MEMORY = (150_000_000, 1_500_000_000)  # bytes of address space: too little for anything, and enough


def main() -> None:
    """Try, and print what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("faults", nargs="*", choices=[*FAULTS, []], default=[*FAULTS])
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as room:
        before = {"run": Path(room) / "nothing"}
        before["run"].mkdir()
        seconds, should = {}, {}
        for command, following in zip(COMMANDS, (*COMMANDS[1:], None), strict=True):
            out = Path(room) / f"after-{command}"
            shutil.copytree(before[command], out, symlinks=True)
            began = time.monotonic()
            status, said = ended(begun(command, out))
            assert status == 0, said
            seconds[command], should[command] = time.monotonic() - began, result(command, out)
            if following:
                before[following] = out
        for fault in options.faults:
            for command in COMMANDS:
                out = Path(room) / "out"
                told = Counter(
                    tries(fault, command, before[command], out, seconds, should, options, chance)
                )
                print(f"{fault}, {command}: {dict(told.most_common())}", flush=True)


def tries(
    fault: str,
    command: str,
    before: Path,
    out: Path,
    seconds: dict[str, float],
    should: dict[str, str],
    options: argparse.Namespace,
    chance: random.Random,
) -> Iterator[str]:
    """What came of each time; the next one goes on from what this one left."""
    for number in range(options.times):
        if not out.exists():
            shutil.copytree(before, out, symlinks=True)
        status, said = FAULTS[fault](command, out, seconds[command], chance)
        check_whole(out)
        assert "Traceback" not in said or fault == "memory", said
        yield {0: "done", 1: "failed", -signal.SIGKILL: "killed"}.get(status, f"status {status}")
        if status == 0 or number == options.times - 1:
            status, said = ended(begun(command, out))
            assert status == 0, said
            check_whole(out)
            assert result(command, out) == should[command], "it comes to something else"
            shutil.rmtree(out)


def begun(command: str, out: Path, limit: Callable[[], None] | None = None) -> subprocess.Popen:
    """A command, begun in a session of its own."""
    arguments = {
        "run": ["run", "--jobs", "2"],
        "release": ["release", "--jobs", "2"],
        "export": ["export", "--year", "2018-2026", "--format", "csv", "--force"],
    }[command]
    to = ["--output", str(out / "exported")] if command == "export" else []
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN, *arguments, "--out", str(out), *to],
        cwd=ROOT,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600", "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=limit,
    )


def ended(process: subprocess.Popen) -> tuple[int, str]:
    """How a command ended, and what it said."""
    said, _ = process.communicate()
    return process.returncode, said


def killed(command: str, out: Path, seconds: float, chance: random.Random) -> tuple[int, str]:
    """A command that is killed with all its processes, unless it is over by then."""
    process = begun(command, out)
    time.sleep(chance.uniform(0, seconds))
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return ended(process)


def limited(
    what: int, least: int, most: int, command: str, out: Path, _: float, chance: random.Random
) -> tuple[int, str]:
    """A command that may take so much of something and no more."""
    limit = int(least * (most / least) ** chance.random())
    return ended(begun(command, out, lambda: resource.setrlimit(what, (limit, limit))))


FAULTS: dict[str, Callable[[str, Path, float, random.Random], tuple[int, str]]] = {
    "kills": killed,
    "room": partial(limited, resource.RLIMIT_FSIZE, 1_000, LARGEST_FILE),
    "memory": partial(limited, resource.RLIMIT_AS, *MEMORY),
}


def check_whole(out: Path) -> None:
    """That all that is there is whole."""
    damage = states.damage(out)
    assert damage is None, damage
    for file in Archive(out / "archive").files():
        path = out / "archive" / file.path
        if path.exists():  # else it was killed before the file was in its place
            assert sha256(path.read_bytes()).hexdigest() == file.sha256, path
    read_list(out / "releases")
    for folder in release_folders(out / "releases"):
        for name, sum_ in read_checksums(folder / "SHA256SUMS").items():
            assert sha256((folder / name).read_bytes()).hexdigest() == sum_, folder / name
    exported = out / "exported"
    if exported.exists():
        names = {path.name for path in exported.iterdir()}
        assert names == {"README.txt", *(f"{one}.csv" for one in EXPORTED)}, names


#: The files of a part that is a folder, without their endings.
EXPORTED = ("visits", "judgements", "findings", "codebook", "codes")


def result(command: str, out: Path) -> str:
    """What a command comes to, as a checksum."""
    whole = sha256()
    state = states.whole(out)
    assert state is not None, "nothing is published"
    whole.update(state.fingerprint.encode())
    parts = {"release": out / "releases" / "1.0.0" / "parquet", "export": out / "exported"}
    if command in parts:
        for path in sorted(parts[command].iterdir()):
            whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()


if __name__ == "__main__":
    main()
