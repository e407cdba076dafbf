-- What there is to say of the finding, section or visit whose key is $key: one row, or none. Rows
-- that it leads to are structs, in which all is NULL where there is no such row.
WITH subject AS (
    SELECT 'finding' AS kind, finding_id AS key, visit_id, section_id, text, page, page AS last_page
    FROM findings
    UNION ALL
    SELECT 'section', section_id, visit_id, section_id, text, page_start, page_end FROM sections
    UNION ALL
    SELECT 'visit', visit_id, visit_id, NULL, NULL, NULL, NULL FROM visits
),
-- Sections with what they are called where they have no heading.
named_sections AS (SELECT *, label('section_type', section_type) AS part FROM sections),
-- What a finding stands between, in its section.
around AS (
    SELECT
        finding_id,
        lag(text) OVER in_section AS said_before,
        lead(text) OVER in_section AS said_after
    FROM findings
    WINDOW in_section AS (PARTITION BY section_id ORDER BY paragraph, sentence)
),
thread AS (
    SELECT
        follow_ups.*,
        visits.start_date,
        label('document_kind', visits.document_kind) AS kind,
        coalesce(label('follow_up_status', status_code), 'Cannot be told') AS status,
        letters.file_name,
        (
            SELECT list(told ORDER BY evidence.position)
            FROM follow_up_evidence AS evidence
            JOIN findings AS told ON told.finding_id = evidence.evidence_finding_id
            WHERE evidence.finding_id = follow_ups.finding_id
                AND evidence.later_visit_id = follow_ups.later_visit_id
        ) AS sentences
    FROM follow_ups
    JOIN visits ON visits.visit_id = follow_ups.later_visit_id
    LEFT JOIN letters USING (letter_id)
),
named_judgements AS (
    SELECT
        *,
        label('judgement', judgement_code) AS judgement,
        label('judgement_grade', grade_code) AS grade
    FROM judgements
)
SELECT
    subject.*,
    visits AS visit,
    letters AS letter,
    authorities AS authority,
    section,
    finding,
    around.said_before,
    around.said_after,
    label('document_kind', visits.document_kind) AS document_kind,
    label('valence', finding.valence_code) AS valence,
    (
        SELECT string_agg(coalesce(codes.label, '?'), '; ' ORDER BY finding_topics.position)
        FROM finding_topics
        LEFT JOIN codes ON codes.list = 'topic' AND codes.code = topic_code
        WHERE finding_id = subject.key
    ) AS topics,
    -- The findings whose words are shown: the one, or those of the section; of a visit, its grades.
    (
        SELECT list(findings ORDER BY paragraph, sentence) FROM findings
        WHERE subject.key IN (findings.finding_id, findings.section_id)
    ) AS findings,
    (
        SELECT list(named_judgements ORDER BY position) FROM named_judgements
        WHERE named_judgements.visit_id = subject.key
    ) AS judgements,
    -- A report is addressed to nobody.
    subject.visit_id IN (SELECT visit_id FROM visit_correspondents)
    OR visits.addressee_name IS NOT NULL AS is_letter,
    (
        SELECT list(named_sections ORDER BY position) FROM named_sections
        WHERE named_sections.visit_id = subject.key
    ) AS sections,
    -- A point's thread: what later documents say became of it, with the sentences that decide.
    (
        SELECT list(thread ORDER BY thread.start_date, thread.later_visit_id) FROM thread
        WHERE thread.finding_id = subject.key
    ) AS thread,
    (
        SELECT list(corrections ORDER BY row_key, field) FROM corrections
        WHERE status_code = 'applied' AND starts_with(row_key || '/', subject.key || '/')
    ) AS corrections
FROM subject
LEFT JOIN visits USING (visit_id)
LEFT JOIN letters USING (letter_id)
LEFT JOIN authorities USING (authority_id)
LEFT JOIN named_sections AS section ON section.section_id = subject.section_id
LEFT JOIN findings AS finding ON finding.finding_id = subject.key
LEFT JOIN around ON around.finding_id = subject.key
WHERE subject.key = $key
LIMIT 1
