"""Stages that work letter by letter: what each makes is kept in one small file a letter.

Here belongs when a letter's result is made anew and how it is kept. What a stage does with a letter
stands in the `stage` module of its folder.

A result is kept with a stamp, made from the version of the stage and what the source lists of the
file. The version is a checksum over the code and the tables that decide the result, those of the
stages before it included: a letter is read again when the parser is another one, and nobody has to
remember to say so. A result with another stamp is as good as none: it is made anew, and no later
stage is given it. So is one whose file is torn.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from assets.model import ArchivedFile, QuarantineStage, Rejection
from assets.running.workers import MEMORY_BYTES, TIMEOUT_SECONDS, WorkerFailure, Workers
from warehouse.files import UNFINISHED, replace_file
from warehouse.shown import shown

_ROOT = Path(__file__).parents[2]

#: Suffixes of the files whose content decides what is made of letters.
CODE_AND_TABLES = frozenset({".py", ".csv", ".json", ".toml", ".txt"})

#: A longer message is cut: libraries quote what they fail on.
_LONGEST_MESSAGE = 200
_GIB = MEMORY_BYTES / 2**30

T = TypeVar("T")


class Folders(msgspec.Struct, frozen=True, kw_only=True):
    """Where stages find what they need.

    Attributes:
        archive: The folder of the archive.
        work: The folder below which each stage keeps its results.
    """

    archive: Path
    work: Path


class NotMade(Exception):
    """A stage has no result of this version for a letter; the message says which must run."""


class StageRun(NamedTuple):
    """What a run of a stage did.

    Attributes:
        cached: How many results still held.
        built: How many results were made, by the name of their type.
    """

    cached: int
    built: Counter[str]


@dataclass(frozen=True)
class Stage(Generic[T]):
    """A stage that makes one result of each letter.

    Attributes:
        name: The name of its asset and of its folder of results.
        product: The type of its results, as `msgspec` is to read them.
        make: Makes the result of one archived file.
        quarantine_stage: The stage of quarantine for a file that it fails on.
        source_paths: The files and folders, from the project's root, whose content decides a
            result: what the work imports, and its tables. What runs a stage (`assets/running`) is
            not among them, nor is what the stage before names. A test holds them against the
            imports.
        libraries: The packages whose version decides it as well.
        after: The stage whose results it starts from.
    """

    name: str
    product: Any
    make: Callable[[ArchivedFile, Folders], T]
    quarantine_stage: QuarantineStage
    source_paths: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    after: "Stage[Any] | None" = None

    @cached_property
    def version(self) -> str:
        """A checksum over all that decides a result, but for the letter itself."""
        whole = hashlib.sha256(self.after.version.encode() if self.after else b"")
        for library in self.libraries:
            whole.update(f"{library} {version(library)}\n".encode())
        for path in _files(self.source_paths):
            whole.update(f"{path.relative_to(_ROOT)}\n".encode() + path.read_bytes())
        return whole.hexdigest()

    def run(
        self,
        files: Sequence[ArchivedFile],
        folders: Folders,
        workers: Workers,
        *,
        full: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> StageRun:
        """Make what results are not there or hold no more.

        Args:
            files: The letters.
            folders: Where they lie, and where the results go.
            workers: Who makes them.
            full: Whether to make all results anew.
            progress: Is told how many are made, and of how many.

        Raises:
            NotMade: If the stage before has no result for one of them.
        """
        folder = folders.work / self.name
        folder.mkdir(parents=True, exist_ok=True)
        for torn in folder.glob(f"*{UNFINISHED}*"):  # what a killed run had in hand
            torn.unlink(missing_ok=True)
        tasks = [
            _Task(self, file, folders)
            for file in files
            if full or self._kept(file, folders) is None
        ]
        built: Counter[str] = Counter()
        outcomes = zip(tasks, workers.map(_make, tasks), strict=True)
        for done, (task, outcome) in enumerate(outcomes, start=1):
            if isinstance(outcome, WorkerFailure):
                outcome = self._keep(task.file, folders, self._failed(outcome))
            built[outcome] += 1
            progress(done, len(tasks))
        return StageRun(cached=len(files) - len(tasks), built=built)

    def load(self, file: ArchivedFile, folders: Folders) -> T:
        """The result of a letter.

        Raises:
            NotMade: If there is none of this version.
        """
        kept = self._kept(file, folders)
        if kept is None:
            raise NotMade(
                f"There is nothing of {file.file_name} from {self.name} yet, or only of another "
                "version: run that first."
            )
        result: T = _decoder(self.product).decode(kept)
        return result

    def _path(self, file: ArchivedFile, folders: Folders) -> Path:
        return folders.work / self.name / f"{file.letter_id}.json"

    def _stamp(self, file: ArchivedFile) -> str:
        basis = self.version.encode() + msgspec.json.encode(file.listing)
        return hashlib.sha256(basis).hexdigest()[:16]

    def _kept(self, file: ArchivedFile, folders: Folders) -> msgspec.Raw | None:
        """The result that is kept, if it still holds."""
        try:
            kept = _decode_kept(self._path(file, folders).read_bytes())
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        return kept.result if kept.stamp == self._stamp(file) else None

    def _keep(self, file: ArchivedFile, folders: Folders, result: object) -> str:
        """Keep a result; returns the name of its type."""
        kept = _Kept(self._stamp(file), msgspec.Raw(msgspec.json.encode(result)))
        replace_file(self._path(file, folders), msgspec.json.encode(kept))
        return type(result).__name__

    def _failed(self, why: WorkerFailure | Exception) -> Rejection:
        """What stands in place of a result that could not be made."""
        doing = "reading" if self.quarantine_stage == "read" else "parsing"
        if why is WorkerFailure.CRASHED:
            code = "reader_crashed"
            detail = (
                f"The process that was {doing} the file ended, as one does that needs more than "
                f"{_GIB:.0f} GiB of memory."
            )
        elif isinstance(why, MemoryError):
            code = "too_large"
            detail = f"More than {_GIB:.0f} GiB of memory is needed for {doing} the file."
        elif why is WorkerFailure.TIMED_OUT:
            code, detail = "timed_out", f"Still {doing} the file after {TIMEOUT_SECONDS:.0f} s."
        else:
            said = shown(str(why)[:_LONGEST_MESSAGE])
            code, detail = "parser_failed", f"{type(why).__name__} while {doing} the file: {said}"
        return Rejection(stage=self.quarantine_stage, reason_code=code, detail=detail)


class _Task(NamedTuple):
    """One result to make."""

    stage: Stage[Any]
    file: ArchivedFile
    folders: Folders


class _Kept(msgspec.Struct):
    """A result's file."""

    stamp: str
    result: msgspec.Raw


_decode_kept = msgspec.json.Decoder(_Kept).decode


@cache
def _decoder(product: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(product)


def _make(task: _Task) -> str:
    """Make a result and keep it, in a worker process; returns the name of its type."""
    try:
        result = task.stage.make(task.file, task.folders)
    except NotMade:
        raise
    except Exception as error:  # noqa: BLE001 - a fault in the parser must cost one letter, not all
        result = task.stage._failed(error)
    return task.stage._keep(task.file, task.folders, result)


def _files(names: Sequence[str]) -> Iterator[Path]:
    """What is named, or is code or a table below a folder that is named."""
    for name in names:
        path = _ROOT / name
        if path.is_file():
            yield path
            continue
        below = [
            file
            for file in sorted(path.rglob("*"))
            if file.suffix in CODE_AND_TABLES and file.name != "asset.py"
        ]
        if not below:
            raise FileNotFoundError(f"{path}, which a stage says it is made by, is not there.")
        yield from below
