"""The schema: every published table and column, once, as `schema.toml` declares them.

Here belongs what a table *is*: names, types, keys, descriptions, the plain limits of a single
column, and what every other room has to know of it: whose rows they are, where values come from, by
which column a person knows a row. DDL, Parquet metadata, the generated expectations, the data
dictionary, the differences between releases and sample rows are made from it, so a column is
described in that file and nowhere else.
Here does not belong what a code means (`codes.csv`), what a type is elsewhere (`column_types`),
rules across columns or tables other than keys (the expectations), nor how a row is made. The module
imports no heavy library, so that any process can afford it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import msgspec

SCHEMA_FILE = Path(__file__).with_name("schema.toml")

Dtype = Literal["string", "int32", "int64", "float64", "bool", "date", "timestamp"]

#: Whose a table's rows are: those of one `letter` (or an earlier `version` of one), of an archived
#: `file`, of the `reference` lists of authorities, of the `project`, of a `person` who corrects, or
#: of the whole `run`, which makes them from all others.
Owner = Literal["letter", "version", "file", "reference", "project", "person", "run"]

#: What tables are about, as Dagster's graph parts them.
Group = Literal["reference", "files", "visits", "history", "findings", "follow_ups", "quality"]

#: Where values come from; the words for each are in the data dictionary's `sources.csv`.
Source = Literal[
    "letter",
    "file",
    "publisher",
    "first_seen",
    "last_seen",
    "still_listed",
    "observed",
    "reference",
    "project",
    "key",
    "derived",
    "model",
    "person",
    "measured",
]


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """One column of a published table.

    Attributes:
        name: The column's name, as in the contract.
        dtype: Its type; a `timestamp` is in UTC.
        description: What it holds, for a person who has never seen a letter.
        example: A made-up value, written as a CSV file would hold it.
        nullable: Whether a value may be unknown. Unknown is NULL, never an empty string.
        unit: The unit of a number that has one.
        code_list: The list in `codes` that holds every value this column may take.
        references: The `table.column` that this column's values are taken from.
        unique: Whether no value may come twice (NULLs aside). A key of one column is so by itself.
        pattern: A regular expression that the whole value matches, in the syntax that Python, Rust
            and RE2 share, without anchors.
        minimum: The least value allowed.
        maximum: The greatest value allowed.
        fill_rate_minimum: The least share of rows, 0 to 1, that hold a value in a table of some
            size. What depends on the kind of document is in `expectations/fill_rates.csv`.
        source: Where its values come from; where a table has it, never `None`.
        text_form: Of a letter's own words, which hold nothing that reading left in them:
            `paragraphs` have an empty line between two, a `heading` ends the line, a `line` is any
            other text without line breaks.
        explains: The column of the same table that this one gives the grounds of.
        correct_instead: What a person corrects in place of it, as other values were made from it.
    """

    name: str
    dtype: Dtype
    description: str
    example: str | None = None
    nullable: bool = False
    unit: str | None = None
    code_list: str | None = None
    references: str | None = None
    unique: bool = False
    pattern: str | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    fill_rate_minimum: float | None = None
    source: Source | None = None
    text_form: Literal["line", "heading", "paragraphs"] | None = None
    explains: str | None = None
    correct_instead: str | None = None

    @property
    def reference(self) -> tuple[str, str] | None:
        """The table and the column that its values are taken from."""
        table, _, column = (self.references or "").partition(".")
        return (table, column) if table else None

    @property
    def follows(self) -> bool:
        """Whether its values follow from others, so that those are what a person corrects."""
        is_grounds = self.explains is not None and self.source == "model"
        return self.source == "derived" or is_grounds


class Table(msgspec.Struct, frozen=True, omit_defaults=True):
    """One published table.

    Attributes:
        name: The table's name, as in the contract.
        description: What one row is, and what the table is for.
        columns: The columns in the order of publication.
        primary_key: The columns that name a row; empty where a table has no natural key.
        sort_by: The columns that give the published order of rows; the key where none are named.
        group: What it is about.
        owner: Whose its rows are; `None` only of tables that are not published.
        source: Where the values of its columns come from, but for those that say so themselves.
        label_column: The column by which a person knows a row, where its key tells little.
        is_required: Whether a row of `parent_table` has one row here at least.
        may_be_empty: Whether it has no rows in good times.
        may_shrink: Whether rows may be fewer than in the last release without anything being lost.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    sort_by: tuple[str, ...] = ()
    group: Group | None = None
    owner: Owner | None = None
    source: Source | None = None
    label_column: str | None = None
    is_required: bool = False
    may_be_empty: bool = False
    may_shrink: bool = False

    def __post_init__(self) -> None:
        """Says of each column where its values come from, and in which order rows stand."""
        columns = tuple(
            column if column.source else msgspec.structs.replace(column, source=self.source)
            for column in self.columns
        )
        msgspec.structs.force_setattr(self, "columns", columns)
        msgspec.structs.force_setattr(self, "sort_by", self.sort_by or self.primary_key)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in the order of publication."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; `KeyError` if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    @property
    def is_read(self) -> bool:
        """Whether each row is read in one letter, so that it can be taken out with its letter."""
        return self.owner in ("letter", "version")

    @property
    def parent(self) -> Column | None:
        """The column that names the row of another table that a row belongs to, if one does."""
        for column in self.columns:
            if column.reference and column.reference[0] != self.name:
                return column
        return None

    @property
    def parent_table(self) -> str | None:
        """The table whose rows this one's belong to: `findings` of `finding_topics`."""
        return self.parent.reference[0] if self.parent and self.parent.reference else None

    @property
    def is_ordered_list(self) -> bool:
        """Whether a row is one value in its place, so that one can be put in or taken out."""
        return len(self.primary_key) > 1 and len(self.columns) == len(self.primary_key) + 1


