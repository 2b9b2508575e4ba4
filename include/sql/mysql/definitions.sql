-- What the columns of the tables are, as a digest. Of a default or an expression that is no plain value only that it is
-- there counts: its text comes back from a restore written otherwise.
SELECT
    c.TABLE_SCHEMA AS schema_name,
    c.TABLE_NAME AS table_name,
    MD5(
        GROUP_CONCAT(
            CONCAT_WS(
                ' ', HEX(c.COLUMN_NAME), c.COLUMN_TYPE, c.IS_NULLABLE, c.CHARACTER_SET_NAME, c.COLLATION_NAME,
                IF(c.COLUMN_DEFAULT LIKE '%%(%%', '()', HEX(c.COLUMN_DEFAULT)), c.EXTRA, HEX(c.COLUMN_COMMENT),
                IF(COALESCE(c.GENERATION_EXPRESSION, '') = '', '', 'generated')
            )
            ORDER BY c.ORDINAL_POSITION
        )
    ) AS definition
FROM information_schema.COLUMNS AS c
WHERE c.TABLE_SCHEMA = %(database)s
GROUP BY c.TABLE_SCHEMA, c.TABLE_NAME
