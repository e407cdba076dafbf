"""What tables were made from: the checksum by which a run knows that nothing is new."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.letters.archive import Archive
from assets.letters.sources import open_source
from assets.tables import provenance
from assets.tables.provenance import inputs_fingerprint


@pytest.mark.parametrize("suffix", ["py", "csv", "json", "npz", "sql", "toml", "txt"])
def test_what_is_made_otherwise_by_another_file_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(provenance, "_ROOT", tmp_path)
    file = tmp_path / "assets" / "documents" / f"words.{suffix}"
    file.parent.mkdir(parents=True)
    found = set()
    for text in ("one", "other"):
        file.write_text(text, encoding="utf-8")
        found.add(inputs_fingerprint(Archive(tmp_path / "archive"), open_source("sample")))
    assert len(found) == 2
