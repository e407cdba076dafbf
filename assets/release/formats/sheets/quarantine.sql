-- The rows of the sheet: one row a file or publication that could not become a visit. What is not
-- known to be of other authorities or years than those chosen is among them.
SELECT quarantine.*, stage.label AS stage, reason.label AS reason
FROM (SELECT * EXCLUDE (stage), stage AS stage_code FROM quarantine) AS quarantine
LEFT JOIN codes AS stage ON stage.list = 'stage' AND stage.code = quarantine.stage_code
LEFT JOIN codes AS reason ON reason.list = 'reason' AND reason.code = quarantine.reason_code
LEFT JOIN letters ON letters.letter_id = quarantine.letter_id
-- Of whom and when: as the publisher lists it, which is how coverage counts it, else as the letter
-- that took its place.
LEFT JOIN authorities ON authorities.ofsted_urn = letters.ofsted_urn
LEFT JOIN visits ON visits.letter_id = letters.superseded_by
WHERE coalesce(
        coalesce(authorities.authority_id, visits.authority_id) IN (FROM chosen_authorities), true
    )
    AND coalesce(
        year(coalesce(letters.event_date, letters.published_date, visits.start_date)) IN (FROM chosen_years),
        true
    )
ORDER BY
    quarantine.file_name,
    quarantine.letter_id,
    quarantine.source_url,
    stage_code,
    reason_code,
    detail,
    seen_at
