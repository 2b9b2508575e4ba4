-- What a database holds beside tables: the kind, the account that defined it, and the table that it hangs on.
SELECT 'view' AS kind, v.TABLE_SCHEMA AS schema_name, v.TABLE_NAME AS name, v.DEFINER AS definer, '' AS detail
FROM information_schema.VIEWS AS v
WHERE v.TABLE_SCHEMA = %(database)s
UNION ALL
SELECT LOWER(r.ROUTINE_TYPE), r.ROUTINE_SCHEMA, r.ROUTINE_NAME, r.DEFINER, ''
FROM information_schema.ROUTINES AS r
WHERE r.ROUTINE_SCHEMA = %(database)s
UNION ALL
SELECT 'trigger', t.TRIGGER_SCHEMA, t.TRIGGER_NAME, t.DEFINER, t.EVENT_OBJECT_TABLE
FROM information_schema.TRIGGERS AS t
WHERE t.TRIGGER_SCHEMA = %(database)s
UNION ALL
SELECT 'event', e.EVENT_SCHEMA, e.EVENT_NAME, e.DEFINER, ''
FROM information_schema.EVENTS AS e
WHERE e.EVENT_SCHEMA = %(database)s
