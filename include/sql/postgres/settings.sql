-- Pin all that the text of a value depends on, take away the limits that an account may carry, and let no policy
-- hide rows unseen. Settings that this server's version does not know are left out.
SELECT pg_catalog.set_config(wanted.name, wanted.value, false)
FROM (
    VALUES
    ('search_path', ''),
    ('row_security', 'off'),
    ('statement_timeout', '0'),
    ('transaction_timeout', '0'),
    ('idle_in_transaction_session_timeout', '0'),
    ('idle_session_timeout', '0'),
    ('lock_timeout', '0'),
    ('client_min_messages', 'warning'),
    ('timezone', 'UTC'),
    ('datestyle', 'ISO, YMD'),
    ('intervalstyle', 'postgres'),
    ('extra_float_digits', '3'),
    ('bytea_output', 'hex'),
    ('xmloption', 'content'),
    ('lc_monetary', 'C'),
    ('quote_all_identifiers', 'off')
) AS wanted (name, value)
INNER JOIN pg_catalog.pg_settings AS known ON pg_catalog.lower(known.name) = wanted.name
