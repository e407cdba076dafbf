"""How long the job takes, beside what one would take for the least: `pdftotext` on each file.

    python benchmarks/run_time.py LETTERS [--rounds N]

LETTERS is a folder of PDFs. Everything is measured in one session and on two processors, cold (with
an empty output folder) and with start-up included, by the clock and in processor time; of several
rounds, the median counts. A run on one letter is what a run costs however few there are; what a
further letter costs is the difference. It needs poppler's `pdftotext`, Linux, and a machine that
does nothing else. It is no test: it prints a table for a person to judge.
"""

import argparse
import ctypes
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

PROCESSORS = 2
SECONDS_BETWEEN_SAMPLES = 0.05
PR_SET_CHILD_SUBREAPER = 36


class Cost(NamedTuple):
    """What a command cost, with all processes that it started.

    Attributes:
        wall: Seconds from start to end.
        cpu: Seconds of processor time.
    """

    wall: float
    cpu: float


def measure(command: Sequence[str]) -> Cost:
    """Run a command on two processors, and wait for all that it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    with start(command) as process:
        status = process.wait()
        wall = time.perf_counter() - began
    wait_for_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu)


def peak_memory(command: Sequence[str]) -> float:
    """The most memory of all a command's processes at any moment, in MiB; shared counts once."""
    most = 0.0
    with start(command) as process:
        while process.poll() is None:
            most = max(most, memory_of_session(process.pid))
            time.sleep(SECONDS_BETWEEN_SAMPLES)
    wait_for_orphans()
    return most


def start(command: Sequence[str], **environment: str) -> subprocess.Popen[bytes]:
    """Start a command on two processors, in a session of its own."""
    processors = sorted(os.sched_getaffinity(0))[:PROCESSORS]
    return subprocess.Popen(
        ["taskset", "-c", ",".join(map(str, processors)), *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **environment},
    )


def wait_for_orphans() -> None:
    """Wait for processes that outlived the one that started them; they are ours then."""
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass


def memory_of_session(session: int) -> float:
    """The proportional memory of all processes of a session, in MiB."""
    memory = 0
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and os.getsid(int(folder.name)) == session:
                lines = (folder / "smaps_rollup").read_text().splitlines()
                memory += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it has ended meanwhile
    return memory / 1024


def run_job(letters: Path, out: Path) -> list[str]:
    """The command that runs the job."""
    return [sys.executable, "-m", "pipelines", "run", "--source", str(letters), "--out", str(out)]


def pdftotext(letters: Path, work: Path) -> list[str]:
    """The command that runs `pdftotext` on each file, as a shell does it."""
    loop = 'for file in "$0"/*.pdf; do pdftotext "$file" "$1"; done'
    return ["sh", "-c", loop, str(letters), str(work / "text.txt")]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("letters", type=Path, help="a folder of PDFs")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    files = sorted(arguments.letters.glob("*.pdf"))
    # Processes whose parent has ended come to this one, so that their cost is counted.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        every, one = work / "every", work / "one"
        for name, chosen in ((every, files), (one, files[:1])):
            name.mkdir()
            for file in chosen:
                shutil.copy2(file, name)
        costs: dict[str, list[Cost]] = {}

        def note(name: str, command: Sequence[str]) -> None:
            costs.setdefault(name, []).append(measure(command))

        out = work / "out"
        measure(run_job(one, out))  # compiles what is not yet
        shutil.rmtree(out)
        for _ in range(arguments.rounds):
            note("pdftotext", pdftotext(every, work))
            note("pdftotext, one", pdftotext(one, work))
            note("cold, one", run_job(one, out))
            shutil.rmtree(out)
            note("cold", run_job(every, out))
            note("unchanged", run_job(every, out))
            note("import", [sys.executable, "-c", "import dagster"])
            shutil.rmtree(out)
        memory = peak_memory(run_job(every, out))

    cost = {
        name: Cost(*(statistics.median(values) for values in zip(*of_name, strict=True)))
        for name, of_name in costs.items()
    }
    further = len(files) - 1
    ours = (cost["cold"].cpu - cost["cold, one"].cpu) / further
    theirs = (cost["pdftotext"].cpu - cost["pdftotext, one"].cpu) / further
    print(f"{'':<44}{'clock':>9}{'processor':>11}")
    for what, of in (
        (f"whole run on {len(files)} letters, cold", cost["cold"]),
        ("  pdftotext on each", cost["pdftotext"]),
        ("whole run on one letter, cold", cost["cold, one"]),
        ("unchanged second run", cost["unchanged"]),
        ("  import dagster", cost["import"]),
    ):
        print(f"{what:<44}{of.wall:>7.2f} s{of.cpu:>9.2f} s")
    print(f"{'a further letter':<44}{'':>9}{1000 * ours:>8.1f} ms")
    print(f"{'  pdftotext':<44}{'':>9}{1000 * theirs:>8.1f} ms")
    print(f"{'memory of all processes':<44}{memory:>6.0f} MiB")


if __name__ == "__main__":
    main()
