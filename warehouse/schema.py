"""The schema: every published table and column, once.

Here belongs what a table *is*: names, types, keys, descriptions, and the plain limits of a single
column. DDL, Parquet metadata, the generated expectations and the data dictionary are made from it,
so a column is described in this file and nowhere else.
Here does not belong what a code means (`codes.csv`), rules across columns or tables other than keys
(the expectations), nor how a row is made. The module imports nothing but the standard library, so
that any process can afford it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

Dtype = Literal["string", "int32", "int64", "float64", "bool", "date", "timestamp"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a published table.

    Attributes:
        name: The column's name, as in the contract.
        dtype: Its type; a `timestamp` is in UTC.
        description: What it holds, for a person who has never seen a letter.
        nullable: Whether a value may be unknown. Unknown is NULL, never an empty string.
        example: A made-up value, written as a CSV file would hold it.
        unit: The unit of a number that has one.
        code_list: The list in `codes` that holds every value this column may take.
        references: The `table.column` that this column's values are taken from.
        unique: Whether no value may come twice (NULLs aside). A key of one column is so by itself.
        pattern: A regular expression that the whole value matches, in the syntax that Python, Rust
            and RE2 share, without anchors.
        minimum: The least value allowed.
        maximum: The greatest value allowed.
        fill_rate_minimum: The least share of rows, 0 to 1, that hold a value in a table of some
            size; below it, the reading has broken, not the letters.
    """

    name: str
    dtype: Dtype
    description: str
    nullable: bool = False
    example: str | None = None
    unit: str | None = None
    code_list: str | None = None
    references: str | None = None
    unique: bool = False
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    fill_rate_minimum: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One published table.

    Attributes:
        name: The table's name, as in the contract.
        description: What one row is, and what the table is for.
        columns: The columns in the order of publication.
        primary_key: The columns that name a row; empty where a table has no natural key.
        sort_by: The columns that give the published order of rows.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    sort_by: tuple[str, ...]

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


AUTHORITY_ID = r"[A-Z][0-9]{8}"
LETTER_ID = r"[0-9a-f]{16}"
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
CODE = r"[a-z0-9]+(_[a-z0-9]+)*"
#: What stands between two cues of a finding.
CUE_SEPARATOR = "; "
YEAR_OR_MONTH = r"[0-9]{4}(-(0[1-9]|1[0-2]))?"

AUTHORITIES = Table(
    name="authorities",
    description=(
        "One row a local authority in England with responsibility for children's services, closed "
        "ones too. Names, codes and regions are those of the Office for National Statistics, "
        "Ofsted and the Department for Education."
    ),
    columns=(
        Column(
            "authority_id",
            "string",
            "The authority's nine-character code of the Office for National Statistics; the "
            "newest one where an authority was given another.",
            example="E06999001",
            pattern=AUTHORITY_ID,
        ),
        Column(
            "ofsted_urn",
            "string",
            "Ofsted's unique reference number of the authority, as in the address of its page on "
            "the reports site. NULL for an authority that was closed before its number could be "
            "known.",
            nullable=True,
            example="80999",
            unique=True,
            pattern=r"[0-9]{5,7}",
            fill_rate_minimum=0.9,
        ),
        Column(
            "dfe_code",
            "string",
            "The Department for Education's three-digit number of the authority.",
            nullable=True,
            example="999",
            unique=True,
            pattern=r"[0-9]{3}",
            fill_rate_minimum=0.9,
        ),
        Column(
            "name",
            "string",
            "The authority's name without Council, Borough and the like, as the Office for "
            "National Statistics has it.",
            example="Ashmere",
        ),
        Column(
            "region_code",
            "string",
            "The code of the English region the authority lies in.",
            example="E12000002",
            code_list="region",
        ),
        Column("region", "string", "The name of that region.", example="North West"),
        Column(
            "authority_type",
            "string",
            "The kind of council, as the Department for Education groups authorities.",
            example="unitary_authority",
            code_list="authority_type",
        ),
        Column(
            "valid_from",
            "date",
            "The authority's first day, where it was formed in 2019 or later; NULL for those that "
            "are older.",
            nullable=True,
            example="2019-04-01",
        ),
        Column(
            "valid_to",
            "date",
            "The authority's last day; NULL while it exists.",
            nullable=True,
            example="2023-03-31",
        ),
    ),
    primary_key=("authority_id",),
    sort_by=("authority_id",),
)

AUTHORITY_SUCCESSORS = Table(
    name="authority_successors",
    description=(
        "One row for each authority that took over from a closed one; a closed authority may have "
        "several."
    ),
    columns=(
        Column(
            "authority_id",
            "string",
            "The closed authority.",
            example="E10999001",
            references="authorities.authority_id",
            pattern=AUTHORITY_ID,
        ),
        Column(
            "successor_id",
            "string",
            "An authority that took over all or part of its area and its duties.",
            example="E06999001",
            references="authorities.authority_id",
            pattern=AUTHORITY_ID,
        ),
    ),
    primary_key=("authority_id", "successor_id"),
    sort_by=("authority_id", "successor_id"),
)

