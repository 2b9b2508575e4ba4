-- The next value of each column that counts by itself, as the server would give it.
SELECT t.TABLE_SCHEMA AS schema_name, t.TABLE_NAME AS table_name, c.COLUMN_NAME AS column_name, t.AUTO_INCREMENT AS value
FROM information_schema.TABLES AS t
INNER JOIN information_schema.COLUMNS AS c ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
WHERE t.TABLE_SCHEMA = %(database)s AND t.AUTO_INCREMENT IS NOT NULL AND c.EXTRA LIKE '%%auto_increment%%'
