SELECT
    finding_topics.*,
    findings.visit_id,
    row_number() OVER (PARTITION BY finding_id ORDER BY position) AS place,
    (topic_code = 'other')::DOUBLE AS is_other,
    rows_of_topic / (SELECT count(*) FROM main.finding_topics) AS share_of_topic
FROM finding_topics
LEFT JOIN (
    SELECT
        topic_code,
        count(*) AS rows_of_topic
    FROM main.finding_topics
    GROUP BY topic_code
) AS counted_topics USING (topic_code)
LEFT JOIN unique_findings AS findings USING (finding_id)
