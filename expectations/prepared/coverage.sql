-- What stands at the address of a visit's letter is a version of that letter.
WITH told AS (
    SELECT
        coalesce(visits.authority_id, numbered.authority_id) AS authority_id,
        letters.document_kind,
        year(coalesce(visits.start_date, letters.event_date, letters.published_date)) AS year,
        visits.visit_id
    FROM letters
    LEFT JOIN (SELECT DISTINCT ON (letter_id) * FROM visits) AS visits USING (letter_id)
    LEFT JOIN (
        SELECT DISTINCT ON (ofsted_urn)
            ofsted_urn,
            authority_id
        FROM authorities
        WHERE ofsted_urn IS NOT NULL
    ) AS numbered ON visits.visit_id IS NULL AND numbered.ofsted_urn = letters.ofsted_urn
    WHERE
        visits.visit_id IS NOT NULL
        OR (
            letters.status != 'superseded'
            AND coalesce(letters.source_url NOT IN (
                SELECT source_url FROM visits WHERE source_url IS NOT NULL
            ), TRUE)
        )
),

counted AS (
    SELECT
        authority_id,
        document_kind,
        year,
        count(*) AS letter_rows,
        count(visit_id) AS visit_rows
    FROM told
    WHERE authority_id IS NOT NULL AND document_kind IS NOT NULL AND year IS NOT NULL
    GROUP BY authority_id, document_kind, year
),

newest AS (
    SELECT
        coverage.authority_id,
        coverage.document_kind,
        coverage.year,
        arg_max(visits.visit_id, (visits.start_date, visits.visit_id)) AS visit_found,
        max(visits.start_date) AS visit_date_found
    FROM coverage
    JOIN visits
        ON
            visits.authority_id = coverage.authority_id
            AND visits.document_kind = coverage.document_kind
            AND visits.start_date <= coverage.as_of_date
    GROUP BY coverage.authority_id, coverage.document_kind, coverage.year
),

-- The newest day that is known, a listed file that could not be had among them.
newest_day AS (
    SELECT max(day) AS day
    FROM (
        SELECT unnest([start_date, end_date, letter_date, published_date]) AS day FROM visits
        UNION ALL
        SELECT unnest([event_date, published_date]) AS day FROM letters
        UNION ALL
        SELECT as_of_date AS day FROM coverage
    )
),

-- Of kinds that are read, while there are any.
existing AS (
    SELECT
        kinds.code AS document_kind,
        years.year,
        count(*) AS authorities_there
    FROM (SELECT DISTINCT year FROM coverage) AS years
    JOIN kinds
        ON years.year BETWEEN year(kinds.since) AND coalesce(year(kinds.until), years.year)
    JOIN authorities
        ON
            years.year >= coalesce(year(valid_from), years.year)
            AND years.year <= coalesce(year(valid_to), years.year)
    WHERE kinds.code IN (SELECT document_kind FROM visits)
    GROUP BY kinds.code, years.year
)

SELECT
    coverage.*,
    coalesce(letter_rows, 0) AS letter_rows,
    coalesce(visit_rows, 0) AS visit_rows,
    letter_count - visit_count AS letters_without_visit,
    (sum(letter_count) OVER ())::BIGINT AS letters_in_all,
    (SELECT coalesce(sum(letter_rows), 0)::BIGINT FROM counted) AS letters_told,
    (sum(unfetched_count) OVER ())::BIGINT AS unfetched_in_all,
    (SELECT count(*) FROM quarantine WHERE letter_id IS NULL) AS quarantined_without_letter,
    count(*) OVER (PARTITION BY coverage.document_kind, coverage.year) AS rows_of_year,
    coalesce(authorities_there, 0) AS authorities_there,
    coalesce(newest_visit_id, 'none') AS newest_visit_or_none,
    coalesce(visit_found, 'none') AS visit_found_or_none,
    coalesce(visit_date_found::VARCHAR, 'none') AS visit_date_found_or_none,
    coalesce(newest_visit_date::VARCHAR, 'none') AS newest_visit_date_or_none,
    coalesce(newest_visit_age_days, -1) AS age_or_none,
    coalesce(as_of_date - visit_date_found, -1) AS age_found_or_none,
    least(
        make_date(coverage.year, 12, 31),
        (SELECT day FROM newest_day),
        coalesce(authorities.valid_to, 'infinity'::DATE)
    ) AS last_day,
    letter_count + unfetched_count > 0
    OR coalesce(
        coverage.year BETWEEN greatest(year(since), coalesce(year(valid_from), coverage.year))
        AND least(year(until), year(valid_to), coverage.year),
        FALSE
    ) AS is_to_be_covered,
    -- A listed day may be one of when there were none of the kind, or a slip.
    count(
        DISTINCT CASE
            WHEN coverage.year BETWEEN year(since) AND coalesce(year(until), coverage.year)
                THEN coverage.year
        END
    ) OVER (PARTITION BY coverage.document_kind) AS years_covered,
    CASE
        WHEN coverage.document_kind IN (SELECT document_kind FROM visits)
            THEN least(max(coverage.year) OVER (), year(until)) - year(since) + 1
    END AS years_since
FROM coverage
LEFT JOIN unique_authorities AS authorities USING (authority_id)
LEFT JOIN kinds ON kinds.code = coverage.document_kind
LEFT JOIN counted USING (authority_id, document_kind, year)
LEFT JOIN newest USING (authority_id, document_kind, year)
LEFT JOIN existing USING (document_kind, year)
