"""One module a database engine, the same functions in each."""
