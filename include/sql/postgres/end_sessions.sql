-- End whoever works in these databases. Autovacuum belongs to nobody and gives way by itself.
SELECT
    pid,
    datname AS database,
    usename AS account,
    application_name AS application,
    coalesce(host(client_addr), 'local') AS address,
    pg_terminate_backend(pid) AS ended
FROM pg_stat_activity
WHERE datname = ANY({names}) AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
