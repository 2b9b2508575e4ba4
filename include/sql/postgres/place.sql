-- The server and what the account may do there.
SELECT
    current_setting('server_version') AS version,
    current_setting('server_version_num')::int / 10000 AS major,
    r.rolsuper AS superuser,
    r.rolsuper OR r.rolcreatedb AS creates_databases,
    r.rolsuper OR r.rolcreaterole AS creates_roles
FROM pg_roles AS r
WHERE r.rolname = current_user
