WITH RECURSIVE
before AS (
    SELECT successor_id AS authority_id, authority_id AS earlier_id FROM authority_successors
    UNION
    SELECT before.authority_id, further.authority_id
    FROM before
    JOIN authority_successors AS further ON further.successor_id = before.earlier_id
),

evidence AS (
    SELECT finding_id, later_visit_id, count(*) AS sentences
    FROM follow_up_evidence
    GROUP BY ALL
)

SELECT
    follow_ups.*,
    is_improvement OR is_priority_action AS is_point,
    later.start_date - earlier.end_date AS days_of_visits,
    later.authority_id = earlier.authority_id OR before.earlier_id IS NOT NULL AS is_same_authority,
    is_asked_again AND coalesce(status_code IN ('improved', 'not_revisited'), false)
        AND status_score IS NOT NULL AS is_asked_though_improved,
    -- What a person settled has the sentences that were found, whatever they are.
    CASE WHEN status_score IS NOT NULL THEN coalesce(status_code <> 'not_revisited' OR status_score < 0.8, true) END
        AS is_revisited_or_in_doubt,
    coalesce(sentences, 0) > 0 AS has_evidence,
    (status_code IS NOT NULL)::DOUBLE AS is_answered
FROM follow_ups
LEFT JOIN unique_findings AS findings USING (finding_id)
LEFT JOIN unique_visits AS earlier ON earlier.visit_id = findings.visit_id
LEFT JOIN main.unique_visits AS later ON later.visit_id = follow_ups.later_visit_id
LEFT JOIN before
    ON before.authority_id = later.authority_id AND before.earlier_id = earlier.authority_id
LEFT JOIN evidence USING (finding_id, later_visit_id)
