"""A small stand-in for Ofsted's report site, served from a thread of the tests' own process.

Here belongs what that site says and how it says it: the addresses, the markup of its pages, its
headers, conditional requests, and the ways in which it, or the network before it, can fail. Which
of them a program should bear is for the tests of that program.

    with Site() as site:
        site.fail(r"/v1/file/", Status(503), Reset(), every=5)
        ...  # let the program loose on site.url
        assert max(request.active for request in site.requests) <= 2

What it records is the truth as a client knows it. A request is over before the last of its answer
is handed to the network, or when its client has hung up: one that a client sends after it is done
with another never counts as beside it. A request begins when its head has been read, some
milliseconds after it was sent, for client and site share one interpreter. So `active` is never too
high, and too low only where answers take less than that: give them a `delay` where requests are to
meet, and measured pauses some tolerance.
"""

import contextlib
import csv
import gzip
import hashlib
import html
import json
import random
import re
import select
import socket
import struct
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

GOLDEN = Path(__file__).parent / "golden" / "letters"
SAMPLE = Path(__file__).parent.parent / "assets" / "letters" / "sample"

ROBOTS = b"User-agent: *\nDisallow: /admin\n"

#: Without `rows` in its address, a search page has so many.
_ROWS_UNASKED = 10

_PIECE_BYTES = 1 << 16
_SECONDS_BETWEEN_LOOKS = 0.02

_HTML = "text/html; charset=utf-8"
_PDF = "application/pdf"
_WITHOUT_BODY = (204, 304)


@dataclass
class Published:
    """A publication on the site.

    Attributes:
        file_number: The last part of its file's address.
        urn: The provider's number.
        provider_name: The provider's name, as listed.
        link_text: The words of the link, which name the kind.
        published: The day of publication; None for a link that does not say it.
        event: The day of what it reports on; None where the timeline does not say it.
        content: The file's bytes.
        address: Where its link leads, if not to the file.
    """

    file_number: str
    urn: str
    provider_name: str
    link_text: str
    published: date | None
    event: date | None
    content: bytes
    address: str | None = None

    @property
    def path(self) -> str:
        """The path of its file."""
        return f"/v1/file/{self.file_number}"


@dataclass
class Request:
    """A request, and what became of it.

    Attributes:
        start: When its head had been read, on the monotonic clock.
        end: When its answer was over or its client gone, on the same clock; None until then.
        method: `GET`, as a rule.
        path: The path, with the query.
        headers: The headers' values by name, names as in `If-None-Match`.
        status: The answer's status; None if none was sent.
        byte_count: Bytes of the answer's body that were sent.
        active: Requests in flight when it came, itself included, to the host of the same name.
    """

    start: float
    method: str
    path: str
    headers: dict[str, str]
    active: int
    end: float | None = None
    status: int | None = None
    byte_count: int = 0


@dataclass(frozen=True, kw_only=True)
class Response:
    """An answer, and how it is sent.

    Attributes:
        path: The path that was asked for, with the query.
        status: The status.
        headers: Headers but for those that go with the framing; one that is given here counts.
        body: The whole body.
        wait: Seconds before anything is sent.
        wait_for_body: Seconds between head and body.
        wait_between: Seconds between two pieces of the body.
        piece_bytes: The size of a piece.
        framing: How the client can know the body's end.
        share: The share of the body that is sent; with less than 1 the connection ends there.
        is_reset: Whether a connection that ends there is reset, not closed.
        is_silent: Whether not even the head is sent.
    """

    path: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    wait: float = 0.0
    wait_for_body: float = 0.0
    wait_between: float = 0.0
    piece_bytes: int = _PIECE_BYTES
    framing: Literal["length", "chunked", "close"] = "length"
    share: float = 1.0
    is_reset: bool = False
    is_silent: bool = False


class Answer(ABC):
    """What the site answers in place of the usual.

    One that cuts or delays a body does nothing to an answer without one, such as a 304.
    """

    @abstractmethod
    def alter(self, usual: Response) -> Response:
        """The answer, given the usual one."""


