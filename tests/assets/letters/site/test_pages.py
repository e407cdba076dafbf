"""Pages of the report site: what is found in them, what is reported, and what is refused."""

import os
import re
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.letters.site.pages import (
    PageFault,
    ProviderLink,
    ProviderPage,
    Publication,
    SearchPage,
    UnreadablePage,
    page_fault,
    read_provider_page,
    read_search_page,
)
from assets.model import Signal
from assets.rule_tables import read_table
from warehouse.codes import code_list

SHARED = Path(os.environ.get("OFSTED_LETTERS_SHARED") or Path(__file__).parents[5] / "shared")
SITE = "https://reports.example"
SEARCH = f"{SITE}/search?level_1_types=3&start=0&rows=100"
PROVIDER = f"{SITE}/provider/44/80999"
FOCUSED = "Children's services focused visit"
FILE = "https://files.example/v1/file/50000001"


def html(body: str, title: str = "Tarnshire", head: str = "") -> bytes:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/>{head}'
        f"<title>{title} - Find an Inspection Report - Ofsted</title></head>"
        f"<body>{body}</body></html>"
    ).encode()


def codes(page: SearchPage | ProviderPage) -> list[str]:
    return [signal.code for signal in page.signals]


# --- Search pages -------------------------------------------------------------------------------

TARNSHIRE = '<li><h3><a href="/provider/44/80999">Tarnshire</a></h3></li>'


def results(items: str, count: str = "2", below: str = "") -> bytes:
    return html(
        f'<main><strong class="results-count">{count}</strong>'
        f'<ul class="results-list">{items}</ul>{below}</main>',
        title="Search results",
    )


def search(content: bytes, address: str = SEARCH) -> SearchPage:
    return read_search_page(content, address)


def test_a_search_page_lists_the_authorities_once_and_in_order() -> None:
    page = search(
        results(
            '<li class="search-result"><h3 class="search-result__title">'
            '<a href="/provider/44/80999">Tarnshire</a></h3>'
            '<a href="/provider/44/80999">Reports</a></li>'
            '<li class="search-result"><h3 class="search-result__title">'
            '<a href="/provider/44/2700001">\n   Sedge &amp;   <b>Holm</b>e </a></h3></li>',
            below='<a class="pagination__next" href="/search?start=100">Next</a>',
        )
    )
    assert page == SearchPage(
        providers=(ProviderLink("80999", "Tarnshire"), ProviderLink("2700001", "Sedge & Holme")),
        claimed_count=2,
        has_next=True,
        signals=(),
    )


@pytest.mark.parametrize(
    "href",
    [
        "/provider/44/80999",
        "provider/44/80999",
        "/provider/44/80999/",
        "/provider/44/80999?from=search&amp;page=2",
        "/provider/44/80999#reports",
        "/provider/44/80999/tarnshire-county-council",
        "https://reports.example/provider/44/80999",
        "//reports.example/provider/44/80999",
        "  /provider/44/80999\n",
    ],
)
def test_an_authority_is_known_by_the_path_of_its_link(href: str) -> None:
    page = search(results(f'<li><a href="{href}">Tarnshire</a></li>', "1"))
    assert page.providers == (ProviderLink("80999", "Tarnshire"),)
    assert page.signals == ()


@pytest.mark.parametrize(
    "body",
    [
        '<div id="x"><a href="/provider/44/80999">Tarnshire</a></div>',
        '<table><tr><td><a href="/provider/44/80999"><span>Tarnshire</span></a></table>',
        '<li><h3>Tarnshire</h3><a href="/provider/44/80999"><img src="x.png"></a></li>',
        '<li><a href="/provider/44/80999"><img src="x.png"></a><h3>Tarnshire</h3></li>',
        '<h3>Tarnshire</h3><a href="/provider/44/80999"><img src="x.png"></a>',
        '<li><a href="/provider/44/80999"><h3>Tarnshire</h3></a></li>',
        '<li><a href="/provider/44/80999"></a><a href="/provider/44/80999">Tarnshire</a></li>',
        '<li><a href="/provider/44/80999">Tarnshire<span class="nonvisual">, a council</span></a>',
    ],
)
def test_an_authority_and_its_name_are_found_wherever_they_stand(body: str) -> None:
    other = '<li><h3>Holme</h3><a href="/provider/44/80998"><img></a></li>'
    page = search(html(f'<h1>Search</h1><b class="results-count">2</b><ul>{other}{body}</ul>'))
    assert page.providers == (ProviderLink("80998", "Holme"), ProviderLink("80999", "Tarnshire"))
    assert page.signals == ()


def test_words_that_stand_for_several_authorities_are_no_name() -> None:
    items = "".join(
        f'<li><h4>{name}</h4><a href="/provider/44/{urn}">View reports</a></li>'
        for urn, name in (("80998", "Holme"), ("80999", "Tarnshire"))
    )
    assert [link.name for link in search(results(items)).providers] == ["Holme", "Tarnshire"]


