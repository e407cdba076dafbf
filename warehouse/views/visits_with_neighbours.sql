-- An authority's visits and those of its statistical neighbours: for each authority one row a visit of its own
-- (position 0) and of each neighbour, the most alike first, the newest visit first. A neighbour without visits in
-- these tables has one row, with NULL for the visit. Being a neighbour is not mutual.
--
-- authority: The name of the authority that is compared.
-- position: 0 for the authority itself, else the place in its list of neighbours.
-- member_id: The authority itself or its neighbour, as in visits.authority_id.
-- member: The name of that one.
-- kind: What kind of visit or inspection it was.
SELECT
    authorities.authority_id,
    authorities.name AS authority,
    members.position,
    members.member_id,
    member.name AS member,
    visits.visit_id,
    kind.label AS kind,
    visits.start_date,
    visits.finding_count,
    visits.strength_count,
    visits.concern_count,
    visits.improvement_count,
    authorities.neighbours_edition,
    visits.document_kind,
    visits.era
FROM authorities
JOIN (
    SELECT authority_id, 0 AS position, authority_id AS member_id FROM authorities
    UNION ALL
    SELECT authority_id, position, neighbour_id FROM authority_neighbours
) AS members USING (authority_id)
JOIN authorities AS member ON member.authority_id = members.member_id
LEFT JOIN visits ON visits.authority_id = members.member_id
LEFT JOIN codes AS kind ON kind.list = 'document_kind' AND kind.code = visits.document_kind
ORDER BY authority, authorities.authority_id, members.position, visits.start_date DESC, visits.visit_id
