"""What a release is made with; it is known before anything that makes one is imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assets.letters.workspace import Progress


@dataclass(frozen=True, slots=True)
class Releasing:
    """What a release is made with.

    Attributes:
        out: The folder of a run, in which there are its archive and what is published.
        jobs: How many processes look at letters while it is verified.
        progress: Is told how far the work is.
    """

    out: Path
    jobs: int
    progress: Progress = lambda stage, done, total: None
