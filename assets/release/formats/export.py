"""A part of a release: the findings that somebody needs and their visits, with what explains them.

Here belongs how a part is chosen, and what a file of it holds besides its rows: what was chosen,
the codebook, the citation, the licence. The commands' options are in `pipelines.release_commands`.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from slugify import slugify

from assets.release.formats.codebook import CODE_NAMES, Entry, code_entries, view_entry
from assets.release.formats.csv_files import PART, README, readme, write_rows
from assets.release.formats.export_filter import ExportFilter, ExportFormat, FilterError
from assets.release.formats.in_memory import (
    CHOSEN_VISITS,
    COUNTED_OVER_PART,
    FINDINGS_VIEW,
    JUDGEMENTS_VIEW,
    OVER_PART,
    POINTS_VIEW,
    VISITS_VIEW,
    limit_gaps_to,
    open_in_memory,
    select_findings,
    tell_new_since,
    view,
)
from assets.release.formats.parquet_files import about_file
from assets.release.formats.workbook import write_chosen
from assets.release.release_info import AUTHOR, ReleaseInfo
from assets.release.store import reading
from assets.release.wording import counted
from assets.tables.authorities import AuthorityIndex
from warehouse.codes import code_list
from warehouse.files import put_in_place
from warehouse.ours import NotOursError, refuse_to_replace
from warehouse.parquet import table_path
from warehouse.sql_text import sql_text

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

#: The longest name of a file, without its ending, that is made of what was chosen.
_LONGEST_NAME = 100
#: So many digits of a checksum tell apart what the name does not.
_DIGITS = 6
_NO_WORD = re.compile(r"[\W_]+")

#: The files of a part that is a folder, without their endings; beside them is the page on them.
_FILES = ("visits", "judgements", "findings", "follow_ups", "codebook", "codes")
#: In one file, what explains comes before what is explained.
_JSON_ORDER = ("codebook", "codes", "visits", "judgements", "findings", "follow_ups")
_JSON_BEGINS = b'{\n "about": {'

#: What was in the place of a part, until that is there.
_BEFORE = "before"
_LEFT_AFTER_SECONDS = 600  # by then an export is over, or was killed
_YEARS = re.compile(r"(?P<first>\d{4})(?:-(?P<last>\d{4}))?")
#: What a choice is called where the name of its option would not do.
_CALLED = {"since": "what was published or amended since"}
#: The visits, each with the day by which it is new.
_DATED = (
    "(SELECT visits.*, new_date FROM visits JOIN new_since(DATE '0001-01-01') USING (visit_id))"
)
_CLOSE = 60  # of 100, as rapidfuzz counts: from here on a topic is worth proposing


class ExportError(Exception):
    """There is nothing to write, or it cannot be written; the message says why, and what helps."""


class Exported(NamedTuple):
    """What became of an export.

    Attributes:
        finding_count: How many findings the part has.
        follow_up_count: How many points held against a later document; `None` if not asked for.
        visit_count: How many visits these are of.
        notes: Which neighbours are in it, and what was asked for and is not, a sentence each.
    """

    finding_count: int
    follow_up_count: int | None
    visit_count: int
    notes: tuple[str, ...]


class Part(NamedTuple):
    """A part of a release that was chosen.

    Attributes:
        info: The release.
        chosen: What was asked for, in words.
        tables: Its `visits`, `judgements`, `findings` and, if asked for, `follow_ups`, with the
            columns of the views that have names in place of their codes, the `codebook` of their
            columns, and the `codes` that they use.
        definitions: What each column of these means, by table and column.
    """

    info: ReleaseInfo
    chosen: str
    tables: Mapping[str, pa.Table]
    definitions: Mapping[tuple[str, str], str]


def file_name(info: ReleaseInfo, wanted: ExportFilter, form: ExportFormat) -> str:
    """What a part is called unless somebody names it; a folder for the forms of several files.

    Where the name cannot tell one choice from another, some digits of a checksum do.
    """
    words = str(wanted)
    slug = slugify(words)
    chosen = slug[:_LONGEST_NAME].strip("-")
    if wanted.where or chosen != _NO_WORD.sub("-", words.casefold()).strip("-"):
        chosen += f"-{hashlib.sha256(words.encode()).hexdigest()[:_DIGITS]}"
    name = f"{info.file_stem}-{info.version}-{chosen}"
    return name if form.is_folder else f"{name}.{form}"


def export(
    tables: Path,
    info: ReleaseInfo,
    wanted: ExportFilter,
    form: ExportFormat,
    to: Path,
    *,
    force: bool,
) -> Exported:
    """Write the part of a release that was asked for.

    It is written beside its place and put there when it is whole: until then, and if anything goes
    wrong, what was there stays.

    Args:
        tables: The release's folder of Parquet.
        info: The release.
        wanted: What is asked for.
        form: How it is written.
        to: The file, or for CSV and Parquet the folder, to be made.
        force: Whether what is there may be replaced, if it was made by this function.

    Raises:
        FilterError: What was asked for cannot be understood.
        ExportError: Nothing was found, or there is something in the place of the file, or it cannot
            be written.
        ReleaseError: The release cannot be read.
        WorkbookLimit: If Excel cannot hold it.
    """
    import duckdb
    from pyarrow import ArrowException
    from xlsxwriter.exceptions import XlsxWriterException

    def free() -> Path:
        what = f"{form} part of a release"
        return refuse_to_replace(to, what, lambda place: _is_ours(place, form), force=force)

    try:
        place = free()
        _clear_interrupted(place)
    except NotOursError as error:
        raise ExportError(str(error)) from error
    except (OSError, RuntimeError) as error:  # the latter where links lead in a circle
        raise _not_written(to, error) from error
    with ExitStack() as stack:
        with reading(tables):
            for name in info.row_counts:
                # One that the release never had is empty, one that is gone is not.
                table_path(tables, name).stat()
            connection = stack.enter_context(open_in_memory(tables))
        neighbours = _select(connection, wanted)
        part = _part(connection, info, wanted)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(prefix=_room_of(place), dir=place.parent) as room:
                new = Path(room) / place.name
                if form is ExportFormat.XLSX:
                    write_chosen(connection, new, info, wanted if wanted.is_part else None)
                elif form is ExportFormat.JSON:
                    _write_json(part, new)
                else:
                    _write_folder(part, new, form)
                free()
                put_in_place(new, place, aside=Path(room) / _BEFORE)
        except NotOursError as error:
            raise ExportError(str(error)) from error
        except (OSError, duckdb.Error, ArrowException, XlsxWriterException) as error:
            raise _not_written(to, error) from error
        notes = [f"Statistical neighbours added: {', '.join(neighbours)}."] if neighbours else []
        notes += _left_out(connection, wanted)
    counts = {name: int(rows.num_rows) for name, rows in part.tables.items()}
    return Exported(counts["findings"], _follow_up_count(part), counts["visits"], tuple(notes))


def _follow_up_count(part: Part) -> int | None:
    if (points := part.tables.get("follow_ups")) is None:
        return None
    # A point that no later document could revisit has a row too.
    return int(points.num_rows - points["later_visit_id"].null_count)


def _room_of(place: Path) -> str:
    """How the name of the folder begins in which a part is written."""
    return f".new-{place.name}-"


def _clear_interrupted(place: Path) -> None:
    """Remove what exports to the same place have left that were killed."""
    left = place.parent.iterdir() if place.parent.is_dir() else ()
    # What `tempfile` puts behind; a room of `part-b` is none of `part`, nor is a person's folder.
    ours = re.compile(rf"{re.escape(_room_of(place))}[a-z0-9_]{{8}}")
    for path in left:
        is_room = ours.fullmatch(path.name) and path.is_dir() and not path.is_symlink()
        # Another one may be at work just now.
        if is_room and time.time() - path.stat().st_mtime > _LEFT_AFTER_SECONDS:
            if (path / _BEFORE).exists() and not place.exists():
                (path / _BEFORE).rename(place)
            shutil.rmtree(path)


def _part(connection: duckdb.DuckDBPyConnection, info: ReleaseInfo, wanted: ExportFilter) -> Part:
    """What is chosen, in the order in which letters are read."""
    import pyarrow as pa

    visits = connection.sql(f"FROM {CHOSEN_VISITS} ORDER BY authority, start_date, visit_id")
    judgements = connection.sql(
        f"FROM {JUDGEMENTS_VIEW} WHERE visit_id IN (FROM chosen_visits) "
        "ORDER BY authority, start_date, visit_id, position"
    )
    findings = connection.sql(
        f"FROM {FINDINGS_VIEW} WHERE finding_id IN (FROM chosen_findings) ORDER BY authority, "
        "start_date, visit_id, section_id, paragraph, sentence, finding_id"
    )
    points = connection.sql(
        f"FROM {POINTS_VIEW} WHERE finding_id IN (FROM chosen_findings) "
        "ORDER BY authority, asked_date, finding_id, later_number"
    )
    entries = [
        *(
            _of_part(view_entry(view(VISITS_VIEW), name, "visits", name), wanted)
            for name in visits.columns
        ),
        *(
            view_entry(view(JUDGEMENTS_VIEW), name, "judgements", name)
            for name in judgements.columns
        ),
        *(view_entry(view(FINDINGS_VIEW), name, "findings", name) for name in findings.columns),
        *(view_entry(view(POINTS_VIEW), name, "follow_ups", name) for name in points.columns),
        *code_entries("codes"),
    ]
    if not wanted.has_follow_ups:
        entries = [entry for entry in entries if entry.table != "follow_ups"]
    lists = ", ".join(sql_text(entry.code_list) for entry in entries if entry.code_list)
    codes = connection.sql(
        f"SELECT {', '.join(CODE_NAMES)} FROM codes WHERE list IN ({lists}) ORDER BY list, position"
    )
    tables = {
        "visits": visits.to_arrow_table(),
        "judgements": judgements.to_arrow_table(),
        "findings": findings.to_arrow_table(),
        **({"follow_ups": points.to_arrow_table()} if wanted.has_follow_ups else {}),
        "codebook": pa.Table.from_pylist([entry._asdict() for entry in entries]),
        "codes": codes.to_arrow_table(),
    }
    definitions = {(entry.table, entry.column): entry.definition for entry in entries}
    return Part(info, str(wanted), tables, definitions)


def _of_part(entry: Entry, wanted: ExportFilter) -> Entry:
    """The entry of a column of visits, which may be counted over a part."""
    if not wanted.is_part or entry.column not in COUNTED_OVER_PART:
        return entry
    return entry._replace(definition=f"{entry.definition} {OVER_PART}")


def _left_out(connection: duckdb.DuckDBPyConnection, wanted: ExportFilter) -> Iterator[str]:
    """What was asked for and has nothing in the part, in sentences."""
    if wanted.authorities:
        without = connection.sql(
            f"SELECT name, max(new_date) FROM authorities LEFT JOIN {_DATED} USING (authority_id) "
            "WHERE authority_id IN (FROM chosen_authorities) AND authority_id NOT IN "
            "(SELECT authority_id FROM visits WHERE visit_id IN (FROM chosen_visits)) "
            "GROUP BY name ORDER BY name"
        ).fetchall()
        if never := [name for name, newest in without if not newest]:
            yield f"The release has nothing of {', '.join(never)}."
        if others := [f"{name} (newest: {newest})" for name, newest in without if newest]:
            yield f"Nothing that was asked for was found of {', '.join(others)}."
    # Narrowed by findings, a part says nothing of the visits that have none of them.
    ((count, without_findings),) = connection.sql(
        "SELECT count(*), count(*) FILTER (WHERE visit_id NOT IN (FROM chosen_visits)) FROM visits "
        "WHERE authority_id IN (FROM chosen_authorities) "
        "AND document_kind IN (FROM chosen_kinds) AND year(start_date) IN (FROM chosen_years) "
        f"AND {_is_new(wanted)}"
    ).fetchall()
    if without_findings and (wanted.topics or wanted.where or wanted.has_follow_ups):
        yield (
            f"{without_findings:,} of the {counted(count, 'visit')} of the authorities, kinds, "
            "years and days chosen have no such finding, and are not in it."
        )


def _is_ours(place: Path, form: ExportFormat) -> bool:
    """Whether there is nothing in a place but what is written there in that form.

    Of the files of a folder some may be missing: parts made earlier have fewer.
    """
    if form.is_folder:
        files = {path.name: path for path in place.iterdir()} if place.is_dir() else {}
        known = {README, *(f"{name}.{form}" for name in _FILES)}
        is_plain = all(path.is_file() and not path.is_symlink() for path in files.values())
        is_known = README in files and files.keys() <= known and is_plain
        return is_known and f"\n{PART}".encode() in files[README].read_bytes()
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


def _select(connection: duckdb.DuckDBPyConnection, wanted: ExportFilter) -> list[str]:
    """Choose the findings for which all that is wanted holds; the names of neighbours added."""
    import duckdb

    kinds = [kind for value in wanted.kinds for kind in value.split(",")]
    authorities = _authority_ids(connection, wanted.authorities)
    neighbours = _neighbours(connection, authorities) if wanted.has_neighbours else {}
    authorities += neighbours
    meant: dict[str, list[Any]] = {
        "authorities": authorities,
        "kinds": [_code("kind", "document_kind", kind) for kind in kinds],
        "years": [year for years in wanted.years for year in _years(years)],
    }
    for what, values in meant.items():
        if values:
            limit_gaps_to(connection, what, values)
    if wanted.since:
        tell_new_since(connection, max(wanted.since))
    topics = ", ".join(sql_text(_code("topic", "topic", topic)) for topic in wanted.topics)
    # The values of one option are alternatives.
    conditions = {
        "authority": _of_visits("authority_id IN (FROM chosen_authorities)"),
        "topic": "finding_id IN (SELECT finding_id FROM finding_topics "
        f"WHERE topic_code IN ({topics}))",
        "kind": _of_visits("document_kind IN (FROM chosen_kinds)"),
        "year": "year(start_date) IN (FROM chosen_years)",
        "since": _is_new(wanted),
    }
    asked = [
        (f"{_CALLED.get(option, f'the {option}')} {' or '.join(named)}", condition)
        for option, condition in conditions.items()
        if (named := wanted.options[option])
    ]
    if wanted.has_follow_ups:
        is_point = "is_improvement OR is_priority_action"
        asked.append(("points to improve", is_point))
    asked += [(f"the condition {where}", _one_expression(where)) for where in wanted.where]
    for number, (words, condition) in enumerate(asked):
        try:
            count = select_findings(connection, condition)
        except duckdb.Error as error:
            names = ", ".join(connection.sql(f"FROM {FINDINGS_VIEW} LIMIT 0").columns)
            raise FilterError(
                f"--where {condition} cannot be asked: {_first_line(error)}\nThere are: {names}."
            ) from error
        if not count:
            before = "; ".join(words for words, _ in asked[:number])
            given = f", given {before}" if before else ""
            raise ExportError(f"There is no finding for {words}{given}.{_newest(connection)}")
    return list(neighbours.values())


def _is_new(wanted: ExportFilter) -> str:
    """What must hold of a visit that is new since the day asked for, in SQL."""
    days = (f"DATE {sql_text(day.strip())}" for day in wanted.since)
    new = (f"visit_id IN (SELECT visit_id FROM new_since({day}))" for day in days)
    return " AND ".join(new) or "true"


def _newest(connection: duckdb.DuckDBPyConnection) -> str:
    """A sentence on how new the newest letter of what is chosen is."""
    ((newest,),) = connection.sql(
        f"SELECT max(new_date) FROM {_DATED} WHERE authority_id IN (FROM chosen_authorities) "
        "AND document_kind IN (FROM chosen_kinds) AND year(start_date) IN (FROM chosen_years)"
    ).fetchall()
    place = "the authorities, kinds and years chosen"
    return f" The newest letter of {place} is of {newest}." if newest else ""


def _of_visits(condition: str) -> str:
    return f"visit_id IN (SELECT visit_id FROM visits WHERE {condition})"


def _authority_ids(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> list[str]:
    rows = connection.sql("FROM authorities")
    index = AuthorityIndex(dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall())
    found: list[str] = []
    for name in names:
        ids = index.named(name)
        if not ids:
            closest = index.closest(name)
            raise FilterError(
                f"There is no authority {name}."
                + (f" Is it {closest}?" if closest else " Its names are in the table authorities.")
            )
        found += ids
    return found


def _neighbours(connection: duckdb.DuckDBPyConnection, of: list[str]) -> dict[str, str]:
    """The names of the statistical neighbours of authorities, by their ids."""
    rows = connection.execute(
        "SELECT authority_id, name FROM authorities WHERE authority_id IN (SELECT neighbour_id "
        "FROM authority_neighbours WHERE authority_id IN (SELECT unnest($of))) "
        "AND authority_id NOT IN (SELECT unnest($of)) ORDER BY name",
        {"of": of},
    ).fetchall()
    if not rows:
        raise ExportError("The authorities chosen have no statistical neighbours in these tables.")
    return dict(rows)


def _code(option: str, list_name: str, name: str) -> str:
    """The code of a list that a person means by its code or its label."""
    from rapidfuzz import process, utils

    codes = code_list(list_name)
    names = {code: code for code in codes} | {
        entry.label.casefold(): code for code, entry in codes.items()
    }
    if code := names.get(name.strip().casefold()):
        return code
    near = process.extractOne(
        name, list(names), processor=utils.default_process, score_cutoff=_CLOSE
    )
    hint = f" Is it {names[near[0]]}?" if near else ""
    # What people call a subject may be in what a code means, in one number or the other.
    words = {word.removesuffix("s") for word in _NO_WORD.split(name.casefold()) if len(word) > 3}
    by_word = [
        code
        for code, entry in codes.items()
        if any(word in entry.definition.casefold() for word in words)
    ]
    if by_word:
        hint += f" The definition of {' and of '.join(by_word)} speaks of it."
    raise FilterError(f"There is no {option} {name.strip()}.{hint} There are {', '.join(codes)}.")


def _years(text: str) -> range:
    found = _YEARS.fullmatch(text.strip())
    first, last = (int(found["first"]), int(found["last"] or found["first"])) if found else (1, 0)
    if first > last:
        raise FilterError(f"{text} is no year and no span of years: write 2023, or 2021-2023.")
    return range(first, last + 1)


def _one_expression(where: str) -> str:
    """A condition that is one expression and nothing more, so that it stands where it is put."""
    import duckdb

    try:
        duckdb.SQLExpression(where)
    except duckdb.Error as error:
        raise FilterError(
            f"--where {where} is not one condition in SQL: {_first_line(error)}."
        ) from error
    return where


def _write_json(part: Part, to: Path) -> None:
    whole = {
        "about": {"summary": part.info.summary, **about_file(part.info)},
        "chosen": part.chosen,
        **{name: part.tables[name].to_pylist() for name in _JSON_ORDER if name in part.tables},
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1, default=lambda value: value.isoformat())
    to.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _write_folder(part: Part, to: Path, form: ExportFormat) -> None:
    to.mkdir()
    shown = None
    for name, rows in part.tables.items():
        if form is ExportFormat.PARQUET:
            _write_parquet(part, name, to / f"{name}.parquet")
            continue
        texts = write_rows(rows, to / f"{name}.csv")
        if name == "findings":
            shown = (f"{name}.csv", texts)
    files = [f"{name}.{form}" for name in part.tables]
    text = readme(part.info, files, shown, chosen=part.chosen)
    (to / README).write_text(text, encoding="utf-8", newline="\n")


def _write_parquet(part: Part, name: str, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def described(field: pa.Field) -> pa.Field:
        definition = part.definitions.get((name, field.name))
        return field.with_metadata({"description": definition} if definition else None)

    rows = part.tables[name]
    metadata = {**about_file(part.info), "chosen": part.chosen}
    schema = pa.schema(map(described, rows.schema), metadata)
    pq.write_table(rows.cast(schema), path, compression="zstd")
