"""What the pages of Ofsted's report site say: search pages, providers' pages, and error pages.

Here belongs everything that knows the site's markup. What is fetched, when, and what a page means
for the archive is not asked here: bytes come in, what they say goes out.

The markup is known at second hand, so every fact is looked for in several ways, from the one that
says most to the one that holds out longest, and what does not add up is a `Signal`. The words that
are met on the site stand in tables: `link_texts.csv` (kinds of documents), `timeline_events.csv`
(events without a report), `error_pages.csv` (headings of error pages). A pattern must match the
whole text; capitals do not matter, and apostrophes, dashes and white space are made plain before.

A page is foreign matter: whatever its bytes are, it is read or refused with `UnreadablePage`.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import lxml.html  # type: ignore[import-untyped]
import msgspec
from lxml import etree

from assets.model import Signal
from assets.rule_tables import read_table

#: The site's number for local authorities among the types of providers.
PROVIDER_TYPE = "44"


class ProviderLink(msgspec.Struct, frozen=True):
    """A provider as a search page lists it.

    Attributes:
        urn: Ofsted's number of the authority.
        name: Its name as listed; empty, and reported, where none stands with the link.
    """

    urn: str
    name: str


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """What one page of search results says.

    Attributes:
        providers: The local authorities in the order of the page, each once.
        claimed_count: How many results the page says that the search has, on all its pages.
        has_next: Whether the page offers a further one.
        signals: What does not add up.
    """

    providers: tuple[ProviderLink, ...]
    claimed_count: int | None
    has_next: bool
    signals: tuple[Signal, ...]


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


class PageFault(msgspec.Struct, frozen=True):
    """An error page of the site, or of what stands before it.

    Attributes:
        reason_code: A code of the list `reason`.
        is_passing: Whether it is worth while to ask again.
        heading: The words that it was recognised by.
    """

    reason_code: str
    is_passing: bool
    heading: str


class UnreadablePage(Exception):
    """The page is not what it should be; the message says by what that was seen."""


def read_search_page(content: bytes, address: str, encoding: str | None = None) -> SearchPage:
    """Read a page of search results.

    Args:
        content: The page.
        address: Where it was had from; links are resolved against it.
        encoding: The character set that the response's `Content-Type` names, if any.

    Raises:
        UnreadablePage: It names no provider and no number of results, or is an error page.
    """
    page = _parse(content, address, encoding)
    _refuse_error_page(page)
    providers = _providers(page)
    has_count, claimed_count = _claimed_count(page)
    if not providers and not has_count:
        raise UnreadablePage(
            f"{address} is not a page of search results: it links to no local authority and gives "
            f"no number of results. {_appearance(page)}"
        )
    return SearchPage(
        providers=providers,
        claimed_count=claimed_count,
        has_next=_has_next(page),
        signals=page.signals,
    )


def read_provider_page(content: bytes, address: str, encoding: str | None = None) -> ProviderPage:
    """Read a provider's page.

    Args:
        content: The page.
        address: Where it was had from; links are resolved against it.
        encoding: The character set that the response's `Content-Type` names, if any.

    Raises:
        UnreadablePage: It has neither a heading with a timeline nor a link to a report, or is an
            error page.
    """
    page = _parse(content, address, encoding)
    _refuse_error_page(page)
    links = _report_links(page)
    if len(links) > _MOST_REPORTS:
        raise UnreadablePage(
            f"{address} is not one provider's page: it links to {len(links)} reports."
        )
    has_timeline = any(page.is_part_of(element, "timeline") for element in page.elements)
    if not any(link.is_plain for link in links) and not (has_timeline and page.tagged("h1")):
        raise UnreadablePage(
            f"{address} is not a provider's page: it has no heading with a timeline, and no link "
            f"to a report. {_appearance(page)}"
        )
    _report_events(page, links)
    publications = _publications(page, links)
    return ProviderPage(
        name=_provider_name(page),
        urn=_provider_urn(page),
        publications=publications,
        signals=page.signals,
    )


def page_fault(content: bytes) -> PageFault | None:
    """Whether what came is an error page, by its headings and title.

    Args:
        content: What came in place of a page or of a file.

    Returns:
        What is wrong, or `None` for anything else: a file, a page that merely mentions an error.
    """
    beginning = content[:_BEGINNING_BYTES]
    if b"%PDF-" in beginning[:1024]:
        return None
    try:
        page = _parse(beginning, "", None)
    except UnreadablePage:
        return None
    return _fault(page)


# --- From bytes to elements ---------------------------------------------------------------------

_Element: TypeAlias = Any  # lxml says nothing of its types

# An error page is short, and a heading stands at its beginning; what is longer may be a file.
_BEGINNING_BYTES = 1 << 18
# libxml2 drops what lies deeper than 2048 elements; a page of the site has some twenty levels.
_DEEPEST = 512
_LONGEST_SIGNAL = 120  # characters
_MOST_REPORTS = 1000  # an authority's page has a few dozen

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_UTF_16 = frozenset({"utf-16", "utf-16le", "utf-16be"})
_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
# A client names ISO-8859-1 for pages of which the server says nothing: it is no word of the site's.
_SINGLE_BYTE = frozenset({"iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252"})
_META_CHARSET = re.compile(
    rb"<meta\b[^>]{0,200}?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
_META_WITHIN = 4096  # bytes
# A byte that is no UTF-8 decodes to a lone surrogate; here it is what it is in Windows-1252.
_STRAY_BYTES = {
    0xDC00 + byte: bytes([byte]).decode("windows-1252", "replace") for byte in range(0x80, 0x100)
}
# libxml2 drops what follows these, browsers do not.
_ENDS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)

_NOT_TEXT = frozenset({"head", "script", "style", "template", "title"})
_WITHIN_WORDS = frozenset(
    {"abbr", "b", "em", "font", "i", "mark", "strong", "sub", "sup", "u", "wbr"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS = frozenset({"body", "dl", "main", "ol", "section", "table", "tbody", "ul"})
_AROUND = frozenset({"footer", "header", "nav"})
_FOR_SCREEN_READERS = frozenset(
    {"govuk-visually-hidden", "nonvisual", "sr-only", "visually-hidden", "visuallyhidden"}
)


@dataclass(slots=True)
class _Page:
    """A page's elements in the order of the page, each with the places where it begins and ends."""

    address: str
    base: str = ""
    elements: list[_Element] = field(default_factory=list)
    begins: dict[_Element, int] = field(default_factory=dict)
    ends: dict[_Element, int] = field(default_factory=dict)
    _signals: dict[Signal, None] = field(default_factory=dict)

    @property
    def root(self) -> _Element:
        return self.elements[0]

    @property
    def signals(self) -> tuple[Signal, ...]:
        return tuple(self._signals)

    def report(self, code: str, detail: str) -> None:
        self._signals[Signal(code, _cut(detail))] = None

    def within(self, element: _Element) -> list[_Element]:
        """The element and all below it."""
        return self.elements[self.begins[element] : self.ends[element]]

    def holds(self, outer: _Element, inner: _Element) -> bool:
        return self.begins[outer] <= self.begins[inner] < self.ends[outer]

    def tagged(self, *tags: str) -> list[_Element]:
        return [element for element in self.elements if element.tag in tags]

    def is_part_of(self, element: _Element, block: str) -> bool:
        """Whether a class of the element is that block or a part of it, as `timeline__day`."""
        return any(name == block or name.startswith(f"{block}__") for name in _classes(element))

    def resolve(self, href: str) -> str | None:
        """The absolute address that a link leads to, if it is one of the web."""
        try:
            address, _ = urldefrag(urljoin(self.base, href.strip()).strip().replace(" ", "%20"))
            parts = urlsplit(address)
            has_host = bool(parts.hostname) and parts.port != 0
        except ValueError:
            return None
        is_of_web = parts.scheme in ("http", "https") and has_host and address.isprintable()
        return address if is_of_web else None


