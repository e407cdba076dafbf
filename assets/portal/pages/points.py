"""The pages of points to improve and areas for priority action, one each."""

from __future__ import annotations

from itertools import groupby

from assets.portal.reading import Book
from assets.portal.site import Site


def write(site: Site, book: Book) -> None:
    """Write them."""
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
