"""Airflow operators, one class a module, thin."""
