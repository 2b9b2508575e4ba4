"""The demonstration: an embedded PostgreSQL, a sample application, Airflow and its officers."""
