"""The schema holds together: keys, references, code lists and examples."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import msgspec
import pytest

from warehouse.codes import code_lists
from warehouse.column_types import type_of
from warehouse.schema import CUE_SEPARATOR, SCHEMA, Column, Table, read_column

COLUMNS = [(table, column) for table in SCHEMA.values() for column in table.columns]
IDS = [f"{table.name}.{column.name}" for table, column in COLUMNS]

# The contract's tables and columns, in its order: users rely on these names.
CONTRACT = {
    "authorities": "authority_id ofsted_urn dfe_code name region_code region authority_type "
    "valid_from valid_to ofsted_url neighbours_edition",
    "authority_successors": "authority_id successor_id",
    "authority_neighbours": "authority_id position neighbour_id",
    "letters": "letter_id sha256 byte_count page_count document_kind source source_url file_name "
    "link_text ofsted_urn published_date first_seen_at last_seen_at etag last_modified status "
    "superseded_by text_method parser_version event_date is_listed",
    "visits": "visit_id letter_id authority_id authority_name_as_written document_kind framework "
    "start_date end_date letter_date published_date addressee_name addressee_role focus "
    "primary_theme_code delivery_mode is_covid_adapted lead_inspector_id signatory_id "
    "inspector_count previous_inspection previous_judgement_code has_priority_action "
    "improvement_count priority_action_count finding_count strength_count concern_count "
    "word_count page_count source_url era",
    "visit_themes": "visit_id position theme_code",
    "inspectors": "inspector_id name first_visit_date last_visit_date visit_count authority_count",
    "visit_inspectors": "visit_id position inspector_id name_as_written title role_code "
    "is_signatory organisation_code",
    "sections": "section_id visit_id position heading section_type page_start page_end "
    "paragraph_count word_count text grade_code",
    "findings": "finding_id visit_id section_id section_type paragraph sentence text valence_code "
    "valence_score is_improvement is_priority_action quantifier_code framework_reference page "
    "x0 y0 x1 y1 quantifier_words cohort_code cues valence_set paragraph_number responsible_body",
    "finding_topics": "finding_id position topic_code",
    "judgements": "visit_id position judgement_code grade_code grade_as_written page x0 y0 x1 y1",
    "visit_windows": "visit_id position start_date end_date",
    "visit_correspondents": "visit_id position part_code name role_as_written organisation",
    "visit_inspectorates": "visit_id position inspectorate_code",
    "grades_held": "authority_id judgement_code framework grade_code from_date to_date visit_id",
    "codes": "list code label definition position",
    "quarantine": "letter_id source_url file_name stage reason_code detail seen_at",
    "corrections": "table_name row_key field visit_id old_value new_value status_code found_value "
    "reason found_by",
    "evaluation": "table_name field era metric value low high n code basis document_kind",
    "coverage": "authority_id year letter_count visit_count unread_count unfetched_count "
    "newest_visit_id newest_visit_date newest_visit_age_days as_of_date document_kind",
    "visit_versions": "letter_id visit_id known_from known_to withdrawn_date authority_id "
    "authority_name_as_written document_kind framework start_date end_date letter_date "
    "published_date addressee_name addressee_role focus primary_theme_code delivery_mode "
    "is_covid_adapted lead_inspector_id signatory_id inspector_count previous_inspection "
    "previous_judgement_code has_priority_action improvement_count priority_action_count "
    "finding_count strength_count concern_count word_count page_count source_url era",
}


def test_the_tables_and_columns_are_the_contracts() -> None:
    assert {name: " ".join(table.column_names) for name, table in SCHEMA.items()} == CONTRACT
    assert list(SCHEMA) == list(CONTRACT)


@pytest.mark.parametrize("table", SCHEMA.values(), ids=lambda table: table.name)
def test_keys_and_order_are_columns_and_keys_are_never_null(table: Table) -> None:
    assert {*table.primary_key, *table.sort_by} <= set(table.column_names)
    assert not [name for name in table.primary_key if table.column(name).nullable]
    assert len(set(table.column_names)) == len(table.columns)


@pytest.mark.parametrize("table", SCHEMA.values(), ids=lambda table: table.name)
def test_a_table_says_whose_its_rows_are_and_how_a_person_knows_one(table: Table) -> None:
    assert table.group
    assert table.owner
    assert table.source
    assert table.label_column is None or table.label_column in table.column_names
    assert not table.is_required or table.parent_table
    for column in table.columns:
        assert column.explains is None or column.explains in table.column_names


@pytest.mark.parametrize(
    ("table", "parent", "is_ordered_list"),
    [
        ("sections", "visits", False),
        ("findings", "visits", False),
        ("finding_topics", "findings", True),
        ("visit_themes", "visits", True),
        ("visit_inspectorates", "visits", True),
        ("visit_windows", "visits", False),
        ("authority_neighbours", "authorities", True),
        ("authority_successors", "authorities", False),
        ("letters", None, False),
    ],
)
def test_a_row_belongs_to_one_of_another_table(
    table: str, parent: str | None, is_ordered_list: bool
) -> None:
    assert SCHEMA[table].parent_table == parent
    assert SCHEMA[table].is_ordered_list == is_ordered_list


@pytest.mark.parametrize("table", SCHEMA.values(), ids=lambda table: table.name)
def test_the_order_of_rows_leaves_nothing_to_chance(table: Table) -> None:
    names = set(table.primary_key) or set(table.column_names)
    unique_by_position = {("list", "position"), ("visit_id", "position")}
    assert names <= set(table.sort_by) or table.sort_by in unique_by_position


@pytest.mark.parametrize("table", SCHEMA.values(), ids=lambda table: table.name)
def test_columns_are_described_with_examples_that_keep_their_rules(table: Table) -> None:
    for column in table.columns:
        assert column.description.endswith((".", "(UTC).")), column.name
        assert column.example, column.name
        value = type_of(column).parse(column.example)
        if column.pattern:
            assert re.fullmatch(column.pattern, column.example), column.name
        if column.code_list:
            assert column.example in code_lists()[column.code_list], column.name
        if column.minimum is not None:
            assert value >= column.minimum, column.name
        if column.maximum is not None:
            assert value <= column.maximum, column.name
        if column.fill_rate_minimum is not None:
            assert column.nullable, column.name
            assert 0 < column.fill_rate_minimum <= 1, column.name


@pytest.mark.parametrize(
    ("column", "references"),
    [(column, column.references) for _, column in COLUMNS if column.references],
    ids=[name for name, (_, column) in zip(IDS, COLUMNS, strict=True) if column.references],
)
def test_a_reference_leads_to_a_whole_key_of_the_same_form(column: Column, references: str) -> None:
    target_name, key = references.split(".")
    target = SCHEMA[target_name]
    assert target.primary_key == (key,)
    assert (target.column(key).dtype, target.column(key).pattern) == (column.dtype, column.pattern)


@pytest.mark.parametrize("table", SCHEMA.values(), ids=lambda table: table.name)
def test_names_say_what_a_column_is(table: Table) -> None:
    for column in table.columns:
        if column.name.endswith("_code") and column.name != "dfe_code":
            assert column.code_list, column.name
        if column.name.endswith("_date"):
            assert column.dtype == "date", column.name
        if column.name.endswith("_at"):
            assert column.dtype == "timestamp", column.name
        if column.name.endswith("_count"):
            assert column.dtype in ("int32", "int64"), column.name
            assert column.unit is not None, column.name
        assert (column.dtype == "bool") == column.name.startswith(("is_", "has_")), column.name


def test_what_a_model_judged_says_where_its_errors_are() -> None:
    judged = (SCHEMA["findings"].column("valence_code"), SCHEMA["finding_topics"])
    for one in judged:
        assert "udged by a model" in one.description
        assert "in the table evaluation" in one.description


def test_a_version_has_the_columns_of_a_visit() -> None:
    visits, versions = SCHEMA["visits"], SCHEMA["visit_versions"]
    own = {"letter_id", "known_from", "known_to", "withdrawn_date"}
    # In the order of visits, so that a column appended there is appended here.
    assert [name for name in versions.column_names if name not in own] == [
        name for name in visits.column_names if name != "letter_id"
    ]
    for column in visits.columns:
        version = versions.column(column.name)
        assert (version.dtype, version.nullable) == (column.dtype, column.nullable)
        assert (version.code_list, version.pattern) == (column.code_list, column.pattern)
        assert not version.unique
    # Of a version that does not count, visit and people need not be in the tables.
    assert {column.name: column.references for column in versions.columns if column.references} == {
        "letter_id": "letters.letter_id",
        "authority_id": "authorities.authority_id",
    }


def test_what_stands_between_cues_is_told() -> None:
    assert f"`{CUE_SEPARATOR.strip()}`" in SCHEMA["findings"].column("cues").description


def test_an_unknown_column_is_an_error() -> None:
    with pytest.raises(KeyError, match="table codes has no column colour"):
        SCHEMA["codes"].column("colour")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"nulable": True}, TypeError),
        ({"dtype": "text"}, msgspec.ValidationError),
        ({"minimum": "1"}, msgspec.ValidationError),
        ({"description": None}, msgspec.ValidationError),
        ({"like": "page", "without": ["pattern"]}, KeyError),
        ({"like": "pages"}, KeyError),
    ],
)
def test_a_declaration_with_a_wrong_word_or_value_is_refused(
    said: dict[str, Any], error: type[Exception]
) -> None:
    shared = {"page": {"dtype": "int32", "description": "The page."}}
    plain = {"name": "page", "dtype": "int32", "description": "The page."}
    with pytest.raises(error):
        read_column(shared, **{**plain, **said})


def test_the_schema_and_the_codes_need_no_heavy_library() -> None:
    script = (
        "import sys, warehouse.schema, warehouse.codes, warehouse.reference, warehouse.frames,"
        "warehouse.parquet, warehouse.database, warehouse.states, warehouse.query\n"
        "heavy = {'polars', 'duckdb', 'pyarrow', 'pandas', 'numpy'} & sys.modules.keys()\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