@pytest.mark.parametrize(
    ("items", "signal"),
    [
        (
            '<li><a href="/provider/44/80998"></a></li>',
            Signal("provider_unnamed", "80998 is listed without a name."),
        ),
        (
            '<li><h3><a href="/provider/44/80999">Tarnshire Council</a></h3></li>',
            Signal("provider_name_disagrees", "80999: Tarnshire and Tarnshire Council"),
        ),
        (
            '<li><a href="/provider/45/123">Larkspur Academy Trust</a></li>',
            Signal("provider_type_never_met", "Type 45: Larkspur Academy Trust"),
        ),
        (
            '<li><a href="/provider/44/SC1">Larkspur</a></li>',
            Signal("provider_urn_unreadable", "SC1: Larkspur"),
        ),
    ],
)
def test_what_is_odd_in_a_list_is_reported(items: str, signal: Signal) -> None:
    page = search(results(TARNSHIRE + items))
    assert page.providers[0] == ProviderLink("80999", "Tarnshire")
    assert page.signals == (signal,)


def test_other_providers_around_the_results_are_nothing_odd() -> None:
    link = '<a href="/provider/21/100">Larkspur Primary School</a>'
    assert search(results(TARNSHIRE, below=f"<footer>{link}</footer>")).signals == ()
    without_list = html(f'<p class="results-count">1</p>{TARNSHIRE}<nav>{link}</nav>')
    assert search(without_list).signals == ()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("153", 153),
        ("1,153 results", 1153),
        ("  153\n search results found ", 153),
        ("Showing 1 to 100 of 1,153 results", 1153),
        ("1 - 100 of 153", 153),
        ("153 results, page 1 of 2", 153),
        ("0", 0),
        ("No results found", 0),
    ],
)
def test_the_number_of_results_is_read(text: str, count: int) -> None:
    page = search(results(TARNSHIRE, text))
    assert (page.claimed_count, page.signals) == (count, ())


@pytest.mark.parametrize("text", ["", "many", "1 to 100", "99999999999999999999"])
def test_a_number_of_results_that_cannot_be_read_is_reported(text: str) -> None:
    page = search(results(TARNSHIRE, text))
    assert (page.claimed_count, codes(page)) == (None, ["results_count_unreadable"])


def test_a_number_of_results_is_found_without_its_class() -> None:
    page = search(html(f"<p>132 results found</p><option>100 results</option>{TARNSHIRE}"))
    assert (page.claimed_count, page.signals) == (132, ())
    page = search(html(TARNSHIRE))
    assert (page.claimed_count, codes(page)) == (None, ["results_count_unreadable"])
    twice = '<b class="results-count">3 results</b>'
    page = search(results(TARNSHIRE, "2", twice))
    assert page.signals == (Signal("results_count_disagrees", "2 and 3"),)


@pytest.mark.parametrize(
    ("below", "has_next"),
    [
        ('<a class="pagination__next" href="?start=200">›</a>', True),
        ('<a class="button" rel="nofollow next" href="?start=200">›</a>', True),
        ('<a href="/search?start=200">Next page »</a>', True),
        ('<ul class="pagination"><li><a href="/search?start=200">3</a></li></ul>', True),
        ('<ul class="pagination"><li><a href="/search?start=0">1</a></li></ul>', False),
        ('<a class="pagination__next">Next</a>', False),
        ('<a class="pagination__next disabled" href="?start=200">Next</a>', False),
        ('<a class="pagination__next" aria-disabled="true" href="?start=200">Next</a>', False),
        ('<a href="/advice">Next steps for parents</a>', False),
        ("", False),
    ],
)
def test_whether_there_is_a_further_page(below: str, has_next: bool) -> None:
    page = search(results(TARNSHIRE, "300", below), f"{SITE}/search?start=100&rows=100")
    assert page.has_next is has_next


@pytest.mark.parametrize("count", ["0", "132"])
def test_a_search_page_without_authorities_is_empty_if_it_gives_a_number(count: str) -> None:
    page = search(results("", count))
    assert (page.providers, page.claimed_count, page.has_next) == ((), int(count), False)


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\0\0", "is empty"),
        (b"%PDF-1.7 \xff\xfe", "begins '%PDF-1.7"),
        (b'{"message": "nothing here"}', "no number of results"),
        (html("<h1>Welcome to our new site</h1>"), "headed 'Welcome to our new site'"),
        (html("<p>Soon.</p>", "Opening soon"), "headed 'Opening soon'"),
        (html("<h1>Slim Application Error</h1>"), "error page: it is headed 'Slim Application"),
        (b"<div>" * 3000 + TARNSHIRE.encode(), "more than 512 elements deep"),
    ],
)
def test_a_page_that_is_no_list_is_refused_with_what_was_seen(content: bytes, seen: str) -> None:
    with pytest.raises(UnreadablePage, match=re.escape(seen)) as refused:
        search(content)
    assert str(refused.value).startswith(SEARCH)


# --- Providers' pages ---------------------------------------------------------------------------


def link(text: str = FOCUSED, spoken: str = ", pdf - 15 July 2021", href: str = FILE) -> str:
    """A link to a report as the site has it."""
    hidden = f'<span class="nonvisual">{text}{spoken}</span>' if spoken else ""
    return (
        f'<a class="publication-link" href="{href}" target="_blank">\n'
        f"{text}                {hidden}</a>"
    )


def item(report: str, event: str = "10 June 2021", below: str = "") -> str:
    """A day of the timeline with a report."""
    return (
        '<li class="timeline__day"><div class="event">'
        f'<p class="timeline__date"><time>{event}</time></p>'
        f'<span class="event__title">{report}</span>{below}</div></li>'
    )


