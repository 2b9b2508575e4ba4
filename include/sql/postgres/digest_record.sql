-- One pass: the exact count, and a sum of row digests, which no order of rows changes and every duplicate does.
-- A record's hash is a weighted sum of its columns' hashes, so that values which change places between two rows would
-- cancel out in the total; hashing it once more ends that.
SELECT
    count(*) AS rows,
    coalesce(sum(hash_numeric_extended(hash_record_extended(t.*, 0)::numeric, 0)), 0)::text AS digest
FROM ONLY {table} AS t {condition}
