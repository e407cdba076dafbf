"""A checksum over all that a run's tables are made from: letters, code and tables of rules.

Here belongs only that. A run whose inputs are those of the published state has nothing to do.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path

from assets.letters.archive import Archive
from assets.letters.source import Source
from assets.letters.sources import SAMPLE

_ROOT = Path(__file__).parent.parent
_ROOMS = ("assets", "expectations", "warehouse")
_SUFFIXES = frozenset({".py", ".csv", ".json", ".sql", ".toml"})
_LIBRARIES = (
    "duckdb",
    "great_expectations",
    "msgspec",
    "pikepdf",
    "polars",
    "pyarrow",
    "pypdfium2",
    "python-slugify",
    "rapidfuzz",
)


def inputs_fingerprint(archive: Archive, source: Source) -> str:
    """The checksum; another one if anything is another that could change a table or a verdict."""
    whole = hashlib.sha256(archive.fingerprint().encode())
    if source.authorities is not None:
        whole.update(source.authorities.read_bytes())
    for library in _LIBRARIES:
        whole.update(f"{library} {version(library)}\n".encode())
    for room in _ROOMS:
        for path in sorted((_ROOT / room).rglob("*")):
            # The sample's letters are in the archive's checksum, where they are the source.
            if path.suffix in _SUFFIXES and SAMPLE not in path.parents:
                whole.update(f"{path.relative_to(_ROOT)}\n".encode() + path.read_bytes())
    return whole.hexdigest()
