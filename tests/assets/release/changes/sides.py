"""Two sides to be compared: what one leaves as it was is written once for all tests of a module."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from assets.release.changes.differences import Differences, compare
from tests.expectations.clean_tables import Tables, copied, write_tables
from warehouse.parquet import table_path

Spoil = Callable[[Tables], object]


def nothing(tables: Tables) -> None:
    """Leaves the tables as they are."""


class Written(NamedTuple):
    """Tables, and the folder that they are written in; both to be left as they are."""

    tables: Tables
    folder: Path

    def spoilt(self, spoil: Spoil, to: Path) -> Path:
        """Writes a spoilt copy of the tables."""
        changed = copied(self.tables)
        spoil(changed)
        to.mkdir()
        for name, rows in changed.items():
            if rows == self.tables[name]:
                os.link(table_path(self.folder, name), table_path(to, name))
            else:
                write_tables({name: rows}, to)
        return to

    def compare(self, folder: Path, after: Spoil, before: Spoil = nothing) -> Differences:
        """How the tables differ, spoilt in one way, from the same spoilt in another."""
        old = self.folder if before is nothing else self.spoilt(before, folder / "before")
        return compare(old, self.spoilt(after, folder / "after"))


def written(tables: Tables, folder: Path) -> Written:
    """Writes tables that tests spoil copies of."""
    return Written(tables, write_tables(tables, folder))
