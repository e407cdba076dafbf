-- Every local authority, closed ones too, in the alphabet's order, with those before and after it.
SELECT
    authority_id,
    name,
    region_code,
    region,
    authority_type,
    ofsted_url,
    valid_from,
    valid_to,
    (
        SELECT list(one.authority_id ORDER BY one.authority_id) FROM authority_successors AS one
        WHERE one.successor_id = authorities.authority_id
    ) AS predecessors,
    (
        SELECT list(one.successor_id ORDER BY one.successor_id) FROM authority_successors AS one
        WHERE one.authority_id = authorities.authority_id
    ) AS successors,
    (
        SELECT list(one.neighbour_id ORDER BY one.position) FROM authority_neighbours AS one
        WHERE one.authority_id = authorities.authority_id
    ) AS neighbours,
    (
        SELECT list(held ORDER BY held.from_date, held.framework, held.judgement_code)
        FROM grades_held AS held
        WHERE held.authority_id = authorities.authority_id
    ) AS grades
FROM authorities
ORDER BY lower(name), valid_to DESC NULLS FIRST, authority_id
