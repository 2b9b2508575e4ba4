-- What the columns of the tables are, in whatever order, as a digest. Only whether there is a default counts: its text
-- comes back from a restore written otherwise.
SELECT
    a.attrelid::bigint AS table_oid,
    hashtextextended(
        string_agg(
            concat_ws(
                ' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef,
                a.attidentity, a.attgenerated, CASE WHEN a.attcollation <> 0 THEN a.attcollation::regcollation END
            ),
            ',' ORDER BY a.attname
        ),
        0
    )::text AS definition
FROM pg_attribute AS a
WHERE a.attrelid = ANY({tables}) AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY a.attrelid
