"""What the tests of the portal share: that of the sample, with an address and with pictures."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assets.portal.build import make_portal
from assets.portal.serve import server
from assets.portal.settings import PortalMaking, PortalSettings
from tests.conftest import MakeOnce

#: What looks at pages; nothing of it is in the repository.
WEB = Path(__file__).parents[3] / "tools" / "web"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
URL = "https://letters.example.org/portal/"
SETTINGS = PortalSettings.model_validate(
    {
        "url": URL,
        "report_errors_to": "https://example.org/report?about={id}",
        "workbooks": False,
    }
)


@pytest.fixture(scope="session")
def making(released: Path, tmp_path_factory: pytest.TempPathFactory) -> PortalMaking:
    """What a portal of the sample is made with."""
    to = tmp_path_factory.mktemp("portal") / "portal"
    return PortalMaking(
        released, to, archive=released / "archive", settings=SETTINGS, last_run=date(2026, 11, 30)
    )


@pytest.fixture(scope="session")
def portal(making: PortalMaking, make_once: MakeOnce) -> Path:
    """The portal of the sample; not to be changed."""

    def write(folder: Path) -> None:
        make_portal(replace(making, to=folder / "portal"))

    return make_once("portal", write) / "portal"


@pytest.fixture(scope="module")
def site(portal: Path) -> Iterator[str]:
    """The portal at an address, below another one as its settings say."""
    with server(portal.parent) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}/{portal.name}/"
        serving.shutdown()
        thread.join()


@pytest.fixture(scope="module")  # while it is there, nothing can be awaited
def browser() -> Iterator[Any]:
    """Debian's Chromium; where there is none, the test is skipped."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tools(make_once: MakeOnce) -> Path:
    """axe, html-validate and TypeScript, as the lock file has them."""

    def install(folder: Path) -> None:
        for name in ("package.json", "package-lock.json"):
            shutil.copy2(WEB / name, folder / name)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=folder, check=True, timeout=300)

    if shutil.which("npm") is None:
        pytest.skip("there is no npm")
    try:
        return make_once("web_tools", install) / "node_modules"
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"npm could not install what looks at pages: {error}")


@pytest.fixture
def told() -> list[str]:
    """What the browser complained of, and what it asked other hosts for."""
    return []


@pytest.fixture
def open_page(browser: Any, site: str, told: list[str]) -> Iterator[Any]:
    """Opens a page of the portal in a window of its own."""
    contexts = []

    def open_it(address: str, **settings: Any) -> Any:
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: told.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda one: _note_foreign(one.url, site, told))
        page.goto(f"{site}{address}")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert told == []


def _note_foreign(url: str, site: str, told: list[str]) -> None:
    if not url.removeprefix("blob:").startswith(site.partition("/portal/")[0]):
        told.append(f"asked for {url}")
