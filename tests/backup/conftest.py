"""Databases and jobs for the back-up tests."""

import pytest

from tests.backup.builders import enlarge, job_for
from tests.services.postgres import (  # noqa: F401
    database,
    databases_on,
    new_database,
    postgres,
    postgres_18,
    postgres_debian,
)
from tests.services.s3 import s3_server  # noqa: F401
from tests.services.sshd import sshd  # noqa: F401
from tests.stream.builders import policy


@pytest.fixture
def job(database, tmp_path):  # noqa: F811
    """A job for a filled database into one local destination, on each server in turn."""
    return job_for(database, tmp_path / "gudang", fill=True)


@pytest.fixture
def big_job(postgres_18, tmp_path):  # noqa: F811
    """A job whose dump takes long enough to be disturbed."""
    with databases_on(postgres_18) as new:
        target = new()
        enlarge(target, 40)
        yield job_for(target, tmp_path / "gudang", fill=True, policy=policy(progress_every=0.02))
