-- A row that is a code in its place is moved up where one before it was taken out, so its code may
-- stand in any place of its owner.
WITH owned AS (
    SELECT
        'visit_themes' AS table_name,
        visit_id AS owner,
        list(theme_code) AS codes
    FROM visit_themes
    GROUP BY visit_id
    UNION ALL
    SELECT
        'finding_topics' AS table_name,
        finding_id AS owner,
        list(topic_code) AS codes
    FROM finding_topics
    GROUP BY finding_id
    UNION ALL
    SELECT
        'authority_neighbours' AS table_name,
        authority_id AS owner,
        list(neighbour_id) AS codes
    FROM authority_neighbours
    GROUP BY authority_id
),

named AS (
    SELECT
        corrections.*,
        regexp_extract(row_key, '(.*)/', 1) AS owner,
        status_code = 'applied' AS is_applied
    FROM corrections
),

put_in AS (
    SELECT
        table_name,
        owner,
        list(new_value) AS codes
    FROM named
    WHERE is_applied AND new_value IS NOT NULL
    GROUP BY table_name, owner
),

rows_held AS (
    SELECT DISTINCT
        table_name,
        row_key,
        TRUE AS is_row_held
    FROM held_values
),

values_held AS (
    SELECT DISTINCT ON (table_name, row_key, field)
        table_name,
        row_key,
        field,
        value AS held_value,
        TRUE AS is_value_held
    FROM held_values
)

SELECT
    named.*,
    (table_name, field) IN (SELECT (table_name, column_name) FROM declared_columns)
        AS is_field_known,
    old_value IS DISTINCT FROM new_value AS is_change,
    CASE WHEN is_applied THEN found_value END AS found_though_applied,
    CASE
        WHEN status_code = 'stale'
            THEN
                found_value IS DISTINCT FROM old_value
                OR is_row_held IS NULL
                OR coalesce(list_contains(owned.codes, new_value), FALSE)
    END AS is_outdated,
    CASE
        WHEN NOT is_applied THEN NULL
        WHEN owned.codes IS NOT NULL AND new_value IS NULL
            THEN
                CASE
                    WHEN
                        list_contains(owned.codes, old_value)
                        AND NOT coalesce(list_contains(put_in.codes, old_value), FALSE)
                        THEN old_value
                END
        WHEN owned.codes IS NOT NULL
            THEN
                CASE
                    WHEN NOT list_contains(owned.codes, new_value)
                        THEN array_to_string(owned.codes, ', ')
                END
        WHEN is_value_held AND held_value IS DISTINCT FROM new_value
            THEN coalesce(held_value, 'NULL')
        WHEN is_row_held IS NULL AND new_value IS NOT NULL THEN 'no such row'
    END AS held_instead
FROM named
LEFT JOIN owned USING (table_name, owner)
LEFT JOIN put_in USING (table_name, owner)
LEFT JOIN rows_held USING (table_name, row_key)
LEFT JOIN values_held USING (table_name, row_key, field)
