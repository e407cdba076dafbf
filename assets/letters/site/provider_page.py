"""An authority's page: its name and number, and the publications of its timeline with their dates.

Here belongs everything that knows this page's markup. It is known at second hand, so a fact is
looked for in several ways in turn, and what does not add up is a `Signal`. The words met on the
site stand in tables: `link_texts.csv` (kinds of documents) and `timeline_events.csv` (events without
a report).
"""

import re
from datetime import date

import msgspec

from assets.letters.site.dates import DATE, read_date
from assets.letters.site.markup import (
    Element,
    UnreadablePage,
    appearance,
    headings,
    link_address,
    matching,
    part_without,
    short,
    squeezed,
    whole_page,
    words,
)
from assets.model import Signal
from assets.rule_tables import read_table

_REGULAR_EXPRESSIONS = {"re": "http://exslt.org/regular-expressions"}

_FILE_LINKS = '//a[contains(@class, "publication-link") or re:test(@href, "/file/[0-9]+")]'
_PDF_LINKS = """
    //a[re:test(@href, "\\.pdf *([?#]|$)", "i")]
       [ancestor::*[self::main or @id = "main" or contains(@class, "timeline")]]
"""
_SPOKEN = './/*[contains(@class, "nonvisual") or contains(@class, "visually-hidden")]'

_IS_DAY = 'contains(concat(@class, " "), "timeline__day ") or contains(@class, "timeline__day--")'
_EVENTS = f'//*[{_IS_DAY}] | //*[contains(@class, "timeline")]/li'
#: From a link to the event that it belongs to, likeliest first.
_EVENT_WAYS = (
    f"ancestor::*[{_IS_DAY}][1]",
    "ancestor::*[self::li or self::tr or self::article][1]",
)

# What follows the kind in a link: `, pdf - 15 July 2021`, ` as pdf - …`, or ` - 15 July 2021`.
_TAIL = re.compile(
    rf"(?:[ ,(]{{0,3}}\b(?:as )?pdf\b| [-–—] (?=(?:{DATE.pattern})$))(?P<rest>.*)", re.IGNORECASE
)
_PUBLISHED = re.compile(rf"\bpublished\W*(?:on\W*)?(?P<day>{DATE.pattern})", re.IGNORECASE)
_OF_A_FILE = re.compile(rf"\bpdf\b.{{0,20}}?(?:{DATE.pattern})", re.IGNORECASE)

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
    """Read a provider's page.

    Args:
        content: The page.
        address: Where it was had from; links are resolved against it.
        encoding: The character set that the response's `Content-Type` names, if any.

    Raises:
        UnreadablePage: It breaks off, or has neither a link to a report nor a heading with a
            timeline or a number.
    """
    root = whole_page(content, address, encoding)
    signals: list[Signal] = []
    urn = _urn(root, address, signals)
    has_reports = bool(root.xpath(_FILE_LINKS, namespaces=_REGULAR_EXPRESSIONS))
    has_timeline = bool(root.xpath('//*[contains(@class, "timeline")]'))
    if not has_reports and not (root.xpath("//h1") and (has_timeline or urn)):
        raise UnreadablePage(
            f"{address} is not a provider's page: it has no link to a report, and no heading with "
            f"a timeline or a URN. {appearance(root)}"
        )
    if not has_reports and not has_timeline:
        signals.append(Signal("timeline_missing", short(f"{urn} has no timeline and no report.")))
    links = _report_links(root, signals)
    _report_events(root, links, signals)
    return ProviderPage(
        name=_name(root, address, signals),
        urn=urn,
        publications=_publications(links, signals),
        signals=tuple(dict.fromkeys(signals)),
    )


def _name(root: Element, address: str, signals: list[Signal]) -> str | None:
    titles = root.xpath('//h1[contains(@class, "heading--title")]')
    for name in (*map(words, titles), *headings(root)):
        if name:
            return name
    signals.append(Signal("provider_unnamed", short(f"{address} gives no name.")))
    return None


def _urn(root: Element, address: str, signals: list[Signal]) -> str | None:
    """The number that the page says, held against that of its address."""
    said, asked = _URN.search(words(root)), _URN_OF_ADDRESS.search(address)
    if said and asked and said[1] != asked[1]:
        detail = f"{said[1]} and {asked[1]}: {address}"
        signals.append(Signal("provider_urn_disagrees", short(detail)))
    return said[1] if said else None


def _report_links(root: Element, signals: list[Signal]) -> dict[Element, str]:
    """The links to reports in the order of the page, each with its address."""
    links = {}
    for link in root.xpath(f"{_FILE_LINKS} | {_PDF_LINKS}", namespaces=_REGULAR_EXPRESSIONS):
        if address := link_address(link):
            links[link] = address
        else:
            href = short(link.get("href") or "") or "The link has no address."
            signals.append(Signal("publication_address_unreadable", href))
    return links


