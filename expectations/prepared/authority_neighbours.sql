SELECT
    *,
    row_number() OVER (PARTITION BY authority_id ORDER BY position) AS place
FROM authority_neighbours
