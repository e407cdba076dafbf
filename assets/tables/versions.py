"""Which of several versions of a letter counts, and which came after which.

Here belongs that decision alone: from what was read and where its publisher put it. When each
version counted, and what it said then, is in `history`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from assets.model import ArchivedFile
from assets.tables.letter_rows import Visit

# How surely the words of a letter were read, best first.
_METHODS = {"tags": 0, "layout": 1, "text": 2}


class Versions(NamedTuple):
    """What became of the versions of letters.

    Attributes:
        counting: The letters that count, one a visit.
        superseded: The letters that were read into a visit, and that another took the place of.
        replacements: The file that took a file's place, by `letter_id`.
        followed_by: The version that came next, by `letter_id`.
        replaced: Letters in whose place the publisher put another file, even one that cannot be
            read.
        unread: Files in whose place the publisher put one that cannot be read.
        apart: Files in whose place stands another letter, so that both count.
    """

    counting: list[Visit]
    superseded: list[Visit]
    replacements: dict[str, ArchivedFile]
    followed_by: dict[str, str]
    replaced: frozenset[str]
    unread: list[ArchivedFile]
    apart: list[ArchivedFile]


class About(NamedTuple):
    """Whose a file is, and of which kind; the authority is `None` where it is not read."""

    authority_id: str | None
    document_kind: str

    def may_be(self, other: About) -> bool:
        """Whether both may be versions of one document."""
        authorities = {self.authority_id, other.authority_id} - {None}
        return self.document_kind == other.document_kind and len(authorities) < 2


def settle_versions(
    visits: Iterable[Visit],
    unsupported: Iterable[ArchivedFile],
    rejected: Iterable[ArchivedFile],
    about: Mapping[str, About],
) -> Versions:
    """Decide which version of each letter counts.

    What stands at a letter's address takes its place only if it may be a version of it: a site that
    answers with another council's letter has replaced none.

    Args:
        visits: The letters that were read.
        unsupported: Files of kinds that are not read.
        rejected: Files that could not become a visit.
        about: Whose each file is, by `letter_id`; of those that could be read.
    """
    visits, unsupported, rejected = list(visits), list(unsupported), list(rejected)
    usable = {file.letter_id: file for file in (*(one.file for one in visits), *unsupported)}
    files = [*usable.values(), *rejected]
    in_place = {file.letter_id: list(_followers(file, usable)) for file in files}
    followers = {
        key: [one for one in found if key not in about or about[key].may_be(about[one.letter_id])]
        for key, found in in_place.items()
    }
    # The new version of a letter may state other days, and then be about another visit by its key:
    # that both stood at one address is what tells that they are one letter.
    replacements = {key: found[0] for key, found in followers.items() if found}
    followed_by = {key: found[-1].letter_id for key, found in followers.items() if found}
    for file in rejected:  # a version that was never read came before none
        followed_by.pop(file.letter_id, None)
    standing: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        if visit.file.letter_id not in replacements:
            standing[visit.visit_id].append(visit)
    counting = []
    for versions in standing.values():
        versions.sort(key=_age, reverse=True)
        counting.append(versions[0])
        for newer, older in pairwise(versions):
            replacements[older.file.letter_id] = versions[0].file
            followed_by[older.file.letter_id] = newer.file.letter_id
    # The name of a file in a folder is no address: what bore it stays, and that is told.
    borne = {_name(file) for file in usable.values() if file.is_listed}
    ousted = {
        file.letter_id
        for file in usable.values()
        if not file.is_listed and file.letter_id not in replacements and _name(file) in borne
    }
    return Versions(
        counting=counting,
        superseded=[visit for visit in visits if visit.file.letter_id in replacements],
        replacements=replacements,
        followed_by=followed_by,
        replaced=frozenset(file.letter_id for file in files if file.replaced_by),
        unread=[
            file for file in files if file.replaced_by and file.replaced_by[0][:16] not in usable
        ],
        apart=[
            file
            for file in files
            if in_place[file.letter_id][:1] != followers[file.letter_id][:1]
            or file.letter_id in ousted
        ],
    )


def _name(file: ArchivedFile) -> tuple[str, str]:
    return file.listing.source, file.file_name


def _followers(file: ArchivedFile, usable: Mapping[str, ArchivedFile]) -> Iterator[ArchivedFile]:
    """What the publisher put in a file's place and could be read, the newest first."""
    for sha256 in file.replaced_by:
        if found := usable.get(sha256[:16]):
            yield found


def _age(visit: Visit) -> tuple[Any, ...]:
    """Sorts the versions of a letter, the one that counts last."""
    listing, publication = visit.file.listing, visit.publication
    written = publication.letter_date or listing.published_date or publication.end_date
    return (
        written,
        listing.published_date or written,
        -_METHODS[publication.text_method],
        visit.file.first_seen_at,
        visit.file.file_name,
    )
