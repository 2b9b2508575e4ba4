-- Sequences that feed a column and count upwards, with their last values and where the column is.
SELECT
    sn.nspname AS schema_name,
    s.relname AS name,
    pg_sequence_last_value(s.oid) AS last_value,
    tn.nspname AS table_schema,
    t.relname AS table_name,
    a.attname AS column_name
FROM pg_class AS s
INNER JOIN pg_namespace AS sn ON s.relnamespace = sn.oid
INNER JOIN pg_sequence AS q ON s.oid = q.seqrelid
INNER JOIN pg_depend AS d
    ON d.classid = 'pg_class'::regclass AND d.objid = s.oid
    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
INNER JOIN pg_class AS t ON d.refobjid = t.oid
INNER JOIN pg_namespace AS tn ON t.relnamespace = tn.oid
INNER JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
INNER JOIN pg_type AS y ON a.atttypid = y.oid
WHERE s.relkind = 'S' AND q.seqincrement > 0 AND y.typname IN ('int2', 'int4', 'int8')
ORDER BY sn.nspname, s.relname
