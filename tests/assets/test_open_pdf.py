"""The PDF that stays open from reading to proof, and its pages."""

from io import BytesIO

import pikepdf
import pytest

from assets import open_pdf as room
from assets.open_pdf import open_pdf


def blank(pages: int) -> bytes:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(200, 200))
    written = BytesIO()
    pdf.save(written)
    return written.getvalue()


def test_a_pdf_and_its_pages_are_loaded_once_until_another_is_opened() -> None:
    one, other = blank(2), blank(1)
    opened = open_pdf(one)
    page = opened.page(1)
    assert open_pdf(bytes(one)).page(1) is page
    assert len(open_pdf(other).pdf) == 1
    assert open_pdf(one) is not opened


def test_of_a_long_pdf_few_pages_stay_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_MOST_PAGES", 2)
    opened = open_pdf(blank(4))
    first, _ = opened.page(0)
    for index in range(4):
        opened.page(index)
    again, text = opened.page(0)
    assert again is not first
    assert (first.get_size(), text.count_chars()) == ((200, 200), 0)