def _report_events(root: Element, links: dict[Element, str], signals: list[Signal]) -> None:
    """Report what stands in the timeline and is neither a report nor a known event without one."""
    known = {row["modifier"] for row in read_table(__package__, "timeline_events")}
    for event in root.xpath(_EVENTS):
        names = re.findall(r"timeline__day--(\S+)", event.get("class") or "")
        if not names and links.keys().isdisjoint(event.iter("a")):
            names = [squeezed(DATE.sub("", words(event))) or "An event without words."]
        signals += (
            Signal("timeline_event_never_met", short(name))
            for name in names
            if name.lower() not in known
        )


def _publications(links: dict[Element, str], signals: list[Signal]) -> tuple[Publication, ...]:
    """The publication of each address: as its first link tells of it, unless that has no date."""
    found: dict[str, Publication] = {}
    for link in links:
        publication = _publication(link, links, signals)
        before = found.setdefault(publication.address, publication)
        if before.link_text != publication.link_text:
            detail = f"{before.link_text} and {publication.link_text}"
            signals.append(Signal("link_text_disagrees", short(detail)))
        if before.published_date is None:
            found[publication.address] = publication
    signals += (
        Signal("publication_undated", short(f"{publication.link_text}: {address}"))
        for address, publication in found.items()
        if publication.published_date is None
    )
    return tuple(found.values())


def _publication(link: Element, links: dict[Element, str], signals: list[Signal]) -> Publication:
    seen, said = _link_words(link)
    event = _event(link, links)
    days = _published_dates(link, (said, seen), event, signals)
    if len(set(days)) > 1:
        detail = f"{' and '.join(map(str, dict.fromkeys(days)))}: {links[link]}"
        signals.append(Signal("published_date_disagrees", short(detail)))
    return Publication(
        address=links[link],
        link_text=seen or _TAIL.sub("", said),
        kind=_kind(seen, said, signals),
        published_date=days[0] if days else None,
        event_date=_event_date(event, signals),
    )


def _link_words(link: Element) -> tuple[str, str]:
    """What a link shows, and what it only says aloud: `<kind>, pdf - 15 July 2021`."""
    seen = words(link)
    spoken = link.xpath(_SPOKEN) or [x for x in link.iter("span") if _TAIL.search(words(x))]
    said = [text for element in spoken if (text := words(element))]
    for text in said:
        before, _, after = seen.rpartition(text)
        seen = squeezed(f"{before} {after}")
    labels = (squeezed(link.get(name) or "") for name in ("aria-label", "title"))
    return seen, " ".join(said) or next(filter(None, labels), "")


def _kind(seen: str, said: str, signals: list[Signal]) -> str | None:
    """The kind by the words that are seen, else by those that are said."""
    names = [name for text in (seen, said) if (name := _TAIL.sub("", text))]
    rows = [matching(read_table(__package__, "link_texts"), name) for name in names]
    kinds = list(dict.fromkeys(row["document_kind"] for row in rows if row))
    if not kinds:
        detail = names[0] if names else "A link without words."
        signals.append(Signal("link_text_never_met", short(detail)))
    elif len(kinds) > 1:
        signals.append(Signal("kind_disagrees", short(" and ".join(names))))
    return (kinds[0] or None) if kinds else None


def _event(link: Element, links: dict[Element, str]) -> Element:
    """The part of the page that tells of the event that a report belongs to."""
    for way in _EVENT_WAYS:
        for event in link.xpath(way):
            return event
    return part_without(link, [other for other in links if links[other] != links[link]])


def _published_dates(
    link: Element, link_texts: tuple[str, ...], event: Element, signals: list[Signal]
) -> list[date]:
    """What the page gives as the day of publication: first the link's own, then what is near it."""
    tails = [tail["rest"] for text in link_texts if (tail := _TAIL.search(text))]
    own = [day for tail in tails if (day := _day(signals, tail))]
    near: list[date] = []
    for part in (link, *link.iterancestors()):
        near = _stated_publications(part, signals)
        if near or part is event:
            break
    # Of several days beside several links, nothing says which is this one's.
    is_clear = len(set(near)) == 1 or (own and own[0] not in near)
    return own + near if is_clear else own


def _stated_publications(part: Element, signals: list[Signal]) -> list[date]:
    days = [_day_of(time, signals) for time in part.xpath(".//time[@pubdate]")]
    days += [read_date(found["day"]) for found in _PUBLISHED.finditer(words(part))]
    return [day for day in days if day]


def _event_date(event: Element, signals: list[Signal]) -> date | None:
    """The day that the timeline bears, else the first day that is none of publication."""
    for bearer in event.xpath('.//*[contains(@class, "timeline__date")]'):
        return _day_of(next(bearer.iter("time"), bearer), signals)
    found = DATE.search(_OF_A_FILE.sub("", _PUBLISHED.sub("", words(event))))
    return read_date(found.group()) if found else None


def _day_of(element: Element, signals: list[Signal]) -> date | None:
    """The date of an element by its words, else by its attribute."""
    return _day(signals, words(element), (element.get("datetime") or "")[:10])


def _day(signals: list[Signal], *texts: str) -> date | None:
    """The date of the first text that has one; that there are numbers and no date is reported."""
    for text in texts:
        if day := read_date(text):
            return day
    if re.search("[0-9]", "".join(texts)):
        signals.append(Signal("date_unreadable", short(" ".join(texts))))
    return None
