#!/usr/bin/env python3
"""Sets up what the project needs in `.venv`, and starts what you ask for.

It needs Python 3.11 or later with pip, and nothing else. All it installs is locked by checksum, and
it installs again only when a lock file or `pyproject.toml` has changed.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed"

USAGE = """\
usage: python3 start.py COMMAND [ARGUMENT ...]

  setup   only set up
  run     run the job, on the sample letters or as the options of `ofsted-letters run` say
  ui      open Dagster's pages on http://localhost:3000
  test    run all tests; `test quick` those that cost little; else as the arguments of pytest say
  check   look at format, lint, types, the direction of imports, and what is in deploy/
"""

RUNTIME, DEVELOPMENT = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"

SCRIPTS = [".ci/lock", ".ci/run"]
SCRIPTS += [f"deploy/{name}.sh" for name in ("certificate", "install", "scheduler", "serve")]
SCHEMA = ["check-jsonschema", "--quiet", "--builtin-schema"]

#: Command -> what must be installed, and the programs that it runs.
COMMANDS = {
    "setup": (RUNTIME, []),
    "run": (RUNTIME, [["ofsted-letters", "run"]]),
    "ui": (DEVELOPMENT, [["python", "-m", "pipelines.pages", "ui"]]),
    "test": (DEVELOPMENT, [["python", "-m", "pytest"]]),
    "check": (
        DEVELOPMENT,
        [
            ["ruff", "format", "--check"],
            ["ruff", "check"],
            ["mypy"],
            ["mypy", *(f"deploy/{name}.py" for name in ("check", "github_release", "lost_runs"))],
            ["lint-imports"],
            ["deptry", "pipelines", "assets", "expectations", "warehouse"],
            ["shellcheck", *SCRIPTS],
            ["hadolint", "deploy/Dockerfile"],
            [*SCHEMA, "vendor.compose-spec", "deploy/compose.yaml"],
            [*SCHEMA, "vendor.github-workflows", "deploy/github-actions.yaml"],
            ["zizmor", "--offline", "--quiet", "deploy/github-actions.yaml"],
        ],
    ),
}

#: What of the tests is asked for -> options of pytest. One process more than there are processors:
#: some tests wait. The tests of a module share what it makes, and stay together. They come in the
#: order of their folders: else the modules of few tests, which are the longest, would come last.
#: A container may use fewer than there are; which, not every system tells.
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
PROCESSES = (PROCESSORS or 1) + 1
SPREAD = [f"--numprocesses={PROCESSES}", "--dist=loadscope", "--no-loadscope-reorder"]
TESTS = {
    (): SPREAD,
    ("quick",): [*SPREAD, "-m", "not slow", "--hypothesis-profile=quick"],
}

#: Keeps Python from keeping what it compiled.
NOT_COMPILED = "PYTHONDONTWRITEBYTECODE"

#: Programs that are not to be had for every machine.
NOT_EVERYWHERE = {"shellcheck"}


def main(arguments: list[str]) -> int:
    """Set up, run, and return the exit status of what was run."""
    command, *rest = arguments or [""]
    if command not in COMMANDS:
        is_asked = command in ("-h", "--help")
        print(USAGE, end="", file=sys.stdout if is_asked else sys.stderr)
        return 0 if is_asked else 2
    if sys.version_info < (3, 11):
        print(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    lock, programs = COMMANDS[command]
    if command == "test":
        rest = TESTS.get(tuple(rest), rest)
    try:
        set_up(lock)
    except subprocess.CalledProcessError as error:
        print(f"Setting up failed, see above, at: {' '.join(error.cmd)}", file=sys.stderr)
        return 1
    # Paths that a user gives to `run` are theirs; everything else is about the project.
    folder = None if command == "run" else ROOT
    if command == "test":  # modules are compiled once, not by each of the many processes
        os.environ.pop(NOT_COMPILED, None)
    status = 0
    for program, *options in programs:
        path = VENV / "bin" / program
        if program in NOT_EVERYWHERE and not path.exists():
            print(f"NOT CHECKED: there is no {program} for this machine.", file=sys.stderr)
            continue
        try:
            status = max(status, abs(subprocess.call([path, *options, *rest], cwd=folder)))
        except KeyboardInterrupt:  # the program has been stopped as well, and has said so
            return 130
    return status


def set_up(lock: Path) -> None:
    """Install what the lock file holds, and the project, unless that has been done."""
    wanted = {path: stamp(path) for path in (lock, DEVELOPMENT)}  # the latter holds the former
    if STAMP.exists() and STAMP.read_text() in wanted.values():
        return
    print(f"Setting up {VENV}. This takes a minute or two, once.", flush=True)
    if not STAMP.exists():
        # pip is told which Python to install for: a venv of its own can be without pip, as Debian
        # has it unless another package is installed.
        run([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV])
    pip = [sys.executable, "-m", "pip", "--python", VENV / "bin" / "python", "install", "--quiet"]
    pip += ["--disable-pip-version-check", "--no-input"]
    # The lock is whole: there are no dependencies to be found.
    run([*pip, "--no-deps", "--require-hashes", "-r", lock])
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT])
    STAMP.write_text(wanted[lock])


def stamp(lock: Path) -> str:
    """What tells one installation from another."""
    whole = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for path in (lock, ROOT / "pyproject.toml"):
        whole.update(path.read_bytes())
    return f"{lock.name} {whole.hexdigest()}"


def run(command: "list[str | Path]") -> None:
    """Run a step of setting up."""
    subprocess.run([str(part) for part in command], check=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
