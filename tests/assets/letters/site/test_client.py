"""Asking the site: what is asked again and what is not, what is believed, what is left alone."""

import gzip
import random
import socket
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from assets.letters.site.client import Client
from assets.letters.site.markup import UnreadablePage
from assets.letters.source import FetchError, PassingError, Received, SourceUnavailable
from assets.model import Listing
from tests.assets.letters.site.conftest import Taken, pdf, publication, settings_for
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
    Packed,
    Page,
    Redirect,
    Request,
    Reset,
    RetryAfter,
    Site,
    Slow,
    Status,
    Truncated,
)

FILE = publication(1).path
CONTENT = publication(1).content
PROVIDER = "/provider/44/80001"
ATTEMPTS = 3
TOLERANCE = 0.05


def download(site: Site, path: str = FILE, held: Listing | None = None, **values: Any) -> Received:
    """Ask for a file; what came of it must be the file, to the byte."""
    into = Taken()
    arrived = Client(settings_for(site, **values)).download(f"{site.url}{path}", into, held)
    assert into.content == (b"" if arrived.is_held else CONTENT)
    return arrived


def page(site: Site, path: str = PROVIDER, **values: Any) -> tuple[bytes, str, str | None]:
    client = Client(settings_for(site, **values))
    return client.page(f"{site.url}{path}", lambda *came: came)


def asked(site: Site, path: str = FILE) -> list[Request]:
    return [request for request in site.requests if request.path == path]


def held(**headers: str) -> Listing:
    return Listing(source="ofsted", file_name="50000001.pdf", **headers)


# --- What is asked again, and what is not ---------------------------------------------------------

PASSING: list[tuple[Answer, str]] = [
    (Status(403), "refused"),
    (Status(408), "http_error"),
    (Status(425), "http_error"),
    (Status(429), "too_many_requests"),
    (RetryAfter(0), "too_many_requests"),
    (RetryAfter("soon"), "too_many_requests"),
    (RetryAfter("Mon, 01 Jan 2024 00:00:00 GMT"), "too_many_requests"),
    (RetryAfter("9" * 5000), "too_many_requests"),
    (RetryAfter("Fri, 31 Dec 99999 23:59:59 GMT"), "too_many_requests"),
    (Status(500), "http_error"),
    (Status(502), "http_error"),
    (RetryAfter(0, code=503), "http_error"),
    (Status(504), "http_error"),
    (Status(599), "http_error"),
    (Reset(), "connection_failed"),
    (Reset(0.5), "truncated"),
    (Truncated(0.5), "truncated"),
    (Truncated(0), "truncated"),
    (NoLength(0.5), "truncated"),
    (NoLength(0), "empty_file"),
    (Chunked(0.5), "truncated"),
    (Chunked(0.99), "truncated"),
    (Headers({"Content-Length": "99999"}), "truncated"),
    (Headers({"Transfer-Encoding": "chunked"}), "truncated"),
    (Headers({"Content-Encoding": "gzip"}), "truncated"),
    (Headers({"X-Long": "x" * 70_000}), "connection_failed"),
    (Content(CONTENT[:-7]), "truncated"),
    (Content(CONTENT + bytes(4000)), "truncated"),
    (Garbage(), "not_a_pdf"),
    (Content(bytes(1020) + CONTENT), "not_a_pdf"),
    (Content(b"%PD"), "not_a_pdf"),
    (Empty(), "empty_file"),
    (SITE_ERROR, "site_error"),
    (Page("Slim Application Error", code=500), "http_error"),
    (Page("Access Denied"), "refused"),
    (Page("Some words never met"), "html_page"),
    (Slow(SOON), "timed_out"),
    (Slow(before_body=SOON), "timed_out"),
    (Slow(between=SOON), "timed_out"),
]


@pytest.mark.parametrize(
    ("answer", "reason_code"), PASSING, ids=[repr(one)[:60] for one, _ in PASSING]
)
def test_what_may_pass_is_asked_again(site: Site, answer: Answer, reason_code: str) -> None:
    values = {"read_seconds": 0.3} if isinstance(answer, Slow) else {}
    site.fail(FILE, answer, times=ATTEMPTS)
    with pytest.raises(PassingError) as raised:
        download(site, **values)
    assert (raised.value.reason_code, raised.value.is_gone) == (reason_code, False)
    assert raised.value.detail.endswith(".")
    assert len(asked(site)) == ATTEMPTS
    # And when it passes before the last attempt, nobody need know.
    site.requests.clear()
    site.clear_faults()
    site.fail(FILE, answer, times=ATTEMPTS - 1)
    download(site, **values)
    assert len(asked(site)) == ATTEMPTS


