-- The database's own collation, when the operating system sorts otherwise than when the indexes were built.
SELECT 'collation' AS finding, quote_ident(d.datcollate) AS place
FROM pg_database AS d
WHERE d.datname = current_database() AND d.datcollversion <> pg_database_collation_actual_version(d.oid)