OPENED = '<li class="timeline__day timeline__day--opened"><time>01 April 1998</time>Opened</li>'


def page_of(items: str, head: str = "", urn: str = "<p>URN: 80999</p>") -> bytes:
    return html(
        f'<main><h1 class="heading--title">Tarnshire</h1>{urn}'
        f'<ol class="timeline">{items}{OPENED}</ol></main>',
        head=head,
    )


def provider(content: bytes, address: str = PROVIDER) -> ProviderPage:
    return read_provider_page(content, address)


def only(content: bytes) -> tuple[Publication, list[str]]:
    page = provider(content)
    [publication] = page.publications
    return publication, codes(page)


def test_a_providers_page_is_read() -> None:
    published = '<div class="event__metadata">Published <time pubdate>{}</time></div>'
    page = provider(
        page_of(
            item(link(), below=published.format("15 July 2021"))
            + item(
                link(
                    "Joint area child protection inspection",
                    ", PDF - 01 April 2019",
                    "/v1/file/50000000",
                ),
                "25 February 2019",
                published.format("1 April 2019"),
            )
        )
    )
    assert page == ProviderPage(
        name="Tarnshire",
        urn="80999",
        publications=(
            Publication(
                address=FILE,
                link_text=FOCUSED,
                kind="focused_visit",
                published_date=date(2021, 7, 15),
                event_date=date(2021, 6, 10),
            ),
            Publication(
                address=f"{SITE}/v1/file/50000000",
                link_text="Joint area child protection inspection",
                kind="jtai",
                published_date=date(2019, 4, 1),
                event_date=date(2019, 2, 25),
            ),
        ),
        signals=(),
    )


def test_a_providers_page_may_have_no_publication() -> None:
    page = provider(page_of(""))
    assert (page.name, page.publications, page.signals) == ("Tarnshire", (), ())


def test_another_form_of_page_is_read_as_far_as_it_goes() -> None:
    page = provider(
        html(
            "<main><h1>Tarnshire</h1><dl><dt>URN</dt><dd>80999</dd></dl><ul><li>"
            '<a href="/file/7">Children’s services inspection (PDF, 200 KB)</a>'
            "<p>Inspected <time datetime='2021-06-10'>10 June</time></p>"
            "<p>Published: 15 July 2021</p></li>"
            '<li><a href="/reports/Area-SEND.PDF">Area SEND full inspection - PDF</a>'
            "<p>Inspected <time>3 May 2024</time>. Published on <time>12 July 2024</time></p></li>"
            '</ul></main><footer><a href="/privacy.pdf">Privacy</a></footer>'
        )
    )
    assert [(x.address, x.kind, x.published_date, x.event_date) for x in page.publications] == [
        (f"{SITE}/file/7", "ilacs_inspection", date(2021, 7, 15), date(2021, 6, 10)),
        (
            f"{SITE}/reports/Area-SEND.PDF",
            "area_send_inspection",
            date(2024, 7, 12),
            date(2024, 5, 3),
        ),
    ]
    assert (page.urn, page.signals) == ("80999", (Signal("date_unreadable", "10 June"),))


