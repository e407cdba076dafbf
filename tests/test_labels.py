"""Labels: nothing is learnt from documents with gold labels, nor from those kept out."""

from __future__ import annotations

import csv
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from assets.language.patterns import read_table
from warehouse.codes import code_list

TOOLS = Path(__file__).parent.parent / "tools"
GOLD = TOOLS.parent.parent / "shared" / "gold"


@pytest.fixture
def labelled(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(TOOLS))
    import labelled

    yield labelled
    del sys.modules["labelled"]


def test_no_label_is_of_a_document_with_gold_labels(labelled: ModuleType) -> None:
    assert len(labelled.gold_documents()) > 50
    for path in labelled.LABELS.glob("*.csv"):
        if path != labelled.GOLD_DOCUMENTS and not path.stem.startswith("follow_ups"):
            assert labelled.read_labels(path.stem)


def test_such_a_label_is_refused(
    labelled: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = min(labelled.gold_documents())
    (tmp_path / "own.csv").write_text(
        "letter_id,sentence_sha256,valence,topics,is_doubtful\n"
        f"{letter_id},0123456789abcdef,concern,health,false\n"
    )
    monkeypatch.setattr(labelled, "LABELS", tmp_path)
    with pytest.raises(labelled.LeakError, match=letter_id):
        labelled.read_labels("own")


def test_documents_kept_out_are_twenty_letters_and_never_learnt_from(labelled: ModuleType) -> None:
    learnt = {one.letter_id for one in labelled.to_learn_from()}
    kept = {one.letter_id for one in labelled.kept_out()}
    letters = {one.letter_id for one in labelled.read_labels("letters")}
    assert len(kept & letters) >= 20
    assert not learnt & kept
    assert all(map(labelled.may_learn_from, learnt))
    assert not any(map(labelled.may_learn_from, kept | labelled.gold_documents()))


def test_labels_have_codes_of_the_lists(labelled: ModuleType) -> None:
    for label in {**labelled.to_learn_from(), **labelled.kept_out()}.values():
        assert label.valence in code_list("valence")
        assert set(label.topics) <= set(code_list("topic"))


def test_every_document_of_the_gold_labels_is_known(labelled: ModuleType) -> None:
    """A file's name ends in the first digits of its checksum, and so of its `letter_id`."""
    if not GOLD.exists():
        pytest.skip("gold labels are not at hand")
    known = {letter_id[:6] for letter_id in labelled.gold_documents()}
    for name in ("statements.jsonl", "statements_inspections.jsonl"):
        for line in (GOLD / name).read_text(encoding="utf-8").splitlines():
            assert Path(json.loads(line)["file"]).stem.rpartition("_")[2] in known


def test_a_label_stands_for_statements_as_sure_and_sets_miss_a_tenth_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    sets = importlib.import_module("valence_sets")
    sure, at = np.linspace(0.3, 0.97, 400), np.arange(400)
    is_labelled = (sure < 0.9) | (at % 8 < 4)
    judged = sets.Judged(
        np.repeat(sure[:, None], 4, axis=1),
        np.where(is_labelled, at % 4, -1),
        np.full(400, "jtai"),
        at.astype(str),
        at % 2,
    )
    assert judged.stands_for.sum() == pytest.approx(400)
    assert judged.stands_for[is_labelled & (sure > 0.95)].min() > 1.9
    assert not judged.stands_for[~is_labelled].any()
    for least in sets.least_shares_of(judged)["jtai"].values():
        assert (sure < least).mean() == pytest.approx(0.1, abs=0.02)


def test_weights_of_follow_ups_are_learnt_from_no_pair_that_is_kept_out() -> None:
    with (TOOLS / "labels" / "follow_ups.csv").open(encoding="utf-8", newline="") as file:
        labels = list(csv.DictReader(file))
    pairs: dict[str, set[tuple[str, str]]] = {"true": set(), "false": set()}
    for label in labels:
        assert label["status_code"] in code_list("follow_up_status")
        assert (label["status_code"] == "not_revisited") == (not label["evidence"])
        pairs[label["is_kept_out"]].add((label["earlier_letter_id"], label["later_letter_id"]))
    learnt = {tuple(row.values()) for row in read_table("assets.follow_ups", "learnt/pairs")}
    assert learnt == pairs["false"]
    assert learnt.isdisjoint(pairs["true"])
