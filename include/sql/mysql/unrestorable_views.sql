-- Views that a dump holds and no restore makes again: with a column whose name is empty, or with a check option on a
-- view that comes behind it in the dump, where a placeholder that takes no rows stands for it until then.
SELECT DISTINCT v.TABLE_SCHEMA AS schema_name, v.TABLE_NAME AS name
FROM information_schema.VIEWS AS v
LEFT JOIN information_schema.COLUMNS AS c ON v.TABLE_SCHEMA = c.TABLE_SCHEMA AND v.TABLE_NAME = c.TABLE_NAME
LEFT JOIN information_schema.VIEWS AS w ON v.TABLE_SCHEMA = w.TABLE_SCHEMA AND v.TABLE_NAME < w.TABLE_NAME
WHERE
    v.TABLE_SCHEMA = %(database)s
    AND (
        c.COLUMN_NAME = ''
        OR (v.CHECK_OPTION <> 'NONE' AND LOCATE(CONCAT('`', w.TABLE_NAME, '`'), v.VIEW_DEFINITION) > 0)
    )
