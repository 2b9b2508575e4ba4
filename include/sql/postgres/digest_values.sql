-- One pass: the exact count, and a sum of row digests, which no order of rows changes and every duplicate does.
-- A row's digest is an exclusive or of its values' hashes: with a sum for the rows, values that change places between
-- two rows do not cancel out (one time in a hundred million they would).
SELECT
    count(*) AS rows,
    coalesce(sum({row_digest}), 0)::text AS digest
FROM ONLY {table} AS t {condition}
