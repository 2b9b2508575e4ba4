-- The databases of the server that anyone can connect to; templates are its own.
SELECT datname AS name
FROM pg_database
WHERE NOT datistemplate AND datallowconn
ORDER BY datname