_Declared = TypeVar("_Declared", Table, Column)

#: What stands between two cues of a finding.
CUE_SEPARATOR = "; "
#: What stands between two codes of a set.
CODE_SEPARATOR = "|"


def _read_schema() -> dict[str, Table]:
    """The tables by name, in the order of publication.

    Raises:
        TypeError: A table or column says what none has, or not enough.
        msgspec.ValidationError: Its value is none that it may have.
    """
    declared = tomllib.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    shared = declared.pop("shared")
    tables: dict[str, Table] = {}
    for name, said in declared.items():
        columns = [read_column(shared, **column) for column in said.pop("columns")]
        if origin := said.pop("history_of", None):
            there = {column.name for column in columns}
            columns += (
                _of_a_version(one) for one in tables[origin].columns if one.name not in there
            )
        tables[name] = _made(Table, {"name": name, "columns": tuple(columns), **said})
    return tables


def read_column(
    shared: Mapping[str, Any], *, like: str | None = None, without: Sequence[str] = (), **said: Any
) -> Column:
    """A column, with what those that are like it have in common."""
    common = {"name": like, **shared[like]} if like else {}
    for trait in without:
        del common[trait]
    return _made(Column, common | said)


def _made(of: type[_Declared], said: Mapping[str, Any]) -> _Declared:
    """A table or column of what is said of it, in words that it has (first) and with fit values."""
    return msgspec.convert(msgspec.structs.asdict(of(**said)), of)


def _of_a_version(column: Column) -> Column:
    """A column of `visits`, for a version of a letter that may not count any more.

    Of such a version the visit and the people need not be in the tables, and may come again.
    """
    resolves = column.reference is not None and column.reference[0] == "authorities"
    references = column.references if resolves else None
    return msgspec.structs.replace(column, references=references, unique=False, text_form=None)


_TABLES = _read_schema()
#: The tables by name, in the order of publication.
SCHEMA: Mapping[str, Table] = MappingProxyType(_TABLES)
