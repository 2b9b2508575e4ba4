-- Estimated rows and the bytes that rows take, values kept aside (TOAST) included and indexes not.
SELECT
    n.nspname AS schema_name,
    c.relname AS name,
    greatest(c.reltuples, 0)::bigint AS estimated_rows,
    coalesce(pg_relation_size(c.oid), 0) AS row_bytes,
    coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0) AS aside_bytes,
    -- Of an average row as text: its values and what stands between them.
    coalesce(width.bytes + c.relnatts, 0)::bigint AS width
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
LEFT JOIN (
    SELECT s.schemaname, s.tablename, sum(s.avg_width) AS bytes
    FROM pg_stats AS s
    WHERE NOT s.inherited
    GROUP BY s.schemaname, s.tablename
) AS width ON width.schemaname = n.nspname AND width.tablename = c.relname
WHERE c.oid = ANY({tables})
