-- Schemas, views and whatever else lies beside the tables that hold rows; on a standby also what is unlogged there.
SELECT 'schema' AS kind, '' AS schema_name, n.nspname AS name, pg_get_userbyid(n.nspowner) AS owner,
    '' AS detail
FROM pg_namespace AS n
WHERE
    n.nspname !~ '^pg_'
    AND n.nspname NOT IN ('information_schema', 'public')
    AND NOT EXISTS (
        SELECT FROM pg_depend AS d
        WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e'
    )
UNION ALL
SELECT
    CASE
        WHEN c.relkind = 'v' THEN 'view'
        WHEN c.relkind = 'm' THEN 'materialized view'
        WHEN c.relkind = 'p' THEN 'partitioned table'
        WHEN c.relkind = 'f' THEN 'foreign table'
        WHEN c.relkind = 'r' THEN 'unlogged table'
        WHEN c.relpersistence = 'u' AND pg_is_in_recovery() THEN 'unlogged sequence'
        ELSE 'sequence'
    END,
    n.nspname, c.relname, pg_get_userbyid(c.relowner), ''
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE
    (c.relkind IN ('v', 'm', 'p', 'f', 'S') OR (c.relkind = 'r' AND c.relpersistence = 'u' AND pg_is_in_recovery()))
    AND c.relpersistence <> 't'
    AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND NOT EXISTS (
        SELECT FROM pg_depend AS d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
