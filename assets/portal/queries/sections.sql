-- Every section of every visit, in the order of reading, with its findings in theirs.
WITH topics AS (
    SELECT finding_id, list(topic_code ORDER BY position) AS topics
    FROM finding_topics
    GROUP BY finding_id
),
read AS (
    SELECT
        section_id,
        list(
            {
                'finding_id': finding_id,
                'paragraph': paragraph,
                'text': text,
                'valence': valence_code,
                'score': valence_score,
                'is_improvement': is_improvement,
                'is_priority_action': is_priority_action,
                'cohort': cohort_code,
                'framework_reference': framework_reference,
                'responsible_body': responsible_body,
                'page': page,
                'x0': x0,
                'y0': y0,
                'x1': x1,
                'y1': y1,
                'topics': coalesce(topics.topics, [])
            }
            ORDER BY paragraph, sentence, finding_id
        ) AS findings
    FROM findings
    LEFT JOIN topics USING (finding_id)
    GROUP BY section_id
)
SELECT
    sections.visit_id,
    sections.section_id,
    sections.heading,
    sections.section_type,
    sections.grade_code,
    -- What is told sentence by sentence need not be told twice.
    CASE WHEN read.findings IS NULL THEN sections.text END AS text,
    coalesce(read.findings, []) AS findings
FROM sections
LEFT JOIN read USING (section_id)
ORDER BY sections.visit_id, sections.position
