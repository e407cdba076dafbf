"""Which documents are held against which, and what need not be judged again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from assets.follow_ups import rows as made
from assets.follow_ups.rows import follow_up_rows
from tests.assets.follow_ups.rows import Documents

POINT = ("point", "management_oversight", "The frequency of supervision.")
GOOD = ("strength", "management_oversight", "Supervision is frequent and helps.")
DAY = dt.date(2021, 3, 1)


def later(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


@pytest.fixture
def documents() -> Documents:
    documents = Documents()
    documents.add("first", DAY, POINT)
    return documents


def keys(documents: Documents) -> list[tuple[str, str, int]]:
    found = follow_up_rows(documents.rows)["follow_ups"]
    return [(row["finding_id"], row["later_visit_id"], row["days_between"]) for row in found]


def test_a_point_is_held_against_each_document_that_begins_after_its_own_ended(
    documents: Documents,
) -> None:
    documents.add("before", later(-30), GOOD)
    documents.add("meanwhile", later(1), GOOD)
    documents.add("next", later(2), GOOD)
    documents.add("last", later(700), POINT)
    documents.add("elsewhere", later(700), GOOD, authority="B")
    assert keys(documents) == [("first-1", "last", 699), ("first-1", "next", 1)]


def test_successors_answer_for_those_whose_place_they_took(documents: Documents) -> None:
    documents.rows["authority_successors"] += [
        {"authority_id": "A", "successor_id": "B"},
        {"authority_id": "B", "successor_id": "C"},
    ]
    documents.add("heir", later(400), GOOD, authority="C")
    documents.add("cousin", later(400), GOOD, authority="D")
    assert keys(documents) == [("first-1", "heir", 399)]


def test_a_document_without_findings_says_nothing_of_it(documents: Documents) -> None:
    documents.add("silent", later(400))
    found = follow_up_rows(documents.rows)
    assert [row["status_code"] for row in found["follow_ups"]] == ["not_revisited"]
    assert found["follow_up_evidence"] == []


def test_sentences_are_numbered_and_of_the_later_document(documents: Documents) -> None:
    documents.add("next", later(400), GOOD, GOOD)
    found = follow_up_rows(documents.rows)["follow_up_evidence"]
    assert [(row["position"], row["evidence_finding_id"]) for row in found] == [
        (1, "next-1"),
        (2, "next-2"),
    ]


def test_only_pairs_of_which_a_document_changed_are_judged_again(
    documents: Documents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents.add("second", later(300), POINT)
    documents.add("third", later(600), GOOD)
    judged: list[tuple[str, str]] = []

    def judge(point, document, judge=made.judge):  # type: ignore[no-untyped-def]
        judged.append((point.finding_id, document.statements[0].finding_id))
        return judge(point, document)

    monkeypatch.setattr(made, "judge", judge)
    before = follow_up_rows(documents.rows, tmp_path)
    assert len(judged) == 3
    judged.clear()
    assert follow_up_rows(documents.rows, tmp_path) == before
    assert judged == []
    documents.rows["findings"][1]["text"] = "The quality of supervision."
    follow_up_rows(documents.rows, tmp_path)
    assert judged == [("first-1", "second-1"), ("second-1", "third-1")]
