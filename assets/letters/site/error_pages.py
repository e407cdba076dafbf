"""The error pages of the site, and of what stands before it: known by what they call themselves.

Those words stand in `error_pages.csv`. A pattern must be the whole of a heading or title, so that a
page that merely mentions an error is none.
"""

import msgspec

from assets.language.patterns import read_table
from assets.letters.site.markup import UnreadablePage, headings, matching, parsed, short


class PageFault(msgspec.Struct, frozen=True):
    """An error page.

    Attributes:
        reason_code: A code of the list `reason`.
        is_passing: Whether it is worth while to ask again.
        heading: The words that it was recognised by.
    """

    reason_code: str
    is_passing: bool
    heading: str


def page_fault(content: bytes) -> PageFault | None:
    """Whether what came is an error page.

    Args:
        content: What came in place of a page or of a file.

    Returns:
        What is wrong, or `None` for anything else.
    """
    if b"%PDF-" in content[:1024]:
        return None
    try:
        root = parsed(content, "")
    except UnreadablePage:
        return None
    for heading in headings(root):
        if row := matching(read_table(__package__, "error_pages"), heading):
            return PageFault(row["reason_code"], row["is_passing"] == "true", short(heading))
    return None
