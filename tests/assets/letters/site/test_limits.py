"""Answers without an end, whatever they are made of, against the limits on an answer as a whole."""

import gzip
import itertools
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from pydantic import HttpUrl

from assets.letters.site.client import Client
from assets.letters.site.limits import Limits
from assets.letters.site.settings import SiteSettings
from assets.letters.source import FetchError, SourceUnavailable
from tests.assets.letters.site.conftest import Taken
from tests.conftest import SOON

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n"
GZIPPED = OK + b"Content-Encoding: gzip\r\n"
#: The head of a gzip file with the name of a file to follow, which a zero byte would end.
GZIP_NAME = gzip.compress(b"")[:3] + b"\x08" + gzip.compress(b"")[4:10]
#: Begins an answer -> what follows again and again.
ENDLESS = {
    "head": (OK, b"X-Again: and again\r\n"),
    "line of the head": (OK + b"X: ", b"x"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "heads of interim answers": (b"HTTP/1.1 100 Continue\r\n", b"X-Again: and again\r\n"),
    "body": (OK + b"\r\n%PDF-", b"x"),
    "chunks": (CHUNKED + b"\r\n5\r\n%PDF-\r\n", b"1;extension=%s\r\nx\r\n" % (b"x" * 99)),
    "trailers": (CHUNKED + b"\r\n5\r\n%PDF-\r\n0\r\n", b"X-Again: and again\r\n"),
    "head of gzip": (GZIPPED + b"\r\n" + GZIP_NAME, b"x"),
    "empty gzip files": (GZIPPED + b"\r\n", gzip.compress(b"")),
    "gzip, twice packed": (
        OK + b"Content-Encoding: gzip, gzip\r\n\r\n",
        gzip.compress(gzip.compress(b"")),
    ),
    "redirect": (b"HTTP/1.1 302 Found\r\nLocation: /a\r\n", b"X-Again: and again\r\n"),
}
MOST_BYTES = 100_000
#: Beyond the bytes that may be had, what has been sent and not been taken.
ON_THE_WAY = 8 << 20


class Endless:
    """A server that begins each answer, and then says the same for ever."""

    def __init__(self, begins: bytes, again: bytes, pause: float) -> None:
        self._begins, self._again, self._pause = begins, again, pause
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.sent = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(4096)
            if b"/robots.txt" in request:
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                return
            again = self._again if self._pause else self._again * (50_000 // len(self._again))
            for piece in itertools.chain([self._begins], itertools.repeat(again)):
                connection.sendall(piece)
                self.sent += len(piece)
                time.sleep(self._pause)


@contextmanager
def endless(what: str, pause: float = 0) -> Iterator[Endless]:
    server = Endless(*ENDLESS[what], pause)
    try:
        yield server
    finally:
        server.close()


def client_of(server: Endless, **values: float) -> Client:
    limits = {
        "answer_seconds": 2 * SOON,
        "read_seconds": 2 * SOON,
        "most_bytes": MOST_BYTES,
    } | values
    return Client(SiteSettings(site_url=HttpUrl(server.url), attempts=1, pause_seconds=0, **limits))


def ask(client: Client, server: Endless, *, for_page: bool) -> None:
    if for_page:
        client.page(f"{server.url}/a", lambda *came: None)
    else:
        client.download(f"{server.url}/a", Taken())


@pytest.mark.parametrize("for_page", [False, True], ids=["file", "page"])
@pytest.mark.parametrize("what", ENDLESS)
def test_what_comes_without_end_is_given_up_at_the_limit(what: str, for_page: bool) -> None:
    with endless(what) as server:
        with pytest.raises(FetchError):
            ask(client_of(server), server, for_page=for_page)
        assert server.sent < MOST_BYTES + ON_THE_WAY


@pytest.mark.parametrize("what", ENDLESS)
def test_what_comes_drop_by_drop_without_end_is_given_up_in_time(what: str) -> None:
    with endless(what, pause=0.02) as server:
        began = time.monotonic()
        with pytest.raises(FetchError):
            ask(client_of(server, answer_seconds=0.3), server, for_page=True)
        assert time.monotonic() - began < SOON


def test_what_is_too_much_and_no_body_is_the_source_s_fault_not_the_files() -> None:
    limits, buffer = Limits(0, 10, threading.Event()), memoryview(bytearray(1 << 16))
    mine, other = socket.socketpair()
    with mine, other:
        for _ in range(5):  # one more than is allowed besides a body
            other.sendall(buffer)
            limits.receive(mine, buffer)
        with pytest.raises(FetchError, match="too large") as refused:
            limits.receive(mine, buffer)
    assert refused.value.is_of_source


def test_stopping_ends_the_wait_for_a_byte() -> None:
    with endless("head", pause=60) as server:
        client = client_of(server)
        threading.Timer(0.2, client.stop).start()
        began = time.monotonic()
        with pytest.raises(SourceUnavailable, match="stopped"):
            ask(client, server, for_page=True)
        assert time.monotonic() - began < SOON
