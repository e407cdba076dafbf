"""`manifest.csv` of a folder: what is claimed of each file, as far as it can be made out.

Here belongs the reading of that table and the report of what is wrong in it. A wrong value is
reported and left out; it never costs a letter. Whether a claim agrees with the letter's own words
is not asked here.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import msgspec

from assets.letters.inside import open_inside
from assets.letters.source import FetchError
from assets.model import Listing, Signal
from warehouse.schema import SCHEMA
from warehouse.shown import shown


def _digits(text: str) -> str:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return text


def _urn(text: str) -> str:
    if not re.fullmatch(SCHEMA["letters"].column("ofsted_urn").pattern or "", text):
        raise ValueError(text)
    return text


def _checksum(text: str) -> str:
    if len(bytes.fromhex(text)) != 32:
        raise ValueError(text)
    return text.lower()


#: Column of the manifest -> field of `Listing`, and how its value is made out.
_FACTS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "kind": ("listed_kind", shown),
    "urn": ("ofsted_urn", _urn),
    "listed_name": ("authority_name", shown),
    "link_text": ("link_text", shown),
    "published": ("published_date", date.fromisoformat),
    "sha256": ("listed_sha256", _checksum),
}
_COLUMNS = frozenset({"file", "bytes", *_FACTS})
_LONGEST = 60  # characters of a value that is told
_TOLD = 100  # so many of what is wrong in one way: a report of each run is kept


@dataclass(frozen=True, slots=True)
class FolderManifest:
    """What a folder's manifest says.

    Attributes:
        facts: For each file, the fields of its `Listing` that are claimed.
        byte_counts: For each file, the size that is claimed.
        exists: Whether there is one that could be read.
        faults: What is wrong in the table itself.
    """

    facts: Mapping[str, Mapping[str, object]]
    byte_counts: Mapping[str, int]
    exists: bool
    faults: tuple[Signal, ...]

    @classmethod
    def read(cls, path: Path) -> "FolderManifest":
        """Read the table; a folder without one has nothing to say, and that is no fault."""
        try:
            with open_inside(path.parent, path) as file:
                decoded = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
                reader = csv.DictReader(decoded)
                rows = list(reader)
                columns = reader.fieldnames or ()
        except FileNotFoundError:
            return cls({}, {}, False, ())
        except UnicodeDecodeError:
            return cls({}, {}, False, (Signal("manifest_unreadable", f"{path.name}: no UTF-8"),))
        except (OSError, FetchError, csv.Error) as error:
            fault = Signal("manifest_unreadable", f"{path.name}: {error}")
            return cls({}, {}, False, (fault,))
        if "file" not in columns:
            fault = Signal("manifest_unreadable", f"{path.name}: it has no column named file")
            return cls({}, {}, False, (fault,))
        faults = [
            Signal("manifest_column_never_met", _short(name))
            for name in columns
            if name not in _COLUMNS
        ]
        facts: dict[str, dict[str, object]] = {}
        byte_counts: dict[str, int] = {}
        for row in rows:
            name = published_name((row["file"] or "").strip().removeprefix("./"))
            if name in facts:
                faults.append(Signal("manifest_row_twice", name))
                continue
            if None in row:  # more cells than columns: a comma in a name without quotes, say
                faults.append(Signal("manifest_row_too_long", name))
            facts[name] = {}
            for column in _COLUMNS.intersection(columns) - {"file"}:
                text = (row[column] or "").strip()
                if not text:
                    continue
                try:
                    if column == "bytes":
                        byte_counts[name] = int(_digits(text))
                    else:
                        field, make = _FACTS[column]
                        facts[name][field] = make(text)
                except ValueError:
                    detail = f"{column} is '{_short(text)}' for {name}"
                    faults.append(Signal("manifest_value_unreadable", detail))
        return cls(facts, byte_counts, True, tuple(_limited(sorted(faults))))

    def listing(self, bare: Listing) -> Listing:
        """The listing of a file, with what is claimed of it."""
        return msgspec.structs.replace(bare, **self.facts.get(bare.file_name, {}))

    def signals(self, names: Collection[str], sizes: Mapping[str, int]) -> tuple[Signal, ...]:
        """What is wrong in the table, and where it does not agree with the files there are.

        Args:
            names: The files there are.
            sizes: The size of each that could be looked at, in bytes.
        """
        if not self.exists:
            return self.faults
        absent = [
            Signal("manifest_row_without_file", name) for name in self.facts if name not in names
        ]
        unlisted = [
            Signal("file_not_in_manifest", name) for name in names if name not in self.facts
        ]
        differing = [
            Signal("manifest_bytes_differ", f"{claimed} claimed, {sizes[name]} found for {name}")
            for name, claimed in self.byte_counts.items()
            if name in sizes and sizes[name] != claimed
        ]
        return (*self.faults, *_limited(absent), *unlisted, *differing)


def published_name(raw: str) -> str:
    """A file's name as the tables have it: composed (NFC), with all that cannot be seen in it."""
    whole = raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return shown(unicodedata.normalize("NFC", whole))


def _limited(signals: Iterable[Signal]) -> Iterator[Signal]:
    """The first of each code, and how many more there are; they come in the order of codes."""
    for code, group in groupby(signals, key=lambda signal: signal.code):
        of_code = list(group)
        yield from of_code[:_TOLD]
        if len(of_code) > _TOLD:
            yield Signal(code, f"and {len(of_code) - _TOLD} more")


def _short(text: str) -> str:
    return shown(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
