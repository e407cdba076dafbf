"""A release is verified: every check of its files, tables, values, forms and letters is made.

Here belongs which checks there are, and the report of what they found. A check that finds a fault
keeps no other from being made; what could not be looked at is said. What a check looks for is in
the modules of that name: `verify_files`, `verify_rules`, `verify_letters` and others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from assets.proof.letter import QUOTING
from assets.release.store import LIST_FILE, PARQUET
from assets.release.verify import verify_files, verify_forms, verify_tables, verify_values
from assets.release.verify.problems import Check, Problem, ReleaseUnderTest
from assets.release.verify.verify_letters import PRELOAD, TABLES, Frames, check_letters
from assets.release.verify.verify_rules import verify_rules
from assets.running.workers import LocalWorkers
from warehouse.schema_description import has_the_codes_views, tables_of

_NO_ARCHIVE = (
    "the letters: without an archive it is not proven that they are those of the release, and that "
    "its findings and grades stand in them. Name the folder of the archive to have that looked at"
)
_NO_LIST = (
    "the list of releases: there is none beside this one, so nothing but its own word says that "
    "its checksums are those it was made with"
)
_READ_ANEW = (
    "what only reading the letters anew would tell: days, authorities, people, themes, what "
    "findings are judged to be; and the words of pages and descriptions, which their checksums hold"
)
_OTHER_VIEWS = (
    "the views and macros of the DuckDB file: those of this version of the program are others"
)
_WORKBOOK = (
    "the cells of the workbook but for the words of findings: its checksum holds them, and the "
    "tables that they come from were looked at"
)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of verifying a release.

    Attributes:
        release: Its folder.
        checks: The checks that were made.
        not_looked_at: What no check could look at, and why.
        proven: How many findings and grades were held against their letters.
    """

    release: Path
    checks: tuple[Check, ...]
    not_looked_at: tuple[str, ...]
    proven: int

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong, in the order of the checks."""
        return tuple(problem for check in self.checks for problem in check.problems)

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong with what was looked at."""
        return not self.problems

    def lines(self) -> Iterator[str]:
        """The report for a person, line by line."""
        for check in self.checks:
            yield f"{'wrong' if check.problems else 'right'}  {check.name}: {check.rule}"
            for problem in check.problems:
                yield f"       {problem}"
        for what in self.not_looked_at:
            yield f"not looked at: {what}."


#: The checks that need no letters, but for those of the schema and its columns, which come first,
#: and those of the rulebook.
_CHECKS: tuple[Callable[[ReleaseUnderTest], Iterable[Problem]], ...] = (
    verify_files.check_checksums,
    verify_files.check_release_list,
    verify_files.check_record,
    verify_files.check_descriptions,
    verify_files.check_code_texts,
    verify_tables.check_order,
    verify_values.check_made_values,
    verify_forms.check_csv,
    verify_forms.check_database,
    verify_forms.check_workbook,
)


class Letters(NamedTuple):
    """What came of looking at the letters.

    Attributes:
        problems: What is wrong with them; `None` if they could not be looked at.
        not_looked_at: Why not.
    """

    problems: tuple[Problem, ...] | None
    not_looked_at: tuple[str, ...] = ()


@contextmanager
def verify_letters_in_background(
    release: Path, archive: Path | None, *, jobs: int
) -> Iterator[Future[Letters]]:
    """Hold a release against its letters, by other processes, while all else is done.

    Args:
        release: Its folder, in which there need be no more than `schema.json` and Parquet yet.
        archive: The folder of archived files; `None` where there is none.
        jobs: How many processes open letters.
    """
    # Decoders are not for two threads at once: what is to be decoded is, before there are two.
    looked_at = _letters_of(release, archive)
    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(_verify_letters, looked_at, archive, jobs)


def verify(
    release: Path,
    letters: Future[Letters],
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Hold a release against its own checksums, its own schema, itself and its letters.

    Args:
        release: Its folder.
        letters: What `verify_letters_in_background` gave for it.
        progress: Is told how many checks are done, and of how many.
    """
    described, without_schema = verify_files.check_schema(release)
    frames, problems = verify_tables.check_columns(release / PARQUET, tables_of(described))
    on = ReleaseUnderTest(release, described, frames)
    same_views = has_the_codes_views(described)
    to_make = (*_CHECKS, *((verify_forms.check_views,) if same_views else ()))
    checks = [
        _made(verify_files.check_schema, without_schema),
        _made(verify_tables.check_columns, problems),
    ]
    # The rules and the letters are a step each.
    total = len(checks) + len(to_make) + 2
    for check in to_make:
        progress(len(checks), total)
        checks.append(_made(check, check(on)))
    progress(total - 2, total)
    of_rules, not_asked = verify_rules(on)
    checks += of_rules
    progress(total - 1, total)
    seen = letters.result()
    if seen.problems is not None:
        checks.append(_made(check_letters, seen.problems))
    progress(total, total)
    absent = [name for name in on.schema if name not in frames]
    return Report(
        release,
        tuple(checks),
        (
            *seen.not_looked_at,
            *not_asked,
            *(() if same_views else (_OTHER_VIEWS,)),
            *_unchecked(release, absent),
        ),
        sum(frames[name].height for name in QUOTING if name in frames)
        if seen.problems is not None
        else 0,
    )


def _letters_of(release: Path, archive: Path | None) -> Frames | Letters:
    """The tables by which letters are asked; or why they cannot be."""
    if archive is None:
        return Letters(None, (_NO_ARCHIVE,))
    described, _ = verify_files.check_schema(release)
    schema = tables_of(described)
    # An older release may not have all that quote letters now.
    quoting = [name for name in QUOTING if name in schema]
    of_letters = {name: schema[name] for name in dict.fromkeys((*TABLES, *quoting))}
    frames, _ = verify_tables.check_columns(release / PARQUET, of_letters)
    if missing := [name for name in of_letters if name not in frames]:
        return Letters(None, (f"the letters, as the table {' and '.join(missing)} cannot be used",))
    return frames


def _verify_letters(looked_at: Frames | Letters, archive: Path | None, jobs: int) -> Letters:
    if isinstance(looked_at, Letters):
        return looked_at
    assert archive is not None, "without one, there is nothing to look at"
    # This process holds the release against itself meanwhile, or is writing it still.
    with LocalWorkers(jobs, PRELOAD, low_priority=True) as workers:
        return Letters(tuple(check_letters(archive, looked_at, workers)))


def _unchecked(release: Path, absent: list[str]) -> Iterator[str]:
    yield _READ_ANEW
    yield _WORKBOOK
    if not (release.resolve().parent / LIST_FILE).is_file():
        yield _NO_LIST
    if absent:
        yield (
            f"what is in {', '.join(absent)}, and what follows from it, as the file is missing or "
            "its columns are not those of the schema"
        )


def _made(function: Callable[..., object], problems: Iterable[Problem]) -> Check:
    """A check, with what it holds a release to: the first line of what it says of itself."""
    name = function.__name__.removeprefix("check_").replace("_", " ")
    first = (function.__doc__ or "").strip().splitlines()[0].rstrip(".")
    return Check(name, first.removeprefix("That "), tuple(problems))
