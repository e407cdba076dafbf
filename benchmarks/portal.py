"""How heavy the pages of a portal are, and how long its search takes on a slow processor.

    python benchmarks/portal.py PORTAL [--rounds 5] [--slowed 4] [--without-search]

PORTAL is a folder that `ofsted-letters portal` made. A first view is a page, its stylesheet and its
script, packed by gzip. A search is timed in Chromium, with the processor slowed fourfold, from what
a reader does to the frame that shows the answer; the index has come before. It is no test: it
prints tables for a person to judge, and whatever else runs on the machine makes the times longer.
"""

import argparse
import gzip
import re
import shutil
import statistics
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assets.portal.serve import server

#: What is looked for, as the address of the page says it.
SEARCHES = {
    "a common word": "q=children",
    "a word": "q=supervision",
    "two words": "q=supervision regular",
    "a phrase": 'q="social workers"',
    "AND, OR, NOT": "q=(supervision OR audit) AND workers NOT plans",
    "the beginning of words": "q=super*",
    "within a paragraph": "q=children plans&within=paragraph",
    "within a letter": "q=children plans&within=letter",
    "everything": "",
    "a misspelt word": "q=supervisoin",
    "everything, narrowed": "valence=concern&kind=focused_visit",
}
#: Two facets are ticked one after the other, from this search.
TICKED = ("q=children", ("valence=concern", "point=improvement", "topic"))

_TIMED = """async ({change}) => {
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.now());
    channel.port2.postMessage(null);
  }));
  const from = performance.now();
  if (change.startsWith("tick:")) document.querySelector(change.slice(5)).click();
  else {
    history.pushState(null, "", change ? `?${change}` : location.pathname);
    dispatchEvent(new PopStateEvent("popstate"));
  }
  const worked = performance.now();
  return [worked - from, (await painted()) - from];
}"""


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("portal", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slowed", type=float, default=4)
    parser.add_argument("--without-search", action="store_true")
    given = parser.parse_args()
    print_bytes(given.portal)
    if not given.without_search:
        print_times(given.portal, given.rounds, given.slowed)


def print_bytes(portal: Path) -> None:
    """Print the heaviest first view of each kind of page, and what lies in the portal."""
    heaviest: dict[str, tuple[int, Path]] = {}
    for page in portal.rglob("*.html"):
        if page.relative_to(portal).parts[0] != "latest":
            size = first_view(portal, page)
            kind = kind_of(page.relative_to(portal))
            heaviest[kind] = max(heaviest.get(kind, (0, page)), (size, page))
    print("First view, packed, of the heaviest page of each kind (KB)")
    for kind, (size, page) in sorted(heaviest.items()):
        print(f"{size / 1000:8.1f}  {kind:<16} {page.relative_to(portal).parent}")
    files = [path for path in portal.rglob("*") if path.is_file()]
    total = sum(path.stat().st_size for path in files)
    extra = sum(path.stat().st_size for path in files if is_extra(path.relative_to(portal)))
    print(f"\n{total / 1e6:8.1f}  MB in {len(files):,} files")
    print(f"{(total - extra) / 1e6:8.1f}  MB without pictures and workbooks")
    for index in sorted((portal / "search").glob("*.gz")):
        print(f"{index.stat().st_size / 1e6:8.2f}  MB {index.name}")


def first_view(portal: Path, page: Path) -> int:
    """The bytes that a browser fetches to show a page first."""
    html = page.read_text(encoding="utf-8")
    root = "../" * (len(page.relative_to(portal).parts) - 1)
    static = set(re.findall(r"static/(?:portal\.css|[\w-]+\.js)(?=\")", html))
    assert all(f"{root}{name}" in html for name in static) or page.name == "404.html", page
    parts = [html.encode(), *((portal / name).read_bytes() for name in static)]
    return sum(len(gzip.compress(part)) for part in parts)


def kind_of(page: Path) -> str:
    """What kind of page it is: the folder that it lies in."""
    top, *below = page.parent.parts or (page.stem,)
    return f"{top}/…" if below else top


def is_extra(path: Path) -> bool:
    """Whether it is a picture or a workbook."""
    return path.parts[0] == "pictures" or path.suffix == ".xlsx"


def print_times(portal: Path, rounds: int, slowed: float) -> None:
    """Print how long searches take, the middle and the longest of some rounds (ms)."""
    print(f"\nSearch in Chromium, the processor slowed {slowed:g} times (ms, to the frame shown)")
    print(f"{'middle':>8} {'longest':>8} {'script':>8}")
    for name, times in timed(portal, rounds, slowed):
        shown = sorted(one for _, one in times)
        script = statistics.median(one for one, _ in times)
        print(f"{statistics.median(shown):8.0f} {shown[-1]:8.0f} {script:8.0f}  {name}", flush=True)


def timed(portal: Path, rounds: int, slowed: float) -> Iterator[tuple[str, list[list[float]]]]:
    """Each search with its times: of the script, and to the frame that shows what was found."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with server(portal) as serving, sync_playwright() as driver:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        try:
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            devtools = page.context.new_cdp_session(page)
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
            page.goto(f"http://127.0.0.1:{serving.server_port}/search/?q=children")
            page.wait_for_selector("#search-files button")  # the index has come
            for name, asked in SEARCHES.items():
                times = []
                for _ in range(rounds):
                    page.evaluate(_TIMED, {"change": "q=nothing+at+all"})
                    times.append(page.evaluate(_TIMED, {"change": asked}))
                yield name, times
            yield from ticked(page, rounds)
            browser.close()
        finally:
            serving.shutdown()
            thread.join()


def ticked(page: Any, rounds: int) -> Iterator[tuple[str, list[list[float]]]]:
    """What is chosen of facets, one after the other."""
    begin, boxes = TICKED
    times: dict[str, list[list[float]]] = {}
    for _ in range(rounds):
        page.evaluate(_TIMED, {"change": begin})
        for box in boxes:
            name, _, value = box.partition("=")
            page.evaluate(f"document.getElementById('facet-{name}').open = true")
            page.wait_for_timeout(50)
            which = f"#facet-{name} input{f'[value={value}]' if value else '[type=checkbox]'}"
            times.setdefault(f"ticked: {box}", []).append(
                page.evaluate(_TIMED, {"change": f"tick:{which}"})
            )
    yield from times.items()


if __name__ == "__main__":
    main()
