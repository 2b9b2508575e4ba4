"""Mails through Airflow's SMTP connection."""
