-- Why each difference is there, from what became of letters, visits and corrections meanwhile.
--
-- Given are `found` (the differences), `declared` (whose each table's rows are, and where values
-- come from, as the schema has it), and the tables of either side in the schemas `before` and
-- `after`. Where several reasons apply, the
-- most specific is given; where none is known, none is.

-- Every visit twice: what is gone is about the visit as it was, all else as it is now.
CREATE VIEW known_visits AS
SELECT DISTINCT ON (is_gone, visit_id) *
FROM (SELECT *, true AS is_older FROM before.visits UNION ALL SELECT *, false FROM after.visits)
CROSS JOIN (VALUES (true), (false)) AS looked_from(is_gone)
ORDER BY is_older = is_gone DESC, letter_id;

-- The differences, with visit and letter where the row does not say itself.
CREATE TABLE placed AS
WITH with_letter AS (
    SELECT
        found.* REPLACE (coalesce(found.letter_id, visits.letter_id) AS letter_id),
        found.change = 'removed' AS is_gone
    FROM found
    LEFT JOIN known_visits AS visits
        ON visits.visit_id = found.visit_id AND visits.is_gone = (found.change = 'removed')
)
SELECT with_letter.* REPLACE (coalesce(with_letter.visit_id, visits.visit_id) AS visit_id)
FROM with_letter
LEFT JOIN (
    SELECT DISTINCT ON (is_gone, letter_id) is_gone, letter_id, visit_id
    FROM known_visits
    ORDER BY is_older = is_gone DESC, visit_id
) AS visits USING (is_gone, letter_id);

-- Corrections that were applied on one side only: made since, or taken back since. Where one was
-- corrected, the newer is told.
CREATE TABLE changed_corrections AS
WITH old AS (
    SELECT DISTINCT ON (table_name, row_key, field) *
    FROM before.corrections WHERE status_code = 'applied' ORDER BY ALL
),
new AS (
    SELECT DISTINCT ON (table_name, row_key, field) *
    FROM after.corrections WHERE status_code = 'applied' ORDER BY ALL
)
SELECT
    unnest(if(new.status_code IS NULL, old, new)),
    new.status_code IS NOT NULL AS is_made
FROM old
FULL JOIN new USING (table_name, row_key, field)
WHERE (old.status_code, old.new_value) IS DISTINCT FROM (new.status_code, new.new_value);

CREATE TABLE letter_changes AS
WITH old AS (SELECT DISTINCT ON (letter_id) * FROM before.letters ORDER BY ALL),
new AS (SELECT DISTINCT ON (letter_id) * FROM after.letters ORDER BY ALL),
replacing AS (
    SELECT new.superseded_by AS letter_id
    FROM new JOIN old USING (letter_id)
    WHERE new.superseded_by IS DISTINCT FROM old.superseded_by
)
SELECT
    letter_id,
    old.letter_id = new.letter_id
        AND old.parser_version IS DISTINCT FROM new.parser_version AS is_reread,
    old.is_listed AND NOT new.is_listed AS is_withdrawn,
    CASE
        WHEN old.letter_id IS NULL AND letter_id IN (FROM replacing) THEN 'amended_letter'
        WHEN old.letter_id IS NULL THEN 'new_letter'
        WHEN new.letter_id IS NULL THEN 'letter_no_longer_counts'
        WHEN new.status = 'superseded' AND old.superseded_by IS DISTINCT FROM new.superseded_by
            THEN 'amended_letter'
        WHEN old.status = 'parsed' AND new.status IN ('quarantined', 'unsupported')
            THEN 'letter_no_longer_counts'
        WHEN is_reread THEN 'parser_version'
    END AS letter_reason
FROM old
FULL JOIN new USING (letter_id);