FOR_GOOD: list[tuple[Answer, str, bool]] = [
    (Status(400), "http_error", False),
    (Status(401), "http_error", False),
    (Status(404), "not_found", True),
    (Status(405), "http_error", False),
    (Status(410), "not_found", True),
    (Status(451), "http_error", False),
    (Status(204), "http_error", False),
    (Status(206), "http_error", False),
    (Status(304), "http_error", False),  # to a request without a condition
    (Status(300), "http_error", False),
    (WITHDRAWN, "withdrawn", True),
    (Page("Page not found"), "not_found", True),
]


@pytest.mark.parametrize(
    ("answer", "reason_code", "is_gone"), FOR_GOOD, ids=[repr(one)[:60] for one, *_ in FOR_GOOD]
)
def test_what_will_not_pass_is_asked_once(
    site: Site, answer: Answer, reason_code: str, is_gone: bool
) -> None:
    site.fail(FILE, answer)
    with pytest.raises(FetchError) as raised:
        download(site)
    assert not isinstance(raised.value, PassingError)
    assert (raised.value.reason_code, raised.value.is_gone) == (reason_code, is_gone)
    assert len(asked(site)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        RetryAfter(3600),
        RetryAfter(3600, code=503),
        RetryAfter(format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)),
    ],
    ids=["429", "503", "a date"],
)
def test_who_is_to_be_left_alone_for_long_is_asked_no_more(site: Site, answer: Answer) -> None:
    site.fail(FILE, answer)
    with pytest.raises(SourceUnavailable, match=r"It asks to be left alone for [0-9]{4} seconds"):
        download(site)
    assert len(asked(site)) == 1
    site.clear_faults()
    site.robots = b"User-agent: *\nCrawl-delay: 3600\n"
    with pytest.raises(SourceUnavailable, match="crawl-delay"):
        download(site)
    assert len(asked(site)) == 1


OF_SOURCE = [
    *(Status(code) for code in (400, 401, 403, 405, 408, 429, 451, 500, 503)),
    RetryAfter(0),
    Reset(),
    SITE_ERROR,
    Page("Access Denied"),
    Page("Words never met"),
    Slow(1),
    Headers({"Content-Encoding": "gzip"}),
]
OF_FILE = [
    *(Status(code) for code in (404, 410)),
    WITHDRAWN,
    Page("Page not found"),
    Truncated(0.5),
    NoLength(0.5),
    Chunked(0.5),
    Garbage(),
    Empty(),
]


@pytest.mark.parametrize("answer", [*OF_SOURCE, *OF_FILE], ids=repr)
def test_a_fault_of_the_site_is_told_from_one_of_a_file(site: Site, answer: Answer) -> None:
    site.fail(FILE, answer)
    with pytest.raises(FetchError) as raised:
        download(site, attempts=1, read_seconds=0.3 if isinstance(answer, Slow) else SOON)
    assert raised.value.is_of_source == (answer in OF_SOURCE)


@pytest.mark.parametrize(
    ("answer", "reason_code", "times"),
    [
        (Status(503), "http_error", ATTEMPTS),
        (SITE_ERROR, "site_error", ATTEMPTS),
        (Truncated(0.5), "truncated", ATTEMPTS),
        (Chunked(0.5), "truncated", ATTEMPTS),
        (Content(b" \n"), "empty_file", ATTEMPTS),
        (Status(404), "not_found", 1),
        (Page("Page not found"), "not_found", 1),
    ],
    ids=repr,
)
def test_a_page_is_asked_for_again_as_well(
    site: Site, answer: Answer, reason_code: str, times: int
) -> None:
    site.fail(PROVIDER, answer)
    with pytest.raises(FetchError) as raised:
        page(site)
    assert raised.value.reason_code == reason_code
    assert len(asked(site, PROVIDER)) == times


def test_a_page_that_cannot_be_read_may_be_another_the_next_time(site: Site) -> None:
    site.fail(PROVIDER, Content(b"<p>Half a pa"), times=1)

    def read(content: bytes, address: str, encoding: str | None) -> int:
        if b"</html>" not in content:
            raise UnreadablePage("It breaks off.")
        return len(content)

    client = Client(settings_for(site))
    assert client.page(f"{site.url}{PROVIDER}", read) > 100
    assert client.traffic.failures == {"unreadable_page": 1}


def test_a_page_says_where_it_came_from_and_in_what_encoding(site: Site) -> None:
    site.fail("/before", Redirect(PROVIDER))
    content, address, encoding = page(site, "/before")
    assert b"Council 80001" in content
    assert (address, encoding) == (f"{site.url}{PROVIDER}", "utf-8")
    site.fail(PROVIDER, Headers({"Content-Type": "text/html"}))
    assert page(site)[2] is None, "nobody named one"


def test_waits_double_up_to_a_limit(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda least, most: most)
    site.fail(FILE, Status(503))
    with pytest.raises(PassingError):
        download(site, attempts=6, first_wait_seconds=0.04, longest_wait_seconds=0.2)
    waits = [
        later.start - (earlier.end or earlier.start) for earlier, later in pairwise(asked(site))
    ]
    for wait, expected in zip(waits, [0.04, 0.08, 0.16, 0.2, 0.2], strict=True):
        assert expected - 0.02 <= wait < expected + 0.25


