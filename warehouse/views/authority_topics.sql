-- What each authority was told on each topic, letter after letter: one row a visit and a topic that its
-- findings have. A finding with several topics counts for each, so a visit's rows add up to more than its
-- findings; central_count alone adds up to them. Judged by a model: see precision_by_code. corrected_count is put right by
-- its errors in valence, as said at agreement_with_readers; that a topic itself may be wrong is in none of them.
--
-- authority: The name of the authority.
-- visit_number: Which of the authority's visits of that kind in these tables it was, from 1.
-- theme: The main theme of the visit.
-- topic: The topic, by name.
-- finding_count: How many findings of the visit have the topic.
-- central_count: For how many of them it is the most central topic.
-- strength_count: How many of them report a strength.
-- concern_count: How many of them report a concern, the points to improve and the areas for priority action among them.
-- mixed_count: How many of them hold both a strength and a concern.
-- context_count: How many of them weigh nothing.
-- improvement_count: How many of them are points to improve.
-- priority_action_count: How many of them are areas for priority action.
-- corrected_count: How many of the findings readers would call a concern, as far as the measured errors of valence tell; NULL where none are measured.
-- corrected_low: The lower end of its 95% interval, for the errors in these findings and for the rates of error as they were measured.
-- corrected_high: The upper end of that interval.
WITH ordered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY authority_id, document_kind ORDER BY start_date, visit_id) AS visit_number
    FROM visits
),
-- How many findings of a topic are judged each valence, and how many of them readers would call a concern.
judged AS (
    SELECT
        findings.visit_id,
        finding_topics.topic_code,
        findings.valence_code,
        count(*) AS findings,
        count(*) FILTER (WHERE finding_topics.position = 1) AS central,
        count(*) FILTER (WHERE findings.is_improvement) AS improvements,
        count(*) FILTER (WHERE findings.is_priority_action) AS priority_actions
    FROM findings
    JOIN finding_topics USING (finding_id)
    GROUP BY ALL
),
counted AS (
    SELECT
        ordered.authority_id,
        ordered.visit_number,
        ordered.start_date,
        ordered.primary_theme_code,
        judged.topic_code,
        sum(judged.findings)::BIGINT AS findings,
        sum(judged.central)::BIGINT AS central,
        coalesce(sum(judged.findings) FILTER (WHERE judged.valence_code = 'strength'), 0)::BIGINT AS strengths,
        coalesce(sum(judged.findings) FILTER (WHERE judged.valence_code = 'concern'), 0)::BIGINT AS concerns,
        coalesce(sum(judged.findings) FILTER (WHERE judged.valence_code = 'mixed'), 0)::BIGINT AS mixed,
        coalesce(sum(judged.findings) FILTER (WHERE judged.valence_code = 'context'), 0)::BIGINT AS context,
        sum(judged.improvements)::BIGINT AS improvements,
        sum(judged.priority_actions)::BIGINT AS priority_actions,
        sum(judged.findings * readers.rate) AS corrected,
        -- Each finding is a concern or not; and the rates may be off.
        1.96 * sqrt(
            sum(judged.findings * readers.rate * (1 - readers.rate) + judged.findings * judged.findings * readers.rate_variance)
        ) AS reach,
        ordered.visit_id,
        ordered.document_kind,
        ordered.era
    FROM ordered
    JOIN judged USING (visit_id)
    LEFT JOIN agreement_with_readers AS readers
        ON readers.valence_code = 'concern'
        AND (readers.document_kind, readers.judged_code) = (ordered.document_kind, judged.valence_code)
    GROUP BY ALL
)
SELECT
    authorities.name AS authority,
    authorities.region,
    counted.visit_number,
    counted.start_date,
    theme.label AS theme,
    counted.topic_code,
    topic.label AS topic,
    counted.findings AS finding_count,
    counted.central AS central_count,
    counted.strengths AS strength_count,
    counted.concerns AS concern_count,
    counted.mixed AS mixed_count,
    counted.context AS context_count,
    counted.improvements AS improvement_count,
    counted.priority_actions AS priority_action_count,
    round(counted.corrected)::BIGINT AS corrected_count,
    -- Unknown stays unknown: the least of a number and NULL is the number.
    round(CASE WHEN reach > corrected THEN 0 ELSE corrected - reach END)::BIGINT AS corrected_low,
    round(CASE WHEN corrected + reach > findings THEN findings ELSE corrected + reach END)::BIGINT AS corrected_high,
    counted.visit_id,
    counted.document_kind,
    counted.era
FROM counted
JOIN authorities USING (authority_id)
LEFT JOIN codes AS topic ON topic.list = 'topic' AND topic.code = counted.topic_code
LEFT JOIN codes AS theme ON theme.list = 'theme' AND theme.code = counted.primary_theme_code
ORDER BY authority, counted.visit_number, counted.visit_id, counted.findings DESC, topic
