-- What is missing and how right the rest is: one row. Where there is nothing of a list, it is NULL.
WITH covered AS (
    -- Of all kinds of document together, those that there are none of any more among them.
    SELECT
        authority_id,
        max(year) AS last_year,
        max(newest_visit_date) AS newest,
        max(as_of_date) - max(newest_visit_date) AS age_days
    FROM coverage
    GROUP BY authority_id
),
years AS (
    SELECT
        document_kind,
        label('document_kind', document_kind) AS kind,
        year,
        sum(visit_count) AS visits,
        count(*) FILTER (visit_count > 0) AS authorities,
        sum(unread_count) AS unread
    FROM coverage
    -- A kind of which nothing is here says so once, below.
    WHERE document_kind IN (SELECT document_kind FROM coverage WHERE letter_count > 0)
    GROUP BY document_kind, year
),
absent AS (
    SELECT label('document_kind', document_kind) AS kind
    FROM coverage
    GROUP BY document_kind
    HAVING sum(letter_count) = 0
),
-- What the publisher is known to have put out, beside the letters here that are of by then.
published AS (
    SELECT
        label('document_kind', document_kind) AS kind,
        known.year,
        known.letter_count AS known,
        known.as_of,
        count(*) FILTER (year(day) = known.year AND day <= known.as_of) AS here
    FROM read_csv($known_letters) AS known
    JOIN (
        SELECT document_kind, coalesce(published_date, letter_date) AS day FROM visits
    ) USING (document_kind)
    GROUP BY ALL
),
today AS (
    SELECT name, newest, age_days FROM covered JOIN authorities USING (authority_id)
    WHERE last_year = (SELECT max(last_year) FROM covered)
),
unread_kinds AS (
    SELECT label('document_kind', document_kind) AS label, count(*) AS count FROM letters
    WHERE status = 'unsupported' AND document_kind IS NOT NULL
    GROUP BY ALL
),
reasons AS (
    SELECT label('reason', reason_code) AS label, count(*) AS count FROM quarantine GROUP BY ALL
),
files AS (
    SELECT coalesce(file_name, source_url, letter_id) AS file, coalesce(detail, '') AS why
    FROM quarantine
    LIMIT $files_named
),
-- The measures that are given; all are in the table `evaluation`.
measured AS (
    SELECT
        wanted.place,
        document_kind,
        -- Which kind it is of is said where there are several.
        wanted.label || if(
            (SELECT count(DISTINCT document_kind) FROM evaluation) > 1,
            ' (' || label('document_kind', document_kind) || ')',
            ''
        ) AS label,
        value, low, high, n, basis
    FROM evaluation
    JOIN (VALUES
        (1, 'findings', 'valence_code', 'accuracy', 'valence, right'),
        (2, 'findings', 'valence_code', 'macro_f1', 'valence, macro F1'),
        (3, 'finding_topics', 'topic_code', 'f1', 'topics, F1'),
        (4, 'findings', 'valence_score', 'calibration_error', 'score, calibration error')
    ) AS wanted(place, table_name, field, metric, label) USING (table_name, field, metric)
    WHERE code = 'all' AND era = 'all'
)
SELECT
    (SELECT max(as_of_date) FROM coverage) AS as_of,
    (SELECT count(*) FROM today) AS authorities,
    (SELECT list(name ORDER BY name) FROM today WHERE newest IS NULL) AS without_visit,
    (SELECT list(today ORDER BY name) FROM today WHERE age_days > $old_after) AS long_ago,
    (SELECT list(years ORDER BY document_kind, year) FROM years) AS years,
    (SELECT list(kind ORDER BY kind) FROM absent) AS absent_kinds,
    (SELECT list(published ORDER BY kind, year) FROM published) AS published,
    (SELECT list(unread_kinds ORDER BY count DESC, label) FROM unread_kinds) AS unread_kinds,
    (SELECT list(reasons ORDER BY count DESC, label) FROM reasons) AS quarantine,
    (SELECT list(files) FROM files) AS quarantined_files,
    (SELECT count(*) FROM quarantine) AS quarantined,
    (SELECT list(measured ORDER BY place, document_kind, basis <> 'kept_out', basis) FROM measured) AS measures
