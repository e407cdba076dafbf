"""What the expectations say of the candidate tables, kept with what it was said of.

Here belongs when a verdict still holds and where it lies. What must be true is written in
`expectations`, and which letters are held back for it is decided beside this module.
"""

import re
import shutil
from collections.abc import Collection
from pathlib import Path

import msgspec

from assets.letters.workspace import Workspace
from expectations.report import ValidationReport
from expectations.suites import suite_fingerprint
from warehouse import parquet, states
from warehouse.files import replace_file

#: Under this name, readers find the Data Docs of the last validation.
QUALITY = "quality"
#: Of a validation's folder; nothing else is cleared away beside them.
_OUR_NAME = re.compile(r"none|[0-9a-f]{16}-[0-9a-f]{8}")


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A report, and what it is about.

    Attributes:
        tables: The fingerprint of the tables.
        suites: The fingerprint of the rules.
        previous: The fingerprint of the tables that were published then.
        report: What was found.
    """

    tables: str
    suites: str
    previous: str | None
    report: ValidationReport


def validated(workspace: Workspace, gone: Collection[str] | None = None) -> ValidationReport:
    """The report on the candidate tables: the one that is kept, if it still holds.

    Args:
        workspace: Where the tables are.
        gone: As for `Validator.validate`.

    Raises:
        FileNotFoundError: If there are no candidate tables.
        ValidatorError: If they could not be validated.
    """
    tables, suites = parquet.fingerprint(workspace.candidate), suite_fingerprint()
    state = states.intact(workspace.out)
    previous = state.fingerprint if state else None
    kept = _read(workspace)
    if (
        kept is not None
        and (kept.tables, kept.suites) == (tables, suites)
        # Tables that are published already were checked against the ones before them.
        and previous in (kept.previous, tables)
    ):
        return kept.report
    folder = workspace.quality / f"{tables[:16]}-{suites[:8]}"
    report = workspace.validator.validate(
        workspace.candidate, state.parquet if state else None, folder, gone
    )
    if not report.is_whole:
        return report
    verdict = Verdict(tables=tables, suites=suites, previous=previous, report=report)
    replace_file(_path(workspace), msgspec.json.encode(verdict))
    _show(workspace, folder)
    return report


def _show(workspace: Workspace, folder: Path) -> None:
    """Let readers find a validation's pages, and clear those of earlier ones away."""
    target = folder.relative_to(workspace.out)
    states.replace_link(workspace.out / QUALITY, target.as_posix())
    for other in workspace.quality.iterdir():
        if _OUR_NAME.fullmatch(other.name) and other.is_dir() and other != folder:
            shutil.rmtree(other)


def _read(workspace: Workspace) -> Verdict | None:
    try:
        return msgspec.json.decode(_path(workspace).read_bytes(), type=Verdict)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _path(workspace: Workspace) -> Path:
    return workspace.quality / "verdict.json"
