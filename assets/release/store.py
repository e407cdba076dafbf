"""The store: where releases stand, what each says of itself, and how a new one is put there.

    OUT/releases/<version>/      one whole release; it is never changed
    OUT/releases/latest          -> <version>, the newest
    OUT/releases/releases.json   all of them, with date, counts and checksums

Here belongs the order of steps that puts a release in the store, and how a name that a person
gives (`1.2.0`, `latest`, `current`, a folder) leads to tables. What is in a release is decided in
`build`.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import MappingProxyType

import msgspec
from semver import Version

from assets.release.checksums import CHECKSUMS_FILE, ChecksumsError, read_checksums
from assets.release.release_info import NAME, ReleaseInfo
from warehouse import states
from warehouse.files import file_sha256, json_of
from warehouse.ours import claim
from warehouse.parquet import table_path
from warehouse.working_copy import copy_of, named

LATEST = "latest"
#: What is published now, and what was before it.
CURRENT, PREVIOUS = states.CURRENT, "previous"
LIST_FILE = "releases.json"
RECORD_FILE = "release.json"
SCHEMA_FILE = "schema.json"
PARQUET = "parquet"
#: What to do about a release that is listed and not there.
LOST_REMEDY = (
    f"bring it back from a copy; or, if nobody has it, delete {LIST_FILE}, and `ofsted-letters "
    "release` makes it anew"
)
# No version starts with a dot, so a folder that does is a release in the making.
_NEW = ".new-"
_READ_ONLY = 0o444


class ReleaseError(Exception):
    """Something cannot be done with releases; the message says why, and what would help."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What a release says of itself in `release.json`.

    Attributes:
        version: Its semantic version.
        previous: The release before it; `None` for the first.
        released: The day (UTC) on which the tables that it holds were published.
        source: Where its letters came from, as `letters.source`.
        state_id: The published state that it was made from.
        fingerprint: The checksum over that state's tables.
        row_counts: How many rows each table has.
        workbook_content: The checksum over what is packed in the workbook, by `content_sha256`;
            `None` in releases that were made before it was kept.
    """

    version: str
    previous: str | None
    released: date
    source: str
    state_id: str
    fingerprint: str
    row_counts: dict[str, int]
    workbook_content: str | None = None

    @property
    def info(self) -> ReleaseInfo:
        """The release as its own files speak of it."""
        return ReleaseInfo(self.version, self.released, self.source, self.row_counts)


class Release(msgspec.Struct, frozen=True):
    """A release in the store, or one that somebody has downloaded.

    Attributes:
        folder: Where it lies.
        record: What it says of itself.
    """

    folder: Path
    record: Record

    @property
    def version(self) -> Version:
        """Its version, to be compared with others."""
        return Version.parse(self.record.version)

    @property
    def tables(self) -> Path:
        """Its folder of Parquet."""
        return self.folder / PARQUET


class Listed(msgspec.Struct, kw_only=True):
    """What the list of releases says of one.

    Attributes:
        version: Its version.
        date: The day of it, as `Record.released`.
        previous: The release before it.
        source: Where its letters came from.
        path: Its folder, beside the list.
        row_counts: How many rows each table has.
        sha256sums: The SHA-256 of its file of checksums.
        files: Its files: `path`, `bytes` and `sha256` of each.
        address: Where its files can be had elsewhere: the address of one is this, followed by its
            `asset_name`. A release that has one need not lie here, if a newer one does.
    """

    version: str
    date: date
    previous: str | None
    source: str
    path: str = ""
    row_counts: dict[str, int]
    sha256sums: str
    files: list[dict[str, str | int]] = []
    address: str | None = None


class ReleaseList(msgspec.Struct):
    """The list of releases, as `releases.json` has it: the newest first.

    Attributes:
        name: What files of the whole dataset are called.
        latest: The newest version.
        releases: All of them.
    """

    name: str
    latest: str | None
    releases: list[Listed]


class ReleaseStore:
    """The releases of a folder that states are published in."""

    def __init__(self, out: Path) -> None:
        """Take the folder of a run; there need be no release in it."""
        self.out = out
        self.folder = out / "releases"
        self._copy = copy_of(out)
        if self._copy is not None:
            from assets.release import stored_releases

            stored_releases.bring_list(self._copy)

    def releases(self) -> tuple[Release, ...]:
        """All releases, the oldest version first.

        Raises:
            ReleaseError: If a release does not say what it is.
        """
        for version in self._versions():
            self._bring(version)
        found = [read_release(path) for path in release_folders(self.folder)]
        return tuple(sorted(found, key=_version))

    def refuse_if_any_is_lost(self) -> None:
        """Refuse to go on where a release was listed and is gone: its number may be in use.

        Raises:
            ReleaseError: If there is such a one, or the list cannot be read.
        """
        there = set(self._versions())
        newest = max(map(Version.parse, there), default=None)
        lost = [
            version
            for version, entry in (read_list(self.folder) or {}).items()
            if version not in there
            and not (entry.address and newest and newest > Version.parse(version))
        ]
        if lost:
            raise ReleaseError(
                f"{self.folder / LIST_FILE} lists {', '.join(lost)}, which is not there, and a "
                f"number that was given out is never given to other tables: {LOST_REMEDY}."
            )

    def latest(self) -> Release | None:
        """The newest release; `None` if there is none."""
        if self._copy is not None:  # one is brought, and not all
            versions = self._versions()
            return self.find(versions[-1]) if versions else None
        releases = self.releases()
        return releases[-1] if releases else None

    def find(self, name: str | None = None) -> Release:
        """The release of a name.

        Args:
            name: A version, `latest`, or the path of a release's folder; `None` is the newest.

        Raises:
            ReleaseError: If there is none.
        """
        if name in (None, LATEST):
            newest = self.latest()
            if newest is None:
                raise ReleaseError(
                    f"There is no release in {named(self.out)}. Make one with `ofsted-letters "
                    "release`, or say with --out where releases are."
                )
            return newest
        assert name is not None, "None is the newest, found above"
        self._bring(name)
        if Version.is_valid(name) and (self.folder / name).is_dir():
            return read_release(self.folder / name)
        if name.strip() and (Path(name) / RECORD_FILE).is_file():
            return read_release(Path(name))
        versions = self._versions()
        raise ReleaseError(
            f"There is no release {_named(name)}. {_proposed(name, versions)}{self._there_are()}"
        )

    def tables_and_info(self, name: str | None) -> tuple[Path, ReleaseInfo | None]:
        """Tables to look something up in, with the release that they are to be cited by.

        Args:
            name: A release, as for `find`; `None` is what is published now, which need not have
                been released, or else the newest release.

        Raises:
            ReleaseError: If there are none.
        """
        state = states.current(self.out)
        if name is not None or state is None:
            release = self.find(name)
            return release.tables, release.record.info
        newest = self.latest()
        is_released = newest is not None and newest.record.state_id == state.state_id
        return state.parquet, newest.record.info if newest and is_released else None

    def tables(self, name: str) -> Path:
        """The folder of Parquet tables that a person means.

        Args:
            name: A version; `latest`; `current` for what is published now, `previous` for what was
                published before it; the id of a state; or a folder: of a release, of a run, or of
                Parquet files.

        Raises:
            ReleaseError: If there are no tables of that name.
        """
        if name == LATEST or Version.is_valid(name):
            return self.find(name).tables
        if name in (CURRENT, PREVIOUS):
            folders = [self._state(name)]
        else:
            # An empty name, as of a variable that is not set, would be the folder one is in.
            folders = [states.folder_of(self.out, name), Path(name)] if name.strip() else []
        for folder in folders:
            for tables in (folder / PARQUET, folder):
                if table_path(tables, "visits").is_file():
                    return tables
        ids = [path.name for path in sorted((self.out / states.STATES).glob("[!.]*"))]
        versions = self._versions()
        raise ReleaseError(
            f"{_named(name)} is no release, no published state and no folder of tables. "
            f"{_proposed(name, [*versions, *ids])}{self._there_are()}"
        )

    def _state(self, name: str) -> Path:
        """The folder of the state that is published now, or was before."""
        state = states.current(self.out)
        if state is None:
            raise ReleaseError(
                f"Nothing is published in {named(self.out)}. Run `ofsted-letters run` first, or "
                "give --out."
            )
        if name == CURRENT:
            return state.folder
        if state.previous_id is None:
            raise ReleaseError(
                f"There is no {PREVIOUS}: what is published in {named(self.out)} is the first."
            )
        return states.folder_of(self.out, state.previous_id)

    def start_draft(self, version: str) -> Path:
        """An empty folder for a release in the making; what a killed one left is cleared.

        Raises:
            ReleaseError: If a release in the store is not whole, so that it could not be listed.
            PublishError: If something stands where the link to the newest belongs.
            NotOursError: If the folder is not one that runs write to.
        """
        self.listing()
        claim(self.out)
        states.check_ours(self.folder / LATEST)
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob(f"{_NEW}[0-9]*"):  # a release in the making
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        folder = self.folder / f"{_NEW}{version}"
        folder.mkdir()
        return folder

    def publish(self, made: Path, version: str) -> Release:
        """Put a release that is whole in its place, and lead `latest` to the newest.

        Raises:
            ReleaseError: If there is something in its place.
        """
        place = self.folder / version
        if place.exists():
            raise ReleaseError(f"{place} is there already, and a release is never changed.")
        for path in (*sorted(made.rglob("*")), made):
            if path.is_file():
                path.chmod(_READ_ONLY)
            states.sync(path)
        made.rename(place)
        self.write_index()
        return read_release(place)

    def write_index(self, addresses: Mapping[str, str] = MappingProxyType({})) -> None:
        """Make the list, and the link to the newest, say what is there.

        Args:
            addresses: Where releases can be had elsewhere, beside what the list says.
        """
        index = self.listing(addresses)
        if index.latest is None:
            return
        new = self.folder / f"{_NEW}{LIST_FILE}"
        new.write_bytes(json_of(index))
        states.sync(new)
        new.replace(self.folder / LIST_FILE)
        states.replace_link(self.folder / LATEST, index.latest)
        states.sync(self.folder)
        if self._copy is not None:
            from assets.release import stored_releases

            stored_releases.push(self._copy, index)

    def listing(self, addresses: Mapping[str, str] = MappingProxyType({})) -> ReleaseList:
        """The list of all releases: of those here, and of those whose files are elsewhere.

        Args:
            addresses: Where releases can be had elsewhere, beside what the list says.

        Raises:
            ReleaseError: If the list cannot be read, or a release in the store is not whole.
        """
        releases = sorted(map(read_release, release_folders(self.folder)), key=_version)
        before = (read_list(self.folder) or {}).values()
        known = {entry.version: entry.address for entry in before if entry.address}
        known |= addresses
        in_store = self._copy is not None
        entries = {entry.version: entry for entry in before if entry.address or in_store}
        for entry in entries.values():
            entry.path = entry.path if in_store else ""
        entries |= {release.record.version: _listed(release) for release in releases}
        for entry in entries.values():
            entry.address = known.get(entry.version)
        newest = releases[-1].record if releases else None
        return ReleaseList(
            newest.info.file_stem if newest else NAME,
            newest.version if newest else None,
            sorted(entries.values(), key=lambda one: Version.parse(one.version), reverse=True),
        )

    def _there_are(self) -> str:
        versions, where = self._versions(), self.folder
        if not versions:
            return f"{where} holds none; `ofsted-letters release` makes one."
        return f"{where} holds {', '.join(versions)}."

    def _versions(self) -> list[str]:
        """The versions that there are, the oldest first."""
        names = {path.name for path in release_folders(self.folder)}
        if self._copy is not None:
            from assets.release import stored_releases

            names |= set(map(str, stored_releases.versions(self._copy)))
        return sorted(names, key=Version.parse)

    def _bring(self, version: str) -> None:
        """Have a release of a store lie in its working copy."""
        if self._copy is not None:
            from assets.release import stored_releases

            stored_releases.bring(self._copy, version)


def _version(release: Release) -> Version:
    return release.version


def _named(name: str) -> str:
    """A name that can be seen in a sentence, though it be empty."""
    return name if name.strip() else f"“{name}”"


def _proposed(name: str, known: Iterable[str]) -> str:
    """The question whether one of the known names was meant, if what was given begins it."""
    begun = name.strip().lower().removeprefix("v")
    meant = [one for one in known if begun and one.startswith(begun)]
    return f"Was it {' or '.join(meant)}? " if meant else ""


@contextmanager
def reading(*folders: Path) -> Iterator[None]:
    """Tell a fault of the tables that are read meanwhile as what it is.

    Args:
        folders: Where they are.

    Raises:
        ReleaseError: If a table is missing, or cannot be read.
    """
    import duckdb

    try:
        yield
    except (OSError, duckdb.Error) as error:
        where = " or ".join(map(str, folders))
        problem = str(error).partition("\n")[0].rstrip(".")
        raise ReleaseError(
            f"The tables in {where} cannot be read: {problem}. `ofsted-letters verify` says what "
            "is wrong with a release; take it from a copy."
        ) from error


def release_folders(store: Path) -> tuple[Path, ...]:
    """The folders of all releases in a folder; none if there is no such folder."""
    if not store.is_dir():
        return ()
    return tuple(
        path
        for path in store.iterdir()
        if path.is_dir() and not path.is_symlink() and Version.is_valid(path.name)
    )


def read_list(store: Path) -> Mapping[str, Listed] | None:
    """What the list in a folder of releases says of each version; `None` if there is no list.

    Raises:
        ReleaseError: If it is there and cannot be read.
    """
    path = store / LIST_FILE
    try:
        listed = msgspec.json.decode(path.read_bytes(), type=ReleaseList)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise ReleaseError(
            f"{path} cannot be read ({error}). Take it from a copy; or delete it, and "
            "`ofsted-letters release` makes it anew."
        ) from error
    return {entry.version: entry for entry in listed.releases}


def read_release(folder: Path) -> Release:
    """Read what a release says of itself.

    Raises:
        ReleaseError: If it does not, or holds links or pipes: a release may be anybody's, and what
            lies outside it is not read.
    """
    for path in folder.rglob("*"):
        if not stat.S_ISREG(mode := path.lstat().st_mode) and not stat.S_ISDIR(mode):
            raise ReleaseError(f"{path} is no file with content, as all files of a release are.")
    path = folder / RECORD_FILE
    try:
        return Release(folder, msgspec.json.decode(path.read_bytes(), type=Record))
    except (OSError, msgspec.DecodeError) as error:
        raise ReleaseError(
            f"{path} does not say what release this is ({error}). "
            "If the folder was not made by `ofsted-letters release`, move it away; "
            "if it was, take it from a copy."
        ) from error


def write_record(folder: Path, record: Record) -> None:
    """Write what a release says of itself."""
    (folder / RECORD_FILE).write_bytes(json_of(record))


def _listed(release: Release) -> Listed:
    """What the list says of a release.

    Raises:
        ReleaseError: If the release is not whole.
    """
    record, checksums = release.record, release.folder / CHECKSUMS_FILE
    try:
        files: list[dict[str, str | int]] = [
            {"path": path, "bytes": (release.folder / path).stat().st_size, "sha256": sha256}
            for path, sha256 in read_checksums(checksums).items()
        ]
        return Listed(
            version=record.version,
            date=record.released,
            previous=record.previous,
            source=record.source,
            path=record.version,
            row_counts=record.row_counts,
            sha256sums=file_sha256(checksums),
            files=files,
        )
    except OSError as error:
        raise ReleaseError(
            f"{error.filename} is missing, though it belongs to a release, and a release is never "
            "changed. Take it from a copy, or move that release away."
        ) from error
    except ChecksumsError as error:
        raise ReleaseError(f"{error} Take the release from a copy, or move it away.") from error


def asset_name(path: str) -> str:
    """A file's name where there are no folders, as in a release on GitHub or at Zenodo."""
    return path.replace("/", "--")
