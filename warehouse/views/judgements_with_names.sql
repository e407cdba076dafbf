-- Judgements with names in place of codes: one row a grade that an inspection gave, with the time for which the
-- authority held it, the newest inspection first. Grades of different judgements or frameworks are not to be
-- compared by their names alone: see docs/grades.md.
--
-- authority: The name of the authority.
-- kind: What kind of inspection it was.
-- judgement: What was judged, by name.
-- grade: The grade, by name.
-- held_from: The day from which the authority held the grade; NULL where it is none of an authority's, or was held for no day.
-- held_to: The last day on which it did; NULL while it does.
SELECT
    authorities.name AS authority,
    authorities.region,
    kind.label AS kind,
    visits.framework,
    visits.start_date,
    visits.end_date,
    visits.published_date,
    judgement.label AS judgement,
    grade.label AS grade,
    judgements.grade_as_written,
    held.from_date AS held_from,
    held.to_date AS held_to,
    judgements.judgement_code,
    judgements.grade_code,
    judgements.position,
    judgements.visit_id,
    letters.file_name,
    judgements.page,
    judgements.x0,
    judgements.y0,
    judgements.x1,
    judgements.y1,
    visits.source_url,
    visits.document_kind,
    visits.era
FROM judgements
JOIN visits USING (visit_id)
JOIN authorities USING (authority_id)
JOIN letters USING (letter_id)
LEFT JOIN grades_held AS held
    ON held.visit_id = judgements.visit_id AND held.judgement_code = judgements.judgement_code
LEFT JOIN codes AS kind ON kind.list = 'document_kind' AND kind.code = visits.document_kind
LEFT JOIN codes AS judgement ON judgement.list = 'judgement' AND judgement.code = judgements.judgement_code
LEFT JOIN codes AS grade ON grade.list = 'judgement_grade' AND grade.code = judgements.grade_code
ORDER BY visits.start_date DESC, judgements.visit_id, judgements.position
