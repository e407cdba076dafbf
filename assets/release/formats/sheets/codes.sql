-- The rows of the sheet: one row a code of the release, whose labels the other sheets show.
SELECT codes.*, code_users.used_by
FROM codes
LEFT JOIN code_users ON code_users.list = codes.list
ORDER BY codes.list, codes.position
