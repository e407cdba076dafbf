-- What counts of findings are worth: for each kind of visit, each template of its letters and all of them, and
-- each valence and topic, how many findings have it, how many of
-- those that have it are right (precision), and how many of those that should have it do (recall). Measured on
-- letters that readers labelled and from which nothing was learnt; NULL where no label tells. Other measures,
-- of other columns, are in the table evaluation.
--
-- table_name: The table of the column.
-- field: The column that holds the code: valence_code or topic_code.
-- code: The code.
-- label: The code, by name.
-- finding_count: How many findings of those letters in these tables have the code.
-- precision: Of the labelled findings that have the code, the share that is right, 0 to 1.
-- precision_low: The lower end of its 95% interval.
-- precision_high: The upper end of its 95% interval.
-- precision_n: How many labelled findings precision rests on.
-- recall: Of the findings that the labels give the code, the share that have it, 0 to 1.
-- recall_low: The lower end of its 95% interval.
-- recall_high: The upper end of its 95% interval.
-- recall_n: How many labelled findings recall rests on.
WITH counted AS (
    SELECT
        field,
        code,
        document_kind,
        CASE WHEN grouping(era) = 1 THEN 'all' ELSE era END AS era,
        count(*) AS finding_count
    FROM (
        SELECT visit_id, 'valence_code' AS field, valence_code AS code FROM findings
        UNION ALL
        SELECT visit_id, 'topic_code', topic_code FROM finding_topics JOIN findings USING (finding_id)
    )
    JOIN visits USING (visit_id)
    GROUP BY GROUPING SETS ((field, code, document_kind), (field, code, document_kind, era))
    HAVING grouping(era) = 1 OR era IS NOT NULL
),
letters AS (
    SELECT document_kind, era FROM counted
    UNION
    SELECT document_kind, era FROM evaluation
),
measured AS (
    SELECT document_kind, era, field, code, metric, value, low, high, n
    FROM evaluation
    WHERE (table_name, field) IN (('findings', 'valence_code'), ('finding_topics', 'topic_code'))
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
    recalls.n AS recall_n,
    letters.document_kind,
    letters.era
FROM codes
JOIN (
    VALUES ('findings', 'valence_code', 'valence'), ('finding_topics', 'topic_code', 'topic')
) AS fields (table_name, field, list) ON fields.list = codes.list
CROSS JOIN letters
LEFT JOIN counted
    ON (counted.field, counted.code, counted.document_kind, counted.era)
    = (fields.field, codes.code, letters.document_kind, letters.era)
LEFT JOIN measured AS precisions
    ON (precisions.field, precisions.code, precisions.document_kind, precisions.era, precisions.metric)
    = (fields.field, codes.code, letters.document_kind, letters.era, 'precision')
LEFT JOIN measured AS recalls
    ON (recalls.field, recalls.code, recalls.document_kind, recalls.era, recalls.metric)
    = (fields.field, codes.code, letters.document_kind, letters.era, 'recall')
ORDER BY fields.table_name DESC, letters.document_kind, letters.era, codes.position
