"""Pages in the site's markup, as far as the tests of its readers need them."""

SITE = "https://reports.example"


def html(body: str, title: str = "Tarnshire", head: str = "") -> bytes:
    """A whole page."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/>{head}'
        f"<title>{title} - Find an Inspection Report - Ofsted</title></head>"
        f"<body>{body}</body></html>"
    ).encode()
