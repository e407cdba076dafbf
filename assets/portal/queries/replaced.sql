-- Files that another took the place of, by the visit that it tells of.
SELECT
    letters.letter_id,
    letters.file_name,
    visits.visit_id
FROM letters
JOIN visits ON visits.letter_id = letters.superseded_by
ORDER BY letters.letter_id
