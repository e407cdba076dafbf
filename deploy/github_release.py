#!/usr/bin/env python3
"""Keeps what runs of github-actions.yaml need, and publishes versions: in releases on GitHub.

    github_release.py restore OUT   fetch the newest archive and the last two versions into OUT
    github_release.py keep OUT      upload the archive of OUT under a new name, then delete old ones
    github_release.py publish OUT   make a release on GitHub of every version in OUT that has none

The archive lies in the release `data`, a version in `data-<version>`; RELEASE gives another name
than `data`. gh finds the repository and the right to write to it in GH_REPO and GH_TOKEN. It is run
by the Python that the program is installed in.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

from semver import Version

from assets.release.checksums import CHECKSUMS_FILE, ChecksumsError, read_checksums
from assets.release.store import (
    LIST_FILE,
    Listed,
    Release,
    ReleaseError,
    ReleaseStore,
    asset_name,
    read_list,
)
from warehouse.files import file_sha256

RELEASE = os.environ.get("RELEASE", "data")
COPIES_KEPT = 3
#: The newest, which the next one builds on, and the one before, which stays on the site.
VERSIONS_RESTORED = 2
#: GitHub takes no file of this size or more in a release.
TOO_LARGE = 2 * 1024**3
_ARCHIVE = re.compile(r"archive-\d{8}T\d{6}Z\.tar")


def fail(*lines: str) -> NoReturn:
    """Say what is wrong, and end."""
    raise SystemExit("\n".join(lines))


def gh(*arguments: object, otherwise: str) -> str:
    """What `gh release` says; where it fails, the end, with what that means."""
    done = subprocess.run(
        ["gh", "release", *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        fail(otherwise)
    return done.stdout


def on_github() -> Mapping[str, bool]:
    """All releases by name, and whether each is a draft. Not to be told is not to have none."""
    listed = gh(
        *("list", "--limit", "1000", "--json", "tagName,isDraft"),
        otherwise="GitHub does not say which releases there are, so nothing was done. Try later.",
    )
    return {one["tagName"]: one["isDraft"] for one in json.loads(listed)}


def files_of(release: str) -> Mapping[str, int]:
    """The files of a release that were uploaded whole, in the order of names, with their bytes."""
    told: dict[str, Any] = json.loads(
        gh(
            *("view", release, "--json", "assets"),
            otherwise=f'The files of the release "{release}" cannot be listed. Try again later.',
        )
    )
    whole = [one for one in told["assets"] if one["state"] == "uploaded"]
    return {one["name"]: one["size"] for one in sorted(whole, key=lambda one: one["name"])}


def restore(out: Path, temporary: Path) -> None:
    """Fetch what an empty machine needs: the archive, the list of releases, the last of them."""
    for name in ("archive", "releases"):
        if (out / name).exists():
            fail(f"There is {out / name} already. Restore into an empty folder.")
    there = on_github()
    if RELEASE not in there:
        if versions := [tag for tag in there if tag.startswith(f"{RELEASE}-")]:
            fail(f'There is {versions[0]} and no release "{RELEASE}" with the archive.')
        print(f'There is no release "{RELEASE}" yet: this is the first run.')
        return
    fetched = temporary / "restored"
    fetched.mkdir()
    restore_archive(fetched, temporary)
    restore_versions(fetched, temporary, there)
    out.mkdir(parents=True, exist_ok=True)
    for path in fetched.iterdir():
        shutil.move(path, out / path.name)


def restore_archive(out: Path, temporary: Path) -> None:
    """Fetch the newest archive."""
    archives = {name: size for name, size in files_of(RELEASE).items() if _ARCHIVE.fullmatch(name)}
    if not archives:
        fail(
            f'The release "{RELEASE}" has no archive, so what was fetched before would be fetched',
            "again, and what Ofsted has withdrawn would be lost. If you have a copy, upload it:",
            f"gh release upload {RELEASE} archive-20260101T000000Z.tar",
            "If there has never been one, delete the release; the next run then starts anew.",
        )
    name, size = [*archives.items()][-1]
    file = download(RELEASE, temporary, name)
    if file.stat().st_size != size:
        fail(f"{name} came with {file.stat().st_size} bytes; it has {size}. Try again later.")
    try:
        with tarfile.open(file) as tar:
            tar.extractall(out, filter="data")
    except tarfile.TarError:
        pass  # told below, as what is no archive of ours is
    if not (out / "archive" / "manifest.jsonl").is_file():
        fail(
            f'{name} is no archive that can be used. Delete it from the release "{RELEASE}":',
            "the one before it is then taken.",
        )
    print(f"Restored {name} ({size} bytes).")


def restore_versions(out: Path, temporary: Path, there: Mapping[str, bool]) -> None:
    """Fetch the list of releases and the newest of them; of earlier ones the entry will do."""
    released = sorted(
        Version.parse(tag.removeprefix(f"{RELEASE}-"))
        for tag, is_draft in there.items()
        if not is_draft and Version.is_valid(tag.removeprefix(f"{RELEASE}-"))
    )
    if not released:
        return
    store = ReleaseStore(out)
    store.folder.mkdir()
    newest = download(tag_of(str(released[-1])), temporary)
    if (newest / LIST_FILE).is_file():
        shutil.copy(newest / LIST_FILE, store.folder / LIST_FILE)
    listed = read_list(store.folder) or {}
    for version in map(str, released[-VERSIONS_RESTORED:]):
        if version not in listed:
            fail(f"{tag_of(version)} is not a release of this program's. Delete it, or rename it.")
        flat = newest if version == str(released[-1]) else download(tag_of(version), temporary)
        put_back(listed[version], flat, store.folder / version)
        print(f"Restored release {version}.")
    store.write_index()


def put_back(entry: Listed, flat: Path, folder: Path) -> None:
    """Make a release's folder of its files on GitHub, whose names have no folders."""
    folder.mkdir()
    sums = folder / CHECKSUMS_FILE
    lines = [f"{file['sha256']}  {file['path']}\n" for file in entry.files]
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")
    if file_sha256(sums) != entry.sha256sums:
        fail(f"Release {entry.version} is not as it was released: its list of files is another.")
    for path, sha256 in read_checksums(sums).items():  # which names nothing outside the folder
        source, place = flat / asset_name(path), folder / path
        if not source.is_file() or file_sha256(source) != sha256:
            fail(f"{source.name} of release {entry.version} is not on GitHub as it was released.")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, place)


