-- The rows of the sheet: one row an authority and year, the newest year first.
SELECT coverage.*, authorities.name AS authority, authorities.region
FROM coverage
JOIN authorities USING (authority_id)
WHERE coverage.authority_id IN (FROM chosen_authorities)
    AND coverage.year IN (FROM chosen_years)
ORDER BY authorities.name, coverage.authority_id, coverage.year DESC
