"""Error pages are known by what they call themselves, and other pages are not taken for them."""

import os
import re
from pathlib import Path

import pytest

from assets.language.patterns import read_table
from assets.letters.site.error_pages import page_fault
from tests.assets.letters.site.samples import html
from warehouse.codes import code_list

SHARED = Path(os.environ.get("OFSTED_LETTERS_SHARED") or Path(__file__).parents[5] / "shared")

BEGINS = "The site answers with a page "
ERRORS = {
    "Slim Application Error": "site_error",
    "Internal Server Error": "site_error",
    "Error 503 Backend fetch failed": "site_error",
    "Sorry, there is a problem with the service": "site_error",
    "Sorry, the service is unavailable": "site_error",
    "Down for maintenance": "site_error",
    "We’ll be back soon": "site_error",
    "Report not found": "withdrawn",
    "Page not found": "not_found",
    "404 Not Found": "not_found",
    "403 Forbidden": "refused",
    "Access Denied": "refused",
    "The request is blocked.": "refused",
    "Just a moment...": "refused",
    "Verify you are human": "refused",
    "reCAPTCHA": "refused",
    "429 Too Many Requests": "too_many_requests",
}
FOR_GOOD = {"withdrawn", "not_found"}


def told(content: bytes) -> tuple[str, bool, str]:
    fault = page_fault(content)
    assert fault is not None
    assert (fault.is_gone, fault.is_of_source) == (not fault.is_passing, fault.is_passing)
    return fault.reason_code, fault.is_passing, fault.detail.removeprefix(BEGINS)


@pytest.mark.parametrize(
    "page",
    [
        "<title>Ofsted</title><h1>Ofsted</h1><main><h1>{}</h1><p>Words.</p></main>",
        "<title>{} - Find an Inspection Report - Ofsted</title><p>Words.</p>",
    ],
)
def test_error_pages_are_known_by_heading_or_title(page: str) -> None:
    assert {heading: told(page.format(heading).encode()) for heading in ERRORS} == {
        heading: (reason_code, reason_code not in FOR_GOOD, f"headed “{heading}”.")
        for heading, reason_code in ERRORS.items()
    }


def test_every_row_is_met() -> None:
    rows = read_table("assets.letters.site", "error_pages")
    assert {row["is_passing"] for row in rows} == {"true", "false"}
    assert {row["reason_code"] for row in rows} <= set(code_list("reason"))
    plain = [heading.replace("’", "'") for heading in ERRORS]
    unmet = [
        row["pattern"]
        for row in rows
        if not any(re.fullmatch(row["pattern"], heading, re.IGNORECASE) for heading in plain)
    ]
    assert unmet == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Report not found",
        b"\n%PDF-1.7\n<title>Report not found</title>",
        bytes(range(256)) * 10,
        html("<h1>Tarnshire</h1><h2>Page not found</h2><p>Slim Application Error</p>"),
        html("<h1>Errors and the mending of roads</h1>"),
        html("<h1>Search results</h1><ol><li>Report not found</li></ol>"),
    ],
)
def test_what_is_no_error_page(content: bytes) -> None:
    assert page_fault(content) is None


CAPTURED = SHARED / "site" / "report_not_found.html"


@pytest.mark.skipif(not CAPTURED.exists(), reason=f"there is no {CAPTURED} (OFSTED_LETTERS_SHARED)")
def test_the_captured_page_of_a_withdrawn_report() -> None:
    assert told(CAPTURED.read_bytes()) == ("withdrawn", False, "headed “Report not found”.")
