-- The rows of the sheet: one row a grade, authority by authority, the newest inspection first.
SELECT *
FROM judgements_with_names
WHERE visit_id IN (FROM chosen_visits)
ORDER BY authority, start_date DESC, visit_id, position
