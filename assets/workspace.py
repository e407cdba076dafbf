"""What a run works with: its source, its folder, and the processes that help it.

Here belongs what every asset is given, and where things lie below the folder of a run. It is handed
to the assets by Dagster, and knows nothing of it.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assets.letters.source import Inventory, Source
from assets.running.stages import Place
from assets.running.workers import Workers
from expectations.service import Validator

#: Is told, while a stage works: its name, how many files are done, and of how many.
Progress = Callable[[str, int, int], None]


class Busy(Exception):
    """Another run is at work in the same folder."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a run works with.

    Attributes:
        source: Where letters come from.
        out: The folder that everything is written to.
        workers: The processes that read letters.
        validator: The process that checks tables.
        full: Whether to open and read every file again.
        inventory: What the source lists, where it has been looked at just now.
        listing_retries: How often the source is tried again, a quarter of an hour later each
            time, where the source is unavailable.
        progress: Is told how far a stage is.
    """

    source: Source
    out: Path
    workers: Workers
    validator: Validator
    full: bool = False
    inventory: Inventory | None = None
    listing_retries: int = 0
    progress: Progress = lambda stage, done, total: None

    @property
    def archive(self) -> Path:
        """Every file ever had."""
        return self.out / "archive"

    @property
    def place(self) -> Place:
        """Where the stages that work letter by letter find what they need."""
        return Place(archive=self.archive, work=self.out / "work")

    @property
    def candidate(self) -> Path:
        """The tables that are to be checked."""
        return self.out / "work" / "candidate" / "parquet"

    @property
    def quality(self) -> Path:
        """Below it, the Data Docs of one validation each."""
        return self.out / "work" / "quality"


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Hold the folder of a run, so that no other run works in it.

    Raises:
        Busy: If another process holds it.
    """
    out.mkdir(parents=True, exist_ok=True)
    # The system lets go of the lock when the process ends, however it ends.
    with (out / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(f"Another run is at work in {out}. Wait until it has ended.") from error
        yield
