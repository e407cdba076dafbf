-- The rows of the sheet: one row a point and a later document, authority by authority, each through time.
SELECT points.*, visits.source_url
FROM points_through_time AS points
JOIN visits ON visits.visit_id = points.later_visit_id
WHERE points.finding_id IN (FROM chosen_findings)
ORDER BY points.authority, points.asked_date, points.finding_id, points.later_number
