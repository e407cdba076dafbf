"""The schema: every published table and column, once.

Here belongs what a table *is*: names, types, keys, descriptions, the plain limits of a single
column, and what every other room has to know of it: whose rows they are, where values come from, by
which column a person knows a row. DDL, Parquet metadata, the generated expectations, the data
dictionary, the differences between releases and sample rows are made from it, so a column is
described in this file and nowhere else.
Here does not belong what a code means (`codes.csv`), what a type is elsewhere (`column_types`),
rules across columns or tables other than keys (the expectations), nor how a row is made. The module
imports no heavy library, so that any process can afford it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import msgspec

Dtype = Literal["string", "int32", "int64", "float64", "bool", "date", "timestamp"]

#: Whose a table's rows are: those of one `letter` (or an earlier `version` of one), of an archived
#: `file`, of the `reference` lists of authorities, of the `project`, of a `person` who corrects, or
#: of the whole `run`, which makes them from all others.
Owner = Literal["letter", "version", "file", "reference", "project", "person", "run"]

#: What tables are about, as Dagster's graph parts them.
Group = Literal["reference", "files", "visits", "history", "findings", "quality"]

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


SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
CODE = r"[a-z0-9]+(_[a-z0-9]+)*"
#: What stands between two cues of a finding.
CUE_SEPARATOR = "; "
YEAR_OR_MONTH = r"[0-9]{4}(-(0[1-9]|1[0-2]))?"


def _like(column: Column, description: str | None = None, **changes: Any) -> Column:
    """A column that many tables have, as one of them has it."""
    words = {"description": description} if description else {}
    return msgspec.structs.replace(column, **words, **changes)


def _count(
    name: str, unit: str, description: str, example: str, minimum: int = 0, **more: Any
) -> Column:
    """A column that counts rows, words or the like."""
    column = Column(name, "int32", description, example, unit=unit, source="derived")
    return msgspec.structs.replace(column, minimum=minimum, **more)


# The columns that several tables have. A key is declared as what refers to it.
_VISIT_ID = Column(
    "visit_id",
    "string",
    "The visit.",
    "ashmere-focused-visit-2021-10-26",
    references="visits.visit_id",
    pattern=SLUG,
    source="key",
)
_LETTER_ID = Column(
    "letter_id",
    "string",
    "The letter.",
    "0123456789abcdef",
    references="letters.letter_id",
    pattern=r"[0-9a-f]{16}",
    source="key",
)
_AUTHORITY_ID = Column(
    "authority_id",
    "string",
    "The authority.",
    "E06999001",
    references="authorities.authority_id",
    pattern=r"[A-Z][0-9]{8}",
    source="reference",
)
_INSPECTOR_ID = Column(
    "inspector_id",
    "string",
    "The person.",
    "morgan-ellery",
    references="inspectors.inspector_id",
    pattern=SLUG,
    source="key",
)
_SECTION_ID = Column(
    "section_id",
    "string",
    "The section it stands in.",
    "ashmere-focused-visit-2021-10-26-03",
    references="sections.section_id",
    pattern=SLUG,
    source="key",
)
_FINDING_ID = Column(
    "finding_id",
    "string",
    "The finding.",
    "ashmere-focused-visit-2021-10-26-1a2b3c4d",
    references="findings.finding_id",
    source="key",
)
_POSITION = Column("position", "int32", "Its place, from 1.", "1", minimum=1)
_OFSTED_URN = Column(
    "ofsted_urn",
    "string",
    "Ofsted's unique reference number of the authority.",
    "80999",
    nullable=True,
    pattern=r"[0-9]{5,7}",
)
_PUBLISHED_DATE = Column(
    "published_date",
    "date",
    "The day the publisher says the letter was published; NULL where the source does not tell.",
    "2021-11-30",
    nullable=True,
    source="publisher",
)
_SOURCE_URL = Column(
    "source_url",
    "string",
    "The address of the letter; NULL where it did not come from the web.",
    "https://files.example.org/v1/file/50000000",
    nullable=True,
    source="publisher",
)
_FILE_NAME = Column(
    "file_name",
    "string",
    "The file's name at the source; NULL where it has none there.",
    "scan.pdf",
    nullable=True,
    source="publisher",
)
_TABLE_NAME = Column("table_name", "string", "The table of the value.", "findings", pattern=CODE)
_FIELD = Column("field", "string", "The value's column.", "valence_code", pattern=CODE)
_PAGE_COUNT = Column(
    "page_count",
    "int32",
    "How many pages the letter has; NULL for a text file, which has none.",
    "5",
    nullable=True,
    unit="pages",
    minimum=1,
    source="file",
)
_SECTION_TYPE = Column(
    "section_type",
    "string",
    "What part of a letter the section is.",
    "main_findings",
    code_list="section_type",
)
_DOCUMENT_KIND = Column(
    "document_kind",
    "string",
    "What kind of visit or inspection it was.",
    "focused_visit",
    code_list="document_kind",
    source="letter",
)
_PAGE = Column(
    "page",
    "int32",
    "The page it begins on, from 1; NULL for a text file, like its box.",
    "3",
    nullable=True,
    minimum=1,
)
_SHARE = Column(
    "value",
    "float64",
    "The measure; a share, but for the calibration error a difference of shares.",
    "0.95",
    unit="share, 0 to 1",
    minimum=0,
    maximum=1,
)
_EDGE = Column(
    "x0",
    "float64",
    "The left edge of its box on that page, from the page's left.",
    "72.0",
    nullable=True,
    unit="points",
    minimum=0,
)

AUTHORITIES = Table(
    "authorities",
    "One row a local authority in England with responsibility for children's services, "
    "closed ones too. Names, codes and regions are those of the Office for National "
    "Statistics, Ofsted and the Department for Education.",
    columns=(
        _like(
            _AUTHORITY_ID,
            "The authority's nine-character code of the Office for National Statistics; the newest "
            "one where an authority was given another.",
            references=None,
        ),
        _like(
            _OFSTED_URN,
            "Ofsted's unique reference number of the authority, as in the address of its page on "
            "the reports site. NULL for an authority that was closed before its number could be "
            "known.",
            unique=True,
            fill_rate_minimum=0.9,
        ),
        Column(
            "dfe_code",
            "string",
            "The Department for Education's three-digit number of the authority.",
            "999",
            nullable=True,
            unique=True,
            pattern=r"[0-9]{3}",
            fill_rate_minimum=0.9,
        ),
        Column(
            "name",
            "string",
            "The authority's name without Council, Borough and the like, as the Office for "
            "National Statistics has it.",
            "Ashmere",
            correct_instead="the reference data, by a line in warehouse/reference/corrections.csv",
        ),
        Column(
            "region_code",
            "string",
            "The code of the English region the authority lies in.",
            "E12000002",
            code_list="region",
        ),
        Column("region", "string", "The name of that region.", "North West"),
        Column(
            "authority_type",
            "string",
            "The kind of council, as the Department for Education groups authorities.",
            "unitary_authority",
            code_list="authority_type",
        ),
        Column(
            "valid_from",
            "date",
            "The authority's first day, where it was formed in 2019 or later; NULL for those that "
            "are older.",
            "2019-04-01",
            nullable=True,
        ),
        Column(
            "valid_to",
            "date",
            "The authority's last day; NULL while it exists.",
            "2023-03-31",
            nullable=True,
        ),
    ),
    primary_key=("authority_id",),
    group="reference",
    owner="reference",
    source="reference",
    label_column="name",
)


AUTHORITY_SUCCESSORS = Table(
    "authority_successors",
    "One row for each authority that took over from a closed one; a closed authority may "
    "have several.",
    columns=(
        _like(_AUTHORITY_ID, "The closed authority.", example="E10999001"),
        _like(
            _AUTHORITY_ID,
            "An authority that took over all or part of its area and its duties.",
            name="successor_id",
        ),
    ),
    primary_key=("authority_id", "successor_id"),
    group="reference",
    owner="reference",
    source="reference",
)


AUTHORITY_NEIGHBOURS = Table(
    "authority_neighbours",
    "One row for each statistical neighbour of an authority: authorities much like it in "
    "the lives of their children, as the Department for Education compares them. Closed "
    "authorities have none. Being a neighbour is not mutual.",
    columns=(
        _like(_AUTHORITY_ID, "The authority that is compared."),
        _like(_POSITION, "The place in the source's list of neighbours, the most alike first."),
        _like(
            _AUTHORITY_ID,
            "The authority it is compared with.",
            name="neighbour_id",
            example="E06999002",
        ),
    ),
    primary_key=("authority_id", "position"),
    group="reference",
    owner="reference",
    source="reference",
    label_column="neighbour_id",
)


LETTERS = Table(
    "letters",
    "One row a file ever archived, whatever became of it: read into a visit, replaced by a "
    "newer version, of a kind not read yet, or in quarantine.",
    columns=(
        _like(
            _LETTER_ID,
            "The first 16 hexadecimal digits of the file's SHA-256: the same bytes are the same "
            "letter, under whatever name.",
            references=None,
        ),
        Column(
            "sha256",
            "string",
            "The SHA-256 of the file's bytes, in lower-case hexadecimal.",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            unique=True,
            pattern=r"[0-9a-f]{64}",
            source="file",
            correct_instead="the file",
        ),
        Column(
            "byte_count",
            "int64",
            "The file's size.",
            "151023",
            unit="bytes",
            minimum=0,
            source="file",
        ),
        _like(
            _PAGE_COUNT,
            "The number of pages. NULL for a text file, which has none, and for a file that could "
            "not be opened.",
        ),
        _like(
            _DOCUMENT_KIND,
            "What kind of publication the file is, by its own words, or by the publisher's where "
            "it cannot be read. NULL where neither tells.",
            nullable=True,
        ),
        Column(
            "source",
            "string",
            "Where the file came from.",
            "folder",
            code_list="source",
            source="first_seen",
        ),
        _like(
            _SOURCE_URL,
            "The address the file was fetched from; NULL where it did not come from the web.",
        ),
        _like(
            _FILE_NAME,
            "The file's name at the source, with the folders below the source's own; NULL where it "
            "has none there. Where the same bytes are there under several names, the one that was "
            "there first.",
            example="ashmere_2021-11-30.pdf",
        ),
        Column(
            "link_text",
            "string",
            "The words of the link to the file, as the publisher wrote them.",
            "Children's services focused visit, pdf - 30 November 2021",
            nullable=True,
            source="publisher",
        ),
        _like(
            _OFSTED_URN,
            "The publisher's reference number of the authority under whose name the file was "
            "published.",
            source="publisher",
        ),
        _like(_PUBLISHED_DATE, "The day the publisher says the file was published."),
        Column(
            "first_seen_at",
            "timestamp",
            "When the file was first seen at the source (UTC).",
            "2026-01-05T06:00:00Z",
            source="first_seen",
        ),
        Column(
            "last_seen_at",
            "timestamp",
            "The last look at the source that found any change and still found this file there "
            "(UTC). A look that finds nothing new leaves no mark, so that unchanged data stay the "
            "same to the byte. A file whose value is older than the newest of its source is gone "
            "from it; its rows stay.",
            "2026-02-03T06:00:00Z",
            source="last_seen",
        ),
        Column(
            "etag",
            "string",
            "The ETag that the web server gave the file, as it stood; NULL where none was given.",
            '"5f3c-61a2"',
            nullable=True,
            source="publisher",
        ),
        Column(
            "last_modified",
            "string",
            "The Last-Modified header that the web server gave the file, as it stood; NULL where "
            "none was given.",
            "Tue, 30 Nov 2021 09:30:00 GMT",
            nullable=True,
            source="publisher",
        ),
        Column("status", "string", "What became of the file.", "parsed", code_list="letter_status"),
        _like(
            _LETTER_ID,
            "The letter that took this one's place: a later version of the same letter, or the "
            "same letter in other bytes. NULL unless the status is superseded.",
            name="superseded_by",
            example="fedcba9876543210",
            nullable=True,
            source="observed",
        ),
        Column(
            "text_method",
            "string",
            "How the text was read out of the file; NULL where it was not.",
            "tags",
            nullable=True,
            code_list="text_method",
        ),
        Column(
            "parser_version",
            "string",
            "The version of the parser that read the file; another version reads it again. NULL "
            "where it was not read.",
            "1",
            nullable=True,
        ),
        Column(
            "event_date",
            "date",
            "The day of the visit or inspection under which the publisher lists the file. The "
            "letter's own days are in visits.",
            "2021-10-26",
            nullable=True,
            source="publisher",
        ),
        Column(
            "is_listed",
            "bool",
            "Whether the source still had the file at the last look. A file that it has not any "
            "more, or has replaced, stays, and so does what was read of it.",
            "true",
            source="still_listed",
        ),
    ),
    primary_key=("letter_id",),
    group="files",
    owner="file",
    source="observed",
    label_column="file_name",
)


VISITS = Table(
    "visits",
    "One row a visit or inspection of an authority's services for children, with what its "
    "letter says about the visit as a whole.",
    columns=(
        _like(
            _VISIT_ID,
            "The authority, the kind of visit and its first day, joined by hyphens.",
            references=None,
        ),
        _like(_LETTER_ID, "The letter that reports the visit.", unique=True),
        _like(_AUTHORITY_ID, "The authority that was visited."),
        Column(
            "authority_name_as_written",
            "string",
            "The authority's name as the letter has it.",
            "Ashmere Borough Council",
            text_form="line",
        ),
        _DOCUMENT_KIND,
        Column(
            "framework",
            "string",
            "The framework that the letter says the visit was carried out under; NULL where it "
            "names none.",
            "ILACS",
            nullable=True,
            code_list="framework",
        ),
        Column("start_date", "date", "The first day of the visit.", "2021-10-26"),
        Column(
            "end_date",
            "date",
            "The last day of the visit; the first one again if it took one day.",
            "2021-10-27",
        ),
        Column(
            "letter_date",
            "date",
            "The date at the head of the letter; NULL where it bears none.",
            "2021-11-30",
            nullable=True,
        ),
        _PUBLISHED_DATE,
        Column(
            "addressee_name",
            "string",
            "The person the letter is addressed to, without title and letters after the name.",
            "Rowan Thackley",
            nullable=True,
            text_form="line",
        ),
        Column(
            "addressee_role",
            "string",
            "That person's post as the address block has it, without the council's name.",
            "Director of Children's Services",
            nullable=True,
            text_form="line",
        ),
        Column(
            "focus",
            "string",
            "The letter's own words on what inspectors looked at; NULL where it states no scope, "
            "as some visits to whole services in 2020 and 2021.",
            "Inspectors looked at the local authority's arrangements for care leavers.",
            nullable=True,
            text_form="line",
        ),
        Column(
            "primary_theme_code",
            "string",
            "The main theme of the visit; the first of its rows in visit_themes.",
            "care_leavers",
            nullable=True,
            code_list="theme",
            source="derived",
        ),
        Column(
            "delivery_mode",
            "string",
            "Where inspectors did their work; NULL where the letter does not say.",
            "on_site",
            nullable=True,
            code_list="delivery_mode",
        ),
        Column(
            "is_covid_adapted",
            "bool",
            "Whether the letter says that the visit's methods were changed because of COVID-19.",
            "false",
        ),
        _like(
            _INSPECTOR_ID,
            "The inspector whom the letter calls the lead. NULL where it names none, as most "
            "letters: who signed is in signatory_id.",
            name="lead_inspector_id",
            nullable=True,
            source="derived",
        ),
        _like(
            _INSPECTOR_ID,
            "The inspector who signed the letter; NULL where no name stands under its closing.",
            name="signatory_id",
            nullable=True,
            source="derived",
        ),
        _count("inspector_count", "people", "How many inspectors the letter names.", "2"),
        Column(
            "previous_inspection",
            "string",
            "The month, or the year alone, of the last full inspection that the letter mentions.",
            "2019-05",
            nullable=True,
            pattern=YEAR_OR_MONTH,
        ),
        Column(
            "previous_judgement_code",
            "string",
            "The overall judgement that the letter says the authority held from that inspection; "
            "NULL where it states none, or that of one area only.",
            "good",
            nullable=True,
            code_list="judgement_grade",
        ),
        Column(
            "has_priority_action",
            "bool",
            "Whether the letter raises an area for priority action: a serious weakness that leaves "
            "children at risk of harm (ILACS framework).",
            "false",
            source="derived",
        ),
        _count(
            "improvement_count",
            "points",
            "How many points the letter lists under what needs to improve.",
            "3",
        ),
        _count(
            "priority_action_count",
            "points",
            "How many areas for priority action the letter newly raises.",
            "0",
        ),
        _count("finding_count", "findings", "How many rows of findings the visit has.", "58"),
        _count("strength_count", "findings", "How many of its findings report a strength.", "31"),
        _count(
            "concern_count",
            "findings",
            "How many of its findings report a concern, the points to improve and the areas for "
            "priority action among them.",
            "12",
        ),
        _count(
            "word_count",
            "words",
            "How many words the sections of the letter have together.",
            "1650",
            minimum=1,
        ),
        _PAGE_COUNT,
        _SOURCE_URL,
        Column(
            "era",
            "string",
            "The template of the letter, by its day: Ofsted changed it over the years, and counts "
            "of findings with it. NULL where templates of its kind are not told apart.",
            "headline_findings",
            nullable=True,
            code_list="era",
            source="derived",
        ),
    ),
    primary_key=("visit_id",),
    group="visits",
    owner="letter",
    source="letter",
)


VISIT_THEMES = Table(
    "visit_themes",
    "One row for each theme of a visit: what inspectors looked at, in the terms of the code list.",
    columns=(
        _VISIT_ID,
        _like(_POSITION, "The theme's weight: 1 is the main one."),
        Column("theme_code", "string", "The theme.", "care_leavers", code_list="theme"),
    ),
    primary_key=("visit_id", "position"),
    group="visits",
    owner="letter",
    source="letter",
    label_column="theme_code",
)


INSPECTORS = Table(
    "inspectors",
    "One row a person whom letters name as an inspector or who signed one. Forms of one "
    "name are one person; two people of one name cannot be told apart. Counts say how many "
    "letters name a person: they are no measure of the person or the person's work.",
    columns=(
        _like(
            _INSPECTOR_ID,
            "The person's name in lower case without accents, words joined by hyphens.",
            references=None,
        ),
        Column(
            "name",
            "string",
            "The person's name in the form that letters write most.",
            "Morgan Ellery",
            source="letter",
            text_form="line",
        ),
        Column(
            "first_visit_date",
            "date",
            "The first day of the earliest visit whose letter names the person.",
            "2018-03-06",
        ),
        Column(
            "last_visit_date",
            "date",
            "The first day of the latest visit whose letter names the person.",
            "2024-11-12",
        ),
        _count(
            "visit_count", "visits", "How many visits' letters name the person.", "7", minimum=1
        ),
        _count(
            "authority_count",
            "authorities",
            "How many authorities those visits went to.",
            "6",
            minimum=1,
        ),
    ),
    primary_key=("inspector_id",),
    group="visits",
    owner="run",
    source="derived",
    label_column="name",
)


VISIT_INSPECTORS = Table(
    "visit_inspectors",
    "One row for each person whom a letter names as having been part of a visit or as "
    "having signed it.",
    columns=(
        _VISIT_ID,
        _like(_POSITION, "The person's place in the letter's own order."),
        _INSPECTOR_ID,
        Column(
            "name_as_written",
            "string",
            "The name as this letter has it.",
            "Morgan J Ellery",
            text_form="line",
        ),
        Column(
            "title",
            "string",
            "The title the letter gives the person, spelt out: HMI is Her Majesty's Inspector "
            "until 8 September 2022 and His Majesty's Inspector from then on.",
            "Her Majesty's Inspector",
            nullable=True,
            text_form="line",
        ),
        Column(
            "role_code",
            "string",
            "The part in the visit that the letter states for the person; NULL where it states "
            "none. Signing is not stating.",
            "lead",
            nullable=True,
            code_list="inspector_role",
        ),
        Column("is_signatory", "bool", "Whether the person signed the letter.", "true"),
    ),
    primary_key=("visit_id", "position"),
    group="visits",
    owner="letter",
    source="letter",
    label_column="name_as_written",
)


SECTIONS = Table(
    "sections",
    "One row a section of a letter: a heading and what stands beneath it up to the next. "
    "Letterhead, addressee, page numbers, running headers and footnotes belong to no "
    "section.",
    columns=(
        _like(
            _SECTION_ID,
            "The visit and the section's position in two digits or more.",
            references=None,
        ),
        _like(_VISIT_ID, "The visit whose letter it is from."),
        _like(_POSITION, "The section's place in the letter.", example="3", source="derived"),
        Column(
            "heading",
            "string",
            "The heading as printed, without footnote marks; NULL for what stands before the first "
            "one, and for the closing.",
            "Main findings",
            nullable=True,
            text_form="heading",
        ),
        _like(_SECTION_TYPE, correct_instead="the rules that read it"),
        _like(
            _PAGE,
            "The page the section begins on, from 1; NULL for a text file.",
            name="page_start",
            example="2",
        ),
        _like(
            _PAGE,
            "The page the section ends on; NULL for a text file.",
            name="page_end",
            example="4",
        ),
        _count(
            "paragraph_count",
            "paragraphs",
            "How many paragraphs and bullets the section has; one that runs over a page break "
            "counts once.",
            "12",
        ),
        _count("word_count", "words", "How many words its text has.", "840"),
        Column(
            "text",
            "string",
            "The section's paragraphs without its heading, as the author wrote them, with an empty "
            "line between two. NULL where a heading is followed by another at once.",
            "Care leavers in Ashmere are known well by their personal advisers.",
            nullable=True,
            text_form="paragraphs",
            correct_instead="the rules that read it",
        ),
    ),
    primary_key=("section_id",),
    sort_by=("visit_id", "position"),
    group="findings",
    owner="letter",
    source="letter",
    label_column="heading",
)


FINDINGS = Table(
    "findings",
    "One row a statement: each point of a list of improvements or priority actions, whole; "
    "elsewhere each sentence of the headline and main findings.",
    columns=(
        _like(
            _FINDING_ID,
            "Made from the visit and the text alone, so it stays the same when other findings come "
            "or go.",
            references=None,
        ),
        _like(_VISIT_ID, "The visit whose letter states it."),
        _SECTION_ID,
        _like(_SECTION_TYPE, "What part of a letter that section is.", source="derived"),
        Column(
            "paragraph",
            "int32",
            "Its paragraph or bullet within the section, from 1.",
            "4",
            minimum=1,
        ),
        Column("sentence", "int32", "Its sentence within the paragraph, from 1.", "2", minimum=1),
        Column(
            "text",
            "string",
            "The statement as its author wrote it, line breaks joined and bullet and footnote "
            "marks left out.",
            "Most care leavers have a plan that they helped to write.",
            text_form="line",
            correct_instead="the rules that read it",
        ),
        Column(
            "valence_code",
            "string",
            "Whether it reports a strength, a concern, both or neither. Judged by a model whose "
            "rate of error is in the table evaluation; a point to improve and an area for priority "
            "action are concerns.",
            "strength",
            code_list="valence",
            source="model",
        ),
        Column(
            "valence_score",
            "float64",
            "How sure valence_code is: of the findings scored 0.9, nine in ten are right. NULL "
            "where a person corrected it.",
            "0.94",
            nullable=True,
            unit="share, 0 to 1",
            minimum=0,
            maximum=1,
            source="model",
            explains="valence_code",
        ),
        Column(
            "is_improvement",
            "bool",
            "Whether it is a point of the letter's list of what needs to improve.",
            "false",
            source="derived",
        ),
        Column(
            "is_priority_action",
            "bool",
            "Whether it is an area for priority action that the letter newly raises.",
            "false",
            source="derived",
        ),
        Column(
            "quantifier_code",
            "string",
            "How many of those it speaks about, in the author's words folded to a list; NULL where "
            "it does not say.",
            "most",
            nullable=True,
            code_list="quantifier",
        ),
        Column(
            "framework_reference",
            "string",
            "The part of the Children's Social Care National Framework that the letter ties the "
            "point to, as letters do from July 2025; NULL without one.",
            "outcome 3",
            nullable=True,
            pattern=r"(outcome|enabler|principle) [0-9]+",
        ),
        _PAGE,
        _EDGE,
        _like(_EDGE, "The upper edge of its box, from the page's top.", name="y0", example="214.5"),
        _like(
            _EDGE, "The right edge of its box, from the page's left.", name="x1", example="520.3"
        ),
        _like(_EDGE, "The lower edge of its box, from the page's top.", name="y1", example="243.0"),
        Column(
            "quantifier_words",
            "string",
            "The words from which quantifier_code was read, as they stand in the text.",
            "Most",
            nullable=True,
            explains="quantifier_code",
        ),
        Column(
            "cohort_code",
            "string",
            "Whom the statement is about, where it names them; the first it names, where it names "
            "several.",
            "care_leavers",
            nullable=True,
            code_list="cohort",
        ),
        Column(
            "cues",
            "string",
            "The words that decided valence_code, as they stand in the text, the weightiest first, "
            f"with `{CUE_SEPARATOR.strip()}` between them. NULL where no word of its own did, and "
            "where a person corrected it.",
            "robust; good effect",
            nullable=True,
            source="model",
            explains="valence_code",
        ),
    ),
    primary_key=("finding_id",),
    sort_by=("visit_id", "section_id", "paragraph", "sentence", "finding_id"),
    group="findings",
    owner="letter",
    source="letter",
    label_column="text",
)


FINDING_TOPICS = Table(
    "finding_topics",
    "One row for each topic of a finding, of which it has one to three. Judged by a model "
    "whose rate of error is in the table evaluation.",
    columns=(
        _FINDING_ID,
        _like(
            _POSITION, "The topic's weight in the finding: 1 is the most central one.", maximum=3
        ),
        Column("topic_code", "string", "The topic.", "plans_and_reviews", code_list="topic"),
    ),
    primary_key=("finding_id", "position"),
    group="findings",
    owner="letter",
    source="model",
    label_column="topic_code",
    is_required=True,
)


CODES = Table(
    "codes",
    "One row a code: every list of codes that a column uses, with what each code means.",
    columns=(
        Column("list", "string", "The list the code is of.", "theme", pattern=r"[a-z]+(_[a-z]+)*"),
        Column("code", "string", "The code, as columns hold it.", "care_leavers"),
        Column("label", "string", "The code as a person would say it.", "Care leavers"),
        Column(
            "definition",
            "string",
            "What the code means, and where its borders are.",
            "Young people who have left care and are owed support.",
        ),
        _like(_POSITION, "The code's place in its list.", example="6"),
    ),
    primary_key=("list", "code"),
    sort_by=("list", "position"),
    group="reference",
    owner="project",
    source="project",
    label_column="label",
)


QUARANTINE = Table(
    "quarantine",
    "One row a file or publication that could not become a visit, with the reason. A file "
    "may stand here more than once, if it failed in more than one way.",
    columns=(
        _like(_LETTER_ID, "The file; NULL where nothing could be archived.", nullable=True),
        _like(_SOURCE_URL, "The address of the file; NULL where it did not come from the web."),
        _FILE_NAME,
        Column(
            "stage",
            "string",
            "The stage of the work that could not go on.",
            "read",
            code_list="stage",
        ),
        Column("reason_code", "string", "Why not.", "needs_ocr", code_list="reason"),
        Column(
            "detail",
            "string",
            "What exactly was found, in a sentence for the person who looks into it.",
            "4 pages, none with a text layer",
            nullable=True,
        ),
        Column(
            "seen_at",
            "timestamp",
            "When the file was first seen at its source, as first_seen_at of letters (UTC).",
            "2026-02-03T06:00:00Z",
            source="first_seen",
        ),
    ),
    primary_key=(),
    sort_by=("file_name", "letter_id", "source_url", "stage", "reason_code", "detail", "seen_at"),
    group="files",
    owner="file",
    source="observed",
    may_be_empty=True,
    may_shrink=True,
)


CORRECTIONS = Table(
    "corrections",
    "One row a value that a person corrected after reading the letter, of the authorities "
    "with visits in these tables, with what stood there before and why it was wrong; also "
    "corrections that do not apply, as the value or the visit that they correct is not "
    "there.",
    columns=(
        _TABLE_NAME,
        Column(
            "row_key",
            "string",
            "The value's row: its primary key, or the values of it with `/` between them, in the "
            "schema's order. Of a topic, a theme or a neighbour it is the place that the line "
            "names; the row may have moved up from there.",
            "ashmere-focused-visit-2021-10-26-1a2b3c4d",
        ),
        _FIELD,
        _like(
            _VISIT_ID,
            "The visit whose letter it is about; NULL for what belongs to no visit, or to one that "
            "is not in these tables.",
            nullable=True,
        ),
        Column(
            "old_value",
            "string",
            "What was read, as a CSV file would hold it; NULL where nothing was, or no such row.",
            "strength",
            nullable=True,
        ),
        Column(
            "new_value",
            "string",
            "What the letter says; NULL where it says nothing, or the row was wrong as a whole.",
            "mixed",
            nullable=True,
        ),
        Column(
            "status_code",
            "string",
            "Whether the correction was applied.",
            "applied",
            code_list="correction_status",
            source="observed",
        ),
        Column(
            "found_value",
            "string",
            "What stood in the row's place where the correction was not applied; NULL where "
            "nothing did.",
            "concern",
            nullable=True,
            source="observed",
        ),
        Column(
            "reason",
            "string",
            "Why the old value is wrong.",
            "The second half of the sentence reports a delay.",
        ),
        Column("found_by", "string", "Who found it, as that person wishes to be named.", "M. E."),
    ),
    primary_key=("table_name", "row_key", "field"),
    group="findings",
    owner="person",
    source="person",
    label_column="reason",
    may_be_empty=True,
    may_shrink=True,
)


EVALUATION = Table(
    "evaluation",
    "How often the values of these tables are right: one row a measure of a field, on "
    "labels that readers of whole letters made. A count of findings is worth as much as "
    "these say.",
    columns=(
        _like(_TABLE_NAME, "The table of the field."),
        _like(_FIELD, "The column."),
        Column(
            "era",
            "string",
            "The letters it was measured on, by their template: Ofsted changed it over the years.",
            "all",
            code_list="era",
        ),
        Column("metric", "string", "What was measured.", "precision", code_list="metric"),
        _SHARE,
        _like(_SHARE, "The lower end of its 95% interval.", name="low", example="0.91"),
        _like(_SHARE, "The upper end of its 95% interval.", name="high", example="0.97"),
        Column(
            "n",
            "int32",
            "How many things it rests on: of recall and accuracy the labelled ones, of precision "
            "those found, of F1 all that are labelled or found.",
            "120",
            minimum=1,
        ),
        Column(
            "code",
            "string",
            "The code of the field that it is about; `all` for the whole field.",
            "concern",
            pattern=CODE,
        ),
        Column(
            "basis",
            "string",
            "What the labels are, and whether anything was learnt from them.",
            "gold",
            code_list="evaluation_basis",
        ),
        _like(_DOCUMENT_KIND, "The kind of document that it was measured on.", source=None),
    ),
    primary_key=("table_name", "field", "code", "document_kind", "era", "metric", "basis"),
    sort_by=("table_name", "field", "document_kind", "basis", "code", "era", "metric"),
    group="quality",
    owner="run",
    source="measured",
    may_shrink=True,
)


COVERAGE = Table(
    "coverage",
    "What is known to be missing: one row an authority, kind of document and year. Of a kind "
    "that is read, every authority has a row for each year in which it existed, from the year "
    "in which visits of that kind began to that of the newest letter here; of other kinds, "
    "where there are letters. A row without a visit tells that no letter on one was read, not "
    "that there was no visit. The last year and as_of_date are taken from the letters and "
    "never from the day of the run, so that the same letters give the same rows.",
    columns=(
        _like(
            _AUTHORITY_ID,
            "The authority. A closed one has rows up to the year of its last day; who took over is "
            "in authority_successors.",
        ),
        Column("year", "int32", "The calendar year.", "2021"),
        _count(
            "letter_count",
            "letters",
            "How many letters of that kind, authority and year the source has ever had: by the "
            "visit's authority and first day; for those without a visit, by the publisher's number "
            "of the authority and its event_date, else its published_date. A letter whose "
            "authority or year is not told so is in no row. Superseded letters are not counted, "
            "and the same bytes under several names count once.",
            "2",
        ),
        _count(
            "visit_count",
            "visits",
            "How many visits of that kind there are that began in that year; each has one of those "
            "letters.",
            "1",
        ),
        _count(
            "unread_count",
            "letters",
            "How many of those letters became no visit: of a kind not read yet, or in quarantine.",
            "1",
        ),
        _count(
            "unfetched_count",
            "letters",
            "How many more letters of that kind, authority and year the publisher lists whose "
            "bytes could not be had: rows of quarantine without a letter_id.",
            "0",
        ),
        _like(
            _VISIT_ID,
            "The authority's newest visit of that kind up to as_of_date, of that year or an "
            "earlier one; NULL where there is none.",
            name="newest_visit_id",
            nullable=True,
        ),
        Column(
            "newest_visit_date", "date", "The first day of that visit.", "2021-10-26", nullable=True
        ),
        Column(
            "newest_visit_age_days",
            "int32",
            "How long before as_of_date that was.",
            "66",
            nullable=True,
            unit="days",
            minimum=0,
        ),
        Column(
            "as_of_date",
            "date",
            "The day that the row is about: the last of the year, or the authority's last where it "
            "was closed in that year or before; in the newest year, no later than the newest day "
            "of a visit, a letter or its publication that is known.",
            "2021-12-31",
        ),
        _like(
            _DOCUMENT_KIND,
            "The kind of visit or inspection, and of its letters; of a letter without a visit, "
            "that of letters. A letter of which no kind is told is in no row.",
            source=None,
        ),
    ),
    primary_key=("authority_id", "document_kind", "year"),
    group="files",
    owner="run",
    source="derived",
    may_shrink=True,
)


def _of_a_version(column: Column) -> Column:
    """A column of `visits`, for a version of a letter that may not count any more.

    Of such a version the visit and the people need not be in the tables, and may come again.
    """
    resolves = column.reference is not None and column.reference[0] == "authorities"
    return _like(
        column,
        references=column.references if resolves else None,
        unique=False,
        text_form=None,
    )


VISIT_VERSIONS = Table(
    "visit_versions",
    "The history of visits: one row a version of a letter that was ever read into a visit, "
    "those that a later one replaced or that were withdrawn among them, with what that version "
    "says of the visit. The version that counts says what visits says, corrections included, "
    "so that these act back to its first day; earlier ones are as they were read. A version "
    "has one span of days: one that was replaced and then put back stands as if it had counted "
    "all along, and what stood in its place meanwhile as if it never had, unless its day of "
    "publication is the earlier one. visits_as_of(day) answers from this table.",
    columns=(
        _like(_LETTER_ID, "The letter in that version."),
        _like(
            _of_a_version(VISITS.column("visit_id")),
            "The visit by the authority, kind and first day that this version states; "
            "in visits only while the version counts, as a later one may state other days.",
        ),
        Column(
            "known_from",
            "date",
            "The day from which the version counted: the publisher's day of publication, else the "
            "letter's date, else the day it was first seen. For a version that took another's "
            "place, a later day of publication than that one's, else the day it was first seen.",
            "2021-11-30",
            source="derived",
        ),
        Column(
            "known_to",
            "date",
            "The day from which another version counted in its place; NULL while this one does. "
            "The same day as known_from for a version that never counted, such as the same letter "
            "in other bytes beside it.",
            "2022-01-14",
            nullable=True,
            source="derived",
        ),
        Column(
            "withdrawn_date",
            "date",
            "The day of the last look at the source that still found the letter, where a later "
            "look did not and nothing took its place; NULL otherwise. It was withdrawn at some "
            "time between the two looks, which may be far apart.",
            "2026-02-03",
            nullable=True,
            source="still_listed",
        ),
        *(
            _of_a_version(column)
            for column in VISITS.columns
            if column.name not in ("letter_id", "visit_id")
        ),
    ),
    primary_key=("letter_id",),
    sort_by=("visit_id", "known_from", "letter_id"),
    group="history",
    owner="version",
    source="letter",
    label_column="visit_id",
)

_TABLES = {
    table.name: table
    for table in (
        AUTHORITIES,
        AUTHORITY_SUCCESSORS,
        AUTHORITY_NEIGHBOURS,
        LETTERS,
        VISITS,
        VISIT_THEMES,
        INSPECTORS,
        VISIT_INSPECTORS,
        SECTIONS,
        FINDINGS,
        FINDING_TOPICS,
        CODES,
        QUARANTINE,
        CORRECTIONS,
        EVALUATION,
        COVERAGE,
        VISIT_VERSIONS,
    )
}
#: The tables by name, in the order of publication.
SCHEMA: Mapping[str, Table] = MappingProxyType(_TABLES)
