"""The rules: pure functions and frozen data, no Airflow, no driver, no clock of their own."""
