SELECT datname AS database, usename AS account, application_name AS application
FROM pg_stat_activity
WHERE datname = ANY({names}) AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
ORDER BY datname, usename, application_name
