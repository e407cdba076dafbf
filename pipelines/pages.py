"""Dagster's pages, for whoever has them open and for no other site.

`dagster-webserver` asks nobody who they are, and takes a request under any name of its host and
from any page: also from one of another site, in the browser of somebody who has these pages on the
same machine. So this is its command line with a guard before it.

    python -m pipelines.pages [options of dagster-webserver]   the pages
    python -m pipelines.pages ui [the same]                    and Dagster's clock (`start.py ui`)
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dagster_webserver.app
from dagster import DagsterInstance
from dagster_webserver.cli import cli
from dagster_webserver.webserver import DagsterWebserver
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

#: Under these names the pages are at hand on the machine itself; the setting names further ones.
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
HOSTS_SETTING = "DAGSTER_WEB_HOSTS"

#: Here Dagster finds what it is to load (`pyproject.toml`), and how it keeps its runs.
_PROJECT = Path(__file__).parents[1]
_LOOKS_SECONDS = 0.5
#: How long the pages and the clock may take to end.
_GRACE_SECONDS = 10


class Guard:
    """Lets through what the pages themselves ask, or a program on purpose.

    Args:
        app: What is asked.
        hosts: The names under which it may be asked, without port.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        why = self._fault(scope) if scope["type"] in ("http", "websocket") else None
        if why is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": why})
        else:
            await PlainTextResponse(why, status_code=403)(scope, receive, send)

    def _fault(self, scope: Scope) -> str | None:
        """What is wrong with a request."""
        headers = Headers(scope=scope)
        host, *more = headers.getlist("host") or [""]
        # Another site can have its own name lead to this machine.
        if more or _name(host) not in self._hosts:
            return f"The pages are not known under this name; {HOSTS_SETTING} names them."
        # Browsers tell from which site's page a request comes that could change anything.
        if any(origin.partition("://")[2] != host for origin in headers.getlist("origin")):
            return "This request comes from a page of another site."
        if scope["type"] == "websocket" or scope["method"] == "HEAD":
            return None
        if scope["method"] == "GET":
            # As a link or picture of any page could have it.
            is_question = scope["path"].rstrip("/").endswith("/graphql") and scope["query_string"]
            return "Questions are sent by POST." if is_question else None
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        # No form of another page can send that, whatever the browser.
        is_json = scope["method"] == "POST" and kind == "application/json"
        return None if is_json else "Only JSON is taken, by POST."


def _name(host: str) -> str | None:
    """The name in a header `Host`, without port."""
    try:
        return None if "@" in host else urlsplit(f"//{host}").hostname
    except ValueError:
        return None


class _GuardedWebserver(DagsterWebserver[Any, Any]):
    def build_middleware(self) -> list[Middleware]:
        further = filter(None, os.environ.get(HOSTS_SETTING, "").replace(",", " ").split())
        guard = Middleware(Guard, hosts=(*LOCAL_HOSTS, *further))
        return [guard, *super().build_middleware()]


def serve() -> None:
    """Do what `dagster-webserver` does, behind the guard."""
    vars(dagster_webserver.app)["DagsterWebserver"] = _GuardedWebserver
    cli(auto_envvar_prefix="DAGSTER_WEBSERVER")


def ui(options: Sequence[str]) -> int:
    """Serve the pages and run Dagster's clock, until one of them ends or a person says so.

    Runs are forgotten at the end, unless `DAGSTER_HOME` names a folder.
    """
    # Also where they were ignored, as in the background of a script; what is started has no other.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    with contextlib.ExitStack() as stack:
        home = os.environ.get("DAGSTER_HOME")
        if not home:
            home = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="ofsted-letters-dagster-")
            )
            shutil.copy(_PROJECT / "dagster.yaml", home)
        commands = [
            [sys.executable, "-m", "pipelines.pages", *options],
            [sys.executable, "-m", "dagster._daemon", "run"],
        ]
        environment = {**os.environ, "DAGSTER_HOME": home}
        # Its books are laid out here, once: two processes that do so at a time spoil them.
        with DagsterInstance.from_config(home):
            pass
        # In groups of their own: a Ctrl-C ends them once, by what is below.
        processes = [
            stack.enter_context(
                subprocess.Popen(one, cwd=_PROJECT, env=environment, start_new_session=True)
            )
            for one in commands
        ]
        try:
            while not any(process.poll() is not None for process in processes):
                time.sleep(_LOOKS_SECONDS)
        except KeyboardInterrupt:
            return 130
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_GRACE_SECONDS)
                process.kill()  # which does nothing to one that has ended
    return int(any(process.returncode for process in processes))


if __name__ == "__main__":
    if sys.argv[1:2] == ["ui"]:
        raise SystemExit(ui(sys.argv[2:]))
    serve()
