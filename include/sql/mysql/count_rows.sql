SELECT COUNT(*) AS row_count, NULL AS digest FROM {table}
