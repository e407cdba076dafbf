-- Themes by year: how many visits looked at each theme, by the year of the visit's first day. A visit
-- with several themes counts for each, so visits add up to more than there were. Each kind of visit and each
-- template of letter has rows of its own: sum visits and shares for a whole year, but not authorities.
--
-- year: The year of the visits' first days.
-- theme: The theme.
-- visit_count: How many visits had the theme.
-- main_theme_count: How many visits had it as their main theme; these add up to the visits there were.
-- authority_count: How many authorities those visits with the theme went to.
-- share_of_visits: The visits with the theme as a share of all visits of that kind and year, 0 to 1.
SELECT
    year(visits.start_date) AS year,
    visit_themes.theme_code,
    codes.label AS theme,
    count(*) AS visit_count,
    count(*) FILTER (WHERE visit_themes.position = 1) AS main_theme_count,
    count(DISTINCT visits.authority_id) AS authority_count,
    round(count(*) / any_value(years.visit_count), 3) AS share_of_visits,
    visits.document_kind,
    visits.era
FROM visit_themes
JOIN visits USING (visit_id)
JOIN codes ON codes.list = 'theme' AND codes.code = visit_themes.theme_code
JOIN (
    SELECT document_kind, year(start_date) AS year, count(*) AS visit_count FROM visits GROUP BY 1, 2
) AS years ON years.document_kind = visits.document_kind AND years.year = year(visits.start_date)
GROUP BY 1, 2, 3, visits.document_kind, visits.era
ORDER BY year, visits.document_kind, visits.era, visit_count DESC, theme
