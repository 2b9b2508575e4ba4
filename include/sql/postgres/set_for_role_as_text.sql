ALTER ROLE {role} IN DATABASE {name} SET {key} TO {value}
