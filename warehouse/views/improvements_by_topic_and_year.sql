-- Improvements by topic and year: how many points that letters list under what needs to improve have each
-- topic, by the year of the visit's first day, apart for each kind of visit and each template of letter: sum a
-- topic's counts and shares for a whole year. A point with several topics counts for each, so points add up
-- to more than there were; those of central_count alone add up to them. Points to a safeguarding
-- board, which a report on a council may have, are counted. Areas for priority action are not
-- counted. Topics are judged by a model: see precision_by_code.
--
-- year: The year of the visits' first days.
-- topic: The topic, by name.
-- improvement_count: How many points to improve have the topic.
-- central_count: For how many of them it is the most central topic.
-- share_of_improvements: The points with the topic as a share of all points of that kind and year, 0 to 1.
-- visit_count: How many visits' letters list a point with the topic.
-- share_of_visits: Those visits as a share of all visits of that kind and year, 0 to 1.
-- improvements_of_year: How many points to improve the letters on the visits of that kind and year list in all.
-- visits_of_year: How many visits of that kind there were in that year, those without a point counted.
WITH years AS (
    SELECT
        document_kind,
        year(start_date) AS year,
        count(finding_id) AS improvements_of_year,
        count(DISTINCT visits.visit_id) AS visits_of_year
    FROM visits
    LEFT JOIN findings ON findings.visit_id = visits.visit_id AND findings.is_improvement
    GROUP BY 1, 2
)
SELECT
    years.year,
    finding_topics.topic_code,
    codes.label AS topic,
    count(*) AS improvement_count,
    count(*) FILTER (WHERE finding_topics.position = 1) AS central_count,
    round(count(*) / years.improvements_of_year, 3) AS share_of_improvements,
    count(DISTINCT visits.visit_id) AS visit_count,
    round(count(DISTINCT visits.visit_id) / years.visits_of_year, 3) AS share_of_visits,
    years.improvements_of_year,
    years.visits_of_year,
    visits.document_kind,
    visits.era
FROM findings
JOIN finding_topics USING (finding_id)
JOIN visits USING (visit_id)
JOIN years ON years.document_kind = visits.document_kind AND years.year = year(visits.start_date)
LEFT JOIN codes ON codes.list = 'topic' AND codes.code = finding_topics.topic_code
WHERE findings.is_improvement
GROUP BY
    years.year,
    years.improvements_of_year,
    years.visits_of_year,
    finding_topics.topic_code,
    codes.label,
    visits.document_kind,
    visits.era
ORDER BY years.year, visits.document_kind, visits.era, improvement_count DESC, topic