AUTHORITY_NEIGHBOURS = Table(
    name="authority_neighbours",
    description=(
        "One row for each statistical neighbour of an authority: authorities much like it in the "
        "lives of their children, as the Department for Education compares them. Closed "
        "authorities have none. Being a neighbour is not mutual."
    ),
    columns=(
        Column(
            "authority_id",
            "string",
            "The authority that is compared.",
            example="E06999001",
            references="authorities.authority_id",
            pattern=AUTHORITY_ID,
        ),
        Column(
            "position",
            "int32",
            "The place in the source's list of neighbours, the most alike first.",
            example="1",
            minimum=1,
        ),
        Column(
            "neighbour_id",
            "string",
            "The authority it is compared with.",
            example="E06999002",
            references="authorities.authority_id",
            pattern=AUTHORITY_ID,
        ),
    ),
    primary_key=("authority_id", "position"),
    sort_by=("authority_id", "position"),
)

LETTERS = Table(
    name="letters",
    description=(
        "One row a file ever archived, whatever became of it: read into a visit, replaced by a "
        "newer version, of a kind not read yet, or in quarantine."
    ),
    columns=(
        Column(
            "letter_id",
            "string",
            "The first 16 hexadecimal digits of the file's SHA-256: the same bytes are the same "
            "letter, under whatever name.",
            example="0123456789abcdef",
            pattern=LETTER_ID,
        ),
        Column(
            "sha256",
            "string",
            "The SHA-256 of the file's bytes, in lower-case hexadecimal.",
            example="0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            unique=True,
            pattern=r"[0-9a-f]{64}",
        ),
        Column(
            "byte_count", "int64", "The file's size.", example="151023", unit="bytes", minimum=0
        ),
        Column(
            "page_count",
            "int32",
            "The number of pages. NULL for a text file, which has none, and for a file that could "
            "not be opened.",
            nullable=True,
            example="5",
            unit="pages",
            minimum=1,
        ),
        Column(
            "document_kind",
            "string",
            "What kind of publication the file is, by its own words, or by the publisher's where "
            "it cannot be read. NULL where neither tells.",
            nullable=True,
            example="focused_visit",
            code_list="document_kind",
        ),
        Column(
            "source", "string", "Where the file came from.", example="folder", code_list="source"
        ),
        Column(
            "source_url",
            "string",
            "The address the file was fetched from; NULL where it did not come from the web.",
            nullable=True,
            example="https://files.example.org/v1/file/50000000",
        ),
        Column(
            "file_name",
            "string",
            "The file's name at the source, with the folders below the source's own; NULL where it "
            "has none there. Where the same bytes are there under several names, the one that was "
            "there first.",
            nullable=True,
            example="ashmere_2021-11-30.pdf",
        ),
        Column(
            "link_text",
            "string",
            "The words of the link to the file, as the publisher wrote them.",
            nullable=True,
            example="Children's services focused visit, pdf - 30 November 2021",
        ),
        Column(
            "ofsted_urn",
            "string",
            "The publisher's reference number of the authority under whose name the file was "
            "published.",
            nullable=True,
            example="80999",
            pattern=r"[0-9]{5,7}",
        ),
        Column(
            "published_date",
            "date",
            "The day the publisher says the file was published.",
            nullable=True,
            example="2021-11-30",
        ),
        Column(
            "first_seen_at",
            "timestamp",
            "When the file was first seen at the source (UTC).",
            example="2026-01-05T06:00:00Z",
        ),
        Column(
            "last_seen_at",
            "timestamp",
            "The last look at the source that found any change and still found this file there "
            "(UTC). A look that finds nothing new leaves no mark, so that unchanged data stay the "
            "same to the byte. A file whose value is older than the newest of its source is gone "
            "from it; its rows stay.",
            example="2026-02-03T06:00:00Z",
        ),
        Column(
            "etag",
            "string",
            "The ETag that the web server gave the file, as it stood; NULL where none was given.",
            nullable=True,
            example='"5f3c-61a2"',
        ),
        Column(
            "last_modified",
            "string",
            "The Last-Modified header that the web server gave the file, as it stood; NULL where "
            "none was given.",
            nullable=True,
            example="Tue, 30 Nov 2021 09:30:00 GMT",
        ),
        Column(
            "status",
            "string",
            "What became of the file.",
            example="parsed",
            code_list="letter_status",
        ),
        Column(
            "superseded_by",
            "string",
            "The letter that took this one's place: a later version of the same letter, or the "
            "same letter in other bytes. NULL unless the status is superseded.",
            nullable=True,
            example="fedcba9876543210",
            references="letters.letter_id",
            pattern=LETTER_ID,
        ),
        Column(
            "text_method",
            "string",
            "How the text was read out of the file; NULL where it was not.",
            nullable=True,
            example="tags",
            code_list="text_method",
        ),
        Column(
            "parser_version",
            "string",
            "The version of the parser that read the file; another version reads it again. NULL "
            "where it was not read.",
            nullable=True,
            example="1",
        ),
        Column(
            "event_date",
            "date",
            "The day of the visit or inspection under which the publisher lists the file. The "
            "letter's own days are in visits.",
            nullable=True,
            example="2021-10-26",
        ),
        Column(
            "is_listed",
            "bool",
            "Whether the source still had the file at the last look. A file that it has not any "
            "more, or has replaced, stays, and so does what was read of it.",
            example="true",
        ),
    ),
    primary_key=("letter_id",),
    sort_by=("letter_id",),
)

