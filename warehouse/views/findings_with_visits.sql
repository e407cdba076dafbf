-- Findings with the visit they are from, in the order of reading: one row a finding, to search or to quote
-- with its authority, date, file, page and box.
--
-- authority: The name of the authority.
-- theme: The main theme of the visit.
-- quantifier: How many of those it speaks about; NULL where it does not say.
-- finding: The statement as its author wrote it.
SELECT
    authorities.name AS authority,
    visits.start_date,
    theme.label AS theme,
    sections.heading,
    findings.section_type,
    findings.text AS finding,
    quantifier.label AS quantifier,
    findings.is_improvement,
    findings.is_priority_action,
    letters.file_name,
    findings.page,
    findings.x0,
    findings.y0,
    findings.x1,
    findings.y1,
    findings.visit_id,
    findings.finding_id,
    visits.source_url
FROM findings
JOIN visits USING (visit_id)
JOIN letters USING (letter_id)
JOIN authorities USING (authority_id)
JOIN sections USING (section_id)
LEFT JOIN codes AS theme ON theme.list = 'theme' AND theme.code = visits.primary_theme_code
LEFT JOIN codes AS quantifier
    ON quantifier.list = 'quantifier' AND quantifier.code = findings.quantifier_code
ORDER BY findings.visit_id, sections.position, findings.paragraph, findings.sentence
