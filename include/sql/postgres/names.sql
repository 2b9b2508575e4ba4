-- Names with bytes beyond ASCII, as bytes: in a database without an encoding they need not be UTF-8.
SELECT DISTINCT found.kind, convert_to(found.name, 'SQL_ASCII') AS name
FROM (
    SELECT 'schema' AS kind, nspname::text AS name FROM pg_namespace
    UNION ALL
    SELECT 'relation', relname FROM pg_class
    UNION ALL
    SELECT 'column', attname FROM pg_attribute
    UNION ALL
    SELECT 'constraint', conname FROM pg_constraint
    UNION ALL
    SELECT 'trigger', tgname FROM pg_trigger
    UNION ALL
    SELECT 'rule', rulename FROM pg_rewrite
    UNION ALL
    SELECT 'policy', polname FROM pg_policy
    UNION ALL
    SELECT 'statistics', stxname FROM pg_statistic_ext
    UNION ALL
    SELECT 'routine', proname FROM pg_proc
    UNION ALL
    SELECT 'type', typname FROM pg_type
    UNION ALL
    SELECT 'collation', collname FROM pg_collation
    UNION ALL
    SELECT 'text search configuration', cfgname FROM pg_ts_config
    UNION ALL
    SELECT 'text search dictionary', dictname FROM pg_ts_dict
    UNION ALL
    SELECT 'text search parser', prsname FROM pg_ts_parser
    UNION ALL
    SELECT 'text search template', tmplname FROM pg_ts_template
    UNION ALL
    SELECT 'operator class', opcname FROM pg_opclass
    UNION ALL
    SELECT 'operator family', opfname FROM pg_opfamily
    UNION ALL
    SELECT 'conversion', conname FROM pg_conversion
    UNION ALL
    SELECT 'event trigger', evtname FROM pg_event_trigger
    UNION ALL
    SELECT 'publication', pubname FROM pg_publication
    UNION ALL
    SELECT 'subscription', subname FROM pg_subscription
    UNION ALL
    SELECT 'foreign data wrapper', fdwname FROM pg_foreign_data_wrapper
    UNION ALL
    SELECT 'foreign server', srvname FROM pg_foreign_server
    UNION ALL
    SELECT 'tablespace', spcname FROM pg_tablespace
    UNION ALL
    SELECT 'role', rolname FROM pg_roles
) AS found
-- The text form of bytes writes these as \200 to \377.
WHERE encode(convert_to(found.name, 'SQL_ASCII'), 'escape') ~ '\\[23]'
ORDER BY 1, 2
