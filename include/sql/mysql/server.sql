SELECT
    VERSION() AS version,
    @@version_comment AS comment,
    CURRENT_USER() AS account,
    UTC_TIMESTAMP(6) AS at
