-- The rows of the sheet: one row an authority, kind of document and year, the newest year first.
SELECT coverage.*, authorities.name AS authority, authorities.region, kind.label AS kind
FROM coverage
JOIN authorities USING (authority_id)
LEFT JOIN codes AS kind ON kind.list = 'document_kind' AND kind.code = coverage.document_kind
WHERE coverage.authority_id IN (FROM chosen_authorities)
    -- Older releases do not tell the kind.
    AND coalesce(coverage.document_kind IN (FROM chosen_kinds), true)
    AND coverage.year IN (FROM chosen_years)
ORDER BY authorities.name, coverage.authority_id, coverage.document_kind, coverage.year DESC
