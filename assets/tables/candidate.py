"""The candidate tables: made of all letters, validated, and made again without those at fault.

Here belongs the way from what became of each file to the folder of tables that may be published.
The rows are made in `rows`, the verdict is kept by `verdict`.
"""

import shutil
from collections import Counter
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from assets.findings import stage as findings
from assets.letters.workspace import Workspace
from assets.model import ArchivedFile, Rejection
from assets.proof import stage as proving
from assets.publications import stage as visits
from assets.running.stages import Folders
from assets.tables.corrections_file import read_corrections
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
from assets.tables.rows import ReadFile, Tables, build_rows
from assets.tables.verdict import validated
from warehouse.frames import SchemaError, build_frame
from warehouse.parquet import write_tables
from warehouse.reference import reference_rows

if TYPE_CHECKING:
    import polars as pl

#: Below the folder of work: what was judged of pairs of documents.
FOLLOW_UPS = "follow_ups"


class Candidate(NamedTuple):
    """The tables that are to be published.

    Attributes:
        frames: The tables by name.
        told: What there is to tell of them.
    """

    frames: "dict[str, pl.DataFrame]"
    told: Told


def make_candidate(workspace: Workspace) -> Candidate:
    """Make the tables of all letters, but for those that break a rule by themselves.

    Raises:
        NotMade: If a stage before has not been run for every letter.
        ValidatorError: If the tables could not be validated.
        CorrectionError: If a line of a file of corrections cannot be right.
        NotProven: If far too many letters do not say what is quoted of them.
    """
    archive, folders = workspace.archive, workspace.folders
    inputs = inputs_fingerprint(archive, workspace.source)
    files = archive.files()
    read = [_read(file, folders) for file in files]
    proofs = Proofs(workspace, {one.file.letter_id: one for one in read})
    reference = reference_rows(workspace.source.authorities)
    corrections = read_corrections()
    held_back = dict(read_held_back())
    gone = {file.letter_id for file in files if not file.is_listed}

    def without_known(found: Mapping[str, str]) -> dict[str, str]:
        return {one: reason for one, reason in found.items() if one not in held_back}

    keep_provenance(workspace.candidate, None)
    if workspace.full and (folders.work / FOLLOW_UPS).exists():
        shutil.rmtree(folders.work / FOLLOW_UPS)
    # Taking letters out can break a rule for another one, if only by a count; then it goes as well.
    while True:
        tables = build_rows(
            read,
            reference,
            parser_version=findings.STAGE.version[:12],
            unarchived=archive.unarchived(),
            held_back=held_back,
            corrections=corrections,
            evaluation=measured_rows(),
            judgements=folders.work / FOLLOW_UPS,
        )
        at_fault = without_known(proofs.unproven(tables.rows))
        if not at_fault:
            try:
                frames = {name: build_frame(name, rows) for name, rows in tables.rows.items()}
            except SchemaError:
                at_fault = _misshapen(tables.rows)
                if not at_fault:
                    raise
            else:
                write_tables(frames, workspace.candidate)
                # Great Expectations has the last word, and is asked once.
                at_fault = without_known(validated(workspace, gone).letters_to_quarantine(gone))
        if not at_fault:
            break
        for letter_id, reason in at_fault.items():
            held_back[letter_id] = _rejection(reason, tables.corrected.get(letter_id, ()))
    listings = [
        *(file.listing for file in archive.files()),
        *(missing.listing for missing in archive.unarchived()),
    ]
    told = _told(tables, {one.file_name: one.title for one in listings})
    is_settled = proofs.is_settled and not any(
        isinstance(one.result, Rejection) and one.result.is_passing for one in read
    )
    keep_provenance(
        workspace.candidate,
        Provenance(source=workspace.source.name, inputs=inputs, told=told, is_settled=is_settled),
    )
    return Candidate(frames, told)


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
    letters = {visit["visit_id"]: visit["letter_id"] for visit in rows["visits"]}
    found = {}
    for name in OF_VISITS:
        for row in rows[name]:
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


def _told(tables: Tables, titles: Mapping[str, str]) -> Told:
    statuses = Counter(row["status"] for row in tables.rows["letters"])
    return Told(
        row_counts={name: len(rows) for name, rows in tables.rows.items()},
        letters_by_status=dict(statuses.most_common()),
        quarantine=tuple(
            Quarantined(
                file_name=row["file_name"],
                title=titles.get(row["file_name"], row["file_name"]),
                rejection=Rejection(
                    stage=row["stage"], reason_code=row["reason_code"], detail=row["detail"]
                ),
            )
            for row in sorted(
                tables.rows["quarantine"], key=lambda row: (row["reason_code"], row["file_name"])
            )
        ),
        signals=tables.signals,
        corrections_by_status=dict(
            sorted(Counter(row["status_code"] for row in tables.rows["corrections"]).items())
        ),
    )
