"""A letter that was cropped, turned, scaled or stamped is read as it was, where it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.documents import pdf
from assets.documents.model import Document
from assets.documents.read import read_document
from assets.proof.letter_pages import PdfLetter, Rectangle, open_letter
from assets.proof.quotation import Proof, prove
from tests.altered_pages import CHANGES, altered
from tests.bad_inputs import A_TAGGED_LETTER


def _read(content: bytes, folder: Path) -> Document:
    path = folder / "a.pdf"
    path.write_bytes(content)
    document = read_document(path, letter_id="aa", file_name=path.name)
    assert isinstance(document, Document)
    return document


def _texts(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in document.blocks]


@pytest.mark.parametrize(
    ("change", "is_tagged"),
    [
        *((change, True) for change in CHANGES),
        # Without tags a stamp is text like any other.
        *((change, False) for change in CHANGES if not change.startswith("stamped")),
    ],
)
def test_a_page_is_read_as_a_viewer_shows_it(
    change: str, is_tagged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_tagged:
        monkeypatch.setattr(pdf, "_tagged", lambda *_: None)
    whole = A_TAGGED_LETTER.read_bytes()
    content = altered(whole, CHANGES[change])
    document = _read(content, tmp_path)
    assert document.text_method == ("tags" if is_tagged else "layout")
    assert _texts(document) == _texts(_read(whole, tmp_path))
    with open_letter(content) as letter:
        assert isinstance(letter, PdfLetter)
        for block in document.blocks:
            pages = {line.page for line in block.lines}
            first = [line for line in block.lines if line.page == min(pages)]
            box = Rectangle(
                min(line.x0 for line in first),
                min(line.y0 for line in first),
                max(line.x1 for line in first),
                max(line.y1 for line in first),
            )
            width, height = document.page_sizes[min(pages) - 1]
            assert box.x0 >= -1
            assert box.y0 >= -1
            assert box.x1 <= width + 1
            assert box.y1 <= height + 1
            if block.kind != "footnote" and len(block.text) > 40:
                assert isinstance(prove(letter, block.text, min(pages), box), Proof)
