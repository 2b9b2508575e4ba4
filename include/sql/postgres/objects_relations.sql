-- Schemas, views and whatever else lies beside the tables that hold rows; on a standby also what is unlogged there.
-- A definition is made of what a restore leaves as it is: a view's text comes back written otherwise, its columns do not.
SELECT 'schema' AS kind, '' AS schema_name, n.nspname AS name, pg_get_userbyid(n.nspowner) AS owner,
    '' AS detail, '' AS definition
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
    n.nspname, c.relname, pg_get_userbyid(c.relowner), '',
    CASE WHEN c.relkind = 'S'
        THEN (
            SELECT hashtextextended(
                concat_ws(
                    ' ', format_type(s.seqtypid, NULL), s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle
                ),
                0
            )::text
            FROM pg_sequence AS s
            WHERE s.seqrelid = c.oid
        )
        ELSE coalesce(columns.definition, '')
    END
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
LEFT JOIN LATERAL (
    SELECT hashtextextended(
        string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod)), ',' ORDER BY a.attname),
        0
    )::text AS definition
    FROM pg_attribute AS a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
) AS columns ON true
WHERE
    (c.relkind IN ('v', 'm', 'p', 'f', 'S') OR (c.relkind = 'r' AND c.relpersistence = 'u' AND pg_is_in_recovery()))
    AND c.relpersistence <> 't'
    AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND NOT EXISTS (
        SELECT FROM pg_depend AS d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
