"""Deposits at Zenodo: one a version, all of one concept, wherever one is cut off."""

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from assets.publishing import zenodo as api
from assets.publishing.deposit import deposit
from assets.publishing.settings import PublishingError, PublishingSettings
from tests.assets.publishing.fake_zenodo import TOKEN, FakeZenodo, fake_zenodo
from tests.assets.publishing.test_publish import Killed, release

FILES = ("ofsted-letters.xlsx", "README.md")


@pytest.fixture
def zenodo() -> Iterator[FakeZenodo]:
    with fake_zenodo() as fake:
        yield fake


def settings(zenodo: FakeZenodo, token: str = TOKEN) -> PublishingSettings:
    return PublishingSettings.model_validate({"zenodo_token": token, "zenodo_url": zenodo.url})


def test_each_version_is_deposited_once_and_all_are_of_one_concept(
    tmp_path: Path, zenodo: FakeZenodo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_PAGE", 1)
    for version in ("1.0.0", "1.0.1"):
        release(tmp_path, version, *FILES)
        first, again = (deposit(tmp_path, settings(zenodo)) for _ in range(2))
        assert (first.is_new, again.is_new) == (True, False)
        assert first.doi == again.doi
    (one, concept), (two, same) = zenodo.published()
    assert (one, two, concept) == ("1.0.0", "1.0.1", same)
    files = zenodo.bytes[max(zenodo.bytes)]
    assert files.keys() == {"ofsted-letters-1.0.1.zip", *FILES}
    with zipfile.ZipFile(BytesIO(files["ofsted-letters-1.0.1.zip"])) as packed:
        assert "1.0.1/parquet/visits.parquet" in packed.namelist()


@pytest.mark.parametrize("is_first", [True, False])
def test_wherever_it_is_cut_off_the_draft_is_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    release(tmp_path, "1.0.0", *FILES)
    ask = api.Zenodo._ask
    for requests in range(100):
        with fake_zenodo() as zenodo:
            out = tmp_path / str(requests)
            release(out, "1.0.0", *FILES)
            expected = ["1.0.0"]
            if not is_first:
                deposit(out, settings(zenodo))
                release(out, "1.0.1", *FILES)
                expected.append("1.0.1")
            done = iter(range(requests))

            def counted(self: api.Zenodo, method: str, url: str, **how: Any) -> Any:
                if method == "GET" or next(done, None) is not None:  # noqa: B023
                    return ask(self, method, url, **how)
                raise Killed

            was_cut_off = False
            with monkeypatch.context() as patched:
                patched.setattr(api.Zenodo, "_ask", counted)
                try:
                    deposit(out, settings(zenodo))
                except Killed:
                    was_cut_off = True
            deposit(out, settings(zenodo))
            assert [version for version, _ in zenodo.published()] == expected
            assert zenodo.drafts() == []
            newest = zenodo.bytes[max(zenodo.bytes)]
            assert newest.keys() == {f"ofsted-letters-{expected[-1]}.zip", *FILES}
        if not was_cut_off:
            break
    assert requests > 4


def test_without_a_token_there_is_the_metadata_only(tmp_path: Path) -> None:
    release(tmp_path, "1.0.0", *FILES)
    done = deposit(tmp_path, PublishingSettings())
    told = json.loads(done.metadata_file.read_text(encoding="utf-8"))["metadata"]
    assert (done.doi, told["version"], told["upload_type"]) == (None, "1.0.0", "dataset")
    assert told["license"] == "ogl-uk-3.0"


def test_what_is_made_up_gets_no_doi_for_good(tmp_path: Path) -> None:
    release(tmp_path, "1.0.0", *FILES, source="sample")
    with pytest.raises(PublishingError, match=r"sandbox\.zenodo\.org"):
        deposit(tmp_path, PublishingSettings.model_validate({"zenodo_token": TOKEN}))


def test_a_refusal_is_told_and_never_with_the_token(tmp_path: Path, zenodo: FakeZenodo) -> None:
    release(tmp_path, "1.0.0", *FILES)
    with pytest.raises(PublishingError, match="401") as told:
        deposit(tmp_path, settings(zenodo, "not-the-token"))
    assert "not-the-token" not in str(told.value)


def test_two_drafts_are_for_a_person_to_decide(tmp_path: Path, zenodo: FakeZenodo) -> None:
    release(tmp_path, "1.0.0", *FILES)
    title = deposit(tmp_path, PublishingSettings()).release.record.info.title
    for _ in range(2):
        zenodo.make({"title": title}, None, {})
    with pytest.raises(PublishingError, match="2 drafts of that title: 1001, 1003"):
        deposit(tmp_path, settings(zenodo))
    assert zenodo.published() == []
