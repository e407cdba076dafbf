"""An authority's page: its name and number, and the publications of its timeline with their dates.

Here belongs everything that knows this page's markup. It is known at second hand, so a fact is
looked for in several ways in turn, and what does not add up is a `Signal`. The words met on the
site stand in tables: kinds of documents in `link_texts.csv`, events without a report in
`timeline_events.csv`.
"""

import re
from datetime import date
from functools import cache

import msgspec

from assets.language.patterns import read_table
from assets.letters.site.dates import DATE, read_date
from assets.letters.site.markup import (
    NAMESPACES,
    Element,
    Oddities,
    Parts,
    UnreadablePage,
    appearance,
    as_signals,
    headings,
    link_address,
    matching,
    parsed,
    squeezed,
    words,
)
from assets.model import Signal

_FILE_LINKS = '//a[contains(@class, "publication-link") or re:test(@href, "/file/[0-9]+")]'
_PDF_LINKS = """
    //a[re:test(@href, "\\.pdf *([?#]|$)", "i")]
       [ancestor::*[self::main or @id = "main" or contains(@class, "timeline")]]
"""
_SPOKEN = './/*[contains(@class, "nonvisual") or contains(@class, "visually-hidden")]'

_IS_DAY = 'contains(concat(@class, " "), "timeline__day ") or contains(@class, "timeline__day--")'
_EVENTS = f'//*[{_IS_DAY}] | //*[contains(@class, "timeline")]/li'
_EVENT_WAYS = (
    f"ancestor::*[{_IS_DAY}][1]",
    "ancestor::*[self::li or self::tr or self::article][1]",
)

# What follows the kind in a link: `, pdf - 15 July 2021`, ` as pdf - …`.
_TAIL = re.compile(r"[ ,(–—-]{0,3}\b(?:as )?pdf\b(?P<rest>.*)", re.IGNORECASE)
_PUBLISHED = re.compile(rf"\bpublished\W*(?:on\W*)?({DATE})", re.IGNORECASE)
_PDF_OF = re.compile(rf"\bpdf\W*{DATE}", re.IGNORECASE)

_URN = re.compile(r"\bURN\W{0,5}([0-9]{3,9})\b")
_URN_OF_ADDRESS = re.compile(r"/provider/[^/]+/([0-9]{3,9})\b")


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a provider's page links to.

    Attributes:
        address: Its address, absolute.
        link_text: The visible words of the link.
        kind: A code of the list `document_kind`, `None` for what is none of them.
        published_date: The day of publication.
        event_date: The day of the event in the timeline that the file belongs to.
    """

    address: str
    link_text: str
    kind: str | None
    published_date: date | None
    event_date: date | None


class ProviderPage(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider's page says.

    Attributes:
        name: The provider's name.
        urn: Ofsted's number of it, as the page says it.
        publications: The files in the order of the page, each once.
        signals: What does not add up.
    """

    name: str | None
    urn: str | None
    publications: tuple[Publication, ...]
    signals: tuple[Signal, ...]


def read_provider_page(content: bytes, address: str, encoding: str | None = None) -> ProviderPage:
    """Read a provider's page; the arguments are those of `markup.parsed`.

    Raises:
        UnreadablePage: It breaks off, or has neither a link to a report nor a heading with a
            timeline or a number.
    """
    root = parsed(content, address, encoding)
    odd: Oddities = []
    urn = _urn(root, address, odd)
    has_reports = bool(root.xpath(_FILE_LINKS, namespaces=NAMESPACES))
    has_timeline = bool(root.xpath('//*[contains(@class, "timeline")]'))
    if not has_reports and not (root.xpath("//h1") and (has_timeline or urn)):
        raise UnreadablePage(
            f"{address} is not a provider's page: it has no link to a report, and no heading with "
            f"a timeline or a URN. {appearance(root)}"
        )
    if not has_reports and not has_timeline:
        odd.append(("timeline_missing", f"{address} has neither a timeline nor a report."))
    links = _report_links(root, odd)
    _report_events(root, links, odd)
    return ProviderPage(
        name=_name(root, address, odd),
        urn=urn,
        publications=_publications(links, odd),
        signals=as_signals(odd),
    )


def _name(root: Element, address: str, odd: Oddities) -> str | None:
    for name in (*map(words, root.xpath('//h1[contains(@class, "--title")]')), *headings(root)):
        if name:
            return name
    odd.append(("provider_unnamed", f"{address} gives no name."))
    return None


def _urn(root: Element, address: str, odd: Oddities) -> str | None:
    """The number that the page says, held against that of its address."""
    said, asked = _URN.search(words(root)), _URN_OF_ADDRESS.search(address)
    if said and asked and said[1] != asked[1]:
        odd.append(("provider_urn_disagrees", f"{said[1]} and {asked[1]}: {address}"))
    return said[1] if said else None


