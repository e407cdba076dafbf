"""Search pages: which authorities they list, and what is reported or refused."""

import re

import pytest

from assets.letters.site.markup import UnreadablePage
from assets.letters.site.search_page import SearchPage, read_search_page
from assets.model import Signal
from tests.assets.letters.site.samples import SITE, html

ADDRESS = f"{SITE}/search?level_1_types=3&start=0&rows=100"
TARNSHIRE = '<li><h3><a href="/provider/44/80999">Tarnshire</a></h3></li>'
HOLME = '<li><h3>Holme</h3><a href="/provider/44/80998"><img></a></li>'


def read(items: str, count: str = "2", below: str = "") -> SearchPage:
    content = html(
        "<h2>Biscuits</h2><main><h1>Search results</h1>"
        f'<strong class="results-count">{count}</strong>'
        f'<ul class="results-list">{items}</ul>{below}</main>'
    )
    return read_search_page(content, ADDRESS)


def test_a_search_page_lists_the_authorities_once_and_in_order() -> None:
    page = read(
        '<li class="search-result"><h3 class="search-result__title">'
        '<a href="/provider/44/80999">Tarnshire</a></h3>'
        '<a href="/provider/44/80999">Reports</a></li>'
        '<li class="search-result"><h3 class="search-result__title">'
        '<a href="/provider/44/2700001">\n   Sedge &amp;   <b>Holme</b> </a></h3></li>',
        below='<a class="pagination__next" href="/search?start=100">Next</a>',
    )
    assert page == SearchPage(
        providers={"80999": "Tarnshire", "2700001": "Sedge & Holme"},
        claimed_count=2,
        has_next=True,
        signals=(),
    )


@pytest.mark.parametrize(
    "href",
    [
        "/provider/44/80999",
        "../provider/44/80999/",
        "/provider/44/80999?from=search&amp;page=2#reports",
        "/provider/44/80999/tarnshire-county-council",
        " //reports.example/provider/44/80999\n",
    ],
)
def test_an_authority_is_known_by_the_path_of_its_link(href: str) -> None:
    page = read(f'<li><a href="{href}">Tarnshire</a></li>', "1")
    assert (page.providers, page.signals) == ({"80999": "Tarnshire"}, ())


@pytest.mark.parametrize(
    "item",
    [
        '<div id="x"><a href="/provider/44/80999">Tarnshire</a></div>',
        '<table><tr><td><a href="/provider/44/80999"><span>Tarnshire</span></a></table>',
        '<li><a href="/provider/44/80999"><img></a><h3>Tarnshire</h3></li>',
        '<li><a href="/provider/44/80999"></a><a href="/provider/44/80999">Tarnshire</a></li>',
    ],
)
def test_an_authority_and_its_name_are_found_wherever_they_stand(item: str) -> None:
    page = read(HOLME + item)
    assert page.providers == {"80998": "Holme", "80999": "Tarnshire"}
    assert page.signals == ()


def test_words_that_stand_for_several_authorities_are_no_name() -> None:
    items = "".join(
        f'<div><h4>{name}</h4><a href="/provider/44/{urn}">View reports</a></div>'
        for urn, name in (("80998", "Holme"), ("80999", "Tarnshire"))
    )
    assert list(read(items).providers.values()) == ["Holme", "Tarnshire"]


@pytest.mark.parametrize(
    ("item", "signal"),
    [
        (
            '<li><a href="/provider/44/80998"></a></li>',
            Signal("provider_unnamed", "80998 has no name."),
        ),
        (
            '<li><a href="/provider/45/123">Larkspur Academy Trust</a></li>',
            Signal("provider_type_never_met", "/provider/45/123: Larkspur Academy Trust"),
        ),
        (
            '<li><a href="/provider/44/80999x">Larkspur</a></li>',
            Signal("provider_type_never_met", "/provider/44/80999x: Larkspur"),
        ),
    ],
)
def test_what_is_odd_in_a_list_is_reported(item: str, signal: Signal) -> None:
    page = read(TARNSHIRE + item)
    assert next(iter(page.providers.items())) == ("80999", "Tarnshire")
    assert page.signals == (signal,)


def test_other_providers_around_the_results_are_nothing_odd() -> None:
    link = '<a href="/provider/21/100">Larkspur Primary School</a>'
    assert read(TARNSHIRE, below=f"<footer>{link}</footer>").signals == ()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("153", 153),
        ("1,153 results", 1153),
        ("  153\n search results found ", 153),
        ("Showing 1 to 100 of 1,153 results", 1153),
        ("1 - 100 of 153", 153),
        ("No results found", 0),
        ("many", None),
        ("99999999999999999999", None),
    ],
)
def test_the_number_of_results(text: str, count: int | None) -> None:
    page = read(TARNSHIRE, text)
    assert page.claimed_count == count
    assert len(page.signals) == (count is None)
    assert all(signal.code == "results_count_unreadable" for signal in page.signals)


def test_the_number_of_results_is_found_without_its_class() -> None:
    text = "<select><option>100 results</option></select><p>132 results found</p>"
    assert read_search_page(html(text + TARNSHIRE), ADDRESS).claimed_count == 132


@pytest.mark.parametrize(
    ("below", "has_next"),
    [
        ('<a class="pagination__next" href="?start=100">›</a>', True),
        ('<a rel="next" href="?start=100">›</a>', True),
        ('<a href="/search?start=100"> Next page »</a>', True),
        ('<a class="pagination__next">Next</a>', False),
        ('<a class="pagination__next disabled" href="?start=100">Next</a>', False),
        ('<a href="/advice">Next steps for parents</a>', False),
        ("", False),
    ],
)
def test_whether_there_is_a_further_page(below: str, has_next: bool) -> None:
    assert read(TARNSHIRE, below=below).has_next is has_next


@pytest.mark.parametrize("count", [0, 132])
def test_a_search_page_without_authorities_is_empty_if_it_gives_a_number(count: int) -> None:
    page = read("", str(count))
    assert (page.providers, page.claimed_count, page.has_next) == ({}, count, False)


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 \xff\xfe", "begins '%PDF-1.7"),
        (html("<h1>Welcome to our new site</h1>"), "headed 'Welcome to our new site'"),
        (html("<p>Soon.</p>", "Opening soon"), "headed 'Opening soon'"),
        (html(TARNSHIRE)[:-7], "breaks off"),
    ],
)
def test_a_page_that_is_no_list_is_refused_with_what_was_seen(content: bytes, seen: str) -> None:
    with pytest.raises(UnreadablePage, match=re.escape(seen)) as refused:
        read_search_page(content, ADDRESS)
    assert str(refused.value).startswith(ADDRESS)
