"""Results of stages in a store: made on one machine, they need not be made on another."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from assets.letters.store import place
from assets.model import ArchivedFile, Listing, Rejection
from assets.running.stages import Folders, Stage
from assets.running.workers import LocalWorkers, WorkerFailure
from tests.assets.running.test_stages import NOW, STAGE, Text, pass_on
from tests.stores import Machine
from warehouse.places import Place


class Elsewhere(LocalWorkers):
    """Workers that do as another machine's would: what they have not got here, they bring."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(1)
        self._machine = machine

    def map(
        self, function: Callable[[Any], Any], tasks: Sequence[Any], **_: Any
    ) -> Iterator[Any | WorkerFailure]:
        for task in tasks:
            self._machine("elsewhere")
            yield function(task)
            self._machine("here")


def folders_of(out: Path, url: str) -> Folders:
    return Folders(archive=out / "archive", work=out / "work", store=url)


def letter(url: str, text: str) -> ArchivedFile:
    """A letter that lies in the store, and on no machine."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    Place(url).write(f"archive/{place(sha256)}", text.encode())
    return ArchivedFile(
        letter_id=sha256[:16],
        sha256=sha256,
        byte_count=len(text),
        path=place(sha256),
        listing=Listing(source="folder", file_name=f"{text}.txt"),
        first_seen_at=NOW,
        last_seen_at=NOW,
    )


@pytest.mark.parametrize("few", [0, 20])
def test_results_made_elsewhere_are_had_here_and_not_made_again(
    machine: Machine, store_url: str, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("assets.running.stages._FEW", few)
    files = [letter(store_url, text) for text in ("a", "b", "bug")]
    here = folders_of(machine("here"), store_url)
    run = STAGE.run(files, here, Elsewhere(machine))
    assert run.built == Counter(Text=2, Rejection=1)
    assert not (here.archive / files[0].path).exists()
    assert STAGE.load(files[0], here) == Text("a")
    third = folders_of(machine("third"), store_url)
    again = STAGE.run([*files, letter(store_url, "c")], third, Elsewhere(machine))
    assert (again.cached, again.built) == (3, Counter(Text=1))
    assert len(Place(store_url).sizes(f"work/{STAGE.name}")) == 4


def test_what_is_made_anew_elsewhere_takes_the_place_of_what_was_here(
    machine: Machine, store_url: str
) -> None:
    file = letter(store_url, "a")
    here = folders_of(machine("here"), store_url)
    STAGE._keep(file, here, Text("as it was"))
    STAGE.run([file], here, Elsewhere(machine), full=True)
    assert STAGE.load(file, here) == Text("a")


def test_what_a_stage_starts_from_is_brought_to_a_machine_that_has_not_made_it(
    machine: Machine, store_url: str
) -> None:
    file = letter(store_url, "a")
    here = folders_of(machine("here"), store_url)
    STAGE.run([file], here, Elsewhere(machine))
    after: Stage[Any] = Stage("after", STAGE.product, pass_on, "read", ("LICENSE",), after=STAGE)
    new = Elsewhere(lambda name: machine({"elsewhere": "new"}.get(name, name)))
    after.run([file], here, new)
    assert after.load(file, here) == Text("a")


def test_another_version_leaves_results_of_this_one_in_the_store(
    machine: Machine, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = letter(store_url, "a")
    here = folders_of(machine("here"), store_url)
    STAGE.run([file], here, Elsewhere(machine))
    with monkeypatch.context() as patched:
        patched.setitem(STAGE.__dict__, "version", "another")
        assert STAGE.run([file], here, Elsewhere(machine)).cached == 0
    assert STAGE.run([file], folders_of(machine("b"), store_url), Elsewhere(machine)).cached == 1


def test_a_letter_that_ends_its_process_elsewhere_is_told_as_here(
    machine: Machine, store_url: str
) -> None:
    file = letter(store_url, "crash")

    class Ended(Elsewhere):
        def map(
            self, function: Callable[[Any], Any], tasks: Sequence[Any], **_: Any
        ) -> Iterator[Any | WorkerFailure]:
            yield from (WorkerFailure.CRASHED for _ in tasks)

    for name, is_passing in (("a", True), ("b", False)):
        folders = folders_of(machine(name), store_url)
        STAGE.run([file], folders, Ended(machine))
        reader = folders_of(machine("reader"), store_url)
        STAGE.bring([file], reader)
        result = STAGE.load(file, reader)
        assert isinstance(result, Rejection)
        assert result.is_passing is is_passing
