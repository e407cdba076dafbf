"""Imports Great Expectations, which then takes less than half of the time that it would.

Here belongs only that. Great Expectations imports at its top whatever any of its expectations and
databases may ever need, and works out an expectation's configuration anew for each of its dozens of
arguments. Two remedies of Python itself, and one that spares it what it has just done:

- What only single expectations use is loaded when it is first used (`importlib.util.LazyLoader`).
- SQLAlchemy, which Great Expectations takes as an extra and looks for, is not shown to it: it is
  here for Dagster's sake, and the tables come as frames.
- While it gathers the arguments of an expectation, its configuration is worked out once.

Garbage collection is off while it is imported, as nearly all that an import makes stays.
"""

from __future__ import annotations

import gc
import os
import sys
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


def import_great_expectations() -> ModuleType:
    """Great Expectations, with its telemetry off; imported now if it was not yet."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    finder, collects = _LazyFinder(), gc.isenabled()
    # None in `sys.modules` makes an import fail; what is imported already is left alone.
    hidden = [name for name in HIDDEN if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    sys.meta_path.insert(0, finder)
    gc.disable()
    try:
        import great_expectations
    finally:
        if collects:
            gc.enable()
        sys.meta_path.remove(finder)
        for name in hidden:
            del sys.modules[name]
    _configure_once(great_expectations.expectations.expectation.Expectation)
    return great_expectations


def _configure_once(expectation: Any) -> None:
    """Keep an expectation's configuration for as long as its arguments are gathered from it."""
    gather, configure = expectation._get_runtime_kwargs, expectation.configuration.fget
    kept: dict[int, Any] = {}

    def configuration(self: Any) -> Any:
        return kept[id(self)] if id(self) in kept else configure(self)

    def gathered(self: Any, *arguments: Any, **named: Any) -> Any:
        kept[id(self)] = configure(self)
        try:
            return gather(self, *arguments, **named)
        finally:
            del kept[id(self)]

    expectation.configuration = property(configuration)
    expectation._get_runtime_kwargs = gathered


class _LazyFinder(MetaPathFinder):
    """Finds the modules of `LAZY` where they are, to be loaded on first use."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname in LAZY else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec
