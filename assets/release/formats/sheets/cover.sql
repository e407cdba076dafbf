-- The numbers on the cover. What stands in braces are the queries of those sheets.
WITH covered AS (
    -- Of all kinds of document together: one row an authority and year.
    SELECT
        authority_id,
        year,
        sum(letter_count) AS letter_count,
        max(newest_visit_id) AS newest_visit_id
    FROM ({coverage})
    GROUP BY authority_id, year
),

years AS (
    SELECT
        authority_id,
        year,
        letter_count,
        -- Up to that year, by kinds that there are none of any more among them.
        bool_or(newest_visit_id IS NOT NULL) OVER (PARTITION BY authority_id ORDER BY year)
            AS is_visited
    FROM covered
),

last AS (
    SELECT * FROM years WHERE year = (SELECT max(year) FROM years)
),

chosen AS (
    SELECT * FROM visits WHERE visit_id IN (FROM chosen_visits)
)

SELECT
    (SELECT count(*) FROM chosen) AS visits,
    (SELECT count(DISTINCT authority_id) FROM chosen) AS authorities,
    (SELECT min(start_date) FROM chosen) AS first_day,
    (SELECT max(start_date) FROM chosen) AS last_day,
    (SELECT count(source_url) FROM chosen) AS addresses,
    (SELECT count(*) FROM chosen_findings) AS findings,
    (SELECT count(*) FROM years) AS years,
    (SELECT count(*) FROM years WHERE letter_count = 0) AS years_without,
    (SELECT min(year) FROM years) AS first_year,
    (SELECT max(year) FROM years) AS last_year,
    (SELECT count(*) FROM last) AS authorities_then,
    (SELECT count(*) FROM last WHERE NOT is_visited) AS never,
    (SELECT count(*) FROM ({quarantine})) AS rejected
