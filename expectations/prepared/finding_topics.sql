SELECT
    finding_topics.*,
    findings.visit_id,
    row_number() OVER (PARTITION BY finding_id ORDER BY position) AS place,
    (topic_code = 'other')::DOUBLE AS is_other,
    count(*) OVER (PARTITION BY topic_code) / count(*) OVER () AS share_of_topic
FROM finding_topics
LEFT JOIN unique_findings AS findings USING (finding_id)
