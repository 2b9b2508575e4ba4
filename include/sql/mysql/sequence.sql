SELECT next_not_cached_value AS last_value FROM {sequence}
