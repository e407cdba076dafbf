WITH counted AS (
    SELECT
        inspector_id,
        count(DISTINCT visit_id) AS visit_rows,
        count(DISTINCT authority_id) AS authority_rows,
        min(start_date) AS earliest_visit,
        max(start_date) AS latest_visit
    FROM visit_inspectors
    LEFT JOIN unique_visits AS visits USING (visit_id)
    GROUP BY inspector_id
)

SELECT
    inspectors.*,
    coalesce(visit_rows, 0) AS visit_rows,
    coalesce(authority_rows, 0) AS authority_rows,
    earliest_visit,
    latest_visit
FROM inspectors
LEFT JOIN counted USING (inspector_id)