def _parse(content: bytes, address: str, encoding: str | None) -> _Page:
    page = _Page(address, base=address)
    text = _decoded(page, content, encoding).replace("\0", "")
    if re.search(r"<html[\s>]", text, re.IGNORECASE) and "</html" not in text.lower():
        page.report("page_unfinished", f"{address} breaks off before its end.")
    parser = lxml.html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = lxml.html.document_fromstring(_ENDS.sub("", text).encode(), parser=parser)
    except etree.LxmlError as error:
        raise UnreadablePage(f"{address} is empty, or no web page at all.") from error
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            page.begins[element] = len(page.elements)
            page.elements.append(element)
            depth += 1
            if depth > _DEEPEST:
                raise UnreadablePage(f"{address} is nested more than {_DEEPEST} elements deep.")
        else:
            page.ends[element] = len(page.elements)
            depth -= 1
    for base in page.tagged("base"):
        page.base = page.resolve(base.get("href", "")) or page.base
        break
    return page


def _decoded(page: _Page, content: bytes, encoding: str | None) -> str:
    for mark, codec in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(codec, "replace").removeprefix("\ufeff")
    in_page = _META_CHARSET.search(content[:_META_WITHIN])
    declared = (encoding or (in_page[1].decode("ascii", "replace") if in_page else "")).lower()
    declared = declared.strip(" \t\"'")
    if declared in _UTF_16:
        return content.decode(declared, "replace")
    if declared and declared not in _UTF_8 | _SINGLE_BYTE:
        page.report("encoding_never_met", f"{declared}, read as UTF-8.")
    text = content.decode("utf-8", "surrogateescape")
    whole = text.translate(_STRAY_BYTES)
    if whole != text and declared not in _SINGLE_BYTE:
        page.report("encoding_disagrees", "Bytes that are no UTF-8 were read as Windows-1252.")
    return whole


