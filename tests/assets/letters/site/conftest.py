"""What the tests of this room share: the stand-in for the site, and a program in a hurry."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from assets.letters.site.settings import SiteSettings
from tests.conftest import SOON
from tests.site import Published, Site

#: No pauses, three attempts at once after each other, nothing waited for but an answer.
IN_A_HURRY: dict[str, Any] = {
    "pause_seconds": 0,
    "attempts": 3,
    "first_wait_seconds": 0.01,
    "longest_wait_seconds": 0.02,
    "connect_seconds": 2 * SOON,
    "read_seconds": 2 * SOON,
}


def settings_for(site: Site, **values: Any) -> SiteSettings:
    """Settings by which everything is at the stand-in, in a hurry but for what a test says."""
    return SiteSettings(**{"site_url": site.url, "files_url": site.url, **IN_A_HURRY, **values})


@dataclass
class Taken:
    """Takes a file's bytes; counts how often they came from the first."""

    content: bytes = b""
    pieces: list[bytes] = field(default_factory=list)
    starts: int = 0

    def write(self, chunk: bytes) -> None:
        self.content += chunk

    def reset(self) -> None:
        self.content = b""
        self.starts += 1


def pdf(size: int = 3000, seed: str = "") -> bytes:
    """Bytes that look like a whole PDF of that size."""
    head, tail = f"%PDF-1.7\n% {seed}\n".encode(), b"\n%%EOF\n"
    return head + bytes(size - len(head) - len(tail)) + tail


def publication(number: int, urn: int = 80001, **facts: Any) -> Published:
    """A publication that exists nowhere else."""
    return Published(
        **{
            "file_number": str(50_000_000 + number),
            "urn": str(urn),
            "provider_name": f"Council {urn}",
            "link_text": "Children's services focused visit",
            "published": date(2024, 3, 5) + timedelta(days=number),
            "event": date(2024, 2, 6) + timedelta(days=number),
            "content": pdf(seed=str(number)),
            **facts,
        }
    )


@pytest.fixture(scope="module")
def one_site() -> Iterator[Site]:
    with Site([publication(1)]) as site:
        yield site


@pytest.fixture
def site(one_site: Site) -> Site:
    """A site with one authority and one publication, that nobody has asked for anything."""
    one_site.reset()
    one_site.files_url = one_site.url
    one_site.requests.clear()
    return one_site


@pytest.fixture
def make_site() -> Iterator[Callable[..., Site]]:
    """Makes a site with so many authorities, each with so many publications."""
    sites = []

    def make(authorities: int, each: int = 1) -> Site:
        site = Site(
            [
                publication(number * each + position, urn=80_001 + number)
                for number in range(authorities)
                for position in range(each)
            ]
        )
        sites.append(site)
        return site.__enter__()

    yield make
    for site in sites:
        site.__exit__(None, None, None)
