"""What all tests share: an environment in which nobody has set anything, and a published sample.

A test is `slow` if it asks for something that costs seconds to make. `python3 start.py test quick`
leaves those out.
"""

import atexit
import gc
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from tests import weed
from tests.stores import Machine
from warehouse.garbage import look_seldom
from warehouse.working_copy import opened

#: Says where the real letters are that some tests need; it is the tests' own.
FOR_TESTS = "OFSTED_LETTERS_SHARED"

#: 1 January 2026, as seconds: when runs begin.
NEW_YEAR = 1767225600

#: Longer than a busy machine takes for anything here, in seconds; shorter than what is waited for
#: in vain where a wait does not end as it should.
SOON = 20.0

#: How much memory this process may have.
MEMORY = resource.getrlimit(resource.RLIMIT_DATA)

#: Fixtures that cost: whole runs, releases and their files, Great Expectations, all real letters,
#: letters read in two ways, a site that answers, files of DuckDB, rules asked one by one, what is
#: compared with something else.
SLOW_FIXTURES = frozenset(
    """ask by_layout candidate candidates connection corpus differences few_published first
    gone_through letters live live_site made make_site many one_site out place plain published
    release released run run_rule runner s3 settings site spoilt_folder validator versions
    workers workspace
    """.split()
)
#: What a test starts processes or Dagster's job with, the files of a release, all real letters, a
#: whole file of DuckDB, imports that take a second.
SLOW_NAMES = frozenset(
    """CORPUS GreatExpectationsReader LocalWorkers ProcessPoolExecutor Validator build_database
    create_pg_engine described import_great_expectations run_whole subprocess
    """.split()
)

#: The modules that take longest: of all real letters, of what all others read and the portal.
LONGEST = ("test_corpus.py", "test_browser.py")

# How many examples a property is tried on: `--hypothesis-profile=NAME`, `ci` unless one is named.
settings.register_profile("quick", max_examples=10, deadline=None, derandomize=True)
settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile("ci")

#: Makes a folder once for all processes that run tests; whoever asks later waits for it.
MakeOnce = Callable[[str, Callable[[Path], None]], Path]


look_seldom()
atexit.register(gc.unfreeze)
# Else each process that multiplies matrices takes all processors, and waits for them most of the
# time. Programs begin their reading processes so.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_collection_finish() -> None:
    """Take all tests for what stays to the end: to look them through again and again takes long."""
    look_seldom()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what asks for something slow, starts a process or reads all letters.

    The longest come first, each in a process of its own: the others wait for nothing then.
    """
    items.sort(key=lambda item: item.path.name not in LONGEST)
    for item in items:
        code = getattr(getattr(item, "obj", None), "__code__", None)
        is_slow_itself = code is not None and SLOW_NAMES & set(code.co_names)
        if is_slow_itself or SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


def pytest_runtest_teardown() -> None:
    """A command limits the memory of its process for good; here that is the tests' own."""
    resource.setrlimit(resource.RLIMIT_DATA, MEMORY)


@pytest.fixture(scope="session", autouse=True)
def plain_environment() -> Iterator[None]:
    """No setting of the program, no Dagster of somebody's own, no proxy before local servers.

    Nor is anything written through to the disk, which only a machine that fails would tell.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in tuple(os.environ):
            is_setting = name.startswith("OFSTED_LETTERS_") and name != FOR_TESTS
            if is_setting or name == "DAGSTER_HOME":
                patch.delenv(name)
        for name in ("NO_PROXY", "no_proxy"):
            patch.setenv(name, "127.0.0.1,localhost")
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of S3's kind."""
    if not weed.WEED.exists():
        pytest.skip("there is no SeaweedFS for this machine")
    with weed.s3_server(tmp_path_factory.mktemp("s3")) as url:
        yield url


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty folder in an object store."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", weed.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", weed.SECRET)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    return f"s3://{weed.BUCKET}/{uuid.uuid4().hex}"


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """The address of an empty store: a folder, which keeps conditions as an object store does."""
    return (tmp_path / "store").as_uri()


@pytest.fixture
def machine(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Begins a new process in the store, on a machine of some name."""

    def begin(name: str) -> Path:
        monkeypatch.setenv("OFSTED_LETTERS_CACHE", str(tmp_path / name))
        return opened(store_url)

    return begin


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> MakeOnce:
    """Makes what several tests only read; under pytest-xdist, one process makes it for all."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # each process has a folder of its own within it

    def make(name: str, write: Callable[[Path], None]) -> Path:
        folder, done = shared / name, shared / f"{name}.made"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                folder.mkdir()
                write(folder)
                done.touch()
        return folder

    return make


@pytest.fixture(scope="session")
def published(make_once: MakeOnce) -> Path:
    """The sample letters as published, made as a user makes it; not to be changed."""

    def write(folder: Path) -> None:
        temporary = tempfile.mkdtemp()  # its path is short: sockets are put into it
        done = subprocess.run(
            [sys.executable, "-m", "pipelines", "run", "--out", str(folder / "out"), "--jobs", "2"],
            env={**os.environ, "SOURCE_DATE_EPOCH": str(NEW_YEAR), "TMPDIR": temporary},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("Published ")
        Path(temporary).rmdir()  # a run leaves nothing there
        # Plain lines, as it is no terminal.
        assert "Reading files: 32\n" in done.stderr
        assert "\x1b" not in done.stdout + done.stderr

    return make_once("published", write) / "out"


@pytest.fixture(scope="session")
def released(published: Path, make_once: MakeOnce) -> Path:
    """A folder with the sample published and released once; not to be changed."""

    def write(folder: Path) -> None:
        from assets.release.build import make_release
        from assets.release.releasing import Releasing
        from tests.unverified import leave_unverified

        out = shutil.copytree(published, folder / "out", symlinks=True)
        with pytest.MonkeyPatch.context() as patch:
            leave_unverified(patch)  # `test_verification` does that
            assert make_release(Releasing(out, jobs=2)).release.folder.name == "1.0.0"

    return make_once("released", write) / "out"
