SELECT
    judgements.*,
    row_number() OVER (PARTITION BY judgements.visit_id ORDER BY position) AS place,
    -- Of the other parts of a service, several may be graded.
    CASE WHEN judgement_code = 'other' THEN judgement_code || position ELSE judgement_code END
        AS judgement_or_part,
    by_kind.judgement_code IS NOT NULL AS is_of_its_kind,
    list_contains(string_split(by_kind.grades, '|'), grade_code) AS is_on_its_scale,
    visits.page_count AS letter_page_count,
    page IS NOT NULL AS page_known,
    visits.page_count IS NOT NULL AS page_expected,
    (page IS NOT NULL)::INTEGER + (x0 IS NOT NULL)::INTEGER + (y0 IS NOT NULL)::INTEGER
    + (x1 IS NOT NULL)::INTEGER + (y1 IS NOT NULL)::INTEGER AS place_values
FROM judgements
LEFT JOIN unique_visits AS visits USING (visit_id)
LEFT JOIN judgements_by_kind AS by_kind USING (document_kind, judgement_code)
