-- Findings with the visit they are from, in the order of reading: one row a finding, to search or to quote
-- with its authority, date, file, page and box, and with what a model judged it to say: see precision_by_code.
-- Ordered by authority and day, so that an authority's findings stand letter after letter.
--
-- authority: The name of the authority.
-- theme: The main theme of the visit.
-- quantifier: How many of those it speaks about; NULL where it does not say.
-- finding: The statement as its author wrote it.
-- visit_number: Which of the authority's visits of that kind in these tables it was, from 1.
-- topics: The names of its topics, the most central first.
-- cohort: Whom it is about; NULL where it does not say.
-- kind: What kind of visit or inspection it was.
-- is_corrected: Whether a person corrected a value or a topic of it: see the table corrections.
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
    visits.source_url,
    authorities.region,
    visits.visit_number,
    findings.section_id,
    findings.paragraph,
    findings.sentence,
    findings.valence_code,
    findings.valence_score,
    findings.valence_set,
    findings.cues,
    topics.topics,
    findings.quantifier_words,
    cohort.label AS cohort,
    findings.finding_id IN (
        SELECT split_part(row_key, '/', 1)
        FROM corrections
        WHERE status_code = 'applied' AND table_name IN ('findings', 'finding_topics')
    ) AS is_corrected,
    visits.document_kind,
    visits.era,
    kind.label AS kind,
    findings.paragraph_number,
    findings.responsible_body,
    visits.letter_date,
    visits.published_date,
    letters.first_seen_at,
    visits.authority_id,
    authorities.ofsted_url
FROM findings
JOIN (
    SELECT
        *,
        row_number() OVER (PARTITION BY authority_id, document_kind ORDER BY start_date, visit_id) AS visit_number
    FROM visits
) AS visits USING (visit_id)
JOIN letters USING (letter_id)
JOIN authorities USING (authority_id)
JOIN sections USING (section_id)
LEFT JOIN codes AS kind ON kind.list = 'document_kind' AND kind.code = visits.document_kind
LEFT JOIN codes AS theme ON theme.list = 'theme' AND theme.code = visits.primary_theme_code
LEFT JOIN codes AS quantifier
    ON quantifier.list = 'quantifier' AND quantifier.code = findings.quantifier_code
LEFT JOIN codes AS cohort ON cohort.list = 'cohort' AND cohort.code = findings.cohort_code
LEFT JOIN (
    SELECT finding_id, string_agg(codes.label, '; ' ORDER BY finding_topics.position) AS topics
    FROM finding_topics
    JOIN codes ON codes.list = 'topic' AND codes.code = finding_topics.topic_code
    GROUP BY finding_id
) AS topics ON topics.finding_id = findings.finding_id
ORDER BY findings.visit_id, sections.position, findings.paragraph, findings.sentence