VISITS = Table(
    name="visits",
    description=(
        "One row a visit or inspection of an authority's services for children, with what its "
        "letter says about the visit as a whole."
    ),
    columns=(
        Column(
            "visit_id",
            "string",
            "The authority, the kind of visit and its first day, joined by hyphens.",
            example="ashmere-focused-visit-2021-10-26",
            pattern=SLUG,
        ),
        Column(
            "letter_id",
            "string",
            "The letter that reports the visit.",
            example="0123456789abcdef",
            references="letters.letter_id",
            unique=True,
            pattern=LETTER_ID,
        ),
        Column(
            "authority_id",
            "string",
            "The authority that was visited.",
            example="E06999001",
            references="authorities.authority_id",
            pattern=AUTHORITY_ID,
        ),
        Column(
            "authority_name_as_written",
            "string",
            "The authority's name as the letter has it.",
            example="Ashmere Borough Council",
        ),
        Column(
            "document_kind",
            "string",
            "What kind of visit or inspection it was.",
            example="focused_visit",
            code_list="document_kind",
        ),
        Column(
            "framework",
            "string",
            "The framework that the letter says the visit was carried out under; NULL where it "
            "names none.",
            nullable=True,
            example="ILACS",
            code_list="framework",
        ),
        Column("start_date", "date", "The first day of the visit.", example="2021-10-26"),
        Column(
            "end_date",
            "date",
            "The last day of the visit; the first one again if it took one day.",
            example="2021-10-27",
        ),
        Column(
            "letter_date",
            "date",
            "The date at the head of the letter; NULL where it bears none.",
            nullable=True,
            example="2021-11-30",
            fill_rate_minimum=0.95,
        ),
        Column(
            "published_date",
            "date",
            "The day the publisher says the letter was published; NULL where the source does not "
            "tell.",
            nullable=True,
            example="2021-11-30",
        ),
        Column(
            "addressee_name",
            "string",
            "The person the letter is addressed to, without title and letters after the name.",
            nullable=True,
            example="Rowan Thackley",
            fill_rate_minimum=0.9,
        ),
        Column(
            "addressee_role",
            "string",
            "That person's post as the address block has it, without the council's name.",
            nullable=True,
            example="Director of Children's Services",
            fill_rate_minimum=0.7,
        ),
        Column(
            "focus",
            "string",
            "The letter's own words on what inspectors looked at; NULL where it states no scope, "
            "as some visits to whole services in 2020 and 2021.",
            nullable=True,
            example="Inspectors looked at the local authority's arrangements for care leavers.",
            fill_rate_minimum=0.75,
        ),
        Column(
            "primary_theme_code",
            "string",
            "The main theme of the visit; the first of its rows in visit_themes.",
            nullable=True,
            example="care_leavers",
            code_list="theme",
            fill_rate_minimum=0.9,
        ),
        Column(
            "delivery_mode",
            "string",
            "Where inspectors did their work; NULL where the letter does not say.",
            nullable=True,
            example="on_site",
            code_list="delivery_mode",
        ),
        Column(
            "is_covid_adapted",
            "bool",
            "Whether the letter says that the visit's methods were changed because of COVID-19.",
            example="false",
        ),
        Column(
            "lead_inspector_id",
            "string",
            "The inspector whom the letter calls the lead. NULL where it names none, as most "
            "letters: who signed is in signatory_id.",
            nullable=True,
            example="morgan-ellery",
            references="inspectors.inspector_id",
            pattern=SLUG,
        ),
        Column(
            "signatory_id",
            "string",
            "The inspector who signed the letter; NULL where no name stands under its closing.",
            nullable=True,
            example="morgan-ellery",
            references="inspectors.inspector_id",
            pattern=SLUG,
            fill_rate_minimum=0.8,
        ),
        Column(
            "inspector_count",
            "int32",
            "How many inspectors the letter names.",
            example="2",
            unit="people",
            minimum=0,
        ),
        Column(
            "previous_inspection",
            "string",
            "The month, or the year alone, of the last full inspection that the letter mentions.",
            nullable=True,
            example="2019-05",
            pattern=YEAR_OR_MONTH,
        ),
        Column(
            "previous_judgement_code",
            "string",
            "The overall judgement that the letter says the authority held from that inspection; "
            "NULL where it states none, or that of one area only.",
            nullable=True,
            example="good",
            code_list="judgement_grade",
        ),
        Column(
            "has_priority_action",
            "bool",
            "Whether the letter raises an area for priority action: a serious weakness that "
            "leaves children at risk of harm (ILACS framework).",
            example="false",
        ),
        Column(
            "improvement_count",
            "int32",
            "How many points the letter lists under what needs to improve.",
            example="3",
            unit="points",
            minimum=0,
        ),
        Column(
            "priority_action_count",
            "int32",
            "How many areas for priority action the letter newly raises.",
            example="0",
            unit="points",
            minimum=0,
        ),
        Column(
            "finding_count",
            "int32",
            "How many rows of findings the visit has.",
            example="58",
            unit="findings",
            minimum=0,
        ),
        Column(
            "strength_count",
            "int32",
            "How many of its findings report a strength.",
            example="31",
            unit="findings",
            minimum=0,
        ),
        Column(
            "concern_count",
            "int32",
            "How many of its findings report a concern, the points to improve and the areas for "
            "priority action among them.",
            example="12",
            unit="findings",
            minimum=0,
        ),
        Column(
            "word_count",
            "int32",
            "How many words the sections of the letter have together.",
            example="1650",
            unit="words",
            minimum=1,
        ),
        Column(
            "page_count",
            "int32",
            "How many pages the letter has; NULL for a text file, which has none.",
            nullable=True,
            example="5",
            unit="pages",
            minimum=1,
        ),
        Column(
            "source_url",
            "string",
            "The address of the letter; NULL where it did not come from the web.",
            nullable=True,
            example="https://files.example.org/v1/file/50000000",
        ),
    ),
    primary_key=("visit_id",),
    sort_by=("visit_id",),
)

