SELECT
    sections.*,
    row_number() OVER (PARTITION BY visit_id ORDER BY position) AS place,
    visits.page_count AS letter_page_count,
    page_start IS NOT NULL AND page_end IS NOT NULL AS pages_known,
    visits.page_count IS NOT NULL AS pages_expected,
    text IS NOT NULL AS has_text,
    paragraph_count > 0 AS has_paragraphs,
    len(string_split(text, E'\n\n')) AS paragraphs_in_text
FROM sections
LEFT JOIN unique_visits AS visits USING (visit_id)
