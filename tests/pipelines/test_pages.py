"""Dagster's pages behind their guard: what another site's page could send is refused.

Their server takes seconds to import; that is left to the tests, and whoever runs others is spared.
"""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

MUTATION = b"query=mutation{launchRun}"
JSON = ("content-type", "application/json")


def ask(
    *headers: tuple[str, str],
    method: str = "GET",
    path: str = "/graphql",
    query: bytes = b"",
    host: str = "localhost:3000",
    kind: str = "http",
) -> int:
    """The status of the answer to a request."""
    from pipelines.pages import LOCAL_HOSTS, Guard

    sent: list[MutableMapping[str, Any]] = []
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": query,
        "headers": [(name.encode(), value.encode()) for name, value in (("host", host), *headers)],
    }

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(Guard(app, [*LOCAL_HOSTS, "letters.example.org"])(scope, receive, send))
    return 403 if sent[0]["type"] == "websocket.close" else int(sent[0]["status"])


@pytest.mark.parametrize(
    "host",
    ["localhost:3000", "LOCALHOST", "127.0.0.1:3000", "[::1]:3000", "letters.example.org"],
)
def test_the_pages_themselves_are_answered(host: str) -> None:
    origin = ("origin", f"http://{host}")
    assert ask(path="/", host=host) == 200
    assert ask(host=host) == 200
    assert ask(JSON, origin, method="POST", host=host) == 200
    assert ask(JSON, method="POST", host=host) == 200, "a program has no origin"
    assert ask(origin, kind="websocket", host=host) == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "evil@localhost", "", "[", "127.0.0.1.nip.io:3000"],
)
def test_another_name_of_this_machine_is_not(host: str) -> None:
    assert ask(path="/", host=host) == 403
    assert ask(JSON, ("origin", f"http://{host}"), method="POST", host=host) == 403
    assert ask(("host", host), path="/") == 403, "nor one of two names"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://localhost:8000"])
def test_pages_of_other_sites_are_not(origin: str) -> None:
    assert ask(JSON, ("origin", origin), method="POST") == 403
    assert ask(("origin", origin), kind="websocket") == 403
    assert ask(("origin", origin), method="OPTIONS") == 403


@pytest.mark.parametrize("path", ["/graphql", "/graphql/", "//graphql", "/prefix/graphql"])
def test_what_a_link_or_a_form_could_send_is_not(path: str) -> None:
    assert ask(path=path, query=MUTATION) == 403
    for kind in ("text/plain", "application/graphql", "text/plain; application/json", ""):
        header = ("content-type", kind)
        assert ask(header, method="POST", path=path, query=MUTATION) == 403
    assert ask(method="POST", path="/report_asset_materialization/warehouse") == 403
    assert ask(JSON, method="PUT", path=path) == 403


def test_the_guard_stands_before_all_that_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    import dagster_webserver.app
    from dagster_webserver.webserver import DagsterWebserver

    from pipelines.pages import Guard, serve

    monkeypatch.setattr(dagster_webserver.app, "DagsterWebserver", DagsterWebserver)
    monkeypatch.setattr("pipelines.pages.cli", lambda **options: None)
    monkeypatch.setenv("DAGSTER_WEB_HOSTS", "letters.example.org, other.example.org")
    serve()
    served = vars(dagster_webserver.app)["DagsterWebserver"]
    first = served.build_middleware(object.__new__(served))[0]
    assert first.cls is Guard
    assert {"localhost", "letters.example.org", "other.example.org"} <= {*first.kwargs["hosts"]}
