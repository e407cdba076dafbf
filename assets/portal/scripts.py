"""The scripts of the portal: modules here, one file a page there.

Here belongs the joining: a page loads one script. The modules of a script are put one after the
other, those that are imported first, and so no two of them may declare the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_IMPORT = re.compile(r'^import \{[^}]*\} from "(?P<path>\./[^"]+|\.\./[^"]+)";\n', re.M)
_EXPORT = re.compile(r"^export (?=(async )?function|const|class)", re.M)


def joined(script: Path) -> str:
    """A script with all that it imports, as one module."""
    return "\n".join(_parts(script.resolve(), set()))


def is_imported(script: Path) -> bool:
    """Whether a script is there for others alone: it offers something."""
    return bool(_EXPORT.search(script.read_text(encoding="utf-8")))


def _parts(script: Path, seen: set[Path]) -> Iterator[str]:
    if script in seen:
        return
    seen.add(script)
    text = script.read_text(encoding="utf-8")
    for found in _IMPORT.finditer(text):
        yield from _parts((script.parent / found["path"]).resolve(), seen)
    yield _EXPORT.sub("", _IMPORT.sub("", text))
