SELECT pg_export_snapshot() AS id, clock_timestamp() AS at
