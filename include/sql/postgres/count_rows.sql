SELECT count(*) AS rows, NULL AS digest FROM ONLY {table} AS t {condition}