VISIT_THEMES = Table(
    name="visit_themes",
    description=(
        "One row for each theme of a visit: what inspectors looked at, in the terms of the code "
        "list."
    ),
    columns=(
        Column(
            "visit_id",
            "string",
            "The visit.",
            example="ashmere-focused-visit-2021-10-26",
            references="visits.visit_id",
            pattern=SLUG,
        ),
        Column(
            "position", "int32", "The theme's weight: 1 is the main one.", example="1", minimum=1
        ),
        Column("theme_code", "string", "The theme.", example="care_leavers", code_list="theme"),
    ),
    primary_key=("visit_id", "position"),
    sort_by=("visit_id", "position"),
)

INSPECTORS = Table(
    name="inspectors",
    description=(
        "One row a person whom letters name as an inspector or who signed one. Forms of one name "
        "are one person; two people of one name cannot be told apart. Counts say how many letters "
        "name a person: they are no measure of the person or the person's work."
    ),
    columns=(
        Column(
            "inspector_id",
            "string",
            "The person's name in lower case without accents, words joined by hyphens.",
            example="morgan-ellery",
            pattern=SLUG,
        ),
        Column(
            "name",
            "string",
            "The person's name in the form that letters write most.",
            example="Morgan Ellery",
        ),
        Column(
            "first_visit_date",
            "date",
            "The first day of the earliest visit whose letter names the person.",
            example="2018-03-06",
        ),
        Column(
            "last_visit_date",
            "date",
            "The first day of the latest visit whose letter names the person.",
            example="2024-11-12",
        ),
        Column(
            "visit_count",
            "int32",
            "How many visits' letters name the person.",
            example="7",
            unit="visits",
            minimum=1,
        ),
        Column(
            "authority_count",
            "int32",
            "How many authorities those visits went to.",
            example="6",
            unit="authorities",
            minimum=1,
        ),
    ),
    primary_key=("inspector_id",),
    sort_by=("inspector_id",),
)

VISIT_INSPECTORS = Table(
    name="visit_inspectors",
    description=(
        "One row for each person whom a letter names as having been part of a visit or as having "
        "signed it."
    ),
    columns=(
        Column(
            "visit_id",
            "string",
            "The visit.",
            example="ashmere-focused-visit-2021-10-26",
            references="visits.visit_id",
            pattern=SLUG,
        ),
        Column(
            "position",
            "int32",
            "The person's place in the letter's own order.",
            example="1",
            minimum=1,
        ),
        Column(
            "inspector_id",
            "string",
            "The person.",
            example="morgan-ellery",
            references="inspectors.inspector_id",
            pattern=SLUG,
        ),
        Column(
            "name_as_written",
            "string",
            "The name as this letter has it.",
            example="Morgan J Ellery",
        ),
        Column(
            "title",
            "string",
            "The title the letter gives the person, spelt out: HMI is Her Majesty's Inspector "
            "until 8 September 2022 and His Majesty's Inspector from then on.",
            nullable=True,
            example="Her Majesty's Inspector",
        ),
        Column(
            "role_code",
            "string",
            "The part in the visit that the letter states for the person; NULL where it states "
            "none. Signing is not stating.",
            nullable=True,
            example="lead",
            code_list="inspector_role",
        ),
        Column("is_signatory", "bool", "Whether the person signed the letter.", example="true"),
    ),
    primary_key=("visit_id", "position"),
    sort_by=("visit_id", "position"),
)

SECTIONS = Table(
    name="sections",
    description=(
        "One row a section of a letter: a heading and what stands beneath it up to the next. "
        "Letterhead, addressee, page numbers, running headers and footnotes belong to no section."
    ),
    columns=(
        Column(
            "section_id",
            "string",
            "The visit and the section's position in two digits or more.",
            example="ashmere-focused-visit-2021-10-26-03",
            pattern=SLUG,
        ),
        Column(
            "visit_id",
            "string",
            "The visit whose letter it is from.",
            example="ashmere-focused-visit-2021-10-26",
            references="visits.visit_id",
            pattern=SLUG,
        ),
        Column("position", "int32", "The section's place in the letter.", example="3", minimum=1),
        Column(
            "heading",
            "string",
            "The heading as printed, without footnote marks; NULL for what stands before the "
            "first one, and for the closing.",
            nullable=True,
            example="Main findings",
        ),
        Column(
            "section_type",
            "string",
            "What part of a letter the section is.",
            example="main_findings",
            code_list="section_type",
        ),
        Column(
            "page_start",
            "int32",
            "The page the section begins on, from 1; NULL for a text file.",
            nullable=True,
            example="2",
            minimum=1,
        ),
        Column(
            "page_end",
            "int32",
            "The page the section ends on; NULL for a text file.",
            nullable=True,
            example="4",
            minimum=1,
        ),
        Column(
            "paragraph_count",
            "int32",
            "How many paragraphs and bullets the section has; one that runs over a page break "
            "counts once.",
            example="12",
            unit="paragraphs",
            minimum=0,
        ),
        Column(
            "word_count",
            "int32",
            "How many words its text has.",
            example="840",
            unit="words",
            minimum=0,
        ),
        Column(
            "text",
            "string",
            "The section's paragraphs without its heading, as the author wrote them, with an "
            "empty line between two. NULL where a heading is followed by another at once.",
            nullable=True,
            example="Care leavers in Ashmere are known well by their personal advisers.",
            fill_rate_minimum=0.75,
        ),
    ),
    primary_key=("section_id",),
    sort_by=("visit_id", "position"),
)

