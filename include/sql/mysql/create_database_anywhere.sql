CREATE DATABASE {database} CHARACTER SET {encoding}
