"""The tests' stand-in for Ofsted's site: whether it says, fails and records what others rely on."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from http.client import BadStatusLine, HTTPConnection, IncompleteRead
from urllib.parse import urlsplit

import pytest

from tests.conftest import SOON
from tests.site import (
    SITE_ERROR,
    WITHDRAWN,
    Answer,
    AsUsual,
    Chunked,
    Content,
    Drip,
    Empty,
    Garbage,
    Gzipped,
    Headers,
    NoLength,
    Page,
    Published,
    Redirect,
    Replaced,
    Request,
    Reset,
    RetryAfter,
    Site,
    Slow,
    Status,
    Truncated,
)

LETTER = Published(
    file_number="50000001",
    urn="80001",
    provider_name="Nether & Wallop",
    link_text="Children's services focused visit",
    published=date(2024, 3, 5),
    event=date(2024, 2, 6),
    content=b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF\n",
)
FILE = LETTER.path
HALF = len(LETTER.content) // 2


class Got:
    """A response as a plain client sees it."""

    def __init__(self, connection: HTTPConnection) -> None:
        response = connection.getresponse()
        self.status = response.status
        self.headers = response.headers
        self.error: IncompleteRead | None = None
        try:
            self.body = response.read()
        except IncompleteRead as error:
            self.body, self.error = error.partial, error


def connect(site: Site, seconds: float) -> HTTPConnection:
    url = urlsplit(site.url)
    return HTTPConnection(url.hostname or "", url.port, timeout=seconds)


def get(
    site: Site, path: str, headers: Mapping[str, str] | None = None, *, seconds: float = 10
) -> Got:
    connection = connect(site, seconds)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        return Got(connection)
    finally:
        connection.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site([LETTER]) as site:
        yield site


def test_the_sample_can_be_walked_from_search_to_files() -> None:
    with Site() as site:
        site.rows_at_most = 5
        pages, path = [], "/search?start=0&rows=100"
        while path:
            pages.append(get(site, path).body.decode())
            following = re.search(r'class="pagination__next" href="([^"]+)"', pages[-1])
            path = following[1].replace("&amp;", "&") if following else ""
        providers = re.findall(r'href="(/provider/44/\d+)"', "".join(pages))
        claimed = {re.search(r'results-count">(\d+)<', page)[1] for page in pages}  # type: ignore[index]
        links = [
            link
            for provider in providers
            for link in re.findall(r'href="([^"]+/v1/file/\d+)"', get(site, provider).body.decode())
        ]
        contents = {get(site, link.removeprefix(site.url)).body for link in links}
        assert len(pages) == 3
        assert claimed == {str(len(providers))} == {"12"}
        assert contents == {one.content for one in site.publications}
        assert len(links) == len(site.publications) == 17
        assert [request.path for request in site.requests[:1]] == ["/search?start=0&rows=100"]
        assert {request.status for request in site.requests} == {200}


def test_a_provider_page_says_of_a_publication_what_is_known(site: Site) -> None:
    undated = replace(LETTER, file_number="50000002", published=None, event=None)
    site.publications.append(undated)
    site.files_url = site.other_url
    page = get(site, "/provider/44/80001").body.decode()
    assert '<h1 class="heading--title">Nether &amp; Wallop</h1>' in page
    assert f'href="{site.other_url}/v1/file/50000001"' in page
    name = "Children&#039;s services focused visit"
    assert f'<span class="nonvisual">{name}, PDF - 05 March 2024</span>' in page
    assert f'<span class="nonvisual">{name}, pdf</span>' in page
    assert page.count("<time>06 February 2024</time>") == 1
    assert page.index("50000001") < page.index("50000002")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/search?start=1&rows=100", 200, '<strong class="results-count">1,153</strong>'),
        ("/search?start=x&rows=", 200, 'href="/provider/44/80001"'),
        ("/provider/44/1", 404, "Page not found"),
        ("/provider/45/80001", 404, "Page not found"),
        ("/v1/file/1", 200, "Report not found"),
        ("/robots.txt", 200, "Disallow: /admin"),
    ],
)
def test_what_an_address_has(site: Site, path: str, status: int, words: str) -> None:
    site.claimed_count = 1153
    got = get(site, path)
    assert got.status == status
    assert words in got.body.decode()


def test_without_robots_there_is_none(site: Site) -> None:
    site.robots = None
    assert get(site, "/robots.txt").status == 404


def test_what_is_removed_is_gone_from_all_pages(site: Site) -> None:
    site.publications.clear()
    assert b"/provider/44/" not in get(site, "/search").body
    assert get(site, "/provider/44/80001").status == 404
    assert b"Report not found" in get(site, FILE).body


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("If-None-Match", "{etag}", 304),
        ("If-None-Match", "W/{etag}", 304),
        ("If-None-Match", '"other", W/"another",{etag}', 304),
        ("If-None-Match", "*", 304),
        ("If-None-Match", '"other"', 200),
        ("If-Modified-Since", "{last_modified}", 304),
        ("If-Modified-Since", "Mon, 01 Jan 2035 00:00:00 GMT", 304),
        ("If-Modified-Since", "Mon, 01 Jan 2018 00:00:00 GMT", 200),
        ("If-Modified-Since", "yesterday", 200),
    ],
)
def test_conditional_requests(site: Site, header: str, value: str, status: int) -> None:
    first = get(site, FILE)
    known = {"etag": first.headers["ETag"], "last_modified": first.headers["Last-Modified"]}
    again = get(site, FILE, {header: value.format(**known)})
    assert again.status == status
    assert again.body == (b"" if status == 304 else LETTER.content)
    assert again.headers["ETag"] == first.headers["ETag"]

    site.publications[0] = replace(LETTER, content=LETTER.content + b"% amended\n")
    amended = get(site, FILE, {header: value.format(**known)})
    is_whatever = value == "*" or "2035" in value
    assert amended.status == (304 if is_whatever else 200)
    assert amended.headers["ETag"] != first.headers["ETag"]


def test_a_tag_counts_before_a_date(site: Site) -> None:
    stamp = get(site, FILE).headers["Last-Modified"]
    asked = {"If-None-Match": '"other"', "If-Modified-Since": stamp}
    assert get(site, FILE, asked).status == 200
    site.sends_etag = False
    assert get(site, FILE, asked).status == 304


def test_it_can_be_as_at_first(site: Site) -> None:
    before = get(site, FILE)
    site.publications[0].content = b"%PDF-other"
    amended = get(site, FILE)
    site.fail("/", Status(503))
    site.robots, site.rows_at_most, site.claimed_count, site.delay = b"", 1, 7, 0.1
    site.reset()
    assert b">1<" in get(site, "/search").body
    again = get(site, FILE)
    assert again.body == before.body != amended.body
    for name in ("ETag", "Last-Modified"):
        assert again.headers[name] == before.headers[name] != amended.headers[name]


def test_headers_can_be_left_out(site: Site) -> None:
    etag = get(site, FILE).headers["ETag"]
    site.sends_etag = site.sends_last_modified = False
    got = get(site, FILE, {"If-None-Match": etag})
    assert got.status == 200
    assert got.headers["ETag"] is got.headers["Last-Modified"] is None


def is_whole(got: Got) -> bool:
    return got.status == 200 and got.error is None and got.body == LETTER.content


def is_half(got: Got) -> bool:
    return got.error is not None and got.body == LETTER.content[:HALF]


ANSWERS: list[tuple[Answer, Callable[[Got], bool]]] = [
    (AsUsual(), is_whole),
    (Status(503), lambda got: got.status == 503 and b"Service Unavailable" in got.body),
    (Status(403, {"Server": "wall"}), lambda got: got.headers["Server"] == "wall"),
    (RetryAfter(7), lambda got: (got.status, got.headers["Retry-After"]) == (429, "7")),
    (Slow(0.01, before_body=0.01, between=0.001), is_whole),
    (Drip(0, 2000), is_whole),
    (Truncated(0.5), is_half),
    (Truncated(0), lambda got: got.error is not None and got.body == b""),
    (NoLength(0.5), lambda got: got.error is None and got.body == LETTER.content[:HALF]),
    (NoLength(), lambda got: is_whole(got) and got.headers["Content-Length"] is None),
    (Chunked(), lambda got: is_whole(got) and got.headers["Content-Length"] is None),
    (Chunked(0.5), lambda got: got.error is not None),
    (
        Gzipped(),
        lambda got: got.headers["Content-Encoding"] == "gzip" and got.body[:2] == b"\x1f\x8b",
    ),
    (SITE_ERROR, lambda got: got.status == 200 and b"<h1>Slim Application Error</h1>" in got.body),
    (WITHDRAWN, lambda got: b'<h1 class="heading--title">Report not found</h1>' in got.body),
    (Page("Wait", 503), lambda got: got.status == 503 and b"Wait</h1>" in got.body),
    (
        Redirect("http://elsewhere.test{path}"),
        lambda got: (got.status, got.headers["Location"]) == (302, "http://elsewhere.test" + FILE),
    ),
    (Garbage(99), lambda got: len(got.body) == 99 and not got.body.startswith(b"%PDF")),
    (Empty(), lambda got: got.body == b"" and got.headers["Content-Type"] == "application/pdf"),
    (Content(b"%PDF-x"), lambda got: got.body == b"%PDF-x"),
    (Replaced(rb"%PDF-1\..", b"%PDF-9"), lambda got: got.body[:8] == b"%PDF-9\n\0"),
    (
        Headers({"Content-Disposition": 'attachment; filename="../../etc/x"'}),
        lambda got: is_whole(got) and "../../etc/x" in got.headers["Content-Disposition"],
    ),
    (Headers({"Content-Length": "99999"}), lambda got: got.error is not None),
]


@pytest.mark.parametrize(("answer", "is_right"), ANSWERS, ids=[repr(one) for one, _ in ANSWERS])
def test_answers(site: Site, answer: Answer, is_right: Callable[[Got], bool]) -> None:
    site.fail(FILE, answer)
    got = get(site, FILE)
    assert is_right(got), (got.status, got.headers.items(), got.body[:200], got.error)
    (request,) = site.requests
    assert request.status == got.status
    assert request.byte_count == len(got.body)
    assert request.end is not None
    assert request.end >= request.start


@pytest.mark.parametrize(("answer", "byte_count"), [(Reset(), 0), (Reset(0.5), HALF)])
def test_a_reset_is_one(site: Site, answer: Answer, byte_count: int) -> None:
    site.fail(FILE, answer)
    with pytest.raises(ConnectionResetError):
        get(site, FILE)
    (request,) = site.requests
    assert request.byte_count == byte_count
    assert request.status == (None if byte_count == 0 else 200)


def test_a_slow_answer_takes_its_time(site: Site) -> None:
    site.fail(FILE, Slow(0.05), Slow(before_body=0.05), Slow(between=0.01, pieces=6))
    for _ in range(3):
        began = time.monotonic()
        assert is_whole(get(site, FILE))
        assert 0.05 <= time.monotonic() - began < SOON


def test_a_delay_is_everyone_s(site: Site) -> None:
    site.delay = 0.05
    site.fail(FILE, Reset(), times=1)
    began = time.monotonic()
    with pytest.raises(ConnectionResetError):
        get(site, FILE)
    get(site, FILE)
    assert time.monotonic() - began >= 0.1


def test_a_fault_may_answer_a_conditional_request(site: Site) -> None:
    etag = get(site, FILE).headers["ETag"]
    site.fail(FILE, Garbage(99))
    got = get(site, FILE, {"If-None-Match": etag})
    assert (got.status, len(got.body), got.headers["Content-Type"]) == (200, 99, "application/pdf")


def test_faults_take_turns_and_pass(site: Site) -> None:
    every_third = site.fail("/v1/file/", Status(500), Status(502), every=3, times=3)
    once = site.fail(r"start=0\b", Status(429), times=1)
    statuses = [get(site, FILE).status for _ in range(12)]
    assert statuses == [200, 200, 500, 200, 200, 502, 200, 200, 500, 200, 200, 200]
    assert [get(site, "/search?start=0").status for _ in range(2)] == [429, 200]
    assert (every_third.struck, once.struck) == (3, 1)

    site.fail("/", Status(503), AsUsual())
    assert [get(site, FILE).status for _ in range(4)] == [503, 200, 503, 200]
    site.clear_faults()
    assert get(site, FILE).status == 200


@pytest.mark.parametrize(("answers", "every"), [((), None), ((Empty(),), 0)])
def test_a_fault_that_cannot_strike_is_refused(
    site: Site, answers: tuple[Answer, ...], every: int | None
) -> None:
    with pytest.raises(ValueError, match="A fault needs an answer"):
        site.fail("/", *answers, every=every)


def test_a_connection_serves_many_requests(site: Site) -> None:
    site.fail(FILE, AsUsual(), Chunked())
    connection = connect(site, 10)
    bodies, ports = [], set()
    for method in ("GET", "HEAD", "GET", "GET"):
        connection.request(method, FILE, headers={"user-agent": "tests"})
        ports.add(connection.sock.getsockname()[1])
        bodies.append(connection.getresponse().read())
    connection.close()
    assert bodies == [LETTER.content, b"", LETTER.content, LETTER.content]
    assert len(ports) == 1
    assert [request.headers["User-Agent"] for request in site.requests] == ["tests"] * 4
    assert [request.byte_count for request in site.requests] == [len(body) for body in bodies]


def test_requests_in_flight_are_counted_by_host(site: Site) -> None:
    site.delay = 0.15
    meet = threading.Barrier(5)

    def ask(host: str) -> None:
        meet.wait()
        get(site, FILE, {"Host": host})

    with ThreadPoolExecutor(5) as threads:
        list(threads.map(ask, ["reports.test"] * 3 + ["files.test"] * 2))
    active = {
        host: sorted(one.active for one in site.requests if one.headers["Host"] == host)
        for host in ("reports.test", "files.test")
    }
    assert active == {"reports.test": [1, 2, 3], "files.test": [1, 2]}


@pytest.mark.parametrize(
    "answer", [AsUsual(), Chunked(), NoLength(), Truncated(), Status(503), Empty()], ids=repr
)
def test_a_request_is_over_before_its_client_can_know(
    site: Site, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    depart = site.depart

    def depart_late(request: Request) -> None:
        time.sleep(0.02)
        depart(request)

    monkeypatch.setattr(site, "depart", depart_late)
    site.fail(FILE, answer)
    # Both stay open: that a client has hung up says nothing here.
    first, second = connect(site, 10), connect(site, 10)
    for connection in (first, second):
        connection.request("GET", FILE)
        Got(connection)
    first.close()
    second.close()
    assert [request.active for request in site.requests] == [1, 1]


def test_two_clients_that_wait_are_never_three(site: Site) -> None:
    site.fail(FILE, AsUsual(), Chunked(), NoLength(), Truncated(), Status(503), Drip(0, 5000))

    def ask(_: int) -> None:
        get(site, FILE)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(ask, range(400)))
    assert len(site.requests) == 400
    assert max(one.active for one in site.requests) <= 2
    assert all(one.end is not None and one.end >= one.start for one in site.requests)


def test_a_request_does_not_outlast_its_client(site: Site) -> None:
    here, there = socket.socketpair()
    with here, there:
        first = site.arrive("GET", FILE, {}, here)
        assert site.arrive("GET", FILE, {}, here).active == 2
        there.close()
        assert site.arrive("GET", FILE, {}, here).active == 1
        assert first.end is not None


def test_a_request_is_over_when_its_client_gives_up(site: Site) -> None:
    site.fail(FILE, Slow(30), Slow(before_body=30), Drip(30), times=3)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            get(site, FILE, seconds=0.03)
    assert is_whole(get(site, FILE))
    assert [one.active for one in site.requests] == [1, 1, 1, 1]


def test_closing_waits_for_nobody() -> None:
    with Site([LETTER]) as site:
        site.delay = 30
        asking = threading.Thread(target=_ask_in_vain, args=(site,))
        asking.start()
        idle = socket.create_connection((urlsplit(site.url).hostname, urlsplit(site.url).port))
        while not site.requests:
            time.sleep(0.001)
        began = time.monotonic()
    assert time.monotonic() - began < SOON
    asking.join(SOON)
    idle.close()
    assert not asking.is_alive()
    with pytest.raises(ConnectionRefusedError):
        get(site, FILE)


def _ask_in_vain(site: Site) -> None:
    with pytest.raises((BadStatusLine, ConnectionError)):
        get(site, FILE)


def test_a_fault_of_the_stand_in_itself_fails_the_test() -> None:
    class Broken(Answer):
        def alter(self, usual: object) -> object:  # type: ignore[override]
            raise KeyError("a slip")

    site = Site([LETTER])
    site.fail(FILE, Broken())
    with pytest.raises(KeyError, match="a slip"):
        _visit_in_vain(site)


def _visit_in_vain(site: Site) -> None:
    with site:
        _ask_in_vain(site)
