-- What the versions that count say, as `visits` has its columns after the letter.
WITH as_in_visits AS (
    SELECT letter_id
    FROM (
        SELECT * EXCLUDE (known_from, known_to, withdrawn_date) FROM visit_versions
        INTERSECT
        SELECT letter_id, * EXCLUDE (letter_id) FROM visits
    )
)

SELECT
    visit_versions.*,
    known_to IS NOT NULL AS has_known_to,
    letters.status = 'superseded' AS is_superseded,
    CASE
        WHEN known_to IS NULL THEN letter_id IN (SELECT letter_id FROM as_in_visits)
    END AS is_as_in_visits,
    CASE
        WHEN withdrawn_date IS NOT NULL
            THEN coalesce(NOT letters.is_listed AND letters.superseded_by IS NULL, FALSE)
    END AS is_gone,
    make_timestamp(epoch_us(letters.last_seen_at))::DATE AS last_seen_date,
    CASE
        WHEN
            letters.superseded_by IS NULL
            AND letter_id NOT IN (
                SELECT superseded_by FROM letters WHERE superseded_by IS NOT NULL
            )
            THEN
                coalesce(
                    visit_versions.published_date,
                    letter_date,
                    make_timestamp(epoch_us(letters.first_seen_at))::DATE
                )
    END AS known_from_if_only
FROM visit_versions
LEFT JOIN unique_letters AS letters USING (letter_id)
