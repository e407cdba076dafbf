"""The candidate tables: made of all letters, validated, and made again without those at fault.

Here belongs the way from what became of each file to the folder of tables that may be published.
The rows are made in `rows`, the verdict is kept by `verdict`.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from assets.findings import stage as findings
from assets.letters.archive import Archive
from assets.model import Rejection
from assets.publications import stage as visits
from assets.run_notes import Quarantined, Tabled
from assets.tables.corrections_file import read_corrections
from assets.tables.measured import measured_rows
from assets.tables.rows import Outcome, Tables, build_rows
from assets.tables.verdict import validated
from assets.workspace import Workspace
from warehouse.frames import build_frame
from warehouse.parquet import write_tables
from warehouse.reference import reference_rows

if TYPE_CHECKING:
    import polars as pl


class Candidate(NamedTuple):
    """The tables that are to be published.

    Attributes:
        frames: The tables by name.
        note: What there is to tell of them.
    """

    frames: "dict[str, pl.DataFrame]"
    note: Tabled


def make_candidate(workspace: Workspace) -> Candidate:
    """Make the tables of all letters, but for those that break a rule by themselves.

    Raises:
        NotMade: If a stage before has not been run for every letter.
        ValidatorError: If the tables could not be validated.
        CorrectionError: If a line of the file of corrections cannot be right.
    """
    archive = Archive(workspace.archive)
    place = workspace.place
    outcomes = []
    for file in archive.files():
        statements = findings.STAGE.load(file, place)
        if isinstance(statements, Rejection):
            outcomes.append(Outcome(file, statements))
        else:
            outcomes.append(Outcome(file, visits.STAGE.load(file, place), statements))
    reference = reference_rows(workspace.source.authorities)
    corrections = read_corrections()
    held_back: dict[str, Rejection] = {}
    # Taking letters out can break a rule for another one, if only by a count; then it goes as well.
    while True:
        tables = build_rows(
            outcomes,
            reference,
            parser_version=findings.STAGE.version[:12],
            unarchived=archive.unarchived(),
            held_back=held_back,
            corrections=corrections,
            evaluation=measured_rows(),
        )
        frames = {name: build_frame(name, rows) for name, rows in tables.rows.items()}
        write_tables(frames, workspace.candidate)
        at_fault = validated(workspace).letters_to_quarantine()
        if not at_fault.keys() - held_back.keys():
            break
        for letter_id, reason in at_fault.items():
            held_back[letter_id] = _rejection(reason, tables.corrected.get(letter_id, ()))
    listings = [
        *(file.listing for file in archive.files()),
        *(missing.listing for missing in archive.unarchived()),
    ]
    return Candidate(frames, _note(tables, {one.file_name: one.title for one in listings}))


def _rejection(reason: str, corrected: Collection[str]) -> Rejection:
    """Why a letter is held back; where it was corrected, that may be why."""
    after = f"After {' and '.join(corrected)}: " if corrected else ""
    return Rejection(stage="validate", reason_code="invalid", detail=after + reason)


def _note(tables: Tables, titles: Mapping[str, str]) -> Tabled:
    statuses = Counter(row["status"] for row in tables.rows["letters"])
    return Tabled(
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
