-- Inspectors' visits: one row for each person and visit whose letter names the person. It says who took
-- part where. What a letter finds is the finding of a team under a framework: counts of one person's visits,
-- improvements or priority actions are no measure of the person.
--
-- inspector: The person's name.
-- authority: The name of the authority that was visited.
-- kind: What kind of visit or inspection it was.
-- role: The part that the letter states for the person; NULL where it states none, as most letters.
SELECT
    visit_inspectors.inspector_id,
    inspectors.name AS inspector,
    visit_inspectors.visit_id,
    authorities.name AS authority,
    kind.label AS kind,
    visits.start_date,
    visits.end_date,
    visit_inspectors.title,
    role.label AS role,
    visit_inspectors.is_signatory,
    visits.document_kind,
    visits.era
FROM visit_inspectors
JOIN inspectors USING (inspector_id)
JOIN visits USING (visit_id)
JOIN authorities USING (authority_id)
LEFT JOIN codes AS kind ON kind.list = 'document_kind' AND kind.code = visits.document_kind
LEFT JOIN codes AS role ON role.list = 'inspector_role' AND role.code = visit_inspectors.role_code
ORDER BY inspectors.name, visit_inspectors.inspector_id, visits.start_date, visits.visit_id
