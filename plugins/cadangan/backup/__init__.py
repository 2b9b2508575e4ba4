"""Take a back-up and check its copies: what the dump and checksum tasks do, without Airflow."""
