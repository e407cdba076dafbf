"""A folder of letters as a source: which files in it count, and how to get each.

Here belongs what is a folder's own, but for its manifest (`folder_manifest`). The sample that ships
with the project is a folder like any other.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.letters.folder_manifest import FolderManifest, published_name
from assets.letters.inside import locate, open_inside
from assets.letters.source import (
    Entry,
    FetchError,
    Inventory,
    Progress,
    Received,
    Sink,
    SourceError,
)
from assets.model import LARGEST_BYTES, Listing, Signal, SourceName
from warehouse.ours import is_marked

LETTER_SUFFIXES = frozenset({".pdf", ".txt", ".md"})

#: Text that travels with a folder and is no letter, whatever its suffix.
COMPANIONS = frozenset({"readme", "licence", "license"})

#: Optional tables at the top of a folder: what is known of each file, and its own authorities.
MANIFEST = "manifest.csv"
AUTHORITIES = "authorities.csv"

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FolderSource:
    """The letters anywhere below a folder.

    Hidden files and folders are passed over, and so are folders that runs write to.

    Attributes:
        folder: The folder.
        name: `sample` for the letters that ship with the project.
        parallel: How many files may be copied at once.
        recheck_share: None: a file's size and time tell of a change.
        traffic: None: there is no site to ask.
    """

    folder: Path
    name: SourceName = "folder"
    parallel: int = 4
    recheck_share: None = None
    traffic: None = None

    @property
    def label(self) -> str:
        """The folder's path, or the sample's name."""
        return "the sample" if self.name == "sample" else str(self.folder)

    @property
    def authorities(self) -> Path | None:
        """The folder's own table of authorities, if it brings one.

        Raises:
            SourceError: If what bears its name lies outside of the folder, or is no file.
        """
        try:
            return locate(self.folder, self.folder / AUTHORITIES)
        except FileNotFoundError:
            return None
        except (OSError, RuntimeError, FetchError) as error:
            raise SourceError(f"{self.folder / AUTHORITIES} cannot be used: {error}") from error

    def check(self) -> None:
        """Say whether the folder is one and has letters.

        Raises:
            SourceError: As `look` does.
        """
        self.list_files()

    def list_files(
        self, before: Sequence[Listing] = (), progress: Progress = lambda done, total: None
    ) -> Inventory:
        """List the letters below the folder, with what its manifest says of them.

        Raises:
            SourceError: If there is no such folder, it cannot be read, or holds no letter.
        """
        signals: list[Signal] = []
        ignored: Counter[str] = Counter()
        letters: dict[str, Path] = {}
        for path in _files_below(self.folder, signals):
            raw_name = path.relative_to(self.folder).as_posix()
            if _is_letter(path):
                letters[raw_name] = path
            elif raw_name not in (MANIFEST, AUTHORITIES):
                ignored[path.suffix.lower() or path.name] += 1
        found: dict[str, Path] = {}
        # Two spellings of one name in Unicode are two files: the composed one has the name.
        for raw_name in sorted(letters, key=lambda name: (name != published_name(name), name)):
            name = published_name(raw_name)
            found[raw_name if name in found else name] = letters[raw_name]
        if not found:
            raise SourceError(
                f"There are no letters in {self.folder}: no .pdf, .txt or .md file in it or below."
            )
        manifest = FolderManifest.read(self.folder / MANIFEST)
        entries = []
        sizes: dict[str, int] = {}
        for name, path in sorted(found.items()):
            listing = manifest.listing(Listing(source=self.name, file_name=name))
            try:
                status = locate(self.folder, path).lstat()
            except (OSError, RuntimeError, FetchError):
                # A link to nowhere, say: the fetch will say so, and it stays listed.
                entries.append(Entry(listing=listing, stamp="unreadable", locator=str(path)))
                continue
            sizes[name] = status.st_size
            stamp = f"{status.st_size}:{status.st_mtime_ns}"
            entries.append(Entry(listing=listing, stamp=stamp, locator=str(path)))
        signals += manifest.signals(found, sizes)
        return Inventory(entries=tuple(entries), signals=tuple(signals), ignored=dict(ignored))

    def fetch(self, entry: Entry, into: Sink, held: Listing | None = None) -> Received:
        """Copy the file's bytes.

        Raises:
            FetchError: If the file cannot be opened or read, or lies outside of the folder.
        """
        try:
            with open_inside(self.folder, Path(entry.locator)) as file:
                byte_count = 0
                while chunk := file.read(_CHUNK_BYTES):
                    byte_count += len(chunk)
                    if byte_count > LARGEST_BYTES:  # it grows, or never said how large it is
                        raise FetchError("too_large", "It is larger than any letter.")
                    into.write(chunk)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise FetchError("unreadable", f"The file cannot be opened: {reason}.") from error
        return Received()

    def stop(self) -> None:
        """Copying a file waits for nothing."""


def _files_below(folder: Path, signals: list[Signal]) -> Iterator[Path]:
    """Every file below the folder that is not hidden; folders below that cannot be read signal."""
    try:
        with os.scandir(folder):
            pass
    except FileNotFoundError as error:
        raise SourceError(f"There is no folder {folder}.") from error
    except NotADirectoryError as error:
        raise SourceError(
            f"{folder} is a file, not a folder. Give the folder that it lies in."
        ) from error
    except OSError as error:
        raise SourceError(f"The folder {folder} cannot be read: {error.strerror}.") from error

    def report(error: OSError) -> None:
        below = Path(error.filename).relative_to(folder).as_posix()
        signals.append(Signal("folder_unreadable", f"{published_name(below)}: {error.strerror}"))

    for parent, folders, files in os.walk(folder, onerror=report):
        for name in folders:
            if not name.startswith(".") and Path(parent, name).is_symlink():
                below = Path(parent, name).relative_to(folder).as_posix()
                detail = f"{published_name(below)}: a link to a folder, which is not followed"
                signals.append(Signal("folder_unreadable", detail))
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not is_marked(Path(parent, name))
        )
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(parent, name)


def _is_letter(path: Path) -> bool:
    return path.suffix.lower() in LETTER_SUFFIXES and path.stem.lower() not in COMPANIONS
