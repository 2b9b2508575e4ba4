"""What runs in Airflow's triggerer, and deadlines of runs."""
