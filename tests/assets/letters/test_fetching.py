"""What a look at a source tells, also after one that was cut off, and when it is not believed."""

from pathlib import Path
from typing import Any

import pytest

from assets.letters.archive import Archive
from assets.letters.fetching import FetchResult
from assets.letters.manifest import MANIFEST
from assets.letters.source import Received, SourceUnavailable
from tests.assets.letters.made_up_source import DAY, START, InMemory, Live, names


def numbered(*numbers: int) -> list[str]:
    return [f"{number:02}.pdf" for number in numbers]


def source_of_files(count: int, **facts: Any) -> Live:
    """A source with so many files, asked for one after the other and all again each day."""
    files = {name: name.encode() for name in numbered(*range(count))}
    return Live(files, **{"parallel": 1, "recheck_share": 1.0, **facts})


def look_at(folder: Path, source: InMemory, day: int) -> FetchResult:
    return Archive(folder).take(source, now=START + day * DAY)


# --- What is told ---------------------------------------------------------------------------------


@pytest.mark.parametrize("is_site", [True, False])
def test_what_comes_back_with_its_bytes_is_not_new(tmp_path: Path, is_site: bool) -> None:
    source = Live(recheck_share=0) if is_site else InMemory()
    source.files = {"a.pdf": b"a", "b.pdf": b"b", "c.pdf": b"c"}
    look_at(tmp_path, source, 0)
    a, b = source.files.pop("a.pdf"), source.files.pop("b.pdf")
    gone = look_at(tmp_path, source, 1)
    assert (names(gone.gone), gone.withdrawn) == (["a.pdf", "b.pdf"], ())
    source.fetched.clear()
    source.files |= {"a.pdf": a, "b.pdf": b + b"amended"}
    source.touched["b.pdf"] = 1
    back = look_at(tmp_path, source, 2)
    assert source.fetched == ["b.pdf"]
    assert (names(back.returned), names(back.new)) == (["a.pdf"], ["b.pdf"])
    assert look_at(tmp_path, source, 3).returned == ()


def test_what_is_listed_and_gone_is_withdrawn_and_told_once(tmp_path: Path) -> None:
    source = source_of_files(4)
    look_at(tmp_path, source, 0)
    source.withdrawn.add("01.pdf")
    look = look_at(tmp_path, source, 1)
    assert (names(look.withdrawn), look.gone, look.failed) == (["01.pdf"], (), ())
    assert look_at(tmp_path, source, 2).withdrawn == ()
    source.withdrawn.clear()
    look = look_at(tmp_path, source, 3)
    assert (names(look.returned), look.new) == (["01.pdf"], ())


def test_what_a_look_found_that_was_cut_off_is_told_by_the_next(tmp_path: Path) -> None:
    source = source_of_files(3)
    look_at(tmp_path, source, 0)
    source.files |= {"00.pdf": b"amended"} | dict.fromkeys(numbered(*range(10, 70)), b"new")
    source.down = set(numbered(*range(12, 70)))
    for day in (1, 2):  # those that were to come before it went down stay told, however often
        with pytest.raises(SourceUnavailable):
            look_at(tmp_path, source, day)
        found = Archive(tmp_path).found("ofsted")
        assert names(found.new) == numbered(10, 11)
    source.down.clear()
    look = look_at(tmp_path, source, 3)
    assert names(look.new) == numbered(*range(10, 70))
    assert names(look.changed) == ["00.pdf"]
    assert Archive(tmp_path).found("ofsted") == FetchResult()
    following = look_at(tmp_path, source, 4)
    assert (following.new, following.changed) == ((), ())


class Curt(Live):
    """A site that says that a file is as it was, and not by which headers it is known."""

    def fetch(self, *arguments: Any) -> Received:
        received = super().fetch(*arguments)
        return Received(is_held=True) if received.is_held else received


def test_what_was_known_of_a_held_file_stays_known(tmp_path: Path) -> None:
    source = Curt({"a.pdf": b"a"}, recheck_share=1.0)
    look_at(tmp_path, source, 0)
    (before,) = Archive(tmp_path).files()
    assert before.listing.etag is not None
    assert look_at(tmp_path, source, 1).rechecked == 1
    assert Archive(tmp_path).files() == (before,)


# --- What is not believed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("down", "failed", "is_believed"),
    [
        (range(5, 30), 0, False),  # 25 in a row
        (range(5, 29), 24, True),
        ([*range(5, 29), *range(30, 54)], 48, True),  # one between them
        (range(50, 60), 10, True),
        (range(60), 0, False),
    ],
    ids=["25", "24", "24 twice", "the last ten", "all"],
)
def test_so_many_failures_in_a_row_are_the_sources(
    tmp_path: Path, down: Any, failed: int, is_believed: bool
) -> None:
    source = source_of_files(60, down=set(numbered(*down)))
    if is_believed:
        look = look_at(tmp_path, source, 0)
        assert (len(look.failed), len(look.new)) == (failed, 60 - failed)
    else:
        with pytest.raises(SourceUnavailable, match=r"^25 files could not be had"):
            look_at(tmp_path, source, 0)
        first = min(down)
        assert len(Archive(tmp_path).files()) >= first, "what had come is kept"


