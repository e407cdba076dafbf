-- The rows of the sheet: one row a point and a later document, authority by authority, each through time.
SELECT
    points.* REPLACE (
        coalesce(points.status, 'Cannot be told') AS status,
        -- Viewers of PDF open the file at that page.
        points.later_source_url || coalesce('#page=' || points.later_page, '') AS later_source_url
    )
FROM points_through_time AS points
WHERE points.later_visit_id IS NOT NULL AND points.finding_id IN (FROM chosen_findings)
ORDER BY points.authority, points.asked_date, points.finding_id, points.later_number
