#!/usr/bin/env python3
"""Checks what stands in this folder as far as a machine without Docker can.

It lays out, in a temporary folder, what the Dockerfile copies and nothing else; installs that as
the image does; runs the sample letters from elsewhere; and then starts the services of
compose.yaml, by their own commands, with a PostgreSQL server of its own, has Dagster run the job
through its queue, letters being read by the scheduler and workers, and looks at what came of it.
Here belongs what has to be run to be believed; what can be read off the files is tests/deploy's.

It needs Python 3.11, pip, and the programs of PostgreSQL (`initdb`, `postgres`): without those it
checks the rest and says so. Ports 3000, 4000, 8786 and 8787 must be free.
"""

import argparse
import contextlib
import json
import os
import pwd
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

DEPLOY = Path(__file__).resolve().parent
PROJECT = DEPLOY.parent

CONTEXT_FOLDERS_LEFT_OUT = {"__pycache__", ".git", ".venv"}

POSTGRES_PASSWORD = "for the check only"

LOCATION = """{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError {
  __typename
  ... on PythonError { message }
  ... on RepositoryLocation { repositories {
    name
    jobs { name }
    schedules { name cronSchedule executionTimezone }
  } } } } } } }"""

LAUNCH = """mutation ($repository: String!) { launchRun(executionParams: {
  selector: {repositoryLocationName: "ofsted_letters", repositoryName: $repository,
             jobName: "publish_letters"}
}) { __typename
  ... on LaunchRunSuccess { run { runId } }
  ... on PythonError { message }
  ... on InvalidSubsetError { message }
  ... on PipelineNotFoundError { message }
  ... on RunConfigValidationInvalid { errors { message } }
} }"""

RUN = """query ($id: ID!) { runOrError(runId: $id) { ... on Run {
  status
  eventConnection { events { __typename ... on MessageEvent { message } } }
} } }"""

DAEMONS = """{ instance { daemonHealth { allDaemonStatuses {
  daemonType required healthy } } } }"""

ENDED = {"SUCCESS", "FAILURE", "CANCELED"}


class Wrong(Exception):
    """Something is not as it should be; the message says what."""


def main() -> int:
    """Check everything; returns 0 if all was found right, 1 if anything was not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--stay", action="store_true", help="leave the services up, for a look, until Ctrl+C"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ofsted-letters-check-") as folder:
        try:
            check(Path(folder), stay=options.stay)
        except Wrong as problem:
            print(f"WRONG: {problem}", file=sys.stderr)
            return 1
    return 0


def check(folder: Path, *, stay: bool) -> None:
    """Run all checks below a temporary folder."""
    root = folder / "image"
    lay_out(root)
    venv = root / "opt/ofsted-letters/venv"
    install = root / "opt/ofsted-letters/source/deploy/install.sh"
    for step in ("libraries", "program"):
        started = time.monotonic()
        run([install, step, venv], folder, {})
        say(f"install.sh {step}: {time.monotonic() - started:.0f} s")

    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    program = {"PATH": f"{venv / 'bin'}:{os.environ['PATH']}"}
    out = folder / "data"
    run(["ofsted-letters", "run", "--source", "sample", "--out", out], elsewhere, program)
    for made in ("warehouse.duckdb", "parquet/visits.parquet", "quality/summary.md", "archive"):
        if not (out / made).exists():
            raise Wrong(f"A run of the sample letters made no {made}.")
    if written := list(elsewhere.iterdir()):
        raise Wrong(f"A run wrote to the working directory: {written[0].name}.")
    say("ofsted-letters run: published the sample letters, from another working directory")
    run(["dagster", "definitions", "validate", "-m", "pipelines.definitions"], elsewhere, program)
    say("dagster definitions validate: the definitions load")

    programs = postgres_programs()
    if programs is None:
        say("NOT CHECKED: no PostgreSQL here (initdb, postgres), so no services were started.")
        return
    with postgres(programs) as port:
        check_services(folder, root, program, port, stay=stay)


def lay_out(root: Path) -> None:
    """Copy what the Dockerfile copies to where it copies it, below a folder that stands for `/`."""
    working = Path("/")
    for line in (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ").splitlines():
        match line.split():
            case ["WORKDIR", to]:
                working = working / to
            case ["COPY", *sources, to]:
                for source in sources:
                    copy(PROJECT / source, place(root, working / to, source, sources))
    say(f"laid out what the Dockerfile copies: {sum(1 for _ in root.rglob('*'))} files and folders")


def place(root: Path, to: Path, source: str, sources: list[str]) -> Path:
    """Where `COPY` puts a source: a folder's contents go into `to`, a file below it."""
    below = root / to.relative_to("/")
    return below if source.endswith("/") and len(sources) == 1 else below / Path(source).name


