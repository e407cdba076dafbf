-- Of the points of a topic that are revisited, how many have improved, by the kind of visit that asked, and all
-- kinds together: as they are judged, and put right by what readers gave follow-ups that are judged so
-- (evaluation, metrics labelled_improved and so on, of all kinds of document together), with an interval for both
-- the error of the judgements and that of the sample. Each point and later document counts; those left open do not.
-- It says nothing of points that nobody revisited, nor does it rank anybody: see docs/follow_ups.md.
--
-- topic: The topic, by name.
-- follow_up_count: How many points of the topic and later documents on their authority there are.
-- revisited_count: How many of them are judged to be revisited.
-- improved_count: How many of those are judged to be improved as a whole.
-- partly_improved_count: How many are judged to be improved in part.
-- not_improved_count: How many are judged not to be improved.
-- open_count: How many are left open, being too unsure.
-- share_improved: The share that readers would call improved, of those that they would call revisited, 0 to 1; NULL where a status that they have is not measured.
-- share_low: The lower end of its 95% interval, for the rates of error as they were measured and for authorities as drawn from many like them; NULL where there is one authority.
-- share_high: The upper end of that interval.
-- document_kind: What kind of visit or inspection asked; all for all kinds together.
-- era: Always all: letters of all templates are counted together.
WITH measured AS (
    SELECT
        code AS status_code,
        replace(metric, 'labelled_', '') AS labelled_code,
        sum(value * n) / sum(n) AS rate,
        sum(n) AS n
    FROM evaluation
    WHERE table_name = 'follow_ups' AND field = 'status_code' AND metric LIKE 'labelled\_%' ESCAPE '\'
        AND basis = 'cross_validated' AND era = 'all'
    GROUP BY ALL
),
rates AS (
    SELECT
        status_code,
        max(n) AS n,
        sum(rate) FILTER (WHERE labelled_code = 'improved') AS improved,
        sum(rate) FILTER (WHERE labelled_code <> 'not_revisited') AS revisited,
        -- With half a label more of each of the four, for how far they may be off: of three that are all alike, it is
        -- not sure that all are.
        (max(n) * improved + 0.5) / (max(n) + 2) AS likely_improved,
        (max(n) * revisited + 1.5) / (max(n) + 2) AS likely_revisited
    FROM measured
    GROUP BY status_code
),
judged AS (
    SELECT
        finding_topics.topic_code,
        kinds.document_kind,
        visits.authority_id,
        follow_ups.status_code,
        count(*) AS follow_ups
    FROM follow_ups
    JOIN finding_topics USING (finding_id)
    JOIN findings USING (finding_id)
    JOIN visits ON visits.visit_id = findings.visit_id
    CROSS JOIN unnest([visits.document_kind, 'all']) AS kinds (document_kind)
    GROUP BY ALL
),
totals AS (
    SELECT
        topic_code,
        document_kind,
        sum(follow_ups) AS follow_ups,
        coalesce(sum(follow_ups) FILTER (WHERE status_code <> 'not_revisited'), 0) AS revisited,
        coalesce(sum(follow_ups) FILTER (WHERE status_code = 'improved'), 0) AS improved,
        coalesce(sum(follow_ups) FILTER (WHERE status_code = 'partly_improved'), 0) AS partly_improved,
        coalesce(sum(follow_ups) FILTER (WHERE status_code = 'not_improved'), 0) AS not_improved,
        coalesce(sum(follow_ups) FILTER (WHERE status_code IS NULL), 0) AS left_open,
        sum(follow_ups * rates.revisited) AS readers_revisited,
        CASE WHEN bool_and(status_code IS NULL OR rates.n IS NOT NULL)
            THEN sum(follow_ups * rates.improved) / nullif(sum(follow_ups * rates.revisited), 0) END AS share
    FROM judged
    LEFT JOIN rates USING (status_code)
    GROUP BY ALL
),
-- How far each authority is from the share, and what its own points vary by.
of_authorities AS (
    SELECT
        judged.topic_code,
        judged.document_kind,
        judged.authority_id,
        sum(judged.follow_ups * (rates.improved - totals.share * rates.revisited)) AS apart,
        sum(
            judged.follow_ups * (
                rates.improved * (1 - 2 * totals.share) + totals.share * totals.share * rates.revisited
                - (rates.improved - totals.share * rates.revisited) ** 2
            )
        ) AS by_chance
    FROM judged
    JOIN rates USING (status_code)
    JOIN totals USING (topic_code, document_kind)
    GROUP BY ALL
),
-- What the rates themselves are uncertain by, which is the same for all that are judged alike.
of_rates AS (
    SELECT
        alike.topic_code,
        alike.document_kind,
        sum(
            alike.follow_ups * alike.follow_ups * (
                likely_improved * (1 - 2 * totals.share) + totals.share * totals.share * likely_revisited
                - (likely_improved - totals.share * likely_revisited) ** 2
            ) / (rates.n + 3)
        ) AS spread
    FROM (
        SELECT topic_code, document_kind, status_code, sum(follow_ups) AS follow_ups FROM judged GROUP BY ALL
    ) AS alike
    JOIN rates USING (status_code)
    JOIN totals USING (topic_code, document_kind)
    GROUP BY ALL
),
spreads AS (
    SELECT
        topic_code,
        document_kind,
        1.96 * sqrt(
            sum(apart * apart) * count(*) / nullif(count(*) - 1, 0)
            + greatest(0, sum(by_chance))
            + greatest(0, any_value(spread))
        ) / any_value(readers_revisited) AS reach
    FROM of_authorities
    JOIN of_rates USING (topic_code, document_kind)
    JOIN totals USING (topic_code, document_kind)
    GROUP BY ALL
)
SELECT
    totals.topic_code,
    codes.label AS topic,
    totals.follow_ups::BIGINT AS follow_up_count,
    totals.revisited::BIGINT AS revisited_count,
    totals.improved::BIGINT AS improved_count,
    totals.partly_improved::BIGINT AS partly_improved_count,
    totals.not_improved::BIGINT AS not_improved_count,
    totals.left_open::BIGINT AS open_count,
    round(totals.share, 3) AS share_improved,
    -- Unknown stays unknown: the least of 1 and NULL is 1.
    round(CASE WHEN reach > share THEN 0 ELSE share - reach END, 3) AS share_low,
    round(CASE WHEN share + reach > 1 THEN 1 ELSE share + reach END, 3) AS share_high,
    totals.document_kind,
    'all' AS era
FROM totals
JOIN codes ON codes.list = 'topic' AND codes.code = totals.topic_code
LEFT JOIN spreads USING (topic_code, document_kind)
ORDER BY totals.document_kind, totals.follow_ups DESC, codes.label
