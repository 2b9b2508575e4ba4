-- One pass: the exact count, and a sum of row digests, which no order of rows changes and every duplicate does.
SELECT
    count(*) AS rows,
    coalesce(sum(hash_record_extended(t.*, 0)), 0)::text AS digest
FROM ONLY {table} AS t {condition}
