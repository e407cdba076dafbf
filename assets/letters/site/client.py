"""Asking the site: politely, again where that may help, and believing only what is whole.

Here belongs what is true of any page or file: turns, robots.txt, redirects, retries, limits. What a
page says is read in the module of each; what is to be asked for is decided in `crawl` and `source`.

HTTP is done by `requests`, the repetition by `tenacity`, robots.txt is read by `protego`.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from itertools import chain
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import urljoin

import requests
import urllib3
from protego import Protego
from requests.models import REDIRECT_STATI
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_after_attempt,
    wait_random_exponential,
)
from urllib3.exceptions import InvalidHeader, LocationParseError
from urllib3.util import Retry, parse_url

from assets.letters.site.error_pages import page_fault
from assets.letters.site.limits import LimitedAdapter, Limits, too_large
from assets.letters.site.markup import UnreadablePage
from assets.letters.site.settings import OFSTED_FILES, PRODUCT, SiteSettings
from assets.letters.site.turns import Stopped, Turns
from assets.letters.source import (
    FetchError,
    PassingError,
    Received,
    Sink,
    SourceUnavailable,
    Traffic,
)
from assets.model import Listing

#: Hosts that files were served from before; links to them may still stand.
FORMER_FILES_URLS = ("https://files.api.ofsted.gov.uk",)

_CHUNK_BYTES = 1 << 16
_MOST_REDIRECTS = 5
#: Of a longer robots.txt the beginning counts (RFC 9309, 2.5).
_ROBOTS_BYTES = 512 * 1024
#: A page may be so much smaller than a file.
_PAGES_SHARE = 10

#: Where the signs of a whole PDF may stand (PDF 1.7, implementation notes 13 and 18).
_HEAD_BYTES, _TAIL_BYTES = 1024, 2048

#: Answers that may be others the next time, besides all faults of a server (5xx).
_PASSING = frozenset(
    {
        HTTPStatus.FORBIDDEN,  # plain clients are turned away now and then
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
#: Why a robots.txt is not there, so that everything is allowed.
_NO_RULES = frozenset(
    {"not_found", "withdrawn", "http_error", "too_many_redirects", "address_not_allowed"}
)
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_REASONS: Mapping[int, str] = {
    HTTPStatus.FORBIDDEN: "refused",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many_requests",
}

_CONDITIONS = frozenset({"If-None-Match", "If-Modified-Since"})

T = TypeVar("T")


class Client:
    """Asks for pages and files, from several threads at a time.

    Attributes:
        settings: How the site is asked.
        site: Where its pages are.
    """

    def __init__(self, settings: SiteSettings) -> None:
        self.settings = settings
        self.site = str(settings.site_url).rstrip("/")
        self._stopping = threading.Event()
        self._origins = frozenset(
            _origin(str(url))
            for url in (
                settings.site_url,
                settings.files_url,
                *(FORMER_FILES_URLS if settings.files_url == OFSTED_FILES else ()),
            )
        )
        self._lock = threading.Lock()
        self._count = Counter(requests=0, retries=0, byte_count=0)
        self._failures: Counter[str] = Counter()
        self._turns: dict[str, Turns] = {}
        self._robots: dict[str, Protego] = {}
        self._robots_locks: dict[str, threading.Lock] = {}
        self._by_thread = threading.local()

    @property
    def traffic(self) -> Traffic:
        """What has been asked so far."""
        with self._lock:
            return Traffic(**self._count, failures=dict(sorted(self._failures.items())))

    def start(self) -> None:
        """Ask again, if it had been stopped."""
        self._stopping.clear()

    def stop(self) -> None:
        """Let all that wait give up."""
        self._stopping.set()

    def is_allowed(self, address: str) -> bool:
        """Whether an address is on one of the hosts that may be asked, over their scheme."""
        try:
            return _origin(address) in self._origins
        except LocationParseError:
            return False

    def page(self, address: str, read: Callable[[bytes, str, str | None], T]) -> T:
        """Ask for a page, and read it.

        Args:
            address: Where it is.
            read: Reads it, from its bytes, the address that it came from in the end, and the
                encoding that its header names.

        Raises:
            FetchError: If it cannot be had, or not so that it can be read.
        """
        return self._repeat(lambda: self._page(address, read))

    def download(self, address: str, into: Sink, held: Listing | None = None) -> Received:
        """Ask for a PDF, on condition that it is another one than the one held.

        Raises:
            FetchError: If it cannot be had whole.
        """

        def attempt() -> Received:
            into.reset()
            return self._download(address, into, _conditions(held))

        return self._repeat(attempt)

    def _repeat(self, attempt: Callable[[], T]) -> T:
        """Make an attempt, and again if it fails in a way that may pass."""
        settings = self.settings
        waits = wait_random_exponential(
            multiplier=settings.first_wait_seconds, max=settings.longest_wait_seconds
        )

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.wait if isinstance(error, PassingError) else 0
            return max(asked, waits(state))

        retrying = Retrying(
            retry=retry_if_exception_type(PassingError),
            stop=stop_after_attempt(settings.attempts),
            wait=wait,
            sleep=sleep_using_event(self._stopping),
            before_sleep=lambda state: self._add(retries=1),
            reraise=True,
        )
        try:
            return retrying(attempt)
        except Stopped as stopped:
            raise SourceUnavailable("It was stopped.") from stopped

    def _page(self, address: str, read: Callable[[bytes, str, str | None], T]) -> T:
        most_bytes = self.settings.most_bytes // _PAGES_SHARE
        with self._answer(address, most_bytes) as answer:
            content = b"".join(self._chunks(answer, most_bytes))
            if fault := page_fault(content):
                raise fault
            if not content.strip():
                raise PassingError("empty_file", "The answer was empty.")
            try:
                return read(content, answer.url, _named_encoding(answer))
            except UnreadablePage as error:
                raise PassingError("unreadable_page", str(error)) from error

    def _download(self, address: str, into: Sink, conditions: Mapping[str, str]) -> Received:
        headers = {"Accept": "application/pdf,*/*;q=0.5", "Accept-Encoding": "identity"}
        most_bytes = self.settings.most_bytes
        with self._answer(address, most_bytes, {**headers, **conditions}) as answer:
            etag, last_modified = (
                _plain(answer.headers.get(name)) for name in ("ETag", "Last-Modified")
            )
            if answer.status_code == HTTPStatus.NOT_MODIFIED:
                return Received(is_held=True, etag=etag, last_modified=last_modified)
            chunks = self._chunks(answer, most_bytes)
            head = _first_bytes(chunks, _HEAD_BYTES)
            if b"%PDF-" not in head[:_HEAD_BYTES]:
                raise self._in_place_of_a_pdf(head, chunks)
            tail = b""
            for chunk in chain([head], chunks):
                into.write(chunk)
                tail = (tail + chunk[-_TAIL_BYTES:])[-_TAIL_BYTES:]
            if b"%%EOF" not in tail:
                raise PassingError("truncated", "The PDF breaks off before its end.")
            return Received(etag=etag, last_modified=last_modified)

    def _in_place_of_a_pdf(self, head: bytes, chunks: Iterator[bytes]) -> FetchError:
        """What came in place of a PDF."""
        if not head:
            return PassingError("empty_file", "The answer was empty.")
        if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return PassingError("not_a_pdf", "What came is not a PDF.")
        most_bytes = self.settings.most_bytes // _PAGES_SHARE
        if fault := page_fault(_first_bytes(chain([head], chunks), most_bytes)):
            return fault
        said = "A web page came in place of the PDF."
        return PassingError("html_page", said, is_of_source=True)

    @contextmanager
    def _answer(
        self,
        address: str,
        most_bytes: int,
        headers: Mapping[str, str] = MappingProxyType({}),
        *,
        by_rules: bool = True,
    ) -> Iterator[requests.Response]:
        """The answer to one request, after the redirects to places that may be asked.

        No answer, and none on the way to it, has more bytes.

        Raises:
            FetchError: If there is none, or not the one that was asked for.
        """
        for _ in range(_MOST_REDIRECTS + 1):
            if not self.is_allowed(address):
                raise FetchError(
                    "address_not_allowed",
                    f"{address!r} is not on a host that may be asked: "
                    f"{', '.join(sorted(self._origins))}. If it should be, name it with "
                    "--files-url.",
                    is_of_source=True,
                )
            if by_rules and not self._rules(_origin(address)).can_fetch(address, PRODUCT):
                raise FetchError(
                    "robots_disallow",
                    f"The site's robots.txt keeps {address} from being fetched.",
                    is_of_source=True,
                )
            with self._one_answer(address, most_bytes, headers) as answer:
                if answer.status_code not in REDIRECT_STATI:
                    self._check_status(answer, headers)
                    yield answer
                    return
                location = answer.headers.get("Location", "")
            try:
                address = urljoin(address, location)
            except ValueError:  # no address at all, which is refused above
                address = location
        said = f"It was sent on more than {_MOST_REDIRECTS} times."
        raise FetchError("too_many_redirects", said, is_of_source=True)

    def _rules(self, origin: str) -> Protego:
        """The robots.txt of a host, asked for once.

        Raises:
            SourceUnavailable: If it cannot be had; then nothing may be asked (RFC 9309, 2.3.1.4).
        """
        with self._lock:
            lock = self._robots_locks.setdefault(origin, threading.Lock())
        with lock:
            if origin not in self._robots:
                try:
                    rules = self._repeat(lambda: self._ask_for_rules(f"{origin}/robots.txt"))
                except PassingError as error:
                    if error.reason_code != "refused":
                        raise SourceUnavailable(
                            f"{origin}/robots.txt cannot be had, and without it nothing may be "
                            f"asked: {error.detail}"
                        ) from error
                    rules = Protego.parse("")  # refused for good: there is none (2.3.1.3)
                if delay := rules.crawl_delay(PRODUCT):
                    self._leave_alone(
                        origin, float(delay), f"{origin}/robots.txt has a crawl-delay."
                    )
                    self._turns_at(origin).slow_down(float(delay))
                self._robots[origin] = rules
            return self._robots[origin]

    def _ask_for_rules(self, address: str) -> Protego:
        """Read a robots.txt; a host that has none allows everything (RFC 9309, 2.3.1.3)."""
        try:
            most_bytes = self.settings.most_bytes
            with self._answer(address, most_bytes, by_rules=False) as answer:
                chunks = self._chunks(answer, most_bytes)
                content = _first_bytes(chunks, _ROBOTS_BYTES)
            if fault := page_fault(content):
                raise fault
        except PassingError:
            raise
        except FetchError as error:
            if error.reason_code not in _NO_RULES:
                raise
            content = b""
        return Protego.parse(content.decode("utf-8-sig", "replace"))

    @contextmanager
    def _one_answer(
        self, address: str, most_bytes: int, headers: Mapping[str, str]
    ) -> Iterator[requests.Response]:
        """One request, in its turn; no redirect is followed.

        Raises:
            FetchError: If there is no answer, or it breaks off.
        """
        settings = self.settings
        turns = self._turns_at(_origin(address))
        with turns.turn():
            self._add(requests=1)
            session = self._session()
            session.limits(Limits(most_bytes, settings.answer_seconds, self._stopping))
            try:
                with session.get(
                    address,
                    headers=dict(headers),
                    timeout=(settings.connect_seconds, settings.read_seconds),
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    yield answer
                    if answer.status_code == HTTPStatus.NOT_MODIFIED:
                        # There is nothing to read, but only then does its connection serve for the
                        # next request. A new one, made while the site is still at the end of this,
                        # would for a moment count as one request too many.
                        answer.raw.drain_conn()
            except FetchError as error:
                self._count_failure(error)
                raise
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                failure = _in_words(error, settings)
                self._count_failure(failure)
                is_made = not isinstance(error, requests.ConnectTimeout)
                if failure.reason_code == "timed_out" and is_made:
                    # The site may be at work on it still: another request would be one too many.
                    turns.hold(settings.read_seconds)
                raise failure from error

    def _check_status(self, answer: requests.Response, sent: Mapping[str, str]) -> None:
        """Refuse an answer that is none, or none to what was sent."""
        status = answer.status_code
        if status == HTTPStatus.OK:
            return
        if status == HTTPStatus.NOT_MODIFIED and _CONDITIONS & sent.keys():
            return
        said = f"The site answers {status} {answer.reason or ''}".rstrip() + "."
        reason_code = _REASONS.get(status, "http_error")
        if status in _GONE:
            raise FetchError("not_found", said, is_gone=True)
        if status not in _PASSING and status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise FetchError(reason_code, said, is_of_source=True)
        wait = _seconds_asked(answer)
        self._leave_alone(_origin(answer.url), wait, said)
        raise PassingError(reason_code, said, wait=wait, is_of_source=True)

    def _leave_alone(self, origin: str, seconds: float, why: str) -> None:
        """Leave a host alone as it asks for.

        Raises:
            SourceUnavailable: If it asks for longer than a run waits.
        """
        if seconds > self.settings.longest_retry_after_seconds:
            raise SourceUnavailable(
                f"{why} It asks to be left alone for {seconds:.0f} seconds: a run does not wait so "
                "long."
            )
        self._turns_at(origin).hold(seconds)

    def _chunks(self, answer: requests.Response, most_bytes: int) -> Iterator[bytes]:
        """The body of an answer, unpacked, as long as it is not too large."""
        byte_count = 0
        # What has come so far; `iter_content` waits for the whole chunk, however slow it comes.
        while chunk := answer.raw.read1(_CHUNK_BYTES, decode_content=True):
            byte_count += len(chunk)
            self._add(byte_count=len(chunk))
            if byte_count > most_bytes:
                # Packed so small, it is the site's doing: no file is.
                is_packed = answer.headers.get("Content-Encoding", "identity") != "identity"
                raise too_large(most_bytes, is_of_source=is_packed)
            yield chunk

    def _turns_at(self, origin: str) -> Turns:
        with self._lock:
            if origin not in self._turns:
                settings = self.settings
                self._turns[origin] = Turns(
                    settings.requests_at_once, settings.pause_seconds, self._stopping
                )
            return self._turns[origin]

    def _session(self) -> "_Session":
        """The calling thread's own connections."""
        session: _Session | None = getattr(self._by_thread, "session", None)
        if session is None:
            session = _Session()
            session.headers["User-Agent"] = self.settings.user_agent
            session.auth = _no_credentials
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            self._by_thread.session = session
        return session

    def _add(self, **counts: int) -> None:
        with self._lock:
            self._count.update(counts)

    def _count_failure(self, error: FetchError) -> None:
        with self._lock:
            self._failures[error.reason_code] += 1


