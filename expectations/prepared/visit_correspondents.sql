SELECT
    *,
    row_number() OVER (PARTITION BY visit_id, part_code ORDER BY position) AS place,
    coalesce(name, role_as_written) IS NOT NULL AS has_name_or_role
FROM visit_correspondents
