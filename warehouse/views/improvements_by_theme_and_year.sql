-- Improvements by theme and year: how many points letters list under what needs to improve, by the main
-- theme of the visit and the year of its first day, apart for each kind of visit and each template of letter: sum
-- the counts for a whole year. What the points themselves are about is in
-- improvements_by_topic_and_year.
--
-- year: The year of the visits' first days.
-- theme_code: The main theme of the visits.
-- theme: The main theme of the visits, by name.
-- visit_count: How many visits had that main theme.
-- visits_with_improvements: How many of them list at least one point to improve.
-- improvement_count: How many points to improve they list together.
-- improvements_per_visit: The mean number of points a visit, those that list none counted.
-- visits_with_priority_action: How many of them raise an area for priority action.
SELECT
    year(visits.start_date) AS year,
    visits.primary_theme_code AS theme_code,
    codes.label AS theme,
    count(*) AS visit_count,
    count(*) FILTER (WHERE visits.improvement_count > 0) AS visits_with_improvements,
    sum(visits.improvement_count)::BIGINT AS improvement_count,
    round(avg(visits.improvement_count), 2) AS improvements_per_visit,
    count(*) FILTER (WHERE visits.has_priority_action) AS visits_with_priority_action,
    visits.document_kind,
    visits.era
FROM visits
LEFT JOIN codes ON codes.list = 'theme' AND codes.code = visits.primary_theme_code
GROUP BY 1, 2, 3, visits.document_kind, visits.era
ORDER BY year, visits.document_kind, visits.era, improvement_count DESC, theme
