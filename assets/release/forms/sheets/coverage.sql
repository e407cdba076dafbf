-- The rows of the sheet: one row an authority and year, the newest year first.
SELECT coverage.*, authorities.name AS authority, authorities.region
FROM coverage
JOIN authorities USING (authority_id)
ORDER BY authorities.name, coverage.authority_id, coverage.year DESC