# The words of links, each with the kind that they name; `None` for what is known and none of them.
KINDS: list[tuple[str, str | None]] = [
    ("Children's services focused visit", "focused_visit"),
    ("children’s SERVICES  focused visit", "focused_visit"),
    ("Childrens services focussed visit", "focused_visit"),
    ("Local authority children's services focused visit letter", "focused_visit"),
    ("Focused visit", "focused_visit"),
    ("Focused visit to Tarnshire children’s services", "focused_visit"),
    ("Children's services monitoring visit", "monitoring_visit"),
    ("Monitoring visit", "monitoring_visit"),
    ("Monitoring visit of Tarnshire children's services", "monitoring_visit"),
    ("Children's services inspection", "ilacs_inspection"),
    ("Children's services inspection  pdf", "ilacs_inspection"),
    ("Children's services short inspection", "ilacs_inspection"),
    ("Children's services single inspection", "ilacs_inspection"),
    ("Single inspection of LA children's services as pdf", "ilacs_inspection"),
    ("Inspection of local authority children's services", "ilacs_inspection"),
    ("Inspection of children's social care services", "ilacs_inspection"),
    ("Review of the Local Safeguarding Children Board", "ilacs_inspection"),
    ("Joint area child protection inspection", "jtai"),
    ("Joint targeted area inspection", "jtai"),
    ("Joint targeted area inspection – serious youth violence", "jtai"),
    ("Area SEND full inspection", "area_send_inspection"),
    ("Area SEND monitoring inspection", "area_send_inspection"),
    ("Local area SEND inspection", "area_send_inspection"),
    ("Local area SEND re-visit", "area_send_inspection"),
    ("Area special educational needs and disabilities inspection", "area_send_inspection"),
    ("Joint area review - progress inspection", None),
    ("Annual performance assessment 2008", None),
    ("Children's services annual rating", None),
    ("Unannounced inspection of contact, referral and assessment arrangements", None),
    ("Inspection of safeguarding and looked after children services", None),
    ("Inspection of local authority arrangements for the protection of children", None),
    ("Area SEND thematic visit", None),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_kinds_are_known_by_the_words_of_the_link(text: str, kind: str | None) -> None:
    publication, signals = only(page_of(item(link(text))))
    assert (publication.kind, signals) == (kind, [])


@pytest.mark.parametrize(
    "text",
    [
        "Children's services focused inspection visit",
        "Children's services",
        "Children's home full inspection",
        "Inspection of adoption services",
        "Report",
    ],
)
def test_words_that_no_row_knows_are_reported(text: str) -> None:
    page = provider(page_of(item(link(text))))
    assert page.publications[0].kind is None
    assert page.signals == (Signal("link_text_never_met", text),)


def test_the_same_words_under_two_dates_are_one_thing_never_met() -> None:
    links = [f'<a href="/file/{day}">A letter - {day} July 2021</a>' for day in (15, 16)]
    page = provider(page_of("".join(map(item, links))))
    assert page.signals == (Signal("link_text_never_met", "A letter"),)


def test_every_row_of_the_kinds_is_met_and_none_contradicts_another() -> None:
    rows = read_table("assets.letters.site", "link_texts")
    assert {row["document_kind"] for row in rows} == {"", *code_list("document_kind")}
    met = set()
    for text, kind in KINDS:
        plain = re.sub(r" +(as )?pdf$", "", " ".join(text.replace("’", "'").split()))
        matching = [
            row
            for row in rows
            if re.fullmatch(row["pattern"], plain.replace("–", "-"), re.IGNORECASE)
        ]
        assert {row["document_kind"] for row in matching} == {kind or ""}, text
        met |= {row["pattern"] for row in matching}
    assert met == {row["pattern"] for row in rows}


@pytest.mark.parametrize(
    ("report", "text", "kind", "signals"),
    [
        (link("", f"{FOCUSED}, pdf - 15 July 2021"), FOCUSED, "focused_visit", []),
        (f'<a href="{FILE}" aria-label="{FOCUSED}, pdf - 15 July 2021"><img></a>', FOCUSED,
         "focused_visit", []),
        (f'<a href="{FILE}">{FOCUSED}, pdf - 15 July 2021</a>',
         f"{FOCUSED}, pdf - 15 July 2021", "focused_visit", []),
        (link().replace("nonvisual", "unseen"), FOCUSED, "focused_visit", []),
        (f'<a href="{FILE}">{FOCUSED} - 15 July 2021</a>',
         f"{FOCUSED} - 15 July 2021", "focused_visit", []),
        (f'<a href="{FILE}">View it'
         f'<span class="nonvisual">{FOCUSED}, pdf - 15 July 2021</span></a>',
         "View it", "focused_visit", ["link_text_never_met"]),
        (f'<a href="{FILE}">{FOCUSED}<span class="nonvisual">Monitoring visit, pdf - 15 July 2021'
         "</span></a>", FOCUSED, "focused_visit", ["kind_disagrees"]),
        (f'<a href="{FILE}"><b>Chil</b>dren&#039;s&nbsp;services <span>focused</span><br>visit'
         f'<span class="nonvisual">pdf - 15 July 2021</span></a>', FOCUSED, "focused_visit", []),
    ],
)  # fmt: skip
def test_the_words_of_a_link(report: str, text: str, kind: str, signals: list[str]) -> None:
    publication, found = only(page_of(item(report)))
    assert (publication.link_text, publication.kind, found) == (text, kind, signals)
    assert publication.published_date == date(2021, 7, 15)


PUBLISHED = "<div>Published <time pubdate>15 July 2021</time></div>"


@pytest.mark.parametrize(
    ("spoken", "below", "day", "signals"),
    [
        # What the link says.
        (", pdf - 15 July 2021", "", 15, []),
        (", PDF - 15 July 2021", "", 15, []),
        ("  ,  pdf   -   15   July   2021 ", "", 15, []),
        (" as pdf - 15 July 2021", "", 15, []),
        (" pdf - 15 july 2021", "", 15, []),
        (", pdf – 5 Jul 2021", "", 5, []),
        (", pdf - 15th July, 2021", "", 15, []),
        (", pdf, 200 KB - 15 July 2021 (opens in a new tab)", "", 15, []),
        (", pdf - 15/07/2021", "", 15, []),
        (" - 1 June 2021, pdf - 15 July 2021", "", 15, []),
        # What stands in the item.
        (", pdf - ", PUBLISHED, 15, []),
        (", pdf", PUBLISHED, 15, []),
        ("", PUBLISHED, 15, []),
        ("", '<time pubdate datetime="2021-07-15">last summer</time>', 15, ["date_unreadable"]),
        ("", '<time pubdate datetime="2021-07-14T23:00:00Z"></time>', 15, []),
        ("", '<time pubdate datetime="2021-07-15T09:30:00+01:00"></time>', 15, []),
        ("", "<div>Published <b>on</b> 15 July 2021</div>", 15, []),
        ("", "<dl><dt>Published:</dt><dd><time>15 July 2021</time></dd></dl>", 15, []),
        (", pdf - 31 June 2021", PUBLISHED, 15, ["date_unreadable"]),
        (", pdf - 07.15.21", PUBLISHED, 15, ["date_unreadable"]),
        # What does not agree: the link counts.
        (", pdf - 16 July 2021", PUBLISHED, 16, ["published_date_disagrees"]),
        ("", '<time pubdate datetime="2021-07-16">15 July 2021</time>', 15,
         ["published_date_disagrees"]),
        # Nothing.
        (", pdf", "", None, ["publication_undated"]),
        ("", "<div>Published in July 2021</div>", None, ["publication_undated"]),
        ("", "<div>Published 31 June 2021</div>", None, ["date_unreadable", "publication_undated"]),
        ("", "<time pubdate>soon</time>", None, ["date_unreadable", "publication_undated"]),
    ],
)  # fmt: skip
def test_the_day_of_publication(
    spoken: str, below: str, day: int | None, signals: list[str]
) -> None:
    publication, found = only(page_of(item(link(spoken=spoken), below=below)))
    assert publication.published_date == (day and date(2021, 7, day))
    assert found == signals


@pytest.mark.parametrize(
    ("event", "day", "signals"),
    [
        ('<p class="timeline__date"><time>10 June 2021</time></p>', 10, []),
        ('<p class="timeline__date">Thursday 10 June 2021</p>', 10, []),
        ('<p class="timeline__date"><time datetime="2021-06-10"></time></p>', 10, []),
        ("<p>Held on <time>10 June 2021</time></p>", 10, []),
        (f"{PUBLISHED}<time>10 June 2021</time>", 10, []),
        (
            '<p class="timeline__date"><time datetime="2021-06-11">10 June 2021</time></p>',
            10,
            ["event_date_disagrees"],
        ),
        (
            '<p class="timeline__date"><time>20 July 2021</time></p>',
            20,
            ["event_after_publication"],
        ),
        (
            '<p class="timeline__date"><time>10 to 12 June 2021</time></p>',
            None,
            ["date_unreadable", "event_undated"],
        ),
        (PUBLISHED, None, ["event_undated"]),
        ("", None, ["event_undated"]),
    ],
)
def test_the_day_of_the_event(event: str, day: int | None, signals: list[str]) -> None:
    publication, found = only(page_of(f'<li class="timeline__day">{event}{link()}</li>'))
    assert publication.event_date == (day and date(2021, 7 if day == 20 else 6, day))
    assert found == signals


def test_two_reports_of_one_day_keep_their_dates_apart() -> None:
    event = '<div class="event">{}<p>Published <time pubdate>{} July 2021</time></p></div>'
    page = provider(
        page_of(
            '<li class="timeline__day"><p class="timeline__date"><time>10 June 2021</time></p>'
            + event.format(link(spoken=""), 15)
            + event.format(link(spoken="", href="/v1/file/2"), 20)
            + link(spoken="", href="/v1/file/3")
            + "</li>"
        )
    )
    assert [x.published_date for x in page.publications] == [
        date(2021, 7, 15),
        date(2021, 7, 20),
        None,
    ]
    assert {x.event_date for x in page.publications} == {date(2021, 6, 10)}
    assert codes(page) == ["publication_undated"]


def test_events_that_are_no_items_of_a_list_keep_their_dates_apart() -> None:
    event = (
        '<div class="event"><time>{0} June 2021</time><b class="event__title">'
        '<a href="/file/{0}">Focused visit</a></b><p>Published {0} July 2021</p></div>'
    )
    page = provider(html(f"<main><h1>Tarnshire</h1>{event.format(5)}{event.format(6)}</main>"))
    assert [(x.event_date, x.published_date) for x in page.publications] == [
        (date(2021, 6, day), date(2021, 7, day)) for day in (5, 6)
    ]
    assert page.signals == ()


def test_a_date_that_two_reports_could_mean_is_nobodys() -> None:
    page = provider(
        page_of(
            item(
                link(spoken="") + link(spoken="", href="/v1/file/2"),
                below="<p>Published 15 July 2021</p><p>Published 20 July 2021</p>",
            )
        )
    )
    assert [x.published_date for x in page.publications] == [None, None]
    shared = provider(
        page_of(item(link(spoken="") + link(spoken="", href="/v1/file/2"), below=PUBLISHED))
    )
    assert [x.published_date for x in shared.publications] == [date(2021, 7, 15)] * 2


def test_an_address_counts_once_and_is_completed_by_what_is_said_again() -> None:
    box = f'<p><a href="{FILE}#page=1">{FOCUSED}</a></p>'
    page = provider(page_of(item(link()), urn=f"<p>URN: 80999</p>{box}"))
    assert page.signals == ()
    assert page.publications == (
        Publication(
            address=FILE,
            link_text=FOCUSED,
            kind="focused_visit",
            published_date=date(2021, 7, 15),
            event_date=date(2021, 6, 10),
        ),
    )


@pytest.mark.parametrize(
    ("again", "code"),
    [
        (link("Monitoring visit"), "link_text_disagrees"),
        (link(spoken=", pdf - 16 July 2021"), "published_date_disagrees"),
    ],
)
def test_an_address_of_which_two_things_are_said_is_reported(again: str, code: str) -> None:
    publication, signals = only(page_of(item(link()) + item(again)))
    assert (publication.kind, publication.published_date) == ("focused_visit", date(2021, 7, 15))
    assert signals == [code]
    _, signals = only(page_of(item(link()) + item(link(), "11 June 2021")))
    assert signals == ["event_date_disagrees"]


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("/v1/file/5", f"{SITE}/v1/file/5"),
        ("../../v1/file/5", f"{SITE}/v1/file/5"),
        ("//files.example/v1/file/5", "https://files.example/v1/file/5"),
        (" https://files.example/v1/file/5\n", "https://files.example/v1/file/5"),
        ("https://files.example/v1/file/5?download=1#page=2",
         "https://files.example/v1/file/5?download=1"),
        ("/some thing/5", f"{SITE}/some%20thing/5"),
        ("javascript:open(5)", None),
        ("mailto:a@b.example", None),
        ("data:text/html,5", None),
        ("file:///etc/passwd", None),
        ("https://[/v1/file/5", None),
        ("https://files.example:99999/v1/file/5", None),
        ("/v1/file/5\x07", None),
        ("", None),
    ],
)  # fmt: skip
def test_addresses(href: str, address: str | None) -> None:
    page = provider(page_of(item(link(href=href))))
    assert [x.address for x in page.publications] == ([address] if address else [])
    assert ("publication_address_unreadable" in codes(page)) is (address is None)


