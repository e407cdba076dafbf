-- The visits chosen, with their counts taken over the findings chosen: where everything is, those of the letter.
-- What a report finds of a safeguarding board beside the council is not counted, as in visits.
WITH counted AS (
    SELECT
        findings.visit_id,
        count(*) AS finding_count,
        count(*) FILTER (WHERE valence_code = 'strength') AS strength_count,
        count(*) FILTER (WHERE valence_code = 'concern') AS concern_count,
        count(*) FILTER (WHERE is_improvement) AS improvement_count,
        count(*) FILTER (WHERE is_priority_action) AS priority_action_count
    FROM findings
    JOIN visits USING (visit_id)
    WHERE
        finding_id IN (FROM chosen_findings)
        AND (
            visits.document_kind = 'lscb_review'
            OR (section_type <> 'lscb' AND responsible_body IS DISTINCT FROM getvariable('safeguarding_board'))
        )
    GROUP BY findings.visit_id
)
SELECT
    names.* REPLACE (
        coalesce(counted.finding_count, 0)::INTEGER AS finding_count,
        coalesce(counted.strength_count, 0)::INTEGER AS strength_count,
        coalesce(counted.concern_count, 0)::INTEGER AS concern_count,
        coalesce(counted.improvement_count, 0)::INTEGER AS improvement_count,
        coalesce(counted.priority_action_count, 0)::INTEGER AS priority_action_count,
        coalesce(counted.priority_action_count, 0) > 0 AS has_priority_action
    )
FROM visits_with_names AS names
LEFT JOIN counted USING (visit_id)
WHERE names.visit_id IN (FROM chosen_visits)
