SELECT datname AS name FROM pg_database WHERE NOT datistemplate ORDER BY datname