@dataclass(frozen=True)
class AsUsual(Answer):
    """No fault, among answers that take turns."""

    def alter(self, usual: Response) -> Response:
        return usual


@dataclass(frozen=True)
class Status(Answer):
    """A page with another status."""

    code: int
    headers: Mapping[str, str] = field(default_factory=dict)

    def alter(self, usual: Response) -> Response:
        return _page_response(usual.path, _phrase(self.code), self.code, self.headers)


@dataclass(frozen=True)
class RetryAfter(Answer):
    """Come back in so many seconds, or at the time of an HTTP date."""

    seconds: int | str
    code: int = 429

    def alter(self, usual: Response) -> Response:
        headers = {"Retry-After": str(self.seconds)}
        return _page_response(usual.path, _phrase(self.code), self.code, headers)


@dataclass(frozen=True)
class Slow(Answer):
    """The usual, late: seconds before the head, before the body, between pieces of the body."""

    seconds: float = 0.0
    before_body: float = 0.0
    between: float = 0.0
    pieces: int = 10

    def alter(self, usual: Response) -> Response:
        return replace(
            usual,
            wait=self.seconds,
            wait_for_body=self.before_body,
            wait_between=self.between,
            piece_bytes=-(-len(usual.body) // self.pieces) or 1,
        )


@dataclass(frozen=True)
class Drip(Answer):
    """The whole of it, a byte or a few now and then."""

    seconds: float = 0.05
    piece_bytes: int = 1

    def alter(self, usual: Response) -> Response:
        return replace(usual, wait_between=self.seconds, piece_bytes=self.piece_bytes)


@dataclass(frozen=True)
class Truncated(Answer):
    """A share of the body under the full `Content-Length`, then the connection closes."""

    share: float = 0.5

    def alter(self, usual: Response) -> Response:
        return replace(usual, share=self.share)


@dataclass(frozen=True)
class Reset(Answer):
    """The connection is reset: before any answer, or after a share of the body."""

    share: float | None = None

    def alter(self, usual: Response) -> Response:
        if self.share is None:
            return replace(usual, is_silent=True, is_reset=True)
        return replace(usual, share=self.share, is_reset=True)


@dataclass(frozen=True)
class NoLength(Answer):
    """A share of the body without `Content-Length`; nothing but the connection's end ends it."""

    share: float = 1.0

    def alter(self, usual: Response) -> Response:
        return replace(usual, framing="close", share=self.share)


@dataclass(frozen=True)
class Chunked(Answer):
    """The body in chunks; with a share below 1, the connection closes before the last one."""

    share: float = 1.0
    piece_bytes: int = 1000

    def alter(self, usual: Response) -> Response:
        return replace(usual, framing="chunked", share=self.share, piece_bytes=self.piece_bytes)


@dataclass(frozen=True)
class Gzipped(Answer):
    """The usual under `Content-Encoding: gzip`, whether the client asked for that or not."""

    def alter(self, usual: Response) -> Response:
        headers = {**usual.headers, "Content-Encoding": "gzip"}
        return replace(usual, headers=headers, body=gzip.compress(usual.body, mtime=0))


@dataclass(frozen=True)
class Page(Answer):
    """A page with that heading and nothing else to say; a bare one lacks the site's frame."""

    heading: str
    code: int = 200
    is_bare: bool = False

    def alter(self, usual: Response) -> Response:
        return _page_response(usual.path, self.heading, self.code, is_bare=self.is_bare)


#: A fault of the site: try again.
SITE_ERROR = Page("Slim Application Error", is_bare=True)
#: What the site answers for a file that it has taken down.
WITHDRAWN = Page("Report not found")


@dataclass(frozen=True)
class Redirect(Answer):
    """Elsewhere; `{path}` stands for the path that was asked for."""

    to: str
    code: int = 302

    def alter(self, usual: Response) -> Response:
        headers = {"Location": self.to.replace("{path}", usual.path)}
        return Response(path=usual.path, status=self.code, headers=headers)


@dataclass(frozen=True)
class Garbage(Answer):
    """Noise under the usual type, the same each time."""

    byte_count: int = 40_000

    def alter(self, usual: Response) -> Response:
        noise = random.Random(20180116).randbytes(self.byte_count)
        return Response(path=usual.path, headers=_typed(usual), body=noise)


@dataclass(frozen=True)
class Empty(Answer):
    """No bytes, under the usual type."""

    def alter(self, usual: Response) -> Response:
        return Response(path=usual.path, headers=_typed(usual))


@dataclass(frozen=True)
class Content(Answer):
    """Other bytes, under the usual type."""

    content: bytes

    def alter(self, usual: Response) -> Response:
        return Response(path=usual.path, headers=_typed(usual), body=self.content)


@dataclass(frozen=True)
class Packed(Answer):
    """A body that is packed already, whatever was asked."""

    body: bytes

    def alter(self, usual: Response) -> Response:
        headers = {"Content-Encoding": "gzip"}
        return replace(usual, status=200, headers=headers, body=self.body)


@dataclass(frozen=True)
class Headers(Answer):
    """The usual with other headers, whatever these claim.

    With a `Content-Length` that is not the body's, the connection closes after the body.
    """

    headers: Mapping[str, str]

    def alter(self, usual: Response) -> Response:
        return replace(usual, headers={**usual.headers, **self.headers})


@dataclass(frozen=True)
class Replaced(Answer):
    """The usual with other words: each place where the pattern is found in the body."""

    pattern: bytes
    words: bytes = b""

    def alter(self, usual: Response) -> Response:
        return replace(usual, body=re.sub(self.pattern, self.words, usual.body, flags=re.DOTALL))


@dataclass
class Fault:
    """A rule by which the site fails.

    Attributes:
        pattern: What it applies to: paths with their query in which this is found.
        answers: What it answers, in turns.
        every: It strikes at each so-manieth request that it applies to.
        times: It strikes so many times in all; None for no end.
        met: How many requests it applied to.
        struck: How many of those it answered.
    """

    pattern: re.Pattern[str]
    answers: tuple[Answer, ...]
    every: int = 1
    times: int | None = None
    met: int = 0
    struck: int = 0

    def answer(self, path: str) -> Answer | None:
        """The answer to a request, if it strikes; counts."""
        if self.struck == self.times or not self.pattern.search(path):
            return None
        self.met += 1
        if self.met % self.every:
            return None
        self.struck += 1
        return self.answers[(self.struck - 1) % len(self.answers)]


def sample_publications() -> list[Published]:
    """The sample's focused visit letters that are PDFs, as the site has them; oldest first."""
    with (SAMPLE / "authorities.csv").open(encoding="utf-8") as table:
        names = {row["ofsted_urn"]: row["name"] for row in csv.DictReader(table)}
    with (SAMPLE / "manifest.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["kind"] == "focused_visit"]
    rows.sort(key=lambda row: (row["published"], row["file"]))
    publications = []
    for number, row in enumerate(rows):
        path = SAMPLE / row["file"]
        letter = json.loads((GOLDEN / f"{path.stem}.json").read_text(encoding="utf-8"))
        kind = row["link_text"].partition(" - ")[0]
        publications.append(
            Published(
                file_number=str(50_004_321 + 119 * number),
                urn=row["urn"],
                provider_name=names[row["urn"]],
                link_text=kind[:1].upper() + kind[1:],
                published=date.fromisoformat(row["published"]),
                event=date.fromisoformat(letter["start_date"]),
                content=path.read_bytes(),
            )
        )
    return publications


class Site:
    """The site, open as long as the context lasts.

    What it has and how it behaves are plain attributes: tests change them, best between runs.

    Attributes:
        url: Its address, without a slash at the end; with the number for a host.
        other_url: The same server under another host's name; requests to it count apart.
        files_url: What addresses of files begin with on its pages; `url` unless changed.
        publications: What it has; the providers are theirs.
        requests: Every request, in order of arrival. May be cleared.
        robots: What `/robots.txt` has; None for 404.
        rows_at_most: The most providers on a search page, whatever is asked for.
        claimed_count: What a search page gives for the number of results; None for the truth.
        sends_etag: Whether files have an `ETag`.
        sends_last_modified: Whether files have a `Last-Modified`.
        delay: Seconds that each answer takes at least.
    """

    def __init__(self, publications: Sequence[Published] | None = None) -> None:
        """Prepare the site.

        Args:
            publications: What it has; the sample's letters unless given.
        """
        self._at_first = sample_publications() if publications is None else list(publications)
        self.requests: list[Request] = []
        self.url = self.other_url = self.files_url = ""
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._in_flight: list[tuple[Request, str, socket.socket]] = []
        self._versions: dict[str, tuple[str, int]] = {}
        self.reset()

    def reset(self) -> None:
        """Be as at first in all that pages and files depend on, under the same address."""
        self.publications = [replace(one) for one in self._at_first]
        self.robots: bytes | None = ROBOTS
        self.rows_at_most = 100
        self.claimed_count: int | None = None
        self.sends_etag = True
        self.sends_last_modified = True
        self.delay = 0.0
        self.clear_faults()
        self._versions.clear()

    def __enter__(self) -> Self:
        self._server = _Server(self)
        port = self._server.server_address[1]
        self.url, self.other_url = f"http://127.0.0.1:{port}", f"http://localhost:{port}"
        self.files_url = self.url
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_SECONDS_BETWEEN_LOOKS,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()
        if self._server.errors:
            raise self._server.errors[0]

    def fail(
        self, path: str, *answers: Answer, every: int | None = None, times: int | None = None
    ) -> Fault:
        """Fail from now on: of several rules, the first that strikes answers.

        Args:
            path: A regular expression, searched for in a request's path with its query.
            answers: What is answered, in turns.
            every: To fail only at each so-manieth of these requests.
            times: To fail so many times, and then no more.

        Returns:
            The rule, which counts.

        Raises:
            ValueError: If there is no answer, or `every` is less than 1.
        """
        if not answers or (every is not None and every < 1):
            raise ValueError("A fault needs an answer, and strikes at every first request at most.")
        fault = Fault(re.compile(path), answers, every or 1, times)
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear_faults(self) -> None:
        """Be well again."""
        with self._lock:
            self._faults.clear()

    def arrive(
        self, method: str, path: str, headers: dict[str, str], connection: socket.socket
    ) -> Request:
        """Record a request that has come, and count those in flight."""
        host = headers.get("Host", "")
        with self._lock:
            for other, _, socket_of_other in tuple(self._in_flight):
                if _has_hung_up(socket_of_other):
                    self._end(other)
            active = 1 + sum(host_of_other == host for _, host_of_other, _ in self._in_flight)
            request = Request(time.monotonic(), method, path, headers, active)
            self._in_flight.append((request, host, connection))
            self.requests.append(request)
        return request

    def depart(self, request: Request) -> None:
        """Record that a request is over; once is enough."""
        with self._lock:
            self._end(request)

    def _end(self, request: Request) -> None:
        for entry in self._in_flight:
            if entry[0] is request:
                self._in_flight.remove(entry)
                request.end = time.monotonic()
                return

    def respond(self, request: Request) -> Response:
        """The answer to a request: the usual one, or what a fault makes of it."""
        usual = self._usual(request)
        with self._lock:
            answers = (fault.answer(request.path) for fault in self._faults)
            answer = next((answer for answer in answers if answer is not None), AsUsual())
        response = answer.alter(usual)
        return replace(response, wait=max(response.wait, self.delay))

    def _usual(self, request: Request) -> Response:
        path = request.path
        url = urlsplit(path)
        if request.method not in ("GET", "HEAD"):
            return _page_response(path, _phrase(405), 405, {"Allow": "GET, HEAD"})
        if url.path == "/robots.txt" and self.robots is not None:
            headers = {"Content-Type": "text/plain; charset=utf-8"}
            return Response(path=path, headers=headers, body=self.robots)
        if url.path == "/search":
            return _html_response(path, self._search_page(parse_qs(url.query)))
        if (found := re.fullmatch(r"/provider/44/(\d+)/?", url.path)) and (
            publications := self._providers().get(found[1])
        ):
            return _html_response(path, self._provider_page(publications))
        if found := re.fullmatch(r"/v1/file/(\d+)", url.path):
            for publication in self.publications:
                if publication.file_number == found[1]:
                    return self._file(publication, request)
            return WITHDRAWN.alter(Response(path=path))
        return _page_response(path, "Page not found", 404)

    def _providers(self) -> dict[str, list[Published]]:
        """The publications of each provider by its URN, in the order of the providers' names."""
        by_urn: dict[str, list[Published]] = defaultdict(list)
        for publication in self.publications:
            by_urn[publication.urn].append(publication)
        return dict(sorted(by_urn.items(), key=lambda item: (item[1][0].provider_name, item[0])))

    def _search_page(self, query: Mapping[str, Sequence[str]]) -> bytes:
        providers = list(self._providers().items())
        start = _number(query, "start", 0)
        rows = min(self.rows_at_most, _number(query, "rows", _ROWS_UNASKED))
        count = len(providers) if self.claimed_count is None else self.claimed_count
        further = ""
        if start + rows < len(providers):
            further = (
                '<div class="pagination"><a class="pagination__next" href="/search?q=&amp;'
                "level_1_types=3&amp;level_2_types%5B%5D=12"
                f'&amp;start={start + rows}&amp;rows={rows}">Next</a></div>'
            )
        results = "\n".join(_result(urn, of_it) for urn, of_it in providers[start : start + rows])
        return _page(
            "Search results",
            '<h1 class="heading--title">Search results</h1>\n'
            f'<p>Results: <strong class="results-count">{count:,}</strong></p>\n'
            f'<ul class="results-list">\n{results}\n</ul>\n{further}',
        )

    def _provider_page(self, publications: Sequence[Published]) -> bytes:
        newest_first = sorted(
            publications,
            key=lambda one: (one.published or one.event or date.min, one.file_number),
            reverse=True,
        )
        days = "\n".join(_timeline_day(one, self.files_url) for one in newest_first)
        name, urn = _escaped(publications[0].provider_name), publications[0].urn
        return _page(
            publications[0].provider_name,
            f'<h1 class="heading--title">{name}</h1>\n<p>URN: {urn}</p>\n'
            f'<ol class="timeline">\n{days}\n'
            '<li class="timeline__day timeline__day--opened"><p class="timeline__date">'
            "<time>01 April 1998</time></p><span>Opened</span></li>\n</ol>",
        )

    def _file(self, publication: Published, request: Request) -> Response:
        tag, changed_at = self._version(publication)
        headers = {}
        if self.sends_etag:
            headers["ETag"] = f'"{tag}"'
        if self.sends_last_modified:
            headers["Last-Modified"] = format_datetime(changed_at, usegmt=True)
        tags = request.headers.get("If-None-Match")
        since = request.headers.get("If-Modified-Since")
        if tags is not None and self.sends_etag:
            is_known = tags.strip() == "*" or tag in re.findall(r'"([^"]*)"', tags)
        elif since is not None and self.sends_last_modified:
            is_known = changed_at <= _http_time(since)
        else:
            is_known = False
        if is_known:
            return Response(path=request.path, status=304, headers=headers)
        headers["Content-Type"] = _PDF
        return Response(path=request.path, headers=headers, body=publication.content)

    def _version(self, publication: Published) -> tuple[str, datetime]:
        """The content's tag, and when it changed: each content served is newer than the last."""
        tag = hashlib.sha256(publication.content).hexdigest()[:32]
        with self._lock:
            last_tag, number = self._versions.get(publication.file_number, (tag, 0))
            if last_tag != tag:
                number += 1
            self._versions[publication.file_number] = (tag, number)
        day = publication.published or date(2018, 1, 16)
        first = datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)
        return tag, first + timedelta(days=number)


class _Server(ThreadingHTTPServer):
    """Serves a site; knows its connections, so that it can hang up."""

    request_queue_size = 128
    daemon_threads = False  # closing waits for them

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site = site
        self.errors: list[Exception] = []
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._connections_lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._connections_lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep what went wrong, but for clients that hang up."""
        error = sys.exception()
        if isinstance(error, Exception) and not isinstance(error, ConnectionError):
            self.errors.append(error)

    def hang_up(self) -> None:
        """End all connections; who waits in one wakes up."""
        with self._connections_lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):  # the client was first
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """Receives requests and sends what the site responds."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        headers = {name.title(): value for name, value in self.headers.items()}
        site = self.server.site
        request = site.arrive(self.command, self.path, headers, self.connection)
        try:
            self._send(site.respond(request), request)
        finally:
            site.depart(request)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def _send(self, response: Response, request: Request) -> None:
        is_cut = response.is_silent or (response.share < 1 and bool(response.body))
        parts = list(self._parts(response))
        claimed_bytes = response.headers.get("Content-Length", str(len(response.body)))
        closes = (
            is_cut
            or response.framing == "close"
            or claimed_bytes != str(len(response.body))
            or self.command not in ("GET", "HEAD")  # a body that came with it was not read
        )
        self._wait(response.wait)
        for number, (pause, sent, byte_count) in enumerate(parts, start=1):
            self._wait(pause)
            request.status = response.status
            request.byte_count += byte_count
            if number == len(parts) and not closes:
                self.server.site.depart(request)
            try:
                self.connection.sendall(sent)
            except OSError:
                request.byte_count -= byte_count
                raise
        if closes:
            self.server.site.depart(request)
            self.close_connection = True
        if is_cut and response.is_reset:
            self._reset()

    def _parts(self, response: Response) -> Iterator[tuple[float, bytes | memoryview, int]]:
        """What is sent: seconds before it, the bytes, and how many of them are the body's."""
        if response.is_silent:
            return
        yield 0, self._head(response), 0
        if self.command == "HEAD" or response.status in _WITHOUT_BODY:
            return
        body = memoryview(response.body)[: int(len(response.body) * response.share)]
        pause = response.wait_for_body
        for start in range(0, len(body), response.piece_bytes):
            piece = body[start : start + response.piece_bytes]
            if response.framing == "chunked":
                yield pause, b"%x\r\n%b\r\n" % (len(piece), bytes(piece)), len(piece)
            else:
                yield pause, piece, len(piece)
            pause = response.wait_between
        if response.framing == "chunked" and response.share >= 1:
            yield 0, b"0\r\n\r\n", 0

    def _head(self, response: Response) -> bytes:
        headers = {"Date": self.date_time_string()}
        if response.framing == "chunked":
            headers["Transfer-Encoding"] = "chunked"
        elif response.framing == "close":
            headers["Connection"] = "close"
        elif response.status not in _WITHOUT_BODY:
            headers["Content-Length"] = str(len(response.body))
        lines = [f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
        lines += [f"{name}: {value}" for name, value in {**headers, **response.headers}.items()]
        return "\r\n".join([*lines, "", ""]).encode()

    def _wait(self, seconds: float) -> None:
        """Wait as long as the client does.

        Raises:
            ConnectionAbortedError: The client has hung up, or the site closes.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if select.select([self.connection], [], [], left)[0]:
                if _has_hung_up(self.connection):
                    raise ConnectionAbortedError("the client has hung up")
                time.sleep(min(left, _SECONDS_BETWEEN_LOOKS))  # the next request is there already

    def _reset(self) -> None:
        # Closed without lingering, a connection is reset; and closed it is only when nothing reads.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()


def _has_hung_up(connection: socket.socket) -> bool:
    """Whether the other side has closed the connection."""
    try:
        is_readable = bool(select.select([connection], [], [], 0)[0])
        return is_readable and not connection.recv(1, socket.MSG_PEEK)
    except (OSError, ValueError):  # reset, or closed on this side
        return True


def _number(query: Mapping[str, Sequence[str]], name: str, otherwise: int) -> int:
    value = query.get(name, [""])[0]
    return int(value) if value.isascii() and value.isdigit() else otherwise


def _http_time(text: str) -> datetime:
    """The time that a header gives; one that cannot be read is long ago."""
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


def _phrase(code: int) -> str:
    return BaseHTTPRequestHandler.responses.get(code, ("Error", ""))[0]


def _typed(usual: Response) -> dict[str, str]:
    """The header on the type; a 304 has none, and stands for a file."""
    return {"Content-Type": usual.headers.get("Content-Type", _PDF)}


def _html_response(path: str, body: bytes) -> Response:
    return Response(path=path, headers={"Content-Type": _HTML}, body=body)


def _page_response(
    path: str,
    heading: str,
    code: int,
    headers: Mapping[str, str] | None = None,
    *,
    is_bare: bool = False,
) -> Response:
    title = _escaped(heading)
    if is_bare:
        body = (
            f"<html><head><title>{title}</title></head>\n<body><h1>{title}</h1>"
            "<p>Something went wrong here.</p></body></html>\n"
        ).encode()
    else:
        body = _page(heading, f'<h1 class="heading--title">{title}</h1>\n<p>No more to see.</p>')
    return Response(
        path=path, status=code, headers={"Content-Type": _HTML, **(headers or {})}, body=body
    )


def _escaped(text: str) -> str:
    """Escaped as the site does it: an apostrophe is `&#039;`."""
    return html.escape(text, quote=True).replace("&#x27;", "&#039;")


def _british(day: date) -> str:
    return f"{day:%d %B %Y}"


def _page(title: str, main: str) -> bytes:
    """A page in the site's frame, whose links are none of the program's business."""
    name = _escaped(title)
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8"/>
  <title>{name} - Find an Inspection Report - Ofsted</title>
</head>
<body>
<div class="container"><a class="skip-link" href="#main">To the content</a></div>
<div class="cookie-banner"><h2 class="cookie-banner__heading heading--sub">Biscuits</h2>
<p class="cookie-banner__message">We count <a href="/privacy">visits</a>.</p></div>
<header class="header"><a class="header__home-link" href="/"><span class="nonvisual">Home</span>
</a></header>
<ol class="breadcrumbs"><li class="crumb"><a href="/">Home</a></li>
<li class="crumb">{name}</li></ol>
<main id="main" tabindex="-1">
{main}
</main>
<footer class="footer"><ul class="footer__links list-inline">
<li><a href="/copyright">Copyright</a></li>
<li><a href="https://www.example.org/notices.pdf">Notices</a></li>
</ul></footer>
</body>
</html>
""".encode()


def _result(urn: str, publications: Sequence[Published]) -> str:
    """One provider on a search page."""
    days = [one.published for one in publications if one.published is not None]
    latest = (
        f"<li>Latest report: <strong><time>{_british(max(days))}</time></strong></li>"
        if days
        else ""
    )
    return (
        '<li class="search-result"><h3 class="search-result__title heading--sub">'
        f'<a href="/provider/44/{urn}">{_escaped(publications[0].provider_name)}</a></h3>\n'
        '<ul class="search-result__provider-info"><li>Category: '
        "<strong>Local authority children&#039;s services</strong></li></ul>\n"
        f'<ul class="search-result__provider-info">{latest}'
        f"<li>URN: <strong>{urn}</strong></li></ul></li>"
    )


def _timeline_day(publication: Published, files_url: str) -> str:
    """One publication on a provider's page."""
    kind = _escaped(publication.link_text)
    file_type = "PDF" if int(publication.file_number) % 2 else "pdf"
    address = publication.address or f"{files_url}{publication.path}"
    event = metadata = ""
    hidden = f"{kind}, {file_type}"
    if publication.event is not None:
        event = f'<p class="timeline__date"><time>{_british(publication.event)}</time></p>\n'
    if publication.published is not None:
        day = _british(publication.published)
        hidden += f" - {day}"
        metadata = f'<div class="event__metadata">Published <time pubdate>{day}</time></div>'
    return (
        f'<li class="timeline__day"><div class="event">\n{event}'
        '<span class="event__title heading--sub"><a class="publication-link" '
        f'href="{_escaped(address)}" target="_blank">\n'
        f'{kind}                <span class="nonvisual">{hidden}</span></a></span>\n'
        f"{metadata}</div></li>"
    )
