-- How long it takes until a topic's points are revisited, by the kind of visit that asked, and all kinds together: the share of points
-- that some later document has revisited within so many years, estimated so that points not revisited yet count
-- for as long as they could have been (Kaplan and Meier, 1958; they are censored on the last day of these
-- tables). A point with several topics counts for each. Revisited is judged by a program: see evaluation.
--
-- topic: The topic, by name.
-- point_count: How many points to improve and areas for priority action have the topic.
-- revisited_count: How many of them a later document has revisited; what is left open does not count.
-- censored_count: How many are not revisited yet.
-- median_days: Days after which half of the points are revisited; NULL where fewer than half ever are, as far as is known.
-- share_within_one_year: The estimated share revisited within a year of 365 days, 0 to 1; NULL where none is known for so long.
-- share_within_two_years: The same of two years.
-- share_within_three_years: The same of three years.
-- document_kind: What kind of visit or inspection asked; all for all kinds together.
-- era: Always all: letters of all templates are counted together.
WITH points AS (
    SELECT
        findings.finding_id,
        visits.document_kind,
        min(days_between) FILTER (WHERE status_code <> 'not_revisited') AS days_until,
        (SELECT max(as_of_date) FROM coverage) - visits.end_date AS days_known
    FROM findings
    JOIN visits USING (visit_id)
    LEFT JOIN follow_ups USING (finding_id)
    WHERE findings.is_improvement OR findings.is_priority_action
    GROUP BY findings.finding_id, visits.document_kind, visits.end_date
),
spells AS (
    SELECT
        finding_topics.topic_code,
        kinds.document_kind,
        coalesce(days_until, greatest(days_known, 0)) AS days,
        days_until IS NOT NULL AS is_revisited
    FROM points
    CROSS JOIN unnest([points.document_kind, 'all']) AS kinds (document_kind)
    JOIN finding_topics USING (finding_id)
),
days AS (
    SELECT
        topic_code,
        document_kind,
        days,
        count(*) AS spells,
        count(*) FILTER (WHERE is_revisited) AS events
    FROM spells
    GROUP BY ALL
),
steps AS (
    SELECT *, sum(spells) OVER (PARTITION BY topic_code, document_kind ORDER BY days DESC) AS at_risk
    FROM days
),
survival AS (
    SELECT
        topic_code,
        document_kind,
        days,
        product(1 - events / at_risk) OVER (PARTITION BY topic_code, document_kind ORDER BY days) AS left_over
    FROM steps
),
totals AS (
    SELECT topic_code, document_kind, count(*) AS points, count(*) FILTER (WHERE is_revisited) AS revisited
    FROM spells
    GROUP BY ALL
)
SELECT
    totals.topic_code,
    codes.label AS topic,
    totals.points AS point_count,
    totals.revisited AS revisited_count,
    totals.points - totals.revisited AS censored_count,
    min(survival.days) FILTER (WHERE survival.left_over <= 0.5 + 1e-9) AS median_days,
    -- Behind the last day that is known of any, only that all are revisited would be known.
    CASE WHEN max(survival.days) >= 365 OR min(survival.left_over) = 0
        THEN round(1 - coalesce(min(survival.left_over) FILTER (WHERE survival.days <= 365), 1), 3) END
        AS share_within_one_year,
    CASE WHEN max(survival.days) >= 730 OR min(survival.left_over) = 0
        THEN round(1 - coalesce(min(survival.left_over) FILTER (WHERE survival.days <= 730), 1), 3) END
        AS share_within_two_years,
    CASE WHEN max(survival.days) >= 1095 OR min(survival.left_over) = 0
        THEN round(1 - coalesce(min(survival.left_over) FILTER (WHERE survival.days <= 1095), 1), 3) END
        AS share_within_three_years,
    totals.document_kind,
    'all' AS era
FROM totals
JOIN survival USING (topic_code, document_kind)
JOIN codes ON codes.list = 'topic' AND codes.code = totals.topic_code
GROUP BY totals.topic_code, totals.document_kind, totals.points, totals.revisited, codes.label
ORDER BY totals.document_kind, totals.points DESC, codes.label
