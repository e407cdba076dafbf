-- The rows of the sheet: one row a finding, in the order in which a letter is read.
SELECT
    findings.* REPLACE (
        -- Viewers of PDF open the file at that page.
        findings.source_url || coalesce('#page=' || findings.page, '') AS source_url
    ),
    visits.letter_date,
    section.label AS section,
    valence.label AS valence,
    statements.framework_reference
FROM findings_with_visits AS findings
JOIN findings AS statements USING (finding_id)
JOIN visits ON visits.visit_id = findings.visit_id
LEFT JOIN codes AS section ON section.list = 'section_type' AND section.code = findings.section_type
LEFT JOIN codes AS valence ON valence.list = 'valence' AND valence.code = findings.valence_code
WHERE findings.finding_id IN (FROM chosen_findings)
ORDER BY
    findings.authority,
    findings.start_date DESC,
    findings.visit_id,
    findings.section_id,
    findings.paragraph,
    findings.sentence,
    findings.finding_id
