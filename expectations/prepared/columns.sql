-- One row a column, declared or found; `NULL` would not be compared.
SELECT
    table_name,
    column_name,
    coalesce(found_columns.described, 'missing') AS found,
    coalesce(declared_columns.described, 'not in the schema') AS declared
FROM found_columns
FULL JOIN declared_columns USING (table_name, column_name)
ORDER BY table_name, column_name