def _classes(element: _Element) -> list[str]:
    names: str = element.get("class", "")
    return names.split()


def _squeezed(text: str) -> str:
    """The text with single blanks for white space, without characters that cannot be seen."""
    seen = (" " if x.isspace() else x if x.isprintable() else "" for x in text)
    return " ".join("".join(seen).split())


def _straightened(text: str) -> str:
    """The text as the tables have it."""
    return re.sub("[‐-―−]", "-", re.sub("[‘’ʼ´`]", "'", _squeezed(text)))


def _cut(text: str) -> str:
    text = _squeezed(text)
    return text if len(text) <= _LONGEST_SIGNAL else text[: _LONGEST_SIGNAL - 1] + "…"


def _words(
    element: _Element, *, with_hidden: bool = True, without: Collection[_Element] = ()
) -> str:
    """The words in an element.

    Args:
        element: The element.
        with_hidden: Whether those count that only screen readers say.
        without: Elements below it that are left out.
    """
    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        parts.append("" if node.tag in _WITHIN_WORDS else " ")
        if event == "end":
            parts.append(node.tail or "" if node is not element else "")
        elif (
            (node.tag in _NOT_TEXT and node is not element)
            or node in without
            or not (with_hidden or _FOR_SCREEN_READERS.isdisjoint(_classes(node)))
        ):
            walk.skip_subtree()
        else:
            parts.append(node.text or "")
    return _squeezed("".join(parts))


def _title(page: _Page) -> str:
    """What stands in the title before the site's own name."""
    for element in page.tagged("title"):
        words = _words(element)
        first, *_ = re.split(r" - Find an inspection report\b", words, flags=re.IGNORECASE)
        if first == words:
            first, *_ = re.split(r" [-–—|] ", words)
        return first.strip()
    return ""


def _main_headings(page: _Page) -> list[str]:
    """The page's first headings, those in its main part first."""
    main = _main(page)
    headings = [
        (main is None or not page.holds(main, element), words)
        for element in page.tagged("h1")
        if (words := _words(element, with_hidden=False))
    ]
    return [words for _, words in sorted(headings, key=lambda heading: heading[0])]


def _main(page: _Page) -> _Element | None:
    for element in page.elements:
        if element.tag == "main" or element.get("id") == "main" or element.get("role") == "main":
            return element
    return None


def _appearance(page: _Page) -> str:
    """What a person would see first; ends an error's message."""
    for words in (*_main_headings(page), _title(page)):
        if words:
            return f"It is headed {_cut(words)!r}."
    return f"It has no heading; it begins {_cut(_words(page.root))!r}."


# --- Error pages --------------------------------------------------------------------------------


@cache
def _patterns(table: str) -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    return tuple(
        (re.compile(row["pattern"], re.IGNORECASE), row) for row in read_table(__package__, table)
    )


def _matching(table: str, text: str) -> dict[str, str] | None:
    """The first row of a table whose pattern is the whole text."""
    straight = _straightened(text)
    for pattern, row in _patterns(table):
        if pattern.fullmatch(straight):
            return row
    return None


def _fault(page: _Page) -> PageFault | None:
    headings = _main_headings(page)
    if not headings:  # some firewalls set theirs a size smaller
        headings = [_words(element) for element in page.tagged("h2")]
    for heading in (*headings, _title(page)):
        row = _matching("error_pages", heading)
        if row:
            return PageFault(row["reason_code"], row["is_passing"] == "true", _cut(heading))
    return None


def _refuse_error_page(page: _Page) -> None:
    fault = _fault(page)
    if fault:
        raise UnreadablePage(f"{page.address} is an error page: it is headed {fault.heading!r}.")


# --- Search pages -------------------------------------------------------------------------------

_PROVIDER_PATH = re.compile(r"/provider/(?P<type>[^/]+)/(?P<urn>[^/]+)")
_URN = re.compile(r"[0-9]{3,9}")
_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{1,3}(?:,[0-9]{3}){1,2}|[0-9]{1,9})(?![0-9,]*[0-9])")
_RESULTS = re.compile(rf"(?P<number>{_NUMBER.pattern}) (?:\w{{1,20}} )?results?\b", re.IGNORECASE)
_OF_NUMBER = re.compile(rf"\bof (?:about )?(?P<number>{_NUMBER.pattern})", re.IGNORECASE)
_NO_RESULTS = re.compile(r"\b(?:no|zero) (?:\w{1,20} )?results?\b", re.IGNORECASE)
_NOT_RESULTS = _NOT_TEXT | {"label", "option"}  # `100 results` a page, to choose from
_NEXT = re.compile(r"next(?: page| results)?\W*", re.IGNORECASE)


