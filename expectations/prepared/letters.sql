SELECT
    *,
    left(sha256, 16) AS sha256_start,
    status = 'superseded' AS is_superseded,
    superseded_by IS NOT NULL AS has_superseded_by,
    status = 'parsed' AS is_parsed,
    letter_id IN (SELECT letter_id FROM visits WHERE letter_id IS NOT NULL) AS has_visit,
    CASE
        WHEN status = 'quarantined'
            THEN letter_id IN (SELECT letter_id FROM quarantine WHERE letter_id IS NOT NULL)
    END AS has_reason
FROM letters