class _Session(requests.Session):
    """Connections that make one request at a time, and leave redirects to the client."""

    def __init__(self) -> None:
        super().__init__()
        self._adapter = LimitedAdapter()
        for scheme in tuple(self.adapters):
            self.mount(scheme, self._adapter)

    def limits(self, limits: Limits) -> None:
        """Take the limits of the next answer."""
        self._adapter.limits = limits

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, as the client follows redirects itself: an odd one is no error here."""


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Send no password: `requests` would look for one in the user's .netrc."""
    return request


def _conditions(held: Listing | None) -> dict[str, str]:
    """The headers that make a request conditional on what is held being another one."""
    if held is None:
        return {}
    headers = {"If-None-Match": held.etag, "If-Modified-Since": held.last_modified}
    return {name: value for name, value in headers.items() if value}


def _plain(header: str | None) -> str | None:
    """A header that can be sent back and put into a table; of another one nothing is kept."""
    is_plain = header is not None and header.isascii() and header.isprintable()
    return header if is_plain and header and len(header) <= 200 else None


def _first_bytes(chunks: Iterable[bytes], count: int) -> bytes:
    """The chunks up to the one with which there are so many bytes."""
    first = bytearray()
    for chunk in chunks:
        first += chunk
        if len(first) >= count:
            break
    return bytes(first)


def _in_words(
    error: requests.RequestException | urllib3.exceptions.HTTPError, settings: SiteSettings
) -> FetchError:
    """What a person is told of a request that had no answer, or half of one."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        said = "The site's certificate cannot be trusted."
        return FetchError("connection_failed", said, is_of_source=True)
    if isinstance(error, requests.ConnectTimeout):
        said = f"No connection was made within {settings.connect_seconds:g} seconds."
        return PassingError("timed_out", said, is_of_source=True)
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        said = f"The site said nothing for {settings.read_seconds:g} seconds."
        return PassingError("timed_out", said, is_of_source=True)
    if isinstance(error, requests.ConnectionError):
        said = "The site cannot be reached, or hung up."
        return PassingError("connection_failed", said, is_of_source=True)
    if isinstance(error, urllib3.exceptions.DecodeError):
        said = "The answer cannot be unpacked."
        return PassingError("truncated", said, is_of_source=True)
    if isinstance(error, urllib3.exceptions.HTTPError):
        return PassingError("truncated", "The answer broke off.")
    return FetchError("http_error", f"The request cannot be made: {error}.")


def _seconds_asked(answer: requests.Response) -> float:
    """How long the site asks to wait; 0 where it does not, or not so that it can be read."""
    asked = answer.headers.get("Retry-After")
    try:
        return max(0.0, Retry().parse_retry_after(asked)) if asked else 0.0
    except (InvalidHeader, ValueError, OverflowError):  # as of a year that no calendar has
        return 0.0


def _named_encoding(answer: requests.Response) -> str | None:
    """The encoding that the header names; `requests` would make one up."""
    return answer.encoding if "charset" in answer.headers.get("Content-Type", "") else None


def _origin(address: str) -> str:
    """Scheme, host and port of an address, in the form in which they can be compared.

    They are read as the HTTP library reads them: two readers of an odd address could see two hosts.

    Raises:
        LocationParseError: If it is no address.
    """
    url = parse_url(address)
    port = None if url.port == {"http": 80, "https": 443}.get(url.scheme or "") else url.port
    return f"{url.scheme}://{url.host}" + (f":{port}" if port else "")
