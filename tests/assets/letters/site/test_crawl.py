"""The list of all publications: what is asked for, and when the list is not believed."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from assets.letters.site.client import Client
from assets.letters.site.crawl import Crawled, crawl, refuse_lost_publications
from assets.letters.source import SourceUnavailable
from assets.model import Listing
from tests.assets.letters.site.conftest import publication, settings_for
from tests.site import SITE_ERROR, Answer, Content, Empty, Page, Replaced, Reset, Site, Status

MakeSite = Callable[..., Site]

NO_COUNT = Replaced(rb'<p>Results: <strong class="results-count">.*?</strong></p>')
NO_NEXT = rb'<div class="pagination">.*?</div>'


def listed(site: Site, before: Iterable[Listing] = (), **values: Any) -> Crawled:
    settings = settings_for(site, **values)
    return crawl(Client(settings), tuple(before), lambda done, total: None)


def before(*urns: int) -> list[Listing]:
    """What was listed the last time: one publication of each of these authorities."""
    return [Listing(source="ofsted", file_name=f"{urn}.pdf", ofsted_urn=str(urn)) for urn in urns]


def files(crawled: Crawled) -> list[str]:
    return [urlsplit(one.publication.address).path for one in crawled.published]


def of_site(site: Site) -> list[str]:
    return sorted(one.path for one in site.publications)


def codes(crawled: Crawled) -> set[str]:
    return {signal.code for signal in crawled.signals}


def details(crawled: Crawled, code: str) -> list[str]:
    return [signal.detail for signal in crawled.signals if signal.code == code]


def searches(site: Site) -> list[dict[str, str]]:
    return [
        {name: values[0] for name, values in parse_qs(urlsplit(one.path).query).items()}
        for one in site.requests
        if one.path.startswith("/search?")
    ]


def provider_pages(site: Site) -> list[str]:
    return [one.path for one in site.requests if one.path.startswith("/provider/")]


# --- What is asked for ----------------------------------------------------------------------------


def test_every_page_is_asked_for_once_and_all_is_listed(make_site: MakeSite) -> None:
    site = make_site(230, each=2)
    crawled = listed(site)
    assert sorted(files(crawled)) == of_site(site)
    assert [search["start"] for search in searches(site)] == ["0", "100", "200"]
    for search in searches(site):
        assert search["rows"] == "100"
        assert (search["level_1_types"], search["level_2_types[]"]) == ("3", "12")
    assert sorted(provider_pages(site)) == sorted(
        {f"/provider/44/{one.urn}" for one in site.publications}
    )
    assert len(site.requests) == 1 + 3 + 230
    assert (crawled.unread, crawled.signals) == (frozenset(), ())
    first = crawled.published[0]
    assert (first.urn, first.authority_name) == ("80001", "Council 80001")


@pytest.mark.parametrize(
    ("rows_at_most", "pages"), [(100, 1), (12, 1), (11, 2), (7, 2), (1, 12), (6, 2), (5, 3)]
)
def test_pages_may_be_shorter_than_asked_for(
    make_site: MakeSite, rows_at_most: int, pages: int
) -> None:
    site = make_site(12)
    site.rows_at_most = rows_at_most
    assert sorted(files(listed(site))) == of_site(site)
    assert len(searches(site)) == pages


@pytest.mark.parametrize(
    ("answer", "signals"),
    [
        (Replaced(NO_NEXT), set()),
        (Replaced(rb"pagination__next|pagination|Next", b"other"), set()),
        (NO_COUNT, {"results_count_unreadable"}),
        (Replaced(rb">12<", b">a dozen<"), {"results_count_unreadable"}),
        (Replaced(rb"results-count", b"count"), {"results_count_unreadable"}),
        # Neither says that there is more: then only going on tells.
        (Replaced(NO_NEXT + rb"|<strong.*?</strong></p>"), {"results_count_unreadable"}),
    ],
    ids=["no link", "another link", "no count", "in words", "another mark", "neither"],
)
def test_one_sign_of_further_pages_is_enough(
    make_site: MakeSite, answer: Answer, signals: set[str]
) -> None:
    site = make_site(12)
    site.rows_at_most = 5
    site.fail("/search", answer)
    crawled = listed(site)
    assert sorted(files(crawled)) == of_site(site)
    assert codes(crawled) == signals


def test_a_search_that_goes_round_in_a_circle_ends(make_site: MakeSite) -> None:
    site = make_site(12)
    site.rows_at_most = 5
    settings = settings_for(site)
    first = Client(settings).page(f"{site.url}/search?rows=100", lambda content, *_: content)
    site.requests.clear()
    site.fail("/search", Content(first))
    with pytest.raises(SourceUnavailable, match="12 results said, 5 found"):
        listed(site)
    assert len(searches(site)) == 2


def test_how_far_it_is_is_told(site: Site) -> None:
    site.publications = [publication(number, urn=80_001 + number) for number in range(5)]
    told: list[tuple[int, int]] = []
    settings = settings_for(site)
    crawl(Client(settings), (), lambda done, total: told.append((done, total)))
    assert told == [(done, 5) for done in range(1, 6)]


KINDS = {
    "Children's services focused visit": "focused_visit",
    "Children's services inspection": "ilacs_inspection",
    "Joint area child protection inspection": "jtai",
    "Area SEND full inspection": "area_send_inspection",
    "Monitoring visit": "monitoring_visit",
    "Joint area review - progress inspection": None,
    "A kind never met before": None,
}


def test_all_kinds_are_listed_and_new_words_are_told(site: Site) -> None:
    site.publications = [publication(number, link_text=words) for number, words in enumerate(KINDS)]
    crawled = listed(site)
    assert {one.publication.link_text: one.publication.kind for one in crawled.published} == KINDS
    assert details(crawled, "link_text_never_met") == ["A kind never met before"]
    assert codes(crawled) == {"link_text_never_met"}


def test_a_publication_has_its_days(site: Site) -> None:
    (one,) = listed(site).published
    expected = site.publications[0]
    assert one.publication.published_date == expected.published
    assert one.publication.event_date == expected.event
    assert one.publication.address == f"{site.url}{expected.path}"


def test_two_names_of_one_authority_are_told(site: Site) -> None:
    site.fail("/provider/", Replaced(rb"Council 80001", b"City of Council"))
    crawled = listed(site)
    (detail,) = details(crawled, "provider_name_differs")
    assert "Council 80001" in detail
    assert "City of Council" in detail
    assert crawled.published[0].authority_name == "Council 80001"


# --- What the page says, held against what was found ----------------------------------------------


@pytest.mark.parametrize(
    ("claimed", "is_believed"),
    [(20, True), (21, True), (22, True), (23, False), (1153, False), (19, True), (0, True)],
)
def test_the_count_is_held_against_what_was_found(
    make_site: MakeSite, claimed: int, is_believed: bool
) -> None:
    site = make_site(20)
    site.claimed_count = claimed
    if is_believed:
        crawled = listed(site)
        assert len(crawled.published) == 20
        detail = f"{claimed} results said, 20 found"
        assert details(crawled, "results_count_differs") == ([] if claimed == 20 else [detail])
    else:
        with pytest.raises(SourceUnavailable, match=f"{claimed} results said, 20 found"):
            listed(site)
        assert provider_pages(site) == []


NO_SEARCH: list[tuple[Answer, str]] = [
    (Status(503), "answers 503"),
    (Status(404), "answers 404"),
    (Reset(), "cannot be reached"),
    (SITE_ERROR, "Slim Application Error"),
    (Empty(), "empty"),
    (Page("Welcome"), "not a page of search results"),
    (Content(b"<p>"), "not a page of search results"),
]


@pytest.mark.parametrize(("answer", "words"), NO_SEARCH, ids=[repr(one) for one, _ in NO_SEARCH])
def test_without_the_search_page_there_is_no_list(site: Site, answer: Answer, words: str) -> None:
    site.fail("/search", answer)
    with pytest.raises(SourceUnavailable) as raised:
        listed(site)
    message = str(raised.value)
    assert words in message
    assert "Nothing was changed." in message
    assert f"({site.url}/search?" in message
    assert provider_pages(site) == []


def test_an_empty_search_is_not_believed(site: Site) -> None:
    site.publications.clear()
    with pytest.raises(SourceUnavailable, match="lists no authority at all"):
        listed(site)


def test_the_second_search_page_counts_as_the_first(make_site: MakeSite) -> None:
    site = make_site(12)
    site.rows_at_most = 10
    site.fail("start=10", Status(503))
    with pytest.raises(SourceUnavailable, match="search page cannot be had"):
        listed(site)


# --- What there was before, held against what there is --------------------------------------------


def test_an_authority_that_the_search_leaves_out_is_asked_all_the_same(site: Site) -> None:
    site.publications.append(publication(2, urn=80002))
    site.fail("/search", Replaced(rb'<li class="search-result">[^\n]*Council 80002.*?</ul></li>'))
    site.claimed_count = 1
    crawled = listed(site, before(80001, 80002))
    assert sorted(files(crawled)) == of_site(site)
    assert details(crawled, "provider_not_in_search") == ["80002"]
    assert crawled.published[1].authority_name == "Council 80002", "as its own page says"


@pytest.mark.parametrize(
    ("there", "known", "share", "is_believed"),
    [
        (19, 20, 0.1, True),
        (18, 20, 0.1, True),
        (17, 20, 0.1, False),
        (1, 20, 0.1, False),
        (1, 2, 0.1, True),  # a single one may always be missing
        (1, 3, 0.1, False),
        (19, 20, 0.0, True),
        (18, 20, 0.0, False),
        (5, 20, 0.75, True),
        (4, 20, 0.75, False),
        (20, 0, 0.0, True),
    ],
)
def test_fewer_authorities_than_before(
    make_site: MakeSite, there: int, known: int, share: float, is_believed: bool
) -> None:
    site = make_site(there)
    listings = before(*(80_001 + number for number in range(known)))
    if is_believed:
        crawled = listed(site, listings, most_lost_share=share)
        assert len(crawled.published) == there
        assert len(details(crawled, "provider_gone")) == max(0, known - there)
    else:
        with pytest.raises(SourceUnavailable) as raised:
            listed(site, listings, most_lost_share=share)
        message = str(raised.value)
        assert message.startswith(f"{known - there} of {known} authorities are missing")
        assert "OFSTED_LETTERS_MOST_LOST_SHARE" in message
        assert provider_pages(site) == [], "that was clear before any was asked for"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Status(503), "provider_unread"),
        (Status(403), "provider_unread"),
        (SITE_ERROR, "provider_unread"),
        (Page("A page of another kind"), "provider_unread"),
        (Content(b"not a page"), "provider_unread"),
        # The search still lists it, so it is a fault that it is not there.
        (Status(404), "provider_unread"),
        (Page("Page not found"), "provider_unread"),
    ],
    ids=repr,
)
def test_a_single_page_may_fail(make_site: MakeSite, answer: Answer, code: str) -> None:
    site = make_site(4)
    site.fail("/provider/44/80002", answer)
    crawled = listed(site)
    assert len(crawled.published) == 3
    assert codes(crawled) == {code}
    (detail,) = details(crawled, code)
    assert detail.startswith("80002")
    assert crawled.unread == {"80002"}


@pytest.mark.parametrize("answer", [Status(404), Status(410), Page("Page not found")], ids=repr)
def test_a_page_is_gone_that_the_search_does_not_list(make_site: MakeSite, answer: Answer) -> None:
    site = make_site(4)
    site.fail("/provider/44/80009", answer)
    crawled = listed(site, before(80001, 80009))
    assert details(crawled, "provider_gone") == ["80009"]
    assert details(crawled, "provider_not_in_search") == ["80009"]
    assert crawled.unread == frozenset(), "its publications are gone with it"
    assert len(crawled.published) == 4


def test_an_authority_without_any_publication_is_told_if_it_had_some(make_site: MakeSite) -> None:
    site = make_site(4)
    empty = Replaced(rb'<li class="timeline__day">.*?</li>')
    site.fail("/provider/44/80002", empty)
    site.fail("/provider/44/80003", empty)
    crawled = listed(site, before(80001, 80002))
    assert [one.urn for one in crawled.published] == ["80001", "80004"]
    (detail,) = details(crawled, "provider_lost_all")
    assert detail.startswith("80002: ")
    assert crawled.unread == frozenset()


def test_a_page_that_fails_is_asked_for_once_more_at_the_end(make_site: MakeSite) -> None:
    site = make_site(12)
    site.fail("/provider/44/80002", Status(503), times=3)
    crawled = listed(site, attempts=3, requests_at_once=1)
    assert sorted(files(crawled)) == of_site(site)
    assert crawled.signals == ()
    assert provider_pages(site)[-1] == "/provider/44/80002"
    assert len(provider_pages(site)) == 12 + 3


def test_a_page_that_robots_txt_keeps_out_is_missing(make_site: MakeSite) -> None:
    site = make_site(3)
    site.robots = b"User-agent: *\nDisallow: /provider/44/80003\n"
    crawled = listed(site)
    assert crawled.unread == {"80003"}
    assert "robots.txt" in details(crawled, "provider_unread")[0]
    site.robots = b"User-agent: *\nDisallow: /provider/\n"
    with pytest.raises(SourceUnavailable, match=r"2 of 3 authorities' pages .*robots\.txt"):
        listed(site)


def test_many_pages_that_fail_stop_it_at_once(make_site: MakeSite) -> None:
    site = make_site(40)
    site.fail("/provider/", Status(500), SITE_ERROR)
    with pytest.raises(SourceUnavailable) as raised:
        listed(site, attempts=1)
    message = str(raised.value)
    assert re.match(r"5 of 40 authorities' pages are missing from the site's list", message)
    assert "10%" in message
    assert "The site answers 500" in message
    assert "Slim Application Error" in message
    assert len(provider_pages(site)) < 20, "those under way may end"


@pytest.mark.parametrize("answer", [Status(400), Status(503)], ids=repr)
@pytest.mark.parametrize(("failing", "is_believed"), [(1, True), (4, True), (5, False)])
def test_as_many_pages_may_fail_as_are_said(
    make_site: MakeSite, failing: int, is_believed: bool, answer: Answer
) -> None:
    site = make_site(40)
    for number in range(failing):
        site.fail(f"/provider/44/{80_001 + number}", answer)
    if is_believed:
        assert len(listed(site).unread) == failing
    else:
        with pytest.raises(SourceUnavailable):
            listed(site)


@pytest.mark.parametrize(
    ("known", "now", "share", "is_believed"),
    [
        ("abcdefghij", "bcdefghij", 0.1, True),
        ("abcdefghij", "cdefghij", 0.1, False),
        ("abcdefghij", "cdefghijklmnopqrstuv", 0.1, False),  # new ones make up for none
        ("abcdefghij", "cdefghij", 0.2, True),
        ("ab", "a", 0.0, True),
        ("abc", "c", 0.0, False),
        ("", "abc", 0.0, True),
        ("abc", "cba", 0.0, True),
    ],
)
def test_fewer_publications_than_before(
    site: Site, known: str, now: str, share: float, is_believed: bool
) -> None:
    settings = settings_for(site, most_lost_share=share)
    if is_believed:
        refuse_lost_publications(settings, known, now)
    else:
        with pytest.raises(SourceUnavailable, match=f"2 of {len(known)} publications are missing"):
            refuse_lost_publications(settings, known, now)