def test_a_link_is_resolved_against_the_base_that_the_page_names() -> None:
    base = '<base href="https://files.example/reports/">'
    publication, _ = only(page_of(item(link(href="file/5")), head=base))
    assert publication.address == "https://files.example/reports/file/5"
    publication, _ = only(page_of(item(link(href="file/5")), head='<base href="javascript:">'))
    assert publication.address == f"{SITE}/provider/44/file/5"


@pytest.mark.parametrize(
    ("event", "detail"),
    [
        ('<li class="timeline__day timeline__day--opened">Opened</li>', None),
        ('<li class="timeline__day timeline__day--registered"><a href="/x">Registered</a></li>',
         None),
        ('<li class="timeline__day timeline__day--merged">Merged</li>', "timeline__day--merged"),
        ('<div class="timeline__day timeline__day--merged">Merged</div>', "timeline__day--merged"),
        ('<li class="timeline__day"><time>1 May 2020</time> Renamed on 1 May 2020</li>',
         "Renamed on"),
        ('<li><p>Closed</p></li>', "Closed"),
        ('<li class="timeline__day"><a href="/advice">A report is to come</a></li>',
         "A report is to come"),
        ('<li class="timeline__day"></li>', "An event without words."),
        (f'<li class="timeline__day timeline__day--online">{link(href="/v1/file/2")}'
         '<time>1 May 2020</time></li>', "timeline__day--online"),
    ],
)  # fmt: skip
def test_events_without_a_report(event: str, detail: str | None) -> None:
    page = provider(page_of(item(link()) + event))
    expected = () if detail is None else (Signal("timeline_event_never_met", detail),)
    assert page.signals == expected


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('<header><h1>Reports</h1></header><main><h1>Tarnshire</h1></main>', "Tarnshire"),
        ('<h1>Reports</h1><h1 class="heading--title">Tarnshire</h1>', "Tarnshire"),
        ('<h1 class="heading--title"> </h1><div id="main"><h1>Tarn<b>shire</b></h1></div>',
         "Tarnshire"),
        ("<h1>Tarnshire<span class='nonvisual'> (a council)</span></h1>", "Tarnshire"),
        ("", "Tarnshire - Moorland"),
    ],
)  # fmt: skip
def test_the_name_of_a_provider(body: str, name: str) -> None:
    page = provider(html(f"{body}<p>URN: 80999</p>{item(link())}", "Tarnshire - Moorland"))
    assert (page.name, page.signals) == (name, ())


def test_a_provider_without_a_name_is_reported() -> None:
    page = provider(f"<p>URN: 80999</p>{item(link())}".encode())
    assert (page.name, codes(page)) == (None, ["provider_unnamed"])


@pytest.mark.parametrize(
    ("urn", "head", "found", "is_odd"),
    [
        ("<p>URN: 80999</p>", "", "80999", False),
        ("<dt>URN</dt>\n<dd>80999</dd>", "", "80999", False),
        ("<li>URN:<strong>80999</strong></li>", "", "80999", False),
        ("", '<link rel="canonical" href="https://x.example/provider/44/80999">', "80999", False),
        ("", '<meta property="og:url" content="/provider/44/80999/">', "80999", False),
        ("", '<link rel="canonical" href="https://x.example/find-a-report">', None, False),
        ("", "", None, False),
        ("<p>URN: 80998</p>", "", "80998", True),
        ("<p>URN: 80999</p>", '<link rel="canonical" href="/provider/44/80998">', "80999", True),
    ],
)
def test_the_number_of_a_provider(urn: str, head: str, found: str | None, is_odd: bool) -> None:
    page = provider(page_of(item(link()), head, urn))
    assert page.urn == found
    assert codes(page) == (["provider_urn_disagrees"] if is_odd else [])


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (b"", "is empty"),
        (html("<h1>Tarnshire</h1><p>URN: 80999</p>"), "headed 'Tarnshire'"),
        (html('<ol class="timeline"><li>Opened</li></ol>'), "no link to a report"),
        (html('<main><a href="/guide.pdf">How we inspect</a></main>'), "no link to a report"),
        (html("<h1>Report not found</h1>"), "error page: it is headed 'Report not found'"),
        (html(f"<h1>Slim Application Error</h1>{link()}"), "headed 'Slim Application Error'"),
        (page_of("".join(link(href=f"/file/{n}") for n in range(1001))), "1001 reports"),
        (b"\x89PNG\r\n" + bytes(range(256)), "not a provider's page"),
    ],
)
def test_a_page_that_is_no_providers_is_refused(content: bytes, seen: str) -> None:
    with pytest.raises(UnreadablePage, match=re.escape(seen)) as refused:
        provider(content)
    assert str(refused.value).startswith(PROVIDER)


