-- The first query of the transaction. The view begins after the statement has arrived and before anything in it is
-- computed: whoever was told "committed" before `at` is in the view, which clock_timestamp() could not promise.
SELECT pg_export_snapshot() AS id, statement_timestamp() AS at
