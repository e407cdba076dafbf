-- How often points are asked for again within three years, by topic and by the kind of visit that asked, and all
-- kinds together: of the points that were asked for three years or longer before these tables end, those that some
-- later document within three years could revisit, did revisit, and asked for again. A point with several topics
-- counts for each. Most points are not asked for again because nobody looked: compare with revisited_count.
-- Judged by a program: see evaluation.
--
-- topic: The topic, by name.
-- point_count: How many points to improve and areas for priority action of that age have the topic.
-- followed_count: How many of them have a later document on their authority within three years.
-- revisited_count: How many of those are revisited by one; what is left open does not count.
-- asked_again_count: How many are asked for again by one.
-- share_asked_again: The points asked for again as a share of those revisited, 0 to 1; NULL where none is.
-- share_low: The lower end of its 95% interval for points as drawn from many like them, each by itself (Wilson); that points of one council are alike, and the judgement's own error, in evaluation, come on top.
-- share_high: The upper end of that interval.
-- document_kind: What kind of visit or inspection asked; all for all kinds together.
-- era: Always all: letters of all templates are counted together.
WITH points AS (
    SELECT
        findings.finding_id,
        visits.document_kind,
        count(later_visit_id) > 0 AS is_followed,
        coalesce(bool_or(follow_ups.status_code <> 'not_revisited'), false) AS is_revisited,
        coalesce(bool_or(follow_ups.is_asked_again), false) AS is_asked_again
    FROM findings
    JOIN visits USING (visit_id)
    LEFT JOIN follow_ups
        ON follow_ups.finding_id = findings.finding_id AND follow_ups.days_between <= 3 * 365.25
    WHERE (findings.is_improvement OR findings.is_priority_action)
        -- Of younger ones it is not known yet.
        AND (SELECT max(as_of_date) FROM coverage) - visits.end_date >= 3 * 365.25
    GROUP BY ALL
),
counted AS (
    SELECT
        finding_topics.topic_code,
        kinds.document_kind,
        count(*) AS points,
        count(*) FILTER (WHERE is_followed) AS followed,
        count(*) FILTER (WHERE is_revisited OR is_asked_again) AS revisited,
        count(*) FILTER (WHERE is_asked_again) AS asked_again
    FROM points
    CROSS JOIN unnest([points.document_kind, 'all']) AS kinds (document_kind)
    JOIN finding_topics USING (finding_id)
    GROUP BY ALL
),
shares AS (
    SELECT *, asked_again / nullif(revisited, 0) AS share, 1.96 * 1.96 / nullif(revisited, 0) AS z
    FROM counted
)
SELECT
    shares.topic_code,
    codes.label AS topic,
    shares.points AS point_count,
    shares.followed AS followed_count,
    shares.revisited AS revisited_count,
    shares.asked_again AS asked_again_count,
    round(share, 3) AS share_asked_again,
    round((share + z / 2 - sqrt(z * share * (1 - share) + z * z / 4)) / (1 + z), 3) AS share_low,
    round((share + z / 2 + sqrt(z * share * (1 - share) + z * z / 4)) / (1 + z), 3) AS share_high,
    shares.document_kind,
    'all' AS era
FROM shares
JOIN codes ON codes.list = 'topic' AND codes.code = shares.topic_code
ORDER BY shares.document_kind, shares.points DESC, codes.label
