"""All letters become the rows of the published tables.

Here: keys and foreign keys, which of two versions of a letter counts, and what becomes of every
file. How a letter becomes rows is in `letter_rows`, what earlier versions said in `history`, what
is missing in `coverage`. What follows from other rows is worked out in `derived`, what a person
corrected is put right in `corrections`. Types, order and bytes are the warehouse's business;
whether the rows are right is checked by the expectations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from assets.findings.model import Statement
from assets.model import ArchivedFile, Listing, Rejection, Signal, Unarchived, Unsupported
from assets.publications.model import Letter
from assets.tables.authorities import AuthorityIndex
from assets.tables.corrections import apply_corrections
from assets.tables.corrections_file import Correction
from assets.tables.coverage import coverage_rows
from assets.tables.derived import derive, visit_key
from assets.tables.history import version_rows
from assets.tables.inspectors import likely_doubles
from assets.tables.letter_rows import Visit, add_visit
from warehouse.codes import code_list, code_rows
from warehouse.schema import SCHEMA

Row = dict[str, Any]
# How surely the words of a letter were read, best first.
_METHODS = {"tags": 0, "layout": 1, "text": 2}


class Outcome(NamedTuple):
    """What became of one archived file."""

    file: ArchivedFile
    result: Letter | Rejection | Unsupported
    statements: tuple[Statement, ...] = ()


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
    outcomes: Iterable[Outcome],
    reference: Mapping[str, list[Row]],
    *,
    parser_version: str,
    unarchived: Sequence[Unarchived] = (),
    held_back: Mapping[str, Rejection] | None = None,
    corrections: Sequence[Correction] = (),
    evaluation: Sequence[Row] = (),
) -> Tables:
    """Build the rows of all tables.

    Args:
        outcomes: What became of each archived file.
        reference: Rows of the tables on authorities.
        parser_version: The version of what read the letters.
        unarchived: Listed files whose bytes could not be had.
        held_back: Letters, by `letter_id`, that broke a rule of the expectations.
        corrections: What a person found to be wrong; applied last.
        evaluation: Rows of the table of that name, as they were measured.

    Returns:
        The rows and the signals.
    """
    builder = _Builder(reference, parser_version)
    builder.take_measures(evaluation)
    for outcome in sorted(outcomes, key=lambda outcome: outcome.file.letter_id):
        builder.add(outcome, (held_back or {}).get(outcome.file.letter_id))
    for missing in unarchived:
        builder.add_unarchived(missing)
    return builder.tables(corrections)


class _Builder:
    def __init__(self, reference: Mapping[str, list[Row]], parser_version: str) -> None:
        self._authorities = AuthorityIndex(reference["authorities"])
        self._parser_version = parser_version
        self._visits: dict[str, list[Visit]] = defaultdict(list)
        self._held: dict[str, ArchivedFile] = {}  # by the keys that their visits would have
        self._corrected: dict[str, list[str]] = defaultdict(list)
        self._followed_by: dict[str, str] = {}  # the next version of a letter, by letter_id
        self._replaced: set[str] = (
            set()
        )  # letters that their publisher put another file in place of
        self._unfetched: list[Listing] = []
        self._rejected: list[tuple[ArchivedFile, Rejection, Row]] = []
        self._unsupported: list[tuple[ArchivedFile, Unsupported]] = []
        self._signals: dict[Signal, list[str]] = defaultdict(list)
        self._rows: dict[str, list[Row]] = {name: [] for name in SCHEMA}
        # Copies, for corrections change rows in place.
        self._rows |= {name: [dict(row) for row in rows] for name, rows in reference.items()}
        self._rows["codes"] = code_rows()

    def add(self, outcome: Outcome, held_back: Rejection | None) -> None:
        """Take in a file: as a visit, as unsupported, or into quarantine."""
        file, result = outcome.file, outcome.result
        if file.replaced_by:
            self._replaced.add(file.letter_id)
        for name in file.other_names:
            self._quarantine(
                file,
                Rejection(
                    stage="read",
                    reason_code="duplicate_file",
                    detail=f"Holds the same bytes as {file.file_name}; read once.",
                ),
                file_name=name,
            )
        self._report(file, _disagreements(file, result))
        if isinstance(result, Letter):
            resolved = self._authorities.resolve(
                result.authority_names, file.listing.ofsted_urn, result.start_date
            )
            self._report(file, result.signals)
            if not isinstance(resolved, Rejection):
                self._report(file, resolved.signals)
            problem = held_back or (resolved if isinstance(resolved, Rejection) else None)
            if problem is None and not isinstance(resolved, Rejection):
                visit = self._visit(outcome, result, resolved.authority_id)
                self._report(file, self._listed_name(file, result, visit.authority_id))
                self._visits[visit.visit_id].append(visit)
                return
            if problem is not None:
                if not isinstance(resolved, Rejection):
                    visit = self._visit(outcome, result, resolved.authority_id)
                    self._held[visit.visit_id] = file
                self._rejected.append((file, problem, _read_values(result)))
        elif isinstance(result, Rejection):
            self._rejected.append((file, result, _read_values(result)))
        else:
            self._unsupported.append((file, result))

    def add_unarchived(self, missing: Unarchived) -> None:
        """Put a listed file that could not be had into quarantine."""
        self._unfetched.append(missing.listing)
        self._rows["quarantine"].append(
            {
                "letter_id": None,
                "source_url": missing.listing.source_url,
                "file_name": missing.listing.file_name,
                "stage": missing.rejection.stage,
                "reason_code": missing.rejection.reason_code,
                "detail": missing.rejection.detail,
                "seen_at": missing.seen_at,
            }
        )

    def take_measures(self, evaluation: Iterable[Row]) -> None:
        """Take in how often the values of the tables are right."""
        self._rows["evaluation"] += evaluation

    def tables(self, corrections: Sequence[Correction]) -> Tables:
        """Settle versions, correct, work out what follows, and return everything."""
        usable = {file.letter_id: file for file, _ in self._unsupported}
        for versions in self._visits.values():
            usable |= {version.file.letter_id: version.file for version in versions}
        for file, rejection, values in self._rejected:
            replacement = self._replacement(file, usable)
            if replacement:
                self._letter(file, "superseded", superseded_by=replacement.letter_id, **values)
            else:
                self._quarantine(file, rejection)
                self._letter(file, "quarantined", **values)
        for file, result in self._unsupported:
            replacement = self._replacement(file, usable)
            self._letter(
                file,
                "superseded" if replacement else "unsupported",
                superseded_by=replacement.letter_id if replacement else None,
                **_read_values(result),
            )
            self._follow(file, usable)
        counting: list[Visit] = []
        superseded: list[Visit] = []
        for versions in self._visits.values():
            standing = []
            for version in versions:
                if replacement := self._replacement(version.file, usable):
                    self._supersede(version, replacement)
                    self._follow(version.file, usable)
                    superseded.append(version)
                else:
                    standing.append(version)
            standing.sort(key=_age, reverse=True)
            for newest in standing[:1]:
                counting.append(newest)
                self._letter_of(newest, "parsed", None)
            for newer, version in pairwise(standing):
                self._supersede(version, standing[0].file)
                self._followed_by[version.file.letter_id] = newer.file.letter_id
                superseded.append(version)
        for visit in counting:
            self._report(visit.file, add_visit(self._rows, visit))
        self._correct(corrections, {visit.visit_id: visit.file for visit in counting})
        derive(self._rows)
        self._rows["coverage"] = coverage_rows(self._rows, self._unfetched)
        self._rows["visit_versions"] = version_rows(
            self._rows, superseded, self._followed_by, self._replaced
        )
        self._report_doubles()
        signals = sorted(
            (signal, tuple(sorted(set(names)))) for signal, names in self._signals.items()
        )
        corrected = {letter_id: tuple(places) for letter_id, places in self._corrected.items()}
        return Tables(self._rows, tuple(signals), corrected)

    def _replacement(
        self, file: ArchivedFile, usable: Mapping[str, ArchivedFile]
    ) -> ArchivedFile | None:
        """What the publisher put in a file's place, if that could be read.

        The new version of a letter may state other days, and then be about another visit by its
        key: that both stood at one address is what tells that they are one letter.
        """
        versions = [usable.get(sha256[:16]) for sha256 in file.replaced_by]
        if versions and versions[0] is None:
            detail = "What was published in its place cannot be read; an older one still counts."
            self._report(file, [Signal("newer_version_unread", detail)])
        return next((version for version in versions if version), None)

    def _follow(self, file: ArchivedFile, usable: Mapping[str, ArchivedFile]) -> None:
        """Note which version came next in a file's place, of those that could be read."""
        for sha256 in reversed(file.replaced_by):
            if later := usable.get(sha256[:16]):
                self._followed_by[file.letter_id] = later.letter_id
                return

    def _supersede(self, version: Visit, by: ArchivedFile) -> None:
        self._letter_of(version, "superseded", by.letter_id)
        self._quarantine(
            version.file,
            Rejection(
                stage="parse",
                reason_code="superseded",
                detail=f"{by.file_name} is a later version of this letter."
                if by.file_name != version.file.file_name
                else f"Its publisher put a later version in its place: the letter {by.letter_id}.",
            ),
        )

    def _report(self, file: ArchivedFile, signals: Iterable[Signal]) -> None:
        for signal in signals:
            self._signals[signal].append(file.file_name)

    def _listed_name(
        self, file: ArchivedFile, letter: Letter, authority_id: str
    ) -> Iterator[Signal]:
        """Whether the name under which a file is listed is the authority's."""
        name = file.listing.authority_name
        if name and self._authorities.by_name(name, letter.start_date) != authority_id:
            yield Signal(
                "listed_name_disagrees",
                f"Listed as {name}, but the letter is to {self._authorities.name(authority_id)}.",
            )

    def _visit(self, outcome: Outcome, letter: Letter, authority_id: str) -> Visit:
        visit_id = visit_key(
            self._authorities.name(authority_id), letter.document_kind, letter.start_date
        )
        return Visit(visit_id, authority_id, outcome.file, letter, outcome.statements)

    def _quarantine(
        self, file: ArchivedFile, rejection: Rejection, file_name: str | None = None
    ) -> None:
        self._rows["quarantine"].append(
            {
                "letter_id": file.letter_id,
                "source_url": file.listing.source_url,
                "file_name": file_name or file.file_name,
                "stage": rejection.stage,
                "reason_code": rejection.reason_code,
                "detail": rejection.detail,
                "seen_at": file.first_seen_at,
            }
        )

    def _letter_of(self, visit: Visit, status: str, superseded_by: str | None) -> None:
        letter = visit.letter
        self._letter(
            visit.file,
            status,
            superseded_by=superseded_by,
            document_kind=letter.document_kind,
            page_count=letter.page_count,
            text_method=letter.text_method,
        )

    def _letter(self, file: ArchivedFile, status: str, **values: Any) -> None:
        listing = file.listing
        row: Row = dict.fromkeys(SCHEMA["letters"].column_names)
        row |= {
            "letter_id": file.letter_id,
            "sha256": file.sha256,
            "byte_count": file.byte_count,
            "document_kind": _listed_kind(file),
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
            "status": status,
            "parser_version": self._parser_version,
        }
        self._rows["letters"].append(row | values)

    def _correct(
        self, corrections: Sequence[Correction], files: Mapping[str, ArchivedFile]
    ) -> None:
        held = self._held.keys() - files.keys()
        done = apply_corrections(self._rows, corrections, held)
        self._rows["corrections"] += done.rows
        of_visit = {**self._held, **files}
        for signal, visit_id in done.stale:
            file = of_visit.get(visit_id or "")
            self._signals[signal] += [file.file_name] if file else []
        for one in done.applied:
            if one.visit_id:
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


