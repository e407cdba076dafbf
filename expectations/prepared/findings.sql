SELECT
    findings.*,
    findings.section_type = 'improvements' AS in_improvements,
    findings.section_type = 'priority_actions' AS in_priority_actions,
    sections.section_type AS type_of_section,
    sections.visit_id AS visit_of_section,
    sections.paragraph_count AS section_paragraph_count,
    sections.page_start AS section_page_start,
    sections.page_end AS section_page_end,
    row_number() OVER (PARTITION BY section_id, paragraph ORDER BY sentence) AS place,
    page IS NOT NULL AS page_known,
    sections.page_start IS NOT NULL AS page_expected,
    (page IS NOT NULL)::INTEGER + (x0 IS NOT NULL)::INTEGER + (y0 IS NOT NULL)::INTEGER
    + (x1 IS NOT NULL)::INTEGER + (y1 IS NOT NULL)::INTEGER AS place_values
FROM findings
LEFT JOIN unique_sections AS sections USING (section_id)
