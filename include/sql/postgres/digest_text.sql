-- As digest_values.sql, over the text of each row: slower, and the same in every major version.
SELECT
    count(*) AS rows,
    coalesce(sum(hashtextextended((t.*)::text COLLATE "C", 0)), 0)::text AS digest
FROM ONLY {table} AS t {condition}
