-- What counts of findings are worth: for each valence and each topic, how many findings have it, how many of
-- those that have it are right (precision), and how many of those that should have it do (recall). Measured on
-- letters that readers labelled and from which nothing was learnt; NULL where no label tells. Other measures,
-- of other columns and of letters by their template, are in the table evaluation.
--
-- table_name: The table of the column.
-- field: The column that holds the code: valence_code or topic_code.
-- code: The code.
-- label: The code, by name.
-- finding_count: How many findings in these tables have the code.
-- precision: Of the labelled findings that have the code, the share that is right, 0 to 1.
-- precision_low: The lower end of its 95% interval.
-- precision_high: The upper end of its 95% interval.
-- precision_n: How many labelled findings precision rests on.
-- recall: Of the findings that the labels give the code, the share that have it, 0 to 1.
-- recall_low: The lower end of its 95% interval.
-- recall_high: The upper end of its 95% interval.
-- recall_n: How many labelled findings recall rests on.
WITH counted AS (
    SELECT 'valence_code' AS field, valence_code AS code, count(*) AS finding_count FROM findings GROUP BY 2
    UNION ALL
    SELECT 'topic_code', topic_code, count(*) FROM finding_topics GROUP BY 2
),
measured AS (
    SELECT field, code, metric, value, low, high, n
    FROM evaluation
    WHERE (table_name, field) IN (('findings', 'valence_code'), ('finding_topics', 'topic_code'))
        AND era = 'all'
        AND basis = 'gold'
)
SELECT
    fields.table_name,
    fields.field,
    codes.code,
    codes.label,
    coalesce(counted.finding_count, 0) AS finding_count,
    precisions.value AS precision,
    precisions.low AS precision_low,
    precisions.high AS precision_high,
    precisions.n AS precision_n,
    recalls.value AS recall,
    recalls.low AS recall_low,
    recalls.high AS recall_high,
    recalls.n AS recall_n
FROM codes
JOIN (
    VALUES ('findings', 'valence_code', 'valence'), ('finding_topics', 'topic_code', 'topic')
) AS fields (table_name, field, list) ON fields.list = codes.list
LEFT JOIN counted ON counted.field = fields.field AND counted.code = codes.code
LEFT JOIN measured AS precisions
    ON precisions.field = fields.field AND precisions.code = codes.code AND precisions.metric = 'precision'
LEFT JOIN measured AS recalls
    ON recalls.field = fields.field AND recalls.code = codes.code AND recalls.metric = 'recall'
ORDER BY fields.table_name DESC, codes.position
