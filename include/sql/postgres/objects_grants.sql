-- Who may do what beyond the rights that every object of its kind begins with ("+"), and which of those were taken
-- away ("-"), as a dump has them. Those on the database itself are no part of what is restored into another one, and
-- those on single large objects would be too many.
WITH own AS (
    SELECT n.oid, n.nspname
    FROM pg_namespace AS n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
),

held AS (
    SELECT 'pg_namespace'::regclass AS class, n.oid, '' AS schema_name, 'schema ' || own.nspname AS name,
        n.nspacl AS acl, 'n'::"char" AS kind, n.nspowner AS owner
    FROM pg_namespace AS n
    INNER JOIN own ON n.oid = own.oid
    -- Since 15 its rights begin otherwise than those of other schemas.
    WHERE n.nspname <> 'public'
    UNION ALL
    SELECT 'pg_class'::regclass, c.oid, own.nspname, c.relname, c.relacl,
        CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner
    FROM pg_class AS c
    INNER JOIN own ON c.relnamespace = own.oid
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
    UNION ALL
    SELECT 'pg_class'::regclass, c.oid, own.nspname, c.relname || '.' || a.attname, a.attacl, 'c'::"char", c.relowner
    FROM pg_attribute AS a
    INNER JOIN pg_class AS c ON a.attrelid = c.oid
    INNER JOIN own ON c.relnamespace = own.oid
    WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND c.relpersistence <> 't'
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, own.nspname,
        p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', p.proacl, 'f'::"char", p.proowner
    FROM pg_proc AS p
    INNER JOIN own ON p.pronamespace = own.oid
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, own.nspname, 'type ' || t.typname, t.typacl, 'T'::"char", t.typowner
    FROM pg_type AS t
    INNER JOIN own ON t.typnamespace = own.oid
    WHERE t.typacl IS NOT NULL
),

changed AS (
    SELECT h.schema_name, h.name, h.class, h.oid, each.sign, g.grantee, g.privilege_type, g.is_grantable
    FROM held AS h
    CROSS JOIN LATERAL (
        VALUES ('+', h.acl, acldefault(h.kind, h.owner)), ('-', acldefault(h.kind, h.owner), h.acl)
    ) AS each (sign, these, others)
    CROSS JOIN LATERAL aclexplode(each.these) AS g
    WHERE
        h.acl IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM aclexplode(each.others) AS o
            WHERE (o.grantee, o.privilege_type, o.is_grantable) = (g.grantee, g.privilege_type, g.is_grantable)
        )
)

SELECT
    'grants' AS kind,
    c.schema_name,
    c.name,
    '' AS owner,
    string_agg(grant_text.line, ', ' ORDER BY grant_text.line COLLATE "C") AS detail,
    '' AS definition
FROM changed AS c
CROSS JOIN LATERAL (
    SELECT
        c.sign || CASE c.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(c.grantee)::text END || '='
        || c.privilege_type || CASE WHEN c.is_grantable THEN '*' ELSE '' END AS line
) AS grant_text
WHERE
    NOT EXISTS (
        SELECT FROM pg_depend AS d
        WHERE d.classid = c.class AND d.objid = c.oid AND d.deptype = 'e'
    )
GROUP BY c.schema_name, c.name
