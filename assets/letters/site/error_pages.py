"""The error pages of the site, and of what stands before it: known by what they call themselves.

Those words stand in `error_pages.csv`. A pattern must be the whole of a heading or title, so that a
page that merely mentions an error is none.
"""

from assets.language.patterns import read_table
from assets.letters.site.markup import UnreadablePage, headings, matching, parsed, short
from assets.letters.source import FetchError, PassingError


def page_fault(content: bytes) -> FetchError | None:
    """What is wrong where an error page came in place of a page or of a file; else `None`."""
    if b"%PDF-" in content[:1024]:
        return None
    try:
        root = parsed(content, "")
    except UnreadablePage:
        return None
    for heading in headings(root):
        if row := matching(read_table(__package__, "error_pages"), heading):
            said = f"The site answers with a page headed “{short(heading)}”."
            if row["is_passing"] == "true":
                return PassingError(row["reason_code"], said, is_of_source=True)
            return FetchError(row["reason_code"], said, is_gone=True)
    return None