def copy(source: Path, to: Path) -> None:
    """Copy a file or a folder of the project."""
    if not source.exists():
        raise Wrong(f"The Dockerfile copies {source.relative_to(PROJECT)}, which is not there.")
    to.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        ignore = shutil.ignore_patterns(*CONTEXT_FOLDERS_LEFT_OUT)
        shutil.copytree(source, to, ignore=ignore, dirs_exist_ok=True)
    else:
        shutil.copy2(source, to)


def check_services(
    folder: Path, root: Path, program: dict[str, str], port: int, *, stay: bool
) -> None:
    """Start what compose.yaml starts, have the job run through the queue, look at the result."""
    for taken in (3000, 4000, 8786, 8787):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", taken)) == 0:
                raise Wrong(f"Port {taken} is in use, and the check needs it. Free it.")
    services = read_compose(program)
    home, out = root / "opt/dagster", folder / "run-by-dagster"
    settings = home / "dask.yaml"
    settings.write_text(settings.read_text().replace("/certificate/", f"{root}/certificate/"))
    environment = program | {
        "DAGSTER_HOME": str(home),
        "DAGSTER_CODE_HOST": "127.0.0.1",
        "DAGSTER_POSTGRES_HOST": "127.0.0.1",
        "DAGSTER_POSTGRES_PORT": str(port),
        "DAGSTER_POSTGRES_USER": "dagster",
        "DAGSTER_POSTGRES_PASSWORD": POSTGRES_PASSWORD,
        "DAGSTER_POSTGRES_DB": "dagster",
        "OFSTED_LETTERS_OUT": str(out),
        "OFSTED_LETTERS_SOURCE": "sample",
        "OFSTED_LETTERS_CLUSTER": "tls://127.0.0.1:8786",
        "DASK_CONFIG": str(settings),
        "PYTHONUNBUFFERED": "1",
    }
    # What is for everyone in a container is for this machine only here.
    only_here = ["--host", "127.0.0.1"]
    near = {"scheduler": only_here, "worker": only_here, "code": only_here, "web": only_here}
    with contextlib.ExitStack() as running:
        for name in (*near, "daemon"):
            command = [*localised(services[name]["command"], root), *near.get(name, ())]
            log = folder / f"{name}.log"
            process = running.enter_context(service(command, home, environment, log))
            if "healthcheck" not in services[name]:
                continue
            test = localised(services[name]["healthcheck"]["test"][1:], root)
            wait_until(
                partial(succeeds, test, home, environment),
                f"service {name} does not pass its health check",
                seconds=180,
                process=process,
                log=log,
            )
            say(f"service {name}: up, and passes its health check")
        check_guard()
        repository = check_location(ask(LOCATION))
        run_id = launch(repository)
        wait_until(lambda: status(run_id) in ENDED, "the run does not end", seconds=300)
        check_run(run_id, out)
        wait_until(daemons_are_well, "a daemon is not well", seconds=120, log=folder / "daemon.log")
        say("all daemons are well")
        if stay:
            say("The pages are at http://127.0.0.1:3000 until Ctrl+C.")
            with contextlib.suppress(KeyboardInterrupt):
                signal.pause()


