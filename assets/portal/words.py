"""What every page of the portal may ask for: words, days, labels, addresses and citations.

Here belongs how the portal speaks. A reader meets `strength` and `concern` in words; what a model
judged is said to be judged, and how sure it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from assets.portal.reading import Book, Row
from assets.portal.settings import PortalSettings
from assets.portal.site import Site
from assets.release.citing import Cited, days, pages_in_words, within_a_sentence
from assets.release.wording import counted, day_in_words

#: How a finding is marked, by its valence: in words, as colours alone tell nobody.
VALENCE_WORDS = {
    "strength": "Strength",
    "concern": "Concern",
    "mixed": "Strength and concern",
    "context": "Neither",
}

#: A score from here on is called so; scores are shares that are right, see docs/quality.md.
_SURE = ((0.9, ""), (0.7, ", fairly sure"), (0.0, ", unsure"))
#: Of what became of a point, which is seldom judged surely: from an even chance on it is likely.
_SURE_OF_STATUS = (*_SURE[:2], (0.5, ", likely"), (0.0, ", unsure"))

#: Of fewer visits, counts are given and no shares.
LEAST_FOR_SHARES = 10


def common_values(book: Book, site: Site, settings: PortalSettings) -> dict[str, Any]:
    """What templates may ask for beside what each page is filled with."""

    def citation(visit: Row, finding: Row | None = None, page: int | None = None) -> dict[str, str]:
        """How a document, a page of it or a finding is cited, by the name of the form."""
        key = visit["visit_id"] + (f"-p{page}" if page else "")
        address = site.absolute(visit_address(visit))
        if finding:
            key, page = finding["finding_id"], finding["page"]
            address = site.absolute(finding_address(finding))
        cited = Cited(
            key=key,
            authority=visit["authority"]["name"],
            kind=book.label("document_kind", visit["document_kind"]),
            is_letter=bool(visit["correspondents"]),
            start=visit["start_date"],
            end=visit["end_date"],
            written=visit["letter_date"] or visit["published_date"],
            pages=pages_in_words(page, page),
            address=visit["letter_url"],
        )
        plain = cited.plain(book.info) + (f" {address}" if address else "")
        quoted = f"“{finding['text']}” " if finding else ""
        return {
            "sentence": quoted + cited.within_text,
            "plain": plain,
            "apa": cited.apa(book.info, address),
            "bibtex": cited.bibtex(book.info, address),
        }

    def report_address(key: str) -> str | None:
        to = settings.report_errors_to
        return to.replace("{id}", quote(key)) if to else None

    return {
        "book": book,
        "info": book.info,
        "site_url": site.url,
        "kind": lambda visit: within_a_sentence(
            book.label("document_kind", visit["document_kind"])
        ),
        "label": book.label,
        "within_a_sentence": within_a_sentence,
        "citation": citation,
        "report_address": report_address,
        "counted": counted,
        "day": day_in_words,
        "short_day": short_day,
        "days": days,
        "valence_word": VALENCE_WORDS.__getitem__,
        "how_sure": how_sure,
        "status_in_words": status_in_words,
        "degrees": [(word.removeprefix(", "), least) for least, word in _SURE_OF_STATUS if word],
        "beginning": beginning,
        "letter_page": letter_page,
        "visit_address": visit_address,
        "finding_address": finding_address,
        "short_id": short_id,
        "authority_address": authority_address,
        "is_letter": lambda visit: bool(visit["correspondents"]),
        "crops": {},
        "has_workbooks": settings.workbooks,
        "gone": {},
        "least_for_shares": LEAST_FOR_SHARES,
    }


def how_sure(score: float | None, words: Sequence[tuple[float, str]] = _SURE) -> str:
    """How much less than sure a judgement is; nothing where it is sure, or has no score.

    A correction has none: a person made it.
    """
    return "" if score is None else next(word for least, word in words if score >= least)


def status_in_words(follow_up: Row, label: str) -> str:
    """What a later document says of a point, and how sure that is: `improved, likely`."""
    if follow_up["status_code"] is None:
        return "cannot be told"
    return label.lower() + how_sure(follow_up["status_score"], _SURE_OF_STATUS)


def beginning(text: str, most: int) -> str:
    """A text, or its first words and a sign that it goes on, in so many characters at most."""
    return text if len(text) <= most else text[:most].rpartition(" ")[0].rstrip(",;:.–- ") + "…"


def short_day(day: date) -> str:
    """A day where there is little room: `26 Oct 2021`."""
    return f"{day.day} {day:%b} {day.year}"


def letter_page(visit: Row, page: int | None) -> str | None:
    """The address of a document at a page; of a provider's page, which has none, as it is."""
    url = visit["letter_url"]
    return f"{url}#page={page}" if url and page and visit["source_url"] else url


def visit_address(visit: Row) -> str:
    """Where a visit stands."""
    return f"visits/{visit['visit_id']}/"


def finding_address(finding: Row) -> str:
    """Where a finding stands, for good."""
    return f"{visit_address(finding['visit'])}#{finding['finding_id']}"


def short_id(finding: Row) -> str:
    """What the id of a finding has beside that of its visit."""
    return str(finding["finding_id"]).removeprefix(f"{finding['visit']['visit_id']}-")


def authority_address(authority: Row) -> str:
    """Where an authority stands."""
    return f"authorities/{authority['slug']}/"
