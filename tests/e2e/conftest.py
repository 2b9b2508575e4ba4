"""The running Airflows that these tests share."""

from tests.services.airflow import fab_stage, stage

__all__ = ["fab_stage", "stage"]
