"""Each kind of page in Debian's Chromium: axe, keyboard, narrow windows, no script, no other host.

`html-validate` looks at the same pages. Both come by `npm` from `tools/web`; nothing of theirs is
in the repository. Where there is no Chromium or no npm, the tests say that they were skipped.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.assets.portal.conftest import WEB

#: What axe asks: WCAG 2.2 up to level AA, and what its authors hold to be good.
AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Pages that between them have all colours.
COLOURFUL = ("home", "authority", "topic", "visit", "point", "downloads")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def kinds(portal: Path) -> dict[str, str]:
    """One page of each kind by its name: its address."""
    found = {
        "authority": max((portal / "authorities").glob("*/index.html"), key=_size),
        "authority without visits": min((portal / "authorities").glob("*/index.html"), key=_size),
        "topic": max((portal / "topics").glob("*/index.html"), key=_size),
        "theme": max((portal / "themes").glob("*/index.html"), key=_size),
        "visit": max((portal / "visits").glob("*/index.html"), key=_size),
        "citations": max((portal / "visits").glob("*/cite/index.html"), key=_size),
        "point": max((portal / "points").glob("*/index.html"), key=_size),
        "release": portal / "releases" / "1.0.0" / "index.html",
        "table of the dictionary": portal / "dictionary" / "visits" / "index.html",
    }
    kinds = {name: f"{path.parent.relative_to(portal)}/" for name, path in found.items()}
    kinds |= {path.parent.name: f"{path.parent.name}/" for path in portal.glob("*/index.html")}
    return kinds | {"home": "", "not found": "404.html"}


def _size(path: Path) -> int:
    return path.stat().st_size


def test_axe_finds_nothing(open_page: Any, kinds: dict[str, str], tools: Path) -> None:
    """In light and in dark, at two widths."""
    axe = (tools / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    found = {}
    for scheme, width, names in (("light", 1280, kinds), ("dark", 360, COLOURFUL)):
        page = open_page("", color_scheme=scheme, viewport={"width": width, "height": 800})
        origin = page.url
        for name in names:
            page.goto(f"{origin}{kinds[name]}")
            page.evaluate(axe)  # as a debugger does, beside the page's policy
            result = page.evaluate(f"axe.run({{resultTypes: ['violations'], runOnly: {AXE}}})")
            violations = [
                (one["id"], one["nodes"][0]["html"][:200]) for one in result["violations"]
            ]
            if violations:
                found[f"{name} ({scheme})"] = violations
    assert found == {}


def test_html_validate_finds_nothing(portal: Path, kinds: dict[str, str], tools: Path) -> None:
    program = tools / "html-validate" / "bin" / "html-validate.mjs"
    config = WEB / "html-validate.json"
    files = [
        portal / f"{one}index.html" if one.endswith("/") else portal / (one or "index.html")
        for one in kinds.values()
    ]
    done = subprocess.run(
        ["node", program, "--config", config, *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_a_narrow_or_enlarged_page_is_not_wider_than_its_window(
    open_page: Any, kinds: dict[str, str]
) -> None:
    """320 pixels are 1,280 enlarged fourfold; 640 are that enlarged twice."""
    page = open_page("")
    origin = page.url
    for name, address in kinds.items():
        page.goto(f"{origin}{address}")
        for width in (320, 640):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)


def test_the_keyboard_reaches_the_content_and_is_seen_to(open_page: Any) -> None:
    page = open_page("authorities/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"


def test_every_link_and_control_can_be_reached(open_page: Any, kinds: dict[str, str]) -> None:
    page = open_page(kinds["point"])
    wanted = page.evaluate("document.querySelectorAll('a[href], summary, button').length")
    reached = set()
    for _ in range(2 * wanted + 5):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
    visible = page.evaluate(
        "[...document.querySelectorAll('a[href], summary, button')]"
        ".filter(one => one.checkVisibility()).map(one => one.outerHTML.slice(0, 200))"
    )
    assert set(visible) <= reached


def test_councils_are_found_by_typing(open_page: Any) -> None:
    page = open_page("")
    page.get_by_label("Type a name to narrow the list").fill("peel")
    assert page.locator("#council-list li:visible").count() == 1
    assert page.locator("#council-found").text_content() == "1 found"


def test_a_finding_is_cited_with_its_page(open_page: Any, kinds: dict[str, str]) -> None:
    """Without scripts the citation leads to the document; with them to the very sentence."""
    for has_scripts in (True, False):
        page = open_page(kinds["visit"], java_script_enabled=has_scripts)
        finding = page.locator(".findings > li", has_text="p. 2").last
        key = finding.get_attribute("id")
        words = finding.locator("p").first.text_content()
        finding.get_by_role("link", name="Cite").click()
        section = page.locator("section", has=page.locator(f"a[href='../#{key}']"))
        if has_scripts:
            section.locator(".sentence").wait_for()
        sentence, plain, apa, bibtex = section.locator("pre").all_text_contents()
        assert not has_scripts or re.fullmatch(
            rf"“{re.escape(words)}” \(Ofsted, \d{{4}}, p. 2\)", sentence
        )
        assert ", page 2." in plain
        assert "(p. 2)." in apa
        assert "pages = {2}" in bibtex
        address = f"/{kinds['visit']}#{key}" if has_scripts else f"/{kinds['visit']}"
        assert plain.endswith(address)
        assert address.replace("#", "\\#") in bibtex
        report = section.locator("li", has_text=key).get_by_role("link", name="Report an error")
        assert report.get_attribute("href").endswith(key)


def test_pages_say_when_the_source_was_last_looked_at(open_page: Any) -> None:
    for address in ("", "search/", "sql/"):
        page = open_page(address)
        told = page.locator(".foot").inner_text()
        assert "Their source was last looked at on 30 November 2026." in told, address


def test_without_scripts_all_can_be_read(open_page: Any, kinds: dict[str, str]) -> None:
    page = open_page("", java_script_enabled=False)
    assert page.get_by_label("Type a name to narrow the list").is_hidden()
    page.get_by_role("link", name="Ashmere, Dunlow and Peel", exact=True).click()
    assert page.get_by_role("heading", level=1).text_content() == "Ashmere, Dunlow and Peel"
    page.goto(page.url.partition("authorities/")[0] + kinds["visit"])
    assert page.locator(".findings > li").first.is_visible()


def test_nothing_moves_where_that_is_not_wanted(open_page: Any) -> None:
    page = open_page("", reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_policy_is_in_force(browser: Any, site: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text))
    page.goto(site)
    page.evaluate(
        "() => { const one = document.createElement('script');"
        " one.textContent = 'window.ran = true'; document.body.append(one); }"
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in one for one in said)
    page.close()
