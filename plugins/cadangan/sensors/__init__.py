"""Airflow sensors: gates and windows."""
