"""The letters of candidate tables that do not say what the tables quote of them.

Here belongs which letters are asked: those whose rows are to be published. What was read of a
letter has been proven when it was read; what a correction has made of it is proven here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from assets.letters.workspace import Workspace
from assets.proof.letter import QUOTING, Claims, Fault, Quoted, in_words, prove_letter
from assets.proof.stage import STAGE
from assets.publications.model import Publication
from assets.running.stages import Folders, unfit
from assets.running.workers import WorkerFailure
from assets.tables.corrections_file import row_key
from assets.tables.files import ReadFile
from expectations.report import Tolerance
from warehouse.schema import SCHEMA
from warehouse.working_copy import bring_letters

Rows = Mapping[str, list[dict[str, Any]]]

_TOLD = 3  # faults of a letter that its row of quarantine tells


class _Proven(NamedTuple):
    """What was asked of a letter, and what of it is not there."""

    places: list[tuple[Any, ...]]
    told: tuple[str, ...]


class NotProven(RuntimeError):
    """So many letters do not say what is quoted of them that it must be the program's fault."""


class Proofs:
    """What was proven of letters, and what has to be proven anew.

    Attributes:
        is_settled: Whether another run would prove the same; not where a process ended.
    """

    def __init__(self, workspace: Workspace, read: Callable[[str], ReadFile]) -> None:
        """Take what tells of each file what became of it, by its `letter_id`."""
        self.is_settled = True
        self._workspace = workspace
        self._read = read
        self._anew: dict[str, _Proven] = {}
        self.begin()

    def begin(self) -> None:
        """Tables are made, once more: nothing has been looked at."""
        self._count = 0
        self._found: dict[str, tuple[str, ...]] = {}

    def look_at(self, rows: Rows) -> None:
        """Take in the rows of a batch of letters."""
        quoted = _quoted(rows)
        letters = [visit["letter_id"] for visit in rows.get("visits", ())]
        anew = []
        for letter_id in letters:
            places = _places(quoted[letter_id])
            if places != self._proven(letter_id).places:
                self._anew[letter_id] = _Proven(places, ())
                anew.append(letter_id)
        folders = self._workspace.folders
        claims = [(folders, self._claims(letter_id, quoted[letter_id])) for letter_id in anew]
        check = partial(unfit, [STAGE], folders)
        results = self._workspace.workers.map(_prove, claims, check=check)
        for letter_id, faults in zip(anew, results, strict=True):
            if isinstance(faults, WorkerFailure):
                self.is_settled = False
                told: tuple[str, ...] = ("The process that was proving it ended.",)
            else:
                told = tuple(map(in_words, faults))
            self._anew[letter_id] = self._anew[letter_id]._replace(told=told)
        self._count += len(letters)
        self._found |= {one: told for one in letters if (told := self._proven(one).told)}

    def unproven(self) -> dict[str, str]:
        """The letters looked at that do not say what is quoted of them, with what is wrong.

        Raises:
            NotProven: If they are too many to be put into quarantine.
        """
        listed = [one for one in self._found if self._read(one).file.is_listed]
        most = Tolerance().of(self._count)
        if len(listed) > most:
            first = self._read(listed[0]).file.file_name
            raise NotProven(
                f"{len(listed)} of {self._count} letters do not say what is quoted of them; more "
                f"than {most} are not put into quarantine, as the fault must be the program's. "
                f"Of {first}: {self._found[listed[0]][0]}"
            )
        return {letter_id: _in_short(told) for letter_id, told in self._found.items()}

    def _proven(self, letter_id: str) -> _Proven:
        if letter_id in self._anew:
            return self._anew[letter_id]
        read = self._read(letter_id)
        return _Proven(_said(read), read.unproven)

    def _claims(self, letter_id: str, quoted: list[Quoted]) -> Claims:
        file, result, *_ = self._read(letter_id)
        return Claims.of(file, self._workspace.folders.archive, result.page_count, quoted)


def _prove(task: tuple[Folders, Claims]) -> tuple[Fault, ...]:
    """Prove what is said of a letter, on whichever machine."""
    folders, claims = task
    archive = folders.here().archive
    bring_letters(archive, [claims.path])
    return prove_letter(claims._replace(archive=archive))


def _quoted(rows: Rows) -> dict[str, list[Quoted]]:
    letters = {visit["visit_id"]: visit["letter_id"] for visit in rows.get("visits", ())}
    quoted: dict[str, list[Quoted]] = defaultdict(list)
    for table, text in QUOTING.items():
        for row in rows.get(table, ()):
            box = row["x0"], row["y0"], row["x1"], row["y1"]
            one = Quoted.of(table, row_key(SCHEMA[table], row), row[text], row["page"], box)
            quoted[letters[row["visit_id"]]].append(one)
    return quoted


def _places(quoted: list[Quoted]) -> list[tuple[Any, ...]]:
    return [(one.text, one.page, one.box) for one in quoted]


def _said(one: ReadFile) -> list[tuple[Any, ...]]:
    if not isinstance(one.result, Publication):
        return []
    return [
        *((finding.text, finding.page, finding.box) for finding in one.findings),
        *((grade.grade_as_written, *grade.place) for grade in one.result.judgements),
    ]


def _in_short(told: tuple[str, ...]) -> str:
    more = f" And {len(told) - _TOLD} more." if len(told) > _TOLD else ""
    return " ".join(told[:_TOLD]) + more
