-- The database and the account, for the inspection.
SELECT
    pg_database_size(current_database()) AS size_bytes,
    pg_relation_size('pg_largeobject') AS large_object_bytes,
    pg_is_in_recovery() AS standby,
    current_setting('is_superuser') = 'on' AS superuser
