-- How far the data reach, and when their source was last found changed.
SELECT
    (SELECT max(as_of_date) FROM coverage) AS as_of,
    (SELECT max(last_seen_at)::DATE FROM letters) AS looked_at