def _report_links(root: Element, odd: Oddities) -> dict[Element, str]:
    """The links to reports in the order of the page, each with its address."""
    links = {}
    for link in root.xpath(f"{_FILE_LINKS} | {_PDF_LINKS}", namespaces=NAMESPACES):
        if address := link_address(link):
            links[link] = address
        else:
            href = link.get("href") or "The link has no address."
            odd.append(("publication_address_unreadable", href))
    return links


def _report_events(root: Element, links: dict[Element, str], odd: Oddities) -> None:
    """Report what stands in the timeline and is neither a report nor a known event without one."""
    known = {row["modifier"] for row in read_table(__package__, "timeline_events")}
    for event in root.xpath(_EVENTS):
        names = re.findall(r"timeline__day--(\S+)", event.get("class") or "")
        if not names and links.keys().isdisjoint(event.iter("a")):
            text = re.sub(DATE, "", words(event), flags=re.IGNORECASE)
            names = [squeezed(text) or "An event without words."]
        odd += (("timeline_event_never_met", x) for x in names if x.lower() not in known)


def _publications(links: dict[Element, str], odd: Oddities) -> tuple[Publication, ...]:
    """The publication of each address: as its first link tells of it, unless that has no date."""
    parts = Parts(links)

    # Of one part or event there may be thousands of links.
    @cache
    def published_dates(part: Element) -> list[date]:
        return _published_dates(part, odd)

    @cache
    def event_date(event: Element) -> date | None:
        return _event_date(event, odd)

    found: dict[str, Publication] = {}
    for link, address in links.items():
        event = next((found for way in _EVENT_WAYS for found in link.xpath(way)), None)
        part = parts.around(link, within=event)
        seen, said = _link_words(link)
        days = list(dict.fromkeys([*_dates_of_link(said, seen, odd), *published_dates(part)]))
        if len(days) > 1:
            odd.append(("published_date_disagrees", f"{' and '.join(map(str, days))}: {address}"))
        publication = Publication(
            address=address,
            link_text=seen or _TAIL.sub("", said),
            kind=_kind(seen, said, odd),
            published_date=days[0] if days else None,
            event_date=event_date(part if event is None else event),
        )
        before = found.setdefault(address, publication)
        if before.link_text != publication.link_text:
            odd.append(("link_text_disagrees", f"{before.link_text} and {publication.link_text}"))
        if before.published_date is None:
            found[address] = publication
    undated = (x for x in found.values() if x.published_date is None)
    odd += (("publication_undated", f"{x.link_text}: {x.address}") for x in undated)
    return tuple(found.values())


def _link_words(link: Element) -> tuple[str, str]:
    """What a link shows, and what it only says aloud: `<kind>, pdf - 15 July 2021`."""
    seen = words(link)
    spoken = link.xpath(_SPOKEN) or [x for x in link.iter("span") if _TAIL.search(words(x))]
    said = [text for element in spoken if (text := words(element))]
    for text in said:
        before, _, after = seen.rpartition(text)
        seen = squeezed(f"{before} {after}")
    return seen, " ".join(said) or squeezed(link.get("aria-label") or "")


def _kind(seen: str, said: str, odd: Oddities) -> str | None:
    """The kind by the words that are seen, else by those that are said."""
    names = [name for text in (seen, said) if (name := _TAIL.sub("", text))]
    for name in names:
        if row := matching(read_table(__package__, "link_texts"), name):
            return row["document_kind"] or None
    odd.append(("link_text_never_met", names[0] if names else "A link without words."))
    return None


def _dates_of_link(said: str, seen: str, odd: Oddities) -> list[date]:
    """The days of publication in a link's own words."""
    tails = [tail["rest"] for text in (said, seen) if (tail := _TAIL.search(text))]
    return [day for tail in tails if (day := _day(odd, tail))]


def _published_dates(part: Element, odd: Oddities) -> list[date]:
    """The days that a part of the page gives as that of publication."""
    days = [_day_of(time, odd) for time in part.xpath(".//time[@pubdate]")]
    days += [read_date(found[1]) for found in _PUBLISHED.finditer(words(part))]
    return [day for day in days if day]


def _event_date(event: Element, odd: Oddities) -> date | None:
    """The day that the timeline bears, else the first day that is none of publication."""
    for bearer in event.xpath('.//*[contains(@class, "timeline__date")]'):
        return _day_of(next(bearer.iter("time"), bearer), odd)
    text = _PDF_OF.sub("", _PUBLISHED.sub("", words(event)))
    found = re.search(DATE, text, re.IGNORECASE)
    return read_date(found.group()) if found else None


def _day_of(element: Element, odd: Oddities) -> date | None:
    """The date of an element by its words, else by its attribute."""
    return _day(odd, words(element), (element.get("datetime") or "")[:10])


def _day(odd: Oddities, *texts: str) -> date | None:
    """The date of the first text that has one; that there are numbers and no date is reported."""
    for text in texts:
        if day := read_date(text):
            return day
    if re.search("[0-9]", "".join(texts)):
        odd.append(("date_unreadable", " ".join(texts)))
    return None
