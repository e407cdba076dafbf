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

last AS (
    SELECT * FROM covered WHERE year = (SELECT max(year) FROM covered)
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
    (SELECT count(*) FROM covered) AS years,
    (SELECT count(*) FROM covered WHERE letter_count = 0) AS years_without,
    (SELECT min(year) FROM covered) AS first_year,
    (SELECT max(year) FROM covered) AS last_year,
    (SELECT count(*) FROM last) AS authorities_then,
    (SELECT count(*) FROM last WHERE newest_visit_id IS NULL) AS never,
    (SELECT count(*) FROM ({quarantine})) AS rejected
