-- How many findings are judged each valence, and how many readers would call so, with what an interval of that count
-- needs: of all findings of a kind of visit and of those of each topic, by year and era, and of a topic in all visits,
-- in those of a year, a region or an era; counted_by tells them apart. What valences_by_year and concerns_by_topic put
-- counts right by. Each count is put right by what readers gave findings that are judged so (agreement_with_readers).
-- That a topic may be wrong is not in it.
--
-- topic_code: The topic; NULL for the findings of all topics.
-- counted_by: Which visits of the kind the row counts: all, or those of a year, a region or an era; or of a year and an era.
-- year: The year of the visits' first days; NULL in rows that are not counted by year.
-- region: The region of the authorities; NULL in rows that are not counted by region.
-- era: The template of the letters; NULL in rows that are not counted by era.
-- valence_code: The valence that is counted.
-- visit_count: How many visits have such findings.
-- finding_count: How many findings they have.
-- judged_count: How many of them are judged to be of the valence.
-- corrected: How many readers would call so, as far as the measured errors tell; not rounded.
-- reach: How far that is from either end of its 95% interval, for the rates of error as they were measured and for the visits as drawn from many like them; NULL where there is one visit.
WITH judged AS (
    SELECT
        topics.topic_code,
        visits.document_kind,
        visits.era,
        authorities.region,
        year(visits.start_date) AS year,
        visits.visit_id,
        findings.valence_code AS judged_code,
        count(*) AS findings
    FROM findings
    JOIN visits USING (visit_id)
    JOIN authorities ON authorities.authority_id = visits.authority_id
    JOIN (
        SELECT finding_id, NULL AS topic_code FROM findings
        UNION ALL
        SELECT finding_id, topic_code FROM finding_topics
    ) AS topics USING (finding_id)
    GROUP BY ALL
),
-- Each visit counts in several groups.
grouped AS (
    SELECT
        groups.counted_by,
        CASE WHEN contains(groups.counted_by, 'year') THEN judged.year END AS year,
        CASE WHEN groups.counted_by = 'region' THEN judged.region END AS region,
        CASE WHEN contains(groups.counted_by, 'era') THEN judged.era END AS era,
        judged.* EXCLUDE (year, region, era)
    FROM judged
    CROSS JOIN unnest(['all', 'year', 'region', 'era', 'year and era']) AS groups (counted_by)
),
of_visits AS (
    SELECT
        grouped.* EXCLUDE (judged_code, findings),
        labelled.valence_code,
        sum(grouped.findings) AS findings,
        sum(grouped.findings) FILTER (WHERE grouped.judged_code = labelled.valence_code) AS judged,
        sum(grouped.findings * labelled.rate) AS corrected,
        -- Each finding is of the valence or not.
        sum(grouped.findings * labelled.rate * (1 - labelled.rate)) AS by_chance
    FROM grouped
    JOIN agreement_with_readers AS labelled USING (document_kind, judged_code)
    GROUP BY ALL
),
-- What the rates themselves are uncertain by, which is the same for all findings judged alike.
of_rates AS (
    SELECT
        totals.* EXCLUDE (judged_code, findings),
        labelled.valence_code,
        sum(totals.findings * totals.findings * labelled.rate_variance) AS spread
    FROM (
        SELECT * EXCLUDE (visit_id, findings), sum(findings) AS findings FROM grouped GROUP BY ALL
    ) AS totals
    JOIN agreement_with_readers AS labelled USING (document_kind, judged_code)
    GROUP BY ALL
),
counted AS (
    SELECT
        of_visits.* EXCLUDE (visit_id, findings, judged, corrected, by_chance),
        count(*) AS visits,
        sum(findings) AS findings,
        coalesce(sum(judged), 0) AS judged,
        sum(corrected) AS corrected,
        sum(by_chance) AS by_chance,
        sum(corrected) / sum(findings) AS share,
        sum(corrected * corrected) AS corrected_squared,
        sum(corrected * findings) AS corrected_times_findings,
        sum(findings * findings) AS findings_squared
    FROM of_visits
    GROUP BY ALL
)
SELECT
    counted.topic_code,
    counted.counted_by,
    counted.year,
    counted.region,
    counted.valence_code,
    counted.visits AS visit_count,
    counted.findings::BIGINT AS finding_count,
    counted.judged::BIGINT AS judged_count,
    counted.corrected,
    1.96 * sqrt(
        greatest(
            0,
            corrected_squared - 2 * share * corrected_times_findings + share * share * findings_squared
        ) * visits / nullif(visits - 1, 0)
        + by_chance
        + of_rates.spread
    ) AS reach,
    counted.document_kind,
    counted.era
FROM counted
JOIN of_rates
    ON (of_rates.document_kind, of_rates.counted_by, of_rates.valence_code)
    = (counted.document_kind, counted.counted_by, counted.valence_code)
    AND of_rates.topic_code IS NOT DISTINCT FROM counted.topic_code
    AND of_rates.year IS NOT DISTINCT FROM counted.year
    AND of_rates.region IS NOT DISTINCT FROM counted.region
    AND of_rates.era IS NOT DISTINCT FROM counted.era
ORDER BY
    counted.document_kind, counted.topic_code, counted.counted_by, counted.year, counted.region, counted.era,
    counted.valence_code
