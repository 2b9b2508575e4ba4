-- Every table, view and sequence, with the engine and whether it takes part in transactions.
SELECT
    t.TABLE_SCHEMA AS schema_name,
    t.TABLE_NAME AS name,
    t.TABLE_TYPE AS type,
    COALESCE(t.ENGINE, '') AS engine,
    COALESCE(e.TRANSACTIONS, 'NO') AS transactions,
    COALESCE(t.TABLE_ROWS, 0) AS estimated_rows,
    COALESCE(t.DATA_LENGTH, 0) AS row_bytes,
    COALESCE(t.INDEX_LENGTH, 0) AS index_bytes,
    COALESCE(t.TABLE_COMMENT, '') AS comment
FROM information_schema.TABLES AS t
LEFT JOIN information_schema.ENGINES AS e ON t.ENGINE = e.ENGINE
WHERE t.TABLE_SCHEMA = %(database)s
ORDER BY t.TABLE_NAME