FINDINGS = Table(
    name="findings",
    description=(
        "One row a statement: each point of a list of improvements or priority actions, whole; "
        "elsewhere each sentence of the headline and main findings."
    ),
    columns=(
        Column(
            "finding_id",
            "string",
            "Made from the visit and the text alone, so it stays the same when other findings "
            "come or go.",
            example="ashmere-focused-visit-2021-10-26-1a2b3c4d",
        ),
        Column(
            "visit_id",
            "string",
            "The visit whose letter states it.",
            example="ashmere-focused-visit-2021-10-26",
            references="visits.visit_id",
            pattern=SLUG,
        ),
        Column(
            "section_id",
            "string",
            "The section it stands in.",
            example="ashmere-focused-visit-2021-10-26-03",
            references="sections.section_id",
            pattern=SLUG,
        ),
        Column(
            "section_type",
            "string",
            "What part of a letter that section is.",
            example="main_findings",
            code_list="section_type",
        ),
        Column(
            "paragraph",
            "int32",
            "Its paragraph or bullet within the section, from 1.",
            example="4",
            minimum=1,
        ),
        Column(
            "sentence",
            "int32",
            "Its sentence within the paragraph, from 1.",
            example="2",
            minimum=1,
        ),
        Column(
            "text",
            "string",
            "The statement as its author wrote it, line breaks joined and bullet and footnote "
            "marks left out.",
            example="Most care leavers have a plan that they helped to write.",
        ),
        Column(
            "valence_code",
            "string",
            "Whether it reports a strength, a concern, both or neither. Judged by a model whose "
            "rate of error is in the table evaluation; a point to improve and an area for priority "
            "action are concerns.",
            example="strength",
            code_list="valence",
        ),
        Column(
            "valence_score",
            "float64",
            "How sure valence_code is: of the findings scored 0.9, nine in ten are right. NULL "
            "where a person corrected it.",
            nullable=True,
            example="0.94",
            unit="share, 0 to 1",
            minimum=0,
            maximum=1,
        ),
        Column(
            "is_improvement",
            "bool",
            "Whether it is a point of the letter's list of what needs to improve.",
            example="false",
        ),
        Column(
            "is_priority_action",
            "bool",
            "Whether it is an area for priority action that the letter newly raises.",
            example="false",
        ),
        Column(
            "quantifier_code",
            "string",
            "How many of those it speaks about, in the author's words folded to a list; NULL "
            "where it does not say.",
            nullable=True,
            example="most",
            code_list="quantifier",
        ),
        Column(
            "framework_reference",
            "string",
            "The part of the Children's Social Care National Framework that the letter ties the "
            "point to, as letters do from July 2025; NULL without one.",
            nullable=True,
            example="outcome 3",
            pattern=r"(outcome|enabler|principle) [0-9]+",
        ),
        Column(
            "page",
            "int32",
            "The page it begins on, from 1; NULL for a text file, like its box.",
            nullable=True,
            example="3",
            minimum=1,
        ),
        Column(
            "x0",
            "float64",
            "The left edge of its box on that page, from the page's left.",
            nullable=True,
            example="72.0",
            unit="points",
            minimum=0,
        ),
        Column(
            "y0",
            "float64",
            "The upper edge of its box, from the page's top.",
            nullable=True,
            example="214.5",
            unit="points",
            minimum=0,
        ),
        Column(
            "x1",
            "float64",
            "The right edge of its box, from the page's left.",
            nullable=True,
            example="520.3",
            unit="points",
            minimum=0,
        ),
        Column(
            "y1",
            "float64",
            "The lower edge of its box, from the page's top.",
            nullable=True,
            example="243.0",
            unit="points",
            minimum=0,
        ),
        Column(
            "quantifier_words",
            "string",
            "The words from which quantifier_code was read, as they stand in the text.",
            nullable=True,
            example="Most",
        ),
        Column(
            "cohort_code",
            "string",
            "Whom the statement is about, where it names them; the first it names, where it names "
            "several.",
            nullable=True,
            example="care_leavers",
            code_list="cohort",
        ),
        Column(
            "cues",
            "string",
            "The words that decided valence_code, as they stand in the text, the weightiest first, "
            f"with `{CUE_SEPARATOR.strip()}` between them. NULL where no word of its own did, and "
            "where a person corrected it.",
            nullable=True,
            example="robust; good effect",
        ),
    ),
    primary_key=("finding_id",),
    sort_by=("visit_id", "section_id", "paragraph", "sentence", "finding_id"),
)

FINDING_TOPICS = Table(
    name="finding_topics",
    description=(
        "One row for each topic of a finding, of which it has one to three. Judged by a model "
        "whose rate of error is in the table evaluation."
    ),
    columns=(
        Column(
            "finding_id",
            "string",
            "The finding.",
            example="ashmere-focused-visit-2021-10-26-1a2b3c4d",
            references="findings.finding_id",
        ),
        Column(
            "position",
            "int32",
            "The topic's weight in the finding: 1 is the most central one.",
            example="1",
            minimum=1,
            maximum=3,
        ),
        Column(
            "topic_code", "string", "The topic.", example="plans_and_reviews", code_list="topic"
        ),
    ),
    primary_key=("finding_id", "position"),
    sort_by=("finding_id", "position"),
)

CORRECTIONS = Table(
    name="corrections",
    description=(
        "One row a value that a person corrected after reading the letter, of the authorities with "
        "visits in these tables, with what stood there before and why it was wrong; also "
        "corrections that do not apply, as the value or the visit that they correct is not there."
    ),
    columns=(
        Column("table_name", "string", "The table of the value.", example="findings", pattern=CODE),
        Column(
            "row_key",
            "string",
            "The value's row: its primary key, or the values of it with `/` between them, in the "
            "schema's order. Of a topic, a theme or a neighbour it is the place that the line "
            "names; the row may have moved up from there.",
            example="ashmere-focused-visit-2021-10-26-1a2b3c4d",
        ),
        Column("field", "string", "The value's column.", example="valence_code", pattern=CODE),
        Column(
            "visit_id",
            "string",
            "The visit whose letter it is about; NULL for what belongs to no visit, or to one that "
            "is not in these tables.",
            nullable=True,
            example="ashmere-focused-visit-2021-10-26",
            references="visits.visit_id",
            pattern=SLUG,
        ),
        Column(
            "old_value",
            "string",
            "What was read, as a CSV file would hold it; NULL where nothing was, or no such row.",
            nullable=True,
            example="strength",
        ),
        Column(
            "new_value",
            "string",
            "What the letter says; NULL where it says nothing, or the row was wrong as a whole.",
            nullable=True,
            example="mixed",
        ),
        Column(
            "status_code",
            "string",
            "Whether the correction was applied.",
            example="applied",
            code_list="correction_status",
        ),
        Column(
            "found_value",
            "string",
            "What stood in the row's place where the correction was not applied; NULL where "
            "nothing did.",
            nullable=True,
            example="concern",
        ),
        Column(
            "reason",
            "string",
            "Why the old value is wrong.",
            example="The second half of the sentence reports a delay.",
        ),
        Column(
            "found_by",
            "string",
            "Who found it, as that person wishes to be named.",
            example="M. E.",
        ),
    ),
    primary_key=("table_name", "row_key", "field"),
    sort_by=("table_name", "row_key", "field"),
)

