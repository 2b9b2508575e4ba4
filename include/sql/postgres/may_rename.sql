-- The database that would be replaced, and whether the account may rename it and end those who work in it.
SELECT
    r.rolsuper AS superuser,
    r.rolsuper OR (r.rolcreatedb AND pg_has_role(d.datdba, 'USAGE')) AS renames,
    r.rolsuper OR pg_has_role('pg_signal_backend', 'USAGE') AS ends_sessions,
    pg_is_in_recovery() AS standby,
    EXISTS (SELECT FROM pg_prepared_xacts AS p WHERE p.database = d.datname) AS prepared,
    ARRAY(SELECT s.slot_name::text FROM pg_replication_slots AS s WHERE s.database = d.datname ORDER BY 1) AS slots,
    ARRAY(SELECT s.subname::text FROM pg_subscription AS s WHERE s.subdbid = d.oid ORDER BY 1) AS subscriptions,
    (
        SELECT count(*) FROM pg_stat_activity AS a
        WHERE a.datname = d.datname AND a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL
    ) AS sessions
FROM pg_database AS d, pg_roles AS r
WHERE d.datname = {name} AND r.rolname = current_user
