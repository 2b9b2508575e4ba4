-- An order-independent digest of numbers and contents.
SELECT
    coalesce(
        sum(
            hashtextextended(
                oid::text || ':' || encode(sha256(lo_get(oid)), 'hex'), 0
            )
        ),
        0
    )::text AS digest
FROM pg_largeobject_metadata