EVALUATION = Table(
    name="evaluation",
    description=(
        "How often the values of these tables are right: one row a measure of a field, on labels "
        "that readers of whole letters made. A count of findings is worth as much as these say."
    ),
    columns=(
        Column("table_name", "string", "The table of the field.", example="findings", pattern=CODE),
        Column("field", "string", "The column.", example="valence_code", pattern=CODE),
        Column(
            "era",
            "string",
            "The letters it was measured on, by their template: Ofsted changed it over the years.",
            example="all",
            code_list="era",
        ),
        Column("metric", "string", "What was measured.", example="precision", code_list="metric"),
        Column(
            "value",
            "float64",
            "The measure; a share, but for the calibration error a difference of shares.",
            example="0.95",
            unit="share, 0 to 1",
            minimum=0,
            maximum=1,
        ),
        Column(
            "low",
            "float64",
            "The lower end of its 95% interval.",
            example="0.91",
            unit="share, 0 to 1",
            minimum=0,
            maximum=1,
        ),
        Column(
            "high",
            "float64",
            "The upper end of its 95% interval.",
            example="0.97",
            unit="share, 0 to 1",
            minimum=0,
            maximum=1,
        ),
        Column(
            "n",
            "int32",
            "How many things it rests on: of recall and accuracy the labelled ones, of precision "
            "those found, of F1 all that are labelled or found.",
            example="120",
            minimum=1,
        ),
        Column(
            "code",
            "string",
            "The code of the field that it is about; `all` for the whole field.",
            example="concern",
            pattern=CODE,
        ),
        Column(
            "basis",
            "string",
            "What the labels are, and whether anything was learnt from them.",
            example="gold",
            code_list="evaluation_basis",
        ),
    ),
    primary_key=("table_name", "field", "code", "era", "metric", "basis"),
    sort_by=("table_name", "field", "basis", "code", "era", "metric"),
)

CODES = Table(
    name="codes",
    description=(
        "One row a code: every list of codes that a column uses, with what each code means."
    ),
    columns=(
        Column(
            "list",
            "string",
            "The list the code is of.",
            example="theme",
            pattern=r"[a-z]+(_[a-z]+)*",
        ),
        Column("code", "string", "The code, as columns hold it.", example="care_leavers"),
        Column("label", "string", "The code as a person would say it.", example="Care leavers"),
        Column(
            "definition",
            "string",
            "What the code means, and where its borders are.",
            example="Young people who have left care and are owed support.",
        ),
        Column("position", "int32", "The code's place in its list.", example="6", minimum=1),
    ),
    primary_key=("list", "code"),
    sort_by=("list", "position"),
)

QUARANTINE = Table(
    name="quarantine",
    description=(
        "One row a file or publication that could not become a visit, with the reason. A file may "
        "stand here more than once, if it failed in more than one way."
    ),
    columns=(
        Column(
            "letter_id",
            "string",
            "The file; NULL where nothing could be archived.",
            nullable=True,
            example="0123456789abcdef",
            references="letters.letter_id",
            pattern=LETTER_ID,
        ),
        Column(
            "source_url",
            "string",
            "The address of the file; NULL where it did not come from the web.",
            nullable=True,
            example="https://files.example.org/v1/file/50000000",
        ),
        Column(
            "file_name",
            "string",
            "The file's name at the source; NULL where it has none there.",
            nullable=True,
            example="scan.pdf",
        ),
        Column(
            "stage",
            "string",
            "The stage of the work that could not go on.",
            example="read",
            code_list="stage",
        ),
        Column("reason_code", "string", "Why not.", example="needs_ocr", code_list="reason"),
        Column(
            "detail",
            "string",
            "What exactly was found, in a sentence for the person who looks into it.",
            nullable=True,
            example="4 pages, none with a text layer",
        ),
        Column(
            "seen_at",
            "timestamp",
            "When the file was first seen at its source, as first_seen_at of letters (UTC).",
            example="2026-02-03T06:00:00Z",
        ),
    ),
    primary_key=(),
    sort_by=("file_name", "letter_id", "source_url", "stage", "reason_code", "detail", "seen_at"),
)

