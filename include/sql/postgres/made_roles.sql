SELECT r.rolname AS name
FROM pg_roles AS r
INNER JOIN pg_shdescription AS d ON r.oid = d.objoid
WHERE d.classoid = 'pg_authid'::regclass AND d.description = {mark}