def test_waits_are_left_to_chance(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []

    def uniform(least: float, most: float) -> float:
        drawn.append((least, most))
        return least

    monkeypatch.setattr(random, "uniform", uniform)
    site.fail(FILE, Status(503))
    began = time.monotonic()
    with pytest.raises(PassingError):
        download(site, first_wait_seconds=30, longest_wait_seconds=60)
    assert time.monotonic() - began < SOON, "the shortest wait is no wait"
    assert [most for _, most in drawn[:2]] == [30, 60]
    assert {least for least, _ in drawn} == {0}


@pytest.mark.parametrize("is_date", [False, True])
def test_a_wait_that_is_asked_for_is_kept_by_all(site: Site, is_date: bool) -> None:
    at = datetime.now(UTC) + timedelta(seconds=2)
    site.fail(FILE, RetryAfter(format_datetime(at, usegmt=True) if is_date else 1), times=1)
    client = Client(settings_for(site))
    client.page(f"{site.url}{PROVIDER}", lambda *came: came)
    site.requests.clear()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(client.download, f"{site.url}{FILE}", Taken())
        while not asked(site) or asked(site)[0].end is None:
            time.sleep(0.002)
        time.sleep(0.02)
        second = threads.submit(client.page, f"{site.url}{PROVIDER}", lambda *came: came)
        first.result(), second.result()
    refused, *others = site.requests
    assert len(others) == 2
    for request in others:
        if is_date:  # it tells seconds only
            assert datetime.now(UTC) >= at.replace(microsecond=0)
        else:
            assert request.start - refused.start >= 1 - TOLERANCE


# --- Limits of time -------------------------------------------------------------------------------


def test_a_connection_that_is_not_made(site: Site) -> None:
    """A server that has more callers than it takes leaves the next one without an answer."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        callers = []
        for _ in range(8):
            callers.append(socket.socket())
            callers[-1].setblocking(False)
            callers[-1].connect_ex(deaf.getsockname())
        time.sleep(0.05)
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        client = Client(settings_for(site, files_url=url, connect_seconds=0.1, attempts=2))
        began = time.monotonic()
        # Without its robots.txt, nothing may be asked of a host.
        with pytest.raises(SourceUnavailable, match=r"No connection was made within 0\.1 s"):
            client.download(f"{url}{FILE}", Taken())
        assert 0.2 <= time.monotonic() - began < SOON
        assert client.traffic.failures == {"timed_out": 2}
        for caller in callers:
            caller.close()


def test_a_host_that_may_be_at_work_still_is_left_alone(site: Site) -> None:
    download(site)
    site.requests.clear()
    site.fail(FILE, Slow(2 * SOON), times=1)
    download(site, read_seconds=0.5)
    _, first, second = site.requests
    assert first.path == second.path == FILE
    # As long as it was waited for, and then as long again.
    assert 2 * 0.5 - TOLERANCE <= second.start - first.start < SOON


def test_a_site_that_cannot_be_trusted_is_not_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise requests.exceptions.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed")

    with monkeypatch.context() as patch:
        patch.setattr(requests.Session, "get", refuse)
        with pytest.raises(FetchError, match="certificate cannot be trusted") as raised:
            download(site)
    assert raised.value.is_of_source
    assert site.requests == []


def test_a_host_that_is_not_there(site: Site) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        client = Client(settings_for(site, files_url=url))
        with pytest.raises(SourceUnavailable, match="cannot be reached"):
            client.download(f"{url}{FILE}", Taken())
        assert client.traffic.requests == ATTEMPTS


def test_an_answer_that_comes_drop_by_drop_is_given_up(site: Site) -> None:
    site.fail(FILE, Drip(0.5, piece_bytes=len(CONTENT) // 75))
    began = time.monotonic()
    with pytest.raises(PassingError, match=r"not come whole after 0\.2 seconds"):
        download(site, answer_seconds=0.2, attempts=1)
    assert time.monotonic() - began < SOON, "whole, it would have taken longer"


def test_a_page_that_comes_drop_by_drop_is_given_up(site: Site) -> None:
    site.fail(PROVIDER, Drip(0.5, piece_bytes=20))
    began = time.monotonic()
    with pytest.raises(PassingError) as raised:
        page(site, answer_seconds=0.2, attempts=1)
    assert raised.value.reason_code == "timed_out"
    assert time.monotonic() - began < SOON


@pytest.mark.parametrize(
    "answer",
    [RetryAfter(250), Status(503), Slow(2 * SOON)],
    ids=["asked to wait", "waits", "reads"],
)
def test_stopping_ends_all_waits(site: Site, answer: Answer) -> None:
    site.fail(FILE, answer)
    client = Client(
        settings_for(
            site,
            attempts=100,
            first_wait_seconds=100,
            longest_wait_seconds=100,
            read_seconds=0.3,
        )
    )
    with ThreadPoolExecutor(3) as threads:
        jobs = [threads.submit(client.download, f"{site.url}{FILE}", Taken()) for _ in range(3)]
        while not asked(site):
            time.sleep(0.002)
        time.sleep(0.05)
        began = time.monotonic()
        client.stop()
        for job in jobs:
            assert isinstance(job.exception(2 * SOON), SourceUnavailable)
        assert time.monotonic() - began < SOON
    site.clear_faults()
    with pytest.raises(SourceUnavailable):
        client.download(f"{site.url}{FILE}", Taken())
    client.start()
    if isinstance(answer, RetryAfter):
        return  # it would still be kept, by whoever asks again
    into = Taken()
    client.download(f"{site.url}{FILE}", into)
    assert into.content == CONTENT


# --- Limits of size, and what is believed ---------------------------------------------------------

SIZE = 400_000
MOST = 100_000


@pytest.mark.parametrize(
    "answer", [AsUsual(), Chunked(), NoLength(), Gzipped(), Slow(pieces=300)], ids=repr
)
def test_a_file_may_be_only_so_large(site: Site, answer: Answer) -> None:
    site.publications[0].content = pdf(SIZE)
    site.fail(FILE, answer)
    client = Client(settings_for(site, most_bytes=MOST))
    into = Taken()
    with pytest.raises(FetchError) as raised:
        client.download(f"{site.url}{FILE}", into)
    assert raised.value.reason_code == "too_large"
    assert "100,000 bytes" in raised.value.detail
    assert len(asked(site)) == 1, "it will not shrink"
    assert len(into.content) <= MOST
    assert client.traffic.byte_count < SIZE


def test_a_file_may_be_just_so_large(site: Site) -> None:
    site.publications[0].content = pdf(MOST)
    into = Taken()
    client = Client(settings_for(site, most_bytes=MOST))
    client.download(f"{site.url}{FILE}", into)
    assert into.content == pdf(MOST)


def test_a_page_may_be_a_tenth_of_that(site: Site) -> None:
    site.fail(PROVIDER, Content(b"<html>" + bytes(MOST // 10)))
    with pytest.raises(FetchError) as raised:
        page(site, most_bytes=MOST)
    assert raised.value.reason_code == "too_large"
    assert len(asked(site, PROVIDER)) == 1


@pytest.mark.parametrize("path", [PROVIDER, FILE])
def test_a_small_answer_that_unpacks_to_a_huge_one(site: Site, path: str) -> None:
    head = b"%PDF-1.7\n" if path == FILE else b"<html>"
    site.fail(path, Packed(gzip.compress(head + bytes(64 * 2**20), compresslevel=9)))
    tracemalloc.start()
    try:
        with pytest.raises(FetchError) as raised:
            (download if path == FILE else page)(site, most_bytes=10 * 2**20)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert raised.value.reason_code == "too_large"
    assert len(asked(site, path)) == 1
    assert raised.value.is_of_source, "no file is packed so"
    assert most < 40 * 2**20, "it was unpacked whole"


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + CONTENT,
        bytes(1000) + CONTENT,
        CONTENT + bytes(1500),
        b"%PDF-1.4\n%%EOF",
        *(pdf((1 << 16) + more) for more in (-1, 0, 1, 5, 7, 1030)),
        pdf(1 << 20),
    ],
    ids=len,
)
@pytest.mark.parametrize("answer", [AsUsual(), Chunked(), NoLength(), Gzipped()], ids=repr)
def test_a_whole_pdf_comes_to_the_byte(site: Site, content: bytes, answer: Answer) -> None:
    site.publications[0].content = content
    site.fail(FILE, answer)
    into = Taken()
    Client(settings_for(site)).download(f"{site.url}{FILE}", into)
    assert into.content == content
    assert len(asked(site)) == 1


@pytest.mark.parametrize(
    "answer", [Truncated(0.9), Chunked(0.9), NoLength(0.9), Reset(0.9)], ids=repr
)
def test_half_a_file_is_forgotten_before_the_next_attempt(site: Site, answer: Answer) -> None:
    content = site.publications[0].content = pdf(300_000)
    site.fail(FILE, answer, times=2)
    into = Taken()
    Client(settings_for(site)).download(f"{site.url}{FILE}", into)
    assert into.content == content
    assert into.starts == 3


# --- Where may be asked ---------------------------------------------------------------------------


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to", ["/v1/file/50000001", "50000001", "{url}{file}", "//{host}{file}", "?"]
)
def test_a_redirect_within_the_site_is_followed(site: Site, code: int, to: str) -> None:
    host = urlsplit(site.url).netloc
    to = to.replace("{url}", site.url).replace("{host}", host).replace("{file}", FILE)
    path = FILE + "?" if to == "?" else "/v1/file/moved"
    if to == "?":
        to = FILE
        path = "/somewhere/else"
    site.fail(path.replace("?", r"\?"), Redirect(to, code))
    download(site, path)
    assert len(asked(site)) == 1


def test_a_redirect_to_the_host_of_files_is_followed(site: Site) -> None:
    site.fail("/moved", Redirect(f"{site.other_url}{FILE}"))
    download(site, "/moved", files_url=site.other_url)
    hosts = [(one.headers["Host"].partition(":")[0], one.path) for one in site.requests]
    assert hosts == [
        ("127.0.0.1", "/robots.txt"),
        ("127.0.0.1", "/moved"),
        ("localhost", "/robots.txt"),  # its own rules are asked for
        ("localhost", FILE),
    ]


ELSEWHERE = [
    "{other}{file}",
    "//localhost:{port}{file}",
    "https://127.0.0.1:{port}{file}",
    "HTTP://127.0.0.1:{port}1{file}",
    "http://127.0.0.1{file}",
    "http://127.0.0.1:{port}@localhost:{port}{file}",
    "http://localhost:{port}\\@127.0.0.1:{port}{file}",
    "http://localhost:{port}#@127.0.0.1:{port}{file}",
    "http://127.0.0.1.localhost:{port}{file}",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:x/",
    "http://[bad/",
    "http://[::1]:{port}{file}",
    "https://www.example.org/x.pdf",
    "ftp://127.0.0.1:{port}{file}",
    "file:///etc/passwd",
    "data:application/pdf,%PDF-",
    "javascript:1",
]


@pytest.mark.parametrize("to", ELSEWHERE)
def test_a_redirect_elsewhere_is_not_followed(site: Site, to: str) -> None:
    port = str(urlsplit(site.url).port)
    address = to.replace("{other}", site.other_url).replace("{port}", port).replace("{file}", FILE)
    site.fail("/v1/file/moved", Redirect(address))
    with pytest.raises(FetchError) as raised:
        download(site, "/v1/file/moved")
    assert raised.value.reason_code == "address_not_allowed"
    assert not isinstance(raised.value, PassingError)
    assert [one.path for one in site.requests] == ["/robots.txt", "/v1/file/moved"]
    assert {one.headers["Host"] for one in site.requests} == {f"127.0.0.1:{port}"}


@pytest.mark.parametrize("to", ELSEWHERE)
def test_an_address_elsewhere_is_not_asked(site: Site, to: str) -> None:
    port = str(urlsplit(site.url).port)
    address = to.replace("{other}", site.other_url).replace("{port}", port).replace("{file}", FILE)
    client = Client(settings_for(site))
    with pytest.raises(FetchError) as raised:
        client.download(address, Taken())
    assert raised.value.reason_code == "address_not_allowed"
    assert site.requests == []
    assert client.traffic.requests == 0


@pytest.mark.parametrize("answer", [Redirect("{path}"), Status(302), Redirect("/a"), Redirect("")])
def test_a_redirect_in_a_circle_ends(site: Site, answer: Answer) -> None:
    site.fail("/(v1|a)", answer)
    with pytest.raises(FetchError) as raised:
        download(site)
    assert raised.value.reason_code == "too_many_redirects"
    assert len(site.requests) == 1 + 6


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [
        ("https://reports.ofsted.gov.uk/provider/44/80001", True),
        ("https://files.ofsted.gov.uk/v1/file/50000001", True),
        ("https://files.api.ofsted.gov.uk/v1/file/2500000", True),  # where they were before
        ("https://FILES.ofsted.gov.uk:443/v1/file/50000001", True),
        ("http://files.ofsted.gov.uk/v1/file/50000001", False),
        ("https://files.ofsted.gov.uk:8443/v1/file/50000001", False),
        ("https://files.ofsted.gov.uk.example.org/v1/file/50000001", False),
        ("https://ofsted.gov.uk/", False),
        ("https://example.org/files.ofsted.gov.uk", False),
        ("", False),
    ],
)
def test_ofsteds_own_hosts(site: Site, address: str, is_allowed: bool) -> None:
    ofsted = {
        "site_url": "https://reports.ofsted.gov.uk",
        "files_url": "https://files.ofsted.gov.uk",
    }
    client = Client(settings_for(site, **ofsted, contact="letters@example.org"))
    assert client.is_allowed(address) == is_allowed


def test_a_site_on_this_machine_leads_to_none_of_ofsteds_hosts(site: Site) -> None:
    """Nobody has said whom Ofsted may turn to."""
    client = Client(settings_for(site))
    for host in ("reports.ofsted.gov.uk", "files.ofsted.gov.uk", "files.api.ofsted.gov.uk"):
        assert not client.is_allowed(f"https://{host}/v1/file/50000001")


# --- robots.txt -----------------------------------------------------------------------------------

ROBOTS = [
    (b"User-agent: *\nDisallow: /v1/\n", False),
    (b"User-agent: ofsted-letters\nDisallow: /\n", False),
    (b"user-agent:OFSTED-LETTERS\ndisallow:/v1/file\n", False),
    (b"User-agent: *\nAllow: /\n\nUser-agent: ofsted-letters\nDisallow: /v1/\n", False),
    (b"User-agent: *\nDisallow: /\n\nUser-agent: ofsted-letters\nDisallow:\n", True),
    (b"User-agent: *\nDisallow: /\nAllow: /v1/file/\n", True),
    (b"User-agent: *\nDisallow: /*/file/\n", False),
    (b"User-agent: *\nDisallow: /v1/file/5$\n", True),
    (b"User-agent: *\nDisallow: /admin\n", True),
    (b"User-agent: otherbot\nDisallow: /\n", True),
    (b"User-agent: *\r\nDisallow: /v1/\r\n", False),
    (b"\xef\xbb\xbfUser-agent: *\nDisallow: /v1/\n", False),
    (b"# \xff\xfe\nUser-agent: *\nDisallow: /v1/ # files\n", False),
    (b"", True),
    (b"<html><body>Welcome. Disallow: /</body></html>", True),
]


@pytest.mark.parametrize(("robots", "is_allowed"), ROBOTS)
def test_robots_txt_is_obeyed(site: Site, robots: bytes, is_allowed: bool) -> None:
    site.robots = robots
    if is_allowed:
        download(site)
    else:
        with pytest.raises(FetchError) as raised:
            download(site)
        assert raised.value.reason_code == "robots_disallow"
        assert not isinstance(raised.value, PassingError)
    assert [one.path for one in site.requests] == ["/robots.txt", *([FILE] if is_allowed else [])]


def test_a_page_that_robots_txt_keeps_out_is_not_asked(site: Site) -> None:
    site.robots = b"User-agent: *\nDisallow: /provider/\n"
    with pytest.raises(FetchError) as raised:
        page(site)
    assert raised.value.reason_code == "robots_disallow"
    assert len(site.requests) == 1


def test_robots_txt_has_a_say_in_redirects(site: Site) -> None:
    site.robots = b"User-agent: *\nDisallow: /v1/\n"
    site.fail("/open", Redirect(FILE))
    with pytest.raises(FetchError) as raised:
        download(site, "/open")
    assert raised.value.reason_code == "robots_disallow"
    assert asked(site) == []


def test_robots_txt_is_asked_for_once_a_host(site: Site) -> None:
    site.delay = 0.02
    client = Client(settings_for(site, files_url=site.other_url))
    addresses = [f"{url}{FILE}" for url in (site.url, site.other_url)] * 4
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda address: client.download(address, Taken()), addresses))
    assert len(asked(site, "/robots.txt")) == 2
    assert [one.path for one in site.requests[:1]] == ["/robots.txt"]
    assert len(asked(site)) == 8


def test_of_a_robots_txt_that_is_too_large_the_beginning_counts(site: Site) -> None:
    """RFC 9309, 2.5."""
    site.robots = b"User-agent: *\nDisallow: /v1/\n" + b"# and so on\n" * 10_000
    with pytest.raises(FetchError) as raised:
        download(site, most_bytes=200_000)
    assert raised.value.reason_code in ("robots_disallow", "too_large")
    assert asked(site) == []


@pytest.mark.parametrize(
    "answer",
    [
        Status(404),
        Status(410),
        Status(400),
        Status(401),
        Status(403),
        Page("Page not found"),
        Page("Page not found", code=404),
        WITHDRAWN,
        Page("Find an inspection report"),
        Redirect("https://www.example.org/robots.txt"),
        Redirect("/robots.txt"),
        Garbage(),
        Empty(),
    ],
    ids=repr,
)
def test_without_robots_txt_everything_is_allowed(site: Site, answer: Answer) -> None:
    site.fail("/robots.txt", answer)
    download(site)


@pytest.mark.parametrize(
    "answer",
    [
        Status(500),
        Status(503),
        Status(429),
        Reset(),
        SITE_ERROR,
        Slow(5),
        Truncated(0.5),
        RetryAfter(0, code=503),
    ],
    ids=repr,
)
def test_while_robots_txt_cannot_be_had_nothing_is_asked(site: Site, answer: Answer) -> None:
    site.fail("/robots.txt", answer)
    values = {"read_seconds": 0.1} if isinstance(answer, Slow) else {}
    with pytest.raises(SourceUnavailable, match=r"robots\.txt cannot be had"):
        download(site, **values)
    assert len(asked(site, "/robots.txt")) == ATTEMPTS
    assert asked(site) == []


def test_a_robots_txt_that_comes_late_counts(site: Site) -> None:
    site.robots = b"User-agent: *\nDisallow: /v1/\n"
    site.fail("/robots.txt", Status(503), SITE_ERROR, times=2)
    with pytest.raises(FetchError, match=r"robots\.txt keeps"):
        download(site)
    assert len(site.requests) == 3


def test_robots_txt_can_stand_elsewhere_on_the_site(site: Site) -> None:
    site.fail("/robots.txt", Redirect("/rules.txt"))
    site.fail("/rules.txt", Content(b"User-agent: *\nDisallow: /v1/\n"))
    with pytest.raises(FetchError) as raised:
        download(site)
    assert raised.value.reason_code == "robots_disallow"


@pytest.mark.parametrize(
    ("robots", "pause", "at_least"),
    [
        (b"User-agent: *\nCrawl-delay: 0.12\n", 0, 0.12),
        (
            b"User-agent: *\nCrawl-delay: 9\n\nUser-agent: ofsted-letters\nCrawl-delay: 0.12\n",
            0,
            0.12,
        ),
        (b"User-agent: *\nCrawl-delay: 0.01\n", 0.12, 0.12),
        (b"User-agent: *\nCrawl-delay: soon\n", 0.12, 0.12),
    ],
)
def test_a_longer_pause_that_it_asks_for_is_kept(
    site: Site, robots: bytes, pause: float, at_least: float
) -> None:
    site.robots = robots
    client = Client(settings_for(site, pause_seconds=pause))
    with ThreadPoolExecutor(2) as threads:
        for job in [threads.submit(client.download, f"{site.url}{FILE}", Taken()) for _ in "123"]:
            job.result()
    first, *files = site.requests
    assert first.path == "/robots.txt"
    assert len(files) == 3
    for earlier, later in pairwise(files):
        assert at_least - TOLERANCE <= later.start - earlier.start < at_least + 1


# --- Politeness -----------------------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [1, 2])
def test_never_more_at_a_time_than_may_be(site: Site, at_once: int) -> None:
    site.delay = 0.05
    site.fail(FILE, Status(503), Truncated(), Redirect(FILE), times=3)
    client = Client(settings_for(site, requests_at_once=at_once))
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda _: client.download(f"{site.url}{FILE}", Taken()), range(6)))
    assert max(one.active for one in site.requests) == at_once
    assert len(site.requests) == 1 + 6 + 3, "what failed was asked again"


def test_a_pause_after_each_beginning_and_each_end(site: Site) -> None:
    pause, site.delay = 0.14, 0.22
    site.fail(FILE, AsUsual(), Truncated(), times=2)
    client = Client(settings_for(site, pause_seconds=pause))
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: client.download(f"{site.url}{FILE}", Taken()), range(4)))
    assert len(site.requests) == 1 + 4 + 1
    assert max(one.active for one in site.requests) == 2, "they do meet"
    for earlier, later in pairwise(site.requests):
        assert later.start - earlier.start >= pause - TOLERANCE
    for later in site.requests:
        for earlier in site.requests:
            assert earlier.end is not None
            # What has ended within an instant, the program cannot know of yet.
            assert not TOLERANCE < later.start - earlier.end < pause - TOLERANCE


def test_each_host_has_turns_of_its_own(site: Site) -> None:
    site.delay = 0.15
    client = Client(settings_for(site, files_url=site.other_url))
    urls = [site.url, site.other_url] * 4
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda url: client.download(f"{url}{FILE}", Taken()), urls))
    hosts = {one.headers["Host"] for one in site.requests}
    for host in hosts:
        active = [one.active for one in site.requests if one.headers["Host"] == host]
        assert max(active) == 2
    assert len(hosts) == 2


def test_every_request_says_who_asks(site: Site) -> None:
    site.fail(FILE, Status(503), times=1)
    site.fail("/moved", Redirect(FILE))
    client = Client(settings_for(site, contact="letters@example.org"))
    client.page(f"{site.url}{PROVIDER}", lambda *came: came)
    client.download(f"{site.url}/moved", Taken())
    agents = {one.headers["User-Agent"] for one in site.requests}
    (agent,) = agents
    assert agent.startswith("ofsted-letters/")
    assert agent.endswith("(+letters@example.org)")
    assert {one.method for one in site.requests} == {"GET"}


def test_a_file_is_asked_for_as_it_is(site: Site) -> None:
    download(site)
    (request,) = asked(site)
    assert request.headers["Accept-Encoding"] == "identity"
    assert "application/pdf" in request.headers["Accept"]


def test_cookies_are_not_sent_back(site: Site) -> None:
    site.fail("/", Headers({"Set-Cookie": "session=1; Path=/"}))
    client = Client(settings_for(site))
    client.page(f"{site.url}{PROVIDER}", lambda *came: came)
    client.download(f"{site.url}{FILE}", Taken())
    client.download(f"{site.url}{FILE}", Taken())
    assert len(site.requests) == 4
    assert all("Cookie" not in one.headers for one in site.requests)


def test_credentials_of_the_user_are_not_sent(
    site: Site, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n", encoding="ascii")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    download(site)
    assert all("Authorization" not in one.headers for one in site.requests)


# --- Headers and conditions -----------------------------------------------------------------------


@pytest.mark.parametrize("sends_etag", [True, False])
@pytest.mark.parametrize("sends_last_modified", [True, False])
def test_what_the_headers_tell_is_kept_and_sent_back(
    site: Site, sends_etag: bool, sends_last_modified: bool
) -> None:
    site.sends_etag, site.sends_last_modified = sends_etag, sends_last_modified
    first = download(site)
    assert (first.etag is not None) == sends_etag
    assert (first.last_modified is not None) == sends_last_modified
    known = {"etag": first.etag, "last_modified": first.last_modified}
    again = download(site, held=held(**{name: tag for name, tag in known.items() if tag}))
    assert again.is_held == (sends_etag or sends_last_modified)
    request = asked(site)[-1]
    assert request.headers.get("If-None-Match") == first.etag
    assert request.headers.get("If-Modified-Since") == first.last_modified
    assert request.byte_count == (0 if again.is_held else len(CONTENT))


def test_an_amended_file_comes_whole(site: Site) -> None:
    first = download(site)
    site.publications[0].content = pdf(seed="amended")
    into = Taken()
    known = held(etag=first.etag or "", last_modified=first.last_modified or "")
    arrived = Client(settings_for(site)).download(f"{site.url}{FILE}", into, known)
    assert not arrived.is_held
    assert into.content == pdf(seed="amended")
    assert arrived.etag not in (None, first.etag)


def test_a_file_that_is_held_can_turn_out_withdrawn(site: Site) -> None:
    known = held(etag=download(site).etag or "")
    site.fail(FILE, WITHDRAWN)
    with pytest.raises(FetchError) as raised:
        download(site, held=known)
    assert raised.value.is_gone


@pytest.mark.parametrize(
    ("tag", "kept"),
    [
        ('"5f-1"', True),
        ('W/"5f-1"', True),
        ("no quotes", True),
        ('"' + "x" * 5000 + '"', False),
        ('"é"', False),
        ('"a\tb"', False),
        ('"\x7f"', False),
        ("", False),
    ],
)
def test_of_a_header_that_cannot_be_sent_back_nothing_is_kept(
    site: Site, tag: str, kept: bool
) -> None:
    site.fail(FILE, Headers({"ETag": tag, "Last-Modified": tag}))
    arrived = download(site)
    assert arrived.etag == arrived.last_modified == (tag if kept else None)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Disposition": 'attachment; filename="../../etc/passwd"'},
        {"Content-Disposition": "attachment; filename*=UTF-8''%2e%2e%2fx; filename=é"},
        {"Content-Type": "text/html"},
        {"Content-Type": "no type at all"},
        {"Content-Length": "-5"},
        {"Content-Length": "many"},
        {"Last-Modified": "Thu, 99 Foo 2099 99:99:99 GMT"},
        {"Content-Range": "bytes 0-1/2"},
        {"Refresh": "0; url=https://www.example.org/"},
        {"Link": "<https://www.example.org/>; rel=canonical"},
    ],
    ids=str,
)
def test_a_whole_file_comes_whatever_its_headers_claim(site: Site, headers: dict[str, str]) -> None:
    site.fail(FILE, Headers(headers))
    download(site)


# --- What is counted ------------------------------------------------------------------------------


def test_traffic_is_what_the_site_saw(site: Site) -> None:
    site.fail(FILE, Status(503), Reset(), Truncated(0.5), times=3)
    client = Client(settings_for(site, attempts=5))
    client.page(f"{site.url}{PROVIDER}", lambda *came: came)
    client.download(f"{site.url}{FILE}", Taken())
    with pytest.raises(FetchError):
        client.download(f"{site.url}/v1/file/1", Taken())
    traffic = client.traffic
    assert traffic.requests == len(site.requests) == 7
    assert traffic.retries == 3
    assert traffic.failures == {
        "connection_failed": 1,
        "http_error": 1,
        "truncated": 1,
        "withdrawn": 1,
    }
    whole = sum(one.byte_count for one in site.requests if one.status == 200)
    assert 0.7 * whole < traffic.byte_count <= whole


def test_several_threads_may_ask(site: Site) -> None:
    site.publications = [publication(number) for number in range(40)]
    site.fail("/v1/", AsUsual(), Status(500), Reset(), Truncated(), NoLength(0.5), every=3)
    client = Client(settings_for(site, attempts=8))
    lock, contents = threading.Lock(), {}

    def fetch(path: str) -> None:
        into = Taken()
        client.download(f"{site.url}{path}", into)
        with lock:
            contents[path] = into.content

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(fetch, [one.path for one in site.publications]))
    assert contents == {one.path: one.content for one in site.publications}
    assert client.traffic.requests == len(site.requests)