-- Why a visit is new, gone or of another letter; NULL where it is of the same one.
CREATE TABLE visit_changes AS
WITH old AS (SELECT DISTINCT ON (visit_id) visit_id, letter_id FROM before.visits ORDER BY ALL),
new AS (SELECT DISTINCT ON (visit_id) visit_id, letter_id FROM after.visits ORDER BY ALL),
-- A visit's key is made of these. Correct or not, the visit is named by either of its keys.
key_corrected AS (
    SELECT visit_id FROM changed_corrections
    WHERE table_name = 'visits' AND list_contains(getvariable('visit_key_parts'), field) AND visit_id IS NOT NULL
),
renamed AS (
    SELECT
        unnest([old.visit_id, new.visit_id]) AS visit_id,
        CASE
            WHEN old.visit_id IN (FROM key_corrected) OR new.visit_id IN (FROM key_corrected)
                THEN 'correction'
            WHEN is_reread THEN 'parser_version'
            WHEN EXISTS (FROM found WHERE table_name = 'authorities' AND row_key IS NOT NULL)
                THEN 'reference_data'
        END AS rename_reason
    FROM old
    JOIN new USING (letter_id)
    LEFT JOIN letter_changes USING (letter_id)
    WHERE old.visit_id <> new.visit_id
)
SELECT
    visit_id,
    CASE
        WHEN old.letter_id <> new.letter_id THEN 'amended_letter'
        WHEN old.letter_id IS NULL OR new.letter_id IS NULL
            THEN coalesce(any_value(rename_reason), any_value(letter_reason))
    END AS visit_reason
FROM old
FULL JOIN new USING (visit_id)
LEFT JOIN renamed USING (visit_id)
LEFT JOIN letter_changes ON letter_changes.letter_id = coalesce(old.letter_id, new.letter_id)
GROUP BY visit_id, old.letter_id, new.letter_id;

CREATE TABLE explained AS
WITH known AS (
    SELECT
        placed.*,
        declared.owner AS owned_by,
        declared.source,
        declared.follows AND owned_by = 'letter' AS is_following,
        declared.source IN ('derived', 'key') AND owned_by = 'version' AS is_count,
        letter_reason,
        visit_reason,
        is_withdrawn,
        is_reread,
        corrected.is_made IS NOT NULL AS is_corrected,
        (placed.table_name, placed.row_key) IN (
            SELECT (table_name, row_key) FROM changed_corrections
        ) AS is_corrected_row,
        placed.visit_id IN (SELECT visit_id FROM changed_corrections) AS is_corrected_visit,
        -- A version of a visit says what the visit says.
        owned_by = 'version' AND (placed.visit_id, placed.field) IN (
            SELECT (visit_id, field) FROM changed_corrections WHERE table_name = 'visits'
        ) AS is_corrected_version,
        -- The other codes of the same owner are renumbered.
        declared.is_ordered_list AND (placed.table_name, placed.owner) IN (
            SELECT (table_name, split_part(row_key, '/', 1)) FROM changed_corrections
        ) AS is_corrected_owner
    FROM placed
    LEFT JOIN letter_changes USING (letter_id)
    LEFT JOIN visit_changes USING (visit_id)
    LEFT JOIN changed_corrections AS corrected USING (table_name, row_key, field)
    LEFT JOIN declared
        ON declared.table_name = placed.table_name
        AND declared.field IS NOT DISTINCT FROM placed.field
)
SELECT
    * EXCLUDE (letter_reason, visit_reason),
    CASE
        WHEN row_key IS NULL OR owned_by = 'project' THEN 'schema'
        WHEN is_corrected OR (is_corrected_owner AND visit_reason IS NULL) THEN 'correction'
        WHEN owned_by = 'reference' THEN 'reference_data'
        WHEN owned_by = 'run' THEN 'follows'
        -- Another letter on the same file: before, or instead of, what was read of it.
        WHEN owned_by IN ('file', 'version') AND change <> 'changed'
            THEN coalesce(letter_reason, if(letter_id IS NULL, 'listing', NULL))
        WHEN source = 'last_seen' THEN 'looked_at_again'
        WHEN source = 'still_listed' AND letter_reason = 'amended_letter' THEN 'amended_letter'
        WHEN source = 'still_listed' AND is_withdrawn THEN 'withdrawn_letter'
        WHEN source = 'still_listed' THEN 'listing'
        WHEN owned_by IN ('file', 'version') AND source IN ('publisher', 'first_seen')
            THEN 'listing'
        WHEN owned_by IN ('file', 'version') THEN coalesce(
            letter_reason,
            if(is_corrected_visit AND (is_count OR is_corrected_version), 'correction', NULL),
            if(is_count, 'follows', NULL)
        )
        WHEN visit_reason IS NOT NULL THEN visit_reason
        WHEN owned_by = 'person' THEN 'correction'
        WHEN source IN ('publisher', 'first_seen') THEN 'listing'
        WHEN is_reread THEN 'parser_version'
        -- What follows from a corrected value, or stood beside it and was of the old one. Another
        -- value of the same visit is not explained by that.
        WHEN is_corrected_row OR (is_following AND is_corrected_visit) THEN 'correction'
        WHEN is_following THEN 'follows'
    END AS reason_code
FROM known;
