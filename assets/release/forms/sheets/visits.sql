-- The rows of the sheet: one row a visit, authority by authority, the newest first.
SELECT names.*
FROM visits_with_names AS names
WHERE names.visit_id IN (FROM chosen_visits)
ORDER BY names.authority, names.start_date DESC, names.visit_id
