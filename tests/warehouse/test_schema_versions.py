"""What counts as a change of the schema, how much it raises a version, and what is refused."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from warehouse.schema import SCHEMA, Column, Table
from warehouse.schema_description import (
    COLUMN_TRAITS,
    PUBLISHED_FILE,
    TABLE_TRAITS,
    CodeDescription,
    CodeListDescription,
    DescriptionError,
    SchemaDescription,
    ViewColumnDescription,
    ViewDescription,
    describe_schema,
    read_description,
    write_description,
)
from warehouse.schema_versions import (
    BREAKING_FILE,
    CHANGES_FILE,
    BreakingChange,
    BreakingChangeError,
    SchemaChange,
    compare_schemas,
    next_version,
    read_breaking_changes,
    reasons_of,
)

replace = msgspec.structs.replace

VISITS = Table(
    name="visits",
    description="One row a visit.",
    primary_key=("visit_id",),
    sort_by=("visit_id",),
    columns=(
        Column("visit_id", "string", "The visit.", unique=True),
        Column("theme_code", "string", "The theme.", nullable=True, code_list="theme"),
        Column("finding_count", "int32", "How many.", unit="findings", minimum=0.0),
    ),
)
THEMES = CodeListDescription(
    "theme",
    (CodeDescription("care_leavers", "Care leavers", "…"), CodeDescription("other", "Other", "…")),
)
THEMES_BY_YEAR = ViewDescription(
    "themes_by_year",
    "view",
    "One row a year and theme.",
    (),
    (
        ViewColumnDescription("year", "BIGINT", "The year."),
        ViewColumnDescription("theme", "VARCHAR", "The theme."),
    ),
)
BEFORE = SchemaDescription("1.0.0", (VISITS,), (THEMES,), (THEMES_BY_YEAR,))


@pytest.fixture(scope="module")
def described() -> SchemaDescription:
    return describe_schema()


def with_table(**values: object) -> SchemaDescription:
    return replace(BEFORE, tables=(replace(VISITS, **values),))


def with_column(index: int, **values: object) -> SchemaDescription:
    columns = list(VISITS.columns)
    columns[index] = replace(columns[index], **values)
    return with_table(columns=tuple(columns))


def with_columns(*names: str) -> SchemaDescription:
    """The columns of these names, in their order; unknown ones are new."""
    known = {column.name: column for column in VISITS.columns}
    new = (known.get(name) or Column(name, "string", "New.") for name in names)
    return with_table(columns=tuple(new))


def with_codes(*codes: CodeDescription) -> SchemaDescription:
    return replace(BEFORE, code_lists=(replace(THEMES, codes=codes),))


def with_view(**values: object) -> SchemaDescription:
    return replace(BEFORE, views=(replace(THEMES_BY_YEAR, **values),))


def with_view_columns(*columns: ViewColumnDescription) -> SchemaDescription:
    return with_view(columns=columns)


YEAR, THEME = THEMES_BY_YEAR.columns
FIRST, SECOND = THEMES.codes
COUNT = ViewColumnDescription("visits", "BIGINT", "How many.")
COVERAGE = replace(VISITS, name="coverage")
MACRO = replace(THEMES_BY_YEAR, name="visits_as_of", kind="macro", parameters=("day",))

CASES: dict[str, tuple[SchemaDescription, list[tuple[str, str, str]]]] = {
    "nothing": (BEFORE, []),
    "only the version": (replace(BEFORE, version="2.0.0"), []),
    "table more": (
        replace(BEFORE, tables=(VISITS, COVERAGE)),
        [("table_added", "coverage", "minor")],
    ),
    "table between others": (
        replace(BEFORE, tables=(COVERAGE, VISITS)),
        [("table_added", "coverage", "minor")],
    ),
    "table gone": (replace(BEFORE, tables=()), [("table_removed", "visits", "major")]),
    "another key": (
        with_table(primary_key=("visit_id", "theme_code")),
        [("table_key", "visits", "major")],
    ),
    "another order": (with_table(sort_by=("theme_code",)), [("table_order", "visits", "patch")]),
    "table described": (with_table(description="…"), [("table_described", "visits", "patch")]),
    "column more": (
        with_columns("visit_id", "theme_code", "finding_count", "page"),
        [("column_added", "visits.page", "minor")],
    ),
    "column more before others": (
        with_columns("visit_id", "page", "theme_code", "finding_count"),
        [("column_inserted", "visits.page", "major")],
    ),
    "column gone": (
        with_columns("visit_id", "theme_code"),
        [("column_removed", "visits.finding_count", "major")],
    ),
    "column renamed": (
        with_columns("visit_id", "subject_code", "finding_count"),
        [
            ("column_renamed", "visits.theme_code", "major"),
            ("column_replacing", "visits.subject_code", "minor"),
        ],
    ),
    "column renamed and moved to the end": (
        with_columns("visit_id", "finding_count", "subject_code"),
        [
            ("column_removed", "visits.theme_code", "major"),
            ("column_added", "visits.subject_code", "minor"),
        ],
    ),
    "column moved, another in its place": (
        with_columns("page", "theme_code", "finding_count", "visit_id"),
        [
            ("column_moved", "visits.visit_id", "major"),
            ("column_inserted", "visits.page", "major"),
        ],
    ),
    "column moved": (
        with_columns("theme_code", "finding_count", "visit_id"),
        [("column_moved", "visits.visit_id", "major")],
    ),
    "type": (with_column(2, dtype="int64"), [("column_retyped", "visits.finding_count", "major")]),
    "may be NULL": (
        with_column(2, nullable=True),
        [("column_nullable", "visits.finding_count", "major")],
    ),
    "never NULL": (
        with_column(1, nullable=False),
        [("column_required", "visits.theme_code", "minor")],
    ),
    "unit": (with_column(2, unit="points"), [("column_unit", "visits.finding_count", "major")]),
    "code list": (
        with_column(1, code_list="topic"),
        [("column_code_list", "visits.theme_code", "major")],
    ),
    "reference": (
        with_column(0, references="letters.visit_id"),
        [("column_reference", "visits.visit_id", "major")],
    ),
    "no longer unique": (
        with_column(0, unique=False),
        [("column_repeats", "visits.visit_id", "major")],
    ),
    "unique": (with_column(2, unique=True), [("column_unique", "visits.finding_count", "minor")]),
    "pattern": (with_column(0, pattern="[a-z]+"), [("column_form", "visits.visit_id", "minor")]),
    "minimum": (
        with_column(2, minimum=1.0),
        [("column_minimum", "visits.finding_count", "minor")],
    ),
    "maximum": (
        with_column(2, maximum=9.0),
        [("column_maximum", "visits.finding_count", "minor")],
    ),
    "column described": (
        with_column(2, description="How many findings.", example="3"),
        [
            ("column_described", "visits.finding_count", "patch"),
            ("column_example", "visits.finding_count", "patch"),
        ],
    ),
    "list more": (
        replace(BEFORE, code_lists=(replace(THEMES, name="topic"), THEMES)),
        [("code_list_added", "codes.topic", "minor")],
    ),
    "list gone": (replace(BEFORE, code_lists=()), [("code_list_removed", "codes.theme", "major")]),
    "code more": (
        with_codes(FIRST, CodeDescription("front_door", "Front door", "…"), SECOND),
        [("code_added", "codes.theme.front_door", "minor")],
    ),
    "code gone": (with_codes(FIRST), [("code_removed", "codes.theme.other", "major")]),
    "codes in another order": (with_codes(SECOND, FIRST), []),
    "code in other words": (
        with_codes(FIRST, CodeDescription("other", "Others", "Any other.")),
        [
            ("code_labelled", "codes.theme.other", "patch"),
            ("code_defined", "codes.theme.other", "patch"),
        ],
    ),
    "macro more": (
        replace(BEFORE, views=(THEMES_BY_YEAR, MACRO)),
        [("view_added", "visits_as_of", "minor")],
    ),
    "view gone": (replace(BEFORE, views=()), [("view_removed", "themes_by_year", "major")]),
    "view described": (
        with_view(description="…"),
        [("view_described", "themes_by_year", "patch")],
    ),
    "view asked in another way": (
        with_view(query="another"),
        [("view_query", "themes_by_year", "patch")],
    ),
    "view becomes a macro": (
        with_view(kind="macro", parameters=("day",)),
        [
            ("view_kind", "themes_by_year", "major"),
            ("view_parameters", "themes_by_year", "major"),
        ],
    ),
    "view with a column more": (
        with_view_columns(YEAR, COUNT, THEME),
        [("view_column_inserted", "themes_by_year.visits", "minor")],
    ),
    "view with a column at its end": (
        with_view_columns(YEAR, THEME, COUNT),
        [("view_column_added", "themes_by_year.visits", "minor")],
    ),
    "view without a column": (
        with_view_columns(YEAR),
        [("view_column_removed", "themes_by_year.theme", "major")],
    ),
    "view with a column renamed": (
        with_view_columns(YEAR, replace(THEME, name="subject")),
        [
            ("view_column_renamed", "themes_by_year.theme", "major"),
            ("view_column_replacing", "themes_by_year.subject", "minor"),
        ],
    ),
    "view in another order": (
        with_view_columns(THEME, YEAR),
        [("view_column_moved", "themes_by_year.theme", "minor")],
    ),
    "view with another type": (
        with_view_columns(replace(YEAR, dtype="VARCHAR"), THEME),
        [("view_column_retyped", "themes_by_year.year", "major")],
    ),
    "view's column described": (
        with_view_columns(replace(YEAR, description="…"), THEME),
        [("view_column_described", "themes_by_year.year", "patch")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_changed_and_how_much_that_is(case: str) -> None:
    after, expected = CASES[case]
    changes = compare_schemas(BEFORE, after)
    assert [(change.kind, change.place, change.level) for change in changes] == expected


def test_every_kind_of_change_is_tried() -> None:
    with CHANGES_FILE.open(encoding="utf-8", newline="") as file:
        kinds = {row["kind"] for row in csv.DictReader(file)}
    assert kinds == {kind for _, expected in CASES.values() for kind, _, _ in expected}


@pytest.mark.parametrize(
    ("thing", "described", "held_elsewhere"),
    [
        ("table", Table, {"name", "columns", *TABLE_TRAITS}),
        ("column", Column, {"name", "fill_rate_minimum", *COLUMN_TRAITS}),
        ("code_list", CodeListDescription, {"name", "codes"}),
        ("code", CodeDescription, {"name"}),
        ("view", ViewDescription, {"name", "columns"}),
        ("view_column", ViewColumnDescription, {"name"}),
    ],
)
def test_nothing_that_is_described_can_change_unseen(
    thing: str, described: type[msgspec.Struct], held_elsewhere: set[str]
) -> None:
    with CHANGES_FILE.open(encoding="utf-8", newline="") as file:
        events = {row["event"] for row in csv.DictReader(file) if row["thing"] == thing}
    attributes = set(described.__struct_fields__) - held_elsewhere
    assert attributes <= events


def test_a_change_says_what_happened() -> None:
    after = with_columns("visit_id", "subject_code", "finding_count")
    assert list(map(str, compare_schemas(BEFORE, after))) == [
        "visits.theme_code: the column is gone; visits.subject_code is in its place, as after a "
        "renaming",
        "visits.subject_code: a column more, in the place of visits.theme_code",
    ]
    (key,) = compare_schemas(BEFORE, with_table(primary_key=("visit_id", "theme_code")))
    assert key.says == "its key was (visit_id) and is (visit_id, theme_code)"
    (unit,) = compare_schemas(BEFORE, with_column(2, unit=None))
    assert unit.says == "its unit was findings and is none"


@pytest.mark.parametrize(
    ("case", "rows_changed", "version"),
    [
        ("nothing", False, None),
        ("nothing", True, "1.4.3"),
        ("table described", False, "1.4.3"),
        ("column more", False, "1.5.0"),
        ("column more", True, "1.5.0"),
        ("code more", True, "1.5.0"),
    ],
)
def test_the_next_version(case: str, rows_changed: bool, version: str | None) -> None:
    changes = compare_schemas(BEFORE, CASES[case][0])
    assert next_version("1.4.2", changes, rows_changed=rows_changed, declared=()) == version


def test_the_first_version() -> None:
    assert next_version(None, (), rows_changed=False) == "1.0.0"
    assert next_version(None, GONE, rows_changed=True, declared=()) == "1.0.0"


GONE = compare_schemas(BEFORE, CASES["column gone"][0])
DECLARED = BreakingChange(2, "visits.finding_count", "column_removed", "It counted twice.")


def test_a_breaking_change_is_refused_and_the_line_to_add_is_named() -> None:
    changes = (*GONE, *compare_schemas(BEFORE, CASES["code gone"][0]))
    with pytest.raises(BreakingChangeError) as refused:
        next_version("1.4.2", changes, rows_changed=True, declared=())
    message = str(refused.value)
    assert "  visits.finding_count: the column is gone\n" in message
    assert "warehouse/breaking_changes.csv" in message
    assert "  2,visits.finding_count,column_removed,\n" in message
    assert message.endswith("  2,codes.theme.other,code_removed,")


def test_the_line_that_a_refusal_names_is_all_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BreakingChangeError) as refused:
        next_version("1.4.2", GONE, rows_changed=True, declared=())
    line = str(refused.value).splitlines()[-1].strip()
    lines = declare(tmp_path, line + "It counted twice.")
    assert next_version("1.4.2", GONE, rows_changed=True, declared=lines) == "2.0.0"
    assert reasons_of("2.0.0", GONE, lines) == {GONE[0]: "It counted twice."}


@pytest.mark.parametrize(
    ("previous", "declared", "version"),
    [
        ("1.4.2", [DECLARED], "2.0.0"),
        # A line of the past stays where it is.
        ("2.1.0", [BreakingChange(2, "visits.page", "column_removed", "Old."), 3], "3.0.0"),
        # Releases that began later are behind the project's own numbers.
        ("1.4.2", [BreakingChange(2, "visits.page", "column_removed", "Old."), 3], "2.0.0"),
    ],
)
def test_a_declared_change_makes_a_major_version(
    previous: str, declared: Sequence[BreakingChange | int], version: str
) -> None:
    lines = [
        BreakingChange(one, DECLARED.place, DECLARED.change, "…") if isinstance(one, int) else one
        for one in declared
    ]
    assert next_version(previous, GONE, rows_changed=True, declared=lines) == version


@pytest.mark.parametrize(
    ("previous", "declared", "told"),
    [
        pytest.param(
            "2.0.0",
            [DECLARED],
            "3,visits.finding_count,column_removed,",
            id="declared for a version that was made",
        ),
        pytest.param(
            "1.4.2",
            [BreakingChange(2, "visits.finding_count", "column_retyped", "…")],
            "2,visits.finding_count,column_removed,",
            id="another change of the same column",
        ),
        pytest.param(
            "1.4.2",
            [DECLARED, BreakingChange(2, "visits.page", "column_removed", "…")],
            "2,visits.page,column_removed,…",
            id="declared, and not done",
        ),
    ],
)
def test_declarations_that_do_not_fit_are_refused(
    previous: str, declared: list[BreakingChange], told: str
) -> None:
    with pytest.raises(BreakingChangeError, match=r"breaking_changes\.csv") as refused:
        next_version(previous, GONE, rows_changed=True, declared=declared)
    assert f"  {told}" in str(refused.value).splitlines()


def declare(folder: Path, *lines: str) -> tuple[BreakingChange, ...]:
    path = folder / BREAKING_FILE.name
    path.write_text("\n".join(["major,place,change,reason", *lines, ""]), encoding="utf-8")
    return read_breaking_changes(path)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["2,visits.page,column_removed,"], "line 2: say in `reason` why visits.page"),
        (["2,visits.page,column_removed,  "], "line 2: say in `reason`"),
        (["2,visits.page,column_removed"], "line 2: not as many cells"),
        (["2,visits.page,column_removed,No one,used it"], "line 2: not as many cells"),
        (["1,visits.page,column_removed,…"], "line 2: '1' is no major version"),
        (["2.0.0,visits.page,column_removed,…"], "line 2: '2.0.0' is no major version"),
        (["2,visits.page,column_added,…"], "line 2: 'column_added' is no change that breaks"),
        (["2,visits.page,column_removed,…"] * 2, "2,visits.page,column_removed stands there twice"),
    ],
)
def test_a_line_that_is_not_sound_is_refused(tmp_path: Path, lines: list[str], told: str) -> None:
    with pytest.raises(BreakingChangeError) as refused:
        declare(tmp_path, *lines)
    assert told in str(refused.value)


def test_another_first_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / BREAKING_FILE.name
    path.write_text("place,change,reason\n", encoding="utf-8")
    with pytest.raises(BreakingChangeError, match="the first line must be major,place"):
        read_breaking_changes(path)


def test_the_description_holds_the_whole_schema(described: SchemaDescription) -> None:
    assert [table.name for table in described.tables] == list(SCHEMA)
    for table in described.tables:
        own = SCHEMA[table.name]
        assert tuple(column.name for column in table.columns) == own.column_names
        assert table.primary_key == own.primary_key
    views = {view.name: view for view in described.views}
    columns = {column.name: column for column in views["authority_topics"].columns}
    assert columns["finding_count"].dtype == "BIGINT"
    assert columns["authority"].description == "The name of the authority."


def test_a_macro_is_described_with_its_parameters(described: SchemaDescription) -> None:
    _, macro = (view for view in described.views if view.kind == "macro")
    assert (macro.name, macro.parameters) == ("visits_as_of", ("day",))
    types = {column.name: column.dtype for column in macro.columns}
    assert (types["visit_id"], types["is_amended_since"]) == ("VARCHAR", "BOOLEAN")


def test_a_description_is_read_as_it_was_written(
    described: SchemaDescription, tmp_path: Path
) -> None:
    path = tmp_path / "schema.json"
    path.write_text(write_description(described), encoding="utf-8")
    assert read_description(path) == described
    assert write_description(describe_schema()) == write_description(described)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_text("{}", encoding="utf-8"),
        lambda path: path.write_text("[", encoding="utf-8"),
    ],
)
def test_a_file_that_describes_no_schema_is_named(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    path = tmp_path / "schema.json"
    path.touch()
    spoil(path)
    with pytest.raises(DescriptionError, match=r"schema\.json does not describe a schema"):
        read_description(path)


def test_the_schema_keeps_what_was_published(described: SchemaDescription) -> None:
    """What was published stays; what is new is appended, or declared with a reason.

    After a release, `python tools/keep_schema.py VERSION` keeps the schema as it is then.
    """
    published = read_description(PUBLISHED_FILE)
    changes: tuple[SchemaChange, ...] = compare_schemas(published, described)
    next_version(published.version, changes, rows_changed=False)
