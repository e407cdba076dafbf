"""The pages of topics and themes: through time, by region, what is asked for, what was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from assets.portal.charts import breaks_between, by_year
from assets.portal.counting import Count, asking, kinds_of, most_asked, points_of, years_of
from assets.portal.pages.authorities import headlines
from assets.portal.pages.home import newest
from assets.portal.reading import Book, Row, findings_of, grouped, is_point
from assets.portal.site import Site
from assets.portal.words import LEAST_FOR_SHARES

_POINTS = 15
_QUOTATIONS = 4
#: What a model is this sure of is quoted as what it says.
_SURE = 0.9


def write(site: Site, book: Book) -> None:
    """Write them."""
    themes = {
        code: [one for one in book.visits.values() if code in (one["themes"] or ())]
        for code in book.codes["theme"]
    }
    site.page(
        "topics/",
        "topics",
        themes=[(book.codes["theme"][code], len(group)) for code, group in themes.items() if group],
        topics=[(topic, asking(book.visits.values(), code)) for code, topic in book.topics.items()],
    )
    new = newest(book.visits.values())
    years = list(years_of(book.visits.values()))
    for code, topic in book.topics.items():
        site.page(
            f"topics/{code}/",
            "topic",
            topic=topic,
            years=years,
            kinds=list(_kinds(book, book.visits.values(), partial(asking, topic=code))),
            points=list(islice(_points(new, code), _POINTS)),
            quotations=_quotations(new, code),
        )
    for code, group in themes.items():
        if group:
            _write_theme(site, book, book.codes["theme"][code], group)


def _write_theme(site: Site, book: Book, theme: Row, group: Sequence[Row]) -> None:
    new = newest(group)
    site.page(
        f"themes/{theme['code']}/",
        "theme",
        theme=theme,
        total=len(group),
        kinds=[
            (kind, len(of_kind), most_asked(book, of_kind))
            for kind, of_kind in kinds_of(book, group).items()
        ],
        years=list(_theme_years(book, group)),
        regions=[(name, len(those)) for name, those in _regions(group).items()],
        points=list(islice((one for visit in new for one in points_of(visit)), _POINTS)),
        quotations=[one for visit in new[:_QUOTATIONS] for one in headlines(visit)[:1]],
    )


def _theme_years(
    book: Book, group: Sequence[Row]
) -> Iterator[tuple[str, list[tuple[int, Count]], list[dict[str, Any]]]]:
    """By kind, how many of each year's visits looked at a theme, and when their form changed."""
    ids = {one["visit_id"] for one in group}
    for kind in kinds_of(book, group):
        every = [one for one in book.visits.values() if one["document_kind"] == kind]
        years = []
        for year, visits in years_of(every).items():
            mine = tuple(one for one in visits if one["visit_id"] in ids)
            years.append((year, Count(len(mine), len(visits), mine)))
        yield kind, years, breaks_between(kind, years[0][0], years[-1][0])


def _kinds(
    book: Book, visits: Any, count: Callable[[Sequence[Row]], Count]
) -> Iterator[dict[str, Any]]:
    """By kind of visit what is counted, through time and by region; the kinds with most first."""
    kinds = kinds_of(book, visits)
    for kind, group in sorted(kinds.items(), key=lambda one: -len(one[1])):
        years = {year: count(those) for year, those in years_of(group).items()}
        enough = [one for one in years.values() if one.total >= LEAST_FOR_SHARES]
        yield {
            "kind": kind,
            "whole": count(group),
            "years": years,
            "chart": by_year(years, kind, LEAST_FOR_SHARES) if len(enough) > 1 else None,
            "regions": {name: count(those) for name, those in _regions(group).items()},
            "themes": {name: count(those) for name, those in _themes(group).items()},
        }


def _regions(visits: Sequence[Row]) -> dict[str, list[Row]]:
    """Visits by region, in the alphabet's order."""
    groups = grouped(visits, lambda visit: visit["authority"]["region"])
    return dict(sorted(groups.items()))


def _themes(visits: Sequence[Row]) -> dict[str, list[Row]]:
    """Visits by their main theme, by its code; those without one are left out."""
    groups = grouped((one for one in visits if one["primary_theme_code"]), "primary_theme_code")
    return dict(sorted(groups.items()))


def _points(new: Sequence[Row], topic: str) -> Iterator[Row]:
    """Points on a topic, the newest visit's first; those whose main topic it is."""
    for visit in new:
        yield from (one for one in points_of(visit) if one["topics"][:1] == [topic])


def _quotations(new: Sequence[Row], topic: str) -> dict[str, list[Row]]:
    """The newest strengths and concerns on a topic: one a visit, of which the model is sure."""
    found: dict[str, list[Row]] = {"strength": [], "concern": []}
    for visit in new:
        for valence, quoted in found.items():
            if len(quoted) < _QUOTATIONS:
                quoted += islice(_sure(visit, topic, valence), 1)
        if all(len(quoted) == _QUOTATIONS for quoted in found.values()):
            break
    return found


def _sure(visit: Row, topic: str, valence: str) -> Iterator[Row]:
    for one in findings_of(visit):
        is_meant = one["valence"] == valence and one["topics"][:1] == [topic]
        if is_meant and (one["score"] or 0) >= _SURE and not is_point(one):
            yield one
