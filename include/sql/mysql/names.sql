-- Names alone, which the server tells without opening a table.
SELECT t.TABLE_SCHEMA AS schema_name, t.TABLE_NAME AS name
FROM information_schema.TABLES AS t
WHERE t.TABLE_SCHEMA = %(database)s
