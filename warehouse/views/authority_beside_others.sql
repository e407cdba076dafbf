-- An authority beside its statistical neighbours, its region and England: for each authority with visits, one row
-- for itself and one for each group it can be held beside, apart for each kind of visit and each template of
-- letter. Visits are chosen by Ofsted and few: a difference between two rows is often one of themes, or of
-- whose turn it was. Strengths and concerns are judged by a model: see precision_by_code.
--
-- authority: The name of the authority.
-- beside: Whose visits the row counts: of the authority, its neighbours, its region (itself among them) or England.
-- authority_count: How many authorities of that group have visits of that kind and template.
-- visit_count: How many visits they have.
-- improvements_per_visit: The mean number of points to improve a visit.
-- visits_with_priority_action: How many of the visits raise an area for priority action.
-- strength_count: How many of their findings report a strength.
-- concern_count: How many of their findings report a concern.
-- share_of_concerns: The concerns as a share of strengths and concerns, 0 to 1; NULL without either.
WITH groups AS (
    SELECT authority_id, 'authority' AS beside, authority_id AS member_id FROM authorities
    UNION ALL
    SELECT authority_id, 'neighbours', neighbour_id FROM authority_neighbours
    UNION ALL
    SELECT of.authority_id, 'region', members.authority_id
    FROM authorities AS of
    JOIN authorities AS members USING (region_code)
    UNION ALL
    SELECT of.authority_id, 'England', members.authority_id
    FROM authorities AS of
    CROSS JOIN authorities AS members
)
SELECT
    authorities.name AS authority,
    authorities.region,
    groups.beside,
    count(DISTINCT visits.authority_id) AS authority_count,
    count(*) AS visit_count,
    round(avg(visits.improvement_count), 2) AS improvements_per_visit,
    count(*) FILTER (WHERE visits.has_priority_action) AS visits_with_priority_action,
    sum(visits.strength_count)::BIGINT AS strength_count,
    sum(visits.concern_count)::BIGINT AS concern_count,
    round(
        sum(visits.concern_count)
        / nullif(sum(visits.concern_count) + sum(visits.strength_count), 0),
        3
    ) AS share_of_concerns,
    groups.authority_id,
    visits.document_kind,
    visits.era
FROM groups
JOIN visits ON visits.authority_id = groups.member_id
JOIN authorities ON authorities.authority_id = groups.authority_id
-- Beside what the authority has none of itself, nothing of it can be held.
WHERE EXISTS (
    FROM visits AS own
    WHERE
        own.authority_id = groups.authority_id
        AND own.document_kind = visits.document_kind
        AND own.era IS NOT DISTINCT FROM visits.era
)
GROUP BY
    authorities.name,
    authorities.region,
    groups.beside,
    groups.authority_id,
    visits.document_kind,
    visits.era
ORDER BY
    authority,
    visits.document_kind,
    visits.era,
    list_position(['authority', 'neighbours', 'region', 'England'], groups.beside)
