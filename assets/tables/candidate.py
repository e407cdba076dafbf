"""The candidate tables: made of all letters, validated, and made again without those at fault.

Here belongs the way from what became of each file to the folder of tables that may be published.
The rows are made in `rows`, the verdict is kept by `verdict`.
"""

import shutil
from collections import Counter
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

from assets.findings import stage as findings
from assets.letters.workspace import Workspace
from assets.model import ArchivedFile, Rejection
from assets.proof import stage as proving
from assets.publications import stage as visits
from assets.running.stages import Folders
from assets.tables.corrections_file import read_corrections
from assets.tables.files import ReadFile
from assets.tables.held_back import read_held_back
from assets.tables.letter_rows import OF_VISITS
from assets.tables.measured import measured_rows
from assets.tables.proofs import Proofs
from assets.tables.provenance import (
    Provenance,
    Quarantined,
    Told,
    inputs_fingerprint,
    keep_provenance,
)
from assets.tables.rows import BATCH, Making
from assets.tables.verdict import validated
from warehouse import states
from warehouse.files import clear_unfinished
from warehouse.frames import SchemaError, build_frame
from warehouse.parquet import read_rows, row_counts
from warehouse.parts import Parts
from warehouse.reference import reference_rows

#: Below the folder of work: what was judged of pairs of documents.
FOLLOW_UPS = "follow_ups"


def make_candidate(workspace: Workspace) -> Told:
    """Make the tables of all letters, but for those that break a rule by themselves.

    Returns:
        What there is to tell of them.

    Raises:
        NotMade: If a stage before has not been run for every letter.
        ValidatorError: If the tables could not be validated.
        CorrectionError: If a line of a file of corrections cannot be right.
        NotProven: If far too many letters do not say what is quoted of them.
    """
    workspace.workers.end()  # they are hardly needed any more, and have memory that tables need
    archive, folders = workspace.archive, workspace.folders
    inputs = inputs_fingerprint(archive, workspace.source)
    files = {file.letter_id: file for file in archive.files()}
    passing: set[str] = set()

    # A letter is asked for when files are taken in, when rows are made, and when they are proven.
    @lru_cache(3 * BATCH)
    def read(letter_id: str) -> ReadFile:
        one = _read(files[letter_id], folders)
        if isinstance(one.result, Rejection) and one.result.is_passing:
            passing.add(letter_id)
        return one

    proofs = Proofs(workspace, read)
    held_back = dict(read_held_back())
    gone = {file.letter_id for file in files.values() if not file.is_listed}
    keep_provenance(workspace.candidate, None)
    judgements = folders.work / FOLLOW_UPS
    clear_unfinished(judgements)
    if workspace.full and judgements.exists():
        shutil.rmtree(judgements)
    # Taking letters out can break a rule for another one, if only by a count; then it goes as well.
    while True:
        making = Making(
            files,
            read,
            reference_rows(workspace.source.authorities),
            parser_version=findings.STAGE.version[:12],
            unarchived=archive.unarchived(),
            held_back=held_back,
            corrections=read_corrections(),
            evaluation=measured_rows(),
            judgements=judgements,
        )
        at_fault = _write(making, proofs, workspace.candidate)
        read.cache_clear()
        if not at_fault:
            # Great Expectations has the last word, and is asked once.
            with ThreadPoolExecutor(1) as meanwhile:
                prepared = meanwhile.submit(states.prepare, workspace.candidate, workspace.out)
                report = validated(workspace, gone)
            at_fault = report.letters_to_quarantine(gone)
            if report.success:  # else the report says what is wrong
                prepared.result()
        at_fault = {one: why for one, why in at_fault.items() if one not in held_back}
        if not at_fault:
            break
        for letter_id, reason in at_fault.items():
            held_back[letter_id] = _rejection(reason, making.corrected.get(letter_id, ()))
    listings = [
        *(file.listing for file in files.values()),
        *(missing.listing for missing in archive.unarchived()),
    ]
    titles = {one.file_name: one.title for one in listings}
    told = _told(workspace.candidate, making, titles)
    keep_provenance(
        workspace.candidate,
        Provenance(
            source=workspace.source.name,
            inputs=inputs,
            told=told,
            is_settled=proofs.is_settled and not passing,
        ),
    )
    return told


def _write(making: Making, proofs: Proofs, folder: Path) -> Mapping[str, str]:
    """Write the tables, or tell which letters keep them from being written, and why.

    Raises:
        SchemaError: If a row has not the shape of its table, and no letter is at fault.
    """
    proofs.begin()
    with Parts(folder.with_name("parts")) as parts:
        for rows in making.batches(parts.read):
            proofs.look_at(rows)
            try:
                parts.add(rows)
            except SchemaError:
                if misshapen := _misshapen(rows):
                    return misshapen  # what is not proven is met in the next round
                raise
        if at_fault := proofs.unproven():
            return at_fault
        parts.write(folder)
    return {}


def _read(file: ArchivedFile, folders: Folders) -> ReadFile:
    """What became of a file; one that a stage failed on has that stage's reason."""
    statements, proof = findings.STAGE.load(file, folders), proving.STAGE.load(file, folders)
    if isinstance(statements, Rejection):
        return ReadFile(file, statements)
    if isinstance(proof, Rejection):
        return ReadFile(file, proof)
    return ReadFile(file, visits.STAGE.load(file, folders), statements, proof)


def _misshapen(rows: Mapping[str, list[dict[str, Any]]]) -> dict[str, str]:
    """The letters of rows that no table can hold, with what is wrong."""
    letters = {visit["visit_id"]: visit["letter_id"] for visit in rows.get("visits", ())}
    found = {}
    for name in OF_VISITS:
        for row in rows.get(name, ()):
            if "visit_id" not in row:  # codes of this program's own
                continue
            try:
                build_frame(name, [row])
            except SchemaError as error:
                found[letters[row["visit_id"]]] = str(error)
    return found


def _rejection(reason: str, corrected: Collection[str]) -> Rejection:
    """Why a letter is held back; where it was corrected, that may be why."""
    after = f"After {' and '.join(corrected)}: " if corrected else ""
    return Rejection(stage="validate", reason_code="invalid", detail=after + reason)


def _told(folder: Path, making: Making, titles: Mapping[str, str]) -> Told:
    """What there is to tell of the tables in a folder."""

    def count(table: str, column: str) -> Counter[str]:
        return Counter(row[column] for row in read_rows(folder, table, column))

    return Told(
        row_counts=row_counts(folder),
        letters_by_status=dict(count("letters", "status").most_common()),
        quarantine=tuple(
            Quarantined(
                file_name=row["file_name"],
                title=titles.get(row["file_name"], row["file_name"]),
                rejection=Rejection(
                    stage=row["stage"], reason_code=row["reason_code"], detail=row["detail"]
                ),
            )
            for row in sorted(
                read_rows(folder, "quarantine"),
                key=lambda row: (row["reason_code"], row["file_name"]),
            )
        ),
        signals=making.signals,
        corrections_by_status=dict(sorted(count("corrections", "status_code").items())),
    )
