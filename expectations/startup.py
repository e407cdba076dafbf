"""Imports Great Expectations, which then takes less than half of the time that it would.

Here belongs only that. Great Expectations imports at its top whatever any of its expectations and
databases may ever need, and works out an expectation's configuration anew for each of its dozens of
arguments. Two remedies of Python itself, and three that spare it what it has done or never needs:

- What only single expectations use is loaded when it is first used (`importlib.util.LazyLoader`).
- SQLAlchemy, which Great Expectations takes as an extra and looks for, is not shown to it: it is
  here for Dagster's sake, and the tables come as frames.
- While it gathers the arguments of an expectation, its configuration is worked out once.
- Arguments of a metric that are words and numbers are given the identity that they had before.
- Frames are not hashed: their fingerprint is noted with the batch, and nobody reads it.

Its bars of progress, which nobody sees, take a lock of this process alone: one for several would be
a semaphore of the system, left behind by a process that is ended.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Any

#: Each with the only thing there that uses it.
LAZY = {
    "altair": "the plots of the Kullback-Leibler expectation",
    "scipy.stats": "expectations on distributions",
}
#: Extras that are installed for others.
HIDDEN = ("sqlalchemy",)
# Configurations that are kept: of more expectations than are asked at once.
_MOST_KEPT = 1000
# Values that are written in one way each.
_PLAIN = (str, int, float, bool, type(None))


def import_great_expectations() -> ModuleType:
    """Great Expectations, with its telemetry off; imported now if it was not yet."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    finder = _LazyFinder()
    # None in `sys.modules` makes an import fail; what is imported already is left alone.
    hidden = [name for name in HIDDEN if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    sys.meta_path.insert(0, finder)
    try:
        import great_expectations
    finally:
        sys.meta_path.remove(finder)
        for name in hidden:
            del sys.modules[name]
    _configure_once(great_expectations.expectations.expectation.Expectation)
    _identify_once(great_expectations.core.id_dict.IDDict)
    sys.modules["tqdm.auto"].tqdm.set_lock(threading.RLock())
    engine = great_expectations.execution_engine.pandas_execution_engine
    engine.hash_pandas_dataframe = lambda frame: "not asked for"
    return great_expectations


def _configure_once(expectation: Any) -> None:
    """Keep the configuration of an expectation, which is asked for with each of its arguments."""
    configure = expectation.configuration.fget
    kept: dict[int, tuple[Any, Any]] = {}

    def configuration(self: Any) -> Any:
        if id(self) not in kept:
            if len(kept) == _MOST_KEPT:  # each batch of rows has expectations of its own
                del kept[next(iter(kept))]
            kept[id(self)] = self, configure(self)  # as long as it is kept, so is its identity
        return kept[id(self)][1]

    expectation.configuration = property(configuration)


def _identify_once(arguments: Any) -> None:
    """Keep the identity of arguments, which are few, and come with each metric that needs them."""
    identify = arguments.to_id
    kept: dict[tuple[type, str], Any] = {}

    def to_id(self: Any, id_keys: Any = None, id_ignore_keys: Any = None) -> Any:
        are_plain = all(isinstance(value, _PLAIN) for value in self.values())
        if id_keys is not None or id_ignore_keys is not None or not are_plain:
            return identify(self, id_keys, id_ignore_keys)
        key = (type(self), repr(self))
        if key not in kept:
            kept[key] = identify(self)
        return kept[key]

    arguments.to_id = to_id


class _LazyFinder(MetaPathFinder):
    """Finds the modules of `LAZY` where they are, to be loaded on first use."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname in LAZY else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec
