"""Authorities' pages: the publications with their kinds and dates, and what is reported."""

import re
import time
from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.language.patterns import read_table
from assets.letters.site.error_pages import page_fault
from assets.letters.site.markup import UnreadablePage
from assets.letters.site.provider_page import ProviderPage, Publication, read_provider_page
from assets.letters.site.search_page import read_search_page
from assets.model import Signal
from tests.assets.letters.site.samples import SITE, html
from warehouse.kinds import kinds

ADDRESS = f"{SITE}/provider/44/80999"
FILE = "https://files.example/v1/file/50000001"
FOCUSED = "Children's services focused visit"
PUBLISHED = "<div>Published <time pubdate>15 July 2021</time></div>"
OPENED = '<li class="timeline__day timeline__day--opened"><time>01 April 1998</time>Opened</li>'


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


def page_of(items: str, urn: str = "<p>URN: 80999</p>") -> bytes:
    return html(
        f'<main><h1 class="heading--title">Tarnshire</h1>{urn}'
        f'<ol class="timeline">{items}{OPENED}</ol></main>'
    )


def read(content: bytes) -> ProviderPage:
    return read_provider_page(content, ADDRESS)


def codes(page: ProviderPage) -> list[str]:
    return [signal.code for signal in page.signals]


TWO_REPORTS = item(link(), below=PUBLISHED) + item(
    link("Joint area child protection inspection", ", PDF - 01 April 2019", "/v1/file/50000000"),
    "25 February 2019",
    "<div>Published <time pubdate>01 April 2019</time></div>",
)
AS_READ = ProviderPage(
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


@pytest.mark.parametrize(
    ("pattern", "instead"),
    [
        ("", ""),
        (r' class="[^"]*"', ""),
        ("publication-link", "report"),
        ('<span class="nonvisual">.*?</span>', ""),
        ("nonvisual", "unseen"),
        (r'(target="_blank">)[^<]*', r"\1"),
        (", pdf -", "  as PDF  –"),
        (" pubdate", ""),
        ("<div>Published.*?</div>", ""),
        ("</?time[^>]*>", ""),
        ("timeline__date", "when"),
        (r"<(/?)(ol|li)\b", r"<\1div"),
        (r'<(/?)(ol|li)\b(?: class="[^"]*")?', r"<\1div"),
        ("</(li|div|span|p|ol)>", ""),
        ("'", "&#8217;"),
    ],
)
def test_a_page_is_read_in_this_form_or_another(pattern: str, instead: str) -> None:
    bent = re.sub(pattern, instead, page_of(TWO_REPORTS).decode())
    page = read(bent.encode())
    texts = [publication.link_text.replace("’", "'") for publication in page.publications]
    assert texts == [publication.link_text for publication in AS_READ.publications]
    assert page == msgspec.structs.replace(
        AS_READ,
        publications=tuple(
            msgspec.structs.replace(publication, link_text=read_one.link_text)
            for publication, read_one in zip(AS_READ.publications, page.publications, strict=True)
        ),
    )


def test_another_form_of_page_is_read_as_far_as_it_goes() -> None:
    page = read(
        html(
            "<main><h1>Tarnshire</h1><dl><dt>URN</dt><dd>80999</dd></dl><div>"
            '<div><a href="/file/7">Children’s services inspection (PDF)</a>'
            "<p>Inspected 10 June 2021</p><p>Published on: 15 July 2021</p></div>"
            '<div><a href="/reports/Area-SEND.PDF">Area SEND full inspection - PDF</a>'
            '<p class="timeline__date"><time datetime="2024-05-03T09:00"></time></p>'
            '<time pubdate datetime="2024-07-12"></time></div>'
            '</div></main><footer><a href="/privacy.pdf">Privacy</a></footer>'
        )
    )
    assert [(x.address, x.kind, x.published_date, x.event_date) for x in page.publications] == [
        (f"{SITE}/file/7", "ilacs_inspection", date(2021, 7, 15), date(2021, 6, 10)),
        (f"{SITE}/reports/Area-SEND.PDF", "area_send_inspection", date(2024, 7, 12),
         date(2024, 5, 3)),
    ]  # fmt: skip
    assert (page.urn, page.signals) == ("80999", ())


@pytest.mark.parametrize("items", ["", None])
def test_an_authority_may_have_no_publication(items: str | None) -> None:
    content = html("<h1>Tarnshire</h1><p>URN: 80999</p>") if items is None else page_of(items)
    page = read(content)
    assert (page.name, page.urn, page.publications) == ("Tarnshire", "80999", ())
    assert codes(page) == (["timeline_missing"] if items is None else [])


# The words of links, each with the kind that they name; `None` for what is known and none of them.
KINDS: dict[str, str | None] = {
    "Children's services focused visit": "focused_visit",
    "children’s SERVICES  focused visit": "focused_visit",
    "Focused visit": "focused_visit",
    "Focused visit to Tarnshire children’s services": "focused_visit",
    "Children's services monitoring visit": "monitoring_visit",
    "Monitoring visit": "monitoring_visit",
    "Monitoring visit of Tarnshire children's services": "monitoring_visit",
    "Children's services inspection": "ilacs_inspection",
    "Children's services inspection  pdf": "ilacs_inspection",
    "Children's services single inspection": "ilacs_inspection",
    "Single inspection of LA children's services as pdf": "ilacs_inspection",
    "Inspection of children's social care services": "ilacs_inspection",
    "Review of the Local Safeguarding Children Board": "ilacs_inspection",
    "Joint area child protection inspection": "jtai",
    "Joint targeted area inspection": "jtai",
    "Joint targeted area inspection – serious youth violence": "jtai",
    "Area SEND full inspection": "area_send_inspection",
    "Local area SEND re-visit": "area_send_inspection",
    "Area special educational needs and disabilities inspection": "area_send_inspection",
    "Joint area review - progress inspection": None,
    "Annual performance assessment 2008": None,
    "Children's services annual rating": None,
    "Unannounced inspection of contact, referral and assessment arrangements": None,
    "Inspection of safeguarding and looked after children services": None,
    "Inspection of local authority arrangements for the protection of children": None,
    "Area SEND thematic visit": None,
}


def test_kinds_are_known_by_the_words_of_the_link() -> None:
    links = (item(link(text, href=f"/file/{number}")) for number, text in enumerate(KINDS))
    page = read(page_of("".join(links)))
    assert [publication.kind for publication in page.publications] == list(KINDS.values())
    assert page.signals == ()


def test_every_row_of_the_kinds_is_met_and_none_contradicts_another() -> None:
    rows = read_table("assets.letters.site", "link_texts")
    listed = {kind.listed_as or code for code, kind in kinds().items()}
    assert {row["document_kind"] for row in rows} == {"", *listed}
    met = set()
    for text, kind in KINDS.items():
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
    "text",
    ["Children's services focused inspection visit", "Children's home full inspection", "Report"],
)
def test_words_that_no_row_knows_are_reported(text: str) -> None:
    page = read(page_of(item(link(text))))
    assert page.publications[0].kind is None
    assert page.signals == (Signal("link_text_never_met", text),)


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (f'<a href="{FILE}">{FOCUSED}, pdf - 15 July 2021</a>', f"{FOCUSED}, pdf - 15 July 2021"),
        (f'<a href="{FILE}" aria-label="{FOCUSED}, pdf - 15 July 2021"><img></a>', FOCUSED),
        (link().replace(f"\n{FOCUSED}", "View it"), "View it"),
        (link(spoken="").replace("</a>", '<b class="nonvisual">pdf - 15 July 2021</b></a>'),
         FOCUSED),
    ],
)  # fmt: skip
def test_the_words_of_a_link(report: str, text: str) -> None:
    page = read(page_of(item(report)))
    [publication] = page.publications
    assert (publication.link_text, publication.kind) == (text, "focused_visit")
    assert (publication.published_date, page.signals) == (date(2021, 7, 15), ())


@pytest.mark.parametrize(
    ("spoken", "below", "day", "signals"),
    [
        (", pdf - 5 Jul 2021", "", 5, []),
        (", pdf - ", PUBLISHED, 15, []),
        (", pdf - 31 June 2021", PUBLISHED, 15, ["date_unreadable"]),
        (", pdf - 16 July 2021", PUBLISHED, 16, ["published_date_disagrees"]),
        (", pdf", "<p>Published 16 July 2021</p>" + PUBLISHED, 15, ["published_date_disagrees"]),
        (", pdf", "", None, ["publication_undated"]),
        ("", "<div>Published in July 2021</div>", None, ["publication_undated"]),
        ("", "<time pubdate>31 June 2021</time>", None, ["date_unreadable", "publication_undated"]),
    ],
)
def test_the_day_of_publication(
    spoken: str, below: str, day: int | None, signals: list[str]
) -> None:
    page = read(page_of(item(link(spoken=spoken), below=below)))
    assert page.publications[0].published_date == (day and date(2021, 7, day))
    assert codes(page) == signals


@pytest.mark.parametrize(
    ("event", "day", "signals"),
    [
        ('<p class="timeline__date">Thursday 10 June 2021</p>', 10, []),
        (f"{PUBLISHED}<p>Held on <time>10 June 2021</time></p>", 10, []),
        ('<p class="timeline__date"><time>10 to 12 June 2021</time></p>', None,
         ["date_unreadable"]),
        (PUBLISHED, None, []),
    ],
)  # fmt: skip
def test_the_day_of_the_event(event: str, day: int | None, signals: list[str]) -> None:
    page = read(page_of(f'<li class="timeline__day">{event}{link()}</li>'))
    assert page.publications[0].event_date == (day and date(2021, 6, day))
    assert codes(page) == signals


def test_two_reports_of_one_day_keep_their_dates_apart() -> None:
    event = '<div class="event">{}<p>Published <time pubdate>{} July 2021</time></p></div>'
    reports = event.format(link(spoken=""), 15) + event.format(link(spoken="", href="/file/2"), 20)
    page = read(
        page_of(
            '<li class="timeline__day"><p class="timeline__date"><time>10 June 2021</time></p>'
            f"{reports}{link(spoken='', href='/file/3')}</li>"
        )
    )
    days = [publication.published_date for publication in page.publications]
    assert days == [date(2021, 7, 15), date(2021, 7, 20), None]
    assert {publication.event_date for publication in page.publications} == {date(2021, 6, 10)}
    assert codes(page) == ["publication_undated"]


@pytest.mark.parametrize(
    "report",
    [
        item(f"<ul><li>{link()}</li><li>{link(href='/file/2')}</li></ul>"),
        f"<ul><li>10 June 2021 {link()} {link(href='/file/2')}</li></ul>".replace("class", "id"),
    ],
)
def test_two_reports_of_one_event_have_its_day(report: str) -> None:
    days = [publication.event_date for publication in read(page_of(report)).publications]
    assert days == [date(2021, 6, 10)] * 2


def test_an_address_counts_once_with_what_its_first_dated_link_says() -> None:
    box = f'<p><a href="{FILE}#page=1">{FOCUSED}</a></p>'
    page = read(page_of(TWO_REPORTS, urn=f"<p>URN: 80999</p>{box}"))
    assert page == AS_READ
    page = read(page_of(TWO_REPORTS + item(link("Monitoring visit", ", pdf - 1 May 2022"))))
    assert page.publications == AS_READ.publications
    assert codes(page) == ["link_text_disagrees"]


def test_a_link_that_leads_nowhere_is_reported() -> None:
    page = read(page_of(item(link(href="javascript:open(5)"))))
    assert page.publications == ()
    assert page.signals[0] == Signal("publication_address_unreadable", "javascript:open(5)")


@pytest.mark.parametrize(
    ("event", "detail"),
    [
        ('<li class="timeline__day timeline__day--registered">Registered</li>', None),
        ("<li><p>01 April 1998 Opened</p></li>", None),
        ("<li><p>01 April 1998 Closed</p></li>", "Closed"),
        ('<div class="timeline__day--merged">Merged</div>', "merged"),
        ('<li class="timeline__day"><time>1 May 2020</time> Renamed</li>', "Renamed"),
        ('<li class="timeline__day"></li>', "An event without words."),
        (f'<li class="timeline__day timeline__day--online">{link()}</li>', "online"),
    ],
)
def test_events_without_a_report(event: str, detail: str | None) -> None:
    page = read(page_of(event + TWO_REPORTS))
    assert page.signals == (() if detail is None else (Signal("timeline_event_never_met", detail),))


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("<h1>Reports</h1><h1 class='heading--title'>Tarn<br>shire</h1>", "Tarn shire"),
        ("<h1>Reports</h1><main><h1>Tarnshire</h1></main>", "Tarnshire"),
        ("", "Moorland"),
    ],
)
def test_the_name_of_an_authority(heading: str, name: str) -> None:
    page = read(html(heading + item(link()), title="Moorland"))
    assert (page.name, page.signals) == (name, ())


def test_an_authority_without_a_name_is_reported() -> None:
    page = read(item(link()).encode())
    assert (page.name, codes(page)) == (None, ["provider_unnamed"])


@pytest.mark.parametrize(
    ("urn", "found", "signals"),
    [
        ("<dt>URN</dt>\n<dd>80999</dd>", "80999", ()),
        ("<li>URN:<strong>80999</strong></li>", "80999", ()),
        ("", None, ()),
        ("<p>URN: 80998</p>", "80998",
         (Signal("provider_urn_disagrees", f"80998 and 80999: {ADDRESS}"),)),
    ],
)  # fmt: skip
def test_the_number_of_an_authority(
    urn: str, found: str | None, signals: tuple[Signal, ...]
) -> None:
    page = read(page_of(TWO_REPORTS, urn))
    assert (page.urn, page.signals) == (found, signals)


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (b"", "is empty"),
        (html("<h1>Tarnshire</h1>"), "headed 'Tarnshire'"),
        (html('<main><h1>Guides</h1><a href="/guide.pdf">How we inspect</a></main>'), "no link"),
        (html("<h1>Report not found</h1>"), "headed 'Report not found'"),
        (page_of(TWO_REPORTS)[:-30], "breaks off before its end"),
        (b"\x89PNG\r\n" + bytes(range(256)), "not a provider's page"),
    ],
)
def test_a_page_that_is_no_authoritys_is_refused(content: bytes, seen: str) -> None:
    with pytest.raises(UnreadablePage, match=re.escape(seen)) as refused:
        read(content)
    assert str(refused.value).startswith(ADDRESS)


PIECES = st.sampled_from(
    [
        *"<> \"'&;=/-\0\x01\x1b\ud800",
        *["<li class=timeline__day>", "<ol class=timeline>", "</ol>", "</li>", "<h1>", "</h1>"],
        *['<a class="publication-link" href="', "/v1/file/1", '">', "</a>", "javascript:1"],
        *["http:[", '<span class="nonvisual">', "</span>", FOCUSED, ", pdf - 15 July 2021"],
        *["<time pubdate>", '<time datetime="0001-01-01T00:00">', "</time>", "Published "],
        *['<p class="timeline__date">', "</p>", "<base href='x:'>", "&#xD800;", "&#0;", "<!--"],
        *['<a href="/provider/44/', "80999", "80998", '<b class="results-count">', "9" * 30, "²"],
        *["<title>", "<svg>", "<template>", "<a:b xmlns:a='q'>", "<frameset>", "URN: ", "</html>"],
        *["31 June 2021", "10/10/2021", "15 ſept 2021"],
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
    assert fault is None or fault.detail
    for read_page in (read_search_page, read_provider_page):
        try:
            page = read_page(content, ADDRESS, encoding)
        except UnreadablePage:
            continue
        assert msgspec.json.decode(msgspec.json.encode(page), type=type(page)) == page
        assert all(signal.code and signal.detail.isprintable() for signal in page.signals)
        assert all(len(signal.detail) <= 120 for signal in page.signals)
        if isinstance(page, ProviderPage):
            addresses = [publication.address for publication in page.publications]
            assert len(addresses) == len(set(addresses))
            assert all(re.match("https?://", address) for address in addresses)
        else:
            assert all(map(str.isdecimal, page.providers))


LINK = '<a class="publication-link" href="/v1/file/{}">Focused visit, pdf - 05 March 2024</a>'
MANY = 4000


@pytest.mark.parametrize(
    "body",
    [
        "".join(map(LINK.format, range(MANY))),
        LINK.format(1) * MANY,
        f'<li class="timeline__day">{"".join(map(LINK.format, range(MANY)))}</li>',
        f"<ul>{''.join(f'<li>{LINK.format(number % 2)}</li>' for number in range(MANY))}</ul>",
    ],
    ids=["flat", "to one file", "of one event", "to two files in turn"],
)
def test_thousands_of_links_take_no_time(body: str) -> None:
    began = time.process_time()
    assert read_provider_page(html(f"<h1>Tarnshire</h1>{body}"), ADDRESS).publications
    assert time.process_time() - began < 2, "of quadratic time, it would be minutes"
