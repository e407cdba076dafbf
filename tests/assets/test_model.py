"""How a person knows a file."""

from datetime import date

import pytest

from assets.model import Listing

PUBLISHED = Listing(
    source="ofsted",
    file_name="50000001.pdf",
    source_url="https://files.example.org/v1/file/50000001",
    link_text="Children's services focused visit",
    authority_name="Ashmere",
    published_date=date(2021, 11, 30),
)


@pytest.mark.parametrize(
    ("listing", "title"),
    [
        (
            PUBLISHED,
            "Ashmere: Children's services focused visit, published 30 November 2021 (50000001.pdf)",
        ),
        (
            Listing(
                source="ofsted",
                file_name="2.pdf",
                source_url="https://files.example.org/v1/file/2",
                link_text="A letter",
                authority_name="Ashmere",
            ),
            "Ashmere: A letter, undated (2.pdf)",
        ),
        (
            Listing(source="ofsted", file_name="3.pdf", source_url="https://files.example.org/3"),
            "3.pdf",
        ),
        (Listing(source="folder", file_name="a/b.pdf", authority_name="Ashmere"), "a/b.pdf"),
    ],
)
def test_title(listing: Listing, title: str) -> None:
    assert listing.title == title
