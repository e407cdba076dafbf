-- Visits with names in place of ids: one row a visit, the newest letter first.
--
-- kind: What kind of visit or inspection it was.
-- authority: The name of the authority that was visited.
-- themes: The themes of the visit, the main one first.
-- delivery_mode: Where inspectors did their work; NULL where the letter does not say.
-- previous_judgement: The overall judgement that the letter says the authority held; NULL where it states none.
-- inspectors: The people whom the letter names, in its order.
-- lead_inspector: The person whom the letter calls the lead; NULL where it names none, as most letters.
-- signatory: The person who signed the letter.
-- judgements: The grades of an inspection, each with what was judged, in the report's order.
-- grade_held: The overall judgement that the authority held, by grades_held, on the first day; NULL where none is known.
SELECT
    visits.visit_id,
    authorities.name AS authority,
    authorities.region,
    kind.label AS kind,
    visits.start_date,
    visits.end_date,
    visits.letter_date,
    themes.themes,
    visits.focus,
    delivery.label AS delivery_mode,
    grade.label AS previous_judgement,
    visits.previous_inspection,
    people.inspectors,
    lead_person.name AS lead_inspector,
    signatory.name AS signatory,
    visits.has_priority_action,
    visits.priority_action_count,
    visits.improvement_count,
    visits.finding_count,
    visits.source_url,
    visits.strength_count,
    visits.concern_count,
    visits.document_kind,
    visits.era,
    judged.judgements,
    grade_held.label AS grade_held,
    visits.published_date,
    letters.first_seen_at,
    visits.authority_id,
    authorities.ofsted_url
FROM visits
JOIN authorities USING (authority_id)
JOIN letters USING (letter_id)
LEFT JOIN codes AS kind ON kind.list = 'document_kind' AND kind.code = visits.document_kind
LEFT JOIN codes AS delivery ON delivery.list = 'delivery_mode' AND delivery.code = visits.delivery_mode
LEFT JOIN codes AS grade ON grade.list = 'judgement_grade' AND grade.code = visits.previous_judgement_code
LEFT JOIN inspectors AS lead_person ON lead_person.inspector_id = visits.lead_inspector_id
LEFT JOIN inspectors AS signatory ON signatory.inspector_id = visits.signatory_id
LEFT JOIN grades_held AS held
    ON held.authority_id = visits.authority_id
    AND held.judgement_code = 'overall_effectiveness'
    AND visits.start_date BETWEEN held.from_date AND coalesce(held.to_date, visits.start_date)
LEFT JOIN codes AS grade_held ON grade_held.list = 'judgement_grade' AND grade_held.code = held.grade_code
LEFT JOIN (
    SELECT
        visit_id,
        string_agg(judgement.label || ': ' || grade.label, '; ' ORDER BY judgements.position) AS judgements
    FROM judgements
    JOIN codes AS judgement ON judgement.list = 'judgement' AND judgement.code = judgements.judgement_code
    JOIN codes AS grade ON grade.list = 'judgement_grade' AND grade.code = judgements.grade_code
    GROUP BY visit_id
) AS judged ON judged.visit_id = visits.visit_id
LEFT JOIN (
    SELECT visit_id, string_agg(codes.label, '; ' ORDER BY visit_themes.position) AS themes
    FROM visit_themes
    JOIN codes ON codes.list = 'theme' AND codes.code = visit_themes.theme_code
    GROUP BY visit_id
) AS themes ON themes.visit_id = visits.visit_id
LEFT JOIN (
    SELECT visit_id, string_agg(inspectors.name, '; ' ORDER BY visit_inspectors.position) AS inspectors
    FROM visit_inspectors
    JOIN inspectors USING (inspector_id)
    GROUP BY visit_id
) AS people ON people.visit_id = visits.visit_id
ORDER BY visits.letter_date DESC, visits.visit_id
