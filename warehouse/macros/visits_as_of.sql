-- Visits as they could be known on a day: the columns of visits, of the versions of letters that counted then.
-- Versions that were amended since, and letters that have been withdrawn since, are among them. A visit
-- stands here from the day on which its letter was published, not from the visit's own days. Ask with
-- FROM visits_as_of(DATE '2024-03-31'); where the file is attached to another database, USE it first.
-- Corrections are in what it says of any day, however late they were made. A letter that was replaced and
-- then put back stands here all along.
--
-- @day: The day, a DATE or its text as in '2024-03-31'.
-- is_withdrawn: Whether the letter was last found at the source before that day, is gone now, and nothing took its place: it may have been there on that day still.
-- is_amended_since: Whether another version took its place later; visits has what that one says.
SELECT
    visit_id,
    letter_id,
    * EXCLUDE (visit_id, letter_id, known_from, known_to, withdrawn_date),
    known_from,
    coalesce(withdrawn_date < CAST(day AS DATE), FALSE) AS is_withdrawn,
    known_to IS NOT NULL AS is_amended_since
FROM visit_versions
WHERE
    known_from <= CAST(day AS DATE)
    AND (known_to IS NULL OR known_to > CAST(day AS DATE))
-- Two letters may have stated one visit, until one of them was amended.
QUALIFY row_number() OVER (PARTITION BY visit_id ORDER BY known_from DESC, letter_id) = 1
ORDER BY visit_id
