"""What all tests share: an environment in which nobody has set anything for the program."""

import os
from collections.abc import Iterator

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
