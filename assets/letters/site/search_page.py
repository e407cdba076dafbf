"""A page of the site's search: which authorities it lists, and how many it says there are.

Here belongs everything that knows this page's markup. It is known at second hand, so a fact is
looked for in several ways in turn, and what does not add up is a `Signal`.
"""

import re
from collections import Counter
from functools import cache
from urllib.parse import urlsplit

import msgspec

from assets.letters.site.markup import (
    NAMESPACES,
    Element,
    Oddities,
    Parts,
    UnreadablePage,
    appearance,
    as_signals,
    link_address,
    parsed,
    words,
)
from assets.model import Signal

#: 44 is the site's number for local authorities among the types of providers.
_AUTHORITY_PATH = re.compile(r"/provider/44/([0-9]{3,9})(?:/|$)")

_PROVIDER_LINKS = '//a[contains(@href, "provider/")]'
_IS_AROUND_THE_PAGE = "boolean(ancestor::header or ancestor::footer or ancestor::nav)"
_NEXT_LINKS = """
    //a[@href and not(contains(@class, "disabled"))][
        contains(@class, "pagination__next") or @rel = "next"
        or re:test(normalize-space(.), "^next( page| results)?\\W*$", "i")
    ]
"""

_NUMBER = r"([0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,9})\b"
#: `1,153 results`, `1 to 100 of 1,153`, `153`
_COUNTS = (rf"(?<![0-9,]){_NUMBER} (?:\w+ )?results?\b", rf"\bof {_NUMBER}", rf"^{_NUMBER}$")
_NO_RESULTS = r"\bno (?:\w+ )?results?\b"


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """What one page of search results says.

    Attributes:
        providers: The authorities in the order of the page: Ofsted's number of each, and its name
            as listed; empty, and reported, where none stands with the link.
        claimed_count: How many results the page says that the search has, on all its pages.
        has_next: Whether the page offers a further one.
        signals: What does not add up.
    """

    providers: dict[str, str]
    claimed_count: int | None
    has_next: bool
    signals: tuple[Signal, ...]


def read_search_page(
    content: bytes, address: str, encoding: str | None = None, *, may_be_empty: bool = False
) -> SearchPage:
    """Read a page of search results.

    Args:
        content: The page.
        address: Where it was had from; links are resolved against it.
        encoding: The character set that the response's `Content-Type` names, if any.
        may_be_empty: Whether there may be neither an authority nor a number, as after the last one.

    Raises:
        UnreadablePage: It breaks off, or names no authority and no number of results.
    """
    root = parsed(content, address, encoding)
    odd: Oddities = []
    providers = _providers(root, odd)
    claimed_count = _claimed_count(root)
    if claimed_count is None:
        if not providers and not may_be_empty:
            raise UnreadablePage(
                f"{address} is not a page of search results: it links to no local authority and "
                f"gives no number of results. {appearance(root)}"
            )
        odd.append(("results_count_unreadable", "The page gives no number of results."))
    return SearchPage(
        providers=providers,
        claimed_count=claimed_count,
        has_next=bool(root.xpath(_NEXT_LINKS, namespaces=NAMESPACES)),
        signals=as_signals(odd),
    )


def _providers(root: Element, odd: Oddities) -> dict[str, str]:
    """The authorities that are linked to, wherever the link stands."""
    links: dict[Element, str] = {}
    for link in root.xpath(_PROVIDER_LINKS):
        path = urlsplit(link_address(link) or "").path
        if found := _AUTHORITY_PATH.search(path):
            links[link] = found[1]
        elif "/provider/" in path and not link.xpath(_IS_AROUND_THE_PAGE):
            odd.append(("provider_type_never_met", f"{path}: {words(link)}"))
    # What stands with several authorities, such as `View reports`, is nobody's name.
    texts = {link: words(link) for link in links}
    bearers = Counter(text for text, _ in {(texts[link], urn) for link, urn in links.items()})
    parts, heading = Parts(links), cache(_heading)
    names: dict[str, str] = {}
    for link, urn in links.items():
        own = texts[link] if bearers[texts[link]] == 1 else ""
        names[urn] = names.get(urn) or own or heading(parts.around(link))
    odd += (("provider_unnamed", f"{urn} has no name.") for urn, name in names.items() if not name)
    return names


def _heading(part: Element) -> str:
    """The heading in that part of the page that links to no other authority."""
    found = part.xpath(".//h2 | .//h3 | .//h4")
    return next(filter(None, map(words, found)), "")


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
