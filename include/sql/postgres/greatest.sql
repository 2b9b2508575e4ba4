SELECT max({column}) AS value FROM {table}
