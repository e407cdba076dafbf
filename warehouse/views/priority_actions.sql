-- Areas for priority action: one row for each that a letter newly raises, the newest visit first.
--
-- authority: The name of the authority.
-- theme: The main theme of the visit.
-- priority_action: The area for priority action, as its author wrote it.
SELECT
    authorities.name AS authority,
    authorities.region,
    visits.start_date,
    visits.letter_date,
    theme.label AS theme,
    findings.text AS priority_action,
    findings.visit_id,
    findings.finding_id,
    visits.source_url,
    visits.document_kind,
    visits.era,
    findings.responsible_body
FROM findings
JOIN visits USING (visit_id)
JOIN authorities USING (authority_id)
LEFT JOIN codes AS theme ON theme.list = 'theme' AND theme.code = visits.primary_theme_code
WHERE findings.is_priority_action
ORDER BY visits.start_date DESC, findings.visit_id, findings.section_id, findings.paragraph
