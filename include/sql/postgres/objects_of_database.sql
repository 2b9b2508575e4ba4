-- What lies in no schema: extensions with their versions, event triggers, publications, subscriptions, foreign
-- servers, casts. Objects below 16384 were made with the server and are not dumped.
WITH member AS (
    SELECT d.classid, d.objid FROM pg_depend AS d WHERE d.deptype = 'e'
)

SELECT 'extension' AS kind, '' AS schema_name, e.extname AS name, pg_get_userbyid(e.extowner) AS owner,
    e.extversion AS detail, '' AS definition
FROM pg_extension AS e
WHERE e.oid >= 16384
UNION ALL
SELECT 'event trigger', '', o.evtname, pg_get_userbyid(o.evtowner), o.evtevent,
    concat_ws(' ', o.evtenabled, o.evtfoid::regproc, o.evttags)
FROM pg_event_trigger AS o
WHERE ('pg_event_trigger'::regclass, o.oid) NOT IN (SELECT classid, objid FROM member)
UNION ALL
SELECT 'publication', '', o.pubname, pg_get_userbyid(o.pubowner), '', ''
FROM pg_publication AS o
UNION ALL
SELECT 'subscription', '', o.subname, pg_get_userbyid(o.subowner), '', ''
FROM pg_subscription AS o
INNER JOIN pg_database AS b ON o.subdbid = b.oid
WHERE b.datname = current_database()
UNION ALL
SELECT 'foreign data wrapper', '', o.fdwname, pg_get_userbyid(o.fdwowner), '', ''
FROM pg_foreign_data_wrapper AS o
WHERE o.oid >= 16384 AND ('pg_foreign_data_wrapper'::regclass, o.oid) NOT IN (SELECT classid, objid FROM member)
UNION ALL
SELECT 'server', '', o.srvname, pg_get_userbyid(o.srvowner), coalesce(o.srvversion, ''), ''
FROM pg_foreign_server AS o
WHERE ('pg_foreign_server'::regclass, o.oid) NOT IN (SELECT classid, objid FROM member)
UNION ALL
SELECT 'user mapping', '', m.usename, pg_get_userbyid(o.srvowner), o.srvname, ''
FROM pg_user_mappings AS m
INNER JOIN pg_foreign_server AS o ON m.srvid = o.oid
UNION ALL
SELECT 'cast', '',
    'CAST (' || format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) || ')',
    '', '', ''
FROM pg_cast AS c
WHERE
    c.oid >= 16384
    AND ('pg_cast'::regclass, c.oid) NOT IN (SELECT classid, objid FROM member)
    -- Casts of range types come with their type.
    AND NOT EXISTS (
        SELECT FROM pg_depend AS d
        WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'i'
    )
