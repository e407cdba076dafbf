"""Stages that work letter by letter: what each makes is kept in one small file a letter.

Here belongs when a letter's result is made anew and how it is kept. What a stage does with a letter
stands in the `stage` module of its folder.

A result is kept with a stamp, made from the version of the stage and what the source lists of the
file. The version is a checksum over the code and the tables that decide the result, those of the
stages before it included: a letter is read again when the parser is another one, and nobody has to
remember to say so. A result whose file is torn, or not there, is made anew.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from assets.model import ArchivedFile, QuarantineStage, Rejection
from assets.running.workers import TIMEOUT_SECONDS, Fault, Workers

_ROOT = Path(__file__).parents[2]

#: Suffixes of the files whose content decides what a stage makes of a letter.
_CODE_AND_TABLES = frozenset({".py", ".csv", ".json", ".toml", ".txt"})

_NEW = ".new"

T = TypeVar("T")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where stages find what they need.

    Attributes:
        archive: The folder of the archive.
        work: The folder below which each stage keeps its results.
    """

    archive: Path
    work: Path


class NotMade(Exception):
    """A stage has no result for a letter yet; the message says which stage must run."""


class Made(NamedTuple):
    """What a run of a stage did.

    Attributes:
        kept: How many results still held.
        made: How many results were made, by the name of their type.
    """

    kept: int
    made: Counter[str]


@dataclass(frozen=True)
class Stage(Generic[T]):
    """A stage that makes one result of each letter.

    Attributes:
        name: The name of its asset and of its folder of results.
        product: The type of its results, as `msgspec` is to read them.
        make: Makes the result of one archived file.
        halts_at: The stage of quarantine for a file that it fails on.
        made_by: The files and folders, from the project's root, whose content decides a result,
            besides `assets/model.py`.
        libraries: The packages whose version decides it as well.
        after: The stage whose results it starts from.
    """

    name: str
    product: Any
    make: Callable[[ArchivedFile, Place], T]
    halts_at: QuarantineStage
    made_by: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    after: "Stage[Any] | None" = None

    @cached_property
    def version(self) -> str:
        """A checksum over all that decides a result, but for the letter itself."""
        whole = hashlib.sha256(self.after.version.encode() if self.after else b"")
        for library in self.libraries:
            whole.update(f"{library} {version(library)}\n".encode())
        for path in _files(self.made_by):
            whole.update(f"{path.relative_to(_ROOT)}\n".encode() + path.read_bytes())
        return whole.hexdigest()

    def run(
        self,
        files: Sequence[ArchivedFile],
        place: Place,
        workers: Workers,
        *,
        full: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Made:
        """Make what results are not there or hold no more.

        Args:
            files: The letters.
            place: Where they lie, and where the results go.
            workers: Who makes them.
            full: Whether to make all results anew.
            progress: Is told how many are made, and of how many.

        Raises:
            NotMade: If the stage before has no result for one of them.
        """
        folder = place.work / self.name
        folder.mkdir(parents=True, exist_ok=True)
        for torn in folder.glob(f"*{_NEW}*"):  # what a killed run had in hand
            torn.unlink(missing_ok=True)
        tasks = []
        for file in files:
            basis = self.version.encode() + msgspec.json.encode(file.listing)
            stamp = hashlib.sha256(basis).hexdigest()[:16]
            if full or self._stamp(file, place) != stamp:
                tasks.append(_Task(self, file, place, stamp))
        made: Counter[str] = Counter()
        outcomes = zip(tasks, workers.map(_make, tasks), strict=True)
        for done, (task, outcome) in enumerate(outcomes, start=1):
            if isinstance(outcome, Fault):
                outcome = _keep(task, self._failed(outcome))
            made[outcome] += 1
            progress(done, len(tasks))
        return Made(kept=len(files) - len(tasks), made=made)

    def load(self, file: ArchivedFile, place: Place) -> T:
        """The result of a letter.

        Raises:
            NotMade: If there is none.
        """
        try:
            data = self._path(file, place).read_bytes()
        except FileNotFoundError as error:
            raise NotMade(
                f"There is nothing of {file.file_name} from {self.name} yet: run that first."
            ) from error
        result: T = _decoder(self.product).decode(_decode_kept(data).result)
        return result

    def _path(self, file: ArchivedFile, place: Place) -> Path:
        return place.work / self.name / f"{file.letter_id}.json"

    def _stamp(self, file: ArchivedFile, place: Place) -> str | None:
        try:
            return _decode_kept(self._path(file, place).read_bytes()).stamp
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def _failed(self, why: Fault | Exception) -> Rejection:
        """What stands in place of a result that could not be made."""
        doing = "reading" if self.halts_at == "read" else "parsing"
        if why is Fault.CRASHED:
            code, detail = "reader_crashed", f"The process that was {doing} the file ended."
        elif why is Fault.TIMED_OUT:
            code, detail = "timed_out", f"Still {doing} the file after {TIMEOUT_SECONDS:.0f} s."
        else:
            code, detail = "parser_failed", f"{type(why).__name__} while {doing} the file: {why}"
        return Rejection(stage=self.halts_at, reason_code=code, detail=detail)


class _Task(NamedTuple):
    """One result to make."""

    stage: Stage[Any]
    file: ArchivedFile
    place: Place
    stamp: str


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
        result = task.stage.make(task.file, task.place)
    except NotMade:
        raise
    except Exception as error:  # noqa: BLE001 - a fault in the parser must cost one letter, not all
        result = task.stage._failed(error)
    return _keep(task, result)


def _keep(task: _Task, result: object) -> str:
    path = task.stage._path(task.file, task.place)
    # The workers of a run that was killed may still be at the same letter for a moment.
    new = path.with_suffix(f"{_NEW}{os.getpid()}")
    kept = _Kept(task.stamp, msgspec.Raw(msgspec.json.encode(result)))
    new.write_bytes(msgspec.json.encode(kept))
    new.replace(path)
    return type(result).__name__


def _files(names: Sequence[str]) -> Iterator[Path]:
    """The types that all stages share, and what is named or lies below a folder that is named."""
    yield _ROOT / "assets" / "model.py"
    for name in names:
        path = _ROOT / name
        if path.is_file():
            yield path
            continue
        below = [
            file
            for file in sorted(path.rglob("*"))
            if file.suffix in _CODE_AND_TABLES and file.name != "asset.py"
        ]
        if not below:
            raise FileNotFoundError(f"{path}, which a stage says it is made by, is not there.")
        yield from below
