SELECT
    evidence.*,
    findings.visit_id AS evidence_visit_id,
    follow_ups.finding_id IS NOT NULL AS is_of_follow_up,
    row_number() OVER (PARTITION BY evidence.finding_id, evidence.later_visit_id ORDER BY position)
        AS place
FROM follow_up_evidence AS evidence
LEFT JOIN main.unique_findings AS findings ON findings.finding_id = evidence.evidence_finding_id
LEFT JOIN (SELECT DISTINCT finding_id, later_visit_id FROM follow_ups) AS follow_ups
    ON follow_ups.finding_id = evidence.finding_id
    AND follow_ups.later_visit_id = evidence.later_visit_id
