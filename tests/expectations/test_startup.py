"""The quick import of Great Expectations changes nothing but the time."""

from __future__ import annotations

import subprocess
import sys
import weakref

import pytest

from expectations import startup
from expectations.startup import HIDDEN, LAZY, import_great_expectations

IN_A_PROCESS_OF_ITS_OWN = """
import sys
from expectations.startup import import_great_expectations
gx = import_great_expectations()
lazy = [name for name in {lazy!r} if type(sys.modules[name]).__name__ == "_LazyModule"]
hidden = [name for name in {hidden!r} if name in sys.modules]
import scipy.stats, altair, sqlalchemy
print(lazy, hidden, round(scipy.stats.norm.cdf(0), 3), altair.Chart.__name__, sqlalchemy.__name__)
print([name for name in sys.meta_path if "expectations" in type(name).__module__])
"""


def test_what_is_lazy_loads_when_it_is_used() -> None:
    code = IN_A_PROCESS_OF_ITS_OWN.format(lazy=tuple(LAZY), hidden=HIDDEN)

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    first, second = done.stdout.splitlines()
    assert first == f"{list(LAZY)} [] 0.5 Chart sqlalchemy"
    assert second == "[]"


@pytest.mark.slow
def test_what_is_imported_already_is_left_alone() -> None:
    import msgspec

    name = "msgspec"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(startup, "HIDDEN", (name,))
        gx = import_great_expectations()

    assert sys.modules[name] is msgspec
    assert gx.__name__ == "great_expectations"


def test_module_that_is_not_there_is_an_ordinary_import_error() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(startup, "LAZY", {"no_such_module": "nothing"})
        patch.setattr(sys, "meta_path", [startup._LazyFinder(), *sys.meta_path])
        with pytest.raises(ModuleNotFoundError):
            __import__("no_such_module")


def test_the_configuration_of_an_expectation_is_kept_for_a_while() -> None:
    class Expectation:
        @property
        def configuration(self) -> object:
            return object()

    startup._configure_once(Expectation)
    first = Expectation()
    assert first.configuration is first.configuration
    is_there = weakref.ref(first)
    del first
    for one in [Expectation() for _ in range(startup._MOST_KEPT)]:
        _ = one.configuration
    assert is_there() is None


def test_arguments_have_one_identity_however_they_are_ordered() -> None:
    import_great_expectations()
    from great_expectations.core.id_dict import IDDict

    identity = IDDict(column="page", table=None).to_id()

    assert IDDict(table=None, column="page").to_id() == identity
    assert IDDict(column="page", table=None).to_id() == identity
    assert IDDict(column="text", table=None).to_id() != identity
    assert IDDict(column="page", table=None, values=["text"]).to_id() != identity