def test_files_that_fail_for_good_stop_one_look_and_not_all(tmp_path: Path) -> None:
    dead = numbered(*range(5, 35))
    source = source_of_files(60, down=set(dead), is_passing=True)
    with pytest.raises(SourceUnavailable, match=r"^25 files could not be had"):
        look_at(tmp_path, source, 0)
    look = look_at(tmp_path, source, 1)
    assert names(listing for listing, _ in look.failed) == dead
    assert len(look.new) == 30
    assert {missing.listing.file_name for missing in Archive(tmp_path).unarchived()} == set(dead)
    source.down.clear()
    assert names(look_at(tmp_path, source, 2).new) == dead


def test_faults_of_files_are_not_the_sources(tmp_path: Path) -> None:
    source = source_of_files(60, broken=set(numbered(*range(59))))
    assert len(look_at(tmp_path, source, 0).failed) == 59
    # Nor does one between them let them count together.
    source = source_of_files(
        60, broken={"24.pdf"}, down=set(numbered(*range(1, 24), *range(25, 49)))
    )
    assert len(look_at(tmp_path / "other", source, 0).failed) == 48


def test_what_failed_before_is_asked_for_last_and_does_not_count(tmp_path: Path) -> None:
    source = source_of_files(70)
    for first in (0, 20, 40):  # so that they fail without the source being down
        source.down |= set(numbered(*range(first, first + 20)))
        source.recheck_share = 0
        source.files = {name: name.encode() for name in numbered(*range(first + 20), first + 60)}
        look_at(tmp_path, source, first // 20)
    source.fetched.clear()
    source.files["99.pdf"] = b"new"
    look = look_at(tmp_path, source, 9)
    assert len(look.failed) == 60
    assert names(look.new) == source.fetched[:1] == ["99.pdf"]
    # Nor where nothing else is asked for.
    assert len(look_at(tmp_path, source, 10).failed) == 60


@pytest.mark.parametrize(
    ("down", "broken", "is_believed"),
    [
        ([0], [], True),  # a single file tells nothing of the source
        ([0, 1], [], False),
        ([0, 1], [2], False),
        ([0, 1, 2], [], False),
        ([0], [1, 2], False),
        ([], [0], True),
        ([], [0, 1, 2], False),
    ],
)
def test_a_source_that_gives_none_of_several_is_down(
    tmp_path: Path, down: list[int], broken: list[int], is_believed: bool
) -> None:
    source = source_of_files(max([*down, *broken]) + 1)
    source.down, source.broken = set(numbered(*down)), set(numbered(*broken))
    if is_believed:
        assert len(look_at(tmp_path, source, 0).failed) == len(source.files)
    else:
        with pytest.raises(SourceUnavailable, match=f"{len(source.files)} files could not be had"):
            look_at(tmp_path, source, 0)
        assert b"looked" not in (tmp_path / MANIFEST).read_bytes()
    source.files["99.pdf"] = b"one that can be had"
    source.down.discard("99.pdf")
    assert names(look_at(tmp_path, source, 1).new) == ["99.pdf"]


def test_a_folder_of_which_nothing_can_be_opened_is_down(tmp_path: Path) -> None:
    source = InMemory({name: b"a" + name.encode() for name in numbered(*range(4))})
    look_at(tmp_path, source, 0)
    source.broken, source.files["9.pdf"] = {"8.pdf", "9.pdf"}, b"new"
    source.files["8.pdf"] = b"new"
    assert len(look_at(tmp_path, source, 1).failed) == 2, "the others are there, unopened"
    source.broken = set(source.files)
    with pytest.raises(SourceUnavailable, match="4 files could not be had"):
        Archive(tmp_path).take(source, now=START + 2 * DAY, full=True)
    assert len(Archive(tmp_path).files()) == 4


@pytest.mark.parametrize(
    ("held", "gone", "is_believed"),
    [
        (1, 1, True),  # so few always may
        (2, 2, True),
        (3, 2, True),
        (3, 3, False),
        (4, 3, False),
        (6, 3, True),  # just the half
        (7, 4, False),
        (20, 10, True),
        (20, 11, False),
        (20, 20, False),
    ],
)
def test_that_most_files_are_gone_is_not_believed(
    tmp_path: Path, held: int, gone: int, is_believed: bool
) -> None:
    source = source_of_files(held)
    look_at(tmp_path, source, 0)
    before = Archive(tmp_path).files()
    source.withdrawn = set(numbered(*range(gone)))
    if is_believed:
        assert names(look_at(tmp_path, source, 1).withdrawn) == numbered(*range(gone))
        return
    look = look_at(tmp_path, source, 1)
    assert look.withdrawn == ()
    told = {signal.code: signal.detail for signal in look.signals}
    detail = f"{gone} of {held} files that are held are said to be gone"
    assert told["withdrawals_not_believed"] == detail
    assert sum(signal.code == "recheck_failed" for signal in look.signals) == gone
    assert Archive(tmp_path).files() == before, "none is marked"
    source.withdrawn.clear()
    look = look_at(tmp_path, source, 2)
    assert (look.withdrawn, look.returned, look.new) == ((), (), ())


def test_files_that_were_never_had_may_all_be_gone(tmp_path: Path) -> None:
    source = source_of_files(10, withdrawn=set(numbered(*range(10))))
    assert len(look_at(tmp_path, source, 0).failed) == 10


def test_what_is_known_to_be_withdrawn_is_no_news(tmp_path: Path) -> None:
    source = source_of_files(5)
    look_at(tmp_path, source, 0)
    for day in range(1, 5):
        source.withdrawn = set(numbered(*range(day)))
        look = look_at(tmp_path, source, day)
        assert names(look.withdrawn) == numbered(day - 1)
        assert look.signals == ()
