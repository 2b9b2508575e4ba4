GRANT SELECT ON {mark}.* TO {account}
