"""A part of a release: the findings that somebody needs and their visits, with what explains them.

Here belongs how a part is chosen, and what a file of it holds besides its rows: what was chosen,
the codebook, the citation, the licence. The commands' options are in `pipelines.release_commands`.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from slugify import slugify

from assets.release.edition import AUTHOR, Edition
from assets.release.formats.choice import Choice, ChoiceError, ExportFormat
from assets.release.formats.codebook import (
    CODE_NAMES,
    ENTRY_NAMES,
    Entry,
    code_entries,
    entry_rows,
    view_entries,
)
from assets.release.formats.csv_files import PART, README, readme, write_rows
from assets.release.formats.parquet_files import about_file
from assets.release.formats.readable import (
    CHOSEN_AUTHORITIES,
    CHOSEN_FINDINGS,
    CHOSEN_VISITS,
    CHOSEN_YEARS,
    FINDINGS_VIEW,
    VISITS_VIEW,
    choose,
    narrow,
    open_tables,
    view,
)
from assets.release.formats.workbook import write_chosen
from assets.release.store import RECORD_FILE
from assets.tables.authorities import AuthorityIndex
from warehouse.codes import code_list
from warehouse.parquet import table_path
from warehouse.states import PARQUET_NAME, STATE_FILE

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

#: The longest name of a file, without its ending, that is made of what was chosen.
_LONGEST_NAME = 100
#: So many digits of a checksum tell apart what the name does not.
_DIGITS = 6
_NO_WORD = re.compile(r"[\W_]+")

#: The files of a part that is a folder, without their endings; beside them is the page on them.
_FILES = ("visits", "findings", "codebook", "codes")
_JSON_BEGINS = b'{\n "about": {'

_YEARS = re.compile(r"(?P<first>\d{4})(?:-(?P<last>\d{4}))?")
_CLOSE = 60  # of 100, as rapidfuzz counts: from here on a topic is worth proposing


class ExportError(Exception):
    """There is nothing to write, or it cannot be written; the message says why, and what helps."""


class Part(NamedTuple):
    """A part of a release that was chosen.

    Attributes:
        edition: The release.
        chosen: What was asked for, in words.
        visits: Its visits, with the columns of the view `visits_with_names`.
        findings: Its findings, with the columns of the view `findings_with_visits`.
        codes: The release's codes, with the columns `CODE_NAMES`.
    """

    edition: Edition
    chosen: str
    visits: pa.Table
    findings: pa.Table
    codes: pa.Table

    def entries(self) -> list[Entry]:
        """The codebook of its columns."""
        return [
            *view_entries(view(VISITS_VIEW), self.visits.column_names, "visits"),
            *view_entries(view(FINDINGS_VIEW), self.findings.column_names, "findings"),
            *code_entries("codes"),
        ]

    def codebook(self) -> list[dict[str, object]]:
        """The same as rows."""
        return [dict(zip(ENTRY_NAMES, row, strict=True)) for row in entry_rows(self.entries())]

    def codes_used(self) -> list[dict[str, object]]:
        """The codes that its columns use, as rows with the columns `CODE_NAMES`."""
        lists = {entry.code_list for entry in self.entries()}
        return [row for row in self.codes.to_pylist() if row["list"] in lists]


class _Condition(NamedTuple):
    """One condition on findings: in words, and in SQL with its values."""

    words: str
    sql: str
    values: tuple[Any, ...] = ()


def file_name(edition: Edition, choice: Choice, form: ExportFormat) -> str:
    """What a part is called unless somebody names it; a folder for the forms of several files.

    Where the name cannot tell one choice from another, some digits of a checksum do.
    """
    words = str(choice)
    slug = slugify(words)
    chosen = slug[:_LONGEST_NAME].strip("-")
    if choice.where or chosen != _NO_WORD.sub("-", words.casefold()).strip("-"):
        chosen += f"-{hashlib.sha256(words.encode()).hexdigest()[:_DIGITS]}"
    name = f"{edition.file_stem}-{edition.version}-{chosen}"
    return name if form.is_folder else f"{name}.{form}"


def export(
    tables: Path, edition: Edition, choice: Choice, form: ExportFormat, to: Path, *, force: bool
) -> int:
    """Write the part of a release that was asked for.

    It is written beside its place and put there when it is whole: until then, and if anything goes
    wrong, what was there stays.

    Args:
        tables: The release's folder of Parquet.
        edition: The release.
        choice: What is asked for.
        form: How it is written.
        to: The file, or for CSV and Parquet the folder, to be made.
        force: Whether what is there may be replaced, if it was made by this function.

    Returns:
        How many findings it has.

    Raises:
        ChoiceError: What was asked for cannot be understood.
        ExportError: Nothing was found, or there is something in the place of the file, or the
            release cannot be read, or the file written.
        WorkbookLimit: If Excel cannot hold it.
    """
    import duckdb
    from pyarrow import ArrowException
    from xlsxwriter.exceptions import XlsxWriterException

    choice.check()
    try:
        place = to.resolve()
        _refuse_to_replace(place, to, form, force=force)
    except (OSError, RuntimeError) as error:  # the latter where links lead in a circle
        raise _not_written(to, error) from error
    with ExitStack() as stack:
        try:
            for name in edition.row_counts:
                # One that the release never had is empty, one that is gone is not.
                table_path(tables, name).stat()
            connection = stack.enter_context(open_tables(tables))
        except (OSError, duckdb.Error, ArrowException) as error:
            raise ExportError(
                f"The release's tables in {tables} cannot be read: {_first_line(error)}. "
                "`ofsted-letters verify` says what is wrong with it; take it from a copy."
            ) from error
        _choose(connection, choice)
        part = _part(connection, edition, choice)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(prefix=f".new-{place.name}-", dir=place.parent) as room:
                new = Path(room) / place.name
                if form is ExportFormat.XLSX:
                    write_chosen(connection, new, edition, choice if choice != Choice() else None)
                else:
                    _WRITERS[form](part, new)
                _refuse_to_replace(place, to, form, force=force)
                _put(new, place, aside=Path(room) / "before")
        except (OSError, duckdb.Error, ArrowException, XlsxWriterException) as error:
            raise _not_written(to, error) from error
    return int(part.findings.num_rows)


def _part(connection: duckdb.DuckDBPyConnection, edition: Edition, choice: Choice) -> Part:
    """What is chosen, in the order in which letters are read."""
    visits, findings = (
        connection.sql(
            f"SELECT * FROM {name} WHERE {key} IN (FROM {chosen}) ORDER BY {order}"
        ).to_arrow_table()
        for name, chosen, key, order in (
            (VISITS_VIEW, CHOSEN_VISITS, "visit_id", "authority, start_date, visit_id"),
            (
                FINDINGS_VIEW,
                CHOSEN_FINDINGS,
                "finding_id",
                "authority, start_date, visit_id, section_id, paragraph, sentence, finding_id",
            ),
        )
    )
    codes = connection.sql(f"SELECT {', '.join(CODE_NAMES)} FROM codes ORDER BY list, position")
    return Part(edition, str(choice), visits, findings, codes.to_arrow_table())


def _refuse_to_replace(place: Path, to: Path, form: ExportFormat, *, force: bool) -> None:
    """Refuse a place in which there is anything but a part of a release, or which is not free.

    Args:
        place: The place, without links.
        to: The same, as it was named.
        form: What is to be written there.
        force: Whether a part of a release may be replaced.

    Raises:
        ExportError: If it is refused.
    """
    for folder in (place, *place.parents):
        is_state = (folder / STATE_FILE).is_file() and (folder / PARQUET_NAME).is_dir()
        if is_state or (folder / RECORD_FILE).is_file():
            raise ExportError(
                f"{to} lies in {folder}, which is a release or what is published, and is never "
                "changed. Name another place with --output."
            )
    if not place.exists():
        return
    if not force:
        raise ExportError(
            f"{to} is there already. Name another place with --output, or replace it with --force."
        )
    is_ours = _is_folder_of_ours if form.is_folder else _is_file_of_ours
    if not is_ours(place, form):
        raise ExportError(
            f"{to} is no {form} part of a release, or there is something else in it, so it is not "
            "replaced. Name another place with --output."
        )


def _is_folder_of_ours(place: Path, form: ExportFormat) -> bool:
    """Whether there is nothing in a folder but what `_write_folder` writes into one.

    Of its files some may be missing: parts made earlier have fewer.
    """
    if not place.is_dir():
        return False
    files = {path.name: path for path in place.iterdir()}
    if README not in files or not files.keys() <= {README, *(f"{name}.{form}" for name in _FILES)}:
        return False
    if any(path.is_symlink() or not path.is_file() for path in files.values()):
        return False
    return f"\n{PART}".encode() in files[README].read_bytes()


def _is_file_of_ours(place: Path, form: ExportFormat) -> bool:
    """Whether a file says that it is of the project."""
    if not place.is_file() or place.suffix != f".{form}":
        return False
    if form is ExportFormat.JSON:
        with place.open("rb") as file:
            return file.read(len(_JSON_BEGINS)) == _JSON_BEGINS
    try:
        with zipfile.ZipFile(place) as book:
            return AUTHOR.encode() in book.read("docProps/core.xml")
    except (KeyError, zipfile.BadZipFile):
        return False


def _put(new: Path, place: Path, aside: Path) -> None:
    """Put what was written into its place; what was there is back there if that fails."""
    if not new.is_dir() or not place.exists():
        new.replace(place)
        return
    place.rename(aside)
    try:
        new.rename(place)
    except OSError:
        aside.rename(place)
        raise


def _not_written(to: Path, error: Exception) -> ExportError:
    cause = error.__cause__ or error.__context__ or error
    why = (cause.strerror if isinstance(cause, OSError) else None) or _first_line(error)
    return ExportError(
        f"{to} cannot be written: {why}. What was there before is as it was. "
        "Make room, or name another place with --output."
    )


def _first_line(error: Exception) -> str:
    """What DuckDB and others say, without the query that they repeat."""
    return " ".join(str(error).split("\n\n", 1)[0].split()).rstrip(".")


def _choose(connection: duckdb.DuckDBPyConnection, choice: Choice) -> None:
    """Choose the findings for which all conditions hold."""
    if choice.authorities:
        narrow(connection, authorities=_authority_ids(connection, choice.authorities))
    if choice.years:
        narrow(connection, years=[year for years in choice.years for year in _years(years)])
    conditions: list[_Condition] = []
    for condition in _conditions(choice):
        conditions.append(condition)
        findings = _findings(connection, conditions)
        if not findings:
            before = "; ".join(one.words for one in conditions[:-1])
            raise ExportError(
                f"There is no finding for {condition.words}{f', given {before}' if before else ''}."
            )
        choose(connection, findings)


def _findings(connection: duckdb.DuckDBPyConnection, conditions: Iterable[_Condition]) -> list[str]:
    import duckdb

    conditions = list(conditions)
    # In lines of their own: a condition may end with a comment.
    sql = " AND ".join(f"(\n{condition.sql}\n)" for condition in conditions)
    values = [value for condition in conditions for value in condition.values]
    try:
        rows = connection.execute(
            f"SELECT finding_id FROM {FINDINGS_VIEW} WHERE {sql}", values
        ).fetchall()
    except duckdb.Error as error:
        names = ", ".join(connection.sql(f"FROM {FINDINGS_VIEW} LIMIT 0").columns)
        problem = _first_line(error)
        raise ChoiceError(
            f"--where {conditions[-1].sql} cannot be asked: {problem}\nThere are: {names}."
        ) from error
    return [finding_id for (finding_id,) in rows]


def _conditions(choice: Choice) -> Iterator[_Condition]:
    """What was asked for, as conditions; the values of one kind are alternatives."""
    if choice.authorities:
        yield _Condition(
            f"the authority {' or '.join(choice.authorities)}",
            "visit_id IN (SELECT visit_id FROM visits "
            f"WHERE authority_id IN (FROM {CHOSEN_AUTHORITIES}))",
        )
    if choice.topics:
        yield _Condition(
            f"the topic {' or '.join(choice.topics)}",
            "finding_id IN (SELECT finding_id FROM finding_topics "
            "WHERE topic_code IN (SELECT unnest(?)))",
            ([_topic_code(topic) for topic in choice.topics],),
        )
    if choice.years:
        yield _Condition(
            f"the year {' or '.join(choice.years)}",
            f"year(start_date) IN (FROM {CHOSEN_YEARS})",
        )
    for where in choice.where:
        yield _Condition(f"the condition {where}", _one_expression(where))


def _authority_ids(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> list[str]:
    rows = connection.sql("FROM authorities")
    index = AuthorityIndex(dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall())
    found: list[str] = []
    for name in names:
        ids = index.named(name)
        if not ids:
            closest = index.closest(name)
            raise ChoiceError(
                f"There is no authority {name}."
                + (f" Is it {closest}?" if closest else " Its names are in the table authorities.")
            )
        found += ids
    return found


def _topic_code(name: str) -> str:
    from rapidfuzz import process, utils

    topics = code_list("topic")
    names = {code: code for code in topics} | {
        topic.label.casefold(): code for code, topic in topics.items()
    }
    if code := names.get(name.strip().casefold()):
        return code
    near = process.extractOne(
        name, list(names), processor=utils.default_process, score_cutoff=_CLOSE
    )
    raise ChoiceError(
        f"There is no topic {name}.{f' Is it {names[near[0]]}?' if near else ''} "
        f"There are {', '.join(topics)}."
    )


def _years(text: str) -> range:
    found = _YEARS.fullmatch(text.strip())
    first, last = (int(found["first"]), int(found["last"] or found["first"])) if found else (1, 0)
    if first > last:
        raise ChoiceError(f"{text} is no year and no span of years: write 2023, or 2021-2023.")
    return range(first, last + 1)


def _one_expression(where: str) -> str:
    """A condition that is one expression and nothing more, so that it stands where it is put."""
    import duckdb

    try:
        duckdb.SQLExpression(where)
    except duckdb.Error as error:
        raise ChoiceError(
            f"--where {where} is not one condition in SQL: {_first_line(error)}."
        ) from error
    return where


def _write_json(part: Part, to: Path) -> None:
    whole = {
        "about": {"summary": part.edition.summary, **about_file(part.edition)},
        "chosen": part.chosen,
        "codebook": part.codebook(),
        "codes": part.codes_used(),
        "visits": part.visits.to_pylist(),
        "findings": part.findings.to_pylist(),
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1, default=_iso)
    to.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _iso(value: Any) -> str:
    return str(value.isoformat())


def _write_csv(part: Part, to: Path) -> None:
    _write_folder(part, to, "csv", lambda rows, _, path: write_rows(rows, path))


def _write_parquet(part: Part, to: Path) -> None:
    import pyarrow.parquet as pq

    def write(rows: pa.Table, name: str, path: Path) -> None:
        import pyarrow as pa

        columns = {
            entry.column: entry.definition for entry in part.entries() if entry.table == name
        }
        fields = [
            field.with_metadata({"description": columns[field.name]} if columns else None)
            for field in rows.schema
        ]
        metadata = {**about_file(part.edition), "chosen": part.chosen}
        pq.write_table(rows.cast(pa.schema(fields, metadata)), path, compression="zstd")

    _write_folder(part, to, "parquet", write)


def _write_folder(
    part: Part, to: Path, suffix: str, write: Callable[[pa.Table, str, Path], None]
) -> None:
    import pyarrow as pa

    to.mkdir()
    tables = (
        part.visits,
        part.findings,
        pa.Table.from_pylist(part.codebook()),
        pa.Table.from_pylist(part.codes_used()),
    )
    for name, rows in zip(_FILES, tables, strict=True):
        write(rows, name, to / f"{name}.{suffix}")
    files = [f"{name}.{suffix}" for name in _FILES]
    text = readme(part.edition, files, _shown(part, suffix), chosen=part.chosen)
    (to / README).write_text(text, encoding="utf-8", newline="\n")


def _shown(part: Part, suffix: str) -> tuple[str, list[str]] | None:
    """The file whose reading the page beside the files shows, and its columns of text."""
    import pyarrow as pa

    if suffix != ExportFormat.CSV:
        return None
    return "findings.csv", [
        field.name for field in part.findings.schema if pa.types.is_string(field.type)
    ]


_WRITERS: Mapping[ExportFormat, Callable[[Part, Path], None]] = {
    ExportFormat.CSV: _write_csv,
    ExportFormat.PARQUET: _write_parquet,
    ExportFormat.JSON: _write_json,
}
