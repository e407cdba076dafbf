"""Stages that work letter by letter: what each makes is kept in one small file a letter.

Here belongs when a letter's result is made anew and how it is kept. What a stage does with a letter
stands in the `stage` module of its folder.

A result is kept with a stamp, made from the version of the stage and what the source lists of the
file. The version is a checksum over the code and the tables that decide the result, those of the
stages before it included: a letter is read again when the parser is another one, and nobody has to
remember to say so. A result with another stamp is as good as none: it is made anew, and no later
stage is given it. So is one whose file is torn or altered.

A process that ended or hung says nothing of the file, as memory may have been short or the clock
set. So such a fault is passing: the next run tries the file again, alone. The second one in a row
is taken for the file's.
"""

import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from importlib.metadata import version
from itertools import chain, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar, cast

import msgspec

from assets.model import ArchivedFile, QuarantineStage, Rejection
from assets.running.workers import MEMORY_BYTES, TIMEOUT_SECONDS, WorkerFailure, Workers
from warehouse.files import clear_unfinished, replace_file
from warehouse.shown import shown
from warehouse.working_copy import bring_letters, reached

_ROOT = Path(__file__).parents[2]

#: Suffixes of the files whose content decides what is made of letters.
CODE_AND_TABLES = frozenset({".py", ".csv", ".json", ".npz", ".toml", ".txt"})

#: So many results are asked for one by one; of more, what the store has is listed first.
_FEW = 20
#: A longer message is cut: libraries quote what they fail on.
_LONGEST_MESSAGE = 200
_MEMORY = f"{MEMORY_BYTES / 2**30:.0f} GiB of memory"
#: So many faults in a row that may pass are taken for the file's.
_ATTEMPTS = 2
#: What a stage does, in words, by its stage of quarantine.
_DOING = {"read": "reading", "parse": "parsing", "validate": "proving"}

T = TypeVar("T")


