-- Concerns by topic, over time and by region: for each kind of visit and topic one row for all visits, one for
-- those of each year, of each region and of each template of letter; counted_by tells them apart. A finding with several topics
-- counts for each. Shares are of the findings that weigh something; context is left out of them. Judged by a
-- model: see precision_by_code. The counts and shares are of what it judged; corrected_count is put right by its errors in
-- valence, as said at called_by_readers. That a topic itself may be wrong is in none of them.
--
-- topic: The topic, by name.
-- counted_by: Which visits of the kind the row counts: all, or those of a year, a region or an era.
-- year: The year of the visits' first days; NULL in rows that are not counted by year.
-- region: The region of the authorities; NULL in rows that are not counted by region.
-- era: The template of the letters; NULL in rows that are not counted by era.
-- visit_count: How many visits have findings with the topic.
-- finding_count: How many findings have the topic.
-- weighed_count: How many of them are a strength, a concern or mixed: what the shares rest on.
-- strength_count: How many of them report a strength.
-- concern_count: How many of them report a concern, the points to improve and the areas for priority action among them.
-- mixed_count: How many of them hold both a strength and a concern.
-- context_count: How many of them weigh nothing.
-- share_of_concerns: The concerns as a share of the findings weighed, 0 to 1.
-- share_low: The lower end of the 95% interval of share_of_concerns, were these visits drawn from many like them; NULL where it rests on one visit.
-- share_high: The upper end of that interval.
-- share_of_mixed: The mixed findings as a share of the findings weighed, 0 to 1.
-- corrected_count: How many of the findings readers would call a concern, as far as the measured errors of valence tell; NULL where none are measured.
-- corrected_low: The lower end of its 95% interval, for the rates of error as they were measured and for the visits as drawn from many like them; NULL where there is one visit.
-- corrected_high: The upper end of that interval.
WITH of_visits AS (
    SELECT
        *,
        year(start_date) AS start_year,
        strength_count + concern_count + mixed_count AS weighed_count
    FROM authority_topics
),
counted AS (
    SELECT
        topic_code,
        topic,
        start_year AS year,
        region,
        document_kind,
        era,
        CASE
            WHEN grouping(start_year) = 0 THEN 'year'
            WHEN grouping(region) = 0 THEN 'region'
            WHEN grouping(era) = 0 THEN 'era'
            ELSE 'all'
        END AS counted_by,
        count(*) AS visits,
        count(*) FILTER (WHERE weighed_count > 0) AS letters,
        sum(finding_count)::BIGINT AS findings,
        sum(weighed_count)::BIGINT AS weighed,
        sum(strength_count)::BIGINT AS strengths,
        sum(concern_count)::BIGINT AS concerns,
        sum(mixed_count)::BIGINT AS mixed,
        sum(context_count)::BIGINT AS context,
        sum(concern_count) / nullif(sum(weighed_count), 0) AS share,
        -- For the sum, letter by letter, of (its concerns - share * its findings weighed) squared.
        sum(concern_count * concern_count) AS concerns_squared,
        sum(concern_count * weighed_count) AS concerns_times_weighed,
        sum(weighed_count * weighed_count) AS weighed_squared
    FROM of_visits
    GROUP BY GROUPING SETS (
        (document_kind, topic_code, topic),
        (document_kind, topic_code, topic, start_year),
        (document_kind, topic_code, topic, region),
        (document_kind, topic_code, topic, era)
    )
),
-- Findings of one letter are alike, so they tell less of other letters than as many findings of
-- different ones: as much as n independent ones, by how far the letters differ; and somewhat less
-- where the letters are few, as in Student's t. Without a difference to go by (no concern, or only
-- concerns), each letter tells as much as one finding.
independent AS (
    SELECT
        *,
        nullif(letters - 1, 0) / (letters + 2) * CASE
            WHEN concerns IN (0, weighed) THEN letters
            ELSE least(
                weighed,
                weighed * weighed * share * (1 - share) * (letters - 1) / letters
                / nullif(
                    greatest(
                        0,
                        concerns_squared
                        - 2 * share * concerns_times_weighed
                        + share * share * weighed_squared
                    ),
                    0
                )
            )
        END AS n
    FROM counted
)
SELECT
    independent.topic_code,
    topic,
    independent.counted_by,
    independent.year,
    independent.region,
    visits AS visit_count,
    findings AS finding_count,
    weighed AS weighed_count,
    strengths AS strength_count,
    concerns AS concern_count,
    mixed AS mixed_count,
    context AS context_count,
    round(share, 3) AS share_of_concerns,
    -- Wilson's interval.
    round((n * share + 1.9208 - 1.96 * sqrt(n * share * (1 - share) + 0.9604)) / (n + 3.8416), 3) AS share_low,
    round((n * share + 1.9208 + 1.96 * sqrt(n * share * (1 - share) + 0.9604)) / (n + 3.8416), 3) AS share_high,
    round(mixed / nullif(weighed, 0), 3) AS share_of_mixed,
    round(corrected)::BIGINT AS corrected_count,
    -- Unknown stays unknown: the least of a number and NULL is the number.
    round(CASE WHEN reach > corrected THEN 0 ELSE corrected - reach END)::BIGINT AS corrected_low,
    round(CASE WHEN corrected + reach > findings THEN findings ELSE corrected + reach END)::BIGINT AS corrected_high,
    independent.document_kind,
    independent.era
FROM independent
LEFT JOIN called_by_readers AS called
    ON called.valence_code = 'concern'
    AND (called.document_kind, called.topic_code, called.counted_by)
    = (independent.document_kind, independent.topic_code, independent.counted_by)
    AND called.year IS NOT DISTINCT FROM independent.year
    AND called.region IS NOT DISTINCT FROM independent.region
    AND called.era IS NOT DISTINCT FROM independent.era
ORDER BY
    independent.document_kind,
    topic,
    independent.topic_code,
    independent.counted_by,
    independent.year,
    independent.region,
    independent.era
