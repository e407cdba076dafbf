"""The site as a source: names, stamps, what is fetched, and when the site is given up."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from assets.letters.archive import Archive
from assets.letters.manifest import MANIFEST
from assets.letters.site.source import SiteSource, open_site
from assets.letters.source import (
    Entry,
    FetchError,
    Inventory,
    SourceError,
    SourceUnavailable,
)
from assets.letters.sources import open_source
from assets.model import Listing, Signal
from tests.assets.letters.site.conftest import Taken, pdf, publication, settings_for
from tests.site import (
    SITE_ERROR,
    WITHDRAWN,
    Answer,
    AsUsual,
    Replaced,
    Response,
    Site,
    Status,
    sample_publications,
)

MakeSite = Callable[..., Site]
START = datetime(2026, 1, 1, tzinfo=UTC)


def source_of(site: Site, **values: Any) -> SiteSource:
    return SiteSource(settings_for(site, **values))


def names(inventory: Inventory) -> list[str]:
    return [entry.listing.file_name for entry in inventory.entries]


def file_requests(site: Site) -> list[str]:
    return [one.path for one in site.requests if "/v1/file/" in one.path]


# --- What is listed -------------------------------------------------------------------------------


def test_every_publication_of_the_sample_is_listed_with_all_that_is_said() -> None:
    with Site() as site:
        inventory = source_of(site).list_files()
        expected = {one.file_number: one for one in sample_publications()}
        assert names(inventory) == sorted(f"{number}.pdf" for number in expected)
        for entry in inventory.entries:
            one = expected[entry.listing.file_name.removesuffix(".pdf")]
            assert entry.locator == f"{site.url}{one.path}"
            assert entry.listing == Listing(
                source="ofsted",
                file_name=f"{one.file_number}.pdf",
                source_url=f"{site.url}{one.path}",
                link_text=one.link_text,
                ofsted_urn=one.urn,
                authority_name=one.provider_name,
                published_date=one.published,
                event_date=one.event,
                listed_kind="focused_visit",
            )
        assert inventory.signals == ()
        assert inventory.ignored == {}
        assert file_requests(site) == [], "the list needs no file"


def test_what_it_tells_of_itself(site: Site) -> None:
    source = source_of(site, recheck_share=0.25, requests_at_once=1)
    assert (source.name, source.label) == ("ofsted", site.url)
    assert source.authorities is None, "England's"
    assert (source.parallel, source.recheck_share) == (1, 0.25)
    source.check()
    assert site.requests == []
    assert source.traffic.requests == 0
    source.list_files()
    assert source.traffic.requests == len(site.requests) == 3


def test_a_link_without_days_is_listed_all_the_same(site: Site) -> None:
    site.publications[0] = replace(site.publications[0], published=None, event=None)
    (entry,) = source_of(site).list_files().entries
    assert (entry.listing.published_date, entry.listing.event_date) == (None, None)


@pytest.mark.parametrize(
    ("facts", "is_another"),
    [
        ({}, False),
        ({"published": date(2024, 4, 1)}, True),
        ({"published": None}, False),  # a day that is not told any more is still the day
        ({"event": date(2024, 1, 1)}, False),
        ({"link_text": "Monitoring visit"}, False),
        ({"provider_name": "City of Council"}, False),
        ({"content": pdf(seed="amended")}, False),  # nothing but looking again tells
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, dict) else None,
)
def test_published_on_another_day_it_is_another_file(
    site: Site, facts: dict[str, Any], is_another: bool
) -> None:
    source = source_of(site)
    (first,) = source.list_files().entries
    site.publications[0] = replace(site.publications[0], **facts)
    (second,) = source.list_files((first.listing,)).entries
    assert (second.stamp != first.stamp) == is_another
    assert second.listing.file_name == first.listing.file_name


def test_a_day_that_is_not_told_any_more_is_still_the_day(site: Site) -> None:
    source = source_of(site)
    (first,) = source.list_files().entries
    (one,) = site.publications
    site.publications = [replace(one, published=None, event=None)]
    (second,) = source.list_files((first.listing,)).entries
    assert (second.listing.published_date, second.listing.event_date) == (one.published, one.event)
    assert second == first


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("{url}/v1/file/50000001", "50000001.pdf"),
        ("{url}/v1/file/50000001/", "50000001.pdf"),
        ("https://files.ofsted.gov.uk/v1/file/50000001", "50000001.pdf"),
        ("https://files.api.ofsted.gov.uk/v1/file/50000001", "50000001.pdf"),
        ("https://www.example.org/a%20b/letter.pdf", "a-b/letter.pdf"),
        ("https://www.example.org/letter.pdf?v=2", "letter.pdf-v-2"),
        ("https://www.example.org/%C3%A9.pdf", "-.pdf"),
    ],
)
def test_a_file_keeps_its_name_whatever_its_host(site: Site, address: str, name: str) -> None:
    site.publications[0].address = address.replace("{url}", site.url)
    (entry,) = source_of(site).list_files().entries
    assert entry.listing.file_name == name
    assert entry.listing.source_url == site.publications[0].address


def test_two_files_never_share_a_name_in_silence(site: Site) -> None:
    addresses = [
        "https://www.example.org/%C3%A9.pdf",
        "https://www.example.org/%C3%A8.pdf",
        "https://www.example.org/a/letter.pdf",
        "https://www.example.org/b/letter.pdf",
    ]
    site.publications = [
        publication(number, address=address) for number, address in enumerate(addresses)
    ]
    inventory = source_of(site).list_files()
    lost = len(addresses) - len(inventory.entries)
    told = [signal for signal in inventory.signals if signal.code == "file_listed_twice"]
    assert lost == len(told)


def test_a_file_that_two_authorities_list_is_one_file(site: Site) -> None:
    other = replace(site.publications[0], urn="80002", provider_name="Council 80002")
    site.publications.append(other)
    inventory = source_of(site).list_files()
    (entry,) = inventory.entries
    assert entry.listing.ofsted_urn == "80001"
    assert inventory.signals == (Signal("file_listed_twice", "50000001.pdf: 80001 and 80002"),)


def test_what_a_page_does_not_tell_stays_as_it_was(make_site: MakeSite) -> None:
    site = make_site(4, each=2)
    source = source_of(site)
    first = source.list_files()
    known = [
        msgspec.structs.replace(entry.listing, etag='"1"', last_modified="x")
        for entry in first.entries
    ]
    site.fail("/provider/44/80002", Status(503))
    site.publications = [one for one in site.publications if one.file_number != "50000007"]
    second = source.list_files(known)
    assert names(second) == [name for name in names(first) if name != "50000007.pdf"]
    # As they were to the letter, so that the archive sees no difference.
    assert second.entries == tuple(
        entry for entry in first.entries if entry.listing.file_name != "50000007.pdf"
    )
    assert [signal.code for signal in second.signals] == ["provider_unread"]


def test_fewer_publications_than_before_are_not_believed(make_site: MakeSite) -> None:
    site = make_site(3, each=5)
    source = source_of(site)
    known = [entry.listing for entry in source.list_files().entries]
    site.publications = site.publications[1:]
    assert len(source.list_files(known).entries) == 14
    site.publications = site.publications[1:]
    with pytest.raises(SourceUnavailable, match="2 of 15 publications are missing"):
        source.list_files(known)
    assert len(source_of(site, most_lost_share=0.2).list_files(known).entries) == 13


def test_authorities_without_any_publication_are_not_believed(site: Site) -> None:
    site.fail("/provider/", Replaced(rb'<li class="timeline__day">.*?</li>'))
    with pytest.raises(SourceUnavailable, match="lists authorities, but no publication"):
        source_of(site).list_files()


# --- What is fetched ------------------------------------------------------------------------------


def fetch(source: SiteSource, entry: Entry, held: Listing | None = None) -> tuple[Any, bytes]:
    into = Taken()
    fetched = source.fetch(entry, into, held)
    return fetched, into.content


def test_a_file_comes_with_what_its_headers_tell(site: Site) -> None:
    source = source_of(site)
    (entry,) = source.list_files().entries
    fetched, content = fetch(source, entry)
    assert content == site.publications[0].content
    assert not fetched.is_held
    assert fetched.etag.startswith('"')
    assert fetched.last_modified.endswith("GMT")

    learnt = {"etag": fetched.etag, "last_modified": fetched.last_modified}
    again, content = fetch(source, entry, held=msgspec.structs.replace(entry.listing, **learnt))
    assert (again.is_held, content) == (True, b"")
    assert again == msgspec.structs.replace(fetched, is_held=True)


def test_a_link_to_another_host_is_listed_and_not_fetched(site: Site) -> None:
    site.files_url = "https://www.example.org"
    source = source_of(site)
    (entry,) = source.list_files().entries
    with pytest.raises(FetchError) as raised:
        fetch(source, entry)
    assert raised.value.reason_code == "address_not_allowed"
    assert "--files-url" in raised.value.detail
    assert not raised.value.is_gone


def test_files_may_be_on_a_host_of_their_own(site: Site) -> None:
    site.files_url = site.other_url
    source = source_of(site, files_url=site.other_url)
    (entry,) = source.list_files().entries
    assert fetch(source, entry)[1] == site.publications[0].content


# --- When the site is given up --------------------------------------------------------------------


@pytest.fixture
def many(site: Site) -> Site:
    site.publications = [publication(number) for number in range(60)]
    return site


def test_when_all_files_fail_the_site_is_down(many: Site, tmp_path: Path) -> None:
    source = source_of(many, attempts=1)
    many.fail("/v1/", Status(503), SITE_ERROR)
    with pytest.raises(SourceUnavailable, match="25 files could not be had, and none between them"):
        Archive(tmp_path).take(source, now=START)
    assert len(file_requests(many)) <= 25 + 2


def test_one_file_that_comes_shows_that_the_site_is_up(many: Site, tmp_path: Path) -> None:
    source = source_of(many, attempts=1, requests_at_once=1)
    many.fail("/v1/", *[Status(503)] * 24, AsUsual())
    look = Archive(tmp_path).take(source, now=START)
    # Each that failed is asked for once more, and so two come of sixty, and two more of the rest.
    assert len(file_requests(many)) == 60 + 58
    assert (len(look.new), len(look.failed)) == (4, 56)


def test_a_file_that_fails_is_asked_for_once_more_at_the_end(many: Site, tmp_path: Path) -> None:
    source = source_of(many, attempts=2, requests_at_once=1)
    many.fail("/v1/file/50000003", Status(503), times=3)
    look = Archive(tmp_path).take(source, now=START)
    assert (len(look.new), look.failed, look.opened) == (60, (), 60)
    assert file_requests(many)[-2:] == ["/v1/file/50000003"] * 2
    assert len(file_requests(many)) == 59 + 4


def test_files_that_are_not_there_do_not_count(many: Site, tmp_path: Path) -> None:
    many.fail("/v1/", WITHDRAWN, Status(404))
    look = Archive(tmp_path).take(source_of(many, attempts=1), now=START)
    assert len(look.failed) == 60


def test_the_archive_keeps_what_came_before_the_site_went_down(many: Site, tmp_path: Path) -> None:
    source = source_of(many, attempts=1)
    many.fail("/v1/", *[AsUsual()] * 10, *[Status(503)] * 200)
    with pytest.raises(SourceUnavailable, match="The source seems to be down"):
        Archive(tmp_path).take(source, now=START)
    # A few more are asked for before it is noticed.
    assert len(file_requests(many)) < 10 + 25 + 10
    assert len(Archive(tmp_path).files()) == 10
    many.clear_faults()
    many.requests.clear()
    look = Archive(tmp_path).take(source_of(many), now=START)
    assert len(Archive(tmp_path).files()) == 60
    assert (look.failed, Archive(tmp_path).unarchived()) == ((), ())
    assert len(file_requests(many)) == 50


# --- With the archive -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Letter(Answer):
    """A PDF of its own for each address, under a name that leads elsewhere."""

    def alter(self, usual: Response) -> Response:
        headers = {"Content-Disposition": 'attachment; filename="../../outside.pdf"'}
        return Response(path=usual.path, headers=headers, body=pdf(seed=usual.path[-40:]))


def test_nothing_is_written_outside_whatever_a_name_or_header_says(
    site: Site, tmp_path: Path
) -> None:
    links = [
        "/v1/file/../../../../etc/passwd.pdf",
        "/%2e%2e/%2e%2e/%2e%2e/outside.pdf",
        "/v1/..%2f..%2f..%2foutside.pdf",
        "//etc/passwd.pdf",
        "/C:%5Coutside.pdf",
        "/%00.pdf",
        "/manifest.jsonl.pdf",
        "/" + "x" * 3000 + ".pdf",
        "/v1/file/50000009?name=../../outside",
    ]
    site.publications = [
        publication(number, address=site.url + link) for number, link in enumerate(links)
    ]
    site.fail("pdf|name=", Letter())
    inside = tmp_path / "deep" / "archive"
    inside.mkdir(parents=True)
    look = Archive(inside).take(source_of(site), now=START)
    assert look.failed == ()
    assert len(look.new) >= 7
    assert [
        path for path in tmp_path.rglob("*") if path.is_file() and inside not in path.parents
    ] == []
    for path in inside.rglob("*"):
        if path.is_file() and path.name != MANIFEST:
            assert path.parent.parent == inside
            assert path.name.startswith(path.parent.name)


def test_what_is_held_is_not_fetched_again_and_a_share_looked_at_again(
    make_site: MakeSite, tmp_path: Path
) -> None:
    site = make_site(4, each=5)
    source = source_of(site, recheck_share=0.1)
    Archive(tmp_path).take(source, now=START)
    assert len(file_requests(site)) == 20
    site.requests.clear()
    assert Archive(tmp_path).take(source, now=START + timedelta(hours=6)).rechecked == 0
    assert file_requests(site) == []
    asked: list[str] = []
    for day in range(1, 11):
        site.requests.clear()
        look = Archive(tmp_path).take(source, now=START + timedelta(days=day))
        assert (look.opened, look.rechecked) == (2, 2)
        asked += file_requests(site)
        assert [one.status for one in site.requests if "/v1/" in one.path] == [304, 304]
    assert len(asked) == len(set(asked)) == 20, "each once before any a second time"


@pytest.mark.parametrize("sends_headers", [True, False])
def test_a_letter_changed_in_silence_is_found(
    make_site: MakeSite, tmp_path: Path, sends_headers: bool
) -> None:
    site = make_site(2, each=5)
    site.sends_etag = site.sends_last_modified = sends_headers
    source = source_of(site, recheck_share=0.2)
    Archive(tmp_path).take(source, now=START)
    old = site.publications[7].content
    site.publications[7].content = pdf(seed="amended")
    changed = []
    for day in range(1, 6):
        look = Archive(tmp_path).take(source, now=START + timedelta(days=day))
        changed += [listing.file_name for listing in look.changed]
    assert changed == ["50000007.pdf"]
    contents = {(tmp_path / file.path).read_bytes(): file for file in Archive(tmp_path).files()}
    assert contents[old].replaced_by == (contents[pdf(seed="amended")].sha256,)
    assert (contents[old].is_listed, contents[pdf(seed="amended")].is_listed) == (False, True)
    assert len(contents) == 11


def test_a_file_that_is_withdrawn_stays_and_is_marked(site: Site, tmp_path: Path) -> None:
    site.publications.append(publication(2))
    source = source_of(site, recheck_share=1)
    Archive(tmp_path).take(source, now=START)
    site.fail("/v1/file/50000001", WITHDRAWN)
    look = Archive(tmp_path).take(source, now=START + timedelta(days=1))
    assert [listing.file_name for listing in look.withdrawn] == ["50000001.pdf"]
    assert look.gone == ()
    files = {file.file_name: file for file in Archive(tmp_path).files()}
    assert {name: file.is_listed for name, file in files.items()} == {
        "50000001.pdf": False,
        "50000002.pdf": True,
    }
    site.clear_faults()
    look = Archive(tmp_path).take(source, now=START + timedelta(days=2))
    assert [listing.file_name for listing in look.returned] == ["50000001.pdf"]
    assert look.new == ()
    assert all(file.is_listed for file in Archive(tmp_path).files())


# --- How a user names it --------------------------------------------------------------------------


def test_live_is_the_site() -> None:
    source = open_source("live", site_url="http://127.0.0.1:8700/", files_url="http://localhost:1")
    assert isinstance(source, SiteSource)
    assert source.label == "http://127.0.0.1:8700"


@pytest.mark.parametrize("source", ["sample", "/tmp"])
def test_addresses_are_for_the_site_only(source: str) -> None:
    with pytest.raises(SourceError, match="are for --source live"):
        open_source(source, site_url="http://127.0.0.1:8700")


def test_a_site_below_a_path(site: Site) -> None:
    source = open_site(f"{site.url}/copy/", site.url)
    assert source.label == f"{site.url}/copy"
    with pytest.raises(SourceUnavailable, match="/copy/search"):
        source.list_files()
    assert [one.path.partition("?")[0] for one in site.requests] == ["/robots.txt", "/copy/search"]
