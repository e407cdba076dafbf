-- Every visit with its file, in the order of days.
SELECT
    visits.*,
    letters.sha256,
    letters.file_name,
    letters.first_seen_at,
    letters.is_listed,
    (
        SELECT list(one.theme_code ORDER BY one.position) FROM visit_themes AS one
        WHERE one.visit_id = visits.visit_id
    ) AS themes,
    (
        SELECT list(one ORDER BY one.position) FROM judgements AS one
        WHERE one.visit_id = visits.visit_id
    ) AS judgements,
    (
        SELECT list(one.inspectorate_code ORDER BY one.position) FROM visit_inspectorates AS one
        WHERE one.visit_id = visits.visit_id
    ) AS inspectorates,
    (
        SELECT list(one.name_as_written ORDER BY one.position) FROM visit_inspectors AS one
        WHERE one.visit_id = visits.visit_id
    ) AS inspectors,
    (
        SELECT list(one ORDER BY one.part_code, one.position) FROM visit_correspondents AS one
        WHERE one.visit_id = visits.visit_id
    ) AS correspondents
FROM visits
JOIN letters USING (letter_id)
ORDER BY start_date, visit_id
