"""Publishing: wherever it is cut off, readers find whole releases, and the next completes it."""

import hashlib
import json
import mimetypes
import re
from pathlib import Path

import msgspec
import pytest

from assets.publishing.publish import publish
from assets.publishing.settings import Publishing, PublishingError
from assets.release import checksums
from assets.release.store import ReleaseStore, write_record
from tests.assets.release.test_store import record
from warehouse import places
from warehouse.places import Place, PlaceError


class Killed(BaseException):
    """Publishing was cut off."""


def release(out: Path, version: str, *files: str, source: str = "folder") -> ReleaseStore:
    store = ReleaseStore(out)
    made = store.start_draft(version)
    for path in ("parquet/visits.parquet", *files):
        (made / path).parent.mkdir(exist_ok=True)
        (made / path).write_text(f"{path} of {version}")  # of the same length in each version
    write_record(made, msgspec.structs.replace(record(version), source=source))
    checksums.write_checksums(made)
    store.publish(made, version)
    return store


def portal(folder: Path, version: str, *pages: str) -> Path:
    for path in ("index.html", "static/portal.css", "latest/release.json", *pages):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"{path} of {version}")
    (folder / "portal.json").write_text(json.dumps({"version": version, "holds": []}))
    return folder


def reads_whole(place: Place) -> str | None:
    """What a reader finds of `latest` and its version; every file that is promised is there."""
    content = place.read("latest/release.json")
    listed = place.read("releases.json")
    for entry in json.loads(listed)["releases"] if listed else []:
        sums = place.read(f"{entry['path']}/SHA256SUMS")
        assert sums, entry["version"]
        for line in sums.decode().splitlines():
            sha256, path = line.split("  ")
            found = place.read(f"{entry['path']}/{path}")
            assert hashlib.sha256(found or b"").hexdigest() == sha256
    if content is None:
        return None
    version: str = json.loads(content)["version"]
    sums = place.read(f"{version}/SHA256SUMS")
    assert sums, f"latest is {version}, which is not there whole"
    for line in sums.decode().splitlines():
        assert place.read(f"latest/{line[66:]}") is not None, line
    return version


