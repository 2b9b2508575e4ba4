-- Two databases with two owners: neither can read the other. Run once, by the image, in an empty data folder.
\getenv airflow_password AIRFLOW_DB_PASSWORD
\getenv register_password REGISTER_DB_PASSWORD
CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE DATABASE airflow OWNER airflow ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE airflow FROM PUBLIC;
CREATE ROLE cadangan LOGIN PASSWORD :'register_password';
CREATE DATABASE cadangan OWNER cadangan ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE cadangan FROM PUBLIC;
