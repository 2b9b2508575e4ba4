-- Indexes and constraints: their kind, the table that they hang on, and a digest of what they are.
SELECT
    'index' AS kind,
    s.TABLE_SCHEMA AS schema_name,
    s.INDEX_NAME AS name,
    s.TABLE_NAME AS detail,
    MD5(
        GROUP_CONCAT(
            CONCAT_WS(' ', s.NON_UNIQUE, s.INDEX_TYPE, HEX(s.COLUMN_NAME), s.COLLATION, s.SUB_PART)
            ORDER BY s.SEQ_IN_INDEX
        )
    ) AS definition
FROM information_schema.STATISTICS AS s
WHERE s.TABLE_SCHEMA = %(database)s
GROUP BY s.TABLE_SCHEMA, s.TABLE_NAME, s.INDEX_NAME
UNION ALL
SELECT
    'foreign key',
    k.CONSTRAINT_SCHEMA,
    k.CONSTRAINT_NAME,
    k.TABLE_NAME,
    MD5(
        CONCAT_WS(
            ' ',
            GROUP_CONCAT(
                CONCAT_WS(
                    ' ', HEX(k.COLUMN_NAME), IF(k.REFERENCED_TABLE_SCHEMA = k.TABLE_SCHEMA, '', 'elsewhere'),
                    HEX(k.REFERENCED_TABLE_NAME), HEX(k.REFERENCED_COLUMN_NAME)
                )
                ORDER BY k.ORDINAL_POSITION
            ),
            MAX(r.UPDATE_RULE),
            MAX(r.DELETE_RULE)
        )
    )
FROM information_schema.KEY_COLUMN_USAGE AS k
INNER JOIN information_schema.REFERENTIAL_CONSTRAINTS AS r
    ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.TABLE_NAME = r.TABLE_NAME
    AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME
WHERE k.CONSTRAINT_SCHEMA = %(database)s AND k.REFERENCED_TABLE_NAME IS NOT NULL
GROUP BY k.CONSTRAINT_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME
UNION ALL
SELECT 'check constraint', t.CONSTRAINT_SCHEMA, t.CONSTRAINT_NAME, t.TABLE_NAME, ''
FROM information_schema.TABLE_CONSTRAINTS AS t
WHERE t.CONSTRAINT_SCHEMA = %(database)s AND t.CONSTRAINT_TYPE = 'CHECK'
