"""What becomes of every file: a visit, none yet, or a row of quarantine.

Here belong the rows of `letters` and `quarantine`, and whose each letter is. Which of two versions
of a letter counts is in `versions`, how a letter becomes other rows in `letter_rows`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from assets.findings.model import Finding
from assets.model import ArchivedFile, Listing, Rejection, Signal, Unarchived, Unsupported
from assets.publications.model import Publication
from assets.tables.authorities import AuthorityIndex
from assets.tables.derived import visit_key
from assets.tables.letter_rows import Visit
from assets.tables.versions import About, Versions, settle_versions
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


class _Taken(NamedTuple):
    """A file as it was taken in; of what was read in it, no more than `_in_short` leaves."""

    file: ArchivedFile
    status: str
    result: Publication | Rejection | Unsupported


class Files:
    """All files, each taken in once; of all of them at once, no more is kept than must be.

    Attributes:
        quarantine: The rows of that table.
        signals: What was never met before or does not agree, with the files it is about.
        held: The files of visits that are held back, by the keys that these would have.
        unfetched: What is listed of files whose bytes could not be had.
        versions: What became of versions, when all files were taken in.
    """

    versions: Versions

    def __init__(
        self,
        authorities: Sequence[Row],
        parser_version: str,
        held_back: Mapping[str, Rejection],
        unarchived: Iterable[Unarchived],
    ) -> None:
        """Take in the listed files that could not be had.

        Args:
            authorities: The rows of that table.
            parser_version: The version of what read the letters.
            held_back: Letters, by `letter_id`, that broke a rule of the expectations.
            unarchived: Listed files whose bytes could not be had.
        """
        self.quarantine: list[Row] = []
        self.signals: dict[Signal, list[str]] = defaultdict(list)
        self.held: dict[str, ArchivedFile] = {}
        self.unfetched: list[Listing] = []
        self._authorities = AuthorityIndex(authorities)
        self._parser_version = parser_version
        self._held_back = held_back
        self._taken: dict[str, _Taken] = {}
        self._visits: list[Visit] = []
        self._about: dict[str, About] = {}
        self._rejections: dict[str, Rejection] = {}
        for missing in unarchived:
            self.unfetched.append(missing.listing)
            self._quarantine(missing.listing, missing.rejection, missing.seen_at)

    def take(self, read: ReadFile) -> None:
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
        self.report(file, _disagreements(file, result))
        if isinstance(result, Unsupported):
            self._about[file.letter_id] = About(None, result.document_kind)
            self._taken[file.letter_id] = _Taken(file, "unsupported", result)
            return
        if isinstance(result, Rejection):
            self._reject(file, result, result)
            return
        self.report(file, result.signals)
        resolved = self._authorities.resolve(
            result.authority_names, file.listing.ofsted_urn, result.start_date
        )
        held_back, result = self._held_back.get(file.letter_id), _in_short(result)
        if isinstance(resolved, Rejection):
            self._reject(file, held_back or resolved, result)
            return
        self.report(file, resolved.signals)
        authority_id = resolved.authority_id
        visit_id = visit_key(
            self._authorities.name(authority_id), result.document_kind, result.start_date
        )
        self._about[file.letter_id] = About(authority_id, result.document_kind)
        if held_back:
            self.held[visit_id] = file
            self._reject(file, held_back, result)
            return
        self.report(file, self._listed_name(file, result, authority_id))
        self._taken[file.letter_id] = _Taken(file, "parsed", result)
        self._visits.append(Visit(visit_id, authority_id, file, result, ()))

    def settle(self) -> Versions:
        """Decide which versions count, when all files were taken in."""
        of_status = {
            status: [one.file for one in self._taken.values() if one.status == status]
            for status in ("unsupported", "quarantined")
        }
        self.versions = versions = settle_versions(
            self._visits, of_status["unsupported"], of_status["quarantined"], self._about
        )
        for file in versions.apart:
            detail = "Where it was published, or under its name, stands another letter now."
            self.report(file, [Signal("another_letter_in_its_place", detail)])
        for file in versions.unread:
            detail = "What was published in its place cannot be read; an older one still counts."
            self.report(file, [Signal("newer_version_unread", detail)])
        for file in of_status["quarantined"]:
            if file.letter_id not in versions.replacements:
                self._quarantine_file(file, self._rejections[file.letter_id])
        for visit in self._visits:
            if by := versions.replacements.get(visit.file.letter_id):
                self._quarantine_file(visit.file, _superseded(visit.file, by))
        return versions

    def letters(self) -> Iterable[str]:
        """The `letter_id` of each file."""
        return self._taken

    def name(self, letter_id: str) -> str:
        """The name under which a file is listed."""
        return self._taken[letter_id].file.file_name

    def report(self, file: ArchivedFile, signals: Iterable[Signal]) -> None:
        """Note what a person should look at in a file."""
        for signal in signals:
            self.signals[signal].append(file.file_name)

    def letter(self, letter_id: str) -> Row:
        """The row of a file, by what was read and whether another took its place."""
        file, status, result = self._taken[letter_id]
        by = self.versions.replacements.get(letter_id)
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
        return _usable("letters", row | values)

    def _reject(
        self, file: ArchivedFile, rejection: Rejection, result: Publication | Rejection
    ) -> None:
        self._rejections[file.letter_id] = rejection
        self._taken[file.letter_id] = _Taken(file, "quarantined", result)

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

    def _quarantine_file(
        self, file: ArchivedFile, rejection: Rejection, file_name: str | None = None
    ) -> None:
        self._quarantine(file.listing, rejection, file.first_seen_at)
        self.quarantine[-1] |= {
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
        self.quarantine.append(_usable("quarantine", row))


def _in_short(letter: Publication) -> Publication:
    """A letter without its words: whose it is, of when, and how it was read."""
    return msgspec.structs.replace(
        letter,
        authority_names=(),
        people=(),
        addressees=(),
        signatories=(),
        judgements=(),
        sections=(),
        details={},
        signals=(),
    )


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
