-- What findings report, by year, kind of visit and template of letter: how many are judged each valence, and how
-- many readers would give it, with an interval for the error of the judgements and that of the sample. A model
-- judges, and its errors do not cancel: how counts are put right is said at called_by_readers.
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
SELECT
    counted.year,
    counted.valence_code,
    codes.label AS valence,
    counted.visit_count,
    counted.finding_count,
    counted.judged_count,
    round(counted.corrected)::BIGINT AS corrected_count,
    round(counted.corrected / counted.finding_count, 3) AS share,
    -- Unknown stays unknown: the least of 1 and NULL is 1.
    round(CASE WHEN reach > corrected THEN 0 ELSE (corrected - reach) / finding_count END, 3) AS share_low,
    round(
        CASE WHEN corrected + reach > finding_count THEN 1 ELSE (corrected + reach) / finding_count END, 3
    ) AS share_high,
    counted.document_kind,
    counted.era
FROM called_by_readers AS counted
JOIN codes ON codes.list = 'valence' AND codes.code = counted.valence_code
WHERE counted.topic_code IS NULL AND counted.counted_by = 'year and era'
ORDER BY counted.year, counted.document_kind, counted.era, codes.position
