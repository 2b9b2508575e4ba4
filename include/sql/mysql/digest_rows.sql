SELECT COUNT(*) AS row_count, CAST(COALESCE(SUM({row_digest}), 0) AS CHAR) AS digest FROM {table}
