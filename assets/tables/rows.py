"""All letters become the rows of the published tables.

Here: keys and foreign keys, and what becomes of every file. Which of two versions of a letter
counts is in `versions`, how a letter becomes rows in `letter_rows`, what earlier versions said in
`history`, what is missing in `coverage`. What follows from other rows is worked out in `derived`,
what a person corrected is put right in `corrections`. Types, order and bytes are the warehouse's
business; whether the rows are right is checked by the expectations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from assets.findings.model import Finding
from assets.follow_ups.rows import follow_up_rows
from assets.model import ArchivedFile, Listing, Rejection, Signal, Unarchived, Unsupported
from assets.publications.model import Publication
from assets.tables.authorities import AuthorityIndex
from assets.tables.corrections import Corrected, apply_corrections
from assets.tables.corrections_file import Correction, parted
from assets.tables.coverage import coverage_rows
from assets.tables.derived import derive, visit_key
from assets.tables.grades import doubts_on_grades, grades_held
from assets.tables.history import version_rows
from assets.tables.inspectors import likely_doubles
from assets.tables.letter_rows import OF_VISITS, Visit, add_visit, with_visit
from assets.tables.versions import About, Versions, settle_versions
from warehouse.codes import code_rows
from warehouse.kinds import kinds, known_kind
from warehouse.schema import SCHEMA
from warehouse.shown import shown

Row = dict[str, Any]


class ReadFile(NamedTuple):
    """What became of one archived file.

    Attributes:
        file: The file.
        result: What was read, or why nothing was.
        findings: Its findings.
        unproven: What of them does not stand in the file, in words.
    """

    file: ArchivedFile
    result: Publication | Rejection | Unsupported
    findings: tuple[Finding, ...] = ()
    unproven: tuple[str, ...] = ()


class Tables(NamedTuple):
    """The rows of all tables, and what a person should look at.

    Attributes:
        rows: Rows by the name of their table.
        signals: What was never met before or does not agree, with the files it is about.
        corrected: Where the corrections stand that were applied to a letter, by its `letter_id`.
    """

    rows: dict[str, list[Row]]
    signals: tuple[tuple[Signal, tuple[str, ...]], ...]
    corrected: Mapping[str, tuple[str, ...]]


def build_rows(
    files: Iterable[ReadFile],
    reference: Mapping[str, list[Row]],
    *,
    parser_version: str,
    unarchived: Sequence[Unarchived] = (),
    held_back: Mapping[str, Rejection] | None = None,
    corrections: Sequence[Correction] = (),
    evaluation: Sequence[Row] = (),
    judgements: Path | None = None,
) -> Tables:
    """Build the rows of all tables.

    Args:
        files: What became of each archived file.
        reference: Rows of the tables on authorities.
        parser_version: The version of what read the letters.
        unarchived: Listed files whose bytes could not be had.
        held_back: Letters, by `letter_id`, that broke a rule of the expectations.
        corrections: What a person found to be wrong; applied last.
        evaluation: Rows of the table of that name, as they were measured.
        judgements: The folder where judgements of pairs of documents are kept, if they are.

    Returns:
        The rows and the signals.
    """
    builder = _Builder(reference, parser_version)
    builder.take_measures(evaluation)
    for read in sorted(files, key=lambda read: read.file.letter_id):
        builder.add(read, (held_back or {}).get(read.file.letter_id))
    for missing in unarchived:
        builder.add_unarchived(missing)
    return builder.tables(corrections, judgements)


class _Builder:
    def __init__(self, reference: Mapping[str, list[Row]], parser_version: str) -> None:
        self._authorities = AuthorityIndex(reference["authorities"])
        self._parser_version = parser_version
        self._visits: list[Visit] = []
        self._held: dict[str, ArchivedFile] = {}  # by the keys that their visits would have
        self._about: dict[str, About] = {}
        self._corrected: dict[str, list[str]] = defaultdict(list)
        self._unfetched: list[Listing] = []
        self._rejected: list[tuple[ArchivedFile, Rejection, Publication | Rejection]] = []
        self._unsupported: list[tuple[ArchivedFile, Unsupported]] = []
        self._signals: dict[Signal, list[str]] = defaultdict(list)
        self._rows: dict[str, list[Row]] = {name: [] for name in SCHEMA}
        # Copies, for corrections change rows in place.
        self._rows |= {name: [dict(row) for row in rows] for name, rows in reference.items()}
        self._rows["codes"] = code_rows()

    def add(self, read: ReadFile, held_back: Rejection | None) -> None:
        """Take in a file: as a visit, as unsupported, or into quarantine."""
        file, result = read.file, read.result
        for name in file.other_names:
            self._quarantine_file(
                file,
                Rejection(
                    stage="read",
                    reason_code="duplicate_file",
                    detail=f"Holds the same bytes as {file.file_name}; read once.",
                ),
                file_name=name,
            )
        self._report(file, _disagreements(file, result))
        if isinstance(result, Unsupported):
            self._about[file.letter_id] = About(None, result.document_kind)
            self._unsupported.append((file, result))
            return
        if isinstance(result, Rejection):
            self._rejected.append((file, result, result))
            return
        self._report(file, result.signals)
        resolved = self._authorities.resolve(
            result.authority_names, file.listing.ofsted_urn, result.start_date
        )
        if isinstance(resolved, Rejection):
            self._rejected.append((file, held_back or resolved, result))
            return
        self._report(file, resolved.signals)
        visit = self._visit(read, result, resolved.authority_id)
        self._about[file.letter_id] = About(resolved.authority_id, result.document_kind)
        if held_back:
            self._held[visit.visit_id] = file
            self._rejected.append((file, held_back, result))
            return
        self._report(file, self._listed_name(file, result, visit.authority_id))
        self._visits.append(visit)

    def add_unarchived(self, missing: Unarchived) -> None:
        """Put a listed file that could not be had into quarantine."""
        self._unfetched.append(missing.listing)
        self._quarantine(missing.listing, missing.rejection, missing.seen_at)

    def take_measures(self, evaluation: Iterable[Row]) -> None:
        """Take in how often the values of the tables are right."""
        self._rows["evaluation"] += evaluation

    def tables(self, corrections: Sequence[Correction], judgements: Path | None) -> Tables:
        """Settle versions, correct, work out what follows, and return everything."""
        versions = settle_versions(
            self._visits,
            (file for file, _ in self._unsupported),
            (file for file, *_ in self._rejected),
            self._about,
        )
        for file in versions.apart:
            detail = "Where it was published, or under its name, stands another letter now."
            self._report(file, [Signal("another_letter_in_its_place", detail)])
        for file in versions.unread:
            detail = "What was published in its place cannot be read; an older one still counts."
            self._report(file, [Signal("newer_version_unread", detail)])
        for file, rejection, result in self._rejected:
            if file.letter_id not in versions.replacements:
                self._quarantine_file(file, rejection)
            self._letter(file, "quarantined", result, versions)
        for file, unsupported in self._unsupported:
            self._letter(file, "unsupported", unsupported, versions)
        for visit in self._visits:
            if by := versions.replacements.get(visit.file.letter_id):
                self._quarantine_file(visit.file, _superseded(visit.file, by))
            self._letter(visit.file, "parsed", visit.publication, versions)
        of_pairs, of_letters = parted(corrections)
        self._correct(of_letters, versions.counting)
        derive(self._rows)
        self._rows |= follow_up_rows(self._rows, judgements)
        self._note(apply_corrections(self._rows, {}, of_pairs), {})
        self._rows["grades_held"] = grades_held(self._rows["visits"], self._rows["judgements"])
        self._rows["coverage"] = coverage_rows(self._rows, self._unfetched)
        self._rows["visit_versions"] = version_rows(
            self._rows, versions.superseded, versions.followed_by, versions.replaced
        )
        self._report_grades()
        self._report_doubles()
        signals = sorted(
            (signal, tuple(sorted(set(names)))) for signal, names in self._signals.items()
        )
        corrected = {letter_id: tuple(places) for letter_id, places in self._corrected.items()}
        return Tables(self._rows, tuple(signals), corrected)

    def _report(self, file: ArchivedFile, signals: Iterable[Signal]) -> None:
        for signal in signals:
            self._signals[signal].append(file.file_name)

    def _listed_name(
        self, file: ArchivedFile, letter: Publication, authority_id: str
    ) -> Iterator[Signal]:
        """Whether the name under which a file is listed is the authority's."""
        name = file.listing.authority_name
        if name and self._authorities.by_name(name, letter.start_date) != authority_id:
            yield Signal(
                "listed_name_disagrees",
                f"Listed as {name}, but the letter is to {self._authorities.name(authority_id)}.",
            )

    def _visit(self, read: ReadFile, letter: Publication, authority_id: str) -> Visit:
        visit_id = visit_key(
            self._authorities.name(authority_id), letter.document_kind, letter.start_date
        )
        return Visit(visit_id, authority_id, read.file, letter, read.findings)

    def _quarantine_file(
        self, file: ArchivedFile, rejection: Rejection, file_name: str | None = None
    ) -> None:
        self._quarantine(file.listing, rejection, file.first_seen_at)
        self._rows["quarantine"][-1] |= {
            "letter_id": file.letter_id,
            "file_name": file_name or file.file_name,
        }

    def _quarantine(self, listing: Listing, rejection: Rejection, seen_at: datetime) -> None:
        row = {
            "letter_id": None,
            "source_url": listing.source_url,
            "file_name": listing.file_name,
            "stage": rejection.stage,
            "reason_code": rejection.reason_code,
            "detail": shown(rejection.detail),
            "seen_at": seen_at,
        }
        self._rows["quarantine"].append(_usable("quarantine", row))

    def _letter(
        self,
        file: ArchivedFile,
        status: str,
        result: Publication | Rejection | Unsupported,
        versions: Versions,
    ) -> None:
        """Add the row of a file, by what was read and whether another took its place."""
        by = versions.replacements.get(file.letter_id)
        values: Row = {"page_count": result.page_count, "text_method": result.text_method}
        if not isinstance(result, Rejection):
            values["document_kind"] = result.document_kind
        elif result.stage in ("fetch", "read"):
            values["parser_version"] = None
        listing = file.listing
        row: Row = dict.fromkeys(SCHEMA["letters"].column_names)
        row |= {
            "letter_id": file.letter_id,
            "sha256": file.sha256,
            "byte_count": file.byte_count,
            "document_kind": known_kind(listing.listed_kind),
            "source": listing.source,
            "source_url": listing.source_url,
            "file_name": file.file_name,
            "link_text": listing.link_text,
            "ofsted_urn": listing.ofsted_urn,
            "published_date": listing.published_date,
            "first_seen_at": file.first_seen_at,
            "last_seen_at": file.last_seen_at,
            "etag": listing.etag,
            "last_modified": listing.last_modified,
            "event_date": listing.event_date,
            "is_listed": file.is_listed,
            "status": "superseded" if by else status,
            "superseded_by": by.letter_id if by else None,
            "parser_version": self._parser_version,
        }
        self._rows["letters"].append(_usable("letters", row | values))

    def _correct(self, corrections: Sequence[Correction], counting: Sequence[Visit]) -> None:
        """Add the rows of visits, with the keys that go with their corrected values."""
        files = {visit.visit_id: visit.file for visit in counting}
        visits: dict[str, dict[str, list[Row]]] = {}
        for visit in counting:
            rows = visits[visit.visit_id] = {name: [] for name in OF_VISITS}
            self._report(visit.file, add_visit(rows, visit._replace(visit_id="")))
        held = self._held.keys() - files.keys()
        done = apply_corrections(self._rows, visits, corrections, held)
        for visit_id, rows in visits.items():
            for name in OF_VISITS:
                self._rows[name] += (with_visit(row, done.keys[visit_id]) for row in rows[name])
        self._note(done, files)

    def _note(self, done: Corrected, files: Mapping[str, ArchivedFile]) -> None:
        """Add the rows of corrections, and report those that do not apply."""
        self._rows["corrections"] += done.rows
        of_visit = {**self._held, **files}
        for signal, about in done.stale:
            file = of_visit.get(about or "")
            self._signals[signal] += [file.file_name] if file else []
        for one in done.applied:
            if one.visit_id and one.visit_id in files:
                self._corrected[files[one.visit_id].letter_id].append(one.place)
            elif one.table_name == "letters":
                self._corrected[one.row_key].append(one.place)
        if done.passed_over:
            count = len(done.passed_over)
            numbers = ", ".join(one.line for one in done.passed_over)
            detail = (
                f"{count} lines of corrections.csv are about authorities or letters of which "
                f"nothing is here: lines {numbers}."
                if count > 1
                else "One line of corrections.csv is about an authority or a letter of which "
                f"nothing is here: line {numbers}."
            )
            self._signals[Signal("corrections_passed_over", detail)] = []

    def _report_grades(self) -> None:
        """Report letters that say of the grade held what no inspection says."""
        names = {row["letter_id"]: row["file_name"] for row in self._rows["letters"]}
        for signal, letter_id in doubts_on_grades(self._rows["visits"], self._rows["grades_held"]):
            self._signals[signal].append(names[letter_id])

    def _report_doubles(self) -> None:
        """Report people who may be one, with the letters that name them."""
        names = {row["inspector_id"]: row["name"] for row in self._rows["inspectors"]}
        letters: dict[str, list[str]] = defaultdict(list)
        of_visit = {row["visit_id"]: row["letter_id"] for row in self._rows["visits"]}
        of_letter = {row["letter_id"]: row["file_name"] for row in self._rows["letters"]}
        for row in self._rows["visit_inspectors"]:
            letters[row["inspector_id"]].append(of_letter[of_visit[row["visit_id"]]])
        for signal, keys in likely_doubles(names):
            for key in keys:
                self._signals[signal] += letters[key]


