"""What a run works with: its source, its folder, and the processes that help it.

Here belongs what every asset is given, and where things lie below the folder of a run. It is handed
to the assets by Dagster, and knows nothing of it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assets.letters.archive import Archive
from assets.letters.source import Inventory, Source
from assets.running.stages import Folders, Stage
from assets.running.workers import Workers
from expectations.service import Validator
from warehouse.working_copy import copy_of

#: Is told, while a stage works: its name, how many files are done, and of how many.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a run works with.

    Attributes:
        source: Where letters come from.
        out: The folder that everything is written to.
        archive: Every file ever had; its manifest has been read once, for the whole run.
        workers: The processes that read letters.
        validator: The process that checks tables.
        full: Whether to open and read every file again.
        inventory: What the source lists, where it has been looked at just now.
        listing_retries: How often the source is tried again, a quarter of an hour later each
            time, where the source is unavailable.
        stages: What is done letter by letter, in order.
        made: How many results of each stage this run has made, by the name of their type.
        progress: Is told how far a stage is.
    """

    source: Source
    out: Path
    archive: Archive
    workers: Workers
    validator: Validator
    full: bool = False
    inventory: Inventory | None = None
    listing_retries: int = 0
    stages: tuple[Stage[Any], ...] = ()
    made: dict[str, Counter[str]] = field(default_factory=dict)
    progress: Progress = lambda stage, done, total: None

    @property
    def folders(self) -> Folders:
        """Where the stages that work letter by letter find what they need, wherever they work."""
        copy = copy_of(self.out)
        return Folders(
            archive=self.archive.folder.absolute(),
            work=self.out.absolute() / "work",
            store=copy.place.url if copy else None,
        )

    @property
    def candidate(self) -> Path:
        """The tables that are to be checked."""
        return self.out / "work" / "candidate" / "parquet"

    @property
    def quality(self) -> Path:
        """Below it, the Data Docs of one validation each."""
        return self.out / "work" / "quality"
