"""A letter is held against what is said of it: its bytes, its pages, its quotations."""

from __future__ import annotations

import gc
import hashlib
from pathlib import Path

import pytest

from assets.proof.letter import Claims, Quoted, in_words, prove_letter
from assets.proof.letter_pages import Page
from tests.assets.proof.letters_in_pdf import LEFT, Words, make_pdf

TEXT = b"Plans are clear.\nVisits are timely.\n"


def claims(archive: Path, content: bytes, *quotations: Quoted, pages: int | None = None) -> Claims:
    (archive / "letter").write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return Claims(archive, "letter", "key", sha256, len(content), pages, quotations)


def quoted(text: str, page: int | None = None) -> Quoted:
    return Quoted.of("findings", "3", text, page, None)


def test_what_is_so_has_no_fault(tmp_path: Path) -> None:
    assert prove_letter(claims(tmp_path, TEXT, quoted("Plans are clear."))) == ()


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (quoted("Plans are vague."), "“Plans are vague.”, text: Plans are vague.; should be noth"),
        (quoted("Plans are clear.", 2), ", page 2, page: 2; should be NULL, as archive/letter is"),
    ],
)
def test_what_is_not_so_is_said_in_words(tmp_path: Path, one: Quoted, words: str) -> None:
    (fault,) = prove_letter(claims(tmp_path, TEXT, one))
    assert words in in_words(fault)


def test_other_bytes_and_other_pages_are_told(tmp_path: Path) -> None:
    said = claims(tmp_path, make_pdf([Words("Plans are clear.", 100)]), pages=1)
    assert prove_letter(said) == ()
    assert [one.column for one in prove_letter(said._replace(page_count=2))] == ["page_count"]
    (tmp_path / "letter").write_bytes(TEXT)
    found = [one.column for one in prove_letter(said)]
    assert found == ["byte_count", "sha256", "page_count"]
    (tmp_path / "letter").unlink()
    assert "cannot be read (No such file" in in_words(prove_letter(said)[0])


def test_nothing_of_a_letter_stays_until_rings_are_looked_for(tmp_path: Path) -> None:
    words = Quoted.of("findings", "3", "Plans are clear.", 1, (LEFT, 90.0, LEFT + 80, 102.0))
    said = claims(tmp_path, make_pdf([Words("Plans are clear.", 100)]), words, pages=1)
    gc.disable()
    try:
        before = _open_pages()
        assert prove_letter(said) == ()
        assert _open_pages() == before
    finally:
        gc.enable()


def _open_pages() -> int:
    return sum(isinstance(one, Page) for one in gc.get_objects())
