SELECT
    CASE WHEN s.setrole = 0 THEN NULL ELSE pg_get_userbyid(s.setrole) END AS role,
    split_part(c.pair, '=', 1) AS name,
    substr(c.pair, strpos(c.pair, '=') + 1) AS value
FROM pg_db_role_setting AS s
INNER JOIN pg_database AS d ON s.setdatabase = d.oid, unnest(s.setconfig) WITH ORDINALITY AS c (pair, position)
WHERE d.datname = {name}
ORDER BY s.setrole, c.position
