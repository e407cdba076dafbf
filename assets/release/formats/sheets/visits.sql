-- The rows of the sheet: one row a visit, authority by authority, the newest first.
SELECT names.*, letters.file_name
FROM visits_with_names AS names
JOIN visits ON visits.visit_id = names.visit_id
JOIN letters ON letters.letter_id = visits.letter_id
WHERE names.visit_id IN (FROM chosen_visits)
ORDER BY names.authority, names.start_date DESC, names.visit_id
