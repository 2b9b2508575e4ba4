GRANT ALL PRIVILEGES ON {database}.* TO {account}
