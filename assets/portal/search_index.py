"""The index that the search in the browser fetches: every finding's words, and what narrows them.

Here belongs the file's form; `static/search/index.js` reads it. It is compressed JSON in one line,
then bytes. A finding's text is a row of numbers of words: the commonest words have the smallest, in
one byte, so that the whole is two thirds of the compressed texts, and a word is looked for by
comparing numbers. Findings stand in the order in which they are shown: the newest visit first.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import msgspec

from assets.language.patterns import read_table
from assets.portal.reading import Book, Row, findings_of, is_point
from assets.portal.words import how_sure

#: No file is larger, compressed, unless one year alone is.
MOST_BYTES = 1_500_000
#: About so many a character of the findings takes: what is too large need not be made to tell.
_BYTES_OF_A_CHARACTER = 0.2

#: A word with the blank before it, a sign with the blank before it, or any other blank.
_PIECES = re.compile(r" ?\w+(?:['’-]\w+)*| ?[^\w\s]|\s")
#: Ends a finding among the numbers of words.
_END = 0

_VALENCES = ("strength", "concern", "mixed", "context")
_IMPROVEMENT, _PRIORITY_ACTION, _NEW_PARAGRAPH = 4, 8, 16
_MOST_TOPICS = 7  # as three bits hold
_TOPICS_BIT = 5
#: Beside the codes of what became of a point.
_NOT_REVISITED, _UNTOLD, _NO_LATER = "not_revisited", "untold", "none"


@dataclass(frozen=True)
class Shard:
    """One file of the index.

    Attributes:
        name: Its name.
        first_year: The earliest year that it has visits of.
        last_year: The latest.
        content: The file.
    """

    name: str
    first_year: int
    last_year: int
    content: bytes


def build_index(book: Book) -> list[Shard]:
    """The files of the index, the newest years first; the same release gives the same bytes."""
    years = sorted({visit["start_date"].year for visit in book.visits.values()}, reverse=True)
    return list(_shards(book, years))


def _shards(book: Book, years: Sequence[int]) -> Iterator[Shard]:
    if not years:
        return
    visits = [one for one in book.visits.values() if one["start_date"].year in years]
    characters = sum(len(one["text"]) for visit in visits for one in findings_of(visit))
    is_large = len(years) > 1 and characters * _BYTES_OF_A_CHARACTER > MOST_BYTES
    content = b"" if is_large else gzip.compress(_index(book, set(years)), mtime=0)
    if is_large or (len(years) > 1 and len(content) > MOST_BYTES):
        half = len(years) // 2
        yield from _shards(book, years[:half])
        yield from _shards(book, years[half:])
        return
    yield Shard(f"index-{years[-1]}-{years[0]}.gz", years[-1], years[0], content)


def _index(book: Book, years: set[int]) -> bytes:
    visits = [
        visit
        for visit in reversed([*book.visits.values()])
        if visit["start_date"].year in years and any(True for _ in findings_of(visit))
    ]
    findings = [list(findings_of(visit)) for visit in visits]
    texts = [_PIECES.findall(one["text"]) for of_visit in findings for one in of_visit]
    ranks = Counter(piece for text in texts for piece in text)
    words = sorted(ranks, key=lambda word: (-ranks[word], word))
    numbers = dict(zip(words, count(_END + 1)))
    lists = {name: list(codes) for name, codes in _lists(book, visits).items()}
    at = {name: {code: number for number, (code, _) in enumerate(lists[name])} for name in lists}
    sure = list(dict.fromkeys(how_sure(one["score"]) for of_visit in findings for one in of_visit))
    head = {
        "version": book.info.version,
        "words": words,
        "lists": lists,
        "sure": sure,
        "subjects": _subjects(at["topic"]),
        "visits": [
            (
                visit["visit_id"],
                at["authority"][visit["authority"]["slug"]],
                at["kind"][visit["document_kind"]],
                at["region"][visit["authority"]["region_code"]],
                visit["start_date"].isoformat(),
                [at["theme"][theme] for theme in visit["themes"] or ()],
                len(of_visit),
                visit["letter_url"],
                bool(visit["source_url"]),
                visit["file_name"],
            )
            for visit, of_visit in zip(visits, findings, strict=True)
        ],
        # The id of a finding is that of its visit and this.
        "ids": [
            one["finding_id"].removeprefix(f"{visit['visit_id']}-")
            for visit, of_visit in zip(visits, findings, strict=True)
            for one in of_visit
        ],
    }
    flags, topics, pages, later = bytearray(), bytearray(), bytearray(), bytearray()
    sureness = bytearray()
    for of_visit in findings:
        place: tuple[str, int] | None = None
        for one in of_visit:
            before, place = place, (one["section"]["section_id"], one["paragraph"])
            its_topics = [at["topic"][code] for code in one["topics"] if code in at["topic"]]
            flags.append(_flags(one, before != place, len(its_topics)))
            topics += bytes(its_topics[:_MOST_TOPICS])
            pages += _number(one["page"] or 0)
            sureness.append(sure.index(how_sure(one["score"])))
            if is_point(one):
                later += _number(_later(book, one, at["later"]))
    text = b"".join(
        b"".join(_number(numbers[piece]) for piece in pieces) + _number(_END) for pieces in texts
    )
    numbers_of_findings = bytes(flags + topics + pages + sureness + later)
    return msgspec.json.encode(head) + b"\n" + numbers_of_findings + text


def _lists(book: Book, visits: Sequence[Row]) -> Mapping[str, Iterator[tuple[str, str]]]:
    """What findings can be narrowed by: code and label, in the order in which they are shown."""
    authorities = {visit["authority"]["slug"]: visit["authority"] for visit in visits}
    regions = {one["region_code"]: one["region"] for one in authorities.values()}
    kinds = {visit["document_kind"] for visit in visits}
    return {
        "authority": ((slug, authorities[slug]["name"]) for slug in sorted(authorities)),
        "region": iter(sorted(regions.items(), key=lambda region: region[1])),
        "kind": (
            (code, row["label"])
            for code, row in book.codes["document_kind"].items()
            if code in kinds
        ),
        "theme": ((code, row["label"]) for code, row in book.codes["theme"].items()),
        "topic": ((code, row["label"]) for code, row in book.topics.items()),
        "later": iter(_statuses(book)),
    }


def _statuses(book: Book) -> list[tuple[str, str]]:
    """What later documents may say of a point; nothing where nothing was judged of any."""
    if not book.follow_ups:
        return []
    told = [(code, row["label"]) for code, row in book.codes["follow_up_status"].items()]
    return [*told, (_UNTOLD, "Cannot be told"), (_NO_LATER, "No later document here")]


def _later(book: Book, point: Row, at: Mapping[str, int]) -> int:
    """What later documents say of a point, a bit for each.

    Those that do not come back to it say nothing where another does.
    """
    if not at:
        return 0
    later = book.follow_ups.get(point["finding_id"], ())
    codes = {one["status_code"] or _UNTOLD for one in later} or {_NO_LATER}
    said = codes - {_NOT_REVISITED} or codes
    return sum(1 << at[code] for code in said)


def _subjects(topics: Mapping[str, int]) -> list[tuple[str, int]]:
    """Words that people use for a subject, each with the topic that it leads to."""
    return [
        (row["words"], topics[row["topic_code"]])
        for row in read_table("assets.portal", "subjects")
        if row["topic_code"] in topics
    ]


def _flags(finding: Row, is_new_paragraph: bool, topic_count: int) -> int:
    return (
        _VALENCES.index(finding["valence"])
        | (_IMPROVEMENT if finding["is_improvement"] else 0)
        | (_PRIORITY_ACTION if finding["is_priority_action"] else 0)
        | (_NEW_PARAGRAPH if is_new_paragraph else 0)
        | min(topic_count, _MOST_TOPICS) << _TOPICS_BIT
    )


def _number(value: int) -> bytes:
    """A number in as many bytes as it needs, seven bits each, the lowest first (LEB128)."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