def _usable(table_name: str, row: Row) -> Row:
    """A row without the blanks that are listed and its table cannot hold.

    It is no letter that is at fault, so that none could be held back for it.
    """
    table = SCHEMA[table_name]
    return {
        name: None
        if isinstance(value, str) and table.column(name).nullable and not value.strip()
        else value
        for name, value in row.items()
    }


def _superseded(file: ArchivedFile, by: ArchivedFile) -> Rejection:
    """Why a letter that was read does not count."""
    return Rejection(
        stage="parse",
        reason_code="superseded",
        detail=f"{by.file_name} is a later version of this letter."
        if by.file_name != file.file_name
        else f"Its publisher put a later version in its place: the letter {by.letter_id}.",
    )


def _disagreements(
    file: ArchivedFile, letter: Publication | Rejection | Unsupported
) -> list[Signal]:
    """Where what is listed of a file is not what it says itself."""
    listing = file.listing
    signals: list[Signal] = []
    if isinstance(letter, Rejection):
        return signals
    kind = letter.document_kind
    if listing.listed_kind not in (None, kind, kinds()[kind].listed_as):
        signals.append(
            Signal(
                "kind_disagrees",
                f"Listed as {listing.listed_kind}, but it is {kind}.",
            )
        )
    if isinstance(letter, Unsupported):
        return signals
    if listing.published_date and letter.letter_date not in (None, listing.published_date):
        signals.append(
            Signal(
                "published_date_disagrees",
                f"Published {listing.published_date}, but the letter is of {letter.letter_date}.",
            )
        )
    return signals
