-- Everything but plain tables; a virtual table has no pages of its own, its content lies in tables beside it.
SELECT iif(type = 'table', 'virtual table', type) AS kind, name, tbl_name AS detail, coalesce(sql, '') AS definition
FROM sqlite_master
WHERE type <> 'table' OR coalesce(rootpage, 0) = 0
UNION ALL
SELECT
    'foreign key',
    m.name,
    group_concat(f."from", ', ') || ' -> ' || f."table" || '(' || group_concat(coalesce(f."to", ''), ', ') || ')',
    ''
FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f
WHERE m.type = 'table' AND coalesce(m.rootpage, 0) > 0
GROUP BY m.name, f.id
