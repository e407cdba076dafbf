WITH published AS (
    SELECT
        visit_id,
        coalesce(published_date, letter_date, end_date) AS published_day,
        -- The next of those published on a later day.
        min(coalesce(published_date, letter_date, end_date)) OVER (
            PARTITION BY authority_id, series
            ORDER BY coalesce(published_date, letter_date, end_date)
            RANGE BETWEEN INTERVAL 1 DAY FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS next_published_day
    FROM unique_visits AS visits
    JOIN kinds ON kinds.code = visits.document_kind
    WHERE series IS NOT NULL
)

SELECT
    held.*,
    published_day,
    coalesce(to_date::VARCHAR, 'none') AS to_date_or_none,
    coalesce((next_published_day - INTERVAL 1 DAY)::DATE::VARCHAR, 'none') AS day_before_next_or_none,
    coalesce(judged.grade_code, 'none') AS grade_judged_or_none
FROM grades_held AS held
LEFT JOIN published USING (visit_id)
LEFT JOIN (
    SELECT DISTINCT ON (visit_id, judgement_code) visit_id, judgement_code, grade_code
    FROM judgements
) AS judged USING (visit_id, judgement_code)
