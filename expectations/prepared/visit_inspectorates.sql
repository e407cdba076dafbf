SELECT
    *,
    row_number() OVER (PARTITION BY visit_id ORDER BY position) AS place
FROM visit_inspectorates
