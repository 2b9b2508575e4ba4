-- What hangs on a table or view (its name is the detail) and is an entry of its own in an archive: indexes,
-- constraints, triggers, rules, policies. What a partition only inherits is left out where pg_dump leaves it out.
-- A definition is made of what a restore leaves as it is: expressions come back written otherwise.
WITH relation AS (
    SELECT c.oid, c.relname, c.relkind, n.nspname, pg_get_userbyid(c.relowner) AS owner
    FROM pg_class AS c
    INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
    WHERE
        c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND c.relpersistence <> 't'
        AND n.nspname !~ '^pg_'
        AND n.nspname <> 'information_schema'
        AND NOT EXISTS (
            SELECT FROM pg_depend AS d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
        )
),

held AS (
    SELECT 'index' AS kind, r.nspname AS schema_name, c.relname AS name, r.owner, r.relname AS detail,
        concat_ws(
            ' ', m.amname, i.indisunique, i.indnkeyatts, i.indoption, i.indpred IS NOT NULL,
            ARRAY(
                SELECT coalesce(a.attname, '')
                FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
                LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0
                ORDER BY k.position
            )
        ) AS definition
    FROM pg_index AS i
    INNER JOIN relation AS r ON i.indrelid = r.oid
    INNER JOIN pg_class AS c ON i.indexrelid = c.oid
    INNER JOIN pg_am AS m ON c.relam = m.oid
    WHERE
        (i.indisvalid OR r.relkind = 'p')
        AND i.indisready
        AND NOT EXISTS (
            SELECT FROM pg_constraint AS k
            WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
        )
    UNION ALL
    SELECT
        CASE k.contype WHEN 'f' THEN 'fk constraint' WHEN 'c' THEN 'check constraint' ELSE 'constraint' END,
        r.nspname, k.conname, r.owner, r.relname,
        concat_ws(
            ' ', k.contype, k.condeferrable, k.condeferred, k.convalidated, k.confrelid::regclass, k.confupdtype,
            k.confdeltype, k.confmatchtype,
            ARRAY(
                SELECT a.attname
                FROM unnest(k.conkey) WITH ORDINALITY AS c (attnum, position)
                INNER JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = c.attnum
                ORDER BY CASE WHEN k.contype = 'c' THEN 0 ELSE c.position END, a.attname
            )
        )
    FROM pg_constraint AS k
    INNER JOIN relation AS r ON k.conrelid = r.oid
    WHERE k.contype IN ('p', 'u', 'x', 'c') OR (k.contype = 'f' AND k.conparentid = 0)
    UNION ALL
    SELECT 'trigger', r.nspname, t.tgname, r.owner, r.relname,
        concat_ws(
            ' ', t.tgtype, t.tgfoid::regproc, t.tgenabled, t.tgdeferrable, t.tginitdeferred, t.tgqual IS NOT NULL,
            encode(t.tgargs, 'hex'),
            ARRAY(
                SELECT a.attname
                FROM pg_attribute AS a
                WHERE a.attrelid = t.tgrelid AND a.attnum = ANY(t.tgattr)
                ORDER BY a.attname
            )
        )
    FROM pg_trigger AS t
    INNER JOIN relation AS r ON t.tgrelid = r.oid
    WHERE NOT t.tgisinternal AND t.tgparentid = 0
    UNION ALL
    SELECT 'rule', r.nspname, w.rulename, r.owner, r.relname,
        concat_ws(' ', w.ev_type, w.ev_enabled, w.is_instead)
    FROM pg_rewrite AS w
    INNER JOIN relation AS r ON w.ev_class = r.oid
    WHERE w.rulename <> '_RETURN'
    UNION ALL
    SELECT 'policy', r.nspname, p.polname, r.owner, r.relname,
        concat_ws(
            ' ', p.polcmd, p.polpermissive, p.polqual IS NOT NULL, p.polwithcheck IS NOT NULL,
            ARRAY(SELECT pg_get_userbyid(each.role) AS name FROM unnest(p.polroles) AS each (role) ORDER BY name)
        )
    FROM pg_policy AS p
    INNER JOIN relation AS r ON p.polrelid = r.oid
)

SELECT kind, schema_name, name, owner, detail, hashtextextended(definition, 0)::text AS definition
FROM held