def check_guard() -> None:
    """The pages answer under no other name, and to no page of another site."""
    for header in ({"Host": "elsewhere.example"}, {"Origin": "http://elsewhere.example"}):
        request = urllib.request.Request("http://127.0.0.1:3000/server_info", headers=header)
        try:
            with urllib.request.urlopen(request, timeout=60):
                raise Wrong(f"The pages answer a request with {header}.")
        except urllib.error.HTTPError as error:
            if error.code != 403:
                raise Wrong(f"The pages answer {error.code} to {header}.") from error


def check_location(answer: dict[str, Any]) -> str:
    """The location loads, with its job and its schedule; returns its repository's name."""
    (entry,) = answer["workspaceOrError"]["locationEntries"]
    location = entry["locationOrLoadError"]
    if location["__typename"] != "RepositoryLocation":
        raise Wrong(f"The definitions do not load: {location.get('message')}")
    (repository,) = location["repositories"]
    if "publish_letters" not in [job["name"] for job in repository["jobs"]]:
        raise Wrong("Dagster does not know the job publish_letters.")
    schedules = {schedule["name"]: schedule for schedule in repository["schedules"]}
    if "daily" not in schedules:
        raise Wrong("Dagster does not know the schedule daily.")
    zone = schedules["daily"]["executionTimezone"]
    if zone != "Europe/London":
        raise Wrong(f"The schedule daily is in the time of {zone}.")
    say(f"the location loads; schedule daily: {schedules['daily']['cronSchedule']} {zone}")
    return str(repository["name"])


def launch(repository: str) -> str:
    """Ask for a run of the job as the pages do; returns its id."""
    answer = ask(LAUNCH, repository=repository)["launchRun"]
    if answer["__typename"] != "LaunchRunSuccess":
        raise Wrong(f"The job cannot be launched: {answer}")
    return str(answer["run"]["runId"])


def status(run_id: str) -> str:
    """How a run stands."""
    return str(ask(RUN, id=run_id)["runOrError"]["status"])


def check_run(run_id: str, out: Path) -> None:
    """The run went through the queue, ended well, and published."""
    run_ = ask(RUN, id=run_id)["runOrError"]
    events = run_["eventConnection"]["events"]
    if run_["status"] != "SUCCESS":
        said = "\n".join(event["message"] for event in events if event.get("message"))
        raise Wrong(f"The run ended as {run_['status']}:\n{said}")
    if "RunEnqueuedEvent" not in [event["__typename"] for event in events]:
        raise Wrong("The run did not go through the queue, so two could run at once.")
    if not (out / "warehouse.duckdb").exists():
        raise Wrong("The run published nothing where OFSTED_LETTERS_OUT points.")
    if not any("The cluster shows how" in (event.get("message") or "") for event in events):
        raise Wrong("The letters were not read by the scheduler's workers.")
    say(f"run {run_id}: queued, run and published, {len(events)} events")


def daemons_are_well() -> bool:
    """Whether every daemon that is needed sends its heartbeats."""
    health = ask(DAEMONS)["instance"]["daemonHealth"]["allDaemonStatuses"]
    return all(daemon["healthy"] for daemon in health if daemon["required"])


def ask(query: str, **variables: str) -> dict[str, Any]:
    """Put a question to Dagster's GraphQL."""
    request = urllib.request.Request(
        "http://127.0.0.1:3000/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            data = json.load(answer)
    except urllib.error.HTTPError as error:
        raise Wrong(f"Dagster does not answer: {error.read().decode()}") from error
    if "errors" in data:
        raise Wrong(f"Dagster does not answer: {data['errors']}")
    return dict(data["data"])


def read_compose(program: dict[str, str]) -> dict[str, Any]:
    """The services of compose.yaml; the program's own Python knows YAML."""
    code = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))"
    text = run(["python", "-c", code, DEPLOY / "compose.yaml"], PROJECT, program)
    return dict(json.loads(text)["services"])


