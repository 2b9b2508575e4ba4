-- Functions, procedures and aggregates with the types of their arguments; types, domains, operators, collations,
-- text search; all but what belongs to an extension.
WITH member AS (
    SELECT d.classid, d.objid FROM pg_depend AS d WHERE d.deptype = 'e'
),

own AS (
    SELECT n.oid, n.nspname
    FROM pg_namespace AS n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
)

SELECT
    CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind,
    own.nspname AS schema_name,
    p.proname || '(' || CASE
        WHEN p.prokind = 'a' AND p.pronargs = 0 THEN '*'
        ELSE array_to_string(
            ARRAY(
                SELECT format_type(argument.type, NULL)
                FROM unnest(p.proargtypes) WITH ORDINALITY AS argument (type, position)
                ORDER BY argument.position
            ),
            ', '
        )
    END || ')' AS name,
    pg_get_userbyid(p.proowner) AS owner,
    '' AS detail,
    hashtextextended(
        concat_ws(
            ' ', (SELECT l.lanname FROM pg_language AS l WHERE l.oid = p.prolang), p.prosecdef, p.proisstrict, p.provolatile, p.proparallel, p.proretset,
            format_type(p.prorettype, NULL), p.proargnames, p.proconfig, p.probin, p.prosrc
        ),
        0
    )::text AS definition
FROM pg_proc AS p
INNER JOIN own ON p.pronamespace = own.oid
WHERE
    ('pg_proc'::regclass, p.oid) NOT IN (SELECT classid, objid FROM member)
    -- Constructors of range types come with their type.
    AND NOT EXISTS (
        SELECT FROM pg_depend AS d
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i'
    )
UNION ALL
SELECT
    CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END,
    own.nspname, t.typname, pg_get_userbyid(t.typowner), '',
    hashtextextended(
        concat_ws(
            ' ', t.typtype, t.typnotnull, CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
            ARRAY(SELECT e.enumlabel FROM pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
        ),
        0
    )::text
FROM pg_type AS t
INNER JOIN own ON t.typnamespace = own.oid
LEFT JOIN pg_class AS c ON t.typrelid = c.oid
WHERE
    t.typisdefined
    AND (t.typtype IN ('e', 'd', 'r', 'b') OR (t.typtype = 'c' AND c.relkind = 'c'))
    AND NOT EXISTS (SELECT FROM pg_type AS element WHERE element.typarray = t.oid)
    AND ('pg_type'::regclass, t.oid) NOT IN (SELECT classid, objid FROM member)
UNION ALL
SELECT 'operator', own.nspname, o.oprname, pg_get_userbyid(o.oprowner), '', ''
FROM pg_operator AS o
INNER JOIN own ON o.oprnamespace = own.oid
WHERE o.oprcode <> 0 AND ('pg_operator'::regclass, o.oid) NOT IN (SELECT classid, objid FROM member)
UNION ALL
SELECT 'operator class', own.nspname, o.opcname, pg_get_userbyid(o.opcowner), '', ''
FROM pg_opclass AS o
INNER JOIN own ON o.opcnamespace = own.oid
WHERE ('pg_opclass'::regclass, o.oid) NOT IN (SELECT classid, objid FROM member)
UNION ALL
SELECT 'collation', own.nspname, o.collname, pg_get_userbyid(o.collowner), coalesce(o.collversion, ''), ''
FROM pg_collation AS o
INNER JOIN own ON o.collnamespace = own.oid
WHERE ('pg_collation'::regclass, o.oid) NOT IN (SELECT classid, objid FROM member)
UNION ALL
SELECT 'conversion', own.nspname, o.conname, pg_get_userbyid(o.conowner), '', ''
FROM pg_conversion AS o
INNER JOIN own ON o.connamespace = own.oid
WHERE ('pg_conversion'::regclass, o.oid) NOT IN (SELECT classid, objid FROM member)
UNION ALL
SELECT 'text search configuration', own.nspname, o.cfgname, pg_get_userbyid(o.cfgowner), '', ''
FROM pg_ts_config AS o
INNER JOIN own ON o.cfgnamespace = own.oid
WHERE ('pg_ts_config'::regclass, o.oid) NOT IN (SELECT classid, objid FROM member)
UNION ALL
SELECT 'text search dictionary', own.nspname, o.dictname, pg_get_userbyid(o.dictowner), '', ''
FROM pg_ts_dict AS o
INNER JOIN own ON o.dictnamespace = own.oid
WHERE ('pg_ts_dict'::regclass, o.oid) NOT IN (SELECT classid, objid FROM member)
UNION ALL
SELECT 'statistics', own.nspname, o.stxname, pg_get_userbyid(o.stxowner), '', ''
FROM pg_statistic_ext AS o
INNER JOIN own ON o.stxnamespace = own.oid
WHERE ('pg_statistic_ext'::regclass, o.oid) NOT IN (SELECT classid, objid FROM member)