@dataclass(slots=True)
class _NamedLink:
    element: _Element
    urn: str
    words: str
    in_heading: bool


def _providers(page: _Page) -> tuple[ProviderLink, ...]:
    """The local authorities that are linked to, wherever the link stands."""
    has_results = any(_is_results(page, element) for element in page.elements)
    links: dict[str, list[_NamedLink]] = {}
    for element in page.tagged("a", "area"):
        address = page.resolve(element.get("href", ""))
        found = _PROVIDER_PATH.search(urlsplit(address).path) if address else None
        if not found:
            continue
        words = _words(element, with_hidden=False)
        if found["type"] != PROVIDER_TYPE:
            around = list(element.iterancestors())
            if (
                any(_is_results(page, outer) for outer in around)
                if has_results
                else not any(outer.tag in _AROUND for outer in around)
            ):
                page.report("provider_type_never_met", f"Type {found['type']}: {words}")
        elif not _URN.fullmatch(found["urn"]):
            page.report("provider_urn_unreadable", f"{found['urn']}: {words}")
        else:
            in_heading = any(outer.tag in _HEADINGS for outer in element.iterancestors()) or any(
                inner.tag in _HEADINGS for inner in page.within(element)
            )
            link = _NamedLink(element, found["urn"], words, in_heading)
            links.setdefault(link.urn, []).append(link)
    return _with_names(page, links)


def _is_results(page: _Page, element: _Element) -> bool:
    return page.is_part_of(element, "results-list") or page.is_part_of(element, "search-result")


def _with_names(page: _Page, links: dict[str, list[_NamedLink]]) -> tuple[ProviderLink, ...]:
    urns_by_words: dict[str, set[str]] = {}
    for link in (link for same in links.values() for link in same if not link.in_heading):
        urns_by_words.setdefault(link.words, set()).add(link.urn)
    headings = _headings_of(page, [link for same in links.values() for link in same])
    providers = []
    for urn, same in links.items():
        as_heading = list(dict.fromkeys(x.words for x in same if x.in_heading and x.words))
        # What stands for several authorities, such as `View reports`, is nobody's name.
        others = [x.words for x in same if x.words and len(urns_by_words.get(x.words, ())) == 1]
        near = [words for x in same if (words := headings.get(x.element))]
        names = [*as_heading, *others, *near]
        if len(as_heading) > 1:
            page.report("provider_name_disagrees", f"{urn}: {as_heading[0]} and {as_heading[1]}")
        if not names:
            page.report("provider_unnamed", f"{urn} is listed without a name.")
        providers.append(ProviderLink(urn, names[0] if names else ""))
    return tuple(providers)


def _headings_of(page: _Page, links: Iterable[_NamedLink]) -> dict[_Element, str]:
    """The nearest heading of each link: one in the same entry of the list, else the one before.

    An element that holds links to several authorities is the list of all of them, and a heading
    before another authority's link is that authority's.
    """
    ordered = sorted(links, key=lambda link: page.begins[link.element])
    runs = _Runs([(page.begins[link.element], link.urn) for link in ordered])
    headings = page.tagged(*(_HEADINGS - {"h1"}))  # the page's own
    places = [page.begins[heading] for heading in headings]
    found: dict[_Element, str] = {}
    link_before = -1
    for link in ordered:
        here = page.begins[link.element]
        first = behind = bisect_left(places, here)
        for outer in link.element.iterancestors():
            if outer.tag in _LISTS or not runs.is_one(page.begins[outer], page.ends[outer]):
                break
            first = bisect_left(places, page.begins[outer])
            behind = bisect_left(places, page.ends[outer])
            if first < behind:
                break
        if first == behind and first > 0 and places[first - 1] > link_before:
            first -= 1
        if first < behind:
            found[link.element] = _words(headings[first], with_hidden=False)
        link_before = here
    return found


class _Runs:
    """Places in a page that bear a mark, in order: whether all marks in a stretch are the same."""

    def __init__(self, marks: list[tuple[int, str]]) -> None:
        self._places = [place for place, _ in marks]
        changes = [index + 1 for index, (a, b) in enumerate(pairwise(marks)) if a[1] != b[1]]
        self._run_ends = [
            end for start, end in pairwise([0, *changes, len(marks)]) for _ in range(start, end)
        ]

    def is_one(self, begin: int, end: int) -> bool:
        first, behind = bisect_left(self._places, begin), bisect_left(self._places, end)
        return first < behind and self._run_ends[first] >= behind