def _read_values(result: Letter | Rejection | Unsupported) -> Row:
    """What is known of a file that did not become a visit."""
    values: Row = {"page_count": result.page_count, "text_method": result.text_method}
    if not isinstance(result, Rejection):
        values["document_kind"] = result.document_kind
    elif result.stage in ("fetch", "read"):
        values["parser_version"] = None
    return values


def _age(visit: Visit) -> tuple[Any, ...]:
    """Sorts the versions of a letter, the one that counts last."""
    listing = visit.file.listing
    written = visit.letter.letter_date or listing.published_date or visit.letter.end_date
    return (
        written,
        listing.published_date or written,
        -_METHODS[visit.letter.text_method],
        visit.file.first_seen_at,
        visit.file.file_name,
    )


def _listed_kind(file: ArchivedFile) -> str | None:
    """The kind under which a file is listed, where it is one of the code list."""
    kind = file.listing.listed_kind
    return kind if kind in code_list("document_kind") else None


def _disagreements(file: ArchivedFile, letter: Letter | Rejection | Unsupported) -> list[Signal]:
    """Where what is listed of a file is not what it says itself."""
    listing = file.listing
    signals: list[Signal] = []
    if isinstance(letter, Rejection):
        return signals
    if listing.listed_kind and listing.listed_kind != letter.document_kind:
        signals.append(
            Signal(
                "kind_disagrees",
                f"Listed as {listing.listed_kind}, but it is {letter.document_kind}.",
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
