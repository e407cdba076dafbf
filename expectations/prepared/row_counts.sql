-- One row a table. What may be lost is a share of the visits that had rows in it before (of all
-- visits, where its rows do not name theirs), or a few of them, besides those that are held back,
-- each of which may have twice the rows of another.
SELECT
    table_name,
    table_rows,
    previous_rows,
    table_rows > 0
    OR may_be_empty
    OR (
        table_name NOT IN ('authorities', 'codes') AND coalesce(previous_rows, 0) = 0
    ) AS has_rows,
    -- What is in quarantine may come right, a correction may be needed no longer, what is measured
    -- is the program's choice, and years are covered from the first letter to the last.
    CASE
        WHEN NOT may_shrink
            THEN round(table_rows / nullif(previous_rows, 0), 4)
    END AS kept_share,
    round(
        1 - greatest(
            getvariable('share_lost'),
            coalesce(getvariable('letters_lost') / nullif(visits_before, 0), 1)
        )
        - 2 * coalesce(visits_held / nullif(visits_before, 0), 0),
        4
    ) AS least_share,
    table_rows || ' rows' || CASE
        WHEN previous_rows IS NULL THEN ', nothing published before'
        ELSE ', ' || previous_rows || ' published before'
    END AS observed
FROM counted_tables
ORDER BY table_name
