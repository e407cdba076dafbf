WITH counted_topics AS (
    SELECT
        finding_id,
        count(*) AS topic_rows
    FROM finding_topics
    GROUP BY finding_id
),

-- What a person corrected is as that person says, and on other grounds than the words'.
corrected AS (
    SELECT
        row_key AS finding_id,
        bool_or(field = 'valence_code') AS is_valence_corrected,
        bool_or(field IN ('quantifier_code', 'quantifier_words')) AS is_quantifier_corrected
    FROM corrections
    WHERE table_name = 'findings' AND status_code = 'applied'
    GROUP BY row_key
),

explained AS (
    SELECT
        findings.*,
        coalesce(is_valence_corrected, FALSE) AS is_valence_corrected,
        coalesce(is_quantifier_corrected, FALSE) AS is_quantifier_corrected,
        list_append(
            coalesce(string_split(cues, getvariable('cue_separator')), []),
            quantifier_words
        ) AS words
    FROM findings
    LEFT JOIN corrected USING (finding_id)
)

SELECT
    findings.* EXCLUDE (words),
    findings.section_type = 'improvements' AS in_improvements,
    findings.section_type = 'priority_actions' AS in_priority_actions,
    coalesce(section_types.holds, 'nothing') AS section_holds,
    sections.section_type AS type_of_section,
    sections.visit_id AS visit_of_section,
    sections.paragraph_count AS section_paragraph_count,
    sections.page_start AS section_page_start,
    sections.page_end AS section_page_end,
    row_number() OVER (PARTITION BY section_id, paragraph ORDER BY sentence) AS place,
    page IS NOT NULL AS page_known,
    sections.page_start IS NOT NULL AS page_expected,
    (page IS NOT NULL)::INTEGER + (x0 IS NOT NULL)::INTEGER + (y0 IS NOT NULL)::INTEGER
    + (x1 IS NOT NULL)::INTEGER + (y1 IS NOT NULL)::INTEGER AS place_values,

    coalesce(topic_rows, 0) AS topic_rows,
    CASE
        WHEN
            (is_improvement OR is_priority_action) AND NOT is_valence_corrected
            AND (
                is_priority_action
                OR coalesce(visits.era, '') NOT IN (SELECT code FROM eras WHERE points = 'judged')
            )
            THEN valence_code
    END AS valence_of_point,
    valence_score IS NULL AS is_without_score,
    valence_set IS NULL AS is_without_set,
    CASE WHEN is_valence_corrected THEN cues END AS cues_of_corrected,
    quantifier_words IS NOT NULL AS has_quantifier_words,
    quantifier_code IS NOT NULL AND (NOT is_quantifier_corrected OR quantifier_words IS NOT NULL)
        AS is_quantifier_read,
    list_filter(
        words,
        lambda word: word = '' OR word <> trim(word) OR NOT contains(findings.text, word)
    )[1] AS words_not_in_text,
    (valence_code = 'strength')::DOUBLE AS is_strength,
    (valence_code = 'concern')::DOUBLE AS is_concern,
    (valence_code = 'mixed')::DOUBLE AS is_mixed,
    (valence_code = 'context')::DOUBLE AS is_context
FROM explained AS findings
LEFT JOIN section_types ON section_types.code = findings.section_type
LEFT JOIN unique_sections AS sections USING (section_id)
LEFT JOIN unique_visits AS visits ON visits.visit_id = findings.visit_id
LEFT JOIN counted_topics USING (finding_id)
