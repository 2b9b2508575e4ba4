GRANT {privilege} ON DATABASE {name} TO {to}
