-- Places: from any row to where it was read, one row a row of the tables that letters are read into. The
-- letter is named by its address and its bytes; page and box say where in it a finding or a grade stands. A row of
-- corrections leads to the place of the row that was corrected.
--
-- table_name: The table of the row.
-- row_key: The row's primary key, or the values of it with `/` between them, as in the table corrections.
-- visit_id: The visit whose letter it was read in.
-- letter_id: That letter.
-- source_url: The address of the letter; NULL where it did not come from the web.
-- page: The page it begins on, from 1; NULL where the place within the letter is not kept, or has no pages.
-- x0: The left edge of its box on that page, in points from the page's left; NULL where no box is kept.
-- y0: The upper edge of its box, in points from the page's top; NULL where no box is kept.
-- x1: The right edge of its box, in points from the page's left; NULL where no box is kept.
-- y1: The lower edge of its box, in points from the page's top; NULL where no box is kept.
WITH places AS (
    SELECT
        'visits' AS table_name, visit_id AS row_key, visit_id, NULL::INTEGER AS page,
        NULL::DOUBLE AS x0, NULL::DOUBLE AS y0, NULL::DOUBLE AS x1, NULL::DOUBLE AS y1
    FROM visits
    UNION ALL
    SELECT 'visit_themes', concat_ws('/', visit_id, position), visit_id, NULL, NULL, NULL, NULL, NULL
    FROM visit_themes
    UNION ALL
    SELECT 'visit_inspectors', concat_ws('/', visit_id, position), visit_id, NULL, NULL, NULL, NULL, NULL
    FROM visit_inspectors
    UNION ALL
    SELECT 'visit_inspectorates', concat_ws('/', visit_id, position), visit_id, NULL, NULL, NULL, NULL, NULL
    FROM visit_inspectorates
    UNION ALL
    SELECT 'visit_windows', concat_ws('/', visit_id, position), visit_id, NULL, NULL, NULL, NULL, NULL
    FROM visit_windows
    UNION ALL
    SELECT
        'visit_correspondents', concat_ws('/', visit_id, part_code, position), visit_id, NULL, NULL, NULL, NULL,
        NULL
    FROM visit_correspondents
    UNION ALL
    SELECT 'judgements', concat_ws('/', visit_id, position), visit_id, page, x0, y0, x1, y1
    FROM judgements
    UNION ALL
    SELECT 'sections', section_id, visit_id, page_start, NULL, NULL, NULL, NULL
    FROM sections
    UNION ALL
    SELECT 'findings', finding_id, visit_id, page, x0, y0, x1, y1
    FROM findings
    UNION ALL
    SELECT
        'finding_topics', concat_ws('/', finding_topics.finding_id, finding_topics.position),
        findings.visit_id, findings.page, findings.x0, findings.y0, findings.x1, findings.y1
    FROM finding_topics
    JOIN findings USING (finding_id)
),
with_corrections AS (
    FROM places
    UNION ALL
    SELECT
        'corrections', concat_ws('/', corrections.table_name, corrections.row_key, corrections.field),
        corrections.visit_id, places.page, places.x0, places.y0, places.x1, places.y1
    FROM corrections
    LEFT JOIN places USING (table_name, row_key)
    WHERE corrections.visit_id IS NOT NULL
)
SELECT
    placed.table_name,
    placed.row_key,
    placed.visit_id,
    visits.letter_id,
    letters.sha256,
    letters.source_url,
    letters.file_name,
    placed.page,
    placed.x0,
    placed.y0,
    placed.x1,
    placed.y1,
    visits.document_kind,
    visits.era
FROM with_corrections AS placed
JOIN visits USING (visit_id)
JOIN letters USING (letter_id)
ORDER BY placed.table_name, placed.row_key
