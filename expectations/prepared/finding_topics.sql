SELECT
    finding_topics.*,
    findings.visit_id,
    row_number() OVER (PARTITION BY finding_id ORDER BY position) AS place
FROM finding_topics
LEFT JOIN unique_findings AS findings USING (finding_id)
