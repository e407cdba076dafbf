"""Files of every kind through the one entry to the stage: read, or refused for the right reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name

from assets.documents import pdf, read
from assets.documents.model import Document
from assets.documents.read import read_document
from assets.model import Listing, Rejection
from assets.publications.model import Publication
from tests import bad_inputs
from tests.assets.reading import read_file
from warehouse.codes import code_list

SAMPLE = bad_inputs.SAMPLE


def read_bytes(folder: Path, content: bytes, name: str = "a letter.pdf") -> Document | Rejection:
    path = folder / "file"
    path.write_bytes(content)
    return read_document(path, letter_id="aa", file_name=name)


#: What becomes of each bad file: the stage that refuses it, and why.
REASONS = {
    "empty": ("read", "empty_file"),
    "html": ("read", "html_page"),
    "random": ("read", "not_a_pdf"),
    "truncated": ("read", "truncated"),
    "header only": ("read", "truncated"),
    "encrypted": ("read", "encrypted"),
    "many pages": ("read", "too_many_pages"),
    "zero pages": ("read", "damaged"),
    "minutes": ("parse", "not_a_letter"),
    "school letter": ("parse", "not_childrens_services"),
    "scan": ("read", "needs_ocr"),
}


@pytest.mark.parametrize("name", bad_inputs.QUARANTINED)
def test_a_bad_file_is_refused_for_the_right_reason(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}, näme.pdf"
    path.write_bytes(bad_inputs.QUARANTINED[name]())
    result = read_file(path, Listing(source="folder", file_name=path.name)).result
    assert isinstance(result, Rejection)
    assert (result.stage, result.reason_code) == REASONS[name]
    assert result.reason_code in code_list("reason")
    assert result.detail.endswith((".", "”", "’", "'"))


@pytest.mark.parametrize("after", ["encrypted", "truncated", "random"])
@pytest.mark.parametrize("name", ["zero pages", "header only", "encrypted"])
def test_what_was_read_before_is_no_reason(after: str, name: str, tmp_path: Path) -> None:
    read_bytes(tmp_path, bad_inputs.QUARANTINED[after]())
    result = read_bytes(tmp_path, bad_inputs.QUARANTINED[name]())
    assert isinstance(result, Rejection)
    assert result.reason_code == REASONS[name][1]


@pytest.mark.parametrize(
    ("content", "name", "reason_code"),
    [
        (bad_inputs.not_utf8_text, "a.txt", "not_utf8"),
        (bad_inputs.not_utf8_text, "a.pdf", "not_a_pdf"),
        (bad_inputs.html_page, "a.txt", "html_page"),
        (lambda: b"Plans are clear.", "a.md", "empty_file"),
        (lambda: b"PK\x03\x04" + bytes(400), "a.docx", "not_a_pdf"),
    ],
)
def test_a_name_tells_text_from_pdf(
    content: Callable[[], bytes], name: str, reason_code: str, tmp_path: Path
) -> None:
    result = read_bytes(tmp_path, content(), name)
    assert isinstance(result, Rejection)
    assert result.reason_code == reason_code


def test_a_file_that_is_far_too_large_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "LARGEST_BYTES", 100)
    result = read_bytes(tmp_path, b"%PDF-" + bytes(200))
    assert isinstance(result, Rejection)
    assert result.reason_code == "too_large"


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_document(tmp_path / "gone.pdf", letter_id="aa", file_name="gone.pdf")


@pytest.mark.parametrize("name", ["a.pdf", "a.txt", "a"])
def test_a_pdf_is_one_whatever_its_name_and_what_stands_before_it(
    name: str, tmp_path: Path
) -> None:
    content = b"\n\n junk \n" + bad_inputs.A_TAGGED_LETTER.read_bytes()
    assert isinstance(read_bytes(tmp_path, content, name), Document)


@pytest.mark.parametrize(
    ("content", "method"),
    [
        (bad_inputs.owner_password_pdf, "tags"),
        (bad_inputs.cyclic_tags_pdf, "layout"),
        (bad_inputs.damaged_tags_pdf, "layout"),
    ],
)
def test_a_damaged_letter_is_read_as_well_as_may_be(
    content: Callable[[], bytes], method: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content())
    result = read_file(path, Listing(source="folder", file_name="a.pdf")).result
    whole = read_file(
        bad_inputs.A_TAGGED_LETTER, Listing(source="folder", file_name="b.pdf")
    ).result
    assert isinstance(result, Publication)
    assert isinstance(whole, Publication)
    assert result.text_method == method
    assert [section.heading for section in result.sections] == [
        section.heading for section in whole.sections
    ]
    assert (result.people, result.windows) == (whole.people, whole.windows)


def _element_of_most(element: pikepdf.Dictionary) -> pikepdf.Dictionary:
    """The element below this one, or it, that holds most others."""
    kids = element.get("/K")
    if not isinstance(kids, pikepdf.Array):
        return element
    below = [_element_of_most(kid) for kid in kids if isinstance(kid, pikepdf.Dictionary)]
    lists = [item for item in below if isinstance(item.get("/K"), pikepdf.Array)]
    return max([element, *lists], key=lambda item: len(item.K))


def test_a_tree_that_leaves_out_too_much_is_not_the_letter(tmp_path: Path) -> None:
    with pikepdf.open(bad_inputs.A_TAGGED_LETTER) as letter:
        element = _element_of_most(letter.Root.StructTreeRoot.K)
        element.K = pikepdf.Array(list(element.K)[: len(element.K) // 2])
        letter.save(tmp_path / "half.pdf")
    half = read_document(tmp_path / "half.pdf", letter_id="aa", file_name="half.pdf")
    whole = read_document(bad_inputs.A_TAGGED_LETTER, letter_id="aa", file_name="whole.pdf")
    assert isinstance(half, Document)
    assert isinstance(whole, Document)
    assert (whole.text_method, half.text_method) == ("tags", "layout")
    assert {block.text for block in whole.blocks[-4:]} <= {block.text for block in half.blocks}


def test_a_pdf_without_a_tree_is_read_by_its_layout(tmp_path: Path) -> None:
    with pikepdf.open(bad_inputs.A_TAGGED_LETTER) as letter:
        del letter.Root[Name.StructTreeRoot]
        letter.save(tmp_path / "untagged.pdf")
    result = read_document(tmp_path / "untagged.pdf", letter_id="aa", file_name="untagged.pdf")
    assert isinstance(result, Document)
    assert result.text_method == "layout"


@pytest.mark.parametrize("path", sorted(SAMPLE.glob("*.pdf")), ids=lambda path: path.stem)
def test_every_block_of_a_pdf_has_its_page_and_box(path: Path) -> None:
    document = read_document(path, letter_id="aa", file_name=path.name)
    assert isinstance(document, Document)
    assert document.page_count == len(document.page_sizes) >= 2
    for block in document.blocks:
        assert block.text.strip() == block.text != ""
        assert block.lines
        starts = [line.start for line in block.lines]
        assert starts[0] == 0
        assert starts == sorted(starts)
        assert all(start < len(block.text) for start in starts)
        pages = [line.page for line in block.lines]
        assert pages == sorted(pages)
        for line in block.lines:
            width, height = document.page_sizes[line.page - 1]
            assert 0 <= line.x0 < line.x1 <= width
            assert 0 <= line.y0 < line.y1 <= height


@pytest.mark.parametrize("path", sorted(SAMPLE.glob("*.pdf")), ids=lambda path: path.stem)
def test_no_block_holds_what_the_author_did_not_write(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagged = read_document(path, letter_id="aa", file_name=path.name)
    monkeypatch.setattr(pdf, "_tagged", lambda *_: None)
    for document in (tagged, read_document(path, letter_id="aa", file_name=path.name)):
        assert isinstance(document, Document)
        text = "\n".join(block.text for block in document.blocks)
        for residue in ("INSERT", "\ufffe", "\x02", "\u00ad", "  ", " ,", "\uf06e", "\u25fc"):
            assert residue not in text
