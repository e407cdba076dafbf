-- How often what is read and judged is right: one row a field, by the measure that tells most.
SELECT
    evaluation.table_name || '.' || evaluation.field AS field,
    metric.label AS metric,
    evaluation.value,
    evaluation.low,
    evaluation.high,
    evaluation.n
FROM evaluation
JOIN codes AS metric ON metric.list = 'metric' AND metric.code = evaluation.metric
WHERE evaluation.table_name IN ('findings', 'finding_topics')
    AND evaluation.basis = 'gold'
    AND evaluation.era = 'all'
    AND evaluation.code = 'all'
    AND evaluation.metric IN ('accuracy', 'f1', 'recall')
QUALIFY row_number() OVER (
    PARTITION BY evaluation.table_name, evaluation.field
    ORDER BY list_position(['accuracy', 'f1', 'recall'], evaluation.metric)
) = 1
ORDER BY evaluation.value, field
