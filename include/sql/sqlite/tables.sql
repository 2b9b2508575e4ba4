-- For every table that has rows of its own, the statement that counts them and the one that digests them too:
-- the names are quoted here, by SQLite itself.
SELECT
    name,
    sql AS definition,
    printf('SELECT %Q AS name, (SELECT count(*) FROM "%w") AS rows, NULL AS digest', name, name) AS counting,
    printf(
        'SELECT %Q AS name, (SELECT count(*) FROM "%w") AS rows, lower(hex(sha3_query(%Q, 256))) AS digest',
        name, name, printf('SELECT * FROM "%w"', name)
    ) AS digesting
FROM sqlite_master
WHERE type = 'table' AND rootpage > 0
ORDER BY name
