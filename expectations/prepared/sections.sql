WITH of_findings AS (
    SELECT
        section_id,
        paragraph,
        string_agg(text, '' ORDER BY sentence) AS words
    FROM findings
    GROUP BY section_id, paragraph
),

of_sections AS (
    SELECT
        section_id,
        holds,
        generate_subscripts(string_split(text, E'\n\n'), 1) AS paragraph,
        unnest(string_split(text, E'\n\n')) AS words
    FROM unique_sections AS sections
    JOIN section_types ON section_types.code = section_type AND holds IN ('sentences', 'points')
),

-- What introduces a list is no point of it.
unlike AS (
    SELECT
        coalesce(of_sections.section_id, of_findings.section_id) AS section_id,
        min(coalesce(of_sections.paragraph, of_findings.paragraph)) AS first_unlike
    FROM of_sections
    FULL JOIN of_findings
        ON of_findings.section_id = of_sections.section_id
        AND of_findings.paragraph = of_sections.paragraph
    WHERE
        -- So it is with hardly any, and found out at a tenth of the cost.
        replace(of_findings.words, ' ', '') IS DISTINCT FROM replace(of_sections.words, ' ', '')
        AND regexp_replace(of_findings.words, '[\s\pZ]', '', 'g')
        IS DISTINCT FROM regexp_replace(of_sections.words, '[\s\pZ]', '', 'g')
        AND NOT coalesce(
            of_findings.words IS NULL AND holds = 'points' AND of_sections.paragraph = 1, FALSE
        )
    GROUP BY 1
)

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
    len(regexp_extract_all(coalesce(text, ''), '\S+')) AS words_in_text,
    unlike.first_unlike AS paragraph_unlike_findings
FROM sections
LEFT JOIN unique_visits AS visits USING (visit_id)
LEFT JOIN unlike USING (section_id)
