-- Whether a database holds nothing but what every new one does: objects below 16384 were made with the server.
SELECT
    NOT EXISTS (SELECT FROM pg_class WHERE oid >= 16384)
    AND NOT EXISTS (SELECT FROM pg_proc WHERE oid >= 16384)
    AND NOT EXISTS (SELECT FROM pg_type WHERE oid >= 16384)
    AND NOT EXISTS (SELECT FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_')
    AND NOT EXISTS (SELECT FROM pg_extension WHERE oid >= 16384)
    AND NOT EXISTS (SELECT FROM pg_largeobject_metadata)
    AS empty
