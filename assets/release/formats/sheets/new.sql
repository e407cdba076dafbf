-- The rows of the sheet: what was published or amended since a day (of a whole release: in its newest months), the newest first.
SELECT *
FROM new_since(getvariable('new_from'))
WHERE visit_id IN (FROM chosen_visits)
ORDER BY new_date DESC, authority, visit_id