# --- Bytes --------------------------------------------------------------------------------------

NAMED = page_of(item(link())).decode().replace("Tarnshire<", "Tarn’shiré<")
UNDECLARED = NAMED.replace('<meta charset="utf-8"/>', "")


@pytest.mark.parametrize(
    ("content", "encoding", "signals"),
    [
        (NAMED.encode(), None, []),
        (NAMED.encode(), "UTF-8", []),
        # A client that is told nothing may say so; the bytes are those of UTF-8.
        (NAMED.encode(), "ISO-8859-1", []),
        (UNDECLARED.encode(), None, []),
        (b"\xef\xbb\xbf" + NAMED.encode(), "windows-1252", []),
        (NAMED.encode("utf-16"), None, []),
        (NAMED.encode("utf-16-le"), '"utf-16le"', []),
        (UNDECLARED.encode("windows-1252"), "windows-1252", []),
        (NAMED.replace('"utf-8"', "Windows-1252").encode("windows-1252"), None, []),
        (NAMED.encode("windows-1252"), None, ["encoding_disagrees"]),
        (UNDECLARED.encode("windows-1252"), None, ["encoding_disagrees"]),
        (NAMED.encode(), "klingon", ["encoding_never_met"]),
        (NAMED.encode(), "base64", ["encoding_never_met"]),
        (NAMED.replace("<p>", "<p>\0\0").encode(), None, []),
        (b"<?xml version='1.0' encoding='latin-1'?>" + NAMED.encode(), None, []),
    ],
)
def test_character_sets(content: bytes, encoding: str | None, signals: list[str]) -> None:
    page = read_provider_page(content, PROVIDER, encoding)
    assert page.name == "Tarn’shiré"
    assert page.publications[0].kind == "focused_visit"
    assert codes(page) == signals


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</div></li>", ""),
        ("</li>", ""),
        ("</span>", ""),
        ("</p>", ""),
        ('<div class="event">', '<div class="event"><div><p><b>'),
        ("<li", "</body></html><li"),
        ("<li", "<!-- <li> --><script>var x = '<a href=\"/v1/file/9\">';</script><li"),
        ("</ol></main>", ""),
    ],
)
def test_broken_markup_costs_nothing(old: str, new: str) -> None:
    days = range(1, 29)
    items = [
        item(link(spoken=f", pdf - {day} July 2021", href=f"/v1/file/{day}"), f"{day} June 2021")
        for day in days
    ]
    page = provider(page_of("".join(items)).replace(old.encode(), new.encode()))
    assert [(x.published_date, x.event_date, x.kind) for x in page.publications] == [
        (date(2021, 7, day), date(2021, 6, day), "focused_visit") for day in days
    ]
    assert codes(page) == []


def test_a_page_that_breaks_off_is_reported() -> None:
    whole = page_of(item(link()) + item(link(href="/v1/file/2")))
    page = provider(whole[: whole.index(b"/v1/file/2") - 80])
    assert [x.address for x in page.publications] == [FILE]
    assert page.signals[0] == Signal("page_unfinished", f"{PROVIDER} breaks off before its end.")


def test_what_is_reported_is_short_and_plain() -> None:
    page = provider(page_of(item(link("\x1b[31m‮" + "Report " * 100))))
    [signal] = page.signals
    assert signal.code == "link_text_never_met"
    assert len(signal.detail) == 120
    assert signal.detail.isprintable()


# --- Error pages --------------------------------------------------------------------------------

SITE_ERROR, REFUSED = ("site_error", True), ("refused", True)
NOT_FOUND, WITHDRAWN = ("not_found", False), ("withdrawn", False)
BUSY = ("too_many_requests", True)
ERRORS = [
    ("Slim Application Error", SITE_ERROR),
    ("500 Internal Server Error", SITE_ERROR),
    ("Internal Server Error", SITE_ERROR),
    ("502 Bad Gateway", SITE_ERROR),
    ("Bad gateway", SITE_ERROR),
    ("Gateway Time-out", SITE_ERROR),
    ("Error 503 Backend fetch failed", SITE_ERROR),
    ("Error", SITE_ERROR),
    ("Application error", SITE_ERROR),
    ("An error has occurred", SITE_ERROR),
    ("Sorry, something went wrong", SITE_ERROR),
    ("Something went wrong", SITE_ERROR),
    ("Sorry, there is a problem with the service", SITE_ERROR),
    ("Service unavailable", SITE_ERROR),
    ("Sorry, the service is unavailable", SITE_ERROR),
    ("This site is temporarily unavailable", SITE_ERROR),
    ("Temporarily unavailable", SITE_ERROR),
    ("Our services aren’t available right now", SITE_ERROR),
    ("Site maintenance", SITE_ERROR),
    ("Down for maintenance", SITE_ERROR),
    ("The site is closed for maintenance", SITE_ERROR),
    ("We’ll be back soon", SITE_ERROR),
    ("Report not found", WITHDRAWN),
    ("File not found", WITHDRAWN),
    ("Report withdrawn", WITHDRAWN),
    ("Page not found", NOT_FOUND),
    ("404 Not Found", NOT_FOUND),
    ("Not Found", NOT_FOUND),
    ("Provider not found", NOT_FOUND),
    ("410 Gone", NOT_FOUND),
    ("Sorry, that page can’t be found", NOT_FOUND),
    ("403 Forbidden", REFUSED),
    ("Forbidden", REFUSED),
    ("Access Denied", REFUSED),
    ("The request is blocked.", REFUSED),
    ("The requested URL was rejected", REFUSED),
    ("Sorry, you have been blocked", REFUSED),
    ("Attention Required! | A firewall", REFUSED),
    ("Just a moment...", REFUSED),
    ("Checking your browser before you go on", REFUSED),
    ("Pardon Our Interruption", REFUSED),
    ("Verify you are human", REFUSED),
    ("Are you a robot?", REFUSED),
    ("Human Verification", REFUSED),
    ("reCAPTCHA", REFUSED),
    ("Security check required", REFUSED),
    ("ERROR: The request could not be satisfied", REFUSED),
    ("Too many requests", BUSY),
    ("429 Too Many Requests", BUSY),
    ("Rate limit exceeded", BUSY),
]