class Folders(msgspec.Struct, frozen=True, kw_only=True):
    """Where stages find what they need.

    Attributes:
        archive: The folder of the archive.
        work: The folder below which each stage keeps its results.
        store: The address of the store that both are a working copy of, if they are: there each
            result lies as well, and by it another machine finds what it needs.
    """

    archive: Path
    work: Path
    store: str | None = None

    def here(self) -> "Folders":
        """The same on the machine that asks: of a store, its own working copy."""
        if self.store is None:
            return self
        out = reached(self.store).folder
        return Folders(archive=out / "archive", work=out / "work", store=self.store)


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
        before = self.after.version if self.after else ""
        return checksum(self.source_paths, self.libraries, before)

    def run(
        self,
        files: Sequence[ArchivedFile],
        folders: Folders,
        workers: Workers,
        *,
        full: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
        onwards: Mapping["Stage[Any]", Counter[str]] = MappingProxyType({}),
    ) -> StageRun:
        """Make what results are not there or hold no more.

        Args:
            files: The letters.
            folders: Where they lie, and where the results go.
            workers: Who makes them.
            full: Whether to make all results anew.
            progress: Is told how many are made, and of how many.
            onwards: The stages that follow, each with a count that is added to. What they lack of a
                letter that is made is made with it, while it is open; what fails there is left to
                their own run.

        Raises:
            NotMade: If the stage before has no result for one of them.
        """
        for stage in (self, *onwards):
            _ = stage.version  # goes along with each task; a process would work it out for each
            folder = folders.work / stage.name
            folder.mkdir(parents=True, exist_ok=True)
            clear_unfinished(folder)
        if full:  # what other machines make takes the place of nothing here
            for file in files:
                self._path(file, folders).unlink(missing_ok=True)
        else:
            self.bring(files, folders)
        tasks, again = [], []
        for file in files:
            before = self._kept(file, folders)
            if before is None:
                tasks.append(_Task(self, file, folders, onwards=tuple(onwards)))
            elif before.is_passing:
                again.append(_Task(self, file, folders, before.failures))
        count = len(tasks) + len(again)
        built: Counter[str] = Counter()
        make = partial(
            workers.map,
            _make,
            check=partial(unfit, (self, *onwards), folders),
            known=(lambda task: None) if full else _known,
        )
        # What may have had too little room is tried alone.
        outcomes = chain(make(tasks), *(make([task]) for task in again))
        for done, (task, outcome) in enumerate(
            zip(chain(tasks, again), outcomes, strict=True), start=1
        ):
            if isinstance(outcome, WorkerFailure):
                outcome = (self._after_failure(task, outcome),)
            built[outcome[0]] += 1
            for counter, name in zip(onwards.values(), outcome[1:], strict=False):
                counter.update([name] if name else [])
            progress(done, count)
        self.bring(files, folders)  # what other machines have made
        return StageRun(cached=len(files) - count, built=built)

    def bring(self, files: Sequence[ArchivedFile], folders: Folders) -> None:
        """Have results that lie in a store be in its working copy, where they are not."""
        if folders.store is None:
            return
        lacking = {
            self._stored(file): self._path(file, folders)
            for file in files
            if (kept := self._kept(file, folders)) is None or kept.is_passing
        }
        place = reached(folders.store).place
        if len(lacking) > _FEW:
            there = {f"work/{self.name}/{name}" for name in place.sizes(f"work/{self.name}")}
            lacking = {name: path for name, path in lacking.items() if name in there}
        place.fetch(lacking)

    def load(self, file: ArchivedFile, folders: Folders) -> T:
        """The result of a letter; of a store, another machine may have made it.

        Raises:
            NotMade: If there is none of this version.
        """
        if (made := _made_now.get((self.name, file.letter_id))) is not None:
            return cast(T, made)
        kept = self._kept(file, folders)
        if kept is None:
            self.bring([file], folders)
            kept = self._kept(file, folders)
        if kept is None:
            raise NotMade(
                f"There is nothing of {file.file_name} from {self.name} yet, or only of another "
                "version: run that first."
            )
        result: T = _decoder(self.product).decode(kept.result)
        return result

    def _path(self, file: ArchivedFile, folders: Folders) -> Path:
        return folders.work / self.name / f"{file.letter_id}.json"

    def _stored(self, file: ArchivedFile) -> str:
        """Where a result lies in a store: what has another stamp is another object."""
        return f"work/{self.name}/{file.letter_id}-{self._stamp(file)}.json"

    def _stamp(self, file: ArchivedFile) -> str:
        basis = self.version.encode() + msgspec.json.encode(file.listing)
        return hashlib.sha256(basis).hexdigest()[:16]

    def _kept(self, file: ArchivedFile, folders: Folders) -> "_Kept | None":
        """The result that is kept, if it still holds."""
        try:
            kept = _decode_kept(self._path(file, folders).read_bytes())
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        is_whole = kept.sum == zlib.crc32(kept.result)
        return kept if is_whole and kept.stamp == self._stamp(file) else None

    def _keep(self, file: ArchivedFile, folders: Folders, result: object, failures: int = 0) -> str:
        """Keep a result; returns the name of its type."""
        encoded = msgspec.json.encode(result)
        kept = _Kept(
            self._stamp(file),
            zlib.crc32(encoded),
            msgspec.Raw(encoded),
            is_passing=isinstance(result, Rejection) and result.is_passing,
            failures=failures,
        )
        path = self._path(file, folders)
        replace_file(path, msgspec.json.encode(kept))
        if folders.store is not None:
            reached(folders.store).place.write(self._stored(file), path.read_bytes())
        return type(result).__name__

    def _after_failure(self, task: "_Task", why: WorkerFailure) -> str:
        """The name of what there is of a letter whose process ended, with this stage or after."""
        self.bring([task.file], task.folders)
        if task.onwards and self._kept(task.file, task.folders):
            return type(self.load(task.file, task.folders)).__name__
        return self._keep_failure(task, why)

    def _keep_failure(self, task: "_Task", why: WorkerFailure | Exception) -> str:
        """Keep that a result could not be made; returns the name of what stands in its place."""
        doing = _DOING[self.quarantine_stage]
        failures = task.failures + 1
        if why is WorkerFailure.CRASHED:
            code = "reader_crashed"
            detail = f"The process that was {doing} the file within {_MEMORY} ended"
        elif why is WorkerFailure.TIMED_OUT:
            code, detail = "timed_out", f"Still {doing} the file after {TIMEOUT_SECONDS:.0f} s"
        elif isinstance(why, MemoryError):
            code, detail = "reader_crashed", f"{doing.capitalize()} the file takes over {_MEMORY}"
        else:
            said = shown(str(why)[:_LONGEST_MESSAGE])
            code, detail = "parser_failed", f"{type(why).__name__} while {doing} the file: {said}"
            if isinstance(why, OSError):
                code = "reader_crashed"
            else:
                failures = 0
        is_passing = 0 < failures < _ATTEMPTS
        if is_passing:
            detail += "; the next run tries it again."
        elif failures:
            detail += ", and so it was when it was tried again."
        rejection = Rejection(
            stage=self.quarantine_stage, reason_code=code, detail=detail, is_passing=is_passing
        )
        return self._keep(task.file, task.folders, rejection, failures)


