-- The rows of the sheet: one row a file or publication that could not become a visit.
SELECT quarantine.*, stage.label AS stage, reason.label AS reason
FROM (SELECT * EXCLUDE (stage), stage AS stage_code FROM quarantine) AS quarantine
LEFT JOIN codes AS stage ON stage.list = 'stage' AND stage.code = quarantine.stage_code
LEFT JOIN codes AS reason ON reason.list = 'reason' AND reason.code = quarantine.reason_code
ORDER BY file_name, letter_id, source_url, stage_code, reason_code, detail, seen_at
