"""A stand-in for Zenodo's deposits, served from a thread: what its documentation says, no more.

It keeps deposits in memory, lists them in pages, refuses what Zenodo refuses (a draft without
metadata or files, changes to what is published, a wrong token), and hands out links as it does.
"""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-token"


class FakeZenodo:
    """What is deposited: each as Zenodo tells of it, with the bytes of its files beside."""

    url: str

    def __init__(self) -> None:
        self.deposits: dict[int, dict[str, Any]] = {}
        self.bytes: dict[int, dict[str, bytes]] = {}

    def published(self) -> list[tuple[str, int]]:
        """Version and concept of all that is published."""
        return [
            (one["metadata"]["version"], one["conceptrecid"])
            for one in self.deposits.values()
            if one["submitted"]
        ]

    def drafts(self) -> list[int]:
        return [id_ for id_, one in self.deposits.items() if not one["submitted"]]

    def make(self, metadata: dict[str, Any], concept: int | None, files: dict[str, bytes]) -> Any:
        id_ = len(self.deposits) * 2 + 1001
        self.deposits[id_] = {
            "id": id_,
            "conceptrecid": concept or id_ - 1,
            "submitted": False,
            "metadata": metadata,
            "links": {
                "bucket": f"{self.url}/api/files/{id_}",
                "latest_draft": f"{self.url}/api/deposit/depositions/{id_}",
            },
        }
        self.bytes[id_] = dict(files)
        return self.deposits[id_]

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> Any:
        """The status and what it tells."""
        if path == "/api/deposit/depositions":
            if method == "POST":
                return 201, self.make(json.loads(body).get("metadata", {}), None, {})
            size, page = int(query["size"][0]), int(query["page"][0])
            return 200, [*self.deposits.values()][size * (page - 1) : size * page]
        if found := re.fullmatch(r"/api/files/(\d+)/(.+)", path):
            id_ = int(found[1])
            if self.deposits[id_]["submitted"]:
                return 403, {"message": "published"}
            self.bytes[id_][found[2]] = body
            return 201, self.files(id_)[[*self.bytes[id_]].index(found[2])]
        found = re.fullmatch(r"/api/deposit/depositions/(\d+)(?:/(\w+)/(.+))?", path)
        assert found, path
        id_, deposit = int(found[1]), self.deposits[int(found[1])]
        if found[3] == "newversion":
            assert deposit["submitted"]
            new = self.make(deposit["metadata"], deposit["conceptrecid"], self.bytes[id_])
            return 201, {**deposit, "links": new["links"]}
        if method != "GET" and deposit["submitted"]:
            return 403, {"message": "published"}
        if found[3] == "publish":
            if not (self.bytes[id_] and {"title", "version"} <= deposit["metadata"].keys()):
                return 400, {"message": "Validation error."}
            deposit |= {"submitted": True, "doi": f"10.5072/zenodo.{id_}"}
            return 202, deposit
        if method == "DELETE":
            del self.bytes[id_][found[3]]
            return 204, None
        if method == "PUT":
            deposit["metadata"] = json.loads(body)["metadata"]
        return 200, deposit | {"files": self.files(id_)}

    def files(self, id_: int) -> list[dict[str, Any]]:
        return [
            {"id": name, "filename": name, "checksum": hashlib.md5(content).hexdigest()}
            for name, content in self.bytes[id_].items()
        ]


@contextmanager
def fake_zenodo() -> Iterator[FakeZenodo]:
    zenodo = FakeZenodo()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            url = urlsplit(self.path)
            status, told = 401, {"message": "Unauthorized."}
            if self.headers["Authorization"] == f"Bearer {TOKEN}":
                status, told = zenodo.answer(self.command, url.path, parse_qs(url.query), body)
            self.send_response(status)
            content = b"" if told is None else json.dumps(told).encode()
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        zenodo.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield zenodo
        server.shutdown()
        thread.join()
