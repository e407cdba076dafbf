-- How often what is read and judged is right: one row a field, kind of document and kind of labels,
-- by the measure that tells most. What was learnt from its own labels is left out, which flatters, and
-- so is what rests on fewer than ten labels, which tells nothing, and a kind that is not here.
SELECT
    evaluation.table_name || '.' || evaluation.field || CASE
        WHEN (SELECT count(DISTINCT document_kind) FROM evaluation) > 1 THEN ' (' || kind.label || ')'
        ELSE ''
    END AS field,
    metric.label AS metric,
    evaluation.value,
    evaluation.low,
    evaluation.high,
    evaluation.n,
    basis.label AS basis
FROM evaluation
JOIN codes AS metric ON metric.list = 'metric' AND metric.code = evaluation.metric
JOIN codes AS basis ON basis.list = 'evaluation_basis' AND basis.code = evaluation.basis
LEFT JOIN codes AS kind ON kind.list = 'document_kind' AND kind.code = evaluation.document_kind
WHERE evaluation.table_name IN ('findings', 'finding_topics')
    AND evaluation.era = 'all'
    AND evaluation.code = 'all'
    AND evaluation.n >= 10
    AND evaluation.document_kind IN (SELECT document_kind FROM visits)
    AND evaluation.metric IN ('accuracy', 'f1', 'recall')
QUALIFY row_number() OVER (
    PARTITION BY
        evaluation.table_name, evaluation.field, evaluation.document_kind, evaluation.basis
    ORDER BY list_position(['accuracy', 'f1', 'recall'], evaluation.metric)
) = 1
ORDER BY min(evaluation.value) OVER (PARTITION BY evaluation.table_name, evaluation.field), field, basis.position
