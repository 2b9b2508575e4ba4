-- Every table whose rows pg_dump dumps: ordinary tables and leaves of partitioned ones, of extensions only those
-- marked as configuration, and of these only the rows that fit the extension's condition. A standby holds no rows of
-- unlogged tables, and pg_dump leaves them out there. The plan says so and is not held up by it: nobody was promised
-- that such rows outlive the next crash, and whoever approves the plan may choose the primary instead.
SELECT
    c.oid::bigint AS oid,
    n.nspname AS schema_name,
    c.relname AS name,
    pg_get_userbyid(c.relowner) AS owner,
    coalesce(configuration.extname, '') AS extension,
    coalesce(configuration.condition, '') AS condition
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
LEFT JOIN (
    SELECT e.extname, part.relation, part.condition
    FROM pg_extension AS e
    CROSS JOIN LATERAL unnest(e.extconfig, e.extcondition) AS part (relation, condition)
) AS configuration ON c.oid = configuration.relation
WHERE
    c.relkind = 'r'
    AND c.relpersistence <> 't'
    AND NOT (c.relpersistence = 'u' AND pg_is_in_recovery())
    AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND (
        configuration.relation IS NOT NULL
        OR NOT EXISTS (
            SELECT FROM pg_depend AS d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
        )
    )
ORDER BY n.nspname, c.relname