COVERAGE = Table(
    name="coverage",
    description=(
        "What is known to be missing: one row an authority and year, for every authority that "
        "existed in that year, from the year of the oldest letter here to that of the newest. A "
        "row without a visit tells that no letter on one was read, not that there was no visit. "
        "The years and as_of_date are taken from the letters and never from the day of the run, "
        "so that the same letters give the same rows."
    ),
    columns=(
        Column(
            "authority_id",
            "string",
            "The authority. A closed one has rows up to the year of its last day; who took over "
            "is in authority_successors.",
            example="E06999001",
            references="authorities.authority_id",
            pattern=AUTHORITY_ID,
        ),
        Column("year", "int32", "The calendar year.", example="2021"),
        Column(
            "letter_count",
            "int32",
            "How many letters about that authority and year the source has ever had: by the "
            "visit's authority and first day; for those without a visit, by the publisher's number "
            "of the authority and its event_date, else its published_date. A letter whose "
            "authority or year is not told so is in no row. Superseded letters are not counted, "
            "and the same bytes under several names count once.",
            example="2",
            unit="letters",
            minimum=0,
        ),
        Column(
            "visit_count",
            "int32",
            "How many visits there are that began in that year; each has one of those letters.",
            example="1",
            unit="visits",
            minimum=0,
        ),
        Column(
            "unread_count",
            "int32",
            "How many of those letters became no visit: of a kind not read yet, or in quarantine.",
            example="1",
            unit="letters",
            minimum=0,
        ),
        Column(
            "unfetched_count",
            "int32",
            "How many letters more the publisher lists for that authority and year whose bytes "
            "could not be had: rows of quarantine without a letter_id.",
            example="0",
            unit="letters",
            minimum=0,
        ),
        Column(
            "newest_visit_id",
            "string",
            "The authority's newest visit up to as_of_date, of that year or an earlier one; NULL "
            "where there is none.",
            nullable=True,
            example="ashmere-focused-visit-2021-10-26",
            references="visits.visit_id",
            pattern=SLUG,
        ),
        Column(
            "newest_visit_date",
            "date",
            "The first day of that visit.",
            nullable=True,
            example="2021-10-26",
        ),
        Column(
            "newest_visit_age_days",
            "int32",
            "How long before as_of_date that was.",
            nullable=True,
            example="66",
            unit="days",
            minimum=0,
        ),
        Column(
            "as_of_date",
            "date",
            "The day that the row is about: the last of the year, or the authority's last where it "
            "was closed in that year or before; in the newest year, no later than the newest day "
            "of a visit, a letter or its publication that is known.",
            example="2021-12-31",
        ),
    ),
    primary_key=("authority_id", "year"),
    sort_by=("authority_id", "year"),
)


def _of_a_version(column: Column) -> Column:
    """A column of `visits`, for a version of a letter that may not count any more.

    Of such a version the visit and the people need not be in the tables, and may come again.
    """
    resolves = column.references is not None and column.references.startswith("authorities.")
    return replace(
        column,
        references=column.references if resolves else None,
        unique=False,
        fill_rate_minimum=None,
    )


VISIT_VERSIONS = Table(
    name="visit_versions",
    description=(
        "The history of visits: one row a version of a letter that was ever read into a visit, "
        "those that a later one replaced or that were withdrawn among them, with what that version "
        "says of the visit. The version that counts says what visits says, corrections included, "
        "so that these act back to its first day; earlier ones are as they were read. A version "
        "has one span of days: one that was replaced and then put back stands as if it had counted "
        "all along, and what stood in its place meanwhile as if it never had, unless its day of "
        "publication is the earlier one. visits_as_of(day) answers from this table."
    ),
    columns=(
        Column(
            "letter_id",
            "string",
            "The letter in that version.",
            example="0123456789abcdef",
            references="letters.letter_id",
            pattern=LETTER_ID,
        ),
        replace(
            _of_a_version(VISITS.column("visit_id")),
            description="The visit by the authority, kind and first day that this version states; "
            "in visits only while the version counts, as a later one may state other days.",
        ),
        Column(
            "known_from",
            "date",
            "The day from which the version counted: the publisher's day of publication, else the "
            "letter's date, else the day it was first seen. For a version that took another's "
            "place, a later day of publication than that one's, else the day it was first seen.",
            example="2021-11-30",
        ),
        Column(
            "known_to",
            "date",
            "The day from which another version counted in its place; NULL while this one does. "
            "The same day as known_from for a version that never counted, such as the same letter "
            "in other bytes beside it.",
            nullable=True,
            example="2022-01-14",
        ),
        Column(
            "withdrawn_date",
            "date",
            "The day of the last look at the source that still found the letter, where a later "
            "look did not and nothing took its place; NULL otherwise. It was withdrawn at some "
            "time between the two looks, which may be far apart.",
            nullable=True,
            example="2026-02-03",
        ),
        *(
            _of_a_version(column)
            for column in VISITS.columns
            if column.name not in ("letter_id", "visit_id")
        ),
    ),
    primary_key=("letter_id",),
    sort_by=("visit_id", "known_from", "letter_id"),
)

SCHEMA: Mapping[str, Table] = MappingProxyType(
    {
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
)
