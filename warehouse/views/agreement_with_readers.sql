-- What readers call findings that are judged to be of a valence: for each kind of visit a row a valence that is judged and
-- a valence that readers gave. Of labels in documents kept out of learning; those of focused visits, where fewer than 100
-- findings of the kind were labelled. What counts are put right by: a model judges, and its errors do not cancel.
--
-- judged_code: The valence that findings are judged to be of.
-- valence_code: The valence that readers gave.
-- rate: Of how many of the findings judged so they gave it, 0 to 1.
-- label_count: How many such findings were labelled.
-- rate_variance: How far the rate may be off, as a variance; with half a label more of each valence, as it is not sure of few that are all alike that all are.
-- era: `all`, as the labels are taken together.
WITH labelled AS (
    SELECT
        document_kind,
        code AS judged_code,
        replace(metric, 'labelled_', '') AS valence_code,
        value AS rate,
        n AS label_count,
        (value * n + 0.5) / (n + 2) AS likely_rate,
        era
    FROM evaluation
    WHERE table_name = 'findings' AND field = 'valence_code' AND metric LIKE 'labelled\_%' ESCAPE '\'
        AND basis = 'kept_out' AND era = 'all'
),
enough AS (
    SELECT document_kind
    FROM evaluation
    WHERE table_name = 'findings' AND field = 'valence_code' AND metric = 'accuracy'
        AND basis = 'kept_out' AND era = 'all' AND n >= 100
)
SELECT
    labelled.judged_code,
    labelled.valence_code,
    labelled.rate,
    labelled.label_count,
    likely_rate * (1 - likely_rate) / (label_count + 3) AS rate_variance,
    kinds.document_kind,
    labelled.era
FROM (SELECT DISTINCT document_kind FROM visits) AS kinds
JOIN labelled
    ON labelled.document_kind = CASE
        WHEN kinds.document_kind IN (SELECT enough.document_kind FROM enough) THEN kinds.document_kind
        ELSE 'focused_visit'
    END
ORDER BY kinds.document_kind, labelled.judged_code, labelled.valence_code
