"""Everyone in sop.yaml can log in and sees the DAG, under each auth manager."""

import pytest

from cadangan.demo.officers import DAG, users
from cadangan.demo.stage import Stage


@pytest.fixture(params=["stage", "fab_stage"])
def each_stage(request: pytest.FixtureRequest) -> Stage:
    return request.getfixturevalue(request.param)


def test_everyone_logs_in_and_sees_the_dag(each_stage: Stage) -> None:
    for user in users(each_stage.sop):
        api = each_stage.airflow.api(user.name)
        assert api.import_errors() == []
        assert api.knows(DAG)
        assert api.open_gates("~", "~") == []
        api.close()