def download(release: str, temporary: Path, name: str | None = None) -> Path:
    """Fetch a file of a release, or all of them into a folder."""
    folder = temporary / release
    folder.mkdir(exist_ok=True)
    gh(
        *("download", release, "--dir", folder, *(("--pattern", name) if name else ())),
        otherwise=f'{name or "What is"} in the release "{release}" cannot be fetched. Try later.',
    )
    return folder / name if name else folder


def keep(out: Path, temporary: Path) -> None:
    """Upload the archive; when it is there, delete all but the newest few."""
    if not (out / "archive" / "manifest.jsonl").is_file():
        print(f"Nothing has been archived in {out}, so there is nothing to keep.")
        return
    name = f"archive-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
    with tarfile.open(temporary / name, "w") as tar:
        for part in ("archive", "reports"):
            if (out / part).is_dir():
                tar.add(out / part, part)
    size = (temporary / name).stat().st_size
    if size >= TOO_LARGE:
        fail(
            f"The archive has grown to {size} bytes, and GitHub takes less than {TOO_LARGE} in one",
            "file. It was not kept. Keep it elsewhere: docs/operating.md, under GitHub Actions.",
        )
    refused = f"{name} could not be uploaded. The older archives were not deleted."
    if RELEASE in on_github():
        gh("upload", RELEASE, temporary / name, otherwise=refused)
    else:
        # With the first archive in one command: gh makes the release public when the file is there.
        gh(
            *("create", RELEASE, temporary / name, "--latest=false", "--title", "Archive"),
            *("--notes", "Every file that was ever fetched; the next run starts from it."),
            otherwise=refused,
        )
    there = files_of(RELEASE)
    if there.get(name) != size:
        fail(f"{name} is not listed whole by GitHub. The older archives were not deleted.")
    print(f"Kept {name} ({size} bytes).")
    for old in [old for old in there if _ARCHIVE.fullmatch(old)][:-COPIES_KEPT]:
        gh("delete-asset", RELEASE, old, "--yes", otherwise=f"{old} could not be deleted.")
        print(f"Deleted {old}.")


def publish(out: Path, temporary: Path) -> None:
    """Make a release on GitHub of every version that has none yet, the oldest first.

    Nobody sees it before its files are there. One that was cut off is made anew: what would be a
    version's files is told by nothing but that its release is public.
    """
    store, there = ReleaseStore(out), on_github()
    for release in store.releases():
        tag = tag_of(release.record.version)
        if there.get(tag) is False:
            continue
        if tag in there:
            gh("delete", tag, "--yes", otherwise=f"The draft {tag} cannot be deleted. Try later.")
        store.write_index({release.record.version: address_of(tag)})
        files = flattened(release, store, temporary / tag)
        info = release.record.info
        gh(
            *("create", tag, *files, "--draft", "--title", f"{info.title} {info.version}"),
            *("--notes", f"{info.summary}\n\n{info.citation}\n\n{info.attribution}"),
            otherwise=f"Release {info.version} could not be uploaded. The next run tries again.",
        )
        if files_of(tag) != {path.name: path.stat().st_size for path in files}:
            fail(f"Release {info.version} is not listed whole by GitHub. The next run tries again.")
        gh("edit", tag, "--draft=false", "--latest", otherwise=f"{tag} could not be made public.")
        print(f"Published release {info.version}.")


def flattened(release: Release, store: ReleaseStore, to: Path) -> list[Path]:
    """A release's files under names without folders, with their checksums and the list of all."""
    to.mkdir()
    sums = read_checksums(release.folder / CHECKSUMS_FILE)
    for path in sums:
        (to / asset_name(path)).symlink_to((release.folder / path).resolve())
    lines = [f"{sha256}  {asset_name(path)}\n" for path, sha256 in sums.items()]
    (to / CHECKSUMS_FILE).write_text("".join(lines), encoding="utf-8", newline="\n")
    shutil.copy(store.folder / LIST_FILE, to / LIST_FILE)
    return sorted(to.iterdir())


def tag_of(version: str) -> str:
    """The release on GitHub that holds a version."""
    return f"{RELEASE}-{version}"


def address_of(tag: str) -> str:
    """What the addresses of a release's files begin with."""
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
    return f"{server}/{os.environ['GH_REPO']}/releases/download/{tag}/"


STEPS = {"restore": restore, "keep": keep, "publish": publish}


def main(arguments: list[str]) -> None:
    """Do a step."""
    if len(arguments) != 2 or arguments[0] not in STEPS:
        print(__doc__, file=sys.stderr)
        raise SystemExit(2)
    with TemporaryDirectory() as temporary:
        try:
            STEPS[arguments[0]](Path(arguments[1]), Path(temporary))
        except (ReleaseError, ChecksumsError) as error:
            fail(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
