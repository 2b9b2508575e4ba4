-- The roles that this database's objects belong to or grant something to.
SELECT DISTINCT pg_get_userbyid(needed.role) AS name
FROM (
    SELECT d.refobjid AS role
    FROM pg_shdepend AS d
    INNER JOIN pg_database AS b ON b.datname = current_database()
    WHERE
        d.refclassid = 'pg_authid'::regclass
        AND (d.dbid = b.oid OR (d.classid = 'pg_database'::regclass AND d.objid = b.oid))
    UNION
    SELECT b.datdba FROM pg_database AS b WHERE b.datname = current_database()
    UNION
    SELECT c.relowner
    FROM pg_class AS c
    INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
) AS needed
ORDER BY name
