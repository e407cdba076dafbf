"""The letters of candidate tables that do not say what the tables quote of them.

Here belongs which letters are asked: those whose rows are to be published. What was read of a
letter has been proven when it was read; what a correction has made of it is proven here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any

from assets.letters.workspace import Workspace
from assets.proof.letter import QUOTING, Claims, Quoted, in_words, prove_letter
from assets.proof.stage import STAGE
from assets.publications.model import Publication
from assets.running.stages import unfit
from assets.running.workers import WorkerFailure
from assets.tables.corrections_file import row_key
from assets.tables.rows import ReadFile
from expectations.report import Tolerance
from warehouse.schema import SCHEMA

Rows = Mapping[str, list[dict[str, Any]]]

_TOLD = 3  # faults of a letter that its row of quarantine tells


class NotProven(RuntimeError):
    """So many letters do not say what is quoted of them that it must be the program's fault."""


class Proofs:
    """What was proven of letters, and what has to be proven anew.

    Attributes:
        is_settled: Whether another run would prove the same; not where a process ended.
    """

    def __init__(self, workspace: Workspace, read: Mapping[str, ReadFile]) -> None:
        """Take what became of each file, by `letter_id`."""
        self.is_settled = True
        self._workspace = workspace
        self._read = read
        self._proven = {letter_id: (_said(one), one.unproven) for letter_id, one in read.items()}

    def unproven(self, rows: Rows) -> dict[str, str]:
        """The letters of these rows that do not say what is quoted of them, with what is wrong.

        Raises:
            NotProven: If they are too many to be put into quarantine.
        """
        quoted = _quoted(rows)
        letters = [visit["letter_id"] for visit in rows["visits"]]
        anew = [one for one in letters if self._proven[one][0] != _places(quoted[one])]
        claims = [self._claims(letter_id, quoted[letter_id]) for letter_id in anew]
        check = partial(unfit, [STAGE], self._workspace.folders)
        results = self._workspace.workers.map(prove_letter, claims, check=check)
        for letter_id, faults in zip(anew, results, strict=True):
            if isinstance(faults, WorkerFailure):
                self.is_settled = False
                told: tuple[str, ...] = ("The process that was proving it ended.",)
            else:
                told = tuple(map(in_words, faults))
            self._proven[letter_id] = _places(quoted[letter_id]), told
        found = {letter_id: told for letter_id in letters if (told := self._proven[letter_id][1])}
        listed = [one for one in found if self._read[one].file.is_listed]
        most = Tolerance().of(len(letters))
        if len(listed) > most:
            first = self._read[listed[0]].file.file_name
            raise NotProven(
                f"{len(listed)} of {len(letters)} letters do not say what is quoted of them; more "
                f"than {most} are not put into quarantine, as the fault must be the program's. "
                f"Of {first}: {found[listed[0]][0]}"
            )
        return {letter_id: _in_short(told) for letter_id, told in found.items()}

    def _claims(self, letter_id: str, quoted: list[Quoted]) -> Claims:
        file, result = self._read[letter_id].file, self._read[letter_id].result
        return Claims.of(file, self._workspace.folders.archive, result.page_count, quoted)


def _quoted(rows: Rows) -> dict[str, list[Quoted]]:
    letters = {visit["visit_id"]: visit["letter_id"] for visit in rows["visits"]}
    quoted: dict[str, list[Quoted]] = defaultdict(list)
    for table, text in QUOTING.items():
        for row in rows[table]:
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
