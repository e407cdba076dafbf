"""Which letters are proven when tables are made: those that a correction has changed, anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from assets.findings.model import Classification, Finding
from assets.letters.workspace import Workspace
from assets.model import ArchivedFile, Listing
from assets.publications.model import Publication
from assets.running.stages import Folders
from assets.tables.files import ReadFile
from assets.tables.proofs import NotProven, Proofs

TEXT = b"Plans are clear.\n"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FILE = ArchivedFile(
    letter_id="key",
    sha256=hashlib.sha256(TEXT).hexdigest(),
    byte_count=len(TEXT),
    path="letter",
    listing=Listing(source="folder", file_name="letter.txt"),
    first_seen_at=NOW,
    last_seen_at=NOW,
)
FINDING = Finding(0, 1, 1, "Plans are clear.", Classification("strength", 0.9, ("other",)))
LETTER = Publication(
    letter_id="key",
    document_kind="focused_visit",
    authority_names=("Ashmere",),
    windows=(),
    sections=(),
    page_count=None,
    text_method="text",
)
READ = ReadFile(FILE, LETTER, (FINDING,))


class Workers:
    """In place of processes: it notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def map(self, function: Callable[[Any], Any], tasks: Sequence[Any], **_: Any) -> list[Any]:
        self.asked += tasks
        return [*map(function, tasks)]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "letter").write_bytes(TEXT)
    folders = Folders(archive=tmp_path, work=tmp_path / "work")
    return cast(Workspace, SimpleNamespace(folders=folders, workers=Workers()))


def rows(text: str, letters: Sequence[str] = ("key",)) -> dict[str, list[dict[str, Any]]]:
    place = dict.fromkeys(("page", "x0", "y0", "x1", "y1"))
    return {
        "visits": [{"visit_id": one, "letter_id": one} for one in letters],
        "judgements": [],
        "findings": [place | {"visit_id": one, "finding_id": one, "text": text} for one in letters],
    }


def unproven(workspace: Workspace, read: dict[str, ReadFile]) -> dict[str, str]:
    proofs = Proofs(workspace, read.__getitem__)
    for letter_id in read:  # each a batch
        proofs.look_at(rows("Plans are clear.", [letter_id]))
    return proofs.unproven()


def test_what_was_proven_when_it_was_read_is_not_asked_again(workspace: Workspace) -> None:
    assert unproven(workspace, {"key": READ}) == {}
    found = {"key": READ._replace(unproven=("a", "b", "c", "d"))}
    assert unproven(workspace, found) == {"key": "a b c And 1 more."}
    assert workspace.workers.asked == []  # type: ignore[attr-defined]


def test_what_a_correction_made_of_it_is_proven(workspace: Workspace) -> None:
    proofs = Proofs(workspace, {"key": READ}.__getitem__)
    for _ in range(2):
        proofs.begin()
        proofs.look_at(rows("Plans are vague."))
        assert "“Plans are vague.”, text: " in proofs.unproven()["key"]
    assert len(workspace.workers.asked) == 1  # type: ignore[attr-defined]


def test_many_are_the_programs_fault_unless_their_source_has_them_no_more(
    workspace: Workspace,
) -> None:
    letters = ("a", "b", "c", "d")
    read = {one: READ._replace(unproven=("Other.",)) for one in letters}
    with pytest.raises(NotProven, match=r"4 of 4 letters .* Of letter.txt: Other\."):
        unproven(workspace, read)
    gone = msgspec.structs.replace(FILE, is_listed=False)
    read["d"] = read["d"]._replace(file=gone)
    assert len(unproven(workspace, read)) == 4