@pytest.mark.parametrize(("heading", "expected"), ERRORS)
def test_error_pages_are_known_by_heading_or_title(
    heading: str, expected: tuple[str, bool]
) -> None:
    for content in (
        html(f"<main><h1>{heading}</h1><p>Words.</p></main>", "Ofsted"),
        html(f"<h1>Ofsted</h1><div><h1>{heading}</h1></div>", "Ofsted"),
        html("<p>Words.</p>", heading),
        f"<title>{heading}</title><h2>{heading}</h2>".encode(),
        html(f"<h2>{heading}</h2>", ""),
    ):
        fault = page_fault(content)
        assert fault is not None
        assert (fault.reason_code, fault.is_passing) == expected


def test_every_row_of_the_error_pages_is_met() -> None:
    rows = read_table("assets.letters.site", "error_pages")
    assert {row["is_passing"] for row in rows} == {"true", "false"}
    assert {row["reason_code"] for row in rows} <= set(code_list("reason"))
    met = {
        row["pattern"]
        for row in rows
        for heading, _ in ERRORS
        if re.fullmatch(row["pattern"], heading.replace("’", "'"), re.IGNORECASE)
    }
    assert met == {row["pattern"] for row in rows}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Report not found",
        b"%PDF-1.7\n<title>Report not found</title>",
        b"\n\n%PDF-1.4\n" + b"<h1>Report not found</h1>",
        bytes(range(256)) * 10,
        results(TARNSHIRE),
        page_of(item(link())),
        page_of(item(link()) + "<h2>Page not found</h2><p>Slim Application Error</p>"),
        html("<h1>How we report</h1><p>Report not found</p><h2>Access denied</h2>"),
        html("<h1>Errors and maintenance of roads</h1>"),
        b"<div>" * 3000 + b"<h1>Report not found</h1>",
    ],
)
def test_what_is_no_error_page(content: bytes) -> None:
    assert page_fault(content) is None


CAPTURED = SHARED / "site" / "report_not_found.html"


@pytest.mark.skipif(not CAPTURED.exists(), reason=f"there is no {CAPTURED} (OFSTED_LETTERS_SHARED)")
def test_the_captured_page_of_a_withdrawn_report() -> None:
    assert page_fault(CAPTURED.read_bytes()) == PageFault("withdrawn", False, "Report not found")


# --- Anything -----------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"<> \"'&;=/-\0\x1b\ud800",
        *["<li class=timeline__day>", "<ol class=timeline>", "</ol>", "</li>", "<h1>", "</h1>"],
        *[
            '<a class="publication-link" href="',
            "/v1/file/1",
            '">',
            "</a>",
            "javascript:1",
            "http:[",
        ],
        *['<span class="nonvisual">', "</span>", FOCUSED, ", pdf - 15 July 2021", "31 June 2021"],
        *["<time pubdate>", '<time datetime="0001-01-01T00:00+23:59">', "</time>", "Published "],
        *['<p class="timeline__date">', "</p>", "<base href='x:'>", "&#xD800;", "&#0;", "<!--"],
        *['<a href="/provider/44/', "80999", "80998", '<b class="results-count">', "9" * 30, "²"],
        *["<title>", "<svg>", "<template>", "<a:b xmlns:a='q'>", "<frameset>", "URN: ", "</html>"],
    ]
)
SOUP = st.lists(PIECES | st.text(max_size=3), max_size=60).map(
    lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass")
)


@settings(deadline=None, max_examples=300)
@given(
    SOUP | st.binary(max_size=200),
    st.sampled_from([None, "utf-8", "utf-16", "idna", "undefined", "\0", ""]),
)
def test_whatever_comes_is_read_or_refused(content: bytes, encoding: str | None) -> None:
    fault = page_fault(content)
    assert fault is None or fault.heading
    for read in (read_search_page, read_provider_page):
        try:
            page = read(content, PROVIDER, encoding)
        except UnreadablePage:
            continue
        assert msgspec.json.decode(msgspec.json.encode(page), type=type(page)) == page
        assert all(signal.code and signal.detail.isprintable() for signal in page.signals)
        if isinstance(page, ProviderPage):
            addresses = [publication.address for publication in page.publications]
            assert len(addresses) == len(set(addresses))
            assert all(re.match("https?://", address) for address in addresses)
        else:
            assert all(provider.urn.isdecimal() for provider in page.providers)