class _Task(NamedTuple):
    """One result to make."""

    stage: Stage[Any]
    file: ArchivedFile
    folders: Folders
    failures: int = 0
    onwards: tuple[Stage[Any], ...] = ()


class _Kept(msgspec.Struct, omit_defaults=True):
    """A result's file.

    Attributes:
        stamp: What the result was made by and of.
        sum: A checksum over the result.
        result: The result, as JSON.
        is_passing: Whether it stands in place of one that the next run may come to.
        failures: How often in a row it could not be made.
    """

    stamp: str
    sum: int
    result: msgspec.Raw
    is_passing: bool = False
    failures: int = 0


# What a task has made so far, by stage and letter: the stage after starts from that.
_made_now: dict[tuple[str, str], Any] = {}

_decode_kept = msgspec.json.Decoder(_Kept).decode


@cache
def _decoder(product: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(product)


def _make(task: _Task) -> tuple[str, ...]:
    """Make results and keep them, in a worker process; the names of their types, if made.

    What fails in a stage that follows leaves nothing, and what is passing is not taken onwards:
    else one run would try a file twice, and take the fault for the file's.
    """
    task = task._replace(folders=task.folders.here())
    bring_letters(task.folders.archive, [task.file.path])
    _made_now.clear()
    made = [_make_one(task)]
    for before, stage in pairwise((task.stage, *task.onwards)):
        kept = before._kept(task.file, task.folders)
        if kept is None or kept.is_passing:
            break
        if stage._kept(task.file, task.folders):
            made.append("")
            continue
        try:
            result = stage.make(task.file, task.folders)
        except Exception:  # noqa: BLE001 - its own run meets it again, and says what it is
            break
        made.append(_keep_made(stage, task, result))
    _made_now.clear()
    return tuple(made)


def _make_one(task: _Task) -> str:
    """Make the result of one stage and keep it; returns the name of its type."""
    try:
        result = task.stage.make(task.file, task.folders)
    except NotMade:
        raise
    except Exception as error:  # noqa: BLE001 - a fault in the parser must cost one letter, not all
        return task.stage._keep_failure(task, error)
    return _keep_made(task.stage, task, result)


def _keep_made(stage: Stage[Any], task: _Task, result: object) -> str:
    """Keep a result, for the rest of its task as it is; returns the name of its type."""
    name = stage._keep(task.file, task.folders, result)
    _made_now[stage.name, task.file.letter_id] = result
    return name


def _known(task: _Task) -> tuple[str, ...] | None:
    """What a task has come to, where whoever was given it does not know any more."""
    task.stage.bring([task.file], task.folders)
    kept = task.stage._kept(task.file, task.folders)
    if kept is None or (kept.is_passing and kept.failures == task.failures):
        return None
    return (type(task.stage.load(task.file, task.folders)).__name__,)


def unfit(stages: Sequence[Stage[Any]], folders: Folders) -> str | None:
    """Why results of a run on another machine cannot be made on this one, if they cannot."""
    for stage in stages:
        if _version_here(stage) != stage.version:
            return (
                f"has another version of {stage.name} than the run, so what it made would be of no "
                "use: install the same version of this program on all machines."
            )
    if folders.store is not None:
        return None
    for folder in (folders.archive, *(folders.work / stage.name for stage in stages)):
        if not folder.is_dir():
            return f"has no folder {folder}: it needs the run's folders at the run's paths."
    return None


@cache
def _version_here(stage: Stage[Any]) -> str:
    """A stage's version by what is installed here, whatever it says of itself."""
    before = _version_here(stage.after) if stage.after else ""
    return checksum(stage.source_paths, stage.libraries, before)


def checksum(source_paths: Sequence[str], libraries: Sequence[str], before: str = "") -> str:
    """A checksum over what something is made by: files and folders, versions of packages."""
    whole = hashlib.sha256(before.encode())
    for library in libraries:
        whole.update(f"{library} {version(library)}\n".encode())
    for path in _files(source_paths):
        whole.update(f"{path.relative_to(_ROOT)}\n".encode() + path.read_bytes())
    return whole.hexdigest()


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
