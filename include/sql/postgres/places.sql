SELECT datname AS name, oid::text AS identity FROM pg_database WHERE NOT datistemplate ORDER BY datname
