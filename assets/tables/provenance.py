"""What tables were made from, and what there is to tell of them.

Here belongs the record of both. It is written beside the candidate tables by what makes them, and
goes with them into the published state: whoever asks later what a state was made from is not told
what the archive or the code is by then.
"""

import hashlib
import re
from collections import Counter
from importlib.metadata import requires, version
from pathlib import Path

import msgspec

from assets.letters.archive import Archive
from assets.letters.source import Source
from assets.letters.sources import SAMPLE
from assets.model import Rejection, Signal
from assets.running.stages import CODE_AND_TABLES
from warehouse.files import replace_file
from warehouse.states import State

_ROOT = Path(__file__).parents[2]
_ROOMS = ("assets", "expectations", "warehouse")
_SUFFIXES = CODE_AND_TABLES | {".sql"}
#: The table whose event tells of all of them.
TOLD_WITH = "letters"


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """A file in quarantine.

    Attributes:
        file_name: Its name at the source.
        title: How a person knows it.
        rejection: Where it stopped, and why.
    """

    file_name: str
    title: str
    rejection: Rejection


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to tell of tables.

    Attributes:
        row_counts: Rows a table.
        letters_by_status: Files by what became of them.
        quarantine: The files in quarantine.
        signals: What was never met before or does not agree, and the files it is about.
        corrections_by_status: Corrections of these letters by what became of them.
    """

    row_counts: dict[str, int] = {}
    letters_by_status: dict[str, int] = {}
    quarantine: tuple[Quarantined, ...] = ()
    signals: tuple[tuple[Signal, tuple[str, ...]], ...] = ()
    corrections_by_status: dict[str, int] = {}


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """The record that lies with tables.

    Attributes:
        source: The kind of source that their letters came from.
        inputs: A checksum over all that they were made from.
        told: What there is to tell of them.
        is_settled: Whether another run on the same would make the same; not where a fault may pass.
    """

    source: str
    inputs: str
    told: Told
    is_settled: bool = True


def candidate_provenance(candidate: Path) -> Provenance | None:
    """The record of the candidate tables; `None` if they are not whole."""
    try:
        return msgspec.json.decode(_path(candidate).read_bytes(), type=Provenance)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def keep_provenance(candidate: Path, provenance: Provenance | None) -> None:
    """Keep the record of the candidate tables, or drop it before they are made anew."""
    if provenance is None:
        _path(candidate).unlink(missing_ok=True)
    else:
        replace_file(_path(candidate), msgspec.json.encode(provenance))


def state_provenance(state: State | None) -> Provenance | None:
    """The record of a published state; `None` if another version of the program wrote it."""
    try:
        return msgspec.convert(state.meta, Provenance) if state else None
    except msgspec.ValidationError:
        return None


def inputs_fingerprint(archive: Archive, source: Source) -> str:
    """A checksum over letters, code and tables of rules.

    It is another one if anything is another that could change a table or a verdict. A run whose
    inputs are those of the published state has nothing to do.
    """
    whole = hashlib.sha256(archive.fingerprint().encode())
    if source.authorities is not None:
        whole.update(source.authorities.read_bytes())
    for distribution in sorted(requires("ofsted-letters") or ()):
        if "extra ==" not in distribution:  # what is asked of Dagster's pages changes no table
            name = re.split(r"[^A-Za-z0-9._-]", distribution)[0]
            whole.update(f"{name} {version(name)}\n".encode())
    for room in _ROOMS:
        for path in sorted((_ROOT / room).rglob("*")):
            # The sample's letters are in the archive's checksum, where they are the source.
            if path.suffix in _SUFFIXES and SAMPLE not in path.parents:
                whole.update(f"{path.relative_to(_ROOT)}\n".encode() + path.read_bytes())
    return whole.hexdigest()


def nothing_usable(told: Told) -> str:
    """Why a run without a single visit has failed."""
    reasons = Counter(file.rejection.reason_code for file in told.quarantine).most_common()
    became = ", ".join(f"{count} {status}" for status, count in told.letters_by_status.items())
    why = ", ".join(f"{count} {reason}" for reason, count in reasons)
    found = f"Not one letter can be published: {became or 'none is in the archive'}."
    return f"{found} In quarantine: {why}; the table `quarantine` says more." if why else found


def _path(candidate: Path) -> Path:
    return candidate.with_name("provenance.json")
