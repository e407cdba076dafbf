-- Files that another took the place of, and what became of it.
SELECT
    letters.letter_id,
    letters.file_name,
    letters.superseded_by,
    visits.visit_id
FROM letters
JOIN visits ON visits.letter_id = letters.superseded_by
ORDER BY letters.letter_id
