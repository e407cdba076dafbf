"""The list of all publications: search pages, then every authority's page, held against itself.

Here belongs what is asked for in which order, and when the list cannot be believed. How a page is
read stands in the module of each page; how it is had, in `client`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from assets.letters.site.client import Client
from assets.letters.site.provider_page import ProviderPage, Publication, read_provider_page
from assets.letters.site.search_page import SearchPage, read_search_page
from assets.letters.site.settings import SiteSettings
from assets.letters.source import FetchError, Progress, SourceUnavailable
from assets.model import Listing, Signal
from assets.running.threads import threads

#: Children's social care, and in it local authority children's services.
_CATEGORY = {"level_1_types": "3", "level_2_types[]": "12"}
_ROWS_A_PAGE = 100
#: A search that goes on after so many pages goes round in a circle.
_MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class Published:
    """A publication, and the authority on whose page it stands.

    Attributes:
        urn: The publisher's number of the authority.
        authority_name: Its name, as it is listed.
        publication: What the page says of it.
    """

    urn: str
    authority_name: str | None
    publication: Publication


@dataclass(frozen=True, slots=True)
class Crawled:
    """All that the site lists.

    Attributes:
        published: The publications, in the order of authorities and of their pages.
        unread: The numbers of the authorities whose pages could not be had or read.
        signals: What does not add up.
    """

    published: tuple[Published, ...]
    unread: frozenset[str]
    signals: tuple[Signal, ...]


def crawl(client: Client, before: Sequence[Listing], progress: Progress) -> Crawled:
    """List all publications.

    Args:
        client: Asks the site.
        before: What was listed the last time.
        progress: Is told how many authorities' pages are done, and of how many.

    Raises:
        SourceUnavailable: If the site does not answer, or its list cannot be believed.
    """
    settings = client.settings
    names, signals = _search(client)
    known = {listing.ofsted_urn for listing in before if listing.ofsted_urn}
    _refuse_losses("authorities", known, known - names.keys(), settings)
    # An authority that the search leaves out may have its page all the same.
    for urn in sorted(known - names.keys()):
        signals.append(Signal("provider_not_in_search", urn))
    pages, faults = _providers(client, names, known, progress)
    _refuse_losses("authorities' pages", names.keys() | known, faults.keys(), settings, faults)
    signals += (Signal("provider_unread", f"{urn}: {why}") for urn, why in sorted(faults.items()))
    signals += (
        Signal("provider_lost_all", f"{urn}: it has no publication any more")
        for urn in sorted(known & pages.keys())
        if not pages[urn].publications and not pages[urn].signals
    )
    published = []
    for urn, page in sorted(pages.items()):
        signals += page.signals
        listed = names.get(urn)
        if listed and page.name and listed.casefold() != page.name.casefold():
            detail = f"{urn}: {listed} in the search, {page.name}"
            signals.append(Signal("provider_name_differs", detail))
        published += [Published(urn, listed or page.name, one) for one in page.publications]
    return Crawled(tuple(published), frozenset(faults), tuple(signals))


def refuse_lost_publications(
    settings: SiteSettings, before: Iterable[str], now: Iterable[str]
) -> None:
    """Hold what is listed against what was listed before, by name.

    Raises:
        SourceUnavailable: If more is missing than may be.
    """
    known = set(before)
    _refuse_losses("publications", known, known - set(now), settings)


def _search(client: Client) -> tuple[dict[str, str], list[Signal]]:
    """The authorities that the search finds, by number, with their names."""
    names: dict[str, str] = {}
    signals: list[Signal] = []
    claimed: int | None = None
    for _ in range(_MOST_PAGES):
        # Where nothing tells that there are more, only a page without any tells that there are not.
        may_be_empty = bool(names) and len(names) >= (claimed or 0)
        page = _search_page(client, len(names), may_be_empty)
        signals += page.signals
        claimed = page.claimed_count if claimed is None else claimed
        new = page.providers.keys() - names.keys()
        names = page.providers | names
        if not new or (claimed is not None and len(names) >= claimed and not page.has_next):
            break
    if not names:
        raise SourceUnavailable(
            "The site's search lists no authority at all. Nothing was changed; try another day, "
            "and if that stays so, the reader of its pages needs to learn their new form."
        )
    if claimed is not None and len(names) != claimed:
        detail = f"{claimed} results said, {len(names)} found"
        if claimed - len(names) > _may_be_missing(claimed, client.settings):
            raise SourceUnavailable(
                f"The site's search does not add up: {detail}. Nothing was changed."
            )
        signals.append(Signal("results_count_differs", detail))
    return names, signals


def _search_page(client: Client, start: int, may_be_empty: bool) -> SearchPage:
    question = {"q": "", "location": "", "lat": "", "lon": "", "radius": ""}
    question |= _CATEGORY | {"start": str(start), "rows": str(_ROWS_A_PAGE)}
    address = f"{client.site}/search?{urlencode(question)}"
    try:
        return client.page(address, partial(read_search_page, may_be_empty=may_be_empty))
    except FetchError as error:
        raise SourceUnavailable(
            f"The site's search page cannot be had: {error} Nothing was changed. ({address})"
        ) from error


def _providers(
    client: Client, found: Collection[str], known: Collection[str], progress: Progress
) -> tuple[dict[str, ProviderPage], dict[str, str]]:
    """The authorities' pages, by number, and why those are missing that are."""
    urns = sorted({*found, *known})
    may_fail = _may_be_missing(len(urns), client.settings)
    pages, errors = _read_pages(client, urns, may_fail, progress)
    # What failed in a passing way is asked for once more, when some time has passed.
    again = sorted(urn for urn, error in errors.items() if error.is_passing)
    more, errors_again = _read_pages(client, again, len(again), lambda done, total: None)
    pages |= more
    faults: dict[str, str] = {}
    for urn, error in (errors | errors_again).items():
        if urn in pages:
            continue
        # A page that is gone says so of its publications, unless the search finds it.
        if error.is_gone and urn not in found:
            gone = (Signal("provider_gone", urn),)
            pages[urn] = ProviderPage(name=None, urn=None, publications=(), signals=gone)
        else:
            faults[urn] = error.detail
    return pages, faults


