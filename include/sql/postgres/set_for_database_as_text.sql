ALTER DATABASE {name} SET {key} TO {value}
