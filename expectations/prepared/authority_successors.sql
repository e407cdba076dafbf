SELECT
    authority_successors.*,
    coalesce(authorities.valid_to IS NOT NULL, FALSE) AS authority_is_closed
FROM authority_successors
LEFT JOIN unique_authorities AS authorities USING (authority_id)
