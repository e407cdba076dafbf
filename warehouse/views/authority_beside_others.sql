-- An authority beside its statistical neighbours, its region and England: for each authority with visits, one row
-- for itself and one for each group it can be held beside, apart for each kind of visit and each template of
-- letter. Visits are chosen by Ofsted and few: a difference between two rows is often one of themes, or of
-- whose turn it was. Strengths and concerns are judged by a model: see precision_by_code. corrected_count is put right by
-- its errors, as said at agreement_with_readers.
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
-- corrected_count: How many of their findings readers would call a concern, as far as the measured errors tell; NULL where none are measured.
-- corrected_low: The lower end of its 95% interval, for the rates of error as they were measured and for the visits as drawn from many like them; NULL where there is one visit.
-- corrected_high: The upper end of that interval.
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
),
members AS (
    SELECT groups.authority_id, groups.beside, visits.* EXCLUDE (authority_id), visits.authority_id AS member_id
    FROM groups
    JOIN visits ON visits.authority_id = groups.member_id
    -- Beside what the authority has none of itself, nothing of it can be held.
    WHERE EXISTS (
        FROM visits AS own
        WHERE
            own.authority_id = groups.authority_id
            AND own.document_kind = visits.document_kind
            AND own.era IS NOT DISTINCT FROM visits.era
    )
),
-- How many findings of a visit are judged each valence. Those on a safeguarding board are the board's, as in `visits`.
judged AS (
    SELECT
        visits.visit_id,
        findings.valence_code,
        count(*) AS findings,
        count(*) * any_value(readers.rate) AS corrected,
        any_value(readers.rate * (1 - readers.rate)) AS by_chance,
        any_value(readers.rate_variance) AS rate_variance
    FROM visits
    JOIN findings USING (visit_id)
    JOIN agreement_with_readers AS readers
        ON readers.valence_code = 'concern'
        AND (readers.document_kind, readers.judged_code) = (visits.document_kind, findings.valence_code)
    WHERE
        visits.document_kind = 'lscb_review'
        OR (
            findings.section_type <> 'lscb'
            AND findings.responsible_body IS DISTINCT FROM 'Local Safeguarding Children Board'
        )
    GROUP BY ALL
),
of_visits AS (
    SELECT visit_id, sum(findings) AS findings, sum(corrected) AS corrected, sum(findings * by_chance) AS by_chance
    FROM judged
    GROUP BY visit_id
),
-- What the rates themselves are uncertain by, which is the same for all findings judged alike.
of_rates AS (
    SELECT authority_id, beside, document_kind, era, sum(findings * findings * rate_variance) AS spread
    FROM (
        SELECT
            members.authority_id,
            members.beside,
            members.document_kind,
            members.era,
            judged.valence_code,
            sum(judged.findings) AS findings,
            any_value(judged.rate_variance) AS rate_variance
        FROM members
        JOIN judged USING (visit_id)
        GROUP BY ALL
    ) AS totals
    GROUP BY ALL
),
counted AS (
    SELECT
        members.authority_id,
        members.beside,
        members.document_kind,
        members.era,
        count(DISTINCT members.member_id) AS authority_count,
        count(*) AS visits,
        avg(members.improvement_count) AS improvements,
        count(*) FILTER (WHERE members.has_priority_action) AS with_priority_action,
        sum(members.strength_count)::BIGINT AS strengths,
        sum(members.concern_count)::BIGINT AS concerns,
        sum(of_visits.findings) AS findings,
        sum(of_visits.corrected) AS corrected,
        sum(of_visits.corrected) / sum(of_visits.findings) AS share,
        -- Of the visits: the sum of (corrected - share * findings) squared.
        1.96 * sqrt(
            greatest(
                0,
                sum(of_visits.corrected * of_visits.corrected)
                - 2 * share * sum(of_visits.corrected * of_visits.findings)
                + share * share * sum(of_visits.findings * of_visits.findings)
            ) * visits / nullif(visits - 1, 0)
            + sum(of_visits.by_chance)
            + any_value(of_rates.spread)
        ) AS reach
    FROM members
    LEFT JOIN of_visits USING (visit_id)
    LEFT JOIN of_rates
        ON (of_rates.authority_id, of_rates.beside, of_rates.document_kind)
        = (members.authority_id, members.beside, members.document_kind)
        AND of_rates.era IS NOT DISTINCT FROM members.era
    GROUP BY ALL
)
SELECT
    authorities.name AS authority,
    authorities.region,
    counted.beside,
    counted.authority_count,
    counted.visits AS visit_count,
    round(counted.improvements, 2) AS improvements_per_visit,
    counted.with_priority_action AS visits_with_priority_action,
    counted.strengths AS strength_count,
    counted.concerns AS concern_count,
    round(counted.concerns / nullif(counted.concerns + counted.strengths, 0), 3) AS share_of_concerns,
    round(counted.corrected)::BIGINT AS corrected_count,
    -- Unknown stays unknown: the least of a number and NULL is the number.
    round(CASE WHEN reach > corrected THEN 0 ELSE corrected - reach END)::BIGINT AS corrected_low,
    round(CASE WHEN corrected + reach > findings THEN findings ELSE corrected + reach END)::BIGINT AS corrected_high,
    counted.authority_id,
    counted.document_kind,
    counted.era
FROM counted
JOIN authorities USING (authority_id)
ORDER BY
    authority,
    counted.document_kind,
    counted.era,
    list_position(['authority', 'neighbours', 'region', 'England'], counted.beside)
