"""Checksums of a release's files, as `sha256sum` of coreutils writes and checks them.

Here belongs the file SHA256SUMS, and the checksum over what is packed in a file. Whether a checksum
still holds is the business of whoever verifies a release.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from warehouse.files import file_sha256

CHECKSUMS_FILE = "SHA256SUMS"
# Two spaces: the bytes as they are; ` *` says the same where text and binary files differ.
_LINE = re.compile(r"(?P<sha256>[0-9a-f]{64}) [ *](?P<path>.+)")
#: What reading a ZIP archive may raise: where it is none, cut short, changed or encrypted.
ARCHIVE_ERRORS = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
_REMEDY = "Take the file from a copy of the release, which is never changed."


class ChecksumsError(Exception):
    """A file of checksums is not one; the message says which line and what would help."""


def content_sha256(archive: Path) -> str:
    """The SHA-256 over what a ZIP archive holds, however it is packed.

    It is that of the lines which `sha256sum` writes of the archive's files, in the order of names.

    Args:
        archive: The archive, as a workbook is one.

    Raises:
        OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error: It cannot be read, or is no
            ZIP archive, or a damaged one: these are `ARCHIVE_ERRORS`.
    """
    lines = []
    with zipfile.ZipFile(archive) as packed:
        for name in sorted(packed.namelist()):
            with packed.open(name) as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
                lines.append(f"{digest}  {name}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_checksums(release: Path) -> None:
    """Writes the checksums of all other files of a release, in the order of their paths.

    Args:
        release: The release's folder; `sha256sum -c SHA256SUMS` in it checks them.

    Raises:
        ValueError: A file has a name that the form cannot hold as it is.
    """
    paths = sorted(
        path.relative_to(release).as_posix()
        for path in release.rglob("*")
        if path.is_file() and path != release / CHECKSUMS_FILE
    )
    for path in paths:
        # coreutils would escape such a name, and mark the line.
        if re.search(r"[\n\r\\]", path):
            raise ValueError(f"{path!r}: a file of a release has no line break or backslash")
    lines = [f"{file_sha256(release / path)}  {path}\n" for path in paths]
    (release / CHECKSUMS_FILE).write_text("".join(lines), encoding="utf-8", newline="\n")


def read_checksums(path: Path) -> Mapping[str, str]:
    """Reads a file of checksums.

    Args:
        path: The file.

    Returns:
        The SHA-256 of each file, by its path within the release, in the order of the lines.

    Raises:
        OSError: The file cannot be read.
        ChecksumsError: A line is none that `sha256sum` writes, or names a file twice or one
            outside the release; or there is no line at all.
    """
    checksums: dict[str, str] = {}
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ChecksumsError(f"{path} is not UTF-8 ({error}). {_REMEDY}") from error
    if lines[-1] == "":
        lines.pop()
    for number, line in enumerate(lines, start=1):
        if problem := _problem(line, checksums):
            raise ChecksumsError(f"{path}, line {number}: {problem}. {_REMEDY}")
        checksums[line[66:]] = line[:64]
    if not checksums:
        raise ChecksumsError(f"{path} is empty. {_REMEDY}")
    return checksums


def _problem(line: str, before: Mapping[str, str]) -> str | None:
    found = _LINE.fullmatch(line)
    if found is None:
        return (
            "not 64 hexadecimal digits in lower case, two spaces and a path, as `sha256sum` "
            f"writes them: {line[:80]!r}"
        )
    path = found["path"]
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        return f"{path} is not within the release"
    return f"{path} stands there twice" if path in before else None
