-- What a database holds beside tables: the kind, the account that defined it, the table that it hangs on, or of an event
-- its end, and a digest of what it is.
SELECT
    'view' AS kind, v.TABLE_SCHEMA AS schema_name, v.TABLE_NAME AS name, v.DEFINER AS definer, '' AS detail,
    -- Its text comes back from a restore written otherwise.
    MD5(CONCAT_WS(' ', v.CHECK_OPTION, v.SECURITY_TYPE)) AS definition
FROM information_schema.VIEWS AS v
WHERE v.TABLE_SCHEMA = %(database)s
UNION ALL
SELECT
    LOWER(r.ROUTINE_TYPE), r.ROUTINE_SCHEMA, r.ROUTINE_NAME, r.DEFINER, '',
    MD5(
        CONCAT_WS(
            ' ', HEX(r.ROUTINE_DEFINITION), r.SQL_MODE, r.SECURITY_TYPE, r.IS_DETERMINISTIC, r.SQL_DATA_ACCESS,
            HEX(r.ROUTINE_COMMENT),
            p.parameters
        )
    )
FROM information_schema.ROUTINES AS r
LEFT JOIN (
    SELECT
        f.SPECIFIC_NAME AS name,
        f.ROUTINE_TYPE AS type,
        GROUP_CONCAT(
            CONCAT_WS(' ', f.PARAMETER_MODE, HEX(f.PARAMETER_NAME), f.DTD_IDENTIFIER) ORDER BY f.ORDINAL_POSITION
        ) AS parameters
    FROM information_schema.PARAMETERS AS f
    WHERE f.SPECIFIC_SCHEMA = %(database)s
    GROUP BY f.SPECIFIC_NAME, f.ROUTINE_TYPE
) AS p ON r.SPECIFIC_NAME = p.name AND r.ROUTINE_TYPE = p.type
WHERE r.ROUTINE_SCHEMA = %(database)s
UNION ALL
SELECT
    'trigger', t.TRIGGER_SCHEMA, t.TRIGGER_NAME, t.DEFINER, t.EVENT_OBJECT_TABLE,
    MD5(
        CONCAT_WS(
            ' ', t.ACTION_TIMING, t.EVENT_MANIPULATION, t.ACTION_ORDER, HEX(t.ACTION_STATEMENT), t.SQL_MODE
        )
    )
FROM information_schema.TRIGGERS AS t
WHERE t.TRIGGER_SCHEMA = %(database)s
UNION ALL
SELECT
    'event', e.EVENT_SCHEMA, e.EVENT_NAME, e.DEFINER,
    COALESCE(DATE_FORMAT(COALESCE(e.EXECUTE_AT, e.ENDS), '%%Y-%%m-%%d %%H:%%i:%%s'), ''),
    MD5(
        CONCAT_WS(
            ' ', e.INTERVAL_VALUE, e.INTERVAL_FIELD, e.STARTS, e.TIME_ZONE, e.ON_COMPLETION, HEX(e.EVENT_DEFINITION),
            e.SQL_MODE, HEX(e.EVENT_COMMENT),
            -- One that is over is disabled by its restore.
            IF(COALESCE(e.EXECUTE_AT, e.ENDS) IS NULL, e.STATUS, '')
        )
    )
FROM information_schema.EVENTS AS e
WHERE e.EVENT_SCHEMA = %(database)s
