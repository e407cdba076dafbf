-- What is new since a day: one row a visit whose letter was published on that day or later (where the day of
-- publication is not known: first seen), or of which another version has taken the place of an older one since.
-- That letters were read by another version of the program makes nothing new. Ask with
-- FROM new_since(DATE '2024-03-31'); where the file is attached to another database, USE it first.
--
-- @day: The day, a DATE or its text as in '2024-03-31'.
-- authority: The name of the authority.
-- kind: What kind of visit or inspection it was.
-- is_amended: Whether an older version of the letter counted before that day.
-- new_date: The day of publication, else the day it was first seen; of a version that took another's place, the day from which it counts.
WITH counting AS (
    SELECT
        versions.known_from,
        letters.letter_id,
        older.known_from AS counted_before,
        CASE
            WHEN older.known_from IS NULL
                THEN coalesce(versions.published_date, CAST(letters.first_seen_at AS DATE))
            ELSE versions.known_from
        END AS new_date
    FROM visit_versions AS versions
    JOIN letters USING (letter_id)
    LEFT JOIN (
        SELECT letters.superseded_by AS letter_id, min(known_from) AS known_from
        FROM letters
        JOIN visit_versions USING (letter_id)
        GROUP BY letters.superseded_by
    ) AS older USING (letter_id)
    WHERE versions.known_to IS NULL
)
SELECT
    visits.visit_id,
    authorities.name AS authority,
    kind.label AS kind,
    visits.start_date,
    visits.end_date,
    counting.known_from,
    coalesce(counting.counted_before < CAST(day AS DATE), FALSE) AS is_amended,
    visits.improvement_count,
    visits.priority_action_count,
    visits.finding_count,
    visits.source_url,
    visits.document_kind,
    visits.era,
    counting.new_date
FROM counting
JOIN visits USING (letter_id)
JOIN authorities ON authorities.authority_id = visits.authority_id
LEFT JOIN codes AS kind ON kind.list = 'document_kind' AND kind.code = visits.document_kind
WHERE counting.new_date >= CAST(day AS DATE)
ORDER BY counting.new_date DESC, visits.visit_id
