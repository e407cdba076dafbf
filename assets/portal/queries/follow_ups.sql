-- What became of points, later document by later document, with the sentences that decide.
SELECT
    follow_ups.*,
    (
        SELECT list(one.evidence_finding_id ORDER BY one.position) FROM follow_up_evidence AS one
        WHERE one.finding_id = follow_ups.finding_id AND one.later_visit_id = follow_ups.later_visit_id
    ) AS evidence
FROM follow_ups
JOIN visits ON visits.visit_id = follow_ups.later_visit_id
ORDER BY follow_ups.finding_id, visits.start_date, visits.visit_id
