SELECT
    *,
    row_number() OVER of_visit AS place,
    lag(end_date) OVER of_visit AS end_of_last
FROM visit_windows
WINDOW of_visit AS (PARTITION BY visit_id ORDER BY position)
