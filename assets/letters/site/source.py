"""Ofsted's report site as a source of letters.

Here belongs what the site's list means for the archive: names, stamps, what is fetched and what has
been listed before. Crawling stands in `crawl`, asking in `client`.
"""

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
from pydantic import ValidationError

from assets.letters.manifest import as_listed
from assets.letters.site.client import Client
from assets.letters.site.crawl import Published, crawl, refuse_lost_publications
from assets.letters.site.settings import OTHER_SETTINGS, PREFIX, SiteSettings
from assets.letters.source import (
    Entry,
    Inventory,
    Progress,
    Received,
    Sink,
    SourceError,
    SourceUnavailable,
    Traffic,
)
from assets.model import Listing, Signal, SourceName

#: The end of a file's address; the number is the publisher's own.
_NUMBERED = re.compile(r"/file/([0-9]+)/?$")
_UNSAFE = re.compile(r"[^A-Za-z0-9._/-]+")


def open_site(site_url: str | None, files_url: str | None) -> "SiteSource":
    """The site at these addresses, or at those of the settings, asked as the settings say.

    Raises:
        SourceError: If a setting cannot be.
    """
    given = {"site_url": site_url, "files_url": files_url}
    known = {name.upper() for name in SiteSettings.model_fields} | OTHER_SETTINGS
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in known:
            raise SourceError(f"There is no setting {name}: docs/operating.md names them all.")
    try:
        settings = SiteSettings.model_validate({name: url for name, url in given.items() if url})
        return SiteSource(settings)
    except ValidationError as error:
        faults = (
            f"{PREFIX}{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
            for fault in error.errors()
            if fault["type"] != "default_factory_not_called"  # follows from another fault
        )
        raise SourceError("\n".join(faults)) from error


class SiteSource:
    """The publications on Ofsted's report site about local authority children's services."""

    name: SourceName = "ofsted"
    authorities: Path | None = None

    def __init__(self, settings: SiteSettings) -> None:
        """Ask nothing yet.

        Raises:
            SourceError: If the settings do not say who asks.
        """
        if settings.needs_contact:
            raise SourceError(
                "Whoever runs the site should be able to reach you. Set OFSTED_LETTERS_CONTACT to "
                "an e-mail address, or to the address of a page that names one."
            )
        self._client = Client(settings)
        self.label = self._client.site
        self.parallel = settings.requests_at_once
        # Nothing but looking again tells of a letter that was changed in silence.
        self.recheck_share = settings.recheck_share

    @property
    def traffic(self) -> Traffic:
        """What was asked of the site so far."""
        return self._client.traffic

    def check(self) -> None:
        """Whether the site answers is not known before it is asked."""

    def list_files(
        self, before: Sequence[Listing] = (), progress: Progress = lambda done, total: None
    ) -> Inventory:
        """List all publications.

        Raises:
            SourceUnavailable: If the site does not answer, or its list cannot be believed.
        """
        self._client.start()
        crawled = crawl(self._client, before, progress)
        signals = list(crawled.signals)
        listings = _listings(crawled.published, before, signals)
        # A page that could not be read says nothing of its publications: they are as they were.
        for listing in before:
            if listing.ofsted_urn in crawled.unread:
                listings.setdefault(listing.file_name, as_listed(listing))
        if not listings:
            raise SourceUnavailable(
                f"{self.label} lists authorities, but no publication. Nothing was changed."
            )
        known = [listing.file_name for listing in before]
        refuse_lost_publications(self._client.settings, known, listings)
        return Inventory(
            entries=tuple(
                Entry(listing=listing, stamp=_stamp(listing), locator=listing.source_url or "")
                for _, listing in sorted(listings.items())
            ),
            signals=tuple(sorted(set(signals))),
        )

    def fetch(self, entry: Entry, into: Sink, held: Listing | None = None) -> Received:
        """Fetch a publication's PDF, on condition that it is another one than the one held.

        Raises:
            FetchError: If it cannot be had.
            SourceUnavailable: If the site asks to be left alone for longer than a run waits.
        """
        return self._client.download(entry.locator, into, held)

    def stop(self) -> None:
        """Let whatever is waiting for the site give up."""
        self._client.stop()


def _listings(
    published: Iterable[Published], before: Sequence[Listing], signals: list[Signal]
) -> dict[str, Listing]:
    """What is listed of each file, by name; a file that two authorities list is the first one's."""
    known = {listing.file_name: listing for listing in before}
    listings: dict[str, Listing] = {}
    for one in published:
        publication = one.publication
        listing = Listing(
            source=SiteSource.name,
            file_name=_file_name(publication.address),
            source_url=publication.address,
            link_text=publication.link_text or None,
            ofsted_urn=one.urn,
            authority_name=one.authority_name,
            published_date=publication.published_date,
            event_date=publication.event_date,
            listed_kind=publication.kind,
        )
        # A day that the page does not tell any more is still the day.
        if earlier := known.get(listing.file_name):
            listing = msgspec.structs.replace(
                listing,
                published_date=listing.published_date or earlier.published_date,
                event_date=listing.event_date or earlier.event_date,
            )
        first = listings.setdefault(listing.file_name, listing)
        if first is not listing:
            detail = f"{listing.file_name}: {first.ofsted_urn} and {listing.ofsted_urn}"
            signals.append(Signal("file_listed_twice", detail))
    return listings


def _file_name(address: str) -> str:
    """A name for the file at an address, which stays when the host is another one."""
    path = urlsplit(address).path
    if numbered := _NUMBERED.search(path):
        return f"{numbered[1]}.pdf"
    query = urlsplit(address).query
    whole = unquote(path).strip("/") + (f"-{query}" if query else "")
    return _UNSAFE.sub("-", whole) or "unnamed"


def _stamp(listing: Listing) -> str:
    """What stands for the bytes: a file listed as published on another day is another one."""
    return f"published {listing.published_date or 'on no day'}"
