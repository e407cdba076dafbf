-- What each authority was told on each topic, letter after letter: one row a visit and a topic that its
-- findings have. A finding with several topics counts for each, so a visit's rows add up to more than its
-- findings; central_count alone adds up to them. Judged by a model: see precision_by_code.
--
-- authority: The name of the authority.
-- visit_number: Which of the authority's visits of that kind in these tables it was, from 1.
-- theme: The main theme of the visit.
-- topic: The topic, by name.
-- finding_count: How many findings of the visit have the topic.
-- central_count: For how many of them it is the most central topic.
-- strength_count: How many of them report a strength.
-- concern_count: How many of them report a concern, the points to improve and the areas for priority action among them.
-- mixed_count: How many of them hold both a strength and a concern.
-- context_count: How many of them weigh nothing.
-- improvement_count: How many of them are points to improve.
-- priority_action_count: How many of them are areas for priority action.
SELECT
    authorities.name AS authority,
    authorities.region,
    ordered.visit_number,
    ordered.start_date,
    theme.label AS theme,
    finding_topics.topic_code,
    topic.label AS topic,
    count(*) AS finding_count,
    count(*) FILTER (WHERE finding_topics.position = 1) AS central_count,
    count(*) FILTER (WHERE findings.valence_code = 'strength') AS strength_count,
    count(*) FILTER (WHERE findings.valence_code = 'concern') AS concern_count,
    count(*) FILTER (WHERE findings.valence_code = 'mixed') AS mixed_count,
    count(*) FILTER (WHERE findings.valence_code = 'context') AS context_count,
    count(*) FILTER (WHERE findings.is_improvement) AS improvement_count,
    count(*) FILTER (WHERE findings.is_priority_action) AS priority_action_count,
    ordered.visit_id,
    ordered.document_kind,
    ordered.era
FROM (
    SELECT
        *,
        row_number() OVER (PARTITION BY authority_id, document_kind ORDER BY start_date, visit_id) AS visit_number
    FROM visits
) AS ordered
JOIN authorities USING (authority_id)
JOIN findings USING (visit_id)
JOIN finding_topics USING (finding_id)
LEFT JOIN codes AS topic ON topic.list = 'topic' AND topic.code = finding_topics.topic_code
LEFT JOIN codes AS theme ON theme.list = 'theme' AND theme.code = ordered.primary_theme_code
GROUP BY
    authority,
    authorities.region,
    ordered.visit_number,
    ordered.start_date,
    theme.label,
    finding_topics.topic_code,
    topic.label,
    ordered.visit_id,
    ordered.document_kind,
    ordered.era
ORDER BY authority, ordered.visit_number, ordered.visit_id, finding_count DESC, topic
