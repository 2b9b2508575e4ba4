"""What Airflow's services must know of Cadangan before they read a DAG."""

from airflow.plugins_manager import AirflowPlugin

from cadangan.triggers.deadline import RequestDue


class CadanganPlugin(AirflowPlugin):
    """Registers the deadline of a whole request, which api-server and scheduler compute."""

    name = "cadangan"
    deadline_references = [RequestDue]  # noqa: RUF012 - as Airflow declares it