def _claimed_count(page: _Page) -> tuple[bool, int | None]:
    """Whether the page gives a number of results, and the number, where it can be read."""
    texts = [
        _words(element)[:_LONGEST_SIGNAL]
        for element in page.elements
        if page.is_part_of(element, "results-count")
    ]
    if not texts:
        texts = [
            words
            for element in page.elements
            if element.text and element.tag not in _NOT_RESULTS
            if (words := _squeezed(element.text[:_LONGEST_SIGNAL]))
            if _RESULTS.match(words) or _NO_RESULTS.match(words)
        ]
    counts = [count for text in texts if (count := _number(text)) is not None]
    if not texts:
        page.report("results_count_unreadable", "The page gives no number of results.")
    elif not counts:
        page.report("results_count_unreadable", texts[0])
    elif len(set(counts)) > 1:
        page.report("results_count_disagrees", " and ".join(map(str, dict.fromkeys(counts))))
    return bool(texts), counts[0] if counts else None


def _number(text: str) -> int | None:
    numbers = [match.group() for match in _NUMBER.finditer(text)]
    found = _RESULTS.search(text) or _OF_NUMBER.search(text)
    if found:
        number = found["number"]
    elif len(numbers) == 1:
        number = numbers[0]
    else:
        return 0 if not numbers and _NO_RESULTS.search(text) else None
    return int(number.replace(",", ""))


def _has_next(page: _Page) -> bool:
    start = _start(page.address)
    for element in page.tagged("a", "link"):
        href = element.get("href", "").strip()
        names = _classes(element)
        if not href or element.get("aria-disabled") == "true" or "disabled" in names:
            continue
        if (
            "pagination__next" in names
            or "next" in element.get("rel", "").lower().split()
            or (element.tag == "a" and _NEXT.fullmatch(_words(element, with_hidden=False)))
        ):
            return True
        in_pagination = any(
            page.is_part_of(x, "pagination") for x in (element, *element.iterancestors())
        )
        if in_pagination and _start(page.resolve(href) or "") > start:
            return True
    return False


def _start(address: str) -> int:
    """The number of results before those of a search page, as its address has it."""
    try:
        values = parse_qs(urlsplit(address).query).get("start", [])
    except ValueError:
        return 0
    return int(values[-1]) if values and re.fullmatch("[0-9]{1,9}", values[-1]) else 0


# --- Dates --------------------------------------------------------------------------------------