def localised(command: list[str], root: Path) -> list[str]:
    """A command whose paths and hosts are those here: below the folder that stands for `/`."""
    return [
        str(root / part.removeprefix("/"))
        if part.startswith(("/opt/", "/certificate"))
        else part.replace("//scheduler:", "//127.0.0.1:")
        for part in command
    ]


def postgres_programs() -> Path | None:
    """The folder with PostgreSQL's programs, if they are installed; Debian has it off the path."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextlib.contextmanager
def postgres(programs: Path) -> Iterator[int]:
    """A PostgreSQL server of our own on loopback, empty but for a database; yields its port."""
    # It refuses to run as root.
    user = "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"
    become: dict[str, Any] = {"user": user} if os.geteuid() == 0 else {}
    with (
        tempfile.TemporaryDirectory(prefix="ofsted-letters-postgres-") as folder,
        socket.socket() as free,
    ):
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        password = Path(folder) / "password"
        password.write_text(POSTGRES_PASSWORD)
        if become:
            for path in (folder, password):
                shutil.chown(path, user)
        data = Path(folder) / "data"
        initdb: list[str | Path] = [programs / "initdb", "--pgdata", data, "--no-sync"]
        initdb += ["--username", "dagster", "--auth", "scram-sha-256", "--pwfile", password]
        run(initdb, Path(folder), {}, **become)
        command = [programs / "postgres", "-D", data, "-p", port, "-h", "127.0.0.1", "-k", folder]
        log = Path(folder) / "log"
        with service([str(part) for part in command], Path(folder), {}, log, **become) as process:
            client = {"PGPASSWORD": POSTGRES_PASSWORD}
            at = ["--host", "127.0.0.1", "--port", str(port), "--username", "dagster"]
            create = [str(programs / "createdb"), *at, "dagster"]
            wait_until(
                lambda: succeeds(create, Path(folder), client),
                "PostgreSQL does not come up",
                seconds=60,
                process=process,
                log=log,
            )
            say(f"PostgreSQL: up on port {port}, as user {user if become else 'you are'}")
            yield port


@contextlib.contextmanager
def service(
    command: list[str], working: Path, environment: dict[str, str], log: Path, **more: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs as long as the block, with all that it started."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=working,
            env=os.environ | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **more,
        )
    try:
        yield process
    finally:
        # The service itself first, as Docker does, so that it can end what it started.
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            say(f"{shlex.join(command[:2])} did not end within 30 s of being asked to")
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run(command: list[str | Path], working: Path, environment: dict[str, str], **more: Any) -> str:
    """Run a command to its end; returns what it printed."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [str(part) for part in command],
        cwd=working,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        **more,
    )
    if done.returncode:
        raise Wrong(
            f"{shlex.join(str(part) for part in command)} ended with status {done.returncode}:\n"
            f"{done.stdout}{done.stderr}"
        )
    return done.stdout


def succeeds(command: list[str], working: Path, environment: dict[str, str]) -> bool:
    """Whether a command ends well."""
    done = subprocess.run(
        command, cwd=working, env=os.environ | environment, capture_output=True, check=False
    )
    return done.returncode == 0


def wait_until(
    holds: Callable[[], bool],
    problem: str,
    *,
    seconds: int,
    process: subprocess.Popen[bytes] | None = None,
    log: Path | None = None,
) -> None:
    """Wait until something holds.

    Raises:
        Wrong: If it does not in time, or the process that it depends on has ended; with the end of
            the log.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        is_over = process is not None and process.poll() is not None
        if is_over or time.monotonic() > deadline:
            when = "It ended by itself" if is_over else f"After {seconds} s"
            said = "\n" + log.read_text(errors="replace")[-4000:] if log else ""
            raise Wrong(f"{when}: {problem}.{said}")
        time.sleep(1)


def say(text: str) -> None:
    """Tell how far the check is."""
    print(text, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
