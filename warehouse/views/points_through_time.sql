-- What became of each point to improve: one row a point and a later document on its authority, with the
-- sentence that tells most; an authority's points follow each other, each through time. A point that no later
-- document could revisit has one row without a later visit. What is not revisited is not known to be unchanged:
-- inspectors choose where they look. Judged by a program: see evaluation and docs/follow_ups.md.
--
-- authority: The name of the authority that was asked.
-- asked_date: The last day of the visit that asked.
-- point: The point to improve, or the area for priority action, as its author wrote it.
-- topics: The names of its topics, the most central first.
-- later_date: The first day of the later visit; NULL where there is none yet.
-- later_kind: What kind of visit or inspection the later one was.
-- later_focus: What inspectors looked at there, in the document's words; NULL where it says nothing of it.
-- status: What the later document says became of the matter, by name. NULL: less sure than the threshold (0.25; see docs/follow_ups.md), which the workbook calls Cannot be told, or no later document yet.
-- evidence: The sentence of the later document that is most telling; of a matter that is less surely not revisited, the one that comes nearest; NULL where none is given.
-- evidence_valence_code: What that sentence reports.
-- evidence_count: How many sentences are given in follow_up_evidence.
-- cues: What the point and the nearest sentence of the later document have in common, the rarest first, with `;` between: practices by their name, other words by their stem. NULL where nothing is.
-- later_number: Which of the later documents it is, from 1; NULL where there is none.
-- visit_id: The visit that asked.
-- kind: What kind of visit or inspection that was.
-- later_file_name: The file of the later document, by its name at the source; NULL where it has none there, or there is no later document.
-- later_page: The page of that file on which the evidence stands, from 1; NULL where none is given, and where the document is text.
-- later_source_url: Where the later document was found; NULL if it was not on the web.
WITH points AS (
    SELECT findings.*, visits.authority_id, visits.end_date, visits.document_kind, visits.era
    FROM findings
    JOIN visits USING (visit_id)
    WHERE findings.is_improvement OR findings.is_priority_action
),
topics AS (
    SELECT finding_id, string_agg(codes.label, '; ' ORDER BY finding_topics.position) AS topics
    FROM finding_topics
    JOIN codes ON codes.list = 'topic' AND codes.code = finding_topics.topic_code
    GROUP BY finding_id
),
evidence AS (
    SELECT
        follow_up_evidence.finding_id,
        follow_up_evidence.later_visit_id,
        count(*) AS sentences,
        first(findings.text ORDER BY follow_up_evidence.position) AS text,
        first(findings.valence_code ORDER BY follow_up_evidence.position) AS valence_code,
        first(findings.page ORDER BY follow_up_evidence.position) AS page
    FROM follow_up_evidence
    JOIN findings ON findings.finding_id = follow_up_evidence.evidence_finding_id
    GROUP BY ALL
)
SELECT
    authorities.name AS authority,
    points.end_date AS asked_date,
    points.text AS point,
    points.is_priority_action,
    topics.topics,
    later.start_date AS later_date,
    later_kind.label AS later_kind,
    later.focus AS later_focus,
    follow_ups.status_code,
    status.label AS status,
    follow_ups.status_score,
    follow_ups.is_asked_again,
    follow_ups.is_explicit,
    follow_ups.days_between,
    evidence.text AS evidence,
    evidence.valence_code AS evidence_valence_code,
    coalesce(evidence.sentences, 0) AS evidence_count,
    follow_ups.nearness,
    follow_ups.concern_share,
    follow_ups.cues,
    CASE WHEN later.visit_id IS NOT NULL THEN
        row_number() OVER (PARTITION BY points.finding_id ORDER BY later.start_date, later.visit_id)
    END AS later_number,
    authorities.region,
    points.authority_id,
    kind.label AS kind,
    points.document_kind,
    points.era,
    points.responsible_body,
    points.visit_id,
    points.finding_id,
    follow_ups.later_visit_id,
    letters.file_name AS later_file_name,
    evidence.page AS later_page,
    later.source_url AS later_source_url
FROM points
JOIN authorities USING (authority_id)
LEFT JOIN topics USING (finding_id)
LEFT JOIN follow_ups USING (finding_id)
LEFT JOIN visits AS later ON later.visit_id = follow_ups.later_visit_id
LEFT JOIN letters ON letters.letter_id = later.letter_id
LEFT JOIN evidence USING (finding_id, later_visit_id)
LEFT JOIN codes AS status ON status.list = 'follow_up_status' AND status.code = follow_ups.status_code
LEFT JOIN codes AS kind ON kind.list = 'document_kind' AND kind.code = points.document_kind
LEFT JOIN codes AS later_kind
    ON later_kind.list = 'document_kind' AND later_kind.code = later.document_kind
ORDER BY authority, points.end_date, points.visit_id, points.section_id, points.paragraph, later.start_date,
    later.visit_id