def cut_off_after(puts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    done = iter(range(puts))
    put = Place._put

    def counted(self: Place, path: str, source: Path) -> None:
        if next(done, None) is None:
            raise Killed
        put(self, path, source)

    monkeypatch.setattr(Place, "_put", counted)
    monkeypatch.setattr(places, "_AT_ONCE", 1)


@pytest.fixture(params=["a folder", "file", "memory"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    to = tmp_path / "published"
    return {"a folder": str(to), "file": to.as_uri(), "memory": f"memory://{tmp_path}"}[
        request.param
    ]


def test_a_release_and_its_portal_lie_at_their_addresses(url: str, tmp_path: Path) -> None:
    release(tmp_path / "out", "1.0.0")
    pages = portal(tmp_path / "portal", "1.0.0")
    done = publish(Publishing(tmp_path / "out", url, pages))
    assert (done.versions, done.has_portal) == (("1.0.0",), True)
    assert set(Place(url).sizes()) == {
        *(f"{folder}/{path}" for folder in ("1.0.0", "latest") for path in
          ("SHA256SUMS", "parquet/visits.parquet", "release.json")),
        "index.html", "portal.json", "published.json", "releases.json", "static/portal.css",
    }  # fmt: skip
    assert Place(url).read("latest/parquet/visits.parquet") == b"parquet/visits.parquet of 1.0.0"
    again = publish(Publishing(tmp_path / "out", url, pages))
    assert (again.versions, again.file_count) == ((), 0)


def test_the_next_release_leaves_the_one_before_and_what_is_no_more_goes(
    url: str, tmp_path: Path
) -> None:
    release(tmp_path / "out", "1.0.0", "csv/old.csv")
    publish(Publishing(tmp_path / "out", url, portal(tmp_path / "one", "1.0.0", "a/index.html")))
    release(tmp_path / "out", "1.0.1")
    publish(Publishing(tmp_path / "out", url, portal(tmp_path / "two", "1.0.1", "b/index.html")))
    there = Place(url).sizes()
    assert "1.0.0/csv/old.csv" in there
    assert "latest/csv/old.csv" not in there
    assert "a/index.html" not in there
    assert "b/index.html" in there
    assert reads_whole(Place(url)) == "1.0.1"


def test_without_a_portal_the_pages_stay_as_they_are(url: str, tmp_path: Path) -> None:
    release(tmp_path / "out", "1.0.0")
    publish(Publishing(tmp_path / "out", url, portal(tmp_path / "one", "1.0.0")))
    release(tmp_path / "out", "1.0.1")
    publish(Publishing(tmp_path / "out", url))
    assert Place(url).read("index.html") == b"index.html of 1.0.0"
    assert reads_whole(Place(url)) == "1.0.1"


@pytest.fixture
def stores(tmp_path: Path) -> dict[str, tuple[Path, Path]]:
    """A folder with releases up to each of three versions, and the portal of the last of them."""
    versions, made = ("1.0.0", "1.0.1", "1.0.2"), {}
    for count, newest in enumerate(versions, start=1):
        out = tmp_path / f"out-{newest}"
        for version in versions[:count]:
            release(out, version, "csv/old.csv" if version == "1.0.0" else "csv/new.csv")
        made[newest] = (out, portal(tmp_path / newest, newest))
    return made


def cut_off(
    to: str,
    puts: int,
    stores: dict[str, tuple[Path, Path]],
    monkeypatch: pytest.MonkeyPatch,
    heals: str = "1.0.1",
) -> bool:
    """Cut a second publication off after some puts, and publish again; was it whole before that?"""
    outs = {version: Publishing(out, to, pages) for version, (out, pages) in stores.items()}
    publish(outs["1.0.0"])
    with monkeypatch.context() as patched:
        cut_off_after(puts, patched)
        try:
            publish(outs["1.0.1"])
        except Killed:
            was_whole = False
        else:
            was_whole = True
    place = Place(to)
    assert reads_whole(place) in ("1.0.0", "1.0.1")
    publish(outs[heals])
    assert reads_whole(place) == heals
    assert "latest/csv/old.csv" not in place.sizes()
    for path in ("latest/csv/new.csv", "latest/parquet/visits.parquet", "index.html"):
        assert (place.read(path) or b"").endswith(f" of {heals}".encode()), path
    return was_whole


@pytest.mark.parametrize("heals", ["1.0.1", "1.0.2"])
def test_wherever_it_is_cut_off_readers_find_what_they_are_promised(
    tmp_path: Path,
    stores: dict[str, tuple[Path, Path]],
    monkeypatch: pytest.MonkeyPatch,
    heals: str,
) -> None:
    for puts in range(100):
        if cut_off(f"memory://{tmp_path}/{puts}", puts, stores, monkeypatch, heals):
            break
    assert puts > 10


def test_the_same_holds_on_a_server_of_s3s_kind(
    s3: str, stores: dict[str, tuple[Path, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    mimetypes.init()  # as another library may do at any time
    cut_off(s3, 8, stores, monkeypatch)
    system = Place(s3)._system
    assert {
        path: system.info(f"{s3}/{path}")["ContentType"]
        for path in ("index.html", "latest/parquet/visits.parquet")
    } == {
        "index.html": "text/html",
        "latest/parquet/visits.parquet": "application/vnd.apache.parquet",
    }
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    with pytest.raises(PlaceError, match=f"{s3}: "):
        publish(Publishing(stores["1.0.2"][0], s3))


def test_half_a_version_is_completed_and_a_whole_one_left_alone(url: str, tmp_path: Path) -> None:
    release(tmp_path / "out", "1.0.0", "csv/visits.csv")
    publish(Publishing(tmp_path / "out", url))
    place = Place(url)
    place.remove("1.0.0/csv/visits.csv")
    assert publish(Publishing(tmp_path / "out", url)).versions == ("1.0.0",)
    assert place.read("1.0.0/csv/visits.csv") == b"csv/visits.csv of 1.0.0"
    assert publish(Publishing(tmp_path / "out", url)).versions == ()


def test_what_a_killed_publication_left_of_a_file_goes(tmp_path: Path) -> None:
    release(tmp_path / "out", "1.0.0")
    to = tmp_path / "to"
    publish(Publishing(tmp_path / "out", str(to)))
    (to / "latest" / "SHA256SUMS.new123").write_text("half")
    publish(Publishing(tmp_path / "out", str(to)))
    assert [path.name for path in (to / "latest").glob("*.new*")] == []


def test_other_tables_never_take_the_place_of_a_version(url: str, tmp_path: Path) -> None:
    release(tmp_path / "out", "1.0.0")
    publish(Publishing(tmp_path / "out", url))
    release(tmp_path / "other", "1.0.0", "csv/visits.csv")
    with pytest.raises(PublishingError, match=re.escape("holds other tables as release 1.0.0")):
        publish(Publishing(tmp_path / "other", url))
    assert reads_whole(Place(url)) == "1.0.0"


def test_a_store_that_lost_its_newest_release_is_not_published(url: str, tmp_path: Path) -> None:
    release(tmp_path / "out", "1.1.0")
    publish(Publishing(tmp_path / "out", url))
    release(tmp_path / "old", "1.0.0")
    with pytest.raises(
        PublishingError, match=re.escape("holds release 1.1.0, and the newest here is 1.0.0")
    ):
        publish(Publishing(tmp_path / "old", url))


def test_nothing_is_put_where_other_things_lie(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "index.html").write_text("mine")
    release(tmp_path / "out", "1.0.0")
    with pytest.raises(
        PublishingError, match=re.escape("holds index.html, which was not published there")
    ):
        publish(Publishing(tmp_path / "out", str(tmp_path / "photos")))
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["index.html"]


@pytest.mark.parametrize("theirs", ["../mine.txt", "/mine.txt", "1.0.0/release.json", ""])
def test_a_list_of_what_was_published_cannot_name_what_is_not_ours(
    tmp_path: Path, theirs: str
) -> None:
    release(tmp_path / "out", "1.0.0")
    to = tmp_path / "to"
    publish(Publishing(tmp_path / "out", str(to)))
    (to / "published.json").write_text(json.dumps({theirs: None}))
    with pytest.raises(PublishingError, match="which publishing never changes"):
        publish(Publishing(tmp_path / "out", str(to)))


def test_the_portal_of_another_release_is_not_published(tmp_path: Path) -> None:
    release(tmp_path / "out", "1.0.0")
    old = portal(tmp_path / "portal", "0.9.0")
    with pytest.raises(
        PublishingError, match=re.escape("shows release 0.9.0, and the newest is 1.0.0")
    ):
        publish(Publishing(tmp_path / "out", str(tmp_path / "to"), old))


def test_what_does_not_arrive_as_it_was_sent_is_told(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(tmp_path / "out", "1.0.0")
    read = Place.read

    def cut_short(self: Place, path: str) -> bytes | None:
        content = read(self, path)
        return content[:-1] if content and path.endswith(".parquet") else content

    monkeypatch.setattr(Place, "read", cut_short)
    with pytest.raises(PlaceError, match="is another file when it is read back"):
        publish(Publishing(tmp_path / "out", url))


@pytest.mark.parametrize(
    ("to", "said"), [("nowhere://a", "no address of a place"), ("abfs://a/b", "needs a library")]
)
def test_an_address_that_cannot_be_used_is_told(to: str, said: str) -> None:
    with pytest.raises(PlaceError, match=said):
        Place(to)
