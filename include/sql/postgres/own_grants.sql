SELECT
    CASE WHEN a.grantee = 0 THEN NULL ELSE pg_get_userbyid(a.grantee) END AS grantee,
    a.privilege_type AS privilege,
    a.is_grantable AS grantable
FROM pg_database AS d, aclexplode(d.datacl) AS a
WHERE d.datname = {name} AND a.grantee <> d.datdba
ORDER BY 1, 2
