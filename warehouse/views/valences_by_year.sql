-- What findings report, by year, kind of visit and template of letter: how many are judged each valence, and how
-- many readers would give it, with an interval for the error of the judgements and that of the sample. A model
-- judges, and its errors do not cancel: so each count is put right by what readers gave findings that are judged
-- so, in documents kept out of learning (evaluation, metrics labelled_strength and so on; those of focused
-- visits, where fewer than 100 findings of the kind were labelled).
--
-- year: The year of the visits' first days.
-- valence: The valence, by name.
-- visit_count: How many visits of the kind and year have findings.
-- finding_count: How many findings they have.
-- judged_count: How many of them are judged to be of the valence.
-- corrected_count: How many readers would call so, as far as the measured errors tell.
-- share: The corrected count as a share of the findings, 0 to 1.
-- share_low: The lower end of its 95% interval, for the rates of error as they were measured and for the visits as drawn from many like them; NULL where there is one visit.
-- share_high: The upper end of that interval.
WITH labelled AS (
    SELECT
        document_kind,
        code AS judged_code,
        replace(metric, 'labelled_', '') AS valence_code,
        value AS rate,
        n
    FROM evaluation
    WHERE table_name = 'findings' AND field = 'valence_code' AND metric LIKE 'labelled\_%' ESCAPE '\'
        AND basis = 'kept_out' AND era = 'all'
),
enough AS (
    SELECT document_kind
    FROM evaluation
    WHERE table_name = 'findings' AND field = 'valence_code' AND metric = 'accuracy'
        AND basis = 'kept_out' AND era = 'all' AND n >= 100
),
kinds AS (
    SELECT DISTINCT
        document_kind,
        CASE WHEN document_kind IN (SELECT document_kind FROM enough) THEN document_kind ELSE 'focused_visit' END
            AS like_kind
    FROM visits
),
judged AS (
    SELECT
        visits.document_kind,
        visits.era,
        year(visits.start_date) AS year,
        visits.visit_id,
        findings.valence_code AS judged_code,
        count(*) AS findings
    FROM findings
    JOIN visits USING (visit_id)
    GROUP BY ALL
),
of_visits AS (
    SELECT
        judged.document_kind,
        judged.era,
        judged.year,
        judged.visit_id,
        labelled.valence_code,
        sum(judged.findings) AS findings,
        sum(judged.findings) FILTER (WHERE judged.judged_code = labelled.valence_code) AS judged,
        sum(judged.findings * labelled.rate) AS corrected,
        -- Each finding is of the valence or not.
        sum(judged.findings * labelled.rate * (1 - labelled.rate)) AS by_chance
    FROM judged
    JOIN kinds USING (document_kind)
    JOIN labelled ON labelled.document_kind = kinds.like_kind AND labelled.judged_code = judged.judged_code
    GROUP BY ALL
),
-- What the rates themselves are uncertain by, which is the same for all findings judged alike.
of_rates AS (
    SELECT
        totals.document_kind,
        totals.era,
        totals.year,
        labelled.valence_code,
        sum(totals.findings * totals.findings * labelled.rate * (1 - labelled.rate) / labelled.n) AS spread
    FROM (
        SELECT document_kind, era, year, judged_code, sum(findings) AS findings FROM judged GROUP BY ALL
    ) AS totals
    JOIN kinds USING (document_kind)
    JOIN labelled ON labelled.document_kind = kinds.like_kind AND labelled.judged_code = totals.judged_code
    GROUP BY ALL
),
counted AS (
    SELECT
        document_kind,
        era,
        year,
        valence_code,
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
),
spreads AS (
    SELECT
        counted.*,
        1.96 * sqrt(
            greatest(
                0,
                corrected_squared - 2 * share * corrected_times_findings + share * share * findings_squared
            ) * visits / nullif(visits - 1, 0)
            + by_chance
            + of_rates.spread
        ) / findings AS reach
    FROM counted
    JOIN of_rates
        ON (of_rates.document_kind, of_rates.year, of_rates.valence_code)
        = (counted.document_kind, counted.year, counted.valence_code)
        AND of_rates.era IS NOT DISTINCT FROM counted.era
)
SELECT
    spreads.year,
    spreads.valence_code,
    codes.label AS valence,
    spreads.visits AS visit_count,
    spreads.findings::BIGINT AS finding_count,
    spreads.judged::BIGINT AS judged_count,
    round(spreads.corrected)::BIGINT AS corrected_count,
    round(spreads.share, 3) AS share,
    -- Unknown stays unknown: the least of 1 and NULL is 1.
    round(CASE WHEN spreads.reach > spreads.share THEN 0 ELSE spreads.share - spreads.reach END, 3) AS share_low,
    round(CASE WHEN spreads.share + spreads.reach > 1 THEN 1 ELSE spreads.share + spreads.reach END, 3) AS share_high,
    spreads.document_kind,
    spreads.era
FROM spreads
JOIN codes ON codes.list = 'valence' AND codes.code = spreads.valence_code
ORDER BY spreads.year, spreads.document_kind, spreads.era, codes.position
