"""What the crawl adds to each request, and how much memory a large file takes.

    python benchmarks/crawl.py [--files N] [--rounds N]

The site is the tests' stand-in, in a process of its own; there are no pauses. The crawl is measured
beside a bare loop of `requests` that asks for the same addresses from two threads and does nothing
with the answers; of several rounds in turns, the median counts. It needs Linux. It is no test: it
prints a table for a person to judge.
"""

import argparse
import contextlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import requests

from assets.letters.archive import Archive
from assets.letters.site.settings import SiteSettings
from assets.letters.site.source import SiteSource
from assets.letters.source import Inventory
from tests.site import Published, Site

FILES_AN_AUTHORITY = 3
SMALL, LARGE = 20_000, 30_000_000  # bytes
THREADS = 2
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Cost(NamedTuple):
    """What was spent on all requests of a kind.

    Attributes:
        wall: Seconds from the first to the last.
        cpu: Seconds of this process' processor time.
        requests: How many there were.
    """

    wall: float
    cpu: float
    requests: int


class Nowhere:
    """Takes a file's bytes and forgets them."""

    def write(self, chunk: bytes) -> None:
        """Forget them."""

    def reset(self) -> None:
        """Nothing was kept."""


def pdf(size: int, number: int) -> bytes:
    """Bytes that look like a whole PDF, another one for each number."""
    head, tail = b"%%PDF-1.7\n%% %d\n" % number, b"\n%%EOF\n"
    return head + bytes(size - len(head) - len(tail)) + tail


def publications(count: int, size: int) -> list[Published]:
    """So many publications, of a few to an authority."""
    return [
        Published(
            file_number=str(50_000_000 + number),
            urn=str(80_000 + number // FILES_AN_AUTHORITY),
            provider_name=f"Council {number // FILES_AN_AUTHORITY}",
            link_text="Children's services focused visit",
            published=date(2024, 3, 5),
            event=date(2024, 2, 6),
            content=pdf(size, number),
        )
        for number in range(count)
    ]


@contextlib.contextmanager
def site_of(count: int, size: int) -> Iterator[str]:
    """The address of a site with so many files, served by another process."""
    command = [sys.executable, __file__, "--serve", str(count), str(size)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().decode().strip()
        process.stdin.close()


def serve(count: int, size: int) -> None:
    """Be such a site until nobody listens any more."""
    with Site(publications(count, size)) as site:
        print(site.url, flush=True)
        sys.stdin.read()


def source_at(url: str) -> SiteSource:
    """The site as a source, asked without pauses."""
    return SiteSource(SiteSettings.model_validate({"site_url": url, "pause_seconds": 0}))


def cost_of(work: Callable[[], int]) -> Cost:
    """What some work costs that says how many requests it made."""
    wall, cpu = time.perf_counter(), time.process_time()
    count = work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu, count)


def bare(addresses: Sequence[str]) -> int:
    """Ask for all, from as many threads as the crawl has, and do nothing with it."""
    by_thread = threading.local()

    def get(address: str) -> None:
        if not hasattr(by_thread, "session"):
            by_thread.session = requests.Session()
        by_thread.session.get(address).content  # noqa: B018

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(get, addresses))
    return len(addresses)


def listed(source: SiteSource) -> tuple[Inventory, int]:
    """The list, and how many requests it took."""
    return source.list_files(), source.traffic.requests


def fetched(source: SiteSource, inventory: Inventory) -> int:
    """Fetch all files and keep nothing; says how many requests it took."""
    before = source.traffic.requests
    with ThreadPoolExecutor(source.parallel) as threads:
        list(threads.map(lambda entry: source.fetch(entry, Nowhere()), inventory.entries))
    return source.traffic.requests - before


def archived(source: SiteSource, inventory: Inventory) -> int:
    """Fetch all files into an archive; says how many requests it took."""
    before = source.traffic.requests
    with tempfile.TemporaryDirectory() as folder:
        look = Archive(Path(folder)).take(source, now=NOW, inventory=inventory)
    assert len(look.new) == len(inventory.entries), look.failed
    return source.traffic.requests - before


def measure(url: str, count: int) -> dict[str, Cost]:
    """One round."""
    source = source_at(url)
    inventory, _ = listed(source)
    numbers = sorted({entry.listing.ofsted_urn for entry in inventory.entries})
    pages = [f"{url}/robots.txt"]
    pages += [f"{url}/search?start={start}&rows=100" for start in range(0, len(numbers), 100)]
    pages += [f"{url}/provider/44/{number}" for number in numbers]
    files = [entry.locator for entry in inventory.entries]
    assert len(files) == count
    return {
        "pages, bare": cost_of(lambda: bare(pages)),
        "pages": cost_of(lambda: listed(source_at(url))[1]),
        "files, bare": cost_of(lambda: bare(files)),
        "files": cost_of(lambda: fetched(source, inventory)),
        "archived": cost_of(lambda: archived(source, inventory)),
    }


def memory(of: str) -> float:
    """What the system says of this process' memory, in MiB: `VmRSS`, or `VmHWM`, the most."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{of}:")) / 1024


def fetch_large(url: str) -> None:
    """Fetch the site's one file into an archive, and print how much memory that took, in MiB."""
    source = source_at(url)
    inventory = source.list_files()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the most, from here on
    before = memory("VmRSS")
    archived(source, inventory)
    print(memory("VmHWM") - before)


def memory_of_large() -> float:
    """How much memory the fetching of one large file takes, in MiB."""
    with site_of(1, LARGE) as url:
        command = [sys.executable, __file__, "--fetch", url]
        return float(subprocess.run(command, check=True, capture_output=True).stdout)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", nargs=2, type=int, help=argparse.SUPPRESS)
    parser.add_argument("--fetch", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        return serve(*arguments.serve)
    if arguments.fetch:
        return fetch_large(arguments.fetch)

    rounds: list[dict[str, Cost]] = []
    with site_of(arguments.files, SMALL) as url:
        measure(url, arguments.files)  # the first of all warms up
        rounds += (measure(url, arguments.files) for _ in range(arguments.rounds))
    print(f"{'ms a request':<44}{'wall':>9}{'cpu':>9}")
    medians = {}
    for what, name in (
        ("page, listed (with its reading)", "pages"),
        ("  page, bare", "pages, bare"),
        (f"file of {SMALL / 1000:.0f} kB, fetched", "files"),
        ("  file, bare", "files, bare"),
        ("file, fetched and brought into the archive", "archived"),
    ):
        medians[name] = [
            statistics.median(getattr(one[name], of) / one[name].requests * 1000 for one in rounds)
            for of in ("wall", "cpu")
        ]
        print(f"{what:<44}{medians[name][0]:>9.2f}{medians[name][1]:>9.2f}")
    (ours, our_cpu), (theirs, their_cpu) = medians["files"], medians["files, bare"]
    print(f"{'what the crawl adds to a file':<44}{ours - theirs:>9.2f}{our_cpu - their_cpu:>9.2f}")
    print(f"{'memory while a file of 30 MB is fetched':<44}{memory_of_large():>9.1f} MiB")
    return None


if __name__ == "__main__":
    main()
