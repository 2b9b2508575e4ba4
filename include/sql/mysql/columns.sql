-- Columns that hold values of their own; generated ones are made anew by a restore.
SELECT c.TABLE_SCHEMA AS schema_name, c.TABLE_NAME AS table_name, c.COLUMN_NAME AS name
FROM information_schema.COLUMNS AS c
WHERE c.TABLE_SCHEMA = %(database)s AND COALESCE(c.GENERATION_EXPRESSION, '') = ''
ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION
