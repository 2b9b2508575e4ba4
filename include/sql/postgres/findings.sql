-- What keeps a dump from being whole, or what people should know before it: a word for the finding, and where.
WITH relation AS (
    SELECT c.*, n.nspname, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS label
    FROM pg_class AS c
    INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
    WHERE
        c.relpersistence <> 't'
        AND n.nspname !~ '^pg_'
        AND n.nspname <> 'information_schema'
        AND NOT EXISTS (
            SELECT FROM pg_depend AS d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
        )
)

SELECT 'schema_unreadable' AS finding, quote_ident(n.nspname) AS place
FROM pg_namespace AS n
WHERE
    NOT has_schema_privilege(n.oid, 'USAGE')
    AND EXISTS (SELECT FROM relation AS r WHERE r.relnamespace = n.oid AND r.relkind IN ('r', 'p', 'S'))
UNION ALL
SELECT 'table_unreadable', r.label
FROM relation AS r
WHERE r.relkind IN ('r', 'p') AND NOT has_table_privilege(r.oid, 'SELECT')
UNION ALL
SELECT 'sequence_unreadable', r.label
FROM relation AS r
WHERE r.relkind = 'S' AND NOT has_table_privilege(r.oid, 'SELECT')
UNION ALL
SELECT 'row_security', r.label
FROM relation AS r
WHERE r.relkind = 'r' AND row_security_active(r.oid)
UNION ALL
SELECT 'large_object_unreadable', o.oid::text
FROM pg_largeobject_metadata AS o
WHERE
    current_setting('is_superuser') = 'off'
    AND current_setting('lo_compat_privileges') = 'off'
    AND NOT pg_has_role(o.lomowner, 'USAGE')
    AND NOT EXISTS (
        SELECT FROM aclexplode(o.lomacl) AS g
        WHERE g.privilege_type = 'SELECT' AND (g.grantee = 0 OR pg_has_role(g.grantee, 'USAGE'))
    )
UNION ALL
SELECT 'unlogged', r.label
FROM relation AS r
WHERE r.relkind = 'r' AND r.relpersistence = 'u' AND NOT pg_is_in_recovery()
UNION ALL
SELECT 'unlogged_on_standby', r.label
FROM relation AS r
WHERE r.relkind IN ('r', 'S') AND r.relpersistence = 'u' AND pg_is_in_recovery()
UNION ALL
SELECT 'foreign_table', r.label
FROM relation AS r
WHERE r.relkind = 'f'
UNION ALL
SELECT 'invalid_index', quote_ident(r.nspname) || '.' || quote_ident(x.relname)
FROM relation AS r
INNER JOIN pg_index AS i ON r.oid = i.indrelid
INNER JOIN pg_class AS x ON i.indexrelid = x.oid
WHERE r.relkind IN ('r', 'm') AND NOT i.indisvalid
UNION ALL
SELECT DISTINCT 'tablespace', quote_ident(t.spcname)
FROM relation AS r
INNER JOIN pg_tablespace AS t ON r.reltablespace = t.oid
UNION ALL
SELECT 'subscription', quote_ident(s.subname)
FROM pg_subscription AS s
INNER JOIN pg_database AS b ON s.subdbid = b.oid
WHERE b.datname = current_database()
UNION ALL
SELECT 'prepared_transaction', p.gid
FROM pg_prepared_xacts AS p
WHERE p.database = current_database()
UNION ALL
SELECT DISTINCT 'collation', quote_ident(o.collname)
FROM pg_collation AS o
INNER JOIN pg_attribute AS a ON o.oid = a.attcollation
INNER JOIN relation AS r ON a.attrelid = r.oid
WHERE o.collversion <> pg_collation_actual_version(o.oid)
ORDER BY 1, 2
