-- What is new since a day: one row a visit that became known on that day or later, or of which another version
-- has taken the place of an older one since. Ask with FROM new_since(DATE '2024-03-31'); where the file is
-- attached to another database, USE it first.
--
-- @day: The day, a DATE or its text as in '2024-03-31'.
-- authority: The name of the authority.
-- kind: What kind of visit or inspection it was.
-- is_amended: Whether an older version of the letter counted before that day.
SELECT
    visits.visit_id,
    authorities.name AS authority,
    kind.label AS kind,
    visits.start_date,
    visits.end_date,
    versions.known_from,
    visits.letter_id IN (
        SELECT letters.superseded_by
        FROM letters
        JOIN visit_versions AS older USING (letter_id)
        WHERE older.known_from < CAST(day AS DATE)
    ) AS is_amended,
    visits.improvement_count,
    visits.priority_action_count,
    visits.finding_count,
    visits.source_url,
    visits.document_kind,
    visits.era
FROM visit_versions AS versions
JOIN visits USING (letter_id)
JOIN authorities ON authorities.authority_id = visits.authority_id
LEFT JOIN codes AS kind ON kind.list = 'document_kind' AND kind.code = visits.document_kind
WHERE versions.known_from >= CAST(day AS DATE) AND versions.known_to IS NULL
ORDER BY versions.known_from DESC, visits.visit_id
