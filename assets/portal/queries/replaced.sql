-- Files that another took the place of, by the visit that it tells of. One that never counted, such as the same
-- letter in other bytes, was not amended.
SELECT
    letters.letter_id,
    letters.file_name,
    visits.visit_id,
    coalesce(versions.known_to > versions.known_from, FALSE) AS is_amended
FROM letters
JOIN visits ON visits.letter_id = letters.superseded_by
LEFT JOIN visit_versions AS versions ON versions.letter_id = letters.letter_id
ORDER BY letters.letter_id
