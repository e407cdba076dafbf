"""What the tests of judging share: lexicons of a test's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest

from assets.findings import lexicon
from assets.language.patterns import read_table


class SetLexicon(Protocol):
    """Sets the lexicon's entries, each as `words: kind`."""

    def __call__(self, *entries: str, beside_the_file: bool = False) -> None: ...


@pytest.fixture
def set_lexicon(monkeypatch: pytest.MonkeyPatch) -> Iterator[SetLexicon]:
    """Sets other entries than the file's, or entries beside them, until the test is over."""

    def forget() -> None:
        lexicon._lexicon.cache_clear()
        lexicon._known.cache_clear()

    def set_entries(*entries: str, beside_the_file: bool = False) -> None:
        kept = read_table("assets.findings", "lexicon") if beside_the_file else ()
        rows = [dict(zip(("words", "kind"), entry.split(": "), strict=True)) for entry in entries]
        monkeypatch.setattr(lexicon, "numbered_rows", lambda *_: enumerate((*kept, *rows), 2))
        forget()

    yield set_entries
    monkeypatch.undo()
    forget()
