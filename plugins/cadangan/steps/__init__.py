"""What each step of the SOP does, without Airflow: one module a step, called by the operators and sensors."""
