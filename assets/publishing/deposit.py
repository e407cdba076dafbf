"""The newest release becomes a deposit at Zenodo, with a DOI: one a version, all of one concept.

Zenodo itself is the memory: a version that is published there is left alone, and a draft that a
deposit which was cut off left is completed. So nothing has to be kept here.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assets.publishing.settings import PublishingError, PublishingSettings
from assets.publishing.zenodo import Deposit, Zenodo, file_md5
from assets.release.checksums import CHECKSUMS_FILE, read_checksums
from assets.release.descriptions.contents import KEYWORDS
from assets.release.notes import NOTES_FILE
from assets.release.release_info import AUTHOR, SOURCE_URL, ReleaseInfo
from assets.release.store import Release, ReleaseStore
from warehouse.files import json_of, replace_file


@dataclass(frozen=True, slots=True)
class Deposited:
    """What came of depositing.

    Attributes:
        release: The newest release.
        metadata_file: What Zenodo is told of it, beside the releases.
        doi: Its DOI; `None` where there was no token.
        is_new: Whether it was published now.
    """

    release: Release
    metadata_file: Path
    doi: str | None
    is_new: bool


def deposit(out: Path, settings: PublishingSettings) -> Deposited:
    """Deposit the newest release at Zenodo; without a token, only write what it would be told.

    Raises:
        ReleaseError: If there is no release.
        PublishingError: If Zenodo does not take it, or the release is made up and Zenodo is not.
    """
    store = ReleaseStore(out)
    release = store.find()
    info, url = release.record.info, str(settings.zenodo_url)
    metadata = describe(info)
    file = store.folder / f"zenodo-{info.version}.json"
    text = json_of({"metadata": metadata})
    replace_file(file, text)
    if settings.zenodo_token is None:
        return Deposited(release, file, None, is_new=False)
    if info.is_made_up and settings.zenodo_url.host == "zenodo.org":
        raise PublishingError(
            "The sample is made up, and what Zenodo publishes stays for good: try it on "
            "OFSTED_LETTERS_ZENODO_URL=https://sandbox.zenodo.org."
        )
    zenodo = Zenodo(url, settings.zenodo_token.get_secret_value())
    ours = [one for one in zenodo.deposits() if one["metadata"].get("title") == info.title]
    done = [one for one in ours if one["submitted"]]
    for one in done:
        if one["metadata"].get("version") == info.version:
            return Deposited(release, file, one["doi"], is_new=False)
    draft = _draft(zenodo, [one for one in ours if not one["submitted"]], done, metadata)
    with TemporaryDirectory() as temporary:
        _fill(zenodo, draft, _files(release, Path(temporary)))
    zenodo.describe(draft, metadata)
    return Deposited(release, file, zenodo.publish(draft)["doi"], is_new=True)


def describe(info: ReleaseInfo) -> dict[str, Any]:
    """What Zenodo is told of a release, in its own words."""
    return {
        "upload_type": "dataset",
        "title": info.title,
        "creators": [{"name": AUTHOR}],
        "description": f"<p>{escape(info.summary)}</p><p>{escape(info.attribution)}</p>",
        "version": info.version,
        "publication_date": info.released.isoformat(),
        "access_right": "open",
        "license": info.licence.id.lower(),
        "keywords": list(KEYWORDS),
        "language": "eng",
        "related_identifiers": []
        if info.is_made_up
        else [{"identifier": SOURCE_URL, "relation": "isDerivedFrom"}],
    }


def _draft(
    zenodo: Zenodo, drafts: list[Deposit], done: list[Deposit], metadata: dict[str, Any]
) -> Deposit:
    """The draft that was begun, or the next version of what is there, or a first one.

    Raises:
        PublishingError: If more than one was begun: a person has to say which one it is.
    """
    if len(drafts) > 1:
        ids = ", ".join(str(draft["id"]) for draft in drafts)
        raise PublishingError(
            f"Zenodo has {len(drafts)} drafts of that title: {ids}. Discard all but one there."
        )
    if drafts:
        return zenodo.get(drafts[0])
    if done:
        return zenodo.new_version(max(done, key=lambda one: int(one["id"])))
    return zenodo.create(metadata)


def _files(release: Release, temporary: Path) -> dict[str, Path]:
    """What is deposited, by its name there: all in one archive, and what people open first."""
    info, folder = release.record.info, release.folder
    whole = temporary / f"{info.file_stem}-{info.version}.zip"
    day = (info.released.year, info.released.month, info.released.day, 0, 0, 0)
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in (*read_checksums(folder / CHECKSUMS_FILE), CHECKSUMS_FILE):
            # With the release's day, so that the same release gives the same archive.
            member = zipfile.ZipInfo(f"{info.version}/{path}", day)
            member.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(member, (folder / path).read_bytes())
    names = (f"{info.file_stem}.xlsx", NOTES_FILE)
    return {whole.name: whole} | {name: folder / name for name in names}


def _fill(zenodo: Zenodo, draft: Deposit, wanted: dict[str, Path]) -> None:
    """Make a draft hold these files and no others."""
    there = {}
    for file in draft.get("files", ()):
        source = wanted.get(file["filename"])
        if source and file["checksum"].removeprefix("md5:") == file_md5(source):
            there[file["filename"]] = file
        else:
            zenodo.remove_file(draft, file)
    for name, source in wanted.items():
        if name not in there:
            zenodo.put_file(draft, name, source)
