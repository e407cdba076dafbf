"""The limits on an answer as a whole, held where its bytes come from the network.

Here belongs only that: whatever an answer is made of (interim answers, head, body, trailers, packed
or not), its bytes pass through here before anything reads, unpacks or forgets them.
"""

import http.client
import io
import socket
import threading
from functools import cache
from time import monotonic
from typing import Any

from requests import PreparedRequest
from requests.adapters import HTTPAdapter

from assets.letters.site.turns import Stopped
from assets.letters.source import FetchError, PassingError

#: What head, trailers and the framing of a body may have besides the body.
_HEAD_BYTES = 1 << 18
#: How long a wait for bytes may go on before anybody looks whether it still should (seconds).
_LOOK_UP_SECONDS = 0.25


class Limits:
    """What is left of the limits of one answer.

    Args:
        most_bytes: How large its body may be, as it is sent.
        seconds: How long it may take from the request to its last byte.
        stopping: Is set when waiting is to end.
    """

    def __init__(self, most_bytes: int, seconds: float, stopping: threading.Event) -> None:
        self._most_bytes = most_bytes
        self._bytes_left = most_bytes + _HEAD_BYTES
        self._seconds = seconds
        self._ends_at = monotonic() + seconds
        self._stopping = stopping

    def receive(self, connection: socket.socket, buffer: memoryview) -> int:
        """Receive the next bytes, as many as have come.

        Raises:
            Stopped: If waiting is to end.
            FetchError: If the answer is too large, or has taken too long.
            TimeoutError: If nothing comes for as long as the connection allows.
        """
        patience = connection.gettimeout()
        silent_at = monotonic() + patience if patience is not None else self._ends_at
        try:
            while True:
                self._refuse()
                connection.settimeout(_LOOK_UP_SECONDS)
                try:
                    count = connection.recv_into(buffer)
                except TimeoutError:
                    if monotonic() >= silent_at:
                        raise
                    continue
                self._bytes_left -= count
                return count
        finally:
            connection.settimeout(patience)

    def _refuse(self) -> None:
        if self._stopping.is_set():
            raise Stopped
        if self._bytes_left < 0:
            # A body that is too large is refused before: what is too much here is not the file's.
            raise too_large(self._most_bytes, is_of_source=True)
        if monotonic() > self._ends_at:
            said = f"It had not come whole after {self._seconds:g} seconds."
            raise PassingError("timed_out", said, is_of_source=True)


def too_large(most_bytes: int, *, is_of_source: bool = False) -> FetchError:
    """What a person is told of an answer that is larger than may be."""
    said = f"It is larger than {most_bytes:,} bytes, which is too large."
    return FetchError("too_large", said, is_of_source=is_of_source)


class LimitedAdapter(HTTPAdapter):
    """Makes the connections of a thread, which makes one request at a time.

    Attributes:
        limits: Of the answer to the request that is made next.
    """

    limits: Limits

    def get_connection_with_tls_context(
        self, request: PreparedRequest, *given: Any, **named: Any
    ) -> Any:
        """The connections to a host, through a proxy or not."""
        pool: Any = super().get_connection_with_tls_context(request, *given, **named)
        pool.ConnectionCls = _limited(type(pool).ConnectionCls)
        pool.conn_kw["adapter"] = self
        return pool


@cache
def _limited(connection_class: Any) -> Any:
    """A class of connections whose answers are read within the limits of their adapter."""

    class Limited(connection_class):  # type: ignore[misc]
        def __init__(self, *given: Any, adapter: LimitedAdapter, **named: Any) -> None:
            super().__init__(*given, **named)
            self._adapter = adapter

        def response_class(self, sock: socket.socket, *given: Any, **named: Any) -> Any:
            """The answer that comes next: `http.client` calls this as the class of one."""
            answer = http.client.HTTPResponse(sock, *given, **named)
            answer.fp = io.BufferedReader(_Metered(sock, answer.fp, self._adapter.limits))
            return answer

    return Limited


class _Metered(io.RawIOBase):
    """The bytes of one answer, as they come from a connection."""

    def __init__(self, connection: socket.socket, file: io.BufferedIOBase, limits: Limits) -> None:
        self._connection = connection
        self._file = file  # holds the connection open
        self._limits = limits

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._limits.receive(self._connection, buffer)

    def close(self) -> None:
        self._file.close()
        super().close()
