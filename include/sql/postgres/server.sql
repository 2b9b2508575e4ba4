-- What the server and the database are.
SELECT
    current_setting('server_version') AS version,
    current_setting('server_version_num')::int / 10000 AS major,
    pg_encoding_to_char(d.encoding) AS encoding,
    d.datcollate AS collation,
    has_table_privilege('pg_authid', 'SELECT') AS reads_passwords
FROM pg_database AS d
WHERE d.datname = current_database()
