CREATE DATABASE {name} TEMPLATE template0 ENCODING {encoding} LC_COLLATE {collation} LC_CTYPE {collation}
