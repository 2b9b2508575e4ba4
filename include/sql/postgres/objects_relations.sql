-- Schemas, views and whatever else lies beside the tables that hold rows.
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
    CASE c.relkind
        WHEN 'v' THEN 'view'
        WHEN 'm' THEN 'materialized view'
        WHEN 'p' THEN 'partitioned table'
        WHEN 'f' THEN 'foreign table'
        WHEN 'S' THEN 'sequence'
    END,
    n.nspname, c.relname, pg_get_userbyid(c.relowner), ''
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE
    c.relkind IN ('v', 'm', 'p', 'f', 'S')
    AND c.relpersistence <> 't'
    AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND NOT EXISTS (
        SELECT FROM pg_depend AS d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
