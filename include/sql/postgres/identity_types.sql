-- Types whose values hash to object ids, which differ after a restore: enums, reg* and all that contain them.
-- A table is among them by its row type.
WITH RECURSIVE containment (part, whole) AS (
    SELECT t.typbasetype, t.oid FROM pg_type AS t WHERE t.typtype = 'd'
    UNION ALL
    SELECT t.typelem, t.oid FROM pg_type AS t WHERE t.typelem <> 0
    UNION ALL
    SELECT a.atttypid, c.reltype
    FROM pg_attribute AS a
    INNER JOIN pg_class AS c ON a.attrelid = c.oid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.reltype <> 0
    UNION ALL
    SELECT r.rngsubtype, r.rngtypid FROM pg_range AS r
    UNION ALL
    SELECT r.rngtypid, r.rngmultitypid FROM pg_range AS r
),

affected (type) AS (
    SELECT t.oid
    FROM pg_type AS t
    WHERE t.typtype = 'e' OR (t.typname LIKE 'reg%' AND t.typnamespace = 'pg_catalog'::regnamespace)
    UNION
    SELECT containment.whole
    FROM affected
    INNER JOIN containment ON affected.type = containment.part
)

SELECT type::bigint AS type FROM affected
