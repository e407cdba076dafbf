-- Precision and recall beside the F1 that is made of them.
WITH rates AS (
    SELECT
        table_name,
        field,
        code,
        document_kind,
        era,
        basis,
        max(value) FILTER (WHERE metric = 'precision') AS precision_value,
        max(value) FILTER (WHERE metric = 'recall') AS recall_value
    FROM evaluation
    GROUP BY table_name, field, code, document_kind, era, basis
)

SELECT
    evaluation.*,
    (table_name, field) IN (SELECT (table_name, column_name) FROM declared_columns)
        AS is_field_known,
    code = 'all'
    OR (table_name, field, code) IN (
        SELECT (coded_columns.table_name, coded_columns.column_name, codes.code)
        FROM coded_columns
        JOIN codes USING (list)
    )
    -- A set holds codes of its column's list, and is none itself.
    OR (field = 'valence_set' AND code IN (SELECT code FROM codes WHERE list = 'valence'))
        AS is_code_known,
    CASE
        WHEN metric = 'f1'
            THEN
                abs(
                    value
                    - coalesce(
                        2 * precision_value * recall_value
                        / nullif(precision_value + recall_value, 0),
                        CASE WHEN precision_value + recall_value = 0 THEN 0 END
                    )
                )
    END AS f1_is_off_by
FROM evaluation
LEFT JOIN rates USING (table_name, field, code, document_kind, era, basis)
