"""Points to improve and areas for priority action: what there is of them, and a page each."""

from __future__ import annotations

from itertools import groupby, islice

from assets.portal.counting import most_asked, points_of, points_of_board
from assets.portal.pages.home import newest
from assets.portal.reading import Book
from assets.portal.site import Site

_NEWEST = 30


def write(site: Site, book: Book) -> None:
    """Write them."""
    new = newest(book.visits.values())
    site.page(
        "points/",
        "points",
        newest=list(islice((one for visit in new for one in points_of(visit)), _NEWEST)),
        topics=most_asked(book, book.visits.values()),
        of_boards=sum(map(points_of_board, new)),
    )
    for _, group in groupby(book.points, key=lambda one: one["visit"]["visit_id"]):
        points = list(group)
        for number, finding in enumerate(points):
            site.page(
                f"points/{finding['finding_id']}/",
                "point",
                finding=finding,
                visit=finding["visit"],
                number=number + 1,
                total=len(points),
                before=points[number - 1] if number else None,
                after=points[number + 1] if number + 1 < len(points) else None,
                follow_ups=book.follow_ups.get(finding["finding_id"], ()),
            )
