-- Triggers hang on tables, indexes too.
SELECT
    NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = %(database)s)
    AND NOT EXISTS (SELECT 1 FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = %(database)s)
    AND NOT EXISTS (SELECT 1 FROM information_schema.EVENTS WHERE EVENT_SCHEMA = %(database)s) AS empty
