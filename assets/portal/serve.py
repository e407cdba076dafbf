"""The portal on this machine, to be looked at: what any static host does, for one person."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOST = "127.0.0.1"


class _Handler(SimpleHTTPRequestHandler):
    """Answers from a folder, and says nothing of each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing is told."""


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server of a folder, which only this machine reaches; whoever asks for it runs it.

    Args:
        folder: The portal.
        port: Where it listens; 0 is any that is free.

    Raises:
        OSError: If it cannot listen there.
    """
    return ThreadingHTTPServer((HOST, port), partial(_Handler, directory=str(folder)))
