"""What all tests share: an environment in which nobody has set anything, and a published sample."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

#: Says where the real letters are that some tests need; it is the tests' own.
FOR_TESTS = "OFSTED_LETTERS_SHARED"


@pytest.fixture(scope="session", autouse=True)
def plain_environment() -> Iterator[None]:
    """No setting of the program, no Dagster of somebody's own, no proxy before local servers."""
    with pytest.MonkeyPatch.context() as patch:
        for name in tuple(os.environ):
            is_setting = name.startswith("OFSTED_LETTERS_") and name != FOR_TESTS
            if is_setting or name == "DAGSTER_HOME":
                patch.delenv(name)
        for name in ("NO_PROXY", "no_proxy"):
            patch.setenv(name, "127.0.0.1,localhost")
        yield


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample letters as published, made as a user makes it; not to be changed."""
    out = tmp_path_factory.mktemp("published") / "out"
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", "run", "--out", str(out), "--jobs", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Published ")
    # Plain lines, as it is no terminal.
    assert "Reading files: 20\n" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    return out
