-- The rows of the sheet: one row a column, of the sheets first. Flags show what is so and leave out
-- what is not; that nobody said is neither.
SELECT
    * REPLACE (
        CASE WHEN may_be_unknown IS NULL THEN 'not said' WHEN may_be_unknown THEN 'yes' END
            AS may_be_unknown
    )
FROM entries