def _read_pages(
    client: Client, urns: Sequence[str], may_fail: float, progress: Progress
) -> tuple[dict[str, ProviderPage], dict[str, FetchError]]:
    """The pages that can be had and read, and why the others cannot.

    Raises:
        SourceUnavailable: If more fail than may.
    """
    pages: dict[str, ProviderPage] = {}
    errors: dict[str, FetchError] = {}

    def read(urn: str) -> ProviderPage:
        return client.page(f"{client.site}/provider/44/{urn}", read_provider_page)

    with threads(client.settings.requests_at_once, client.stop) as pool:
        jobs = {pool.submit(read, urn): urn for urn in urns}
        for done, job in enumerate(as_completed(jobs), start=1):
            try:
                pages[jobs[job]] = job.result()
            except FetchError as error:
                errors[jobs[job]] = error
            why = {urn: error.detail for urn, error in errors.items() if not error.is_gone}
            if len(why) > may_fail:
                _refuse_losses("authorities' pages", urns, why, client.settings, why)
            progress(done, len(jobs))
    return pages, errors


def _refuse_losses(
    what: str,
    known: Iterable[str],
    lost: Iterable[str],
    settings: SiteSettings,
    why: dict[str, str] | None = None,
) -> None:
    """Refuse a list that lacks more than may be missing.

    Raises:
        SourceUnavailable: If it does.
    """
    known, lost = list(known), sorted(lost)
    if len(lost) <= _may_be_missing(len(known), settings):
        return
    because = Counter((why or {}).values()).most_common()
    reasons = "; ".join(f"{count} times: {reason}" for reason, count in because)
    raise SourceUnavailable(
        f"{len(lost)} of {len(known)} {what} are missing from the site's list, more than "
        f"{settings.most_lost_share:.0%}{f' ({reasons})' if reasons else ''}: it is not believed, "
        "and nothing was changed. Look at the site; if that many are gone for good, set "
        "OFSTED_LETTERS_MOST_LOST_SHARE to a larger share for one run."
    )


def _may_be_missing(count: int, settings: SiteSettings) -> float:
    """How many may be missing, of so many; a single one always may."""
    return max(1.0, count * settings.most_lost_share)
