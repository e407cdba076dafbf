"""Labels are read from their folder, and folded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets.evaluation.gold import Gold, GoldError, fold, fold_sentence, read_gold
from tests.assets.evaluation.labels import LABEL, write

SENTENCE = {"file": "a.pdf", "text": "Work is sound.", "valence": "strength", "topics": ["other"]}


def test_letters_and_sentences_are_read(tmp_path: Path) -> None:
    sentences = [SENTENCE, {"file": "b.pdf", "text": "Plans are late."}]
    write(tmp_path, {"b": LABEL, "a.of.2022": {}}, sentences)
    assert read_gold(tmp_path) == Gold({"a.of.2022": {}, "b": LABEL}, tuple(sentences))


def test_either_may_be_missing(tmp_path: Path) -> None:
    assert read_gold(write(tmp_path, {"a": LABEL})) == Gold({"a": LABEL}, ())
    (tmp_path / "letters" / "a.json").unlink()
    (tmp_path / "statements.jsonl").write_text('{"file": "a.pdf", "text": "So."}', "utf-8")
    assert read_gold(tmp_path) == Gold({}, ({"file": "a.pdf", "text": "So."},))


def test_fields_that_are_none_are_counted(tmp_path: Path) -> None:
    letters = {"a": {"adressee_name": "Una Hale"}, "b": {"adressee_name": None, "focus": None}}
    write(tmp_path, letters, [SENTENCE | {"id": 1, "valance": "mixed"}])
    assert read_gold(tmp_path).unknown == {"adressee_name": 2, "valance": 1}


def test_the_same_label_counts_once_and_another_of_its_sentence_is_told(tmp_path: Path) -> None:
    folded = SENTENCE | {"text": "Work  is sound.", "id": 7}
    other = SENTENCE | {"topics": ["health"]}
    elsewhere = SENTENCE | {"file": "b.pdf"}
    write(tmp_path, {}, [SENTENCE, folded, other, elsewhere, other])
    gold = read_gold(tmp_path)
    assert gold.sentences == (SENTENCE, other, elsewhere)
    assert (gold.repeated, gold.contradicting) == (2, ("statements.jsonl, line 3",))


def test_a_folder_without_labels_is_none(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="neither letters"):
        read_gold(tmp_path)
    with pytest.raises(GoldError, match="neither letters"):
        read_gold(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["letters/a.json", "statements.jsonl"])
@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[1]"], ids=["torn", "no UTF-8", "other"])
def test_labels_that_cannot_be_read_say_which(name: str, content: bytes, tmp_path: Path) -> None:
    write(tmp_path, {"a": LABEL}, [])
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GoldError, match=Path(name).name):
        read_gold(tmp_path)


@pytest.mark.parametrize(
    "sentence",
    [
        {"text": "Work is sound."},
        {"file": "a.pdf"},
        {"file": "a.pdf", "text": "Work is sound.", "valence": "strength"},
    ],
)
def test_a_label_of_a_sentence_that_lacks_something_says_where(
    sentence: dict[str, Any], tmp_path: Path
) -> None:
    write(tmp_path, {}, [SENTENCE, sentence])
    with pytest.raises(GoldError, match=r"statements\.jsonl, line 2 is no label of a sentence"):
        read_gold(tmp_path)


def test_a_sentence_may_hold_any_character(tmp_path: Path) -> None:
    """Such as one at which Python, but not JSON, ends a line."""
    sentence = {"file": "a.pdf", "text": "Work\u2028is\x85sound."}
    assert read_gold(write(tmp_path, {}, [sentence])).sentences == (sentence,)


@pytest.mark.parametrize(
    ("value", "folded"),
    [
        ("Children’s ‘front door’", "Children's 'front door'"),
        ("“Plans”", '"Plans"'),
        ("multi\u2011agency", "multi-agency"),
        ("a\u00a0b\u202fc \n d", "a b c d"),
        ("\uf06e Plans", "Plans"),
        ([" a ", {"b’s": "c ’"}], ["a", {"b's": "c '"}]),
        ([("a’s", 3)], [("a's", 3)]),
        (None, None),
        (3, 3),
    ],
)
def test_typography_is_folded(value: Any, folded: Any) -> None:
    assert fold(value) == folded


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (
            "A welldone selfassessment of children’s plans.",
            "A well-done self-assessment of children's plans.",
        ),
        ("Multi\u2011agency work.", "Multi-agency work."),
        ("•  Work is sound.", "Work is sound."),
    ],
)
def test_hyphens_that_a_line_end_took_are_no_matter(label: str, text: str) -> None:
    assert fold_sentence(label) == fold_sentence(text)


@pytest.mark.parametrize("text", ["Work is not sound.", "work is sound.", "Work is sound"])
def test_other_words_are_other_sentences(text: str) -> None:
    assert fold_sentence(text) != fold_sentence("Work is sound.")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.json", "[]", "names no pair"),
        ("a__b.json", "{}", "is no list of labels"),
        ("a__b.json", "[", "cannot be read"),
        ("a__b.json", '[{"point": "A."}]', "is no label of a follow-up"),
        (
            "a__b.json",
            '[{"point": "A.", "status": "better", "is_asked_again": false, "is_explicit": false,'
            ' "evidence": []}]',
            "better is no code",
        ),
    ],
)
def test_a_label_of_a_pair_that_is_none_is_told(
    name: str, text: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "follow_ups").mkdir()
    (tmp_path / "follow_ups" / name).write_text(text, encoding="utf-8")
    with pytest.raises(GoldError, match=told):
        read_gold(tmp_path)
