-- Visits by the grade held at the time: visits grouped by the overall judgement that the authority held, by
-- grades_held, on the visit's first day, and by the framework that had given it. Visits before whose first day
-- no inspection with an overall judgement is in these tables stand in rows without a grade, which is not a grade
-- of its own. Each kind of visit and each template of letter has rows of its own.
--
-- grade_code: The overall judgement held, as in the code list judgement_grade; NULL where none is known.
-- grade: The grade by name.
-- visit_count: How many visits were made while that grade was held.
-- authority_count: How many authorities those visits went to.
-- visits_with_priority_action: How many of them raise an area for priority action.
-- improvements_per_visit: The mean number of points to improve a visit, those that list none counted.
-- first_visit_date: The first day of the earliest of the visits.
-- last_visit_date: The first day of the latest of the visits.
-- framework_of_grade: The framework under which the grade was given; NULL where none is known.
SELECT
    held.grade_code,
    coalesce(codes.label, 'None known') AS grade,
    count(*) AS visit_count,
    count(DISTINCT visits.authority_id) AS authority_count,
    count(*) FILTER (WHERE visits.has_priority_action) AS visits_with_priority_action,
    round(avg(visits.improvement_count), 2) AS improvements_per_visit,
    min(visits.start_date) AS first_visit_date,
    max(visits.start_date) AS last_visit_date,
    visits.document_kind,
    visits.era,
    held.framework AS framework_of_grade
FROM visits
LEFT JOIN grades_held AS held
    ON held.authority_id = visits.authority_id
    AND held.judgement_code = 'overall_effectiveness'
    AND visits.start_date BETWEEN held.from_date AND coalesce(held.to_date, visits.start_date)
LEFT JOIN codes ON codes.list = 'judgement_grade' AND codes.code = held.grade_code
GROUP BY
    held.grade_code, held.framework, codes.label, codes.position, visits.document_kind, visits.era
ORDER BY visits.document_kind, codes.position NULLS LAST, held.framework, visits.era
