-- What is a safeguarding board's counts in the review of a board alone.
WITH counted_findings AS (
    SELECT
        visit_id,
        count(*) AS finding_rows,
        count(*) FILTER (WHERE is_improvement) AS improvement_rows,
        count(*) FILTER (WHERE is_priority_action) AS priority_action_rows,
        count(*) FILTER (WHERE section_type = 'main_findings') AS main_finding_rows,
        count(*) FILTER (WHERE valence_code = 'strength') AS strength_rows,
        count(*) FILTER (WHERE valence_code = 'concern') AS concern_rows
    FROM findings
    LEFT JOIN unique_visits USING (visit_id)
    WHERE
        document_kind = 'lscb_review'
        OR NOT (
            section_type = 'lscb'
            OR coalesce(responsible_body = getvariable('safeguarding_board'), FALSE)
        )
    GROUP BY visit_id
),

counted_judgements AS (
    SELECT
        visit_id,
        count(*) AS judgement_rows,
        list(judgement_code) AS judged
    FROM judgements
    GROUP BY visit_id
),

windows AS (
    SELECT
        visit_id,
        min(start_date) AS first_window_day,
        max(end_date) AS last_window_day
    FROM visit_windows
    GROUP BY visit_id
),

counted_sections AS (
    SELECT
        visit_id,
        count(*) AS section_rows,
        sum(word_count)::BIGINT AS section_words
    FROM sections
    GROUP BY visit_id
),

teams AS (
    SELECT
        visit_id,
        count(*) AS inspector_rows,
        list(inspector_id) FILTER (WHERE role_code = 'lead') AS all_leads,
        list(inspector_id) FILTER (WHERE role_code = 'lead' AND organisation_code = 'ofsted')
            AS leads_of_ofsted,
        coalesce(leads_of_ofsted, all_leads) AS leads,
        arg_min(inspector_id, position) FILTER (WHERE is_signatory) AS signatory
    FROM visit_inspectors
    GROUP BY visit_id
),

first_themes AS (
    SELECT
        visit_id,
        arg_min(theme_code, position) AS theme_code
    FROM visit_themes
    GROUP BY visit_id
)

SELECT
    visits.*,

    end_date - start_date + 1 AS days_of_visit,
    start_date BETWEEN kinds.since AND coalesce(kinds.until, 'infinity'::DATE) AS is_since_its_kind,
    first_window_day,
    last_window_day,
    isodow(start_date) AS start_weekday,
    isodow(end_date) AS end_weekday,
    letter_date - end_date AS days_to_letter,
    try_cast(left(previous_inspection || '-01', 7) || '-01' AS DATE) AS previous_inspection_from,
    coalesce(start_date >= authorities.valid_from, TRUE)
    AND coalesce(start_date <= authorities.valid_to, TRUE) AS authority_existed,

    regexp_extract(visit_id, '[0-9]{4}-[0-9]{2}-[0-9]{2}') AS day_in_visit_id,
    start_date::VARCHAR AS first_day,
    letters.document_kind AS letter_document_kind,
    coalesce(visits.page_count, 0) AS pages_or_none,
    coalesce(letters.page_count, 0) AS letter_pages_or_none,
    coalesce(visits.source_url, 'none') AS address_or_none,
    coalesce(letters.source_url, 'none') AS letter_address_or_none,
    coalesce(primary_theme_code, 'none') AS primary_theme_or_none,
    coalesce(first_themes.theme_code, 'none') AS first_theme_or_none,
    coalesce(lead_inspector_id, 'none') AS lead_or_none,
    CASE WHEN len(leads) = 1 THEN leads[1] ELSE 'none' END AS lead_found_or_none,
    coalesce(signatory_id, 'none') AS signatory_or_none,
    coalesce(teams.signatory, 'none') AS signatory_found_or_none,

    priority_action_count > 0 AS counts_priority_action,
    coalesce(finding_rows, 0) AS finding_rows,
    coalesce(improvement_rows, 0) AS improvement_rows,
    coalesce(priority_action_rows, 0) AS priority_action_rows,
    coalesce(main_finding_rows, 0) AS main_finding_rows,
    coalesce(strength_rows, 0) AS strength_rows,
    coalesce(concern_rows, 0) AS concern_rows,
    coalesce(strength_rows, 0) > 0 AND coalesce(concern_rows, 0) > 0 AS has_strength_and_concern,
    coalesce(inspector_rows, 0) AS inspector_rows,
    coalesce(judgement_rows, 0) AS judgement_rows,
    array_to_string(list_filter(
        required_judgements.codes,
        lambda code: NOT list_contains(coalesce(judged, []), code)
    ), ', ') AS judgements_missing,
    coalesce(section_rows, 0) AS section_rows,
    coalesce(section_words, 0) AS section_words,
    visits.letter_id IN (SELECT letter_id FROM visit_versions WHERE known_to IS NULL)
        AS has_version,
    -- By which kind is asked of coverage; earlier releases do not tell it there.
    (visits.authority_id, year(start_date)) IN (SELECT (authority_id, year) FROM coverage)
        AS is_covered
FROM visits
LEFT JOIN kinds ON kinds.code = visits.document_kind
LEFT JOIN unique_letters AS letters USING (letter_id)
LEFT JOIN unique_authorities AS authorities USING (authority_id)
LEFT JOIN counted_findings USING (visit_id)
LEFT JOIN counted_sections USING (visit_id)
LEFT JOIN teams USING (visit_id)
LEFT JOIN first_themes USING (visit_id)
LEFT JOIN windows USING (visit_id)
LEFT JOIN counted_judgements USING (visit_id)
LEFT JOIN (
    SELECT
        document_kind,
        list(judgement_code) AS codes
    FROM judgements_by_kind
    WHERE is_required
    GROUP BY document_kind
) AS required_judgements ON required_judgements.document_kind = visits.document_kind
