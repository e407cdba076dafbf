SELECT
    *,
    row_number() OVER (PARTITION BY list ORDER BY position) AS place
FROM codes
