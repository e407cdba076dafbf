-- Visits by the grade held at the time: visits grouped by the overall judgement that each letter says the
-- authority held from its last full inspection. Most letters state none; those stand in the row without
-- a grade, which is not a grade of its own. Each kind of visit and each template of letter has rows of its own.
--
-- grade_code: The grade, as in the code list judgement_grade; NULL where the letter states none.
-- grade: The grade by name.
-- visit_count: How many visits' letters state that grade.
-- authority_count: How many authorities those visits went to.
-- visits_with_priority_action: How many of them raise an area for priority action.
-- improvements_per_visit: The mean number of points to improve a visit, those that list none counted.
-- first_visit_date: The first day of the earliest of the visits.
-- last_visit_date: The first day of the latest of the visits.
SELECT
    visits.previous_judgement_code AS grade_code,
    coalesce(codes.label, 'Not stated in the letter') AS grade,
    count(*) AS visit_count,
    count(DISTINCT visits.authority_id) AS authority_count,
    count(*) FILTER (WHERE visits.has_priority_action) AS visits_with_priority_action,
    round(avg(visits.improvement_count), 2) AS improvements_per_visit,
    min(visits.start_date) AS first_visit_date,
    max(visits.start_date) AS last_visit_date,
    visits.document_kind,
    visits.era
FROM visits
LEFT JOIN codes ON codes.list = 'judgement_grade' AND codes.code = visits.previous_judgement_code
GROUP BY
    visits.previous_judgement_code, codes.label, codes.position, visits.document_kind, visits.era
ORDER BY visits.document_kind, codes.position NULLS LAST, visits.era
