SELECT quote_ident(n.nspname) || '.' || quote_ident(x.relname) AS place
FROM pg_index AS i
INNER JOIN pg_class AS x ON i.indexrelid = x.oid
INNER JOIN pg_namespace AS n ON x.relnamespace = n.oid
WHERE (NOT i.indisvalid OR NOT i.indisready) AND n.nspname !~ '^pg_'
ORDER BY place
