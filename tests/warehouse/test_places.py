"""A place: of several writers one is let through; what is had from there is whole."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import SOON
from warehouse.places import Place, PlaceError
from warehouse.working_copy import CACHE_SETTING, opened


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "s3":
        return Place(request.getfixturevalue("s3"))
    return Place((tmp_path / "place").as_uri())


def test_a_file_is_switched_only_from_what_was_read(place: Place) -> None:
    assert place.read_tagged("a/it") is None
    assert place.switch("a/it", b"0", "another") is None
    first = place.switch("a/it", b"1", None)
    assert first
    assert place.switch("a/it", b"2", None) is None
    second = place.switch("a/it", b"3", first)
    assert place.read_tagged("a/it") == (b"3", second)
    assert place.switch("a/it", b"4", first) is None
    assert place.read("a/it") == b"3"


def test_how_long_a_file_has_been_there_the_place_says(place: Place) -> None:
    place.write("it", b"1")
    assert 0 <= place.age("it") < SOON
    assert place.age("another") == 0


@pytest.mark.parametrize("begun", [False, True])
def test_of_writers_at_once_one_is_let_through(place: Place, begun: bool) -> None:
    for number in range(2):
        path = f"it{number}"
        before = place.switch(path, b"before", None) if begun else None
        with ThreadPoolExecutor(3) as pool:
            writers = [
                pool.submit(place.switch, path, by * 100, before) for by in (b"a", b"b", b"c")
            ]
        found = place.read_tagged(path)
        assert found is not None
        assert [writer.result() for writer in writers if writer.result()] == [found.tag]


def test_an_answer_that_was_lost_is_no_refusal(s3: str) -> None:
    place = Place(s3)
    tag = place.switch("it", b"mine", None)
    assert place.switch("it", b"mine", None) == tag


def test_what_is_fetched_is_whole_and_what_is_missing_is_told(place: Place, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "one").write_bytes(b"one")
    place.put({"a/one": here / "one"})
    place.write("a/two", b"two")
    assert place.sizes("a") == {"one": 3, "two": 3}
    missing = place.fetch({f"a/{name}": here / "b" / name for name in ("one", "two", "three")})
    assert missing == {"a/three"}
    assert {path.name: path.read_bytes() for path in (here / "b").iterdir()} == {
        "one": b"one",
        "two": b"two",
    }


def test_a_place_that_keeps_no_conditions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="need an object store of S3's kind"):
        Place(f"memory://{tmp_path}").switch("it", b"1", None)


@pytest.mark.parametrize("text", ["s3:/bucket/folder", "s3://", "S3:/", "nowhere://a"])
def test_a_mistyped_address_is_no_folder(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_SETTING, str(tmp_path))
    for use in (opened, Place):
        with pytest.raises(PlaceError, match="is no address of a place"):
            use(text)
    assert not any(tmp_path.iterdir())
    for folder in ("data", "/mnt/s3", "C:/data"):
        assert opened(folder) == Path(folder)
