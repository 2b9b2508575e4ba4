-- The columns of the tables, each with a hash function and what it is given. A type's own function may be declared for
-- another type, and can then be called by way of a record only. Types that have none of their own, or one that goes by
-- object ids, which differ after a restore, are hashed as text. Strings are hashed by their bytes: what a collation
-- calls equal differs between versions of its library. A column's seed comes from its name, so that the order of the
-- columns does not matter.
WITH own_hash AS (
    SELECT
        oc.opcintype AS type,
        p.proname AS name,
        p.proargtypes[0] AS declared_for
    FROM pg_opclass AS oc
    INNER JOIN pg_am AS am ON oc.opcmethod = am.oid
    INNER JOIN pg_type AS t ON oc.opcintype = t.oid
    INNER JOIN pg_amproc AS ap
        ON oc.opcfamily = ap.amprocfamily AND oc.opcintype = ap.amproclefttype AND oc.opcintype = ap.amprocrighttype
    INNER JOIN pg_proc AS p ON ap.amproc = p.oid
    WHERE
        am.amname = 'hash'
        AND oc.opcdefault
        AND ap.amprocnum = 2
        AND p.pronamespace = 'pg_catalog'::regnamespace
        AND t.typnamespace = 'pg_catalog'::regnamespace
        AND t.typtype = 'b'
        AND t.typname <> 'aclitem'
)

SELECT
    a.attrelid::bigint AS table_oid,
    a.attname AS name,
    hashtextextended(a.attname::text COLLATE "C", 0)::text AS seed,
    chosen.hash,
    chosen.given
FROM pg_attribute AS a
LEFT JOIN own_hash ON a.atttypid = own_hash.type
CROSS JOIN LATERAL (
    SELECT own_hash.name AS hash, CASE WHEN a.attcollation = 0 THEN 'value' ELSE 'bytes' END AS given
    WHERE own_hash.declared_for = a.atttypid
    UNION ALL
    SELECT 'hash_record_extended', 'record'
    WHERE own_hash.declared_for <> a.atttypid AND to_regproc('pg_catalog.hash_record_extended') IS NOT NULL
    UNION ALL
    SELECT 'hashtextextended', 'text'
    LIMIT 1
) AS chosen
WHERE a.attrelid = ANY({tables}) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
