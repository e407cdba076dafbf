"""How a portal is put in its place, what may not be replaced, that its bytes are the same again."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

from assets.portal import build
from assets.portal.build import make_portal
from assets.portal.settings import PortalMaking, PortalSettings
from assets.portal.site import Site
from assets.release.store import ReleaseError
from warehouse.ours import NotOursError


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_same_release_gives_the_same_bytes_and_a_run_changes_scripts_alone(
    portal: Path, making: PortalMaking, tmp_path: Path
) -> None:
    later = replace(making, to=tmp_path / "again", last_run=date(2026, 12, 1))
    before, after = everything(portal), everything(make_portal(later).folder)
    assert before.keys() == after.keys()
    assert {path for path in before if before[path] != after[path]} == {
        f"static/{name}.js" for name in ("portal", "search", "sql")
    }


def test_without_an_address_or_letters_it_says_what_it_lacks(
    making: PortalMaking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".new-portal-killed").mkdir()
    os.utime(tmp_path / ".new-portal-killed", (0, 0))
    monkeypatch.setenv("OFSTED_LETTERS_PORTAL_WORKBOOKS", "0")
    to = tmp_path / "portal"
    to.mkdir()  # an empty folder is free
    made = make_portal(replace(making, to=to, archive=None, settings=PortalSettings()))
    assert [sentence.partition(":")[0] for sentence in made.left_out] == [
        "Feeds, the map of the site and addresses in citations",
        "Pictures of pages",
        "Links to report an error",
    ]
    assert not list(to.rglob("feed.xml"))
    assert not (to / "pictures").exists()
    assert not list(to.parent.glob(".new-*"))
    assert "https://letters" not in (to / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("theirs", ["index.html", "notes.txt"])
def test_what_is_no_portal_is_not_replaced(
    making: PortalMaking, tmp_path: Path, theirs: str
) -> None:
    (tmp_path / theirs).write_text("mine")
    with pytest.raises(NotOursError, match="is no portal"):
        make_portal(replace(making, to=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [theirs]


def test_a_portal_with_a_file_of_somebody_is_not_replaced(
    making: PortalMaking, tmp_path: Path
) -> None:
    (tmp_path / "portal.json").write_bytes(
        msgspec.json.encode({"version": "1.0.0", "holds": ["index.html"]})
    )
    (tmp_path / "CNAME").write_text("letters.example.org")
    with pytest.raises(NotOursError, match="is no portal"):
        make_portal(replace(making, to=tmp_path))


def test_an_archive_without_these_letters_is_told(
    making: PortalMaking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_STEPS", ())  # it is told whatever pages there are
    made = make_portal(replace(making, to=tmp_path / "portal", archive=tmp_path))
    [said] = [one for one in made.left_out if one.startswith("Pictures")]
    assert said.endswith(f"points: {tmp_path} holds no PDF that shows them.")


@pytest.mark.parametrize("path", ["visits/../../mine/index.html", "/mine/index.html"])
def test_nothing_is_written_beside_a_portal(tmp_path: Path, path: str) -> None:
    with pytest.raises(ReleaseError, match="is no address of a page"):
        Site(tmp_path / "portal", None, {}).write(path, b"")
    assert not list(tmp_path.rglob("*"))


def test_there_is_none_of_a_release_that_is_not_there(making: PortalMaking, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"There is no release 7\.0\.0"):
        make_portal(replace(making, to=tmp_path / "portal", release="7.0.0"))
    assert not (tmp_path / "portal").exists()
