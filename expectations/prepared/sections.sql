SELECT
    sections.*,
    row_number() OVER (PARTITION BY visit_id ORDER BY position) AS place,
    visit_id || '-' || printf('%02d', position) AS visit_and_position,
    visits.page_count AS letter_page_count,
    visits.page_count IS NOT NULL AS pages_expected,
    -- One of the two without the other is always wrong.
    CASE
        WHEN (page_start IS NULL) = (page_end IS NULL) THEN page_start IS NOT NULL
        ELSE visits.page_count IS NULL
    END AS pages_known,
    text IS NOT NULL AS has_text,
    paragraph_count > 0 AS has_paragraphs,
    len(string_split(text, E'\n\n')) AS paragraphs_in_text,
    len(regexp_extract_all(coalesce(text, ''), '\S+')) AS words_in_text
FROM sections
LEFT JOIN unique_visits AS visits USING (visit_id)
