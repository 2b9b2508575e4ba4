CREATE DATABASE {database} CHARACTER SET {encoding} COLLATE {collation}
