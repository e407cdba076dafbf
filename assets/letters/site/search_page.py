"""A page of the site's search: which authorities it lists, and how many it says there are.

Here belongs everything that knows this page's markup. It is known at second hand, so a fact is looked
for in several ways in turn, and what does not add up is a `Signal`.
"""

import re
from collections import Counter, defaultdict
from urllib.parse import urlsplit

import msgspec

from assets.letters.site.markup import (
    Element,
    UnreadablePage,
    appearance,
    link_address,
    part_without,
    short,
    whole_page,
    words,
)
from assets.model import Signal

#: 44 is the site's number for local authorities among the types of providers.
_AUTHORITY_PATH = re.compile(r"/provider/44/([0-9]{3,9})(?:/|$)")

_PROVIDER_LINKS = '//a[contains(@href, "provider/")]'
_IS_AROUND_THE_PAGE = "boolean(ancestor::header or ancestor::footer or ancestor::nav)"
_NEXT_LINKS = """
    //a[@href and not(contains(@class, "disabled") or @aria-disabled = "true")][
        contains(@class, "pagination__next") or @rel = "next"
        or re:test(normalize-space(.), "^next( page| results)?\\W*$", "i")
    ]
"""
_REGULAR_EXPRESSIONS = {"re": "http://exslt.org/regular-expressions"}

_NUMBER = r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})\b"
#: `1,153 results`, `1 to 100 of 1,153`, `153`
_COUNTS = (rf"(?<![0-9,]){_NUMBER} (?:\w+ )?results?\b", rf"\bof {_NUMBER}", rf"^{_NUMBER}$")
_NO_RESULTS = r"\bno (?:\w+ )?results?\b"


class ProviderLink(msgspec.Struct, frozen=True):
    """An authority as a search page lists it.

    Attributes:
        urn: Ofsted's number of it.
        name: Its name as listed; empty, and reported, where none stands with the link.
    """

    urn: str
    name: str


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """What one page of search results says.

    Attributes:
        providers: The authorities in the order of the page, each once.
        claimed_count: How many results the page says that the search has, on all its pages.
        has_next: Whether the page offers a further one.
        signals: What does not add up.
    """

    providers: tuple[ProviderLink, ...]
    claimed_count: int | None
    has_next: bool
    signals: tuple[Signal, ...]


def read_search_page(content: bytes, address: str, encoding: str | None = None) -> SearchPage:
    """Read a page of search results.

    Args:
        content: The page.
        address: Where it was had from; links are resolved against it.
        encoding: The character set that the response's `Content-Type` names, if any.

    Raises:
        UnreadablePage: It breaks off, or names no authority and no number of results.
    """
    root = whole_page(content, address, encoding)
    signals: list[Signal] = []
    providers = _providers(root, signals)
    claimed_count = _claimed_count(root)
    if claimed_count is None:
        if not providers:
            raise UnreadablePage(
                f"{address} is not a page of search results: it links to no local authority and "
                f"gives no number of results. {appearance(root)}"
            )
        signals.append(Signal("results_count_unreadable", "The page gives no number of results."))
    return SearchPage(
        providers=providers,
        claimed_count=claimed_count,
        has_next=bool(root.xpath(_NEXT_LINKS, namespaces=_REGULAR_EXPRESSIONS)),
        signals=tuple(dict.fromkeys(signals)),
    )


def _providers(root: Element, signals: list[Signal]) -> tuple[ProviderLink, ...]:
    """The authorities that are linked to, wherever the link stands."""
    links: dict[str, list[Element]] = defaultdict(list)
    for link in root.xpath(_PROVIDER_LINKS):
        path = urlsplit(link_address(link) or "").path
        if found := _AUTHORITY_PATH.search(path):
            links[found[1]].append(link)
        elif "/provider/" in path and not link.xpath(_IS_AROUND_THE_PAGE):
            signals.append(Signal("provider_type_never_met", short(f"{path}: {words(link)}")))
    names = {urn: _names(same, links) for urn, same in links.items()}
    # What stands with several authorities, such as `View reports`, is nobody's name.
    bearers = Counter(name for same in names.values() for name in set(same))
    providers = []
    for urn, same in names.items():
        name = next((name for name in same if bearers[name] == 1), "")
        if not name:
            signals.append(Signal("provider_unnamed", f"{urn} is listed without a name."))
        providers.append(ProviderLink(urn, name))
    return tuple(providers)


def _names(same: list[Element], links: dict[str, list[Element]]) -> list[str]:
    """What may be an authority's name, likeliest first: the words of its links, its headings."""
    others = {link for several in links.values() for link in several} - set(same)
    entry = part_without(same[0], others)
    found = [*same, *entry.xpath(".//h2 | .//h3 | .//h4")]
    return [name for element in found if (name := words(element))]


def _claimed_count(root: Element) -> int | None:
    """The number of results: where its class says so, else wherever the page speaks of results."""
    marked = [words(element) for element in root.xpath('//*[contains(@class, "results-count")]')]
    for text, patterns in [*((text, _COUNTS) for text in marked), (words(root), _COUNTS[:1])]:
        for pattern in patterns:
            if found := re.search(pattern, text, re.IGNORECASE):
                return int(found[1].replace(",", ""))
        if re.search(_NO_RESULTS, text, re.IGNORECASE):
            return 0
    return None
