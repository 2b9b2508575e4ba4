-- What belongs to a database and not to what it holds, and so is in no dump of it.
SELECT
    pg_get_userbyid(d.datdba) AS owner,
    d.datconnlimit AS connection_limit,
    d.datacl IS NOT NULL AS has_grants,
    shobj_description(d.oid, 'pg_database') AS comment
FROM pg_database AS d
WHERE d.datname = {name}