_MONTH_NAMES = (
    "january february march april may june july august september october november december".split()
)
_MONTHS = {
    **{name: number for number, name in enumerate(_MONTH_NAMES, start=1)},
    **{name[:3]: number for number, name in enumerate(_MONTH_NAMES, start=1)},
    "sept": 9,
}
_DATE = re.compile(
    r"\b(?:(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[ -]?"
    rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b[.,]?[ -]?"
    r"(?P<year>(?:19|20)[0-9]{2})"
    r"|(?P<day2>[0-9]{1,2})/(?P<month2>[0-9]{1,2})/(?P<year2>(?:19|20)[0-9]{2}))\b",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(rf"\bpublished:?(?: on)?:? (?P<date>{_DATE.pattern})", re.IGNORECASE)
_ENDS_IN_PUBLISHED = re.compile(r"\bpublished:?(?: on)?:?$", re.IGNORECASE)


def _as_date(match: re.Match[str]) -> date | None:
    """The date that was found, or `None` for one that there is not, as 31 February."""
    written = match["month"]
    month = _MONTHS[written.lower()] if written else int(match["month2"])
    try:
        return date(int(match["year"] or match["year2"]), month, int(match["day"] or match["day2"]))
    except ValueError:
        return None


def _only_date(text: str) -> date | None:
    """The date of a text that states one and no other number, as a span would."""
    match = _DATE.search(text)
    if match is None or re.search("[0-9]", text[: match.start()] + text[match.end() :]):
        return None
    return _as_date(match)


def _machine_date(text: str) -> date | None:
    """The day that an attribute `datetime` means in England."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo:
            # Midnight in summer is 23:00 UTC of the day before; an hour more is harmless in winter.
            moment = moment.astimezone(UTC) + timedelta(hours=1)
    except (ValueError, OverflowError):
        return _only_date(text)
    return moment.date()


def _dates_of(page: _Page, element: _Element) -> list[date]:
    """The date of an element, as its words say it and as its attribute does."""
    found = []
    for text, read in (
        (_words(element), _only_date),
        (_squeezed(element.get("datetime", "")), _machine_date),
    ):
        day = read(text)
        if day:
            found.append(day)
        elif text:
            page.report("date_unreadable", text)
    return found


# --- Providers' pages ---------------------------------------------------------------------------

_FILE_PATH = re.compile(r"/file/[0-9]+(?:/|$)", re.IGNORECASE)
_PDF_PATH = re.compile(r"\.pdf$", re.IGNORECASE)
# What follows the kind: `, pdf - 15 July 2021`, ` as pdf - …`, ` (PDF, 200 KB)`; ` - 15 July 2021`
_TAILS = (
    re.compile(r"(?:^|[ ,(]{1,3})(?:as (?:an? )?)?pdf\b(?P<rest>.*)$", re.IGNORECASE),
    re.compile(rf" ?[-–—] ?(?P<rest>{_DATE.pattern}.*)$", re.IGNORECASE),
)
_SIZE = re.compile(r"\b[0-9][0-9.,]* ?[kmg]i?b\b", re.IGNORECASE)
_URN_ON_PAGE = re.compile(r"\bURN\b\W{0,5}([0-9]{3,9})\b")


@dataclass(frozen=True, slots=True)
class _ReportLink:
    """A link to a report.

    Attributes:
        element: The link.
        address: Where it leads.
        is_plain: Whether class or address say that it is one, and not only the end of its name.
    """

    element: _Element
    address: str
    is_plain: bool


def _report_links(page: _Page) -> list[_ReportLink]:
    links = []
    main = _main(page)
    for element in page.tagged("a", "area"):
        is_named = page.is_part_of(element, "publication-link")
        address = page.resolve(href) if (href := element.get("href", "").strip()) else None
        if address is None:
            if is_named:
                page.report("publication_address_unreadable", href or "The link has no address.")
            continue
        path = urlsplit(address).path
        is_plain = is_named or bool(_FILE_PATH.search(path))
        around = list(element.iterancestors())
        is_pdf_of_page = (
            _PDF_PATH.search(path)
            and not any(outer.tag in _AROUND for outer in around)
            and (main in around or any(page.is_part_of(outer, "timeline") for outer in around))
        )
        if is_plain or is_pdf_of_page:
            links.append(_ReportLink(element, address, is_plain))
    return links


def _events(page: _Page) -> list[_Element]:
    """The items of the timeline."""
    return [
        element
        for element in page.elements
        if any(re.match(r"timeline__day(--|$)", name) for name in _classes(element))
        or (
            element.tag == "li"
            and element.getparent() is not None
            and "timeline" in _classes(element.getparent())
        )
    ]


def _report_events(page: _Page, links: list[_ReportLink]) -> None:
    """Report what stands in the timeline and is neither a report nor a known event without one."""
    known = {row["modifier"] for row in read_table(__package__, "timeline_events")}
    places = [page.begins[link.element] for link in links]
    for item in _events(page):
        modifiers = [name for name in _classes(item) if name.startswith("timeline__day--")]
        for name in modifiers:
            if name.removeprefix("timeline__day--") not in known:
                page.report("timeline_event_never_met", name)
        has_report = bisect_left(places, page.begins[item]) < bisect_left(places, page.ends[item])
        if not modifiers and not has_report:
            times = [element for element in page.within(item) if element.tag == "time"]
            text = _DATE.sub("", _words(item, without=frozenset(times)))
            page.report("timeline_event_never_met", _squeezed(text) or "An event without words.")


def _publications(page: _Page, links: list[_ReportLink]) -> tuple[Publication, ...]:
    scopes = _scopes(page, links)
    found: dict[str, Publication] = {}
    for link, scope in zip(links, scopes, strict=True):
        publication = _publication(page, link, scope)
        before = found.get(link.address)
        found[link.address] = _completed(page, before, publication) if before else publication
    for address, publication in found.items():
        if publication.published_date is None:
            page.report("publication_undated", f"{publication.link_text}: {address}")
        if publication.event_date is None:
            page.report("event_undated", f"{publication.link_text}: {address}")
        elif publication.published_date and publication.event_date > publication.published_date:
            page.report(
                "event_after_publication",
                f"{publication.event_date} and {publication.published_date}: {address}",
            )
    return tuple(found.values())


def _completed(page: _Page, first: Publication, again: Publication) -> Publication:
    """The publication of an address that the page links to twice: the first counts."""
    if again.link_text and first.link_text and again.link_text != first.link_text:
        page.report("link_text_disagrees", f"{first.link_text} and {again.link_text}")
    for code, one, other in (
        ("published_date_disagrees", first.published_date, again.published_date),
        ("event_date_disagrees", first.event_date, again.event_date),
    ):
        if one and other and one != other:
            page.report(code, f"{one} and {other}: {first.address}")
    return msgspec.structs.replace(
        first,
        link_text=first.link_text or again.link_text,
        kind=first.kind or again.kind,
        published_date=first.published_date or again.published_date,
        event_date=first.event_date or again.event_date,
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where the dates of a publication are looked for.

    Attributes:
        own: The largest element in the timeline's item that holds no other publication.
        item: The item, which may hold several.
        of_others: Elements in the item that belong to other publications.
    """

    own: _Element
    item: _Element
    of_others: frozenset[_Element]

    def parts(self) -> Iterator[tuple[_Element, frozenset[_Element]]]:
        """The elements to look in, nearest first, each with what is left out of it."""
        yield self.own, frozenset()
        if self.item is not self.own:
            yield self.item, self.of_others | {self.own}


def _scopes(page: _Page, links: list[_ReportLink]) -> list[_Scope]:
    events = set(_events(page))
    runs = _Runs([(page.begins[link.element], link.address) for link in links])
    found = []
    for link in links:
        item = _item(page, link.element, events)
        own = link.element
        while own is not item and runs.is_one(
            page.begins[own.getparent()], page.ends[own.getparent()]
        ):
            own = own.getparent()
        found.append((own, item))
    by_item: dict[_Element, set[_Element]] = {}
    for own, item in found:
        by_item.setdefault(item, set()).add(own)
    return [_Scope(own, item, frozenset(by_item[item] - {own})) for own, item in found]


def _item(page: _Page, link: _Element, events: set[_Element]) -> _Element:
    around = list(link.iterancestors())
    likely = (
        [outer for outer in around if outer in events],
        [outer for outer in around if outer.tag in ("article", "li", "tr")],
        [outer for outer in around if "event" in _classes(outer)],
        [outer for outer in around[:1] if outer.tag not in _LISTS],
        [link],
    )
    return next(outers[0] for outers in likely if outers)


def _publication(page: _Page, link: _ReportLink, scope: _Scope) -> Publication:
    hidden = _hidden(page, link.element)
    visible = _words(link.element, without=hidden)
    spoken = [_words(element) for element in hidden]
    spoken += [_squeezed(link.element.get(name, "")) for name in ("aria-label", "title")]
    spoken = [text for text in spoken if text]
    text = visible or next((words for said in spoken if (words := _kind_words(said))), "")
    return Publication(
        address=link.address,
        link_text=text,
        kind=_kind(page, text, spoken),
        published_date=_published_date(page, link.address, (*spoken, visible), scope),
        event_date=_event_date(page, link, scope),
    )


def _hidden(page: _Page, link: _Element) -> list[_Element]:
    """The parts of a link that only screen readers say, by class, else by what they say."""
    within = page.within(link)
    by_class = [x for x in within if not _FOR_SCREEN_READERS.isdisjoint(_classes(x))]
    by_words = (x for x in within if x.tag == "span" and len(x) == 0 and _tail(_words(x)))
    return _outermost(page, by_class) or list(by_words)


def _tail(text: str) -> re.Match[str] | None:
    """What follows the kind in the words of a link, its group `rest` the part with the date."""
    return next((tail for pattern in _TAILS if (tail := pattern.search(text))), None)


def _kind_words(text: str) -> str:
    """The words of a link before `, pdf - 15 July 2021`."""
    tail = _tail(text)
    return text[: tail.start()].strip(" ,-–—(") if tail else text


def _kind(page: _Page, text: str, spoken: list[str]) -> str | None:
    """The kind by the words that are seen, else by those that are said."""
    row = _matching("link_texts", _kind_words(text))
    if row is None:
        page.report("link_text_never_met", _kind_words(text) or text or "A link without words.")
    rows = [found for said in spoken if (found := _matching("link_texts", _kind_words(said)))]
    kinds = list(dict.fromkeys(found["document_kind"] for found in ([row] if row else []) + rows))
    if len(kinds) > 1:
        page.report("kind_disagrees", f"{text} and {' '.join(spoken)}")
    return (kinds[0] or None) if kinds else None


def _published_date(
    page: _Page, address: str, link_texts: Iterable[str], scope: _Scope
) -> date | None:
    days = [day for text in link_texts if (day := _date_of_link(page, text))]
    for part, without in scope.parts():
        stated = _stated_publications(page, part, without)
        if not stated:
            continue
        if part is scope.own:
            days += stated
        elif days:
            days += [] if days[0] in stated else stated
        elif len(set(stated)) == 1:  # of several, nothing says which is this one's
            days += stated
        break
    different = list(dict.fromkeys(days))
    if len(different) > 1:
        page.report("published_date_disagrees", f"{' and '.join(map(str, different))}: {address}")
    return days[0] if days else None


def _date_of_link(page: _Page, text: str) -> date | None:
    """The date at the end of a link's words."""
    tail = _tail(text)
    if tail is None:
        return None
    found = list(_DATE.finditer(tail["rest"]))
    day = _as_date(found[-1]) if found else None
    if day is None and re.search("[0-9]", _SIZE.sub("", tail["rest"])):
        page.report("date_unreadable", text)
    return day


def _stated_publications(page: _Page, part: _Element, without: frozenset[_Element]) -> list[date]:
    days: list[date] = []
    for element in page.within(part):
        if element.tag == "time" and _is_publication(element) and not _lies_in(element, without):
            days += _dates_of(page, element)
    for match in _PUBLISHED.finditer(_words(part, without=without)):
        day = _as_date(match)
        if day:
            days.append(day)
        else:
            page.report("date_unreadable", match.group())
    return days


def _is_publication(time: _Element) -> bool:
    """Whether a `time` is the day of publication, by its attribute or the word before it."""
    return "pubdate" in time.attrib or bool(_ENDS_IN_PUBLISHED.search(_text_before(time)))


def _text_before(element: _Element) -> str:
    """The words before an element that are nearest to it."""
    node = element
    while node is not None:
        previous = node.getprevious()
        if previous is not None:
            text = f"{_words(previous)} {previous.tail or ''}"
            node = previous
        else:
            node = node.getparent()
            text = node.text or "" if node is not None else ""
        if words := _squeezed(text):
            return words
    return ""


def _lies_in(element: _Element, outers: frozenset[_Element]) -> bool:
    return bool(outers) and (
        element in outers or any(outer in outers for outer in element.iterancestors())
    )


def _event_date(page: _Page, link: _ReportLink, scope: _Scope) -> date | None:
    """The day that the timeline's item bears, else the first in it that is none of publication."""
    for find in (_timeline_dates, _other_times):
        for part, without in scope.parts():
            elements = [x for x in find(page, link, part) if not _lies_in(x, without)]
            if not elements:
                continue
            before = [x for x in elements if page.begins[x] < page.begins[link.element]]
            nearest = before[-1] if before and find is _timeline_dates else elements[0]
            times = [x for x in page.within(nearest) if x.tag == "time"]
            days = _dates_of(page, times[0] if times else nearest)
            if len(set(days)) > 1:
                page.report("event_date_disagrees", f"{days[0]} and {days[1]}: {link.address}")
            return days[0] if days else None
    return None


def _timeline_dates(page: _Page, link: _ReportLink, part: _Element) -> list[_Element]:
    """What the timeline marks as the day of an event."""
    marked = _outermost(
        page, [x for x in page.within(part) if page.is_part_of(x, "timeline__date")]
    )
    return [
        element
        for element in marked
        if not any(x.tag == "time" and _is_publication(x) for x in page.within(element))
    ]


def _outermost(page: _Page, elements: Iterable[_Element]) -> list[_Element]:
    """Those of the elements that lie in none of the others; all are in the order of the page."""
    found: list[_Element] = []
    for element in elements:
        if not found or not page.holds(found[-1], element):
            found.append(element)
    return found


def _other_times(page: _Page, link: _ReportLink, part: _Element) -> list[_Element]:
    """Every other time beside the link."""
    return [
        element
        for element in page.within(part)
        if element.tag == "time"
        and not page.holds(link.element, element)
        and not _is_publication(element)
    ]


def _provider_name(page: _Page) -> str | None:
    titles = [
        words
        for element in page.tagged("h1")
        if "heading--title" in _classes(element) and (words := _words(element, with_hidden=False))
    ]
    for words in (*titles, *_main_headings(page), _title(page)):
        if words:
            return words
    page.report("provider_unnamed", f"{page.address} gives no name.")
    return None


def _provider_urn(page: _Page) -> str | None:
    """The number that the page says, held against that of its address."""
    in_words = _URN_ON_PAGE.search(_words(page.root))
    said = [in_words[1]] if in_words else []
    for element in page.tagged("link", "meta"):
        if "canonical" in element.get("rel", "").lower().split():
            said += _urns_in(element.get("href", ""))
        elif element.get("property") == "og:url":
            said += _urns_in(element.get("content", ""))
    different = list(dict.fromkeys([*said, *_urns_in(page.address)]))
    if len(different) > 1:
        page.report("provider_urn_disagrees", f"{' and '.join(different)}: {page.address}")
    return said[0] if said else None


def _urns_in(address: str) -> list[str]:
    found = re.search(rf"/provider/[^/]+/({_URN.pattern})(?![0-9A-Za-z])", address)
    return [found[1]] if found else []
