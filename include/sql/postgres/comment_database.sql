COMMENT ON DATABASE {name} IS {comment}
