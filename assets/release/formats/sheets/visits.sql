-- The rows of the sheet: one row a visit, authority by authority, the newest first.
SELECT names.*, letters.file_name
FROM chosen_visits_with_names AS names
JOIN visits USING (visit_id)
JOIN letters USING (letter_id)
ORDER BY names.authority, names.start_date DESC, names.visit_id
