-- What each authority was told to improve, letter after letter: one row a point to improve, in the order of
-- an authority's visits of a kind. A visit whose letter lists none has one row, without a point.
--
-- authority: The name of the authority.
-- visit_number: Which of the authority's visits of that kind in these tables it was, from 1.
-- visit_count: How many visits of that kind the authority has in these tables.
-- theme: The main theme of the visit.
-- point_number: The point's place in the letter's list, from 1; NULL where it lists none.
-- improvement: The point, as its author wrote it; NULL where the letter lists none.
-- topics: The names of the point's topics, the most central first.
SELECT
    authorities.name AS authority,
    ordered.visit_number,
    ordered.visit_count,
    ordered.start_date,
    theme.label AS theme,
    points.point_number,
    points.improvement,
    points.framework_reference,
    ordered.visit_id,
    points.finding_id,
    topics.topics,
    ordered.document_kind,
    ordered.era,
    points.responsible_body
FROM (
    SELECT
        *,
        row_number() OVER (PARTITION BY authority_id, document_kind ORDER BY start_date, visit_id) AS visit_number,
        count(*) OVER (PARTITION BY authority_id, document_kind) AS visit_count
    FROM visits
) AS ordered
JOIN authorities USING (authority_id)
LEFT JOIN codes AS theme ON theme.list = 'theme' AND theme.code = ordered.primary_theme_code
LEFT JOIN (
    SELECT
        visit_id,
        finding_id,
        framework_reference,
        responsible_body,
        text AS improvement,
        row_number() OVER (
            PARTITION BY visit_id ORDER BY section_id, paragraph, sentence
        ) AS point_number
    FROM findings
    WHERE is_improvement
) AS points ON points.visit_id = ordered.visit_id
LEFT JOIN (
    SELECT finding_id, string_agg(codes.label, '; ' ORDER BY finding_topics.position) AS topics
    FROM finding_topics
    JOIN codes ON codes.list = 'topic' AND codes.code = finding_topics.topic_code
    GROUP BY finding_id
) AS topics ON topics.finding_id = points.finding_id
ORDER BY authority, ordered.visit_number, points.point_number
